/* SPDX-License-Identifier: Apache-2.0
 *
 * `bsn-bench crypto`: what a crypto plugin's algorithms cost beside OpenSSL's, in
 * one run on one core.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tools/bench/commands.h"
#include "tools/bench/crypto_plugin.h"
#include "tools/bench/crypto_report.h"
#include "tools/bench/crypto_suites.h"
#include "tools/ctl/error.h"

#define PLUGIN_DEFAULT "crypto-gm.so"
#define SECONDS_DEFAULT 1.0
#define SECONDS_MAX 3600.0

static const char help[] =
	"Usage: bsn-bench crypto [OPTIONS]\n"
	"\n"
	"Measures the algorithms of a crypto plugin beside OpenSSL's on the "
	"same input:\n"
	"both take turns on one core, so that what else the machine does meets "
	"both. A\n"
	"time is CPU time, the median of many turns; a ratio is OpenSSL's time "
	"over the\n"
	"plugin's. OpenSSL's keys are decoded before its clock starts; the "
	"plugin is\n"
	"given bytes, as a chain has them.\n"
	"\n"
	"  -p, --plugin FILE        a crypto plugin (crypto-gm.so of the "
	"installed ones)\n"
	"  -s, --seconds S          CPU time for each of the two, each "
	"operation (1)\n"
	"  -o, --only WORD          operations whose names begin so: sm2, "
	"sm2-sign\n"
	"  -r, --ratios             one line \"NAME RATIO\" for each main "
	"operation:\n"
	"                           verify-first and verify-cached in batches, "
	"sign, hash\n"
	"                           batches, and what a second core brings\n"
	"  -j, --json               one JSON object\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0 all was measured; 1 an answer was wrong, or the plugin "
	"cannot be\n"
	"loaded; 2 the command line is wrong.\n";

typedef struct {
	char *plugin, *only;
	double seconds;
	gboolean ratios, json, help;
} Options;

static void
options_clear(Options *options)
{
	g_free(options->plugin);
	g_free(options->only);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
parse(Options *options, int argc, char **argv, GError **error)
{
	const GOptionEntry entries[] = {
		BENCH_OPTION("plugin", 'p', FILENAME, &options->plugin),
		BENCH_OPTION("seconds", 's', DOUBLE, &options->seconds),
		BENCH_OPTION("only", 'o', STRING, &options->only),
		BENCH_OPTION("ratios", 'r', NONE, &options->ratios),
		BENCH_OPTION("json", 'j', NONE, &options->json),
		BENCH_OPTION("help", 'h', NONE, &options->help),
		BENCH_OPTIONS_END,
	};

	if (!bench_parse("crypto", entries, &argc, &argv, error))
		return FALSE;
	if (argc > 1)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"\"%s\" is too much\nA plugin is named with "
				"--plugin.",
				argv[1]);
	if (options->ratios && options->json)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--ratios and --json exclude each other\nThe "
				"JSON has the ratios.");
	if (!(options->seconds > 0 && options->seconds <= SECONDS_MAX))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--seconds is %g\nGive a number above 0, up to "
				"%.0f.",
				options->seconds, SECONDS_MAX);
	if (options->plugin == NULL)
		options->plugin =
			g_build_filename(BSN_PLUGIN_DIR, PLUGIN_DEFAULT, NULL);
	return TRUE;
}

/* ---- measuring ---------------------------------------------------------- */

static gboolean
is_wrong(GError **error, const char *what)
{
	return ctl_fail(error, CTL_ERROR_FAILED,
			"%s: an answer was wrong\nTry bsn-conform on the "
			"plugin.",
			what);
}

static gboolean
is_asked_for(const Options *options, const char *name)
{
	return options->only == NULL || g_str_has_prefix(name, options->only);
}

/* An algorithm of which no operation can be asked for is not even prepared. */
static gboolean
concerns(const Options *options, const char *algorithm)
{
	return is_asked_for(options, algorithm) ||
	       g_str_has_prefix(options->only, algorithm);
}

