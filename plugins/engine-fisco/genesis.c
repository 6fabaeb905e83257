/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/genesis.h"

#include "plugins/engine-fisco/access/committee.h"
#include "plugins/engine-fisco/balances.h"
#include "plugins/engine-fisco/policy.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/suite.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

#define GENESIS_MAGIC "bsn-fisco"
#define GENESIS_FORMAT 1u

/* ---- making ------------------------------------------------------------ */

static int32_t
check_member(const bsn_member *member, guint64 index, const char *algorithm,
	     bsn_err *err)
{
	if (g_strcmp0(member->algorithm, algorithm) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member %" G_GUINT64_FORMAT
				" has a key of %s; this chain's members need "
				"%s keys",
				index,
				member->algorithm ? member->algorithm : "none",
				algorithm);
	if (member->public_key.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the public key of member %" G_GUINT64_FORMAT
				" must be the 64 bytes X || Y",
				index);
	if (member->role != BSN_ROLE_CONSENSUS &&
	    member->role != BSN_ROLE_OBSERVER)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member %" G_GUINT64_FORMAT
				" has an unknown role",
				index);
	if (member->name.len > MEMBER_TEXT_MAX ||
	    member->address.len > MEMBER_TEXT_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"name and address of member %" G_GUINT64_FORMAT
				" may have 255 bytes each",
				index);
	return BSN_OK;
}

static int32_t
check_members(const bsn_genesis *request, const char *algorithm,
	      guint64 *sealers, bsn_err *err)
{
	*sealers = 0;
	if (request->member_count > MEMBERS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a chain begins with at most %u members",
				MEMBERS_MAX);
	for (guint64 i = 0; i < request->member_count; i++) {
		const bsn_member *member = members_at(request->members, i);
		int32_t status = check_member(member, i, algorithm, err);

		if (status != BSN_OK)
			return status;
		*sealers += member->role == BSN_ROLE_CONSENSUS;
	}
	if (*sealers == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a chain needs at least one member with the "
				"role consensus");
	return BSN_OK;
}

static int32_t
check_parts(const Config *config, guint64 sealers, bsn_err *err)
{
	const bsn_consensus *consensus =
		services.consensuses->find(config->consensus);
	const bsn_runtime *runtime = services.runtimes->find(config->runtime);

	if (consensus == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config.consensus.name: no loaded plugin "
				"offers \"%s\"",
				config->consensus);
	if (runtime == NULL || (runtime->flags & BSN_RUNTIME_ASYNC) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config.runtime: no loaded plugin offers "
				"\"%s\" in this process",
				config->runtime);
	if (config->balances != NULL && !BSN_HAS(runtime, fund))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config.balances: the runtime \"%s\" has no "
				"balances",
				config->runtime);
	if (policy_fits(config, runtime, err) != BSN_OK)
		return BSN_BAD_REQUEST;
	return consensus->check_config(
		bsn_slice_str(config->consensus_config), sealers, err);
}

/* Members and weights, one after the other; without founders an empty list,
 * which stands for none. */
static void
put_committee(const GArray *founders, GByteArray *out)
{
	guint n = founders != NULL ? founders->len : 0;
	g_autofree RlpItem *items = g_new(RlpItem, 2 * (gsize)n);

	for (guint i = 0; i < n; i++) {
		const Founder *founder = &g_array_index(founders, Founder, i);

		items[2 * i] = rlp_bytes(
			bsn_slice_of(founder->address, ADDRESS_LEN));
		items[2 * i + 1] = rlp_u64(founder->weight);
	}
	rlp_put_list(out, items, 2 * (guint64)n);
}

static void
put_texts(char **texts, GByteArray *out)
{
	guint n = texts != NULL ? g_strv_length(texts) : 0;
	g_autofree RlpItem *items = g_new(RlpItem, n);

	for (guint i = 0; i < n; i++)
		items[i] = rlp_bytes(bsn_slice_str(texts[i]));
	rlp_put_list(out, items, n);
}

