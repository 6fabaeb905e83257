/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/compare.h: two reports of the same workload side by side: what is
 * better or worse, and by how much.
 */
#ifndef TOOLS_BENCH_COMPARE_H
#define TOOLS_BENCH_COMPARE_H

#include "tools/bench/measure.h"

/* Closer than this they are taken for the same: runs differ by as much. */
#define COMPARE_SAME 0.03

typedef enum { COMPARE_EQUAL, COMPARE_BETTER, COMPARE_WORSE } CompareVerdict;

/* One number of both. */
typedef struct {
	const Measure *measure;
	double before, after;
	double ratio; /* after / before; unknown when before is 0 */
	CompareVerdict verdict;
} CompareLine;

/* A run of each. */
typedef struct {
	const Record *before, *after; /* borrowed */
	char *title;
	GArray *lines;	  /* CompareLine, of what both know */
	GPtrArray *notes; /* char *, what was different when they were run */
} ComparePair;

/* ComparePair of all runs that both have. NULL with an error when they are not
 * of the same thing; it names both as they are called here. */
GPtrArray *compare_runs(const GPtrArray *before, const char *before_name,
			const GPtrArray *after, const char *after_name,
			GError **error);

/* The smallest share of before's that after's throughput is, of a ramp its
 * highest rate; of all pairs. */
double compare_worst(const GPtrArray *pairs);

/* "2.34× as much", "12 % less"; to be freed. */
char *compare_words(const CompareLine *line);

char *compare_text(const GPtrArray *pairs, const char *before_name,
		   const char *after_name);
json_t *compare_json(const GPtrArray *pairs, const char *before_name,
		     const char *after_name);
/* A page by itself. */
char *compare_html(const GPtrArray *pairs, const char *before_name,
		   const char *after_name);

#endif
