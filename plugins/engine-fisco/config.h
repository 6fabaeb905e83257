/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/config.h: a chain's config, in the framework's words.
 */
#ifndef FISCO_CONFIG_H
#define FISCO_CONFIG_H

#include <bsn/consensus.h>
#include <glib.h>

#include "plugins/engine-fisco/suite.h"

/* Bytes of the config's JSON text. */
#define CONFIG_TEXT_MAX (64u << 10)
#define CONFIG_NAME_MAX 32u
/* Of chains that name none. */
#define CONFIG_RULES_DEFAULT "cancun"
/* FISCO BCOS's own bound of blockLimit over the current height. */
#define BLOCK_LIMIT_RANGE_MAX 1000u
/* Bytes of a block's transactions. The rest of a proposal is its header, of
 * NET_HEADER_MAX at most, and what RLP puts around each transaction. */
#define CONFIG_BLOCK_BYTES_MAX (BSN_PROPOSAL_MAX - (2u << 20))
/* Transactions of a block: more would not fit what a store takes. */
#define CONFIG_BLOCK_TX_MAX 100000u
/* Rules and opcodes that a chain can name, and the bytes of each. */
#define CONFIG_CHECKS_MAX 256u
#define CONFIG_CHECK_LEN_MAX 64u
/* The least gas that a transaction can be limited to. */
#define CONFIG_GAS_MIN 100000u

/* Blocks between two checkpoints: what a block costs more is little, and their
 * digests are late enough for proposals that are made ahead. */
#define SNAPSHOT_INTERVAL_MIN 16u
#define SNAPSHOT_INTERVAL_MAX 10000000u

/* Members that a chain's committee begins with at most. */
#define FOUNDERS_MAX 100u

/* A first member of the chain's committee. */
typedef struct {
	guint8 address[ADDRESS_LEN];
	guint64 weight; /* 1 to WEIGHT_MAX */
} Founder;

typedef struct {
	gboolean sm;          /* SM2 and SM3; else secp256k1, Keccak-256 */
	guint64 chain_id;     /* 0: the genesis chooses one */
	guint64 group_id;     /* 1 to 32767 */
	char runtime[CONFIG_NAME_MAX + 1];
	char rules[CONFIG_NAME_MAX + 1]; /* of the EVM, or of WebAssembly, "1"
					  * or "1-floats"; "": of another
					  * runtime */
	char consensus[CONFIG_NAME_MAX + 1];
	char *consensus_config; /* JSON object text of its own members */
	guint64 block_tx_max;
	guint64 block_bytes_max; /* transactions of one block, as encoded */
	guint64 block_gas_max;
	guint64 tx_gas_max;
	guint64 tx_bytes_max;
	guint64 pool_max;        /* transactions that wait */
	guint64 pool_bytes_max;
	GArray *balances;  /* Balance: what accounts begin with; NULL: none */
	GArray *committee; /* Founder: the first members; NULL for none */
	guint64 threshold; /* of their votes, percent: it takes more */
	gboolean parallel; /* transactions run on all workers: it changes
			    * speed, never a result */
	guint64 block_limit_range; /* blocks that a transaction may wait */
	guint64 snapshot_interval; /* blocks between two checkpoints, from
				    * which nodes may join; 0: none */
	char **check_refuse;    /* rules of the check of code; NULL: none */
	char **check_forbidden; /* opcodes; NULL: none */
} Config;

/* Reads and checks a config; each missing key has FISCO BCOS 2.x's default.
 *
 * Returns: BSN_OK and a config for config_clear.
 * In:      text: a JSON object.
 * Errors:  BSN_BAD_REQUEST: the reason names the key and what to write.
 * [any] */
int32_t config_parse(bsn_slice text, Config *config, bsn_err *err);
/* Whether the limits of a config that was not parsed but read back are ones
 * that a chain can run with. [any] */
gboolean config_limits_fit(const Config *config);
/* Whether contracts are WebAssembly (wasm.h), or the EVM's. [any] */
gboolean config_is_wasm(const Config *config);
gboolean config_is_evm(const Config *config);
/* What bsn_block_env.rules says on the chain. [any] */
const char *config_rules(const Config *config);
/* A zeroed config is fine. [any] */
void config_clear(Config *config);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Config, config_clear)

#endif
