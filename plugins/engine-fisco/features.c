/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/features.h"

/* X(symbol, offered, row, detail) */
#define FEATURES(X)                                                            \
	/* Table 1 */                                                          \
	X(sm2, 1, "function.sm2", "{\"config\":{\"crypto\":\"sm\"}}")          \
	X(sm3, 1, "function.sm3", "{\"config\":{\"crypto\":\"sm\"}}")          \
	X(secp256k1, 1, "function.secp256k1",                                  \
	  "{\"config\":{\"crypto\":\"std\"}}")                                 \
	X(multi_chain, 1, "function.multi-chain", NULL)                        \
	X(turing, 1, "function.turing-complete",                               \
	  "{\"runtimes\":[\"evm\",\"wasm\"],\"by\":\"config.runtime\","           \
	  "\"languages\":[\"solidity\",\"c\",\"c++\",\"rust\","                 \
	  "\"assemblyscript\"],"                                              \
	  "\"budget\":\"gas\"}")                                               \
	X(transport, 1, "function.encrypted-transport",                        \
	  "{\"by\":\"host\"}")                                                 \
	X(versions, 1, "function.contract-versions",                           \
	  "{\"address\":\"name@version\",\"grey_release\":true,"               \
	  "\"state\":\"of each version; of all in tables\"}")                  \
	X(dynamic_nodes, 1, "function.dynamic-nodes",                          \
	  "{\"by\":\"transaction\",\"from\":\"next block\","                   \
	  "\"decided_by\":\"committee, or _sys_consensus_\"}")                 \
	X(access, 1, "function.access-control",                                \
	  "{\"by\":[\"deployment\",\"table\",\"contract\",\"function\","       \
	  "\"account\"],\"governance\":\"committee\",\"requests\":\"host\"}")  \
	/* Table 2 */                                                          \
	X(chain_config, 1, "chain.config", NULL)                               \
	X(chain_join, 1, "chain.join",                                         \
	  "{\"as\":[\"observer\",\"consensus\"],"                              \
	  "\"from\":[\"genesis\",\"snapshot\"]}")                              \
	X(chain_leave, 1, "chain.leave",                                       \
	  "{\"refused\":\"last consensus node\"}")                             \
	X(check, 1, "contract.check", NULL)                                    \
	X(deploy, 1, "contract.deploy",                                        \
	  "{\"constructor\":true,\"abi\":\"options.abi\"}")                    \
	X(upgrade, 1, "contract.upgrade",                                      \
	  "{\"by\":\"owner\",\"old_versions\":\"addressable\","                \
	  "\"state\":\"kept in tables\"}")                                     \
	X(freeze, 1, "contract.freeze",                                        \
	  "{\"by\":\"owner\",\"or\":\"managers\"}")                            \
	X(uninstall, 1, "contract.uninstall",                                  \
	  "{\"by\":\"owner\",\"history\":\"kept\"}")                           \
	X(status_node, 1, "status.node", NULL)                                 \
	X(status_chain, 1, "status.chain", NULL)                               \
	X(tx_build, 1, "tx.build", "{\"encoding\":\"rlp\",\"fields\":13}")     \
	X(tx_sign, 1, "tx.sign", "{\"rounds\":1}")                             \
	X(tx_sync, 1, "tx.submit-sync", NULL)                                  \
	X(tx_async, 1, "tx.submit-async", NULL)                                \
	X(tx_query, 1, "tx.query", NULL)                                       \
	X(tx_call, 1, "tx.call", NULL)                                         \
	X(ledger_info, 1, "ledger.info", NULL)                                 \
	X(block_info, 1, "block.info", NULL)                                   \
	X(event_block, 1, "event.block", NULL)                                 \
	X(event_contract, 1, "event.contract", "{\"decoded\":\"by ABI\"}")     \
	/* Capabilities */                                                     \
	X(messages, 1, "capability.messages",                                  \
	  "{\"modes\":[\"unicast\",\"multicast\"],\"private\":\"by key\","     \
	  "\"between\":\"clients of one host\"}")                              \
	X(finality, 1, "capability.finality", "{\"kind\":\"immediate\"}")

#define FEATURE(symbol, is_offered, its_row, its_detail)                       \
	static const bsn_feature feature_##symbol = {                          \
		sizeof(bsn_feature), is_offered, its_row, its_detail           \
	};
FEATURES(FEATURE)

#define FEATURE_POINTER(symbol, is_offered, its_row, its_detail)               \
	&feature_##symbol,

static const bsn_feature compiling = {
	sizeof(bsn_feature), 1, "contract.compile",
	"{\"languages\":[\"solidity\"],\"by\":\"host\"}"
};
static const bsn_feature not_compiling = {
	sizeof(bsn_feature), 0, "contract.compile", NULL
};

const bsn_feature *const *
fisco_features(int compiles)
{
	static const bsn_feature *const with[] = {
		FEATURES(FEATURE_POINTER) &compiling, NULL
	};
	static const bsn_feature *const without[] = {
		FEATURES(FEATURE_POINTER) &not_compiling, NULL
	};

	return compiles ? with : without;
}
