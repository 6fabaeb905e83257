/* SPDX-License-Identifier: Apache-2.0
 *
 * One chain: its engine's side opened and closed on its strand, requests and
 * submissions on their way to it.
 */
#include "host/chain/chain.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/chain/internal.h"
#include "host/ops/log.h"
#include "host/plugin/registry.h"

/* Transactions that are given to an engine in one call, at most. */
#define SUBMIT_BATCH_MAX 4096

static void submit_on_strand(StrandCall *call);
static void block_on_loop(StrandCall *call);

Chain *
chain_new(ChainTable *table, const char *name, const char *framework,
	  const char *config, guint32 number, guint64 created_ms)
{
	Chain *chain = g_new0(Chain, 1);

	chain->refs = 1;
	chain->table = table;
	chain->strand = strand_new(table->workers);
	chain->engine = plugin_find_engine(framework);
	chain->name = g_strdup(name);
	chain->framework = g_strdup(framework);
	chain->config = g_strdup(config);
	chain->number = number;
	chain->created_ms = created_ms;
	chain->reason = g_strdup("");
	chain->submit_call.run = submit_on_strand;
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

/* What a status below zero, or one without a reason, is told as. */
static void
explain(Chain *chain, const char *call, int32_t status, bsn_err *err)
{
	err->reason[sizeof(err->reason) - 1] = '\0';
	if (status < 0)
		chain_blame(chain, "broke in %s: status %d, %s", call, status,
			    err->reason);
	if (err->reason[0] == '\0')
		bsn_fail(err, status, "%s gave no reason", call);
}

int32_t
chain_open_on_strand(Chain *chain, bsn_err *err)
{
	bsn_slice genesis;
	gsize len;
	const void *data = g_bytes_get_data(chain->genesis, &len);
	int32_t status;

	genesis = bsn_slice_of(data, len);
	chain->space = store_space_open(chain->table->store, chain->number,
					became_durable, chain);
	status = chain->engine->chain->open(chain, genesis, &chain->ledger,
					    err);
	if (status == BSN_OK && chain->ledger != NULL)
		return BSN_OK;
	if (status == BSN_OK)
		status = bsn_fail(err, BSN_E_INTERNAL,
				  "open succeeded without a ledger");
	explain(chain, "chain open", status, err);
	chain->ledger = NULL;
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
	chain->engine->chain->close(chain->ledger);
	chain->ledger = NULL;
	fail_unanswered(chain);
	timer_clear(chain);
	store_space_close(chain->space);
	chain->space = NULL;
}

typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} ArraySink;

static int32_t
array_write(bsn_sink *sink, const void *data, uint64_t len)
{
	ArraySink *to = (ArraySink *)sink;

	if (len > BSN_STORE_VALUE_MAX - to->bytes->len)
		return BSN_TOO_LARGE;
	g_byte_array_append(to->bytes, data, (guint)len);
	return BSN_OK;
}

int32_t
chain_make_genesis(Chain *chain, bsn_err *err)
{
	guint8 key[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink key_sink = bsn_fixed_sink_of(key, sizeof(key));
	ArraySink out = { { array_write }, NULL };
	bsn_member self = { .size = sizeof(self), .role = BSN_ROLE_CONSENSUS };
	bsn_genesis genesis = {
		.size = sizeof(genesis),
		.member_count = 1,
		.name = bsn_slice_str(chain->name),
		.config = bsn_slice_str(chain->config),
		.members = &self,
		.time_ms = chain->created_ms,
	};
	const bsn_chain_ops *ops = chain->engine->chain;
	int32_t status;

	status = ops->member_algorithm(genesis.config, &self.algorithm, err);
	if (status == BSN_OK)
		status = keystore_node_public_key(chain->table->keystore,
						  self.algorithm,
						  &key_sink.sink, err);
	if (status == BSN_OK) {
		self.public_key = bsn_slice_of(key, key_sink.len);
		out.bytes = g_byte_array_new();
		status = ops->genesis(&genesis, &out.sink, err);
		chain->genesis = g_byte_array_free_to_bytes(out.bytes);
	}
	if (status != BSN_OK)
		explain(chain, "genesis", status, err);
	return status;
}

/* ---- requests ---- */

/* Why a chain that is not open is not. */
static int32_t
why_not_open(const Chain *chain, bsn_err *err)
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
			"chain %s could not be opened: %.150s", chain->name,
			chain->reason);
}

