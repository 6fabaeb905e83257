/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/workload.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "tools/bench/draw.h"
#include "tools/bench/template.h"
#include "tools/ctl/error.h"
#include "tools/ctl/suggest.h"

#define ENDING ".conf"
/* FISCO BCOS's DagTransfer: one row is read and written. */
#define DAG_TRANSFER                                              \
	"[workload]\n"                                            \
	"title = One row of DagTransfer, the same each time\n"    \
	"[load]\n"                                                \
	"contract = 0x0000000000000000000000000000000000005002\n" \
	"function = userSave(string,uint256)\n"                   \
	"args = [\"bench\",1]\n"

typedef enum { KEY_TEXT, KEY_COUNT, KEY_REAL, KEY_FLAG, KEY_CHOICE } KeyKind;

typedef struct {
	const char *name; /* NULL ends a table */
	KeyKind kind;
	gsize offset;	       /* char *, guint64, double, gboolean, guint */
	const char *otherwise; /* NULL: none */
	double low, high;
	const char *const *choices;
} Key;

static const char *const signing_words[] = { "auto", "here", "hosted", NULL };
static const char *const signed_by_words[] = { "sequence", "record", NULL };
static const char *const mode_words[] = { "closed", "open", "ramp", NULL };

#define AT(type, member) offsetof(type, member)

static const Key load_keys[] = {
	{ "contract", KEY_TEXT, AT(LoadPlan, contract), NULL, 0, 0, NULL },
	{ "function", KEY_TEXT, AT(LoadPlan, function), NULL, 0, 0, NULL },
	{ "args", KEY_TEXT, AT(LoadPlan, args), "[]", 0, 0, NULL },
	{ "reads", KEY_FLAG, AT(LoadPlan, reads), "false", 0, 0, NULL },
	{ "signing", KEY_CHOICE, AT(LoadPlan, signing), "auto", 0, 0,
	  signing_words },
	{ "signer", KEY_TEXT, AT(LoadPlan, hosted), NULL, 0, 0, NULL },
	{ "signers", KEY_TEXT, AT(LoadPlan, signers), "identity", 0, 0, NULL },
	{ "signed-by", KEY_CHOICE, AT(LoadPlan, signed_by), "sequence", 0, 0,
	  signed_by_words },
	{ "records", KEY_COUNT, AT(LoadPlan, records), "1000", 1,
	  WORKLOAD_RECORDS_MAX, NULL },
	{ "draw", KEY_TEXT, AT(LoadPlan, draw), "uniform", 0, 0, NULL },
	{ "seed", KEY_COUNT, AT(LoadPlan, seed), "0", 0, 1e15, NULL },
	{ "mode", KEY_CHOICE, AT(LoadPlan, mode), "closed", 0, 0, mode_words },
	{ "rate", KEY_REAL, AT(LoadPlan, rate), "0", 0, WORKLOAD_RATE_MAX,
	  NULL },
	{ "poisson", KEY_FLAG, AT(LoadPlan, poisson), "false", 0, 0, NULL },
	{ "in-flight", KEY_COUNT, AT(LoadPlan, in_flight), "0", 0,
	  WORKLOAD_IN_FLIGHT_MAX, NULL },
	{ "batch", KEY_COUNT, AT(LoadPlan, batch), "1", 1, WORKLOAD_BATCH_MAX,
	  NULL },
	{ "transactions", KEY_COUNT, AT(LoadPlan, transactions), "10000", 1,
	  WORKLOAD_TRANSACTIONS_MAX, NULL },
	{ "warm-up", KEY_COUNT, AT(LoadPlan, warm_up), NULL, 0,
	  WORKLOAD_TRANSACTIONS_MAX, NULL },
	{ "seconds", KEY_REAL, AT(LoadPlan, seconds), "0", 0, 1e6, NULL },
	{ "timeout", KEY_REAL, AT(LoadPlan, timeout_s), "30", 0.1, 3600, NULL },
	{ "retries", KEY_COUNT, AT(LoadPlan, retries), "10", 0, 1000, NULL },
	{ NULL, KEY_TEXT, 0, NULL, 0, 0, NULL }
};

