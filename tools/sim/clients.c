/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/sim/clients.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/address.h"
#include "tools/sim/checker.h"
#include "tools/sim/crypto.h"
#include "tools/sim/draft.h"
#include "tools/sim/organisations.h"
#include "tools/sim/prepare.h"
#include "tools/sim/secrets.h"

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
/* So many requests of a run are refused, and none was ever built: none will. */
#define REFUSED_MAX 20u

struct SimClients {
	SimRandom random;
	GPtrArray *txs; /* SimTx */
	guint live;     /* of them */
	guint64 drawn;  /* requests so far */
	GQueue drafts;  /* SimDraft that wait for an answer */
	guint built;    /* requests of which a transaction was built */
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
	g_free(tx->key);
	g_free(tx->secret);
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

	world->clients = clients;
	clients->random = sim_random(world->seed, "clients", 0);
	clients->txs = g_ptr_array_new_with_free_func(tx_free);
	clients->accounts = g_new0(SimKey, world->workload->accounts);
	for (guint i = 0; i < world->workload->accounts; i++) {
		sim_account_key(world, i, &clients->accounts[i]);
		sim_certify_account(world, i, &clients->accounts[i]);
	}
	for (guint i = 0; i < CLIENTS; i++)
		later(world, i);
	return clients;
}

static void
free_draft(gpointer draft)
{
	sim_draft_free(draft);
}

void
sim_clients_free(SimClients *clients)
{
	if (clients == NULL)
		return;
	g_queue_clear_full(&clients->drafts, free_draft);
	g_ptr_array_unref(clients->txs);
	g_free(clients->accounts);
	g_free(clients);
}

const GPtrArray *
sim_clients_txs(const SimWorld *world)
{
	return world->clients->txs;
}

const SimKey *
sim_clients_account(const SimWorld *world, guint account)
{
	return &world->clients->accounts[account];
}

const SimKey *
sim_clients_node(const SimWorld *world, const SimRequest *request)
{
	return &world->nodes[(guint)request->node % world->n_nodes].key;
}

static guint
under_way(const SimClients *clients)
{
	return clients->live + clients->drafts.length;
}

/* A liar need not answer. */
static gboolean
waits_for_honest(const SimClients *clients)
{
	for (const GList *link = clients->drafts.head; link != NULL;
	     link = link->next)
		if (((const SimDraft *)link->data)->chain->node->honest)
			return TRUE;
	return FALSE;
}

