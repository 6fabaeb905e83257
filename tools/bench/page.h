/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/page.h: what pages of reports are put together from. All texts
 * are escaped, and of anybody's cleaned.
 */
#ifndef TOOLS_BENCH_PAGE_H
#define TOOLS_BENCH_PAGE_H

#include "tools/bench/record.h"

/* A page that needs nothing else: no file, no network, no script. */
GString *page_begin(const char *title);
char *page_end(GString *page);

void page_heading(GString *page, const char *text);
/* A box for a chart with its caption; `wide` takes all columns. */
void page_begin_figure(GString *page, const char *caption, gboolean wide);
void page_end_figure(GString *page);

/* A small box of a big number; takes the value. */
void page_number(GString *page, const char *name, char *value, gboolean bad);

/* Colours and what they stand for. */
typedef struct {
	const char *class_name, *name;
} PageColour;

void page_legend(GString *page, const PageColour *colours, guint n);

/* A bar of pieces that is full at `full`. Titles may be NULL. */
typedef struct {
	const char *class_name;
	double value;
	char *title;
} PagePiece;

/* Within <div class="bars">; takes the titles and the value. */
void page_bar(GString *page, const char *name, PagePiece *pieces, guint n,
	      double full, char *value);

/* A figure with a table. Its columns come next: each of texts by itself, those
 * of numbers, ended by NULL, together. */
void page_begin_table(GString *page, const char *caption, gboolean wide);
void page_column(GString *page, const char *name);
void page_number_columns(GString *page, const char *const *names);
void page_begin_rows(GString *page);
void page_end_table(GString *page);
/* A cell of a number; takes the text. */
void page_cell(GString *page, char *text);
/* A pair of a list of facts, unless the text is NULL or empty. */
void page_fact(GString *page, const char *name, const char *text);

#endif