static const Key deploy_keys[] = {
	{ "code", KEY_TEXT, AT(DeployPlan, code), NULL, 0, 0, NULL },
	{ "native", KEY_TEXT, AT(DeployPlan, native), NULL, 0, 0, NULL },
	{ "args", KEY_TEXT, AT(DeployPlan, args), NULL, 0, 0, NULL },
	{ "options", KEY_TEXT, AT(DeployPlan, options), NULL, 0, 0, NULL },
	{ NULL, KEY_TEXT, 0, NULL, 0, 0, NULL }
};

static const Key prepare_keys[] = {
	{ "function", KEY_TEXT, AT(PreparePlan, function), NULL, 0, 0, NULL },
	{ "args", KEY_TEXT, AT(PreparePlan, args), "[]", 0, 0, NULL },
	{ NULL, KEY_TEXT, 0, NULL, 0, 0, NULL }
};

static const Key ramp_keys[] = {
	{ "start", KEY_REAL, AT(RampPlan, start), "100", 1, WORKLOAD_RATE_MAX,
	  NULL },
	{ "most", KEY_REAL, AT(RampPlan, most), "1000000", 1, WORKLOAD_RATE_MAX,
	  NULL },
	{ "percent", KEY_REAL, AT(RampPlan, percent), "99", 1, 100, NULL },
	{ "bound-ms", KEY_REAL, AT(RampPlan, bound_ms), "100", 0.01, 1e6,
	  NULL },
	{ "errors", KEY_REAL, AT(RampPlan, errors), "0", 0, 100, NULL },
	{ "step-seconds", KEY_REAL, AT(RampPlan, step_s), "5", 0.1, 3600,
	  NULL },
	{ "warm-up-seconds", KEY_REAL, AT(RampPlan, warm_up_s), "1", 0, 3600,
	  NULL },
	{ "precision", KEY_REAL, AT(RampPlan, precision), "5", 0.5, 50, NULL },
	{ NULL, KEY_TEXT, 0, NULL, 0, 0, NULL }
};

static const Key events_keys[] = {
	{ "subscribers", KEY_COUNT, AT(EventsPlan, subscribers), "0", 0,
	  WORKLOAD_SUBSCRIBERS_MAX, NULL },
	{ "name", KEY_TEXT, AT(EventsPlan, name), NULL, 0, 0, NULL },
	{ "websocket", KEY_FLAG, AT(EventsPlan, websocket), "false", 0, 0,
	  NULL },
	{ NULL, KEY_TEXT, 0, NULL, 0, 0, NULL }
};

static const Key chains_keys[] = {
	{ "count", KEY_COUNT, AT(ChainsPlan, count), "1", 1,
	  WORKLOAD_CHAINS_MAX, NULL },
	{ "framework", KEY_TEXT, AT(ChainsPlan, framework), "fisco", 0, 0,
	  NULL },
	{ "config", KEY_TEXT, AT(ChainsPlan, config), "{}", 0, 0, NULL },
	{ NULL, KEY_TEXT, 0, NULL, 0, 0, NULL }
};

static const char *const workload_words[] = { "title", "about", "engines",
					      NULL };

/* The groups, and whether one may be for a framework alone. */
static const struct {
	const char *name;
	const Key *keys; /* NULL: those of [workload] */
	gboolean by_framework;
} groups[] = {
	{ "workload", NULL, FALSE },	 { "load", load_keys, TRUE },
	{ "deploy", deploy_keys, TRUE }, { "prepare", prepare_keys, TRUE },
	{ "ramp", ramp_keys, FALSE },	 { "events", events_keys, TRUE },
	{ "chains", chains_keys, TRUE },
};

/* ---- what a file may have ----------------------------------------------- */

