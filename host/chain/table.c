/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of chains and what happens to them: created, opened, closed,
 * deleted. An operation hops between the main loop, which decides; the chain's
 * strand, which does the engine's part; and the store, which makes it durable.
 */
#include "host/chain/table.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/chain/internal.h"
#include "host/chain/parallel.h"
#include "host/chain/record.h"
#include "host/ops/log.h"
#include "host/plugin/registry.h"

/* Longest name of a chain, in bytes. */
#define NAME_MAX_LEN 63

typedef struct TableOp TableOp;
struct TableOp {
	StrandCall call;
	ChainTable *table;
	Chain *chain; /* holds a reference */
	ChainDone done; /* NULL at start and stop */
	void *owner;
	int32_t status;
	bsn_err err;
	guint64 cookie; /* its key in `waiting` */
	guint32 erase;  /* number, for deletion */
	GPtrArray *members;  /* FoundingMember, for creation; or NULL */
	gboolean trial; /* a chain that cannot be opened is not kept */
	void (*step)(TableOp *op);
	void (*then)(TableOp *op); /* on the main loop, after `step` */
};

static TableOp *
op_new(ChainTable *table, Chain *chain, ChainDone done, void *owner)
{
	TableOp *op = g_new0(TableOp, 1);

	op->table = table;
	op->chain = chain != NULL ? chain_ref(chain) : NULL;
	op->done = done;
	op->owner = owner;
	op->err.size = sizeof(op->err);
	table->changing++;
	return op;
}

static void
set_state(Chain *chain, ChainState state, const char *reason)
{
	chain->state = state;
	g_free(chain->reason);
	chain->reason = g_strdup(reason);
}

static void
set_closed(Chain *chain)
{
	g_autofree char *why = parallel_why_closed(chain);

	set_state(chain, CHAIN_CLOSED, why);
}

static void
op_free(TableOp *op)
{
	chain_unref(op->chain);
	g_clear_pointer(&op->members, g_ptr_array_unref);
	g_free(op);
}

/* A full disk may keep the store from ever being done with an operation: the
 * next start goes on with it, as after a crash. All others have ended. */
static void
check_idle(ChainTable *table)
{
	if (!table->stopping || table->stopped ||
	    table->changing > g_hash_table_size(table->waiting))
		return;
	table->stopped = TRUE;
	timer_free_armed(g_steal_pointer(&table->timers));
	store_space_close(g_steal_pointer(&table->space));
	table->idle(table->idle_owner);
}

/* Ends an operation: tells who asked for it. `chain` is what is left of it. */
static void
op_end(TableOp *op, Chain *chain)
{
	ChainTable *table = op->table;

	if (op->done != NULL)
		op->done(op->owner, chain, op->status, &op->err);
	op_free(op);
	table->changing--;
	parallel_settle(table);
	check_idle(table);
}

/* ---- hops ---- */

static void
run_then(StrandCall *call)
{
	TableOp *op = (TableOp *)call;

	op->then(op);
}

static void
run_step(StrandCall *call)
{
	TableOp *op = (TableOp *)call;

	op->step(op);
	op->call.run = run_then;
	loop_post(op->table->loop, &op->call);
}

/* `step` on the chain's strand, then `then` on the main loop. */
static void
op_on_strand(TableOp *op, void (*step)(TableOp *), void (*then)(TableOp *))
{
	op->step = step;
	op->then = then;
	op->call.run = run_step;
	strand_post(op->chain->strand, &op->call);
}

/* A cookie for the work of the store after which `then` runs on the main
 * loop. */
static guint64
op_await_store(TableOp *op, void (*then)(TableOp *))
{
	op->cookie = ++op->table->last_cookie;
	op->then = then;
	g_hash_table_insert(op->table->waiting, &op->cookie, op);
	return op->cookie;
}

static void
op_stop_awaiting(TableOp *op)
{
	g_hash_table_remove(op->table->waiting, &op->cookie);
}

/* The store has done what the operation awaits. */
static void
op_go_on(TableOp *op)
{
	op_stop_awaiting(op);
	if (op->table->stopped)
		op_free(op);
	else
		op->then(op);
}

typedef struct {
	StrandCall call;
	ChainTable *table;
	guint64 cookie;
} TableDurable;

static void
durable_on_loop(StrandCall *call)
{
	TableDurable *durable = (TableDurable *)call;
	TableOp *op = g_hash_table_lookup(durable->table->waiting,
					  &durable->cookie);

	g_free(durable);
	op_go_on(op);
}

/* On the committer's thread. */
static void
table_durable(void *owner, guint64 cookie)
{
	TableDurable *durable = g_new(TableDurable, 1);

	durable->call.run = durable_on_loop;
	durable->table = owner;
	durable->cookie = cookie;
	loop_post(durable->table->loop, &durable->call);
}

