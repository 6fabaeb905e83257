/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/features.h"

/* X(symbol, offered, row, detail) */
#define FEATURES(X)                                                            \
	/* Table 1 */                                                          \
	X(sm2, 1, "function.sm2", "{\"config\":{\"crypto\":\"sm\"}}")          \
	X(sm3, 1, "function.sm3", "{\"config\":{\"crypto\":\"sm\"}}")          \
	X(secp256k1, 0, "function.secp256k1", NULL)                            \
	X(multi_chain, 1, "function.multi-chain",                              \
	  "{\"chain\":\"channel\"}")                                           \
	X(turing, 1, "function.turing-complete",                               \
	  "{\"languages\":[\"javascript\",\"typescript\",\"go\",\"java\"],"    \
	  "\"budget\":\"time\"}")                                              \
	X(transport, 1, "function.encrypted-transport",                        \
	  "{\"by\":\"host\"}")                                                 \
	X(versions, 1, "function.contract-versions",                           \
	  "{\"by\":\"sequence\",\"state\":\"kept\"}")                          \
	X(dynamic_nodes, 1, "function.dynamic-nodes",                          \
	  "{\"by\":\"config update\",\"from\":\"next block\","                 \
	  "\"decided_by\":\"the config's policies\"}")                         \
	X(access, 1, "function.access-control",                                \
	  "{\"by\":[\"organisation\",\"role\",\"policy\",\"resource\"],"       \
	  "\"identities\":\"X.509\",\"revocation\":true,"                      \
	  "\"requests\":\"host\"}")                                            \
	/* Table 2 */                                                          \
	X(chain_config, 1, "chain.config", NULL)                               \
	X(chain_join, 1, "chain.join",                                         \
	  "{\"as\":[\"observer\",\"consensus\"],"                              \
	  "\"from\":[\"genesis\",\"snapshot\"]}")                              \
	X(chain_leave, 1, "chain.leave",                                       \
	  "{\"refused\":\"last consensus node\"}")                             \
	X(compile, 0, "contract.compile", NULL)                                \
	X(check, 1, "contract.check", NULL)                                    \
	X(deploy, 1, "contract.deploy",                                        \
	  "{\"lifecycle\":[\"install\",\"approve\",\"commit\"],"               \
	  "\"policy\":\"options.policy\"}")                                    \
	X(upgrade, 1, "contract.upgrade",                                      \
	  "{\"by\":\"LifecycleEndorsement\",\"state\":\"kept\","               \
	  "\"old_versions\":\"listed\"}")                                      \
	X(freeze, 1, "contract.freeze",                                        \
	  "{\"by\":\"LifecycleEndorsement\"}")                                 \
	X(uninstall, 1, "contract.uninstall",                                  \
	  "{\"by\":\"LifecycleEndorsement\",\"history\":\"kept\"}")            \
	X(status_node, 1, "status.node", NULL)                                 \
	X(status_chain, 1, "status.chain", NULL)                               \
	X(tx_build, 1, "tx.build", "{\"encoding\":\"protobuf\"}")              \
	X(tx_sign, 1, "tx.sign", "{\"rounds\":2}")                             \
	X(tx_sync, 1, "tx.submit-sync", NULL)                                  \
	X(tx_async, 1, "tx.submit-async", NULL)                                \
	X(tx_query, 1, "tx.query", NULL)                                       \
	X(tx_call, 1, "tx.call", NULL)                                         \
	X(ledger_info, 1, "ledger.info", NULL)                                 \
	X(block_info, 1, "block.info", "{\"proof\":\"header\"}")               \
	X(event_block, 1, "event.block", NULL)                                 \
	X(event_contract, 1, "event.contract",                                 \
	  "{\"of\":\"valid transactions\"}")                                   \
	/* Capabilities */                                                     \
	X(finality, 1, "capability.finality", "{\"kind\":\"immediate\"}")      \
	X(private_data, 1, "capability.private-data",                          \
	  "{\"members\":\"policy\",\"on_ledger\":\"digests\","                 \
	  "\"block_to_live\":true,\"purge\":true}")                            \
	X(queries, 1, "capability.content-queries",                            \
	  "{\"language\":\"CouchDB selectors\",\"indexes\":true}")             \
	X(clients, 1, "capability.own-clients",                                \
	  "{\"protocol\":\"gRPC\",\"service\":\"gateway.Gateway\"}")

#define FEATURE(symbol, is_offered, its_row, its_detail)                       \
	static const bsn_feature feature_##symbol = {                          \
		sizeof(bsn_feature), is_offered, its_row, its_detail           \
	};
FEATURES(FEATURE)

#define FEATURE_POINTER(symbol, is_offered, its_row, its_detail)               \
	&feature_##symbol,

const bsn_feature *const fabric_features[] = {
	FEATURES(FEATURE_POINTER) NULL
};
