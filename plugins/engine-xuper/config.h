/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/config.h: a chain's config, and its genesis. The genesis
 * is a block that nobody signs, whose one transaction writes all
 * that follows from the config into the first state (genesis.h); the config
 * itself is that transaction's desc, as JSON.
 *
 * {
 *  "crypto": "default" | "gm",
 *  "predistribution": [{"address": "ADDRESS", "quota": "1000000"}],
 *  "nofee": true,
 *  "award": "0",
 *  "gas_price": {"cpu_rate":1000,"mem_rate":1000000,"disk_rate":1,"xfee_rate":1},
 *  "new_account_resource_amount": 1000,
 *  "max_block_size": bytes, "maxblocksize" in MiB is understood too,
 *  "limits": {"cpu":..,"memory":..,"disk":..},
 *  "contracts": {"languages": ["solidity","wasm"], "rules": "...",
 *                "wasm_floats": false},
 *  "contract_check": {"refuse": ["RULE"], "forbidden_opcodes": ["NAME"]},
 *  "members": {"votes": "majority"|"two-thirds"|"all"},
 *  "consensus": {"name": "single"|"chainedbft"|"tdpos"|"xpoa", ...its own keys},
 *  "governance": {"supply_ratio": governance tokens for each token},
 *  "reserved_contracts": [{"module_name", "contract_name", "method_name",
 *                          "args": {"NAME": "TEXT"}}],
 *  "parent": "CHAIN" that began this one
 * }
 *
 * Whole numbers may be written as texts, too, as XuperChain's files have them.
 */
#ifndef XUPER_CONFIG_H
#define XUPER_CONFIG_H

#include "plugins/engine-xuper/format/amount.h"
#include "plugins/engine-xuper/identity/address.h"
#include "plugins/kit/codec/arena.h"

#define CONFIG_MAX (1u << 20)      /* bytes of JSON */
#define PREDISTRIBUTION_MAX 1000u  /* of one genesis transaction */
#define PROTOCOL_NAME_MAX 32u      /* bytes of a protocol's name */

/* Kinds of contracts' code (contract/code.h). */
#define CODE_EVM 1u
#define CODE_WASM 2u
#define LANGUAGE_EVM "solidity"
#define LANGUAGE_WASM "wasm"

/* How many validators must be for a change of the members. */
typedef enum {
	MEMBER_VOTES_MAJORITY,
	MEMBER_VOTES_TWO_THIRDS, /* more than two thirds */
	MEMBER_VOTES_ALL,
} MemberVotes;

typedef struct {
	char address[ADDRESS_MAX];
	guint8 quota[AMOUNT_LEN];
} Predistribution;

typedef struct {
	char *name; /* of the chain */
	char *json; /* the whole config, compact, keys sorted */
	gboolean gm;
	GArray *predistribution; /* Predistribution */
	gboolean nofee;
	guint8 award[AMOUNT_LEN];
	guint64 cpu_rate, mem_rate, disk_rate, xfee_rate;
	guint64 new_account_fee;
	guint64 block_bytes;      /* at most BSN_PROPOSAL_MAX less its header */
	guint64 limits[4];        /* by resource, of a transaction */
	guint32 code;             /* what kinds of it the chain takes: CODE_* */
	char *evm_rules;          /* NULL: the runtime's newest */
	gboolean wasm_floats;     /* WebAssembly may have floating point */
	char **check_refuse;      /* rules of the EVM's check; NULL: none */
	char **check_forbidden;   /* opcodes; NULL: none */
	MemberVotes member_votes;
	char *consensus;          /* name of the protocol */
	char *consensus_config;   /* JSON object, its plugin's keys */
	char *parent;             /* chain that began it; NULL: a root chain */
	guint64 governance_supply_ratio; /* see $govern_token */
	GPtrArray *reserved;      /* Xldgpb__InvokeRequest (contract/reserved.h) */
	Arena arena;              /* where they lie */
} ChainConfig;

/* Reads a config, of a genesis or of a plan.
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST: the reason names the wrong key and
 * the remedy. [any] */
int32_t config_parse(bsn_slice name, bsn_slice json, ChainConfig **config,
		     bsn_err *err);
/* The config with the kinds of code of `code` where it names no contracts.languages,
 * which else would be Solidity's alone. So what a chain takes is in its genesis,
 * whatever its nodes have loaded.
 * Returns: JSON for g_free; NULL: it is no JSON object. [any] */
char *config_with_code(bsn_slice json, guint32 code);
void config_free(ChainConfig *config); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChainConfig, config_free)

#endif
