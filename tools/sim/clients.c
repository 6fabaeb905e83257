/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/sim/clients.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/checker.h"
#include "tools/sim/crypto.h"
#include "tools/sim/organisations.h"
#include "tools/sim/workload.h"

#define CLIENTS 3u
/* Between two things that a client does, in microseconds. */
#define PAUSE_MIN_US 5000u
#define PAUSE_MAX_US 120000u
/* Without an answer for so long a client tries elsewhere. */
#define PATIENCE_US 3000000u
/* Transactions without an end, of all clients. */
#define LIVE_MAX 32u
/* Of a million: submitted to two nodes at once; with a changed signature. */
#define TWICE_PPM 150000u
#define FORGED_PPM 50000u
/* Signatures of one transaction at most. */
#define ROUNDS_MAX 8u
/* So many requests of a run are refused, and none was ever built: none will. */
#define REFUSED_MAX 20u

struct SimClients {
	SimRandom random;
	GPtrArray *txs; /* SimTx */
	guint live;     /* of them */
	guint refused;  /* requests of which no transaction could be built */
	SimKey *accounts;
	gboolean last; /* nothing new but one more of each */
	guint last_made;
};

static void
tx_free(gpointer data)
{
	SimTx *tx = data;

	g_bytes_unref(tx->bytes);
	g_free(tx);
}

static void
later(SimWorld *world, guint64 client)
{
	const SimEvent event = {
		.kind = SIM_EVENT_CLIENT,
		.number = client,
		.at_us = world->now_us +
			 sim_random_range(&world->clients->random,
					  PAUSE_MIN_US, PAUSE_MAX_US),
	};

	sim_queue_push(world->queue, &event);
}

SimClients *
sim_clients_new(SimWorld *world)
{
	SimClients *clients = g_new0(SimClients, 1);
	const char *algorithm = world->nodes[0].key.algorithm;

	world->clients = clients;
	clients->random = sim_random(world->seed, "clients", 0);
	clients->txs = g_ptr_array_new_with_free_func(tx_free);
	clients->accounts = g_new0(SimKey, world->workload->accounts);
	for (guint i = 0; i < world->workload->accounts; i++) {
		SimRandom random = sim_random(world->seed, "account", i);

		sim_crypto_key(&random, algorithm, &clients->accounts[i]);
		sim_certify_account(world, i, &clients->accounts[i]);
	}
	for (guint i = 0; i < CLIENTS; i++)
		later(world, i);
	return clients;
}

void
sim_clients_free(SimClients *clients)
{
	if (clients == NULL)
		return;
	g_ptr_array_unref(clients->txs);
	g_free(clients->accounts);
	g_free(clients);
}

const GPtrArray *
sim_clients_txs(const SimWorld *world)
{
	return world->clients->txs;
}

gboolean
sim_clients_are_settled(const SimWorld *world)
{
	return world->clients->live == 0 &&
	       (!world->clients->last ||
		world->clients->last_made == CLIENTS);
}

static void
end(SimClients *clients, SimTx *tx, SimTxState state)
{
	if (tx->state == SIM_TX_LIVE && !tx->forged)
		clients->live--;
	tx->state = state;
}

/* ---- building ------------------------------------------------------------ */

static void
throw_away(SimWorld *world, bsn_reply *reply)
{
	g_ptr_array_add(world->old_replies, reply);
}

/* What an engine says it wants signed, signed. NULL when it does not answer at
 * once or refuses. */
static bsn_reply *
sign_round(bsn_chain *chain, const SimKey *key, const bsn_signable *what,
	   bsn_slice *signature, guint8 *bytes)
{
	bsn_reply *reply;
	guint32 len = sim_crypto_sign(key, what->convention, what->message,
				      bytes);

	if (len == 0 || g_strcmp0(what->algorithm, key->algorithm) != 0)
		return NULL;
	*signature = bsn_slice_of(bytes, len);
	reply = sim_reply_new(chain, SIM_ANSWER_SIGNABLE);
	throw_away(chain->world, reply);
	sim_reply_asked(reply, chain->world->engine->tx->sign_round(
				       chain->ledger, what->state, *signature,
				       reply, &reply->err));
	return reply;
}

static bsn_reply *
begin(bsn_chain *chain, const SimKey *key, const SimRequest *draw)
{
	const bsn_tx_request request = {
		.size = sizeof(request),
		.kind = BSN_TX_INVOKE,
		.signer_public_key =
			bsn_slice_of(key->public_key, key->public_key_len),
		.signer_certificate = key->certificate,
		.contract = bsn_slice_str(draw->contract),
		.function = bsn_slice_str(draw->function),
		.args = bsn_slice_str(draw->args),
		.options = bsn_slice_str(draw->options),
	};
	bsn_reply *reply = sim_reply_new(chain, SIM_ANSWER_SIGNABLE);

	throw_away(chain->world, reply);
	sim_reply_asked(reply, chain->world->engine->tx->begin(
				       chain->ledger, &request, reply,
				       &reply->err));
	return reply;
}

