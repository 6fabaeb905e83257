/* SPDX-License-Identifier: Apache-2.0
 *
 * Runtime status: of the host, of a chain. And whether the host is alive.
 */
#include "config.h"

#include <string.h>

#include "host/chain/table.h"
#include "host/gateway/ask.h"
#include "host/gateway/chain_json.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

void
status_alive(Exchange *exchange)
{
	json_t *body = json_object();

	json_object_set_new(body, "alive", json_true());
	exchange_answer(exchange, 200, body);
}

void
status_ready(Exchange *exchange)
{
	const GatewayDeps *deps = &exchange->gateway->deps;
	guint counts[CHAIN_FAILED + 1] = { 0 };
	StoreStatus store;
	json_t *body;

	store_status(deps->store, &store);
	chain_table_count(deps->chains, counts);
	if (store.health != STORE_OK) {
		exchange_failf(exchange, BSN_UNAVAILABLE, NULL,
			       "the store takes no writes: %s", store.reason);
		return;
	}
	if (counts[CHAIN_OPENING] > 0) {
		exchange_failf(exchange, BSN_UNAVAILABLE, NULL,
			       "%u chains are still opening",
			       counts[CHAIN_OPENING]);
		return;
	}
	body = json_object();
	json_object_set_new(body, "ready", json_true());
	exchange_answer(exchange, 200, body);
}

/* ---- the host ---- */

static json_t *
store_json(Store *store)
{
	static const char *const health[] = {
		[STORE_OK] = "ok",
		[STORE_FULL] = "full",
		[STORE_BROKEN] = "broken",
	};
	json_t *object = json_object();
	StoreStatus status;

	store_status(store, &status);
	json_object_set_new(object, "health", json_text(health[status.health]));
	json_object_set_new(object, "reason", json_text(status.reason));
	json_object_set_new(object, "map_bytes", json_u64(status.map_bytes));
	json_object_set_new(object, "used_bytes", json_u64(status.used_bytes));
	json_object_set_new(object, "disk_free_bytes",
			    json_u64(status.disk_free_bytes));
	json_object_set_new(object, "pending_bytes",
			    json_u64(status.pending_bytes));
	json_object_set_new(object, "overlay_bytes",
			    json_u64(status.overlay_bytes));
	json_object_set_new(object, "journal_bytes",
			    json_u64(status.journal_bytes));
	json_object_set_new(object, "journal_unfolded_bytes",
			    json_u64(status.unfolded_bytes));
	json_object_set_new(object, "folds", json_u64(status.folds));
	json_object_set_new(object, "commits", json_u64(status.commits));
	json_object_set_new(object, "batches", json_u64(status.batches));
	return object;
}

static json_t *
chains_json(ChainTable *chains)
{
	json_t *object = json_object();
	guint counts[CHAIN_FAILED + 1] = { 0 };

	chain_table_count(chains, counts);
	for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
		json_object_set_new(object, chain_state_word((ChainState)i),
				    json_u64(counts[i]));
	return object;
}

/* ---- plugins' input and output ---- */

typedef struct {
	json_t *plugins;   /* array; each with "children" */
	guint64 connections, children, restarts;
	GString *missing;
} IoSum;

static void
add_io_account(void *owner, const IoAccountStatus *status)
{
	IoSum *sum = owner;
	json_t *object = json_object();

	json_object_set_new(object, "plugin", json_text(status->plugin));
	json_object_set_new(object, "listeners", json_u64(status->listeners));
	json_object_set_new(object, "connections",
			    json_u64(status->connections));
	json_object_set_new(object, "refused", json_u64(status->refused));
	json_object_set_new(object, "restarts", json_u64(status->restarts));
	json_object_set_new(object, "children", json_array());
	json_array_append_new(sum->plugins, object);
	sum->connections += status->connections;
	sum->children += status->children;
	sum->restarts += status->restarts;
}

static void
add_io_child(void *owner, const IoChildStatus *status)
{
	IoSum *sum = owner;
	const gsize last = json_array_size(sum->plugins) - 1;
	json_t *children = json_object_get(
		json_array_get(sum->plugins, last), "children");
	json_t *object = json_object();

	json_object_set_new(object, "name", json_text(status->name));
	json_object_set_new(object, "pid", json_u64((guint64)status->pid));
	json_object_set_new(object, "ready", json_boolean(status->ready));
	json_object_set_new(object, "restarts", json_u64(status->restarts));
	json_object_set_new(object, "connections",
			    json_u64(status->connections));
	json_object_set_new(object, "missing", json_text(status->missing));
	json_array_append_new(children, object);
	/* The machine's, so the same of all. */
	if (sum->missing->len == 0)
		g_string_assign(sum->missing, status->missing);
}

static json_t *
io_json(const IoService *io)
{
	IoSum sum = { .plugins = json_array(), .missing = g_string_new(NULL) };
	const IoVisitor visitor = { add_io_account, add_io_child, &sum };
	json_t *object = json_object();

	io_service_visit(io, &visitor);
	json_object_set_new(object, "connections", json_u64(sum.connections));
	json_object_set_new(object, "children", json_u64(sum.children));
	json_object_set_new(object, "restarts", json_u64(sum.restarts));
	json_object_set_new(object, "missing", json_text(sum.missing->str));
	json_object_set_new(object, "plugins", sum.plugins);
	g_string_free(sum.missing, TRUE);
	return object;
}

/* ---- all of it ---- */