static void
put_contract_check(const Config *config, GByteArray *out)
{
	g_autoptr(GByteArray) lists = g_byte_array_new();
	RlpItem both;

	put_texts(config->check_refuse, lists);
	put_texts(config->check_forbidden, lists);
	both = rlp_raw(buffer_slice(lists));
	rlp_put_list(out, &both, 1);
}

/* What is only there for chains that have it: committee, policy, balances,
 * threshold, snapshots; a list for each up to the last one that there is, one
 * after the other. Returns how many. */
static guint
put_optional(const Config *config, GByteArray *out)
{
	gboolean check = config->check_refuse != NULL ||
			 config->check_forbidden != NULL;
	const RlpItem threshold = rlp_u64(config->threshold);
	const RlpItem interval = rlp_u64(config->snapshot_interval);
	guint n = config->snapshot_interval != 0 ? 5
		  : config->threshold != THRESHOLD_DEFAULT ? 4
		  : config->balances != NULL ? 3
		  : check		      ? 2
		  : config->committee != NULL ? 1
					      : 0;

	if (n >= 1)
		put_committee(config->committee, out);
	if (n >= 2)
		put_contract_check(config, out);
	if (n >= 3 && config->balances != NULL)
		balances_put(config->balances, out);
	else if (n >= 3)
		rlp_put_list(out, NULL, 0);
	if (n >= 4)
		rlp_put_list(out, &threshold, 1);
	if (n >= 5)
		rlp_put_list(out, &interval, 1);
	return n;
}

static void
put_genesis(const bsn_genesis *request, const Config *config, GByteArray *out)
{
	g_autoptr(GByteArray) members = g_byte_array_new();
	g_autoptr(GByteArray) optional = g_byte_array_new();
	RlpItem configs[] = {
		rlp_u64(config->sm ? 1 : 0),
		rlp_u64(config->chain_id),
		rlp_u64(config->group_id),
		rlp_bytes(bsn_slice_str(config->runtime)),
		rlp_bytes(bsn_slice_str(config->consensus)),
		rlp_bytes(bsn_slice_str(config->consensus_config)),
		rlp_u64(config->block_tx_max),
		rlp_u64(config->block_bytes_max),
		rlp_u64(config->block_gas_max),
		rlp_u64(config->tx_gas_max),
		rlp_u64(config->tx_bytes_max),
		rlp_u64(config->pool_max),
		rlp_u64(config->pool_bytes_max),
		rlp_u64(config->block_limit_range),
		rlp_bytes(bsn_slice_str(config->rules)),
		rlp_u64(config->parallel ? 1 : 0),
		rlp_raw(bsn_slice_of(NULL, 0)), /* what is optional */
	};
	guint n = G_N_ELEMENTS(configs) - 1;
	RlpItem fields[6];

	if (put_optional(config, optional) > 0)
		configs[n++] = rlp_raw(buffer_slice(optional));
	members_put(request->members, request->member_count, members);
	fields[0] = rlp_bytes(bsn_slice_str(GENESIS_MAGIC));
	fields[1] = rlp_u64(GENESIS_FORMAT);
	fields[2] = rlp_bytes(request->name);
	fields[3] = rlp_u64(request->time_ms);
	fields[4] = rlp_list(configs, n);
	fields[5] = rlp_raw(buffer_slice(members));
	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

/* A chain that is given no id gets one of its own, so that what is signed for
 * one chain is worth nothing on another: 31 bits of its name's and time's
 * digest, as much as every client takes for a chain id. */
static int32_t
choose_chain_id(const bsn_genesis *request, Config *config, bsn_err *err)
{
	const guint64 time = GUINT64_TO_BE(request->time_ms);
	const bsn_slice parts[] = { request->name,
				    bsn_slice_of(&time, sizeof(time)) };
	guint8 digest[HASH_LEN];
	Suite suite;
	int32_t status = suite_find(&suite, config->sm, err);

	if (status == BSN_OK)
		status = suite_digest(&suite, parts, G_N_ELEMENTS(parts),
				      digest);
	if (status == BSN_OK)
		config->chain_id =
			MAX(((guint64)(digest[0] & 0x7f) << 24) |
				    (guint64)digest[1] << 16 |
				    (guint64)digest[2] << 8 | digest[3],
			    2);
	return status;
}

int32_t
genesis_make(const bsn_genesis *request, bsn_sink *out, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Config) config = { 0 };
	guint64 sealers;
	int32_t status = config_parse(request->config, &config, err);

	if (status == BSN_OK)
		status = check_members(request, suite_algorithm(config.sm),
				       &sealers, err);
	if (status == BSN_OK)
		status = check_parts(&config, sealers, err);
	if (status == BSN_OK && config.chain_id == 0)
		status = choose_chain_id(request, &config, err);
	if (status != BSN_OK)
		return status;
	put_genesis(request, &config, bytes);
	return out->write(out, bytes->data, bytes->len);
}

