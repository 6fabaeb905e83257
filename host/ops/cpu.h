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

/* Parts of the host's own, which plugins only see when they give one back. Far
 * from those of the interface, which has room to grow. */
#define CPU_OWN 0x100u
#define CPU_PARSE (CPU_OWN + 0u)  /* bodies that bring transactions */
#define CPU_NOTIFY (CPU_OWN + 1u) /* answers to them, and events */
#define CPU_OWN_PARTS 2u
#define CPU_PARTS (BSN_CPU_PARTS + CPU_OWN_PARTS)

/* Charges the time since the thread's last call to its part, and what follows
 * to `part`. Returns the part before; one that there is not is BSN_CPU_ENGINE.
 * Any thread. */
guint32 cpu_charge(guint32 part);
/* The thread's part. Any thread. */
guint32 cpu_part(void);
/* The same without a reading of the clock when it is the thread's part already:
 * for calls that come in a row, whose caller goes back to the part before with
 * this when they are over. Any thread. */
void cpu_enter(guint32 part);

/* bsn.cpu/1. */
extern const bsn_cpu service_cpu;

/* A MetricsProvider: bsn_cpu_seconds_total. What a thread did since its last
 * change of part is missing, but for the calling thread. */
void cpu_metrics(MetricsWriter *w, void *owner);

#endif
