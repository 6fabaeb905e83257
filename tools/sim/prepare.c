/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/prepare.h"

#include "tools/sim/checker.h"
#include "tools/sim/workload.h"

gboolean
sim_prepare_is_over(const SimWorld *world)
{
	return world->prepared >= world->workload->prepare->len;
}

SimDraft *
sim_prepare_draft(SimWorld *world, bsn_chain *chain)
{
	const SimRequest *of;
	SimDraft *draft;

	if (chain == NULL || !sim_checker_is_level(world))
		return NULL;
	of = &g_array_index(world->workload->prepare, SimRequest,
			    world->prepared);
	draft = sim_draft_new(
		chain, sim_clients_account(world, of->account != SIM_ACCOUNT_ANY
							  ? (guint)of->account
							  : 0));
	if (of->node != SIM_NODE_NONE)
		draft->key = sim_clients_node(world, of);
	draft->of = of;
	sim_request_copy(of, &draft->draw);
	return draft;
}

void
sim_prepare_refused(SimWorld *world, const SimRequest *of, const char *why)
{
	sim_give_up(world, "prepare[%u], %s%s of %s, cannot be done: %s",
		    world->prepared,
		    of->deploys ? "a deployment" : of->function, of->args,
		    of->contract, why);
}

static void
count(SimWorld *world)
{
	world->prepared++;
	if (!sim_prepare_is_over(world))
		return;
	world->prepared_step = world->step;
	sim_faults_start(world);
}

void
sim_prepare_answered(SimWorld *world, const bsn_reply *reply, const SimTx *tx)
{
	if (reply->status != BSN_OK)
		sim_prepare_refused(world, tx->of, reply->err.reason);
	else if (reply->tx.stage == BSN_TX_COMMITTED)
		count(world);
	else
		sim_prepare_refused(world, tx->of,
				    "it is in a block, and has no effect");
}
