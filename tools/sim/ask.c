/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/ask.h"

#include <bsn/helpers/bytes.h>

#include "tools/sim/address.h"
#include "tools/sim/clients.h"
#include "tools/sim/pointer.h"

/* Between two times that something is asked which could not be answered yet. */
#define PAUSE_US 500000u

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

gboolean
sim_ask_pause(SimWorld *world, guint64 until_us)
{
	const guint64 before_us = world->now_us;

	let_pass(world);
	return world->now_us > before_us && world->now_us < until_us;
}

static guint64
deadline(const SimWorld *world)
{
	return world->now_us + world->options->settle_ms * 1000;
}

static bsn_reply *
ask(bsn_chain *chain, const SimRequest *request, guint account,
    guint64 deadline_us)
{
	const SimKey *key = sim_clients_account(chain->world, account);
	g_autofree char *args = g_strdup(request->args);
	bsn_tx_request words = {
		.size = sizeof(words),
		.kind = BSN_TX_INVOKE,
		.signer_public_key =
			bsn_slice_of(key->public_key, key->public_key_len),
		.signer_certificate = key->certificate,
		.contract = bsn_slice_str(request->contract),
		.function = bsn_slice_str(request->function),
		.options = bsn_slice_str(request->options),
	};
	bsn_reply *reply = sim_reply_new(chain, SIM_ANSWER_VALUE);

	sim_addresses_fill_in(chain->world, &args);
	words.args = bsn_slice_str(args);
	sim_reply_asked(reply, chain->world->engine->tx->call(
				       chain->ledger, &words, reply,
				       &reply->err));
	sim_process_after(chain);
	await(chain->world, reply, deadline_us);
	return reply;
}

bsn_reply *
sim_ask_once(bsn_chain *chain, const SimRequest *request, guint account)
{
	return ask(chain, request, account, deadline(chain->world));
}

char *
sim_ask_answer(const bsn_reply *reply, const char *pointer)
{
	g_autofree char *whole = g_strconcat("/result", pointer, NULL);

	return reply->status == BSN_OK
		       ? sim_pointer_text((const char *)reply->json.data,
					  reply->json.len, whole)
		       : NULL;
}

/* A node that was down until now may have to fetch what it needs first. */
static gboolean
is_early(const bsn_reply *reply, const char *wanted)
{
	g_autofree char *is = NULL;

	if (reply->status == BSN_UNAVAILABLE || reply->status == BSN_BUSY)
		return TRUE;
	is = sim_ask_answer(reply, NULL);
	return wanted != NULL && reply->status != SIM_PENDING &&
	       g_strcmp0(is, wanted) != 0;
}

bsn_reply *
sim_ask(bsn_chain *chain, const SimRequest *request, guint account,
	const char *wanted)
{
	SimWorld *world = chain->world;
	const guint64 deadline_us = deadline(world);
	bsn_reply *reply = ask(chain, request, account, deadline_us);

	while (is_early(reply, wanted) && world->now_us < deadline_us &&
	       world->violation == NULL) {
		g_ptr_array_add(world->old_replies, reply);
		let_pass(world);
		reply = ask(chain, request, account, deadline_us);
	}
	return reply;
}