void
status_host(Exchange *exchange)
{
	Gateway *gateway = exchange->gateway;
	gint64 now_ms = g_get_real_time() / 1000;
	json_t *body = json_object();

	json_object_set_new(body, "node",
			    json_text(gateway->deps.config->node_name));
	json_object_set_new(body, "version", json_text(PACKAGE_VERSION));
	json_object_set_new(body, "uptime_ms",
			    json_u64((guint64)(now_ms - gateway->started_ms)));
	json_object_set_new(body, "chains", chains_json(gateway->deps.chains));
	json_object_set_new(body, "store", store_json(gateway->deps.store));
	json_object_set_new(body, "connections",
			    json_u64(server_connections(gateway->server)));
	json_object_set_new(body, "event_streams",
			    json_u64(hubs_streams(gateway->hubs)));
	if (gateway->deps.io != NULL)
		json_object_set_new(body, "io", io_json(gateway->deps.io));
	exchange_answer(exchange, 200, body);
}

/* ---- a chain ---- */

static const char *
running_word(guint32 state)
{
	switch (state) {
	case BSN_CHAIN_RUNNING:
		return "running";
	case BSN_CHAIN_SYNCING:
		return "syncing";
	case BSN_CHAIN_READONLY:
		return "readonly";
	}
	return "unknown";
}

static int32_t
ask_status(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	   bsn_err *err)
{
	return engine->status->get(ledger, reply, err);
}

static const char *
finality_word(guint32 finality)
{
	switch (finality) {
	case BSN_FINALITY_IMMEDIATE:
		return "immediate";
	case BSN_FINALITY_DEPTH:
		return "depth";
	}
	return "unknown";
}

static const char *
certificate_word(guint32 certificate)
{
	switch (certificate) {
	case BSN_CERTIFICATE_MEMBERS:
		return "members";
	case BSN_CERTIFICATE_HEADERS:
		return "headers";
	}
	return "unknown";
}

static const char *
path_word(guint32 path)
{
	switch (path) {
	case BSN_PATH_BLOCK:
		return "block";
	case BSN_PATH_MERKLE:
		return "merkle";
	}
	return "unknown";
}

static json_t *
provable_json(bsn_provable provable)
{
	json_t *object;

	if (provable.certificate == BSN_CERTIFICATE_NONE)
		return json_null();
	object = json_object();
	json_object_set_new(
		object, "certificate",
		json_text(certificate_word(provable.certificate)));
	json_object_set_new(object, "path", json_text(path_word(provable.path)));
	return object;
}

static json_t *
can_json(guint64 can)
{
	static const struct {
		guint64 bit;
		const char *word;
	} words[] = {
		{ BSN_CAN_LOCK, "lock" },
		{ BSN_CAN_PREPARE, "prepare" },
		{ BSN_CAN_REVERT, "revert" },
	};
	json_t *array = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (can & words[i].bit)
			json_array_append_new(array, json_text(words[i].word));
	return array;
}

static json_t *
capabilities_json(const bsn_capabilities *given)
{
	json_t *object, *provable;

	if (given == NULL)
		return json_null();
	provable = json_object();
	json_object_set_new(provable, "tx", provable_json(given->tx));
	json_object_set_new(provable, "outcome", provable_json(given->outcome));
	json_object_set_new(provable, "event", provable_json(given->event));
	json_object_set_new(provable, "state", provable_json(given->state));
	object = json_object();
	json_object_set_new(object, "finality",
			    json_text(finality_word(given->finality)));
	json_object_set_new(object, "depth", json_u64(given->depth));
	json_object_set_new(object, "can", can_json(given->can));
	json_object_set_new(object, "provable", provable);
	return object;
}

/* An empty array where the engine has said none, or no array of its. */
static json_t *
languages_json(const bsn_reply *reply)
{
	json_t *array = NULL;

	if (reply->languages != NULL)
		array = json_foreign(reply->languages,
				     strlen(reply->languages));
	if (json_is_array(array))
		return array;
	json_decref(array);
	return json_array();
}

static void
answer_status(Exchange *exchange, bsn_reply *reply)
{
	const bsn_chain_status *status = &reply->chain_status;
	json_t *detail = reply_detail(exchange, reply);
	json_t *body;

	if (detail == NULL)
		return;
	body = json_object();
	json_object_set_new(body, "state",
			    json_text(running_word(status->state)));
	json_object_set_new(body, "height", json_u64(status->height));
	json_object_set_new(body, "pending_txs", json_u64(status->pending_txs));
	json_object_set_new(body, "members", json_u64(status->members));
	json_object_set_new(body, "connected", json_u64(status->connected));
	json_object_set_new(body, "languages", languages_json(reply));
	json_object_set_new(body, "capabilities",
			    capabilities_json(status->capabilities));
	json_object_set_new(body, "detail", detail);
	exchange_answer(exchange, 200, body);
}

/* An engine tells only of an open chain; the host, of the others. */
static json_t *
unopened_status(const Chain *chain)
{
	json_t *body = json_object();

	json_object_set_new(body, "state",
			    json_text(chain_state_word(chain_state(chain))));
	json_object_set_new(body, "reason", json_text(chain_reason(chain)));
	return body;
}

void
status_chain(Exchange *exchange)
{
	static const Question question = {
		.kind = ANSWER_STATUS,
		.ask = ask_status,
		.then = answer_status,
	};
	Chain *chain = exchange_chain(exchange);

	if (chain == NULL)
		return;
	if (chain_state(chain) != CHAIN_OPEN)
		exchange_answer(exchange, 200, unopened_status(chain));
	else
		ask_chain(exchange, chain, &question);
}
