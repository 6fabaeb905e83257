/* SPDX-License-Identifier: Apache-2.0
 *
 * What a protocol's config may say.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/terms.h"
#include "plugins/kit/target.h"

#define MINUTE_MS 60000u
#define PERIOD_MIN_MS 50u
#define INTERVAL_MAX_MS (10 * MINUTE_MS)
#define BLOCK_NUM_MAX 10000u

/* Whole numbers of configs. */
typedef struct {
	const char *protocol, *key;
	guint64 min, max;
} ProtocolKey;

static const ProtocolKey keys[] = {
	{ "single", "period", 0, INTERVAL_MAX_MS },
	{ "chainedbft", "timeout_ms", 100, 10 * MINUTE_MS },
	{ "chainedbft", "timeout_max_ms", 100, 60 * MINUTE_MS },
	{ "chainedbft", "suspect_timeout_ms", 0, MINUTE_MS },
	{ "chainedbft", "block_interval_ms", 0, MINUTE_MS },
	{ "tdpos", "proposer_num", 1, VALIDATORS_MAX },
	{ "tdpos", "period", PERIOD_MIN_MS, INTERVAL_MAX_MS },
	{ "tdpos", "alternate_interval", PERIOD_MIN_MS, INTERVAL_MAX_MS },
	{ "tdpos", "term_interval", PERIOD_MIN_MS, INTERVAL_MAX_MS },
	{ "tdpos", "block_num", 1, BLOCK_NUM_MAX },
	{ "tdpos", "timestamp", 0, G_MAXINT64 },
	{ "tdpos", "vote_unit_price", 1, G_MAXUINT32 },
	{ "xpoa", "period", PERIOD_MIN_MS, INTERVAL_MAX_MS },
	{ "xpoa", "block_num", 1, BLOCK_NUM_MAX },
	{ "pow", "depth", 1, 500 },
	{ "pow", "defaultTarget", 1, G_MAXINT32 },
	{ "pow", "maxTarget", 1, G_MAXINT32 },
	{ "pow", "adjustHeightGap", 1, 200 },
	{ "pow", "expectedPeriod", 10, INTERVAL_MAX_MS },
	{ "pow", "hashes_per_turn", 1, 1000000 },
	{ "pow", "cpu_percent", 1, 100 },
	{ "pow", "turn_ms", 1, 10000 },
};

/* What contracts of the chain alone read. */
static const char *const of_contracts[] = { "vote_unit_price", "accept_value",
					    NULL };

guint64
protocol_number(const json_t *config, const char *key, guint64 fallback)
{
	JsonFields fields = fields_of(config, "", NULL);

	return value_u64(&fields, key, 0, G_MAXINT64, fallback);
}

json_t *
protocol_config(const json_t *config)
{
	json_t *made = json_object();
	const char *key;
	json_t *value;
	guint64 number;

	json_object_foreach((json_t *)config, key, value)
		if (value_number(bsn_slice_str(json_string_value(value)),
				 G_MAXINT64, &number))
			json_object_set_new(made, key,
					    json_integer((json_int_t)number));
		else
			json_object_set(made, key, value);
	return made;
}

char *
protocol_text(const json_t *config)
{
	g_autoptr(json_t) made = protocol_config(config);

	for (gsize i = 0; of_contracts[i] != NULL; i++)
		json_object_del(made, of_contracts[i]);
	return value_text(made);
}

/* ---- checks ------------------------------------------------------------ */

/* Numbers that must be in order. */
static void
check_order(JsonFields *fields, const char *low, guint64 low_fallback,
	    const char *high, guint64 high_fallback)
{
	g_autofree char *problem = g_strdup_printf("is below %s", low);

	if (protocol_number(fields->object, high, high_fallback) <
	    protocol_number(fields->object, low, low_fallback))
		fields_fail(fields, high, problem);
}

static void
check_chainedbft(JsonFields *fields)
{
	check_order(fields, "timeout_ms", 2000, "timeout_max_ms", MINUTE_MS);
	check_order(fields, "suspect_timeout_ms", 50, "timeout_ms", 2000);
	if (protocol_number(fields->object, "block_interval_ms", 0) >=
	    protocol_number(fields->object, "timeout_ms", 2000))
		fields_fail(fields, "block_interval_ms",
			    "is not below timeout_ms");
}

static void
check_tdpos(JsonFields *fields, gsize n_validators)
{
	guint64 period = protocol_number(fields->object, "period", 3000);
	guint64 turn = protocol_number(fields->object, "alternate_interval",
				       period);

	fields_require(fields, "proposer_num",
		       "how many producers a term has");
	check_order(fields, "period", 3000, "alternate_interval", turn);
	check_order(fields, "alternate_interval", turn, "term_interval", turn);
	if (protocol_number(fields->object, "proposer_num", 0) < n_validators)
		fields_fail(fields, "proposer_num",
			    "is below the number of members with the role "
			    "consensus that begin");
}

static void
check_xpoa(JsonFields *fields)
{
	const json_t *value = fields_any(fields, "accept_value");

	if (value != NULL && (!json_is_number(value) ||
			      json_number_value(value) <= 0.5 ||
			      json_number_value(value) > 1.0))
		fields_fail(fields, "accept_value",
			    "is a share of the validators, above 0.5 and at "
			    "most 1");
}

static Target
read_target(JsonFields *fields, const char *key, guint64 fallback)
{
	Target target = { { 0 } };
	const guint64 bits = protocol_number(fields->object, key, fallback);

	if (bits > G_MAXUINT32 || !target_from_bits((guint32)bits, &target))
		fields_fail(fields, key,
			    "is no target in Bitcoin's compact form");
	return target;
}

static void
check_pow(JsonFields *fields)
{
	const Target start = read_target(fields, "defaultTarget", 0x1f00ffff);
	const Target easiest = read_target(fields, "maxTarget", 0x207fffff);

	(void)fields_bool(fields, "always", FALSE);
	if (target_compare(&start, &easiest) > 0)
		fields_fail(fields, "defaultTarget", "is above maxTarget");
}

static int32_t
check_config(const char *protocol, const json_t *config, gsize n_validators,
	     bsn_err *err)
{
	JsonFields fields = fields_of(config, "config.consensus", err);

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (strcmp(keys[i].protocol, protocol) == 0)
			(void)value_u64(&fields, keys[i].key, keys[i].min,
					keys[i].max, keys[i].min);
	if (strcmp(protocol, "chainedbft") == 0)
		check_chainedbft(&fields);
	else if (strcmp(protocol, "tdpos") == 0)
		check_tdpos(&fields, n_validators);
	else if (strcmp(protocol, "xpoa") == 0)
		check_xpoa(&fields);
	else if (strcmp(protocol, "pow") == 0)
		check_pow(&fields);
	return fields_end(&fields);
}

int32_t
protocol_check(const char *protocol, const json_t *config, gsize n_validators,
	       bsn_err *err)
{
	static const char *const known[] = { "single", "chainedbft", "tdpos",
					     "xpoa", "pow", NULL };

	if (!g_strv_contains(known, protocol))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"there is no protocol of that name for chains "
				"of this kind: single, chainedbft, tdpos, "
				"xpoa or pow");
	if (n_validators == 0 || n_validators > VALIDATORS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a chain has 1 to %u members with the role "
				"consensus",
				VALIDATORS_MAX);
	if (strcmp(protocol, "single") == 0 && n_validators > 1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the protocol single has one member with the "
				"role consensus; chainedbft is one for several");
	return check_config(protocol, config, n_validators, err);
}
