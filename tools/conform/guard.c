/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tools/conform/guard_private.h"

const bsn_engine *guard_real;
static Page *page;
static gboolean watching;
static guint64 calls;
static void (*after)(const char *call, void *data);
static void *after_data;

void
guard_watch_inputs(gboolean watch)
{
	watching = watch;
}

void
guard_set_after(void (*function)(const char *call, void *data), void *data)
{
	after = function;
	after_data = data;
}

guint64
guard_calls(void)
{
	return calls;
}

/* ---- before and after a call -------------------------------------------- */

void
guard_enter(const char *call)
{
	calls++;
	page_at(page, call);
}

void
guard_leave(const char *call)
{
	page_at(page, NULL);
	if (after != NULL)
		after(call, after_data);
}

/* As enter, with room for copies of inputs; FALSE: they are not watched. */
gboolean
guard_enter_with(Inputs *inputs, const char *call, gsize bytes)
{
	guard_enter(call);
	if (watching)
		inputs_begin(inputs, call, bytes);
	return watching;
}

void
guard_leave_with(Inputs *inputs, gboolean watched, const char *call)
{
	if (watched)
		inputs_end(inputs);
	guard_leave(call);
}

/* A sink that the engine must not use after the call. */
typedef struct {
	bsn_sink sink;
	bsn_sink *to;
} PassingSink;

static int32_t
pass_on(bsn_sink *sink, const void *data, uint64_t len)
{
	bsn_sink *to = ((PassingSink *)sink)->to;

	return to->write(to, data, len);
}

G_STATIC_ASSERT(sizeof(PassingSink) + 32 <= GUARD_SINK_SIZE);

bsn_sink *
guard_copy_sink(Inputs *inputs, bsn_sink *sink)
{
	PassingSink passing = { { pass_on }, sink };

	return inputs_copy(inputs, &passing, sizeof(passing));
}

/* ---- the tables ---------------------------------------------------------- */

/* A table as long as the engine's own, and with no more members. */
#define COPY_TABLE(to, from, theirs)                                           \
	do {                                                                   \
		to = from;                                                     \
		to.size = MIN((theirs)->size, (uint32_t)sizeof(to));           \
		to.flags = (theirs)->flags;                                    \
	} while (0)
#define KEEP_OPTIONAL(table, theirs, member)                                   \
	if (!BSN_HAS(theirs, member))                                          \
		table.member = NULL

const bsn_engine *
guard_engine(const bsn_engine *engine, Page *the_page)
{
	static bsn_engine guarded;
	static bsn_chain_ops chain;
	static bsn_tx_ops tx;
	static bsn_contract_ops contract;
	static bsn_block_ops block;

	guard_real = engine;
	page = the_page;
	memcpy(&guarded, engine, MIN(engine->size, sizeof(guarded)));
	guarded.size = MIN(engine->size, (uint32_t)sizeof(guarded));
	COPY_TABLE(chain, guard_chain_ops, engine->chain);
	KEEP_OPTIONAL(chain, engine->chain, message);
	KEEP_OPTIONAL(chain, engine->chain, peer);
	KEEP_OPTIONAL(chain, engine->chain, proposals);
	COPY_TABLE(tx, guard_tx_ops, engine->tx);
	COPY_TABLE(contract, guard_contract_ops, engine->contract);
	KEEP_OPTIONAL(contract, engine->contract, compile);
	COPY_TABLE(block, guard_block_ops, engine->block);
	KEEP_OPTIONAL(block, engine->block, verify);
	guarded.chain = &chain;
	guarded.tx = &tx;
	guarded.contract = &contract;
	guarded.status = &guard_status_ops;
	guarded.ledger = &guard_ledger_ops;
	guarded.block = &block;
	guarded.event = &guard_event_ops;
	if (BSN_HAS(engine, query))
		guarded.query = guard_engine_query;
	return &guarded;
}
