/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/compare.h"

#include <string.h>

#include "tools/bench/html.h"
#include "tools/bench/units.h"
#include "tools/ctl/error.h"

/* From here on they differ by a factor, not by percent. */
#define FACTOR 1.5

/* ---- whether they can be compared --------------------------------------- */

static gboolean
refuse(GError **error, const char *what, const char *before, const char *after)
{
	g_autofree char *first = clean_text(before != NULL ? before : "none");
	g_autofree char *second = clean_text(after != NULL ? after : "none");

	return ctl_fail(error, CTL_ERROR_FAILED,
			"the reports cannot be compared: %s is \"%s\" in the "
			"one and \"%s\" in the other\nCompare runs of the same "
			"workload, in the same kind of loop.",
			what, first, second);
}

static gboolean
is_same_kind(const Record *before, const Record *after, GError **error)
{
	if (g_strcmp0(before->workload, after->workload) != 0)
		return refuse(error, "the workload", before->workload,
			      after->workload);
	if (g_strcmp0(before->loop, after->loop) != 0)
		return refuse(error, "the loop", before->loop, after->loop);
	if (before->reads != after->reads)
		return refuse(error, "what is sent",
			      before->reads ? "queries" : "transactions",
			      after->reads ? "queries" : "transactions");
	return TRUE;
}

/* ---- what was different ------------------------------------------------- */

static void
note_text(GPtrArray *notes, const char *what, const char *before,
	  const char *after)
{
	g_autofree char *first = clean_text(before);
	g_autofree char *second = clean_text(after);

	if (before == NULL || after == NULL || strcmp(before, after) == 0)
		return;
	g_ptr_array_add(
		notes, g_strdup_printf("%s: %s, then %s", what, first, second));
}

static void
note_number(GPtrArray *notes, const char *what, double before, double after)
{
	g_autofree char *first = units_rate(before);
	g_autofree char *second = units_rate(after);

	if (record_knows(before) && record_knows(after) &&
	    (before < after || before > after))
		g_ptr_array_add(notes, g_strdup_printf("%s: %s, then %s", what,
						       first, second));
}

static void
note_machine(GPtrArray *notes, const Record *before, const Record *after)
{
	for (guint i = 0; i < before->machine->len; i++) {
		const RecordFact *fact =
			&g_array_index(before->machine, RecordFact, i);
		g_autofree char *name = clean_text(fact->name);

		note_text(notes, name, fact->text,
			  record_fact(after->machine, fact->name));
	}
}

static GPtrArray *
notes_of(const Record *before, const Record *after)
{
	GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);

	note_machine(notes, before, after);
	note_text(notes, "bsn-bench", before->tool, after->tool);
	note_text(notes, "framework", before->framework, after->framework);
	note_text(notes, "algorithms", before->crypto, after->crypto);
	note_text(notes, "consensus", before->consensus, after->consensus);
	note_text(notes, "contract", before->contract, after->contract);
	note_text(notes, "function", before->function, after->function);
	note_text(notes, "signed", before->signing, after->signing);
	note_number(notes, "hosts", before->hosts, after->hosts);
	note_number(notes, "chains", before->chains, after->chains);
	note_number(notes, "signers", before->signers, after->signers);
	note_number(notes, "subscribers", before->subscribers,
		    after->subscribers);
	note_number(notes, "connections", before->connections,
		    after->connections);
	note_number(notes, "in flight", before->in_flight, after->in_flight);
	note_number(notes, "batch", before->batch, after->batch);
	note_number(notes, "rate", before->rate, after->rate);
	note_number(notes, "transactions", before->transactions,
		    after->transactions);
	note_number(notes, "bound in ms", before->bound_ms, after->bound_ms);
	return notes;
}

/* ---- numbers ------------------------------------------------------------ */

static CompareVerdict
judge(const Measure *measure, double before, double after)
{
	const double most = MAX(before, after);
	const gboolean more = after > before;

	if (most <= 0 || ABS(after - before) <= COMPARE_SAME * most)
		return COMPARE_EQUAL;
	return more == (measure->more_is_better != FALSE) ? COMPARE_BETTER
							  : COMPARE_WORSE;
}

