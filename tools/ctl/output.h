/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/output.h: answers on standard output: tables and fields for
 * people, JSON for programs.
 */
#ifndef TOOLS_CTL_OUTPUT_H
#define TOOLS_CTL_OUTPUT_H

#include <glib.h>
#include <jansson.h>
#include <stdio.h>

typedef struct {
	FILE *file;
	gboolean json;     /* --json */
	gboolean terminal; /* short hashes, ages instead of times */
	gint64 now_ms;     /* what ages are relative to; since 1970 */
} Output;

typedef enum {
	COLUMN_TEXT,
	COLUMN_NUMBER,   /* to the right */
	COLUMN_BYTES,    /* with a unit */
	COLUMN_TIME,     /* ms since 1970 */
	COLUMN_DURATION, /* ms */
	COLUMN_HASH,
	COLUMN_LIST, /* an array, joined by commas */
} ColumnKind;

/* One column of a table, or one field. */
typedef struct {
	const char *heading; /* NULL ends a list */
	const char *path;    /* member, or members joined by dots */
	ColumnKind kind;
} Column;

/* The member at "a.b.c"; NULL when there is none. Borrowed. */
json_t *output_member(json_t *object, const char *path);

/* JSON, indented, or on one line. */
void output_json(const Output *output, json_t *value);
void output_json_line(const Output *output, json_t *value);

/* A table with a row for each object of an array; a member that is absent or
 * null leaves its cell empty, and a column without any value is left out on a
 * terminal. An empty array shows `empty`. */
void output_table(const Output *output, json_t *rows, const Column *columns,
		  const char *empty);

/* "Heading  value" for each member that is there. */
void output_fields(const Output *output, json_t *object, const Column *fields);

/* Any JSON value, readably, each line `indent` columns in. Nothing is left
 * out; bytes too long for a screen's line are shortened on a terminal. */
void output_value(const Output *output, json_t *value, guint indent);

#endif
