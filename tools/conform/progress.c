/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/progress.h"

#include "tools/conform/report.h"

/* Back to the left, and nothing is left of the line. */
#define CLEAR "\r\033[K"
#define RED "\033[1;31m"
#define PLAIN "\033[0m"

void
progress_started(const Progress *progress, const Check *check)
{
	fprintf(progress->file, CLEAR "%u of %u%s  %s", progress->done,
		progress->total, progress->bad > 0 ? ", not all good" : "",
		check->id);
	fflush(progress->file);
}

void
progress_ended(Progress *progress, const Result *result)
{
	g_autofree char *line = NULL;

	progress->done++;
	if (verdict_is_good(result->verdict))
		return;
	progress->bad++;
	line = result_line(result);
	fprintf(progress->file, CLEAR RED "%s" PLAIN "\n", line);
}

void
progress_clear(const Progress *progress)
{
	fputs(CLEAR, progress->file);
	fflush(progress->file);
}
