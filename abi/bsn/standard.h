/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/standard.h: the rows of BSN's framework adaptation standard, by the ids
 * that engines claim them with (bsn_feature.row) and that bsn-conform checks
 * them by. docs/standard.md says what each asks for.
 */
#ifndef BSN_STANDARD_H
#define BSN_STANDARD_H

/* X(table, row, required, title): table 1, functions, or 2, the interface;
 * required 1, or 0 where the standard leaves it to the framework. */
#define BSN_STANDARD_ROWS(X)                                                   \
	X(1, "function.sm2", 1, "Signatures with SM2")                         \
	X(1, "function.sm3", 1, "Digests with SM3")                            \
	X(1, "function.secp256k1", 0, "Signatures with secp256k1")             \
	X(1, "function.multi-chain", 1, "Isolated app chains")                 \
	X(1, "function.turing-complete", 1, "Turing-complete contracts")       \
	X(1, "function.encrypted-transport", 1, "Encrypted transport")         \
	X(1, "function.contract-versions", 1, "Contract upgrade and versions") \
	X(1, "function.dynamic-nodes", 1, "Nodes added and removed live")      \
	X(1, "function.access-control", 1, "Access control")                   \
	X(2, "chain.config", 1, "App chain: configuration")                    \
	X(2, "chain.join", 1, "App chain: a node joins")                       \
	X(2, "chain.leave", 1, "App chain: a node leaves")                     \
	X(2, "contract.compile", 0, "Contract: compile")                       \
	X(2, "contract.check", 1, "Contract: security check")                  \
	X(2, "contract.deploy", 1, "Contract: deploy")                         \
	X(2, "contract.upgrade", 1, "Contract: upgrade")                       \
	X(2, "contract.freeze", 1, "Contract: freeze")                         \
	X(2, "contract.uninstall", 1, "Contract: uninstall")                   \
	X(2, "status.node", 1, "Status of the node")                           \
	X(2, "status.chain", 1, "Status of the app chain")                     \
	X(2, "tx.build", 1, "Transaction: build")                              \
	X(2, "tx.sign", 1, "Transaction: sign")                                \
	X(2, "tx.submit-sync", 1, "Transaction: submit and wait")              \
	X(2, "tx.submit-async", 1, "Transaction: submit without waiting")      \
	X(2, "tx.query", 1, "Transaction: query")                              \
	X(2, "tx.call", 1, "Contract: read-only call")                         \
	X(2, "ledger.info", 1, "Ledger: height, size, transactions")           \
	X(2, "block.info", 1, "Block: number, hashes, size, count, time")      \
	X(2, "event.block", 1, "Events of blocks")                             \
	X(2, "event.contract", 1, "Events of contracts")

#endif /* BSN_STANDARD_H */
