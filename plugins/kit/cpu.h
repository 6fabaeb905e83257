/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/cpu.h: CPU time charged to a part until the end of a scope:
 *
 *	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
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

/* A declaration: until the end of the scope time is charged to `part`. */
#define CPU_CHARGE(cpu, part)                                                  \
	G_GNUC_UNUSED g_auto(CpuCharge) cpu_charged = cpu_charge(cpu, part)

#endif
