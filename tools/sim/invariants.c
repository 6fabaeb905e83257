/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/invariants.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/clients.h"
#include "tools/sim/pointer.h"

/* Between two times that something is asked which could not be answered yet. */
#define PAUSE_US 500000u

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

static void
await(SimWorld *world, const bsn_reply *reply, guint64 deadline_us)
{
	while (reply->status == SIM_PENDING && !reply->lost &&
	       world->now_us < deadline_us && sim_world_step(world))
		;
}

static void
let_pass(SimWorld *world)
{
	const guint64 until_us = world->now_us + PAUSE_US;

	while (world->now_us < until_us && sim_world_step(world))
		;
}

static bsn_reply *
call_once(bsn_chain *chain, const SimRequest *request, guint64 deadline_us)
{
	const SimKey *key = sim_clients_account(chain->world, 0);
	const bsn_tx_request words = {
		.size = sizeof(words),
		.kind = BSN_TX_INVOKE,
		.signer_public_key =
			bsn_slice_of(key->public_key, key->public_key_len),
		.signer_certificate = key->certificate,
		.contract = bsn_slice_str(request->contract),
		.function = bsn_slice_str(request->function),
		.args = bsn_slice_str(request->args),
		.options = bsn_slice_str(request->options),
	};
	bsn_reply *reply = sim_reply_new(chain, SIM_ANSWER_VALUE);

	sim_reply_asked(reply, chain->world->engine->tx->call(
				       chain->ledger, &words, reply,
				       &reply->err));
	sim_process_after(chain);
	await(chain->world, reply, deadline_us);
	return reply;
}

/* A node that was down until now may have to fetch what it needs first. */
static bsn_reply *
call(bsn_chain *chain, const SimRequest *request)
{
	SimWorld *world = chain->world;
	const guint64 deadline_us =
		world->now_us + world->options->settle_ms * 1000;
	bsn_reply *reply = call_once(chain, request, deadline_us);

	while ((reply->status == BSN_UNAVAILABLE ||
		reply->status == BSN_BUSY) &&
	       world->now_us < deadline_us && world->violation == NULL) {
		g_ptr_array_add(world->old_replies, reply);
		let_pass(world);
		reply = call_once(chain, request, deadline_us);
	}
	return reply;
}

static void
judge(const bsn_chain *chain, const SimInvariant *invariant,
      const bsn_reply *reply)
{
	const SimRequest *asked = &invariant->call;
	g_autofree char *pointer =
		g_strconcat("/result", invariant->result, NULL);
	g_autofree char *text = NULL;
	g_autofree char *wanted = NULL;
	gint64 number = invariant->number;

	if (invariant->committed != NULL)
		number = count_committed(chain->world, asked->contract,
					 invariant->committed);
	wanted = g_strdup_printf("%" G_GINT64_FORMAT, number);
	if (reply->status == BSN_OK)
		text = sim_pointer_text((const char *)reply->json.data,
					reply->json.len, pointer);
	if (g_strcmp0(text, wanted) == 0)
		return;
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
}

static void
check_at(bsn_chain *chain, const SimInvariant *invariant)
{
	bsn_reply *reply = call(chain, &invariant->call);

	if (chain->world->violation == NULL)
		judge(chain, invariant, reply);
	g_ptr_array_add(chain->world->old_replies, reply);
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
