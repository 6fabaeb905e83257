/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/options.h"

#include <string.h>

#include "tools/ctl/error.h"

/* Options that stand for what a workload says. */
static const struct {
	const char *name;
	char letter;
	const char *group;
} words[] = {
	{ "transactions", 'c', "load" }, { "warm-up", 'w', "load" },
	{ "seconds", 's', "load" },	 { "in-flight", 'f', "load" },
	{ "batch", 'b', "load" },	 { "rate", 'r', "load" },
	{ "mode", 'm', "load" },	 { "timeout", 't', "load" },
	{ "retries", 0, "load" },	 { "contract", 0, "load" },
	{ "function", 0, "load" },	 { "args", 0, "load" },
	{ "signing", 0, "load" },	 { "signer", 0, "load" },
	{ "signers", 0, "load" },	 { "signed-by", 0, "load" },
	{ "records", 0, "load" },	 { "draw", 0, "load" },
	{ "seed", 0, "load" },		 { "bound-ms", 0, "ramp" },
	{ "start", 0, "ramp" },		 { "most", 0, "ramp" },
	{ "step-seconds", 0, "ramp" },	 { "precision", 0, "ramp" },
	{ "subscribers", 0, "events" },	 { "count", 0, "chains" },
	{ "config", 0, "chains" },	 { "framework", 0, "chains" },
};

#define WORDS G_N_ELEMENTS(words)
#define OPTION(name, letter, kind, at)                               \
	{                                                            \
		name, letter, 0, G_OPTION_ARG_##kind, at, NULL, NULL \
	}
#define END                                                     \
	{                                                       \
		NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL \
	}

/* The options as they stand on the command line. */
typedef struct {
	char *values[WORDS];
	gboolean poisson, reads, version, help;
} Given;

static void
given_clear(Given *given)
{
	for (guint i = 0; i < WORDS; i++)
		g_free(given->values[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

static void
add_words(GOptionContext *context, Given *given)
{
	GOptionGroup *group = g_option_group_new("load", "", "", NULL, NULL);
	GOptionEntry entries[WORDS + 1] = { 0 };

	for (guint i = 0; i < WORDS; i++)
		entries[i] =
			(GOptionEntry)OPTION(words[i].name, words[i].letter,
					     STRING, &given->values[i]);
	g_option_group_add_entries(group, entries);
	g_option_context_add_group(context, group);
}

static gboolean
parse(BenchOptions *options, Given *given, int *argc, char ***argv,
      GError **error)
{
	const GOptionEntry entries[] = {
		OPTION("node", 'n', FILENAME_ARRAY, &options->nodes),
		OPTION("chain", 0, STRING_ARRAY, &options->chains),
		OPTION("id", 'i', STRING, &options->id),
		OPTION("from", 0, FILENAME, &options->from),
		OPTION("poisson", 0, NONE, &given->poisson),
		OPTION("reads", 0, NONE, &given->reads),
		OPTION("keep", 0, NONE, &options->keep),
		OPTION("json", 'j', NONE, &options->json),
		OPTION("output", 'o', FILENAME, &options->json_file),
		OPTION("html", 0, FILENAME, &options->html_file),
		OPTION("version", 'V', NONE, &given->version),
		OPTION("help", 'h', NONE, &given->help),
		END,
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) why = NULL;

	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	add_words(context, given);
	if (!g_option_context_parse(context, argc, argv, &why))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s\nSee 'bsn-bench run --help'.",
				why->message);
	if (*argc > 2)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"\"%s\" is too much\nOne workload or chain is "
				"named; further chains with --chain.",
				(*argv)[2]);
	return TRUE;
}

static void
add_chain(BenchOptions *options, const char *chain)
{
	char **all = g_new0(char *, 2);

	all[0] = g_strdup(chain);
	g_strfreev(options->chains);
	options->chains = all;
}

static gboolean
take_operand(BenchOptions *options, gboolean short_form, const char *operand,
	     GError **error)
{
	if (operand == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				short_form
					? "no chain is named\nUsage: bsn-bench "
					  "CHAIN [OPTIONS]"
					: "no workload is named\n'bsn-bench "
					  "workloads' has those that there "
					  "are.");
	if (!short_form) {
		options->workload = workload_find(operand, error);
		return options->workload != NULL;
	}
	options->workload = workload_default();
	add_chain(options, operand);
	return TRUE;
}

static void
override(BenchOptions *options, const Given *given)
{
	Workload *workload = options->workload;

	for (guint i = 0; i < WORDS; i++)
		if (given->values[i] != NULL)
			workload_override(workload, words[i].group,
					  words[i].name, given->values[i]);
	if (given->poisson)
		workload_override(workload, "load", "poisson", "true");
	if (given->reads)
		workload_override(workload, "load", "reads", "true");
}

static const char *
given_of(const Given *given, const char *name)
{
	for (guint i = 0; i < WORDS; i++)
		if (strcmp(words[i].name, name) == 0)
			return given->values[i];
	return NULL;
}

static gboolean
check_invocation(const BenchOptions *options, Given *given, GError **error)
{
	const char *contract = given_of(given, "contract");
	const char *function = given_of(given, "function");

	if (options->from != NULL && (contract != NULL || function != NULL))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--from and --contract exclude each other\n"
				"What is in a file is sent as it is.");
	if ((contract == NULL) != (function == NULL))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--contract and --function belong together\n"
				"Give both, or neither.");
	if (contract != NULL && given_of(given, "args") == NULL)
		workload_override(options->workload, "load", "args", "[]");
	return TRUE;
}

static gboolean
take(BenchOptions *options, Given *given, gboolean short_form,
     const char *operand, GError **error)
{
	const char *id = g_getenv("BSN_ID");
	g_auto(LoadPlan) plan = { 0 };

	if (options->id == NULL)
		options->id =
			g_strdup(id != NULL && *id != '\0' ? id : "admin");
	if (!take_operand(options, short_form, operand, error))
		return FALSE;
	override(options, given);
	/* What a workload says of frameworks is seen when one is known. */
	return check_invocation(options, given, error) &&
	       (!short_form ||
		workload_load(options->workload, NULL, &plan, error));
}

BenchWish
bench_options_parse(BenchOptions *options, gboolean short_form, int argc,
		    char **argv, GError **error)
{
	g_auto(Given) given = { 0 };

	memset(options, 0, sizeof(*options));
	if (!parse(options, &given, &argc, &argv, error))
		return BENCH_USAGE;
	if (given.help)
		return BENCH_HELP;
	if (given.version)
		return BENCH_VERSION;
	return take(options, &given, short_form, argc == 2 ? argv[1] : NULL,
		    error)
		       ? BENCH_RUN
		       : BENCH_USAGE;
}

void
bench_options_clear(BenchOptions *options)
{
	workload_free(options->workload);
	g_strfreev(options->chains);
	g_strfreev(options->nodes);
	g_free(options->id);
	g_free(options->from);
	g_free(options->json_file);
	g_free(options->html_file);
}
