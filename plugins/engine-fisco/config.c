/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/config.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/access/committee.h"
#include "plugins/engine-fisco/balances.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

/* FISCO BCOS 2.x's defaults where it has one. A block's gas bounds the time
 * that one block may take: it holds some thousand ordinary transactions. */
#define BLOCK_TX_DEFAULT 1000u
#define BLOCK_BYTES_DEFAULT (8u << 20)
#define GAS_DEFAULT 300000000u
#define TX_BYTES_DEFAULT (1u << 20)
#define POOL_DEFAULT 150000u
#define POOL_BYTES_DEFAULT (128u << 20)

#define GAS_MAX 10000000000u

static gboolean
config_snapshots_fit(const Config *config)
{
	return config->snapshot_interval == 0 ||
	       (config->snapshot_interval >= SNAPSHOT_INTERVAL_MIN &&
		config->snapshot_interval <= SNAPSHOT_INTERVAL_MAX);
}

static void
read_consensus(JsonFields *fields, Config *config)
{
	const json_t *given = fields_object(fields, "consensus");
	g_autoptr(json_t) own = given != NULL ? json_copy((json_t *)given)
					      : json_object();
	const json_t *name = json_object_get(own, "name");

	if (name != NULL && !json_is_string(name)) {
		fields_fail(fields, "consensus",
			    "its \"name\" must be a string such as \"solo\"");
		return;
	}
	if (name != NULL && json_string_length(name) > CONFIG_NAME_MAX) {
		fields_fail(fields, "consensus", "its \"name\" is too long");
		return;
	}
	g_strlcpy(config->consensus,
		  name != NULL ? json_string_value(name) : "solo",
		  sizeof(config->consensus));
	json_object_del(own, "name");
	config->consensus_config = json_text(own);
}

/* A chain keeps the rules that it began with, whatever is newest later. */
static void
read_rules(JsonFields *fields, Config *config)
{
	static const char *const forks[] = { "istanbul", "berlin",   "london",
					     "paris",	 "shanghai", "cancun",
					     NULL };
	const json_t *object = fields_object(fields, "evm");
	JsonFields evm;

	const gboolean has_floats = fields_any(fields, "wasm_floats") != NULL;
	const gboolean floats = fields_bool(fields, "wasm_floats", FALSE);

	if (has_floats && !config_is_wasm(config))
		fields_fail(fields, "wasm_floats",
			    "it is for chains with the runtime wasm");
	if (object != NULL && !config_is_evm(config))
		fields_fail(fields, "evm",
			    "it is for chains with the runtime evm");
	if (config_is_wasm(config))
		g_strlcpy(config->rules, floats ? "1-floats" : "1",
			  sizeof(config->rules));
	if (!config_is_evm(config))
		return;
	evm = fields_of(object, "config.evm", fields->err);
	g_strlcpy(config->rules,
		  fields_choice(&evm, "rules", forks, CONFIG_RULES_DEFAULT),
		  sizeof(config->rules));
	if (fields_end(&evm) != BSN_OK)
		fields->status = BSN_BAD_REQUEST;
}

static void
read_limits(JsonFields *fields, Config *config)
{
	config->block_tx_max = fields_u64(fields, "block_tx_max", 1,
					  CONFIG_BLOCK_TX_MAX, BLOCK_TX_DEFAULT);
	config->block_bytes_max = fields_u64(fields, "block_bytes_max", 1024,
					     G_MAXUINT32,
					     BLOCK_BYTES_DEFAULT);
	config->block_gas_max = fields_u64(fields, "block_gas_max", CONFIG_GAS_MIN,
					   GAS_MAX, GAS_DEFAULT);
	config->tx_gas_max = fields_u64(
		fields, "tx_gas_max", CONFIG_GAS_MIN, GAS_MAX,
		MIN(config->block_gas_max, GAS_DEFAULT));
	config->tx_bytes_max = fields_u64(
		fields, "tx_bytes_max", 1024, 8u << 20,
		MIN(config->block_bytes_max, TX_BYTES_DEFAULT));
	config->pool_max = fields_u64(fields, "pool_max", 1, 10000000,
				      POOL_DEFAULT);
	config->pool_bytes_max = fields_u64(fields, "pool_bytes_max", 1024,
					    G_GUINT64_CONSTANT(1) << 40,
					    POOL_BYTES_DEFAULT);
	config->block_limit_range = fields_u64(fields, "block_limit_range", 1,
					       BLOCK_LIMIT_RANGE_MAX,
					       BLOCK_LIMIT_RANGE_MAX);
}

