/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ops/cpu.h"

#include <time.h>

#define NS_PER_S 1000000000u

/* Where a part of the host's own is among all. */
#define OWN(part) (BSN_CPU_PARTS + (part)-CPU_OWN)

static const char *const part_names[CPU_PARTS] = {
	[BSN_CPU_HOST] = "host",	   [BSN_CPU_ENGINE] = "engine",
	[BSN_CPU_CRYPTO] = "crypto",	   [BSN_CPU_CONSENSUS] = "consensus",
	[BSN_CPU_EXECUTION] = "execution", [BSN_CPU_STORAGE] = "storage",
	[OWN(CPU_PARSE)] = "parse",	   [OWN(CPU_NOTIFY)] = "notify",
};

static guint64 spent_ns[CPU_PARTS]; /* atomic */

/* A thread's CPU clock begins at 0. */
static _Thread_local struct {
	guint32 part;
	guint64 since_ns;
} here;

static guint64
now_ns(void)
{
	struct timespec now = { 0, 0 };

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (guint64)now.tv_sec * NS_PER_S + (guint64)now.tv_nsec;
}

static gboolean
is_part(guint32 part)
{
	return part < BSN_CPU_PARTS ||
	       (part >= CPU_OWN && part - CPU_OWN < CPU_OWN_PARTS);
}

static guint
index_of(guint32 part)
{
	return part < BSN_CPU_PARTS ? part : OWN(part);
}

guint32
cpu_part(void)
{
	return here.part;
}

guint32
cpu_charge(guint32 part)
{
	const guint64 now = now_ns();
	const guint32 before = here.part;

	__atomic_fetch_add(&spent_ns[index_of(before)], now - here.since_ns,
			   __ATOMIC_RELAXED);
	here.since_ns = now;
	here.part = is_part(part) ? part : BSN_CPU_ENGINE;
	return before;
}

void
cpu_enter(guint32 part)
{
	if (here.part != part)
		(void)cpu_charge(part);
}

const bsn_cpu service_cpu = {
	.size = sizeof(service_cpu),
	.charge = cpu_charge,
};

void
cpu_metrics(MetricsWriter *w, void *owner)
{
	(void)owner;
	(void)cpu_charge(cpu_part());
	for (guint i = 0; i < CPU_PARTS; i++)
		metrics_seconds(w, "bsn_cpu_seconds_total",
				"CPU time of the host by what it was spent on.",
				__atomic_load_n(&spent_ns[i], __ATOMIC_RELAXED),
				"part", part_names[i], NULL);
}
