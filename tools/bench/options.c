/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/options.h"

#include <string.h>

#include "tools/ctl/error.h"

#define TRANSACTIONS_DEFAULT 10000
#define WARM_UP_SHARE 10
#define CLOSED_DEFAULT 32
#define OPEN_DEFAULT 256
#define BATCH_MAX 10000
#define TIMEOUT_DEFAULT_S 30
#define RETRIES_DEFAULT 10
/* FISCO BCOS's DagTransfer: one row is read and written. */
#define CONTRACT_DEFAULT "0x0000000000000000000000000000000000005002"
#define FUNCTION_DEFAULT "userSave(string,uint256)"
#define ARGS_DEFAULT "[\"bench\",1]"
#define ABSENT (-1)

/* The options as they stand on the command line. */
typedef struct {
	gint64 transactions, warm_up;
	int in_flight, batch, timeout_s, retries;
	gboolean version, help;
} Words;

static gboolean
is_between(const char *option, gint64 value, gint64 low, gint64 high,
	   GError **error)
{
	if (value >= low && value <= high)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"--%s is %" G_GINT64_FORMAT "\nGive %" G_GINT64_FORMAT
			" to %" G_GINT64_FORMAT ".",
			option, value, low, high);
}

static void
fill_in(BenchOptions *options, Words *words)
{
	const char *id = g_getenv("BSN_ID");

	if (words->warm_up == ABSENT)
		words->warm_up = words->transactions / WARM_UP_SHARE;
	if (words->in_flight == ABSENT)
		words->in_flight = options->rate > 0 ? OPEN_DEFAULT
						     : CLOSED_DEFAULT;
	if (options->id == NULL)
		options->id = g_strdup(id != NULL && *id != '\0' ? id
								 : "admin");
	if (options->from == NULL && options->contract == NULL &&
	    options->function == NULL && options->args == NULL) {
		options->contract = g_strdup(CONTRACT_DEFAULT);
		options->function = g_strdup(FUNCTION_DEFAULT);
		options->args = g_strdup(ARGS_DEFAULT);
	}
	if (options->args == NULL)
		options->args = g_strdup("[]");
}

static gboolean
check_rate(double rate, GError **error)
{
	if (rate >= 0 && rate <= BENCH_RATE_MAX)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"--rate is %g\nGive a number above 0, up to %.0f.",
			rate, BENCH_RATE_MAX);
}

static gboolean
take_words(BenchOptions *options, Words *words, GError **error)
{
	if (options->chain == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"no chain is named\nUsage: bsn-bench CHAIN "
				"[OPTIONS]");
	if (!check_rate(options->rate, error))
		return FALSE;
	fill_in(options, words);
	if (options->from != NULL &&
	    (options->contract != NULL || options->function != NULL))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--from and --contract exclude each other\n"
				"What is in a file is sent as it is.");
	if (options->from == NULL &&
	    (options->contract == NULL || options->function == NULL))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--contract and --function belong together\n"
				"Give both, or neither.");
	if (!is_between("transactions", words->transactions, 1,
			BENCH_TRANSACTIONS_MAX, error) ||
	    !is_between("warm-up", words->warm_up, 0, BENCH_TRANSACTIONS_MAX,
			error) ||
	    !is_between("in-flight", words->in_flight, 1, BENCH_IN_FLIGHT_MAX,
			error) ||
	    !is_between("batch", words->batch, 1, BATCH_MAX, error) ||
	    !is_between("timeout", words->timeout_s, 1, 3600, error) ||
	    !is_between("retries", words->retries, 0, 1000, error))
		return FALSE;
	options->transactions = (guint64)words->transactions;
	options->warm_up = (guint64)words->warm_up;
	options->in_flight = (guint)words->in_flight;
	options->batch = (guint)words->batch;
	options->timeout_ms = (guint)words->timeout_s * 1000;
	options->retries = (guint)words->retries;
	return TRUE;
}

#define OPTION(name, letter, kind, at)                                         \
	{ name, letter, 0, G_OPTION_ARG_##kind, at, NULL, NULL }

static gboolean
parse(BenchOptions *options, Words *words, int *argc, char ***argv,
      GError **error)
{
	const GOptionEntry entries[] = {
		OPTION("node", 'n', FILENAME_ARRAY, &options->nodes),
		OPTION("id", 'i', STRING, &options->id),
		OPTION("transactions", 'c', INT64, &words->transactions),
		OPTION("warm-up", 'w', INT64, &words->warm_up),
		OPTION("in-flight", 'f', INT, &words->in_flight),
		OPTION("batch", 'b', INT, &words->batch),
		OPTION("rate", 'r', DOUBLE, &options->rate),
		OPTION("timeout", 't', INT, &words->timeout_s),
		OPTION("retries", 0, INT, &words->retries),
		OPTION("contract", 0, STRING, &options->contract),
		OPTION("function", 0, STRING, &options->function),
		OPTION("args", 0, STRING, &options->args),
		OPTION("from", 0, FILENAME, &options->from),
		OPTION("json", 'j', NONE, &options->json),
		OPTION("version", 'V', NONE, &words->version),
		OPTION("help", 'h', NONE, &words->help),
		{ NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL }
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) why = NULL;

	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, &why))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s\nSee 'bsn-bench --help'.", why->message);
	if (*argc > 2)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"\"%s\" is too much\nOne chain is measured at "
				"a time.",
				(*argv)[2]);
	if (*argc == 2)
		options->chain = g_strdup((*argv)[1]);
	return TRUE;
}

BenchWish
bench_options_parse(BenchOptions *options, int argc, char **argv,
		    GError **error)
{
	Words words = { .transactions = TRANSACTIONS_DEFAULT,
			.warm_up = ABSENT,
			.in_flight = ABSENT,
			.batch = 1,
			.timeout_s = TIMEOUT_DEFAULT_S,
			.retries = RETRIES_DEFAULT };

	memset(options, 0, sizeof(*options));
	if (!parse(options, &words, &argc, &argv, error))
		return BENCH_USAGE;
	if (words.help)
		return BENCH_HELP;
	if (words.version)
		return BENCH_VERSION;
	return take_words(options, &words, error) ? BENCH_RUN : BENCH_USAGE;
}

void
bench_options_clear(BenchOptions *options)
{
	g_free(options->chain);
	g_strfreev(options->nodes);
	g_free(options->id);
	g_free(options->contract);
	g_free(options->function);
	g_free(options->args);
	g_free(options->from);
}