/* None unless it is asked for: every block costs a little more. */
static void
read_snapshots(JsonFields *fields, Config *config)
{
	config->snapshot_interval = fields_u64(fields, "snapshot_interval", 0,
					       SNAPSHOT_INTERVAL_MAX, 0);
	if (!config_snapshots_fit(config))
		fields_fail(fields, "snapshot_interval",
			    "it is a number of blocks, 16 or more; or 0: no "
			    "snapshots");
}

/* The texts of an array; NULL when there is none. */
static char **
read_texts(JsonFields *fields, const char *name)
{
	const json_t *array = fields_array(fields, name, CONFIG_CHECKS_MAX);
	g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
	const json_t *text;
	size_t i;

	if (json_array_size(array) == 0)
		return NULL;
	json_array_foreach(array, i, text) {
		size_t len = json_string_length(text);

		if (len == 0 || len > CONFIG_CHECK_LEN_MAX) {
			fields_fail(fields, name,
				    "each must be a text of 1 to 64 bytes");
			return NULL;
		}
		g_strv_builder_add(texts, json_string_value(text));
	}
	return g_strv_builder_end(texts);
}

/* What the check of a contract may find that the chain does not take. */
static void
read_contract_check(JsonFields *fields, Config *config)
{
	const json_t *object = fields_object(fields, "contract_check");
	JsonFields check =
		fields_of(object, "config.contract_check", fields->err);

	config->check_refuse = read_texts(&check, "refuse");
	config->check_forbidden = read_texts(&check, "forbidden_opcodes");
	if (fields_end(&check) != BSN_OK)
		fields->status = BSN_BAD_REQUEST;
}

static void
check_limits(JsonFields *fields, const Config *config)
{
	g_autofree char *block = g_strdup_printf(
		"it must not be over %u: a block and what consensus puts "
		"around it go to other hosts as one message",
		CONFIG_BLOCK_BYTES_MAX);

	if (config->block_bytes_max > CONFIG_BLOCK_BYTES_MAX)
		fields_fail(fields, "block_bytes_max", block);
	if (config->tx_gas_max > config->block_gas_max)
		fields_fail(fields, "tx_gas_max",
			    "it must not be over block_gas_max, or the "
			    "transaction would fit no block");
	if (config->tx_bytes_max > config->block_bytes_max)
		fields_fail(fields, "tx_bytes_max",
			    "it must not be over block_bytes_max, or the "
			    "transaction would fit no block");
}

/* "0x..", or {"address": "0x..", "weight": 2}. */
static int32_t
read_founder(const json_t *json, Founder *founder, bsn_err *err)
{
	g_autoptr(json_t) plain = NULL;
	const char *text;
	JsonFields fields;

	if (json_is_string(json))
		json = plain = json_pack("{s:O}", "address", json);
	fields = fields_of(json, "committee[]", err);
	text = fields_string(&fields, "address", 2 + 2 * ADDRESS_LEN, "");
	founder->weight = fields_u64(&fields, "weight", 1, WEIGHT_MAX, 1);
	if (!hex_decode_fixed(text, strlen(text), founder->address,
			      ADDRESS_LEN))
		fields_fail(&fields, "address",
			    "it is 0x and 40 hexadecimal digits");
	return fields_end(&fields);
}

static gboolean
is_founder(const GArray *committee, const guint8 *address)
{
	for (guint i = 0; i < committee->len; i++)
		if (memcmp(g_array_index(committee, Founder, i).address,
			   address, ADDRESS_LEN) == 0)
			return TRUE;
	return FALSE;
}

static int32_t
read_committee(const json_t *list, Config *config, bsn_err *err)
{
	config->committee = g_array_new(FALSE, FALSE, sizeof(Founder));
	for (size_t i = 0; i < json_array_size(list); i++) {
		Founder founder;
		int32_t status =
			read_founder(json_array_get(list, i), &founder, err);

		if (status != BSN_OK)
			return status;
		if (is_founder(config->committee, founder.address))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"committee[%zu] is a member already",
					i);
		g_array_append_val(config->committee, founder);
	}
	return BSN_OK;
}

