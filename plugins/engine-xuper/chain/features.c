/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/features.h"

/* X(symbol, offered, row, detail) */
#define FEATURES(X)                                                            \
	/* Table 1 */                                                          \
	X(sm2, 1, "function.sm2", "{\"config\":{\"crypto\":\"gm\"}}")          \
	X(sm3, 1, "function.sm3", "{\"config\":{\"crypto\":\"gm\"}}")          \
	X(secp256k1, 0, "function.secp256k1", NULL)                            \
	X(multi_chain, 1, "function.multi-chain",                              \
	  "{\"chain\":\"parallel chain\",\"begun_by\":\"root chain\"}")        \
	X(turing, 1, "function.turing-complete",                               \
	  "{\"runtimes\":[\"evm\",\"wasm\"],"                                  \
	  "\"languages\":[\"solidity\",\"c\",\"c++\",\"rust\","                 \
	  "\"assemblyscript\"],"                                              \
	  "\"budget\":\"cpu, memory, disk\"}")                                 \
	X(transport, 1, "function.encrypted-transport",                        \
	  "{\"by\":\"host\"}")                                                 \
	X(versions, 1, "function.contract-versions",                           \
	  "{\"by\":\"upgrade\",\"state\":\"kept\"}")                           \
	X(dynamic_nodes, 1, "function.dynamic-nodes",                          \
	  "{\"by\":\"transaction\",\"from\":\"next final block\","             \
	  "\"decided_by\":\"config.members.votes, or elections\"}")            \
	X(access, 1, "function.access-control",                                \
	  "{\"by\":[\"account\",\"contract\",\"method\"],"                     \
	  "\"rules\":[\"threshold\",\"set of keys\"],\"nested\":true,"         \
	  "\"requests\":\"host\"}")                                            \
	/* Table 2 */                                                          \
	X(chain_config, 1, "chain.config", NULL)                               \
	X(chain_join, 1, "chain.join",                                         \
	  "{\"as\":[\"observer\",\"consensus\"],\"from\":[\"genesis\"]}")      \
	X(chain_leave, 1, "chain.leave",                                       \
	  "{\"refused\":\"last consensus node\"}")                             \
	X(compile, 0, "contract.compile", NULL)                                \
	X(check, 1, "contract.check", NULL)                                    \
	X(deploy, 1, "contract.deploy",                                        \
	  "{\"by\":\"contract account\",\"constructor\":true,"                 \
	  "\"abi\":\"options.abi\"}")                                          \
	X(upgrade, 1, "contract.upgrade",                                      \
	  "{\"by\":\"contract account\",\"state\":\"kept\","                   \
	  "\"old_versions\":\"listed\"}")                                      \
	X(freeze, 1, "contract.freeze",                                        \
	  "{\"by\":\"contract account\"}")                                     \
	X(uninstall, 1, "contract.uninstall",                                  \
	  "{\"by\":\"contract account\",\"history\":\"kept\"}")                \
	X(status_node, 1, "status.node", NULL)                                 \
	X(status_chain, 1, "status.chain", NULL)                               \
	X(tx_build, 1, "tx.build",                                             \
	  "{\"encoding\":\"protobuf\",\"pre_executed\":true}")                 \
	X(tx_sign, 1, "tx.sign",                                               \
	  "{\"rounds\":1,\"more\":\"one for each of options.auth_require\"}")  \
	X(tx_sync, 1, "tx.submit-sync", NULL)                                  \
	X(tx_async, 1, "tx.submit-async", NULL)                                \
	X(tx_query, 1, "tx.query", NULL)                                       \
	X(tx_call, 1, "tx.call", NULL)                                         \
	X(ledger_info, 1, "ledger.info", NULL)                                 \
	X(block_info, 1, "block.info", "{\"raw\":\"proof\"}")                  \
	X(event_block, 1, "event.block", NULL)                                 \
	X(event_contract, 1, "event.contract",                                 \
	  "{\"decoded\":\"by ABI\",\"of\":\"final blocks\"}")                  \
	/* Capabilities */                                                     \
	X(finality, 1, "capability.finality",                                  \
	  "{\"kind\":\"immediate\",\"answered\":\"when final\","               \
	  "\"blocks_until_final\":{\"single\":0,\"chainedbft\":3,"             \
	  "\"tdpos\":3,\"xpoa\":3,\"pow\":\"config.consensus.depth\"},"        \
	  "\"probabilistic\":[\"pow\"],\"trunk\":\"status detail\"}")          \
	X(tokens, 1, "capability.tokens",                                      \
	  "{\"model\":\"UTXO\",\"frozen_outputs\":true,"                       \
	  "\"fees\":\"config.nofee\"}")                                        \
	X(multi_signature, 1, "capability.multi-signature",                    \
	  "{\"by\":\"contract account\"}")

#define FEATURE(symbol, is_offered, its_row, its_detail)                       \
	static const bsn_feature feature_##symbol = {                          \
		sizeof(bsn_feature), is_offered, its_row, its_detail           \
	};
FEATURES(FEATURE)

#define FEATURE_POINTER(symbol, is_offered, its_row, its_detail)               \
	&feature_##symbol,

const bsn_feature *const xuper_features[] = {
	FEATURES(FEATURE_POINTER) NULL
};
