/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/policy.h"

#include <string.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define FINDINGS_MAX (4u << 20)
/* Verdicts kept at once; then all are dropped and made anew. */
#define VERDICTS_MAX 256u
#define RULE_FORBIDDEN "evm-forbidden-opcode"

/* ---- verdicts kept ------------------------------------------------------- */

typedef struct {
	guint8 digest[HASH_LEN];
	char *reason; /* NULL: not refused */
} Verdict;

/* Transactions may be run by several threads. */
struct PolicyCache {
	GMutex mutex;
	GHashTable *verdicts; /* Verdict, a set */
};

static guint
verdict_hash(gconstpointer verdict)
{
	return table_hash(verdict, HASH_LEN);
}

static gboolean
verdict_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, HASH_LEN) == 0;
}

static void
verdict_free(gpointer data)
{
	Verdict *verdict = data;

	g_free(verdict->reason);
	g_free(verdict);
}

PolicyCache *
policy_cache_new(void)
{
	PolicyCache *cache = g_new0(PolicyCache, 1);

	g_mutex_init(&cache->mutex);
	cache->verdicts = g_hash_table_new_full(verdict_hash, verdict_equal,
						verdict_free, NULL);
	return cache;
}

void
policy_cache_free(PolicyCache *cache)
{
	if (cache == NULL)
		return;
	g_hash_table_unref(cache->verdicts);
	g_mutex_clear(&cache->mutex);
	g_free(cache);
}

static gboolean
recall(PolicyCache *cache, const guint8 *digest, char **reason)
{
	const Verdict *verdict;

	g_mutex_lock(&cache->mutex);
	verdict = g_hash_table_lookup(cache->verdicts, digest);
	*reason = verdict != NULL ? g_strdup(verdict->reason) : NULL;
	g_mutex_unlock(&cache->mutex);
	return verdict != NULL;
}

static void
remember(PolicyCache *cache, const guint8 *digest, const char *reason)
{
	Verdict *verdict = g_new0(Verdict, 1);

	memcpy(verdict->digest, digest, HASH_LEN);
	verdict->reason = g_strdup(reason);
	g_mutex_lock(&cache->mutex);
	if (g_hash_table_size(cache->verdicts) >= VERDICTS_MAX)
		g_hash_table_remove_all(cache->verdicts);
	g_hash_table_add(cache->verdicts, verdict);
	g_mutex_unlock(&cache->mutex);
}

/* ---- the check ----------------------------------------------------------- */

static gboolean
has_policy(const Config *config)
{
	return config->check_refuse != NULL || config->check_forbidden != NULL;
}

/* Adds what the chain forbids to what the request does. */
static void
add_forbidden(const Config *config, json_t *options)
{
	json_t *names = json_object_get(options, "forbidden_opcodes");

	if (config->check_forbidden == NULL)
		return;
	if (names == NULL) {
		names = json_array();
		json_object_set_new(options, "forbidden_opcodes", names);
	}
	for (char **name = config->check_forbidden; *name != NULL; name++)
		json_array_append_new(names, json_string(*name));
}

static int32_t
run_check(const bsn_runtime *runtime, bsn_slice code, const json_t *options,
	  bsn_sink *findings, bsn_err *err)
{
	g_autofree char *text = NULL;

	if (!BSN_HAS(runtime, check_with)) {
		if (json_object_get(options, "forbidden_opcodes") != NULL)
			return bsn_fail(err, BSN_NOT_OFFERED,
					"options.forbidden_opcodes: the "
					"runtime %s cannot look for them",
					runtime->name);
		return runtime->check(code, findings, err);
	}
	text = json_text(options);
	return runtime->check_with(code, bsn_slice_str(text), findings, err);
}

int32_t
policy_check(const Ledger *ledger, bsn_slice code, json_t *options,
	     json_t **findings, bsn_err *err)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, FINDINGS_MAX);
	int32_t status;

	add_forbidden(ledger_config(ledger), options);
	if (wasm_chain(ledger))
		json_object_set_new(options, "rules",
				    json_string(ledger_config(ledger)->rules));
	status = run_check(ledger->runtime, code, options, &sink.sink, err);
	*findings = json_parse(buffer_slice(text), FINDINGS_MAX, "findings",
			       NULL, NULL);
	if (!json_is_array(*findings)) {
		g_clear_pointer(findings, json_decref);
		*findings = json_array();
	}
	return status;
}

/* ---- what is refused ----------------------------------------------------- */

static const char *
member(const json_t *finding, const char *name)
{
	const char *text = json_string_value(json_object_get(finding, name));

	return text != NULL ? text : "";
}

