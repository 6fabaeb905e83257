/* SPDX-License-Identifier: Apache-2.0
 *
 * The checker's part that knows what the workload says of its requests.
 */
#include "tools/sim/checker_private.h"

#include "tools/sim/clients.h"

void
sim_checker_effect(SimWorld *world, const SimTx *tx, guint64 number, gint32 native)
{
	const SimRequest *of = tx->of;

	if (tx->took_effect && of->never)
		sim_violate(world,
			    "never: transaction %" G_GUINT64_FORMAT
			    ", %s%s of %s, must not be committed, and is in "
			    "block %" G_GUINT64_FORMAT,
			    tx->number, of->function, of->args, of->contract,
			    number);
	/* A liar may have put anything into what it built. */
	if (!tx->took_effect && !tx->by_liar &&
	    !sim_request_may_fail(of, native))
		sim_violate(world,
			    "natives: transaction %" G_GUINT64_FORMAT
			    ", %s%s of %s, is in block %" G_GUINT64_FORMAT
			    " without effect for a reason that the workload "
			    "does not name: %d",
			    tx->number, of->function, of->args, of->contract,
			    number, native);
}
