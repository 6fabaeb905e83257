/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/config.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/code_config.h"
#include "plugins/engine-xuper/contract/reserved_config.h"
#include "plugins/engine-xuper/contract/sandbox.h"
#include "plugins/engine-xuper/kernel/terms.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

/* What a block has beside its transactions: header, certificate, signature. */
#define BLOCK_HEADER_MAX (256u << 10)
#define BLOCK_BYTES_DEFAULT (8u << 20)
/* The largest transaction must fit, or it would wait for ever. */
#define BLOCK_BYTES_MIN (TX_MAX + BLOCK_HEADER_MAX)
#define BLOCK_BYTES_MAX (BSN_PROPOSAL_MAX - BLOCK_HEADER_MAX)

/* Prices and limits where a config names none; prices are XuperChain's. */
#define CPU_RATE_DEFAULT 1000u
#define MEMORY_RATE_DEFAULT 1000000u
#define DISK_RATE_DEFAULT 1u
#define XFEE_RATE_DEFAULT 1u
#define NEW_ACCOUNT_DEFAULT 1000u
#define CPU_LIMIT_DEFAULT 300000000u
#define MEMORY_LIMIT_DEFAULT (256u << 20)
#define DISK_LIMIT_DEFAULT TX_MAX
#define RESOURCE_MAX (G_GUINT64_CONSTANT(1) << 53)

#define SUPPLY_RATIO_MAX 1000000u
#define CHAIN_NAME_MAX 63u

static void
read_crypto(JsonFields *fields, ChainConfig *config)
{
	static const char *const names[] = { "default", "gm", NULL };

	config->gm = strcmp(fields_choice(fields, "crypto", names, "default"),
			    "gm") == 0;
}

static void
read_share(JsonFields *fields, const json_t *entry, ChainConfig *config)
{
	JsonFields own = fields_of(entry, "config.predistribution",
				   fields->err);
	Predistribution share = { 0 };
	const char *address = fields_string(&own, "address", ADDRESS_MAX - 1,
					    "");

	if (!address_valid(bsn_slice_str(address)))
		fields_fail(&own, "address",
			    "must be an address: Base58 of version 1 or 2 with "
			    "its checksum");
	value_amount(&own, "quota", share.quota);
	fields_require(&own, "quota", "the tokens that the address begins with");
	g_strlcpy(share.address, address, sizeof(share.address));
	if (fields_end(&own) != BSN_OK)
		fields->status = own.status;
	else
		g_array_append_val(config->predistribution, share);
}

static void
check_sum(JsonFields *fields, const ChainConfig *config)
{
	guint8 sum[AMOUNT_LEN] = { 0 };

	for (guint i = 0; i < config->predistribution->len; i++)
		if (!amount_add(sum, sum,
				g_array_index(config->predistribution,
					      Predistribution, i)
					.quota))
			fields_fail(fields, "predistribution",
				    "has quotas whose sum is over 256 bits");
}

/* All that a chain can have in all its blocks must be a number of 256 bits: else
 * the award that is one too many would be its last block. */
static void
check_award(JsonFields *fields, const ChainConfig *config)
{
	static const guint8 zeros[8];
	guint8 sum[AMOUNT_LEN] = { 0 };

	if (amount_is_zero(config->award))
		return;
	for (guint i = 0; i < config->predistribution->len; i++)
		(void)amount_add(sum, sum,
				 g_array_index(config->predistribution,
					       Predistribution, i)
					 .quota);
	if (memcmp(config->award, zeros, sizeof(zeros)) != 0)
		fields_fail(fields, "award", "must be below 2^192");
	else if (sum[0] >= 0x80)
		fields_fail(fields, "predistribution",
			    "has quotas whose sum is over 255 bits, which "
			    "leaves no room for awards");
}

static void
read_tokens(JsonFields *fields, ChainConfig *config)
{
	const json_t *shares = fields_array(fields, "predistribution",
					    PREDISTRIBUTION_MAX);
	const json_t *share;
	size_t i;

	json_array_foreach(shares, i, share) {
		if (fields->status != BSN_OK)
			return;
		read_share(fields, share, config);
	}
	check_sum(fields, config);
	config->nofee = fields_bool(fields, "nofee", TRUE);
	value_amount(fields, "award", config->award);
	check_award(fields, config);
	if (!config->nofee && config->predistribution->len == 0 &&
	    amount_is_zero(config->award))
		fields_fail(fields, "nofee",
			    "cannot be false where nobody has tokens: give "
			    "some by predistribution or award");
}

static void
read_prices(JsonFields *fields, ChainConfig *config)
{
	JsonFields own = fields_of(fields_object(fields, "gas_price"),
				   "config.gas_price", fields->err);

	config->cpu_rate = value_u64(&own, "cpu_rate", 1, RESOURCE_MAX,
				     CPU_RATE_DEFAULT);
	config->mem_rate = value_u64(&own, "mem_rate", 1, RESOURCE_MAX,
				     MEMORY_RATE_DEFAULT);
	config->disk_rate = value_u64(&own, "disk_rate", 1, RESOURCE_MAX,
				      DISK_RATE_DEFAULT);
	config->xfee_rate = value_u64(&own, "xfee_rate", 1, RESOURCE_MAX,
				      XFEE_RATE_DEFAULT);
	if (fields_end(&own) != BSN_OK && fields->status == BSN_OK)
		fields->status = own.status;
	config->new_account_fee =
		value_u64(fields, "new_account_resource_amount", 0,
			  RESOURCE_MAX, NEW_ACCOUNT_DEFAULT);
}