static gboolean
is_refused(const Config *config, const char *rule)
{
	if (config->check_forbidden != NULL &&
	    strcmp(rule, RULE_FORBIDDEN) == 0)
		return TRUE;
	return config->check_refuse != NULL &&
	       g_strv_contains((const char *const *)config->check_refuse, rule);
}

char *
policy_reason(const Config *config, const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding) {
		const char *rule = member(finding, "rule");

		if (is_refused(config, rule))
			return g_strdup_printf(
				"This chain refuses the contract: %s at %s: %s",
				rule, member(finding, "where"),
				member(finding, "text"));
	}
	return NULL;
}

static int32_t
judge(const Ledger *ledger, bsn_slice code, char **reason)
{
	g_autoptr(json_t) options = json_object();
	g_autoptr(json_t) findings = NULL;
	bsn_err err = BSN_ERR_INIT;
	int32_t status =
		policy_check(ledger, code, options, &findings, &err);

	if (status < 0)
		return status;
	*reason = status == BSN_OK
			  ? policy_reason(ledger_config(ledger), findings)
			  : g_strdup_printf("This chain refuses the contract, "
					    "which cannot be checked: %s",
					    err.reason);
	return BSN_OK;
}

int32_t
policy_refuses(const Ledger *ledger, bsn_slice code, char **reason)
{
	guint8 digest[HASH_LEN];
	int32_t status;

	*reason = NULL;
	if (!has_policy(ledger_config(ledger)))
		return BSN_OK;
	status = suite_digest1(&ledger->suite, code, digest);
	if (status != BSN_OK || recall(ledger->verdicts, digest, reason))
		return status;
	status = judge(ledger, code, reason);
	if (status == BSN_OK)
		remember(ledger->verdicts, digest, *reason);
	return status;
}

int32_t
policy_judge(const Ledger *ledger, bsn_slice code, bsn_err *err)
{
	g_autofree char *reason = NULL;
	int32_t status = policy_refuses(ledger, code, &reason);

	if (status != BSN_OK)
		return bsn_fail(err, status, "the code cannot be checked");
	if (reason == NULL)
		return BSN_OK;
	return bsn_fail_native(err, BSN_DENIED, FISCO_REFUSED, "%s", reason);
}

/* What all ids begin with, "evm-". */
static gsize
common_prefix(const char *const *rules)
{
	const char *dash = strchr(rules[0], '-');
	gsize len = dash != NULL ? (gsize)(dash - rules[0]) + 1 : 0;

	for (guint i = 1; rules[i] != NULL; i++)
		if (strncmp(rules[i], rules[0], len) != 0)
			return 0;
	return len;
}

/* Told shortly, so that all of it has room in a reason. What is forbidden is
 * refused in any case, and named elsewhere. */
static int32_t
fail_rule(const char *const *rules, const char *wrong, bsn_err *err)
{
	g_autoptr(GString) list = g_string_new(NULL);
	gsize prefix = common_prefix(rules);

	for (guint i = 0; rules[i] != NULL; i++)
		if (strcmp(rules[i], RULE_FORBIDDEN) != 0)
			g_string_append_printf(list, "%s%s",
					       list->len > 0 ? "," : "",
					       rules[i] + prefix);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"contract_check: no rule %.20s; %.*s and %s",
			wrong, (int)prefix, rules[0], list->str);
}

static int32_t
check_rule_names(const Config *config, const bsn_runtime *runtime, bsn_err *err)
{
	char **rules = config->check_refuse;

	if (rules == NULL || !BSN_HAS(runtime, check_rules))
		return BSN_OK;
	for (; *rules != NULL; rules++)
		if (!g_strv_contains(runtime->check_rules, *rules))
			return fail_rule(runtime->check_rules, *rules, err);
	return BSN_OK;
}

int32_t
policy_fits(const Config *config, const bsn_runtime *runtime, bsn_err *err)
{
	static const guint8 nothing[] = { 0 };
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, FINDINGS_MAX);
	g_autoptr(json_t) options = json_object();
	bsn_err why = BSN_ERR_INIT;
	int32_t status;

	if (!has_policy(config))
		return BSN_OK;
	if (check_rule_names(config, runtime, err) != BSN_OK)
		return BSN_BAD_REQUEST;
	if (config->check_forbidden != NULL && config_is_wasm(config))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config.contract_check.forbidden_opcodes is "
				"for chains with the runtime evm");
	add_forbidden(config, options);
	status = run_check(runtime, bsn_slice_of(nothing, sizeof(nothing)),
			   options, &sink.sink, &why);
	/* Not every runtime takes what is nothing; it has read the options. */
	if (status == BSN_OK || status == BSN_FAULT)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "config.contract_check: %s",
			why.reason);
}
