/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-conform: whether a plugin meets the standard.
 */
#include "config.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/conform/progress.h"
#include "tools/conform/report.h"
#include "tools/conform/runner.h"
#include "tools/conform/sign.h"
#include "tools/conform/verify.h"

#define EXIT_USAGE 2
#define EXIT_NOTHING 3

/* ---- while it runs ------------------------------------------------------- */

static void
begun(const Report *report, guint checks, gpointer data)
{
	((Progress *)data)->total = checks;
}

static void
started(const Check *check, gpointer data)
{
	progress_started(data, check);
}

static void
ended(const Result *result, gpointer data)
{
	progress_ended(data, result);
}

/* ---- reports ------------------------------------------------------------- */

typedef void (*Writer)(const Report *report, GString *out);

static gboolean
write_file(const char *path, const GString *text)
{
	g_autoptr(GError) error = NULL;

	if (strcmp(path, "-") == 0)
		return fwrite(text->str, 1, text->len, stdout) == text->len;
	if (g_file_set_contents(path, text->str, (gssize)text->len, &error))
		return TRUE;
	fprintf(stderr, "bsn-conform: %s\n", error->message);
	return FALSE;
}

static gboolean
write_report(const Report *report, const char *path, Writer writer)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (path == NULL)
		return TRUE;
	writer(report, text);
	return write_file(path, text);
}

/* Writes what signing makes; signed or not at all. */
static gboolean
write_signed(const Report *report, const char *path, EVP_PKEY *key,
	     char *(*sign)(const Report *, EVP_PKEY *, char **))
{
	g_autofree char *message = NULL;
	g_autofree char *text = NULL;
	GString whole;

	if (path == NULL)
		return TRUE;
	text = sign(report, key, &message);
	if (text == NULL) {
		fprintf(stderr, "bsn-conform: %s is not written: %s\n", path,
			message);
		return FALSE;
	}
	whole = (GString){ text, strlen(text), 0 };
	return write_file(path, &whole);
}

static gboolean
write_reports(const ConformOptions *options, const Report *report)
{
	g_autofree char *message = NULL;
	EVP_PKEY *key;
	gboolean good = write_report(report, options->junit, report_junit) &&
			write_report(report, options->html, report_html);

	if (options->sign == NULL)
		return write_report(report, options->json, report_json) &&
		       good;
	key = sign_key_read(options->sign, &message);
	if (key == NULL) {
		fprintf(stderr, "bsn-conform: %s\n", message);
		return FALSE;
	}
	good = write_signed(report, options->json, key, sign_report) && good;
	good = write_signed(report, options->certificate, key,
			    sign_certificate) && good;
	EVP_PKEY_free(key);
	return good;
}

static void
show(const ConformOptions *options, const Report *report)
{
	g_autoptr(GString) text = g_string_new(NULL);
	gboolean colour = options->colour >= 0 ? options->colour
					       : isatty(STDOUT_FILENO);

	switch (options->format) {
	case FORMAT_TREE:
		report_tree(report, colour, options->verbose, text);
		break;
	case FORMAT_TAP:
		report_tap(report, text);
		break;
	case FORMAT_NONE:
		break;
	}
	fputs(text->str, stdout);
	if (report->refusal != NULL)
		fprintf(stderr, "bsn-conform: %s\n", report->refusal);
}

static int
run(const ConformOptions *options)
{
	Progress progress = { .file = stderr };
	const RunWatcher watcher = { begun, started, ended, &progress };
	const RunWatcher nobody = { .begun = NULL };
	gboolean visible = options->format == FORMAT_TREE &&
			   isatty(STDERR_FILENO);
	g_autofree char *message = NULL;
	Report *report = conform_run(options, visible ? &watcher : &nobody,
				     &message);
	int status;

	if (visible)
		progress_clear(&progress);
	if (report == NULL) {
		fprintf(stderr, "bsn-conform: %s\n", message);
		return EXIT_NOTHING;
	}
	show(options, report);
	status = conform_exit_status(report);
	if (!write_reports(options, report))
		status = EXIT_NOTHING;
	report_free(report);
	return status;
}

static int
verify(const ConformOptions *options)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) signed_bytes = g_string_new(NULL);
	int status = verify_file(options->plugin, options->key, text,
				 signed_bytes);
	gboolean to_output = g_strcmp0(options->json, "-") == 0;

	fputs(text->str,
	      status == VERIFY_HOLDS && !to_output ? stdout : stderr);
	if (status == VERIFY_HOLDS && options->json != NULL &&
	    !write_file(options->json, signed_bytes))
		status = EXIT_NOTHING;
	return status;
}

static void
list(const ConformOptions *options)
{
	for (guint g = 0; check_groups[g] != NULL; g++)
		for (gsize i = 0; i < check_groups[g]->n; i++) {
			const Check *check = &check_groups[g]->checks[i];

			if (conform_options_want(options, check->id))
				printf("%-34s %s  %-26s  %s\n", check->id,
				       level_name((gint)check->level),
				       check->row != NULL ? check->row : "",
				       check->sentence);
		}
}

int
main(int argc, char **argv)
{
	g_autofree char *message = NULL;
	g_autofree char *help = NULL;
	ConformOptions options;
	int status = 0;

	switch (conform_options_parse(&options, argc, argv, &message)) {
	case CONFORM_RUN:
		status = run(&options);
		break;
	case CONFORM_LIST:
		list(&options);
		break;
	case CONFORM_VERIFY:
		status = verify(&options);
		break;
	case CONFORM_HELP:
		help = conform_options_help();
		fputs(help, stdout);
		break;
	case CONFORM_VERSION:
		printf("bsn-conform %s, edition %u\n", PACKAGE_VERSION,
		       CONFORM_EDITION);
		break;
	case CONFORM_USAGE:
		fprintf(stderr, "bsn-conform: %s\nTry bsn-conform --help.\n",
			message);
		status = EXIT_USAGE;
		break;
	}
	conform_options_clear(&options);
	return status;
}
