/* SPDX-License-Identifier: Apache-2.0
 *
 * host/ops/cpu.h: what the process's CPU time is spent on. Each thread has a
 * part that its time is charged to, BSN_CPU_HOST at first; a change costs one
 * reading of the thread's CPU clock, a third of a microsecond.
 */
#ifndef HOST_OPS_CPU_H
#define HOST_OPS_CPU_H

#include <bsn/ext/cpu.h>
#include <glib.h>

#include "host/ops/metrics.h"

/* Charges the time since the thread's last call to its part, and what follows
 * to `part`. Returns the part before; one that there is not is BSN_CPU_ENGINE.
 * Any thread. */
guint32 cpu_charge(guint32 part);
/* The thread's part. Any thread. */
guint32 cpu_part(void);

/* bsn.cpu/1. */
extern const bsn_cpu service_cpu;

/* A MetricsProvider: bsn_cpu_seconds_total. What a thread did since its last
 * change of part is missing, but for the calling thread. */
void cpu_metrics(MetricsWriter *w, void *owner);

#endif
