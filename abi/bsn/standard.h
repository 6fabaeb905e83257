/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/standard.h: the rows of BSN's framework adaptation standard, by the ids
 * that engines claim them with (bsn_feature.row) and that bsn-conform checks
 * them by. docs/standard.md says what each asks for.
 */
#ifndef BSN_STANDARD_H
#define BSN_STANDARD_H

/* X(table, row, required, title, title_zh): table 1, functions, or 2, the
 * interface; required 1, or 0 where the standard leaves it to the framework, as
 * in every row that comes with a later minor version; titles in English and
 * Chinese, UTF-8. */
#define BSN_STANDARD_ROWS(X)                                                   \
	X(1, "function.sm2", 1, "Signatures with SM2", "SM2 签名")             \
	X(1, "function.sm3", 1, "Digests with SM3", "SM3 摘要")                \
	X(1, "function.secp256k1", 0, "Signatures with secp256k1",             \
	  "secp256k1 签名")                                                    \
	X(1, "function.multi-chain", 1, "Isolated app chains",                 \
	  "应用链相互隔离")                                                    \
	X(1, "function.turing-complete", 1, "Turing-complete contracts",       \
	  "图灵完备的智能合约")                                                \
	X(1, "function.encrypted-transport", 1, "Encrypted transport",         \
	  "加密传输")                                                          \
	X(1, "function.contract-versions", 1, "Contract upgrade and versions", \
	  "合约升级与版本管理")                                                \
	X(1, "function.dynamic-nodes", 1, "Nodes added and removed live",      \
	  "节点动态增减")                                                      \
	X(1, "function.access-control", 1, "Access control", "权限控制")       \
	X(2, "chain.config", 1, "App chain: configuration", "应用链：配置")    \
	X(2, "chain.join", 1, "App chain: a node joins", "应用链：节点加入")   \
	X(2, "chain.leave", 1, "App chain: a node leaves", "应用链：节点退出") \
	X(2, "contract.compile", 0, "Contract: compile", "合约：编译")         \
	X(2, "contract.check", 1, "Contract: security check",                  \
	  "合约：安全检查")                                                    \
	X(2, "contract.deploy", 1, "Contract: deploy", "合约：部署")           \
	X(2, "contract.upgrade", 1, "Contract: upgrade", "合约：升级")         \
	X(2, "contract.freeze", 1, "Contract: freeze", "合约：冻结")           \
	X(2, "contract.uninstall", 1, "Contract: uninstall", "合约：卸载")     \
	X(2, "status.node", 1, "Status of the node", "节点运行状态")           \
	X(2, "status.chain", 1, "Status of the app chain", "应用链运行状态")   \
	X(2, "tx.build", 1, "Transaction: build", "交易：组装")                \
	X(2, "tx.sign", 1, "Transaction: sign", "交易：签名")                  \
	X(2, "tx.submit-sync", 1, "Transaction: submit and wait",              \
	  "交易：同步提交")                                                    \
	X(2, "tx.submit-async", 1, "Transaction: submit without waiting",      \
	  "交易：异步提交")                                                    \
	X(2, "tx.query", 1, "Transaction: query", "交易：查询")                \
	X(2, "tx.call", 1, "Contract: read-only call", "合约：只读调用")       \
	X(2, "ledger.info", 1, "Ledger: height, size, transactions",           \
	  "账本：高度、大小、交易数")                                          \
	X(2, "block.info", 1, "Block: number, hashes, size, count, time",      \
	  "区块：区块号、哈希、大小、交易数、时间")                            \
	X(2, "event.block", 1, "Events of blocks", "区块事件")                 \
	X(2, "event.contract", 1, "Events of contracts", "合约事件")

#endif /* BSN_STANDARD_H */
