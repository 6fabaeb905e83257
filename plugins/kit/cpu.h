/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/cpu.h: CPU time charged to a part until the end of a scope:
 *
 *   g_auto(CpuCharge) cpu = cpu_charge(services.cpu, BSN_CPU_EXECUTION);
 */
#ifndef PLUGINS_KIT_CPU_H
#define PLUGINS_KIT_CPU_H

#include <bsn/ext/cpu.h>
#include <glib.h>

typedef struct {
	const bsn_cpu *cpu;
	guint32 before;
} CpuCharge;

/* `cpu` may be NULL: nobody counts. [any] */
static inline CpuCharge
cpu_charge(const bsn_cpu *cpu, guint32 part)
{
	CpuCharge charge = { cpu, part };

	if (BSN_HAS(cpu, charge))
		charge.before = cpu->charge(part);
	return charge;
}

static inline void
cpu_charge_end(CpuCharge *charge)
{
	if (BSN_HAS(charge->cpu, charge))
		(void)charge->cpu->charge(charge->before);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CpuCharge, cpu_charge_end)

#endif