static GArray *
lines_of(const Record *before, const Record *after)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(CompareLine));

	for (const Measure *measure = measures; measure->name != NULL;
	     measure++) {
		CompareLine line = { .measure = measure,
				     .before = measure->of(before),
				     .after = measure->of(after) };

		if (!record_knows(line.before) || !record_knows(line.after))
			continue;
		line.ratio = line.before > 0  ? line.after / line.before
			     : line.after > 0 ? RECORD_UNKNOWN
					      : 1;
		line.verdict = judge(measure, line.before, line.after);
		g_array_append_val(lines, line);
	}
	return lines;
}

char *
compare_words(const CompareLine *line)
{
	const double ratio = line->ratio;
	g_autofree char *text = NULL;

	if (!record_knows(ratio))
		return g_strdup("there was none");
	if (line->verdict == COMPARE_EQUAL)
		return g_strdup("about the same");
	if (ratio >= FACTOR || ratio <= 1 / FACTOR) {
		text = units_ratio(ratio);
		return g_strdup_printf("%s as much", text);
	}
	text = units_percent(ABS(ratio - 1));
	return g_strdup_printf("%s %s", text, ratio >= 1 ? "more" : "less");
}

/* ---- pairs -------------------------------------------------------------- */

static void
pair_free(gpointer data)
{
	ComparePair *pair = data;

	g_free(pair->title);
	g_array_unref(pair->lines);
	g_ptr_array_unref(pair->notes);
	g_free(pair);
}

static ComparePair *
pair_new(const Record *before, const Record *after)
{
	ComparePair *pair = g_new0(ComparePair, 1);

	pair->before = before;
	pair->after = after;
	pair->title = record_title(before);
	pair->lines = lines_of(before, after);
	pair->notes = notes_of(before, after);
	return pair;
}

static const Record *
find(const GPtrArray *records, const char *title)
{
	for (guint i = 0; i < records->len; i++) {
		g_autofree char *other = record_title(records->pdata[i]);

		if (strcmp(other, title) == 0)
			return records->pdata[i];
	}
	return NULL;
}

/* The run of `after` that belongs to it; the only ones belong together whatever
 * they are called. */
static const Record *
partner(const GPtrArray *before, guint i, const GPtrArray *after)
{
	g_autofree char *title = record_title(before->pdata[i]);

	if (before->len == 1 && after->len == 1)
		return after->pdata[0];
	return find(after, title);
}

GPtrArray *
compare_runs(const GPtrArray *before, const char *before_name,
	     const GPtrArray *after, const char *after_name, GError **error)
{
	g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(pair_free);

	for (guint i = 0; i < before->len; i++) {
		const Record *other = partner(before, i, after);

		if (other == NULL)
			continue;
		if (!is_same_kind(before->pdata[i], other, error)) {
			g_prefix_error(error, "%s and %s: ", before_name,
				       after_name);
			return NULL;
		}
		g_ptr_array_add(pairs, pair_new(before->pdata[i], other));
	}
	if (pairs->len > 0)
		return g_steal_pointer(&pairs);
	ctl_fail(error, CTL_ERROR_FAILED,
		 "%s and %s: the reports cannot be compared: no run of the one "
		 "is called as one of the other\nRuns belong together by their "
		 "label, or framework and workload.",
		 before_name, after_name);
	return NULL;
}

static double
share_of(const ComparePair *pair)
{
	const gboolean ramp = record_knows(pair->before->best_rate) &&
			      record_knows(pair->after->best_rate);
	const double before =
		ramp ? pair->before->best_rate : pair->before->committed_per_s;
	const double after =
		ramp ? pair->after->best_rate : pair->after->committed_per_s;

	return before > 0 ? after / before : 1;
}

double
compare_worst(const GPtrArray *pairs)
{
	double worst = G_MAXDOUBLE;

	for (guint i = 0; i < pairs->len; i++)
		worst = MIN(worst, share_of(pairs->pdata[i]));
	return worst;
}