/* ---- open ---- */

static void
open_step(TableOp *op)
{
	op->status = chain_open_on_strand(op->chain, &op->err);
}

static void delete_after_save(TableOp *op);

/* FALSE when the record cannot be taken back now; the operation's own status
 * stays. */
static gboolean
take_back(TableOp *op)
{
	guint64 cookie = op_await_store(op, delete_after_save);

	if (record_delete(op->table, op->chain, cookie, NULL) != BSN_OK) {
		op_stop_awaiting(op);
		return FALSE;
	}
	set_state(op->chain, CHAIN_CLOSING, "");
	return TRUE;
}

static void
opened(TableOp *op)
{
	Chain *chain = op->chain;

	if (op->status != BSN_OK && op->trial && take_back(op))
		return;
	if (op->status == BSN_OK) {
		set_state(chain, CHAIN_OPEN, "");
	} else {
		set_state(chain, CHAIN_FAILED, op->err.reason);
		log_error("chain", chain->name, "cannot be opened: %s",
			  op->err.reason);
	}
	op_end(op, op->status == BSN_OK ? chain : NULL);
}

/* What is opened now would not be closed any more. */
static void
refuse_stopping(TableOp *op)
{
	set_state(op->chain, CHAIN_CLOSED, "");
	op->status = bsn_fail(&op->err, BSN_UNAVAILABLE,
			      "the host is stopping; the chain opens with its "
			      "next start");
	op_end(op, NULL);
}

static void
start_open(TableOp *op)
{
	Chain *chain = op->chain;

	if (op->table->stopping) {
		refuse_stopping(op);
		return;
	}
	set_state(chain, CHAIN_OPENING, "");
	if (chain->engine != NULL) {
		op_on_strand(op, open_step, opened);
		return;
	}
	op->status = bsn_fail(&op->err, BSN_UNAVAILABLE,
			      "no plugin offers framework %s: bsnctl plugin "
			      "list says why",
			      chain->framework);
	opened(op);
}

static void
open_after_save(TableOp *op)
{
	start_open(op);
}

/* Ends with a refusal that changed nothing. */
static void
refuse(TableOp *op, int32_t status)
{
	op->status = status;
	op_end(op, NULL);
}

void
chain_table_open(ChainTable *table, Chain *chain, ChainDone done, void *owner)
{
	TableOp *op = op_new(table, chain, done, owner);
	guint64 cookie;

	if (chain->state == CHAIN_OPEN) {
		op_end(op, chain);
		return;
	}
	if (chain->state != CHAIN_CLOSED && chain->state != CHAIN_FAILED) {
		refuse(op, bsn_fail(&op->err, BSN_CONFLICT,
				    "chain %s is being opened or closed",
				    chain->name));
		return;
	}
	cookie = op_await_store(op, open_after_save);
	op->status = record_save(table, chain, 0, cookie, &op->err);
	if (op->status == BSN_OK) {
		chain->ended = FALSE;
		set_state(chain, CHAIN_OPENING, "");
		return;
	}
	op_stop_awaiting(op);
	refuse(op, op->status);
}

/* ---- create ---- */

int32_t
chain_check_name(bsn_slice name, bsn_err *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	gboolean valid = name.len >= 1 && name.len <= NAME_MAX_LEN &&
			 name.data[0] != '-';

	for (guint64 i = 0; valid && i < name.len; i++)
		valid = memchr(allowed, name.data[i], strlen(allowed)) != NULL;
	return valid ? BSN_OK
		     : bsn_fail(err, BSN_BAD_REQUEST,
				"a chain's name has 1 to 63 of a-z, 0-9 and -, "
				"and does not begin with -");
}

static int32_t
judge_new(ChainTable *table, const char *name, const char *framework,
	  bsn_err *err)
{
	int32_t status = chain_check_name(bsn_slice_str(name), err);

	if (status != BSN_OK)
		return status;
	if (g_hash_table_contains(table->by_name, name))
		return bsn_fail(err, BSN_CONFLICT,
				"there is already a chain %s", name);
	if (plugin_find_engine(framework) == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"no plugin offers framework \"%.64s\": bsnctl "
				"plugin list shows what is there",
				framework);
	return BSN_OK;
}

static void
genesis_step(TableOp *op)
{
	op->status = chain_make_genesis(op->chain, op->members, &op->err);
}

static void
give_up_creation(TableOp *op)
{
	g_hash_table_remove(op->table->by_name, op->chain->name);
	op_end(op, NULL);
}