static SimTx *
tx_of(SimWorld *world, const bsn_signable *done)
{
	SimTx *tx = g_new0(SimTx, 1);

	tx->number = world->clients->txs->len + 1;
	tx->bytes = g_bytes_new(done->tx.data, done->tx.len);
	tx->id = done->tx_id;
	return tx;
}

/* A refusal that another moment would not change. */
static gboolean
is_for_good(int32_t status)
{
	return status > BSN_OK && status != BSN_BUSY && status != BSN_FULL &&
	       status != BSN_UNAVAILABLE && status != BSN_TIMEOUT;
}

static void
may_not_build(const bsn_reply *reply, const SimRequest *draw)
{
	SimWorld *world = reply->chain->world;
	SimClients *clients = world->clients;

	sim_trace(world->trace, reply->chain->name,
		  "client may not build %s%s: %s", draw->function, draw->args,
		  reply->err.reason);
	clients->refused += is_for_good(reply->status) ? 1 : 0;
	if (clients->txs->len == 0 && clients->refused == REFUSED_MAX)
		sim_give_up(world,
			    "no request of the workload can be built (bsn-sim "
			    "deploys nothing: what they call must be there "
			    "from block 0): %s %s of %s: %s",
			    draw->function, draw->args, draw->contract,
			    reply->err.reason);
}

/* Builds a transaction at a process; NULL when it does not let us. The last
 * signature is left in `signature`. */
static SimTx *
build(bsn_chain *chain, guint8 *bytes, bsn_slice *signature)
{
	SimWorld *world = chain->world;
	SimClients *clients = world->clients;
	const SimKey *key = &clients->accounts[sim_random_below(
		&clients->random, world->workload->accounts)];
	SimRequest draw;
	bsn_reply *reply;
	SimTx *tx = NULL;

	sim_workload_draw(world->workload, &clients->random,
			  clients->txs->len + 1, &draw);
	reply = begin(chain, key, &draw);
	for (guint round = 0; round < ROUNDS_MAX && reply != NULL &&
			      reply->status == BSN_OK && tx == NULL;
	     round++) {
		if (reply->signable.tx.len > 0)
			tx = tx_of(world, &reply->signable);
		else
			reply = sign_round(chain, key, &reply->signable,
					   signature, bytes);
	}
	if (tx == NULL && reply != NULL && reply->status > BSN_OK)
		may_not_build(reply, &draw);
	sim_request_clear(&draw);
	return tx;
}

/* ---- submitting ---------------------------------------------------------- */

static void
forged_answered(bsn_reply *reply, SimTx *tx)
{
	if (reply->status == BSN_OK || reply->accepted)
		sim_violate(reply->chain->world,
			    "validity: %s took transaction %" G_GUINT64_FORMAT
			    ", whose signature a client had changed",
			    reply->chain->name, tx->number);
}

static void
final_answer(bsn_reply *reply, SimTx *tx)
{
	SimWorld *world = reply->chain->world;

	if (reply->status == BSN_OK) {
		sim_trace(world->trace, reply->chain->name,
			  "answer tx %" G_GUINT64_FORMAT " is in block "
			  "%" G_GUINT64_FORMAT " at %" G_GUINT64_FORMAT,
			  tx->number, (guint64)reply->tx.block,
			  (guint64)reply->tx.index);
		sim_checker_answered(reply->chain, tx, &reply->tx);
		end(world->clients, tx, SIM_TX_SETTLED);
		return;
	}
	sim_trace(world->trace, reply->chain->name,
		  "answer tx %" G_GUINT64_FORMAT ": %d %s", tx->number,
		  reply->status, reply->err.reason);
	if (reply->status == BSN_EXPIRED || reply->status == BSN_CONFLICT)
		end(world->clients, tx, SIM_TX_REFUSED);
}

/* An answer to submit: each stage, or the end of its process. */
static void
answered(bsn_reply *reply, gpointer data)
{
	SimTx *tx = data;
	bsn_chain *chain = reply->chain;

	if (!chain->node->honest || chain->state == SIM_DEAD) {
		/* Nobody need believe it. */
	} else if (tx->forged) {
		forged_answered(reply, tx);
	} else if (reply->status != SIM_PENDING) {
		final_answer(reply, tx);
	}
	if (reply->status != SIM_PENDING || reply->lost)
		throw_away(chain->world, reply);
}

static void
submit(bsn_chain *chain, SimTx *tx)
{
	SimWorld *world = chain->world;
	bsn_reply *reply = sim_reply_new(chain, SIM_ANSWER_TX_STAGES);
	gsize len;
	const void *data = g_bytes_get_data(tx->bytes, &len);
	const bsn_submission item = { sizeof(item), 0, bsn_slice_of(data, len),
				      reply };

	sim_trace(world->trace, chain->name,
		  "client submits tx %" G_GUINT64_FORMAT "%s, try %u",
		  tx->number, tx->forged ? " (forged)" : "", ++tx->tries);
	tx->submitted_us = world->now_us;
	reply->answered = answered;
	reply->data = tx;
	sim_reply_asked(reply, world->engine->tx->submit(chain->ledger, &item,
							 1, &reply->err));
	sim_process_after(chain);
}

