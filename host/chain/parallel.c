/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/parallel.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/chain/internal.h"
#include "host/ops/log.h"
#include "host/status.h"

/* Orders of one chain that are on their way. */
#define ORDERS_MAX 64u

static const char *const *allowed;
static guint allowed_max;

struct ParallelOrder {
	StrandCall call;
	Chain *parent; /* holds a reference */
	guint64 life;  /* of the parent, when it gave the order */
	char *name;
	GBytes *genesis; /* NULL: to end it */
	int32_t status;
	bsn_err err;
};

void
parallel_allow(const char *const *parents, guint max)
{
	allowed = parents;
	allowed_max = max;
}

static gboolean
may_begin(const Chain *parent)
{
	return allowed != NULL && (g_strv_contains(allowed, parent->name) ||
				   g_strv_contains(allowed, "*"));
}

char *
parallel_why_closed(const Chain *chain)
{
	return chain->ended ? g_strdup_printf("chain %s has ended it",
					      chain->parent)
			    : g_strdup("");
}

static void
order_free(ParallelOrder *order)
{
	chain_unref(order->parent);
	g_clear_pointer(&order->genesis, g_bytes_unref);
	g_free(order->name);
	g_free(order);
}

/* ---- back to the parent ---- */

static void
over_on_strand(StrandCall *call)
{
	ParallelOrder *order = (ParallelOrder *)call;
	Chain *parent = order->parent;

	parent->orders--;
	if (order->genesis != NULL && chain_lives_on(parent, order->life))
		bsn_engine_chains_of(parent->engine)
			->began(parent->ledger, bsn_slice_str(order->name),
				order->status, &order->err);
	order_free(order);
}

static void
over(ParallelOrder *order, int32_t status)
{
	order->status = status;
	order->call.run = over_on_strand;
	strand_post(order->parent->strand, &order->call);
}

/* Something was to change: the audit has it, and what came of it. */
static void
audit(const ParallelOrder *order, int32_t status)
{
	log_fields("audit", order->parent->name,
		   order->genesis != NULL ? "begins a parallel chain"
					  : "ends a parallel chain",
		   "subject", order->name, "result", status_name(status),
		   "reason", order->err.reason, NULL);
}

static void
carried_out(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	ParallelOrder *order = owner;

	order->err = *err;
	audit(order, status);
	over(order, status);
}

static void
refuse_order(ParallelOrder *order, int32_t status)
{
	audit(order, status);
	over(order, status);
}

/* ---- on the main loop ---- */

static guint
count_parallel(ChainTable *table)
{
	GHashTableIter iter;
	gpointer chain;
	guint n = 0;

	g_hash_table_iter_init(&iter, table->by_name);
	while (g_hash_table_iter_next(&iter, NULL, &chain))
		n += ((Chain *)chain)->parent != NULL;
	return n;
}

static void
make_chain(ParallelOrder *order)
{
	ChainTable *table = order->parent->table;
	const ChainPlan plan = {
		.name = order->name,
		.framework = order->parent->framework,
		.config = "{}",
		.genesis = order->genesis,
		.parent = order->parent->name,
	};

	if (count_parallel(table) < allowed_max)
		chain_table_create(table, &plan, carried_out, order);
	else
		refuse_order(order,
			     bsn_fail(&order->err, BSN_DENIED,
				      "this host has %u parallel chains, as "
				      "many as [chains] parallel_max allows",
				      allowed_max));
}

static gboolean
is_child(const ParallelOrder *order, const Chain *chain)
{
	return g_strcmp0(chain->parent, order->parent->name) == 0 &&
	       strcmp(chain->framework, order->parent->framework) == 0;
}

static void
begin_chain(ParallelOrder *order, Chain *chain)
{
	if (chain == NULL)
		make_chain(order);
	else if (!is_child(order, chain) ||
		 !g_bytes_equal(order->genesis, chain->genesis))
		refuse_order(order, bsn_fail(&order->err, BSN_CONFLICT,
					     "this host has another chain %s",
					     chain->name));
	else if (chain->state == CHAIN_OPEN)
		over(order, BSN_OK);
	else if (chain->state == CHAIN_CLOSED && !chain->ended)
		over(order, bsn_fail(&order->err, BSN_UNAVAILABLE,
				     "an administrator of this host has closed "
				     "chain %s",
				     chain->name));
	else
		chain_table_open(order->parent->table, chain, carried_out,
				 order);
}