static void
genesis_made(TableOp *op)
{
	guint64 cookie;

	if (op->status == BSN_OK && op->table->stopping)
		op->status = bsn_fail(&op->err, BSN_UNAVAILABLE,
				      "the host is stopping");
	if (op->status != BSN_OK) {
		give_up_creation(op);
		return;
	}
	cookie = op_await_store(op, open_after_save);
	op->status = record_save(op->table, op->chain, 0, cookie, &op->err);
	if (op->status == BSN_OK)
		return;
	op_stop_awaiting(op);
	give_up_creation(op);
}

void
chain_table_create(ChainTable *table, const ChainPlan *plan, ChainDone done,
		   void *owner)
{
	TableOp *op = op_new(table, NULL, done, owner);
	int32_t status =
		judge_new(table, plan->name, plan->framework, &op->err);

	if (status != BSN_OK) {
		refuse(op, status);
		return;
	}
	op->chain = chain_new(table, plan->name, plan->framework, plan->config,
			      ++table->last_number,
			      (guint64)g_get_real_time() / 1000);
	op->chain->parent = g_strdup(plan->parent);
	op->chain->state = CHAIN_OPENING;
	g_hash_table_insert(table->by_name, op->chain->name,
			    chain_ref(op->chain));
	if (plan->members != NULL)
		op->members = g_ptr_array_ref(plan->members);
	op->trial = plan->genesis != NULL;
	if (op->trial) {
		op->chain->genesis = g_bytes_ref(plan->genesis);
		genesis_made(op);
	} else {
		op_on_strand(op, genesis_step, genesis_made);
	}
}

/* ---- close and delete ---- */

static void
close_step(TableOp *op)
{
	chain_close_on_strand(op->chain);
}

static void
closed(TableOp *op)
{
	set_closed(op->chain);
	op_end(op, op->chain);
}

static void
close_after_save(TableOp *op)
{
	op_on_strand(op, close_step, closed);
}

/* 1 when the chain may be closed or deleted now. */
static int
may_end(TableOp *op)
{
	ChainState state = op->chain->state;

	if (state != CHAIN_OPENING && state != CHAIN_CLOSING)
		return 1;
	refuse(op, bsn_fail(&op->err, BSN_CONFLICT,
			    "chain %s is being opened or closed",
			    op->chain->name));
	return 0;
}

void
chain_table_close(ChainTable *table, Chain *chain, ChainDone done, void *owner)
{
	TableOp *op = op_new(table, chain, done, owner);
	guint64 cookie;

	if (!may_end(op))
		return;
	cookie = op_await_store(op, close_after_save);
	op->status = record_save(table, chain, 1, cookie, &op->err);
	if (op->status == BSN_OK) {
		set_state(chain, CHAIN_CLOSING, "");
		return;
	}
	op_stop_awaiting(op);
	refuse(op, op->status);
}

static void
given_up(TableOp *op)
{
	set_state(op->chain, CHAIN_FAILED, op->err.reason);
	log_error("chain", op->chain->name, "was given up by its engine: %s",
		  op->err.reason);
	op_end(op, NULL);
}

void
chain_table_give_up(Chain *chain, const char *reason)
{
	TableOp *op;

	if (chain->state != CHAIN_OPEN)
		return;
	op = op_new(chain->table, chain, NULL, NULL);
	op->status = bsn_fail(&op->err, BSN_UNAVAILABLE, "%s", reason);
	set_state(chain, CHAIN_CLOSING, op->err.reason);
	op_on_strand(op, close_step, given_up);
}

static void
erased(TableOp *op)
{
	record_erased(op->table, op->erase);
	op_end(op, NULL);
}

static void
erase_on_loop(StrandCall *call)
{
	op_go_on((TableOp *)call);
}

/* On the committer's thread. */
static void
erase_done(void *owner)
{
	TableOp *op = owner;

	op->call.run = erase_on_loop;
	loop_post(op->table->loop, &op->call);
}

static void
start_erase(TableOp *op)
{
	ChainTable *table = op->table;

	op_await_store(op, erased);
	store_erase(table->store, op->erase, erase_done, op);
	check_idle(table);
}

static void
delete_after_close(TableOp *op)
{
	ChainTable *table = op->table;

	op->erase = op->chain->number;
	g_hash_table_remove(table->by_name, op->chain->name);
	start_erase(op);
}

static void
delete_after_save(TableOp *op)
{
	op_on_strand(op, close_step, delete_after_close);
}

void
chain_table_delete(ChainTable *table, Chain *chain, ChainDone done,
		   void *owner)
{
	TableOp *op = op_new(table, chain, done, owner);
	guint64 cookie;

	if (!may_end(op))
		return;
	cookie = op_await_store(op, delete_after_save);
	op->status = record_delete(table, chain, cookie, &op->err);
	if (op->status == BSN_OK) {
		set_state(chain, CHAIN_CLOSING, "");
		return;
	}
	op_stop_awaiting(op);
	refuse(op, op->status);
}

