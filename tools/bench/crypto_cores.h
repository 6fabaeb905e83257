/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/crypto_cores.h: the cores that are measured on, and what the
 * second one brings.
 */
#ifndef TOOLS_BENCH_CRYPTO_CORES_H
#define TOOLS_BENCH_CRYPTO_CORES_H

#include <bsn/crypto.h>
#include <glib.h>

typedef struct {
	int first;
	int second;	       /* -1: this process may use one only */
	gboolean share_a_core; /* two threads of the hardware, one core */
} Cores;

/* Two of those that this process may use, apart if there are such. */
Cores cores_pick(void);
/* The calling thread runs there alone from now on. */
void cores_pin(int cpu);

/* How much faster two threads, one on each core, verify batches of 64 by this
 * plugin than one does: by the clock on the wall, the median of the rounds in
 * which no other work took a core away, or the best of all when there are too
 * few. It takes up to four times as long to find them. `are_new`: keys that
 * nobody has seen.
 *
 * Returns FALSE when an answer was wrong. */
gboolean cores_compare(const Cores *cores, const bsn_signature *scheme,
		       gboolean are_new, double seconds, double *speedup);

#endif
