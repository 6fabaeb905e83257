/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/measure.h: the numbers of a run that runs are compared by.
 */
#ifndef TOOLS_BENCH_MEASURE_H
#define TOOLS_BENCH_MEASURE_H

#include "tools/bench/record.h"

typedef struct {
	const char *name; /* "p99 latency" */
	gboolean more_is_better;
	gboolean shown; /* in a comparison of several, not only of two */
	double (*of)(const Record *record); /* below 0: not known */
	char *(*say)(double value);	    /* with its unit; the caller's */
} Measure;

/* Ends with a NULL name. The first is what a chain is measured for. */
extern const Measure measures[];

/* Microseconds of all nodes' CPU time that a committed transaction took; of a
 * part, or of all (NULL). Unknown when nobody knows. */
double measure_cpu_us(const Record *record, const char *part);
/* Bytes that all nodes' files grew by for each committed transaction. */
double measure_disk_per_tx(const Record *record);

#endif
