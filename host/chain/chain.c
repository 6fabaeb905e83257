/* SPDX-License-Identifier: Apache-2.0
 *
 * One chain: its engine's side opened and closed on its strand, requests and
 * submissions on their way to it.
 */
#include "host/chain/chain.h"

#include <string.h>

#include <bsn/ext/jsonrpc.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/chain/internal.h"
#include "host/compile/lend.h"
#include "host/ops/log.h"
#include "host/ops/stages.h"
#include "host/plugin/registry.h"
#include "host/service/session.h"

static int32_t give_submissions(Chain *chain, bsn_reply *const *replies,
				guint n, bsn_err *err);
static int32_t give_rpcs(Chain *chain, bsn_reply *const *replies, guint n,
			 bsn_err *err);
static void block_on_loop(StrandCall *call);

Chain *
chain_new(ChainTable *table, const char *name, const char *framework,
	  const char *config, guint32 number, guint64 created_ms)
{
	Chain *chain = g_new0(Chain, 1);

	chain->refs = 1;
	chain->table = table;
	chain->strand = strand_new(table->workers, BSN_CPU_ENGINE);
	strand_set_owner(chain->strand, chain);
	chain->engine = plugin_find_engine(framework);
	chain->name = g_strdup(name);
	chain->framework = g_strdup(framework);
	chain->config = g_strdup(config);
	chain->number = number;
	chain->created_ms = created_ms;
	chain->reason = g_strdup("");
	intake_init(&chain->submissions, chain, give_submissions);
	intake_init(&chain->rpcs, chain, give_rpcs);
	chain->block_call.run = block_on_loop;
	return chain;
}

Chain *
chain_ref(Chain *chain)
{
	g_atomic_int_inc(&chain->refs);
	return chain;
}

void
chain_unref(Chain *chain)
{
	if (chain == NULL || !g_atomic_int_dec_and_test(&chain->refs))
		return;
	strand_unref(chain->strand);
	g_clear_pointer(&chain->genesis, g_bytes_unref);
	g_free(chain->name);
	g_free(chain->framework);
	g_free(chain->config);
	g_free(chain->parent);
	g_free(chain->reason);
	g_free(chain);
}

const char *
chain_name(const Chain *chain)
{
	return chain->name;
}

const char *
chain_framework(const Chain *chain)
{
	return chain->framework;
}

const char *
chain_config(const Chain *chain)
{
	return chain->config;
}

guint64
chain_created_ms(const Chain *chain)
{
	return chain->created_ms;
}

GBytes *
chain_genesis(const Chain *chain)
{
	return chain->state != CHAIN_OPENING ? chain->genesis : NULL;
}

const char *
chain_parent(const Chain *chain)
{
	return chain->parent;
}

ChainState
chain_state(const Chain *chain)
{
	return chain->state;
}

const char *
chain_reason(const Chain *chain)
{
	return chain->reason;
}

const bsn_engine *
chain_engine(const Chain *chain)
{
	return chain->engine;
}