/* ---- reading ----------------------------------------------------------- */

/* A name stands in reasons, and so has no character that a line has not. */
static void
read_name(RlpReader *reader, const char *what, char *out)
{
	bsn_slice name = rlp_read_bytes(reader, what, 1, CONFIG_NAME_MAX);

	for (guint64 i = 0; i < name.len; i++)
		if (!g_ascii_isgraph(name.data[i])) {
			rlp_fail(reader, what, "it is no name");
			name.len = 0;
		}
	if (name.len > 0)
		memcpy(out, name.data, name.len);
	out[name.len] = '\0';
}

/* Chains of before rules could be named have none there. */
static void
read_rules(RlpReader *reader, Config *config)
{
	bsn_slice name = bsn_slice_str(CONFIG_RULES_DEFAULT);

	if (rlp_more(reader))
		name = rlp_read_bytes(reader, "rules", 0, CONFIG_NAME_MAX);
	if (name.len > 0)
		memcpy(config->rules, name.data, name.len);
	config->rules[name.len] = '\0';
}

/* A list of texts; NULL when it is empty. */
static char **
read_texts(RlpReader *reader, const char *what)
{
	g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
	guint n = 0;

	rlp_enter(reader, what);
	for (; rlp_more(reader) && n < CONFIG_CHECKS_MAX; n++) {
		bsn_slice text =
			rlp_read_bytes(reader, what, 1, CONFIG_CHECK_LEN_MAX);
		g_autofree char *copy =
			g_strndup((const char *)text.data, text.len);

		g_strv_builder_add(texts, copy);
	}
	rlp_leave(reader);
	return n > 0 ? g_strv_builder_end(texts) : NULL;
}

/* Chains of before a policy could be named have none there. */
static void
read_contract_check(RlpReader *reader, Config *config)
{
	if (!rlp_more(reader))
		return;
	rlp_enter(reader, "contract check");
	config->check_refuse = read_texts(reader, "refused rules");
	config->check_forbidden = read_texts(reader, "forbidden opcodes");
	rlp_leave(reader);
}

static void
read_committee(RlpReader *reader, Config *config)
{
	config->committee = g_array_new(FALSE, FALSE, sizeof(Founder));
	rlp_enter(reader, "committee");
	while (rlp_more(reader) && config->committee->len < FOUNDERS_MAX) {
		Founder founder;

		rlp_read_fixed(reader, "member", founder.address, ADDRESS_LEN);
		founder.weight = rlp_read_u64(reader, "weight");
		if (founder.weight < 1 || founder.weight > WEIGHT_MAX)
			rlp_fail(reader, "weight", "it is out of range");
		g_array_append_val(config->committee, founder);
	}
	rlp_leave(reader);
	if (config->committee->len == 0)
		g_clear_pointer(&config->committee, g_array_unref);
}

/* Chains of before it could be named have the default. */
static void
read_threshold(RlpReader *reader, Config *config)
{
	config->threshold = THRESHOLD_DEFAULT;
	if (!rlp_more(reader))
		return;
	rlp_enter(reader, "threshold");
	config->threshold = rlp_read_u64(reader, "threshold");
	rlp_leave(reader);
	if (config->threshold > THRESHOLD_MAX)
		rlp_fail(reader, "threshold", "it is out of range");
}