static void
read_governance(JsonFields *fields, Config *config)
{
	const json_t *given = fields_object(fields, "governance");
	bsn_err err = BSN_ERR_INIT;
	JsonFields own = fields_of(given, "governance", &err);
	const json_t *list = fields_array(&own, "committee", FOUNDERS_MAX);
	int32_t status;

	config->threshold = fields_u64(&own, "threshold", 0, THRESHOLD_MAX,
				       THRESHOLD_DEFAULT);
	if (config->threshold != THRESHOLD_DEFAULT &&
	    json_array_size(list) == 0)
		fields_fail(&own, "threshold",
			    "is for a committee's votes: name one");
	status = fields_end(&own);
	if (status == BSN_OK && json_array_size(list) > 0)
		status = read_committee(list, config, &err);
	if (status != BSN_OK)
		fields_fail(fields, "governance", err.reason);
}

static void
read_balances(JsonFields *fields, Config *config)
{
	bsn_err err = BSN_ERR_INIT;

	if (balances_parse(fields_object(fields, "balances"),
			   &config->balances, &err) != BSN_OK)
		fields_fail(fields, "balances", err.reason);
}

static int32_t
read_config(const json_t *object, Config *config, bsn_err *err)
{
	static const char *const suites[] = { "sm", "std", NULL };
	JsonFields fields = fields_of(object, "config", err);

	config->sm = strcmp(fields_choice(&fields, "crypto", suites, "sm"),
			    "sm") == 0;
	config->chain_id = fields_u64(&fields, "chain_id", 1, G_MAXINT64, 0);
	config->group_id = fields_u64(&fields, "group_id", 1, 32767, 1);
	g_strlcpy(config->runtime,
		  fields_string(&fields, "runtime", CONFIG_NAME_MAX, "evm"),
		  sizeof(config->runtime));
	read_rules(&fields, config);
	read_consensus(&fields, config);
	read_governance(&fields, config);
	read_balances(&fields, config);
	config->parallel = fields_bool(&fields, "parallel", TRUE);
	read_limits(&fields, config);
	read_snapshots(&fields, config);
	read_contract_check(&fields, config);
	check_limits(&fields, config);
	return fields_end(&fields);
}

int32_t
config_parse(bsn_slice text, Config *config, bsn_err *err)
{
	int32_t status = BSN_OK;
	g_autoptr(json_t) object = json_parse_object(text, CONFIG_TEXT_MAX,
						     "config", &status, err);

	memset(config, 0, sizeof(*config));
	if (object == NULL)
		return status;
	status = read_config(object, config, err);
	if (status != BSN_OK)
		config_clear(config);
	return status;
}

gboolean
config_limits_fit(const Config *config)
{
	return config->block_tx_max >= 1 &&
	       config->block_tx_max <= CONFIG_BLOCK_TX_MAX &&
	       config->block_bytes_max <= CONFIG_BLOCK_BYTES_MAX &&
	       config->tx_bytes_max <= config->block_bytes_max &&
	       config->block_gas_max <= GAS_MAX &&
	       config->tx_gas_max <= config->block_gas_max &&
	       config->pool_max >= 1 && config->block_limit_range >= 1 &&
	       config->block_limit_range <= BLOCK_LIMIT_RANGE_MAX &&
	       config_snapshots_fit(config);
}

gboolean
config_is_wasm(const Config *config)
{
	return strcmp(config->runtime, "wasm") == 0;
}

gboolean
config_is_evm(const Config *config)
{
	return strcmp(config->runtime, "evm") == 0;
}

const char *
config_rules(const Config *config)
{
	return config->rules[0] != '\0' ? config->rules : NULL;
}

void
config_clear(Config *config)
{
	g_clear_pointer(&config->consensus_config, g_free);
	g_clear_pointer(&config->balances, g_array_unref);
	g_clear_pointer(&config->committee, g_array_unref);
	g_clear_pointer(&config->check_refuse, g_strfreev);
	g_clear_pointer(&config->check_forbidden, g_strfreev);
}
