/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/strand.h"

#include "host/chain/workers.h"

struct Strand {
	Ready ready; /* its place in the workers' queue while it has calls */
	CallQueue calls;
	Workers *workers;
	gint refs; /* atomic: the owner's, and one while it has calls */
};

static void
strand_run(Ready *ready)
{
	Strand *strand = (Strand *)ready;

	if (call_queue_run(&strand->calls))
		workers_ready(strand->workers, &strand->ready, 0);
	else
		strand_unref(strand);
}

Strand *
strand_new(Workers *workers)
{
	Strand *strand = g_new0(Strand, 1);

	strand->ready.run = strand_run;
	strand->workers = workers;
	strand->refs = 1;
	return strand;
}

void
strand_unref(Strand *strand)
{
	if (strand != NULL && g_atomic_int_dec_and_test(&strand->refs))
		g_free(strand);
}

void
strand_post(Strand *strand, StrandCall *call)
{
	/* Held for the push as well: the call may run, and its owner let go of
	 * the strand, before this returns. */
	g_atomic_int_inc(&strand->refs);
	if (call_queue_push(&strand->calls, call))
		workers_ready(strand->workers, &strand->ready, 0);
	else
		strand_unref(strand);
}
