/* SPDX-License-Identifier: Apache-2.0
 *
 * The report on a terminal.
 */
#include "tools/conform/report.h"
#include "tools/conform/rows.h"
#include "tools/conform/text.h"

#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define RED "\033[1;31m"
#define DIM "\033[2m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* To the left of a line that belongs to a check. */
#define UNDER_CHECK "              "
/* Lines of evidence that show how a check came to fail. */
#define LAST_EVIDENCE 12u

typedef struct {
	const Report *report;
	gboolean colour, verbose;
	GString *out;
} Tree;

static const char *
colour_of(Verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return GREEN;
	case VERDICT_NOT_CLAIMED:
		return DIM;
	case VERDICT_WARN:
		return YELLOW;
	case VERDICT_FAIL:
	case VERDICT_CRASHED:
	case VERDICT_HUNG:
	case VERDICT_EXITED:
	case VERDICT_REFUSED:
		return RED;
	}
	return RED;
}

static void
put(const Tree *tree, const char *colour, const char *text)
{
	if (!tree->colour)
		g_string_append(tree->out, text);
	else
		g_string_append_printf(tree->out, "%s%s" PLAIN, colour, text);
}

static void
put_under(const Tree *tree, const char *name, const char *text)
{
	g_autofree char *printable = conform_text(text);

	if (printable[0] == '\0')
		return;
	g_string_append(tree->out, UNDER_CHECK);
	put(tree, DIM, name);
	g_string_append_printf(tree->out, "%s\n", printable);
}

/* The last lines of it, at most `max`. */
static void
put_evidence(const Tree *tree, const GPtrArray *evidence, guint max)
{
	guint n = evidence != NULL ? evidence->len : 0;
	guint first = n > max ? n - max : 0;

	if (first > 0)
		g_string_append_printf(tree->out,
				       UNDER_CHECK "| (%u lines before)\n",
				       first);
	for (guint i = first; i < n; i++)
		put_under(tree, "| ", evidence->pdata[i]);
}

/* ---- one check ---------------------------------------------------------- */

static void
put_good(const Tree *tree, const Result *result)
{
	g_autofree char *verdict = g_strdup_printf(
		"%-11s", verdict_name(result->verdict));

	g_string_append(tree->out, "  ");
	put(tree, colour_of(result->verdict), verdict);
	g_string_append_printf(tree->out, " %s  ", result->check->id);
	put(tree, DIM, result->check->sentence);
	g_string_append_c(tree->out, '\n');
	if (result->verdict == VERDICT_WARN ||
	    (result->verdict == VERDICT_NOT_CLAIMED && tree->verbose))
		put_under(tree, "", result->summary);
	if (tree->verbose)
		put_evidence(tree, result->evidence, G_MAXUINT);
}

static void
put_bad(const Tree *tree, const Result *result)
{
	g_autofree char *line = result_line(result);
	g_autofree char *seed = g_strdup_printf("%" G_GUINT64_FORMAT,
						result->seed);

	g_string_append(tree->out, "  ");
	put(tree, colour_of(result->verdict), line);
	g_string_append_c(tree->out, '\n');
	put_under(tree, "must hold: ", result->check->sentence);
	put_under(tree, "clause: ", result->check->clause);
	put_evidence(tree, result->evidence,
		     tree->verbose ? G_MAXUINT : LAST_EVIDENCE);
	put_under(tree, "seed: ", seed);
	put_under(tree, "again: ", result->replay);
}

static void
put_result(const Tree *tree, const Result *result)
{
	if (verdict_is_good(result->verdict))
		put_good(tree, result);
	else
		put_bad(tree, result);
}

/* ---- the whole ---------------------------------------------------------- */

static void
put_head(const Tree *tree)
{
	const Report *report = tree->report;
	g_autofree char *file = conform_text(report->file);
	g_autofree char *id = conform_text(report->id);
	g_autofree char *version = conform_text(report->version);
	g_autofree char *kinds = kinds_text(report->kinds);

	put(tree, BOLD, file);
	if (report->id != NULL)
		g_string_append_printf(tree->out, "  %s %s (%s), ABI %u.%u", id,
				       version, kinds, report->abi_major,
				       report->abi_minor);
	g_string_append_c(tree->out, '\n');
	if (report->digest != NULL)
		g_string_append_printf(tree->out, "%s\n", report->digest);
}

static void
put_results(const Tree *tree)
{
	g_autofree char *last = NULL;

	for (guint i = 0; i < tree->report->results->len; i++) {
		const Result *result = tree->report->results->pdata[i];
		char *group = check_group_name(result->check);

		if (g_strcmp0(group, last) != 0) {
			g_string_append_c(tree->out, '\n');
			put(tree, BOLD, group);
			g_string_append_c(tree->out, '\n');
		}
		g_free(last);
		last = group;
		put_result(tree, result);
	}
}

static void
put_end(const Tree *tree)
{
	const Report *report = tree->report;
	g_autofree char *counts = report_counts(report);
	g_autofree char *rows = row_counts(report);
	g_autofree char *refusal = conform_text(report->refusal);

	g_string_append_c(tree->out, '\n');
	if (report->refusal != NULL) {
		put(tree, RED, "REFUSED");
		g_string_append_printf(tree->out, " %s\n", refusal);
	}
	g_string_append_printf(tree->out, "level: %s, %s\n",
			       level_name(report->level),
			       level_promise(report->level));
	if (g_strcmp0(report->extent, "whole") != 0)
		g_string_append_printf(tree->out, "extent: %s\n",
				       report->extent);
	g_string_append_printf(tree->out, "%s, in %.1f s\n%s\n", counts,
			       report->seconds, rows);
	put(tree, report->conforming ? GREEN : RED,
	    !report->conforming		     ? "not conforming"
	    : report->level == LEVEL_NONE ? "conforming, in what was judged"
					     : "conforming");
	g_string_append_c(tree->out, '\n');
}

void
report_tree(const Report *report, gboolean colour, gboolean verbose,
	    GString *out)
{
	const Tree tree = { report, colour, verbose, out };

	put_head(&tree);
	put_results(&tree);
	put_end(&tree);
}