static gboolean
is_known(const Key *keys, const char *name)
{
	if (keys == NULL)
		return g_strv_contains(workload_words, name);
	for (; keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
check_group(const Workload *workload, const char *group, GError **error)
{
	g_auto(GStrv) words = g_strsplit(group, " ", 2);
	g_auto(GStrv) names =
		g_key_file_get_keys(workload->file, group, NULL, NULL);
	guint i;

	for (i = 0; i < G_N_ELEMENTS(groups); i++)
		if (strcmp(groups[i].name, words[0]) == 0 &&
		    (words[1] == NULL || groups[i].by_framework))
			break;
	if (i == G_N_ELEMENTS(groups))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"workload %s: there is no group [%s]\nThere "
				"are [workload], [load], [deploy], [prepare], "
				"[ramp], [events] and [chains].",
				workload->name, group);
	for (char **name = names; name != NULL && *name != NULL; name++)
		if (!is_known(groups[i].keys, *name))
			return ctl_fail(error, CTL_ERROR_USAGE,
					"workload %s: [%s] has no '%s'\nSee "
					"benchmarking.md for what it has.",
					workload->name, group, *name);
	return TRUE;
}

static gboolean
check(const Workload *workload, GError **error)
{
	g_auto(GStrv) names = g_key_file_get_groups(workload->file, NULL);

	for (char **name = names; *name != NULL; name++)
		if (!check_group(workload, *name, error))
			return FALSE;
	return TRUE;
}

/* ---- values ------------------------------------------------------------- */

static char *
override_of(const Workload *workload, const char *group, const Key *key)
{
	g_autofree char *name = g_strconcat(group, " ", key->name, NULL);

	return g_strdup(g_hash_table_lookup(workload->overrides, name));
}

/* What is written; that of a command line before that of the framework, and
 * that before that of all. */
static char *
value_of(const Workload *workload, const char *group, const char *framework,
	 const Key *key)
{
	g_autofree char *own = g_strdup_printf(
		"%s %s", group, framework != NULL ? framework : "");
	char *value = override_of(workload, group, key);

	if (value == NULL)
		value = g_key_file_get_string(workload->file, own, key->name,
					      NULL);
	if (value == NULL)
		value = g_key_file_get_string(workload->file, group, key->name,
					      NULL);
	return value != NULL ? value : g_strdup(key->otherwise);
}

static gboolean
fail_value(const Workload *workload, const char *group, const Key *key,
	   const char *value, const char *wanted, GError **error)
{
	g_autofree char *given = override_of(workload, group, key);

	if (given != NULL)
		return ctl_fail(error, CTL_ERROR_USAGE, "--%s is %s\nGive %s.",
				key->name, value, wanted);
	return ctl_fail(error, CTL_ERROR_USAGE,
			"workload %s: [%s] %s = %s\nGive %s.", workload->name,
			group, key->name, value, wanted);
}

static gboolean
set_number(const Workload *workload, const char *group, const Key *key,
	   const char *value, void *to, GError **error)
{
	char *end;
	const double number = g_ascii_strtod(value, &end);
	g_autofree char *wanted = g_strdup_printf(
		"a%s number from %g to %.12g",
		key->kind == KEY_COUNT ? " whole" : "", key->low, key->high);

	if (end == value || *end != '\0' || !(number >= key->low) ||
	    !(number <= key->high) ||
	    (key->kind == KEY_COUNT && number != floor(number)))
		return fail_value(workload, group, key, value, wanted, error);
	if (key->kind == KEY_COUNT)
		*(guint64 *)to = (guint64)number;
	else
		*(double *)to = number;
	return TRUE;
}

static gboolean
set_choice(const Workload *workload, const char *group, const Key *key,
	   const char *value, guint *to, GError **error)
{
	g_autofree char *wanted = NULL;

	for (guint i = 0; key->choices[i] != NULL; i++)
		if (strcmp(key->choices[i], value) == 0) {
			*to = i;
			return TRUE;
		}
	wanted = g_strjoinv(" or ", (char **)(gsize)key->choices);
	return fail_value(workload, group, key, value, wanted, error);
}

static gboolean
set_flag(const Workload *workload, const char *group, const Key *key,
	 const char *value, gboolean *to, GError **error)
{
	if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
		return fail_value(workload, group, key, value, "true or false",
				  error);
	*to = *value == 't';
	return TRUE;
}

static gboolean
read_keys(const Workload *workload, const char *group, const char *framework,
	  const Key *keys, void *plan, GError **error)
{
	gboolean ok = TRUE;

	for (const Key *key = keys; key->name != NULL && ok; key++) {
		g_autofree char *value =
			value_of(workload, group, framework, key);
		void *to = (char *)plan + key->offset;

		if (value == NULL)
			continue;
		switch (key->kind) {
		case KEY_TEXT:
			*(char **)to =
				*value != '\0' ? g_steal_pointer(&value) : NULL;
			break;
		case KEY_COUNT:
		case KEY_REAL:
			ok = set_number(workload, group, key, value, to, error);
			break;
		case KEY_FLAG:
			ok = set_flag(workload, group, key, value, to, error);
			break;
		case KEY_CHOICE:
			ok = set_choice(workload, group, key, value, to, error);
			break;
		}
	}
	return ok;
}

/* ---- plans -------------------------------------------------------------- */

Signers
load_plan_signers(const LoadPlan *plan, guint *n)
{
	*n = 1;
	if (strcmp(plan->signers, "identity") == 0)
		return SIGNERS_IDENTITY;
	if (strcmp(plan->signers, "first-seen") == 0)
		return SIGNERS_FRESH;
	*n = (guint)g_ascii_strtoull(plan->signers, NULL, 10);
	return SIGNERS_NEW;
}

gboolean
load_plan_check(const LoadPlan *plan, GError **error)
{
	g_autoptr(Template) args = template_new(plan->args, "args", error);
	Draw draw;
	guint n;

	if (args == NULL)
		return FALSE;
	if (!draw_parse(plan->draw, plan->records, &draw))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"draw = %s is no distribution\nGive uniform, "
				"zipfian THETA or hotspot SHARE RECORDS.",
				plan->draw);
	if (load_plan_signers(plan, &n) == SIGNERS_NEW &&
	    (n == 0 || n > WORKLOAD_SIGNERS_MAX ||
	     strspn(plan->signers, "0123456789") != strlen(plan->signers)))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"signers = %s is no number of keys\nGive 1 to "
				"%u, identity or first-seen.",
				plan->signers, WORKLOAD_SIGNERS_MAX);
	return TRUE;
}