gboolean
sim_clients_are_settled(const SimWorld *world)
{
	return world->clients->live == 0 &&
	       !waits_for_honest(world->clients) &&
	       (!world->clients->last ||
		world->clients->last_made >= CLIENTS);
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

static SimTx *
tx_of(SimWorld *world, const SimDraft *draft)
{
	const bsn_signable *done = &draft->reply->signable;
	SimTx *tx = g_new0(SimTx, 1);

	tx->number = world->clients->txs->len + 1;
	tx->bytes = g_bytes_new(done->tx.data, done->tx.len);
	tx->id = done->tx_id;
	tx->of = draft->of;
	tx->by_liar = !draft->chain->node->honest;
	tx->by = draft->chain->node->index;
	tx->built_us = world->now_us;
	tx->key = g_strdup(draft->draw.key);
	tx->secret = g_strdup(draft->draw.text);
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
may_not_build(const SimDraft *draft)
{
	const bsn_reply *reply = draft->reply;
	const SimRequest *draw = &draft->draw;
	SimWorld *world = reply->chain->world;
	SimClients *clients = world->clients;

	if (reply->status <= BSN_OK || reply->lost)
		return;
	sim_trace(world->trace, reply->chain->name,
		  "client may not build %s%s: %s",
		  draw->deploys ? "deployment" : draw->function, draw->args,
		  reply->err.reason);
	if (draft->of->prepares && is_for_good(reply->status))
		sim_prepare_refused(world, draft->of, reply->err.reason);
	clients->refused +=
		is_for_good(reply->status) && !draft->of->never ? 1 : 0;
	if (clients->built == 0 && clients->refused == REFUSED_MAX)
		sim_give_up(world,
			    "no request of the workload can be built (what "
			    "they call must be there from block 0, or in "
			    "\"prepare\"): %s %s of %s: %s",
			    draw->function, draw->args, draw->contract,
			    reply->err.reason);
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

/* One built upon another that waits may find that this one never came to be,
 * and a liar builds upon what he likes: no other moment helps, once nothing goes
 * wrong. */
static gboolean
is_orphan(const SimWorld *world, const bsn_reply *reply, const SimTx *tx)
{
	return world->healed && is_for_good(reply->status) &&
	       reply->status != BSN_DUPLICATE &&
	       (tx->by_liar ||
		sim_workload_orphans(world->workload, reply->err.native));
}

static void
final_answer(bsn_reply *reply, SimTx *tx)
{
	SimWorld *world = reply->chain->world;

	/* One that waits for long is there already when it comes again. */
	if (tx->of->prepares && tx->state == SIM_TX_LIVE &&
	    reply->status != BSN_DUPLICATE &&
	    (reply->status == BSN_OK || is_for_good(reply->status)))
		sim_prepare_answered(world, reply, tx);
	if (reply->status == BSN_OK) {
		sim_trace(world->trace, reply->chain->name,
			  "answer tx %" G_GUINT64_FORMAT " is in block "
			  "%" G_GUINT64_FORMAT " at %" G_GUINT64_FORMAT "%s",
			  tx->number, (guint64)reply->tx.block,
			  (guint64)reply->tx.index,
			  reply->tx.stage == BSN_TX_COMMITTED
				  ? ""
				  : ", without effect");
		sim_checker_answered(reply->chain, tx, &reply->tx);
		end(world->clients, tx, SIM_TX_SETTLED);
		return;
	}
	sim_trace(world->trace, reply->chain->name,
		  "answer tx %" G_GUINT64_FORMAT ": %d %s", tx->number,
		  reply->status, reply->err.reason);
	if (reply->status == BSN_EXPIRED || reply->status == BSN_CONFLICT ||
	    (tx->of->never && is_for_good(reply->status)) ||
	    is_orphan(world, reply, tx))
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
		  "client submits tx %" G_GUINT64_FORMAT "%s, %s of %s, try %u",
		  tx->number, tx->forged ? " (forged)" : "",
		  tx->of->deploys ? "deployment" : tx->of->function,
		  tx->of->contract, ++tx->tries);
	tx->submitted_us = world->now_us;
	reply->answered = answered;
	reply->data = tx;
	sim_reply_asked(reply, world->engine->tx->submit(chain->ledger, &item,
							 1, &reply->err));
	sim_process_after(chain);
}

/* A process to talk to: any that is up, an honest one when asked, and of a node
 * that may have what a request is about. */
static bsn_chain *
pick_for(SimWorld *world, gboolean honest, const SimRequest *request)
{
	SimClients *clients = world->clients;
	guint first = (guint)sim_random_below(&clients->random, world->n_nodes);

	for (guint i = 0; i < world->n_nodes; i++) {
		SimNode *node = &world->nodes[(first + i) % world->n_nodes];
		guint side = (guint)sim_random_below(&clients->random,
						     node->sides);
		bsn_chain *chain = &node->processes[side];

		if (sim_process_is_up(chain) && (node->honest || !honest) &&
		    sim_secrets_may_have(world, node->index, request))
			return chain;
	}
	return NULL;
}

static bsn_chain *
pick(SimWorld *world, gboolean honest)
{
	static const SimRequest any;

	return pick_for(world, honest, &any);
}

static const guint8 *
find_bytes(const guint8 *data, gsize len, bsn_slice bytes)
{
	return bytes.len > 0 ? memmem(data, len, bytes.data, bytes.len) : NULL;
}

/* The same with one bit of its signature changed; NULL when the framework does
 * not carry the signature as it was made. */
static SimTx *
forge(const SimTx *tx, bsn_slice signature)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(tx->bytes, &len);
	gsize part = signature.len / 4;
	const guint8 *at = find_bytes(data, len, signature);
	guint8 *changed;
	SimTx *forged;

	/* Its numbers may be written in another way than side by side. */
	if (at == NULL && signature.len >= 8) {
		at = find_bytes(data, len,
				bsn_slice_of(signature.data + part / 2, part));
		part = 0;
	}
	if (at == NULL)
		return NULL;
	changed = g_memdup2(data, len);
	changed[(gsize)(at - data) + part] ^= 1;
	forged = g_memdup2(tx, sizeof(*tx));
	forged->forged = TRUE;
	forged->key = forged->secret = NULL;
	forged->bytes = g_bytes_new_take(changed, len);
	return forged;
}

/* What was built is submitted, and now and then twice, or forged before. */
static void
submit_built(SimWorld *world, const SimDraft *draft)
{
	SimClients *clients = world->clients;
	bsn_chain *chain = draft->chain;
	SimTx *tx = tx_of(world, draft);
	SimTx *forged =
		draft->try_forged ? forge(tx, draft->signature) : NULL;

	if (forged != NULL && sim_process_is_up(chain)) {
		g_ptr_array_add(clients->txs, forged);
		tx->number++;
		submit(chain, forged);
	} else if (forged != NULL) {
		tx_free(forged);
	}
	g_ptr_array_add(clients->txs, tx);
	clients->live++;
	clients->built += tx->of->prepares ? 0 : 1;
	clients->last_made += clients->last ? 1 : 0;
	if (sim_process_is_up(chain))
		submit(chain, tx);
	chain = draft->twice ? pick(world, clients->last) : NULL;
	if (chain != NULL)
		submit(chain, tx);
}

/* The answer came inside a call of the engine; the client goes on after it. */
static void
draft_answered(bsn_reply *reply, gpointer data)
{
	const SimEvent event = { .kind = SIM_EVENT_CLIENT,
				 .number = CLIENTS,
				 .at_us = reply->chain->world->now_us };

	sim_queue_push(reply->chain->world->queue, &event);
}

/* Frees the draft when nothing more comes of it. */
static void
go_on(SimWorld *world, SimDraft *draft)
{
	SimDraftState state = sim_draft_advance(draft);

	if (state == SIM_DRAFT_WAITS)
		draft->reply->answered = draft_answered;
	sim_process_after(draft->chain);
	switch (state) {
	case SIM_DRAFT_WAITS:
		g_queue_push_tail(&world->clients->drafts, draft);
		return;
	case SIM_DRAFT_DONE:
		submit_built(world, draft);
		break;
	case SIM_DRAFT_FAILED:
		may_not_build(draft);
		break;
	}
	sim_draft_free(draft);
}

/* Those whose answers have come. */
static void
go_on_with_drafts(SimWorld *world)
{
	GQueue *drafts = &world->clients->drafts;

	for (guint left = drafts->length; left > 0; left--) {
		SimDraft *draft = g_queue_pop_head(drafts);

		if (sim_draft_is_answered(draft))
			go_on(world, draft);
		else
			g_queue_push_tail(drafts, draft);
	}
}

/* A draft of what is asked next, made by `chain`. */
static SimDraft *
draw(SimWorld *world, bsn_chain *chain)
{
	SimClients *clients = world->clients;
	SimDraft *draft = sim_draft_new(
		chain, &clients->accounts[sim_random_below(
			       &clients->random, world->workload->accounts)]);

	draft->of = sim_workload_draw(world->workload, &clients->random,
				      ++clients->drawn, &draft->draw);
	if (draft->of->account != SIM_ACCOUNT_ANY)
		draft->key = &clients->accounts[draft->of->account];
	if (draft->of->node != SIM_NODE_NONE)
		draft->key = sim_clients_node(world, draft->of);
	return draft;
}

/* A secret is told to nobody who may not have it. FALSE: nobody else is up. */
static gboolean
may_go(SimWorld *world, SimDraft *draft, gboolean honest)
{
	bsn_chain *chain;

	if (sim_secrets_may_have(world, draft->chain->node->index, draft->of))
		return TRUE;
	chain = pick_for(world, honest, draft->of);
	if (chain == NULL)
		return FALSE;
	draft->chain = chain;
	draft->epoch = chain->epoch;
	return TRUE;
}

static void
submit_new(SimWorld *world, gboolean honest)
{
	SimClients *clients = world->clients;
	bsn_chain *chain = pick(world, honest);
	gboolean twice = sim_random_chance(&clients->random, TWICE_PPM);
	gboolean try_forged = sim_random_chance(&clients->random, FORGED_PPM);
	SimDraft *draft;

	if (chain == NULL)
		return;
	draft = draw(world, chain);
	if (!may_go(world, draft, honest)) {
		sim_draft_free(draft);
		return;
	}
	draft->twice = twice;
	draft->try_forged = try_forged;
	sim_draft_begin(draft);
	go_on(world, draft);
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

static void
prepare_next(SimWorld *world)
{
	SimDraft *draft = sim_prepare_draft(world, pick(world, TRUE));

	if (draft == NULL)
		return;
	sim_draft_begin(draft);
	go_on(world, draft);
}

/* What a client does that has no transaction to submit again. */
static void
act(SimWorld *world)
{
	SimClients *clients = world->clients;
	guint under = under_way(clients);

	if (!sim_prepare_is_over(world)) {
		if (under == 0)
			prepare_next(world);
	} else if (!clients->last && under < LIVE_MAX) {
		submit_new(world, FALSE);
	} else if (clients->last &&
		   clients->last_made + clients->drafts.length < CLIENTS) {
		submit_new(world, TRUE);
	}
}

void
sim_clients_event(SimWorld *world, guint64 client)
{
	SimClients *clients = world->clients;
	SimTx *overdue;
	bsn_chain *chain;

	if (client == CLIENTS) {
		go_on_with_drafts(world);
		return;
	}
	overdue = find_overdue(world, client);
	chain = pick(world, clients->last);
	later(world, client);
	if (overdue == NULL || chain == NULL) {
		act(world);
		return;
	}
	ask_where(chain, overdue);
	if (overdue->state == SIM_TX_LIVE && sim_process_is_up(chain))
		submit(chain, overdue);
}

void
sim_clients_last(SimWorld *world)
{
	world->clients->last = TRUE;
}