/* ---- the table ---- */

Chain *
chain_table_find(ChainTable *table, const char *name)
{
	return g_hash_table_lookup(table->by_name, name);
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
	const Chain *const *left = a;
	const Chain *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

GPtrArray *
chain_table_list(ChainTable *table)
{
	GPtrArray *chains = g_ptr_array_new();
	GHashTableIter iter;
	gpointer chain;

	g_hash_table_iter_init(&iter, table->by_name);
	while (g_hash_table_iter_next(&iter, NULL, &chain))
		g_ptr_array_add(chains, chain);
	g_ptr_array_sort(chains, by_name);
	return chains;
}

void
chain_table_count(ChainTable *table, guint counts[CHAIN_FAILED + 1])
{
	GHashTableIter iter;
	gpointer chain;

	memset(counts, 0, (CHAIN_FAILED + 1) * sizeof(*counts));
	g_hash_table_iter_init(&iter, table->by_name);
	while (g_hash_table_iter_next(&iter, NULL, &chain))
		counts[((Chain *)chain)->state]++;
}

void
chain_table_set_block_listener(ChainTable *table,
			       void (*listener)(void *owner, Chain *chain,
						guint64 number),
			       void *owner)
{
	table->block_listener = listener;
	table->block_owner = owner;
}

void
chain_table_set_end_listener(ChainTable *table,
			     void (*listener)(void *owner, Chain *chain,
					      const char *reason),
			     void *owner)
{
	table->end_listener = listener;
	table->end_owner = owner;
}

static void
found_chain(ChainTable *table, Chain *chain, int closed_on_purpose)
{
	g_hash_table_insert(table->by_name, chain->name, chain);
	chain->state = CHAIN_OPENING;
	if (closed_on_purpose)
		set_closed(chain);
}

static void
open_found_chains(ChainTable *table)
{
	g_autoptr(GPtrArray) chains = chain_table_list(table);

	for (guint i = 0; i < chains->len; i++) {
		Chain *chain = chains->pdata[i];

		if (chain->state == CHAIN_OPENING)
			start_open(op_new(table, chain, NULL, NULL));
	}
}

static void
found_erasure(ChainTable *table, guint32 number)
{
	TableOp *op = op_new(table, NULL, NULL, NULL);

	op->erase = number;
	start_erase(op);
}

static void
free_waiting(ChainTable *table)
{
	GHashTableIter iter;
	gpointer op;

	g_hash_table_iter_init(&iter, table->waiting);
	while (g_hash_table_iter_next(&iter, NULL, &op)) {
		g_hash_table_iter_steal(&iter);
		op_free(op);
	}
	g_hash_table_unref(table->waiting);
}

static void
unref_chain(gpointer chain)
{
	chain_unref(chain);
}

void
chain_table_free(ChainTable *table)
{
	if (table == NULL)
		return;
	store_space_close(table->space);
	timer_free_armed(table->timers);
	g_hash_table_unref(table->by_name);
	free_waiting(table);
	g_free(table);
}

ChainTable *
chain_table_new(Loop *loop, Workers *workers, Store *store, Keystore *keystore,
		ChainCarrier carrier, GError **error)
{
	static const RecordVisitor visitor = { found_chain, found_erasure };
	ChainTable *table = g_new0(ChainTable, 1);
	bsn_err err = BSN_ERR_INIT;

	table->loop = loop;
	table->workers = workers;
	table->store = store;
	table->keystore = keystore;
	table->carrier = carrier.carrier;
	table->carrier_owner = carrier.owner;
	table->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					       unref_chain);
	table->waiting = g_hash_table_new(g_int64_hash, g_int64_equal);
	table->space = store_space_open(store, 0, table_durable, table);
	if (record_load(table, &visitor, &err) == BSN_OK) {
		open_found_chains(table);
		return table;
	}
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "the list of chains cannot be read: %s", err.reason);
	chain_table_free(table);
	return NULL;
}

static void
stopped(TableOp *op)
{
	set_state(op->chain, CHAIN_CLOSED, "");
	op_end(op, NULL);
}

void
chain_table_stop(ChainTable *table, void (*idle)(void *owner), void *owner)
{
	g_autoptr(GPtrArray) chains = chain_table_list(table);

	table->stopping = TRUE;
	for (guint i = 0; i < chains->len; i++)
		op_on_strand(op_new(table, chains->pdata[i], NULL, NULL),
			     close_step, stopped);
	table->idle = idle;
	table->idle_owner = owner;
	check_idle(table);
}