gboolean
workload_load(const Workload *workload, const char *framework, LoadPlan *plan,
	      GError **error)
{
	memset(plan, 0, sizeof(*plan));
	plan->warm_up = LOAD_PLAN_UNSET;
	if (!read_keys(workload, "load", framework, load_keys, plan, error))
		return FALSE;
	if (plan->contract == NULL || plan->function == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"workload %s: [load] has no %s", workload->name,
				plan->contract == NULL ? "contract"
						       : "function");
	return load_plan_check(plan, error);
}

gboolean
workload_deploy(const Workload *workload, const char *framework,
		DeployPlan *plan, GError **error)
{
	memset(plan, 0, sizeof(*plan));
	return read_keys(workload, "deploy", framework, deploy_keys, plan,
			 error);
}

gboolean
workload_prepare(const Workload *workload, const char *framework,
		 PreparePlan *plan, GError **error)
{
	memset(plan, 0, sizeof(*plan));
	return read_keys(workload, "prepare", framework, prepare_keys, plan,
			 error);
}

gboolean
workload_ramp(const Workload *workload, RampPlan *plan, GError **error)
{
	memset(plan, 0, sizeof(*plan));
	return read_keys(workload, "ramp", NULL, ramp_keys, plan, error);
}

gboolean
workload_events(const Workload *workload, const char *framework,
		EventsPlan *plan, GError **error)
{
	memset(plan, 0, sizeof(*plan));
	return read_keys(workload, "events", framework, events_keys, plan,
			 error);
}

gboolean
workload_chains(const Workload *workload, const char *framework,
		ChainsPlan *plan, GError **error)
{
	memset(plan, 0, sizeof(*plan));
	return read_keys(workload, "chains", framework, chains_keys, plan,
			 error);
}

static void
clear_keys(void *plan, const Key *keys)
{
	for (; keys->name != NULL; keys++)
		if (keys->kind == KEY_TEXT)
			g_clear_pointer(
				(char **)(void *)((char *)plan + keys->offset),
				g_free);
}

void
load_plan_clear(LoadPlan *plan)
{
	clear_keys(plan, load_keys);
}

void
deploy_plan_clear(DeployPlan *plan)
{
	clear_keys(plan, deploy_keys);
}

void
prepare_plan_clear(PreparePlan *plan)
{
	clear_keys(plan, prepare_keys);
}

void
events_plan_clear(EventsPlan *plan)
{
	clear_keys(plan, events_keys);
}

void
chains_plan_clear(ChainsPlan *plan)
{
	clear_keys(plan, chains_keys);
}

/* ---- files -------------------------------------------------------------- */

static char *
word_of(const Workload *workload, const char *name)
{
	return g_key_file_get_string(workload->file, "workload", name, NULL);
}

