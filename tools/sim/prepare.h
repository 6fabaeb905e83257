/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/prepare.h: what a workload has done before anything goes wrong and
 * clients begin: contracts are deployed, and called. One after the other, each
 * when the one before is in effect on every honest node.
 */
#ifndef TOOLS_SIM_PREPARE_H
#define TOOLS_SIM_PREPARE_H

#include "tools/sim/clients.h"
#include "tools/sim/draft.h"

gboolean sim_prepare_is_over(const SimWorld *world);
/* The next one, to be begun and advanced; NULL: not now. */
SimDraft *sim_prepare_draft(SimWorld *world, bsn_chain *chain);
/* Its transaction was answered, or could not be built. */
void sim_prepare_answered(SimWorld *world, const bsn_reply *reply,
			  const SimTx *tx);
void sim_prepare_refused(SimWorld *world, const SimRequest *of,
			 const char *why);

#endif