/* A closing that could not be recorded is none of the parent's. */
static void
ended(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	ParallelOrder *order = owner;
	ChainTable *table = order->parent->table;
	Chain *child = chain_table_find(table, order->name);

	if (status != BSN_OK && child != NULL)
		child->ended = FALSE;
	carried_out(order, chain, status, err);
}

static void
end_chain(ParallelOrder *order, Chain *chain)
{
	ChainTable *table = order->parent->table;

	if (chain == NULL || !is_child(order, chain) ||
	    chain->state == CHAIN_CLOSED) {
		over(order, BSN_OK);
		return;
	}
	chain->ended = TRUE;
	if (table->end_listener != NULL)
		table->end_listener(table->end_owner, chain,
				    "its parent chain has ended it");
	chain_table_close(table, chain, ended, order);
}

static void
carry_out(ParallelOrder *order)
{
	ChainTable *table = order->parent->table;
	Chain *chain = chain_table_find(table, order->name);

	if (table->stopping)
		over(order, bsn_fail(&order->err, BSN_UNAVAILABLE,
				     "the host is stopping"));
	else if (chain != NULL && (chain->state == CHAIN_OPENING ||
				   chain->state == CHAIN_CLOSING))
		g_queue_push_tail(&table->orders, order);
	else if (order->genesis != NULL)
		begin_chain(order, chain);
	else
		end_chain(order, chain);
}

void
parallel_settle(ChainTable *table)
{
	/* Each once: those that wait on line up again, in order. */
	for (guint n = table->orders.length; n > 0; n--)
		carry_out(g_queue_pop_head(&table->orders));
}

static void
take_on_loop(StrandCall *call)
{
	carry_out((ParallelOrder *)call);
}

/* ---- bsn.chains/1, on the parent's strand ---- */

static int32_t
give_order(Chain *parent, bsn_slice name, GBytes *genesis, bsn_err *err)
{
	ParallelOrder *order;

	if (parent->orders == ORDERS_MAX) {
		g_clear_pointer(&genesis, g_bytes_unref);
		return bsn_fail(err, BSN_BUSY,
				"%u chains are on their way already",
				ORDERS_MAX);
	}
	parent->orders++;
	order = g_new0(ParallelOrder, 1);
	order->call.run = take_on_loop;
	order->parent = chain_ref(parent);
	order->life = parent->life;
	order->name = g_strndup((const char *)name.data, name.len);
	order->genesis = genesis;
	order->err.size = sizeof(order->err);
	loop_post(parent->table->loop, &order->call);
	return BSN_OK;
}

static int32_t
service_begin(bsn_chain *parent, bsn_slice name, bsn_slice genesis,
	      bsn_err *err)
{
	int32_t status = chain_check_name(name, err);

	if (status != BSN_OK)
		return status;
	if (genesis.len == 0 || genesis.len > BSN_STORE_VALUE_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a genesis has 1 to %u bytes",
				BSN_STORE_VALUE_MAX);
	if (bsn_engine_chains_of(parent->engine) == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"framework %s does not say what it does with "
				"the chains that it begins",
				parent->framework);
	if (!may_begin(parent))
		return bsn_fail(err, BSN_DENIED,
				"chain %s may not begin others here: [chains] "
				"parallel does not name it",
				parent->name);
	return give_order(parent, name, bytes_copy(genesis), err);
}

static int32_t
service_end(bsn_chain *parent, bsn_slice name, bsn_err *err)
{
	int32_t status = chain_check_name(name, err);

	return status == BSN_OK ? give_order(parent, name, NULL, err) : status;
}

const bsn_chains service_chains = {
	.size = sizeof(service_chains),
	.begin = service_begin,
	.end = service_end,
	.ask = question_ask,
};