void
chain_counters(const Chain *chain, ChainCounters *out)
{
	const guint64 *from = (const guint64 *)&chain->counters;
	guint64 *to = (guint64 *)out;

	for (gsize i = 0; i < sizeof(*out) / sizeof(*to); i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

void
chain_blame(Chain *chain, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list args;

	va_start(args, format);
	what = g_strdup_vprintf(format, args);
	va_end(args);
	CHAIN_COUNT(chain, engine_faults, 1);
	log_error("engine", chain->name, "the %s engine %s", chain->framework,
		  what);
}

/* ---- replies that the engine holds ---- */

void
chain_track_reply(Chain *chain, bsn_reply *reply)
{
	g_atomic_int_inc(&reply->refs); /* the engine's */
	reply->older = chain->newest_reply;
	if (reply->older != NULL)
		reply->older->newer = reply;
	chain->newest_reply = reply;
}

void
chain_forget_reply(Chain *chain, bsn_reply *reply)
{
	if (reply->older != NULL)
		reply->older->newer = reply->newer;
	if (reply->newer != NULL)
		reply->newer->older = reply->older;
	else
		chain->newest_reply = reply->older;
	reply->older = reply->newer = NULL;
}

/* ---- opening and closing, on the strand ---- */

void
chain_batch_accepted(Chain *chain, guint64 cookie)
{
	ChainTimed *timed = &chain->timed;
	const guint at = (timed->first + timed->n) % CHAIN_TIMED;

	if (timed->n == CHAIN_TIMED)
		return;
	timed->batches[at].cookie = cookie;
	timed->batches[at].since_ns = stage_now_ns();
	timed->n++;
}

static void
batch_is_durable(ChainTimed *timed, guint64 cookie)
{
	const guint at = timed->first;

	if (timed->n == 0 || timed->batches[at].cookie != cookie)
		return;
	stage_over(STAGE_STORE, timed->batches[at].since_ns, 0);
	timed->first = (at + 1) % CHAIN_TIMED;
	timed->n--;
}

typedef struct {
	StrandCall call;
	Chain *chain;
	guint64 cookie;
} DurableCall;

static void
durable_on_strand(StrandCall *call)
{
	DurableCall *durable = (DurableCall *)call;
	Chain *chain = durable->chain;

	batch_is_durable(&chain->timed, durable->cookie);
	if (chain->ledger != NULL)
		chain->engine->chain->durable(chain->ledger, durable->cookie);
	chain_unref(chain);
	g_free(durable);
}

/* On the committer's thread. */
static void
became_durable(void *owner, guint64 cookie)
{
	DurableCall *durable = g_new(DurableCall, 1);

	durable->call.run = durable_on_strand;
	durable->chain = chain_ref(owner);
	durable->cookie = cookie;
	strand_post(durable->chain->strand, &durable->call);
}

void
chain_explain(Chain *chain, const char *call, int32_t status, bsn_err *err)
{
	err->reason[sizeof(err->reason) - 1] = '\0';
	if (status < 0)
		chain_blame(chain, "broke in %s: status %d, %s", call, status,
			    err->reason);
	if (err->reason[0] == '\0')
		bsn_fail(err, status, "%s gave no reason", call);
}

gboolean
chain_watch(Chain *chain, ChainWatcher *watcher)
{
	if (chain->space == NULL || chain->leaving)
		return FALSE;
	watcher->link.data = watcher;
	watcher->life = chain->life;
	g_queue_push_tail_link(&chain->watchers, &watcher->link);
	return TRUE;
}

void
chain_unwatch(Chain *chain, ChainWatcher *watcher)
{
	g_queue_unlink(&chain->watchers, &watcher->link);
}

gboolean
chain_lives_on(const Chain *chain, guint64 life)
{
	return chain->ledger != NULL && !chain->leaving &&
	       chain->life == life;
}

gboolean
chain_is_served(const Chain *chain, const ChainWatcher *watcher)
{
	return chain_lives_on(chain, watcher->life);
}

static void
tell_watchers(Chain *chain)
{
	GList *link;

	chain->leaving = TRUE;
	while ((link = g_queue_pop_head_link(&chain->watchers)) != NULL) {
		ChainWatcher *watcher = link->data;

		watcher->closing(watcher);
	}
}

int32_t
chain_open_on_strand(Chain *chain, bsn_err *err)
{
	int32_t status;

	chain->leaving = FALSE;
	chain->life++;
	chain->timed.n = 0;
	chain->space = store_space_open(chain->table->store, chain->number,
					became_durable, chain);
	status = chain->engine->chain->open(chain, bytes_slice(chain->genesis), &chain->ledger,
					    err);
	if (status == BSN_OK && chain->ledger != NULL)
		return BSN_OK;
	if (status == BSN_OK)
		status = bsn_fail(err, BSN_E_INTERNAL,
				  "open succeeded without a ledger");
	chain_explain(chain, "chain open", status, err);
	chain->ledger = NULL;
	tell_watchers(chain);
	net_close(chain);
	timer_clear(chain);
	store_space_close(chain->space);
	chain->space = NULL;
	return status;
}

static void
fail_unanswered(Chain *chain)
{
	bsn_err err = BSN_ERR_INIT;

	bsn_fail(&err, BSN_UNAVAILABLE, "the chain was closed");
	while (chain->newest_reply != NULL) {
		chain_blame(chain, "closed with a request unanswered");
		reply_fail(chain->newest_reply, BSN_UNAVAILABLE, &err);
	}
}

void
chain_close_on_strand(Chain *chain)
{
	if (chain->ledger == NULL)
		return;
	session_end_all(chain);
	compile_end_all(chain);
	tell_watchers(chain);
	chain->engine->chain->close(chain->ledger);
	chain->ledger = NULL;
	net_close(chain);
	fail_unanswered(chain);
	timer_clear(chain);
	store_space_close(chain->space);
	chain->space = NULL;
}

/* ---- requests ---- */

int32_t
chain_why_not_open(const Chain *chain, bsn_err *err)
{
	switch (chain->state) {
	case CHAIN_OPEN:
		return BSN_OK;
	case CHAIN_OPENING:
		return bsn_fail(err, BSN_UNAVAILABLE,
				"chain %s is being opened: try again soon",
				chain->name);
	case CHAIN_CLOSING:
	case CHAIN_CLOSED:
		return bsn_fail(err, BSN_UNAVAILABLE,
				"chain %s is closed: an administrator can open "
				"it",
				chain->name);
	case CHAIN_FAILED:
		break;
	}
	return bsn_fail(err, BSN_UNAVAILABLE,
			"chain %s has failed: %.150s", chain->name,
			chain->reason);
}

void
chain_refuse_unopened(Chain *chain, bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;

	chain_track_reply(chain, reply);
	bsn_fail(&err, BSN_UNAVAILABLE, "chain %s is not open", chain->name);
	reply_fail(reply, BSN_UNAVAILABLE, &err);
}

void
chain_refuse_reply(bsn_reply *reply, int32_t status, const bsn_err *err)
{
	if (reply->finished_by_engine)
		chain_blame(reply->chain, "answered a request and refused it, too");
	else
		reply_fail(reply, status, err);
}

static void
request_on_strand(StrandCall *call)
{
	bsn_reply *reply = (bsn_reply *)call;
	Chain *chain = reply->chain;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (chain->ledger == NULL) {
		chain_refuse_unopened(chain, reply);
		return;
	}
	chain_track_reply(chain, reply);
	g_atomic_int_inc(&reply->refs); /* this call's */
	status = reply->ask(reply, chain->engine, chain->ledger, &err);
	if (status != BSN_OK) {
		chain_explain(chain, "a request", status, &err);
		chain_refuse_reply(reply, status, &err);
	}
	reply_free(reply);
}

void
chain_request(Chain *chain, bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = chain_why_not_open(chain, &err);

	reply->chain = chain_ref(chain);
	reply->call.run = request_on_strand;
	CHAIN_COUNT(chain, requests, 1);
	if (status == BSN_OK)
		strand_post(chain->strand, &reply->call);
	else
		reply_refuse(reply, status, &err);
}

static int32_t
give_submissions(Chain *chain, bsn_reply *const *replies, guint n,
		 bsn_err *err)
{
	g_autofree bsn_submission *items = g_new0(bsn_submission, n);
	const guint64 began_ns = stage_now_ns();
	int32_t status;

	for (guint i = 0; i < n; i++)
		items[i] = (bsn_submission){ .size = sizeof(items[i]),
					     .tx = bytes_slice(replies[i]->input),
					     .reply = replies[i] };
	status = chain->engine->tx->submit(chain->ledger, items, n, err);
	stage_over(STAGE_VERIFY, began_ns, n);
	return status;
}

void
chain_submit(Chain *chain, bsn_reply **replies, guint n)
{
	if (intake_push(&chain->submissions, replies, n))
		CHAIN_COUNT(chain, submitted, n);
}

static int32_t
give_rpcs(Chain *chain, bsn_reply *const *replies, guint n, bsn_err *err)
{
	const bsn_engine_jsonrpc *rpc = bsn_engine_jsonrpc_of(chain->engine);
	g_autofree bsn_rpc_request *items = NULL;

	if (rpc == NULL)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"framework %s has no JSON-RPC",
				chain->framework);
	items = g_new0(bsn_rpc_request, n);
	for (guint i = 0; i < n; i++)
		items[i] = (bsn_rpc_request){ .size = sizeof(items[i]),
					      .request = bytes_slice(replies[i]->input),
					      .session = replies[i]->session,
					      .reply = replies[i] };
	return rpc->requests(chain->ledger, items, n, err);
}

void
chain_rpc(Chain *chain, bsn_reply **replies, guint n)
{
	if (intake_push(&chain->rpcs, replies, n))
		CHAIN_COUNT(chain, requests, n);
}

/* ---- blocks ---- */

static void
block_on_loop(StrandCall *call)
{
	Chain *chain = (Chain *)((char *)call -
				 G_STRUCT_OFFSET(Chain, block_call));
	ChainTable *table = chain->table;

	g_atomic_int_set(&chain->block_posted, 0);
	if (table->block_listener != NULL)
		table->block_listener(
			table->block_owner, chain,
			__atomic_load_n(&chain->durable_block,
					__ATOMIC_ACQUIRE));
	chain_unref(chain);
}
