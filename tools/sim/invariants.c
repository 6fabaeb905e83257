/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/invariants.h"

#include <string.h>

#include "tools/sim/ask.h"
#include "tools/sim/clients.h"

/* Transactions of a function that took effect. */
static gint64
count_committed(const SimWorld *world, const char *contract,
		const char *function)
{
	const GPtrArray *txs = sim_clients_txs(world);
	gint64 n = 0;

	for (guint i = 0; i < txs->len; i++) {
		const SimTx *tx = txs->pdata[i];

		if (tx->placed && tx->took_effect &&
		    strcmp(tx->of->contract, contract) == 0 &&
		    strcmp(tx->of->function, function) == 0)
			n++;
	}
	return n;
}

/* g_free it. */
static char *
wanted_text(const SimWorld *world, const SimInvariant *invariant)
{
	gint64 number = invariant->number;

	if (invariant->text != NULL)
		return g_strdup(invariant->text);
	if (invariant->committed != NULL)
		number = count_committed(world, invariant->call.contract,
					 invariant->committed);
	return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

/* `last`: what is not so now is not waited for. */
static gboolean
judge(const bsn_chain *chain, const SimInvariant *invariant,
      const bsn_reply *reply, gboolean last)
{
	const SimRequest *asked = &invariant->call;
	g_autofree char *text = sim_ask_answer(reply, invariant->result);
	g_autofree char *wanted = wanted_text(chain->world, invariant);

	if (g_strcmp0(text, wanted) == 0)
		return TRUE;
	if (!last)
		return FALSE;
	sim_violate(chain->world,
		    "invariants: %s%s of %s must be %s%s%s%s at %s and is %s",
		    asked->function, asked->args, asked->contract, wanted,
		    invariant->committed != NULL ? ", the committed " : "",
		    invariant->committed != NULL ? invariant->committed : "",
		    invariant->committed != NULL ? "s," : "", chain->name,
		    text != NULL		    ? text
		    : reply->status == SIM_PENDING ? "not answered"
		    : reply->status == BSN_OK	    ? "not there"
						    : reply->err.reason);
	return FALSE;
}

static void
check_at(bsn_chain *chain, const SimInvariant *invariant)
{
	SimWorld *world = chain->world;
	const guint64 until_us =
		world->now_us + world->options->settle_ms * 1000;
	gboolean holds = FALSE;
	gboolean last = FALSE;

	/* Calls of a tree see its head, and what is there will be final. */
	while (!holds && world->violation == NULL) {
		bsn_reply *reply = sim_ask(chain, &invariant->call, 0, NULL);

		g_ptr_array_add(world->old_replies, reply);
		if (world->violation != NULL)
			return;
		holds = judge(chain, invariant, reply, last);
		last = !holds && !sim_ask_pause(world, until_us);
	}
}

void
sim_invariants_check(SimWorld *world)
{
	const GArray *all = world->workload->invariants;

	if (all->len > 0 && !BSN_HAS(world->engine->tx, call)) {
		sim_give_up(world, "the workload has invariants, and the "
				   "engine has no call");
		return;
	}
	for (guint i = 0; i < all->len; i++)
		for (guint n = 0; n < world->n_nodes; n++)
			if (world->nodes[n].honest &&
			    world->violation == NULL)
				check_at(&world->nodes[n].processes[0],
					 &g_array_index(all, SimInvariant, i));
}