#define ADD_ALL(kind, kinds)                                                  \
	for (guint i = 0; BSN_HAS(crypto, kinds) && crypto->kinds[i] != NULL; \
	     i++)                                                             \
		if (concerns(options, crypto->kinds[i]->name) &&              \
		    !crypto_add_##kind(trials, crypto->kinds[i]))             \
			return is_wrong(error, crypto->kinds[i]->name);

static gboolean
add_all(GPtrArray *trials, const bsn_crypto *crypto, const Options *options,
	GError **error)
{
	ADD_ALL(signature, signatures)
	ADD_ALL(hash, hashes)
	ADD_ALL(cipher, ciphers)
	return TRUE;
}

static gboolean
run_trials(const CryptoReport *report, const Options *options,
	   GPtrArray *trials, GError **error)
{
	for (guint i = 0; i < trials->len; i++) {
		const Trial *trial = trials->pdata[i];
		TrialResult result;

		if (!is_asked_for(options, trial->name) ||
		    (report->form == CRYPTO_RATIOS && !trial->is_headline))
			continue;
		if (!trial_run(trial, options->seconds, &result))
			return is_wrong(error, trial->name);
		crypto_report_trial(report, trial, &result);
	}
	return TRUE;
}

static gboolean
compare_cores(const CryptoReport *report, const Options *options,
	      const bsn_signature *scheme, GError **error)
{
	g_autofree char *name =
		g_strconcat(scheme->name, "-verify-2cores", NULL);
	double known, first;

	if (!is_asked_for(options, name))
		return TRUE;
	if (!cores_compare(&report->cores, scheme, FALSE, options->seconds,
			   &known) ||
	    !cores_compare(&report->cores, scheme, TRUE, options->seconds,
			   &first))
		return is_wrong(error, name);
	crypto_report_cores(report, scheme->name, known, first);
	return TRUE;
}

static gboolean
compare_all_cores(const CryptoReport *report, const Options *options,
		  const bsn_crypto *crypto, GError **error)
{
	if (report->cores.second < 0) {
		fputs("bsn-bench: this process may use one core only; what a "
		      "second one brings is not measured\n",
		      stderr);
		return TRUE;
	}
	if (report->form == CRYPTO_TABLE)
		putchar('\n');
	for (guint i = 0;
	     BSN_HAS(crypto, signatures) && crypto->signatures[i] != NULL; i++)
		if (!compare_cores(report, options, crypto->signatures[i],
				   error))
			return FALSE;
	return TRUE;
}

static gboolean
measure(const Options *options, GError **error)
{
	const bsn_crypto *crypto = crypto_plugin_open(options->plugin, error);
	/* Its keys and all else of it last as long as the program. */
	static GPtrArray *trials;
	CryptoReport report = {
		.form = options->ratios ? CRYPTO_RATIOS
			: options->json ? CRYPTO_JSON
					: CRYPTO_TABLE,
		.plugin = options->plugin,
		.cores = cores_pick(),
	};

	if (crypto == NULL)
		return FALSE;
	trials = trials_new();
	cores_pin(report.cores.first);
	if (!add_all(trials, crypto, options, error))
		return FALSE;
	crypto_report_begin(&report);
	if (!run_trials(&report, options, trials, error) ||
	    !compare_all_cores(&report, options, crypto, error))
		return FALSE;
	crypto_report_end(&report);
	return TRUE;
}

int
bench_crypto(int argc, char **argv)
{
	g_auto(Options) options = { .seconds = SECONDS_DEFAULT };
	GError *error = NULL;

	if (parse(&options, argc, argv, &error)) {
		if (options.help) {
			fputs(help, stdout);
			return 0;
		}
		if (measure(&options, &error))
			return 0;
	}
	return bench_fail(error, FALSE);
}
