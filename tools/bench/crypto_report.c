/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/crypto_report.h"

#include <jansson.h>
#include <math.h>
#include <openssl/crypto.h>
#include <stdio.h>

#define NS_PER_US 1000.0
#define NS_PER_S 1e9

static json_t *json_trials; /* until the end */

/* ---- for people --------------------------------------------------------- */

static void
print_head(const CryptoReport *report)
{
	printf("%s beside OpenSSL %s, CPU time on core %d\n\n%-24s %10s %11s "
	       "%10s %7s  "
	       "%s\n",
	       report->plugin, OpenSSL_version(OPENSSL_VERSION_STRING),
	       report->cores.first, "", "us", "a second", "OpenSSL us", "ratio",
	       "what");
}

static void
print_trial(const Trial *trial, const TrialResult *result)
{
	printf("%-24s %10.3f %11.0f ", trial->name, result->ns / NS_PER_US,
	       NS_PER_S / result->ns);
	if (result->ratio > 0)
		printf("%10.3f %7.2f", result->reference_ns / NS_PER_US,
		       result->ratio);
	else
		printf("%10s %7s", "-", "-");
	printf("  %s\n", trial->what);
}

static void
print_cores(const CryptoReport *report, const char *algorithm, double known,
	    double first)
{
	printf("%s-verify-2cores: %.2f times as much with known keys, %.2f "
	       "with new ones, on cores %d and %d%s\n",
	       algorithm, known, first, report->cores.first,
	       report->cores.second,
	       report->cores.share_a_core ? ", which are threads of one" : "");
}

/* ---- for programs ------------------------------------------------------- */

static json_t *
number(double value)
{
	return json_real(round(value * 10000) / 10000);
}

static void
json_add_trial(const Trial *trial, const TrialResult *result)
{
	json_t *json = json_pack("{s:s, s:o}", "name", trial->name, "us",
				 number(result->ns / NS_PER_US));

	if (result->ratio > 0)
		json_object_update_new(
			json,
			json_pack("{s:o, s:o}", "openssl_us",
				  number(result->reference_ns / NS_PER_US),
				  "ratio", number(result->ratio)));
	json_array_append_new(json_trials, json);
}

static void
json_add_cores(const char *algorithm, double known, double first)
{
	g_autofree char *name = g_strconcat(algorithm, "-verify-2cores", NULL);

	json_array_append_new(json_trials,
			      json_pack("{s:s, s:o, s:o, s:o}", "name", name,
					"ratio", number(MIN(known, first)),
					"known_keys", number(known), "new_keys",
					number(first)));
}

/* ---- either ------------------------------------------------------------- */

void
crypto_report_begin(const CryptoReport *report)
{
	if (report->form == CRYPTO_TABLE)
		print_head(report);
	json_trials = json_array();
}

void
crypto_report_trial(const CryptoReport *report, const Trial *trial,
		    const TrialResult *result)
{
	switch (report->form) {
	case CRYPTO_TABLE:
		print_trial(trial, result);
		break;
	case CRYPTO_RATIOS:
		if (result->ratio > 0)
			printf("%s %.2f\n", trial->name, result->ratio);
		break;
	case CRYPTO_JSON:
		json_add_trial(trial, result);
		break;
	}
	fflush(stdout);
}

void
crypto_report_cores(const CryptoReport *report, const char *algorithm,
		    double known, double first)
{
	switch (report->form) {
	case CRYPTO_TABLE:
		print_cores(report, algorithm, known, first);
		break;
	case CRYPTO_RATIOS:
		printf("%s-verify-2cores %.2f\n", algorithm, MIN(known, first));
		break;
	case CRYPTO_JSON:
		json_add_cores(algorithm, known, first);
		break;
	}
	fflush(stdout);
}

void
crypto_report_end(const CryptoReport *report)
{
	json_t *json;

	if (report->form != CRYPTO_JSON) {
		json_decref(json_trials);
		return;
	}
	json = json_pack("{s:s, s:s, s:i, s:i, s:b, s:o}", "plugin",
			 report->plugin, "openssl",
			 OpenSSL_version(OPENSSL_VERSION_STRING), "core",
			 report->cores.first, "second_core",
			 report->cores.second, "share_a_core",
			 report->cores.share_a_core, "trials", json_trials);
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}