static void
read_limits(JsonFields *fields, ChainConfig *config)
{
	JsonFields own = fields_of(fields_object(fields, "limits"),
				   "config.limits", fields->err);

	config->limits[RESOURCE_CPU] =
		value_u64(&own, "cpu", 1, RESOURCE_MAX, CPU_LIMIT_DEFAULT);
	config->limits[RESOURCE_MEMORY] = value_u64(
		&own, "memory", 1, RESOURCE_MAX, MEMORY_LIMIT_DEFAULT);
	config->limits[RESOURCE_DISK] =
		value_u64(&own, "disk", 1, RESOURCE_MAX, DISK_LIMIT_DEFAULT);
	config->limits[RESOURCE_XFEE] = RESOURCE_MAX;
	if (fields_end(&own) != BSN_OK && fields->status == BSN_OK)
		fields->status = own.status;
}

static void
read_block_size(JsonFields *fields, ChainConfig *config)
{
	guint64 mib = value_u64(fields, "maxblocksize", 5,
				BLOCK_BYTES_MAX >> 20,
				BLOCK_BYTES_DEFAULT >> 20);

	config->block_bytes = value_u64(fields, "max_block_size",
					BLOCK_BYTES_MIN, BLOCK_BYTES_MAX,
					mib << 20);
}

static void
read_members(JsonFields *fields, ChainConfig *config)
{
	static const char *const choices[] = { "majority", "two-thirds", "all",
					       NULL };
	JsonFields own = fields_of(fields_object(fields, "members"),
				   "config.members", fields->err);
	const char *votes = fields_choice(&own, "votes", choices, choices[0]);

	for (guint i = 0; choices[i] != NULL; i++)
		if (strcmp(votes, choices[i]) == 0)
			config->member_votes = (MemberVotes)i;
	if (fields_end(&own) != BSN_OK && fields->status == BSN_OK)
		fields->status = own.status;
}

static void
read_consensus(JsonFields *fields, ChainConfig *config)
{
	const json_t *given = fields_object(fields, "consensus");
	g_autoptr(json_t) own = given != NULL ? json_copy((json_t *)given)
					      : json_object();
	const json_t *name = json_object_get(own, "name");

	if (given != NULL &&
	    (json_string_length(name) == 0 ||
	     json_string_length(name) > PROTOCOL_NAME_MAX)) {
		fields_fail(fields, "consensus",
			    "needs a \"name\", such as \"chainedbft\"");
		return;
	}
	config->consensus =
		g_strdup(name != NULL ? json_string_value(name) : "single");
	json_object_del(own, "name");
	config->consensus_config = protocol_text(own);
}

static void
read_governance(JsonFields *fields, ChainConfig *config)
{
	JsonFields own = fields_of(fields_object(fields, "governance"),
				   "config.governance", fields->err);

	config->governance_supply_ratio =
		value_u64(&own, "supply_ratio", 1, SUPPLY_RATIO_MAX, 1);
	if (fields_end(&own) != BSN_OK && fields->status == BSN_OK)
		fields->status = own.status;
}

static void
read_parent(JsonFields *fields, ChainConfig *config)
{
	const char *parent = fields_string(fields, "parent", CHAIN_NAME_MAX,
					   NULL);

	if (parent != NULL && parent[0] == '\0')
		fields_fail(fields, "parent",
			    "must be the name of the chain that begins this "
			    "one; leave it out for a root chain");
	config->parent = g_strdup(parent);
}

static int32_t
read_all(const json_t *object, ChainConfig *config, bsn_err *err)
{
	JsonFields fields = fields_of(object, "config", err);

	read_crypto(&fields, config);
	read_tokens(&fields, config);
	read_prices(&fields, config);
	read_block_size(&fields, config);
	read_limits(&fields, config);
	code_read(&fields, config);
	read_members(&fields, config);
	read_consensus(&fields, config);
	read_governance(&fields, config);
	reserved_read(&fields, config);
	read_parent(&fields, config);
	return fields_end(&fields);
}

/* The chain's name is part of its accounts' names, so it is what the ABI says. */
static gboolean
name_is_valid(bsn_slice name)
{
	for (guint64 i = 0; i < name.len; i++)
		if (!g_ascii_islower(name.data[i]) &&
		    !g_ascii_isdigit(name.data[i]) && name.data[i] != '-')
			return FALSE;
	return name.len >= 1 && name.len <= CHAIN_NAME_MAX;
}

int32_t
config_parse(bsn_slice name, bsn_slice json, ChainConfig **config, bsn_err *err)
{
	g_autoptr(ChainConfig) made = g_new0(ChainConfig, 1);
	g_autoptr(json_t) object = NULL;
	int32_t status;

	*config = NULL;
	if (!name_is_valid(name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a chain's name has 1 to 63 of a-z, 0-9 and -");
	made->predistribution = g_array_new(FALSE, FALSE,
					    sizeof(Predistribution));
	object = json_parse_object(json, CONFIG_MAX, "config", &status, err);
	if (object == NULL)
		return BSN_BAD_REQUEST;
	if (read_all(object, made, err) != BSN_OK)
		return BSN_BAD_REQUEST;
	made->name = g_strndup((const char *)name.data, name.len);
	made->json = value_text(object);
	*config = g_steal_pointer(&made);
	return BSN_OK;
}

void
config_free(ChainConfig *config)
{
	if (config == NULL)
		return;
	g_clear_pointer(&config->predistribution, g_array_unref);
	g_free(config->name);
	g_free(config->json);
	g_free(config->evm_rules);
	g_strfreev(config->check_refuse);
	g_strfreev(config->check_forbidden);
	g_free(config->consensus);
	g_free(config->consensus_config);
	g_free(config->parent);
	g_clear_pointer(&config->reserved, g_ptr_array_unref);
	arena_clear(&config->arena);
	g_free(config);
}