/* Chains of before there were any have none. */
static void
read_snapshots(RlpReader *reader, Config *config)
{
	if (!rlp_more(reader))
		return;
	rlp_enter(reader, "snapshots");
	config->snapshot_interval = rlp_read_u64(reader, "snapshot interval");
	rlp_leave(reader);
}

static void
read_config(RlpReader *reader, Config *config)
{
	bsn_slice text;

	rlp_enter(reader, "config");
	config->sm = rlp_read_u64(reader, "sm") != 0;
	config->chain_id = rlp_read_u64(reader, "chain id");
	config->group_id = rlp_read_u64(reader, "group id");
	read_name(reader, "runtime", config->runtime);
	read_name(reader, "consensus", config->consensus);
	text = rlp_read_bytes(reader, "consensus config", 0, CONFIG_TEXT_MAX);
	config->consensus_config =
		g_strndup((const char *)text.data, text.len);
	config->block_tx_max = rlp_read_u64(reader, "block_tx_max");
	config->block_bytes_max = rlp_read_u64(reader, "block_bytes_max");
	config->block_gas_max = rlp_read_u64(reader, "block_gas_max");
	config->tx_gas_max = rlp_read_u64(reader, "tx_gas_max");
	config->tx_bytes_max = rlp_read_u64(reader, "tx_bytes_max");
	config->pool_max = rlp_read_u64(reader, "pool_max");
	config->pool_bytes_max = rlp_read_u64(reader, "pool_bytes_max");
	config->block_limit_range = rlp_read_u64(reader, "block_limit_range");
	read_rules(reader, config);
	config->parallel = !rlp_more(reader) ||
			   rlp_read_u64(reader, "parallel") != 0;
	if (rlp_more(reader))
		read_committee(reader, config);
	read_contract_check(reader, config);
	if (rlp_more(reader))
		config->balances = balances_read(reader);
	read_threshold(reader, config);
	read_snapshots(reader, config);
	rlp_leave(reader);
	if (!config_limits_fit(config))
		rlp_fail(reader, "config", "its limits contradict each other");
}

static void
read_members(RlpReader *reader, Genesis *genesis)
{
	GArray *members =
		members_read(reader, suite_algorithm(genesis->config.sm));

	genesis->n_members = members->len;
	genesis->members = (bsn_member *)(void *)g_array_free(members, FALSE);
}

static int32_t
read_genesis(Genesis *genesis, bsn_err *err)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(genesis->bytes, &len);
	RlpReader reader = rlp_reader(bsn_slice_of(data, len));
	bsn_slice magic;
	guint64 format;
	int32_t status;

	rlp_enter(&reader, "genesis");
	magic = rlp_read_bytes(&reader, "magic", 1, 32);
	format = rlp_read_u64(&reader, "format");
	if (bsn_slice_equal(magic, bsn_slice_str(GENESIS_MAGIC)) &&
	    format > GENESIS_FORMAT)
		return bsn_fail(err, BSN_E_VERSION,
				"this genesis has format %" G_GUINT64_FORMAT
				", a newer bsn.engine-fisco wrote it",
				format);
	genesis->name = rlp_read_bytes(&reader, "name", 0, 63);
	genesis->time_ms = rlp_read_u64(&reader, "time");
	read_config(&reader, &genesis->config);
	read_members(&reader, genesis);
	rlp_leave(&reader);
	status = rlp_finish(&reader, err);
	if (status == BSN_OK && genesis_sealers(genesis) == 0)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "the genesis has no consensus member");
	return status;
}

int32_t
genesis_read(bsn_slice bytes, Genesis *genesis, bsn_err *err)
{
	int32_t status;

	*genesis = (Genesis){ .bytes = g_bytes_new(bytes.data, bytes.len) };
	status = read_genesis(genesis, err);
	if (status != BSN_OK)
		genesis_clear(genesis);
	return status;
}

void
genesis_clear(Genesis *genesis)
{
	config_clear(&genesis->config);
	g_clear_pointer(&genesis->members, g_free);
	g_clear_pointer(&genesis->bytes, g_bytes_unref);
}

guint
genesis_sealers(const Genesis *genesis)
{
	return members_sealers(genesis->members, genesis->n_members);
}
