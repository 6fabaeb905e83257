/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/strand.h: queues whose calls run one at a time on a pool of
 * workers. A strand costs a few dozen bytes and no thread.
 */
#ifndef HOST_CHAIN_STRAND_H
#define HOST_CHAIN_STRAND_H

#include <bsn/ext/cpu.h>
#include <glib.h>

#include "host/chain/callqueue.h"

typedef struct Workers Workers;
typedef struct Strand Strand;

/* A pool of `n` threads (at least 1). */
Workers *workers_new(unsigned n);
/* Waits until every queued call has run, then ends the threads. */
void workers_free(Workers *workers);
unsigned workers_count(const Workers *workers);
/* Runs jobs 0..n-1 on free workers and on the calling thread; returns when all
 * are done. May be called on a worker. */
void workers_run(Workers *workers, void (*job)(void *arg, guint64 index),
		 void *arg, guint64 n);

/* Its calls' CPU time is charged to `cpu_part`, BSN_CPU_* (bsn/ext/cpu.h). */
Strand *strand_new(Workers *workers, guint32 cpu_part);
/* Whose strand it is, for strand_owner_here. Before anything is posted. */
void strand_set_owner(Strand *strand, void *owner);
/* The owner of the strand that the calling thread runs a call of; NULL when it
 * has none, or there is no such strand. Any thread. */
void *strand_owner_here(void);
/* Frees the strand once its queued calls have run. */
void strand_unref(Strand *strand);
/* Queues a call; lock-free unless the strand was idle, from any thread, in
 * order per caller. */
void strand_post(Strand *strand, StrandCall *call);

#endif