static Workload *
take_file(const char *name, GKeyFile *file, GError **error)
{
	g_autoptr(Workload) workload = g_new0(Workload, 1);

	workload->name = g_strdup(name);
	workload->file = g_key_file_ref(file);
	workload->overrides =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!check(workload, error))
		return NULL;
	workload->title = word_of(workload, "title");
	workload->about = word_of(workload, "about");
	workload->engines = g_key_file_get_string_list(file, "workload",
						       "engines", NULL, NULL);
	if (workload->title == NULL)
		workload->title = g_strdup(name);
	return g_steal_pointer(&workload);
}

Workload *
workload_parse(const char *name, const char *text, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) why = NULL;

	if (g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE,
				      &why))
		return take_file(name, file, error);
	ctl_fail(error, CTL_ERROR_USAGE, "workload %s: %s", name, why->message);
	return NULL;
}

void
workload_override(Workload *workload, const char *group, const char *key,
		  const char *value)
{
	g_hash_table_replace(workload->overrides,
			     g_strconcat(group, " ", key, NULL),
			     g_strdup(value));
}

Workload *
workload_default(void)
{
	return workload_parse("dag-transfer", DAG_TRANSFER, NULL);
}

void
workload_free(Workload *workload)
{
	if (workload == NULL)
		return;
	g_free(workload->name);
	g_free(workload->title);
	g_free(workload->about);
	g_free(workload->directory);
	g_key_file_unref(workload->file);
	g_hash_table_unref(workload->overrides);
	g_strfreev(workload->engines);
	g_free(workload);
}

GStrv
workload_path(void)
{
	const char *path = g_getenv("BSN_BENCH_PATH");

	return g_strsplit(path != NULL && *path != '\0' ? path : BSN_BENCH_DIR,
			  ":", -1);
}

static Workload *
load_file(const char *file, GError **error)
{
	g_autofree char *base = g_path_get_basename(file);
	g_autofree char *name = NULL;
	g_autofree char *text = NULL;
	Workload *workload;

	if (!g_file_get_contents(file, &text, NULL, error))
		return NULL;
	name = g_str_has_suffix(base, ENDING)
		       ? g_strndup(base, strlen(base) - strlen(ENDING))
		       : g_strdup(base);
	workload = workload_parse(name, text, error);
	if (workload != NULL)
		workload->directory = g_path_get_dirname(file);
	return workload;
}

static void
add_names(GPtrArray *names, const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *file;

	while (dir != NULL && (file = g_dir_read_name(dir)) != NULL) {
		g_autofree char *name = NULL;

		if (!g_str_has_suffix(file, ENDING))
			continue;
		name = g_strndup(file, strlen(file) - strlen(ENDING));
		if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal,
						      NULL))
			g_ptr_array_add(names, g_steal_pointer(&name));
	}
	if (dir != NULL)
		g_dir_close(dir);
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
workload_names(void)
{
	g_auto(GStrv) path = workload_path();
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (char **directory = path; *directory != NULL; directory++)
		add_names(names, *directory);
	g_ptr_array_sort(names, by_name);
	return names;
}

static void
fail_unknown(const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = workload_names();
	const char *near;

	g_ptr_array_add(names, NULL);
	near = suggest_nearest(name, (const char *const *)(void *)names->pdata);
	if (near != NULL)
		ctl_fail(error, CTL_ERROR_USAGE,
			 "there is no workload '%s'\nPerhaps '%s' was meant; "
			 "'bsn-bench workloads' has all.",
			 name, near);
	else
		ctl_fail(error, CTL_ERROR_USAGE,
			 "there is no workload '%s'\n'bsn-bench workloads' has "
			 "those that there are; a file is named with a slash "
			 "or with .conf at its end.",
			 name);
}

Workload *
workload_find(const char *name, GError **error)
{
	g_auto(GStrv) path = workload_path();

	if (strchr(name, '/') != NULL || g_str_has_suffix(name, ENDING))
		return load_file(name, error);
	for (char **directory = path; *directory != NULL; directory++) {
		g_autofree char *base = g_strconcat(name, ENDING, NULL);
		g_autofree char *file =
			g_build_filename(*directory, base, NULL);

		if (g_file_test(file, G_FILE_TEST_IS_REGULAR))
			return load_file(file, error);
	}
	fail_unknown(name, error);
	return NULL;
}