/* A process to talk to: any that is up, an honest one when asked. */
static bsn_chain *
pick(SimWorld *world, gboolean honest)
{
	SimClients *clients = world->clients;
	guint first = (guint)sim_random_below(&clients->random, world->n_nodes);

	for (guint i = 0; i < world->n_nodes; i++) {
		SimNode *node = &world->nodes[(first + i) % world->n_nodes];
		guint side = (guint)sim_random_below(&clients->random,
						     node->sides);
		bsn_chain *chain = &node->processes[side];

		if (sim_process_is_up(chain) && (node->honest || !honest))
			return chain;
	}
	return NULL;
}

/* The same with one bit of its signature changed; NULL when the framework does
 * not carry the signature as it was made. */
static SimTx *
forge(const SimTx *tx, bsn_slice signature)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(tx->bytes, &len);
	const guint8 *at = signature.len > 0 ? memmem(data, len, signature.data,
						      signature.len)
					     : NULL;
	guint8 *changed;
	SimTx *forged;

	if (at == NULL)
		return NULL;
	changed = g_memdup2(data, len);
	changed[(gsize)(at - data) + signature.len / 4] ^= 1;
	forged = g_memdup2(tx, sizeof(*tx));
	forged->forged = TRUE;
	forged->bytes = g_bytes_new_take(changed, len);
	return forged;
}

static void
submit_new(SimWorld *world, gboolean honest)
{
	SimClients *clients = world->clients;
	guint8 bytes[BSN_SIGNATURE_MAX];
	bsn_slice signature = bsn_slice_of(NULL, 0);
	bsn_chain *chain = pick(world, honest);
	gboolean twice = sim_random_chance(&clients->random, TWICE_PPM);
	gboolean try_forged = sim_random_chance(&clients->random, FORGED_PPM);
	SimTx *forged = NULL;
	SimTx *tx;

	if (chain == NULL)
		return;
	tx = build(chain, bytes, &signature);
	sim_process_after(chain);
	if (tx == NULL)
		return;
	if (try_forged)
		forged = forge(tx, signature);
	if (forged != NULL && sim_process_is_up(chain)) {
		g_ptr_array_add(clients->txs, forged);
		tx->number++;
		submit(chain, forged);
	} else if (forged != NULL) {
		tx_free(forged);
	}
	g_ptr_array_add(clients->txs, tx);
	clients->live++;
	clients->last_made += clients->last ? 1 : 0;
	if (sim_process_is_up(chain))
		submit(chain, tx);
	chain = twice ? pick(world, honest) : NULL;
	if (chain != NULL)
		submit(chain, tx);
}

/* A transaction of this client without an answer for long, or NULL. */
static SimTx *
find_overdue(const SimWorld *world, guint64 client)
{
	const GPtrArray *txs = world->clients->txs;

	for (guint i = 0; i < txs->len; i++) {
		SimTx *tx = txs->pdata[i];

		if (tx->state == SIM_TX_LIVE && !tx->forged &&
		    tx->number % CLIENTS == client &&
		    tx->submitted_us + PATIENCE_US < world->now_us)
			return tx;
	}
	return NULL;
}

/* A node that has the transaction already says where. */
static void
ask_where(bsn_chain *chain, SimTx *tx)
{
	bsn_reply *reply = sim_reply_new(chain, SIM_ANSWER_TX);

	throw_away(chain->world, reply);
	if (sim_reply_asked(reply, chain->world->engine->tx->get(
					   chain->ledger,
					   bsn_id_slice(&tx->id), reply,
					   &reply->err)) == BSN_OK &&
	    reply->tx.stage != BSN_TX_ACCEPTED && chain->node->honest &&
	    chain->state == SIM_OPEN)
		final_answer(reply, tx);
	sim_process_after(chain);
}

void
sim_clients_event(SimWorld *world, guint64 client)
{
	SimClients *clients = world->clients;
	SimTx *overdue = find_overdue(world, client);
	bsn_chain *chain = pick(world, clients->last);

	later(world, client);
	if (overdue != NULL && chain != NULL) {
		ask_where(chain, overdue);
		if (overdue->state == SIM_TX_LIVE && sim_process_is_up(chain))
			submit(chain, overdue);
	} else if (!clients->last && clients->live < LIVE_MAX) {
		submit_new(world, FALSE);
	} else if (clients->last && clients->last_made < CLIENTS) {
		submit_new(world, TRUE);
	}
}

void
sim_clients_last(SimWorld *world)
{
	world->clients->last = TRUE;
}