/* On the strand: it was open when the request set out. */
static void
refuse_unopened(Chain *chain, bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;

	chain_track_reply(chain, reply);
	bsn_fail(&err, BSN_UNAVAILABLE, "chain %s is not open", chain->name);
	reply_fail(reply, BSN_UNAVAILABLE, &err);
}

/* The engine refused by its status, so it must not have answered as well. */
static void
fail_refused(Chain *chain, bsn_reply *reply, int32_t status,
	     const bsn_err *err)
{
	if (reply->finished_by_engine)
		chain_blame(chain, "answered a request and refused it, too");
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
		refuse_unopened(chain, reply);
		return;
	}
	chain_track_reply(chain, reply);
	g_atomic_int_inc(&reply->refs); /* this call's */
	status = reply->ask(reply, chain->engine, chain->ledger, &err);
	if (status != BSN_OK) {
		explain(chain, "a request", status, &err);
		fail_refused(chain, reply, status, &err);
	}
	reply_free(reply);
}

void
chain_request(Chain *chain, bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = why_not_open(chain, &err);

	reply->chain = chain_ref(chain);
	reply->call.run = request_on_strand;
	CHAIN_COUNT(chain, requests, 1);
	if (status == BSN_OK)
		strand_post(chain->strand, &reply->call);
	else
		reply_refuse(reply, status, &err);
}

static void
submit_items(Chain *chain, const bsn_submission *items, guint n)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	for (guint i = 0; i < n; i++)
		g_atomic_int_inc(&items[i].reply->refs); /* this call's */
	status = chain->engine->tx->submit(chain->ledger, items, n, &err);
	if (status != BSN_OK)
		explain(chain, "submit", status, &err);
	for (guint i = 0; i < n; i++) {
		if (status != BSN_OK)
			fail_refused(chain, items[i].reply, status, &err);
		reply_free(items[i].reply);
	}
}

/* Takes up to SUBMIT_BATCH_MAX replies off the list; returns the rest. */
static StrandCall *
submit_some(Chain *chain, StrandCall *call)
{
	g_autofree bsn_submission *items = NULL;
	guint n = 0;

	items = g_new0(bsn_submission, SUBMIT_BATCH_MAX);
	while (call != NULL && n < SUBMIT_BATCH_MAX) {
		bsn_reply *reply = (bsn_reply *)call;
		gsize len;
		const void *data = g_bytes_get_data(reply->input, &len);

		call = call->next;
		items[n].size = sizeof(items[n]);
		items[n].tx = bsn_slice_of(data, len);
		items[n].reply = reply;
		chain_track_reply(chain, reply);
		n++;
	}
	submit_items(chain, items, n);
	return call;
}

static void
refuse_all(Chain *chain, StrandCall *call)
{
	while (call != NULL) {
		StrandCall *next = call->next;

		refuse_unopened(chain, (bsn_reply *)call);
		call = next;
	}
}

static guint
count_calls(const StrandCall *call)
{
	guint n = 0;

	for (; call != NULL; call = call->next)
		n++;
	return n;
}

/* Everything that was submitted until now, as one batch. */
static void
submit_on_strand(StrandCall *call)
{
	Chain *chain = (Chain *)((char *)call -
				 G_STRUCT_OFFSET(Chain, submit_call));
	StrandCall *calls = call_queue_take(&chain->submissions);
	guint n = count_calls(calls);

	if (chain->ledger == NULL)
		refuse_all(chain, calls);
	else
		while (calls != NULL)
			calls = submit_some(chain, calls);
	if (call_queue_finish(&chain->submissions, (gint)n))
		strand_post(chain->strand, &chain->submit_call);
	else
		chain_unref(chain);
}

static void
refuse_submissions(Chain *chain, bsn_reply **replies, guint n, int32_t status,
		   const bsn_err *err)
{
	for (guint i = 0; i < n; i++) {
		replies[i]->chain = chain_ref(chain);
		reply_refuse(replies[i], status, err);
	}
}

void
chain_submit(Chain *chain, bsn_reply **replies, guint n)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = why_not_open(chain, &err);
	int wake = 0;

	if (status != BSN_OK) {
		refuse_submissions(chain, replies, n, status, &err);
		return;
	}
	chain_ref(chain); /* for submit_call, which may outlive the table's */
	for (guint i = 0; i < n; i++) {
		replies[i]->chain = chain_ref(chain);
		wake |= call_queue_push(&chain->submissions, &replies[i]->call);
	}
	CHAIN_COUNT(chain, submitted, n);
	if (wake)
		strand_post(chain->strand, &chain->submit_call);
	else
		chain_unref(chain);
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
