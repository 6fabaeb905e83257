/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* What is over sooner than this is not worth a line. */
#define PATIENCE_US (400 * G_TIME_SPAN_MILLISECOND)
/* And the line is not redrawn more often than this. */
#define REDRAW_US (200 * G_TIME_SPAN_MILLISECOND)

static struct {
	char *what;
	gint64 began_us;
	gint64 drawn_us; /* 0: the line does not show */
} progress;

void
progress_begin(const char *format, ...)
{
	va_list args;

	g_free(progress.what);
	va_start(args, format);
	progress.what = g_strdup_vprintf(format, args);
	va_end(args);
	if (progress.began_us == 0)
		progress.began_us = g_get_monotonic_time();
}

void
progress_tick(void)
{
	gint64 now = g_get_monotonic_time();

	if (progress.what == NULL || !isatty(STDERR_FILENO))
		return;
	if (now - progress.began_us < PATIENCE_US ||
	    now - progress.drawn_us < REDRAW_US)
		return;
	progress.drawn_us = now;
	fprintf(stderr, "\r\033[K%s ... %" G_GINT64_FORMAT " s", progress.what,
		(now - progress.began_us) / G_TIME_SPAN_SECOND);
	fflush(stderr);
}

void
progress_end(void)
{
	if (progress.drawn_us != 0)
		fputs("\r\033[K", stderr);
	g_clear_pointer(&progress.what, g_free);
	progress.began_us = 0;
	progress.drawn_us = 0;
}
