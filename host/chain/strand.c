/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/strand.h"

#include "host/chain/workers.h"
#include "host/ops/cpu.h"

struct Strand {
	Ready ready; /* its place in the workers' queue while it has calls */
	CallQueue calls;
	Workers *workers;
	guint32 cpu_part; /* what its calls are charged to */
	void *owner;
	gint refs; /* atomic: the owner's, and one while it has calls */
};

static _Thread_local void *owner_here;

static void
strand_run(Ready *ready)
{
	Strand *strand = (Strand *)ready;
	const guint32 before = cpu_charge(strand->cpu_part);
	void *outer = owner_here;
	int more;

	owner_here = strand->owner;
	more = call_queue_run(&strand->calls);
	owner_here = outer;
	(void)cpu_charge(before);
	if (more)
		workers_ready(strand->workers, &strand->ready, 0);
	else
		strand_unref(strand);
}

Strand *
strand_new(Workers *workers, guint32 cpu_part)
{
	Strand *strand = g_new0(Strand, 1);

	strand->ready.run = strand_run;
	strand->workers = workers;
	strand->cpu_part = cpu_part;
	strand->refs = 1;
	return strand;
}

void
strand_set_owner(Strand *strand, void *owner)
{
	strand->owner = owner;
}

void *
strand_owner_here(void)
{
	return owner_here;
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
