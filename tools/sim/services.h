/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/services.h: what a process of a node finds in its host.
 */
#ifndef TOOLS_SIM_SERVICES_H
#define TOOLS_SIM_SERVICES_H

#include "tools/sim/world.h"

extern const bsn_log sim_log_table;
extern const bsn_clock sim_clock_table;
extern const bsn_timer sim_timer_table;
extern const bsn_random sim_random_table;
extern const bsn_store sim_store_table;
extern const bsn_parallel sim_parallel_table;
extern const bsn_chain_service sim_chain_table;
extern const bsn_events sim_events_table;

/* Once per process. */
void sim_services_init(void);

/* Whether a service may be called now; a broken rule is a violation. */
gboolean sim_allowed(bsn_chain *chain, const char *service,
		     gboolean closing_too);
/* The same for one that has an effect: the process may die right here, as if
 * it had never made the call. */
gboolean sim_effect(bsn_chain *chain, const char *service,
		    gboolean closing_too);
/* Disarms a timer that came; FALSE when it was set again or cancelled. */
gboolean sim_timer_take(bsn_chain *chain, guint64 id, guint64 generation);

#endif
