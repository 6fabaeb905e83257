/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions, each answered at once or while time passes.
 */
#include "tools/conform/bed_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/pointer.h"

/* Bytes of an answer that are noted. */
#define SHOWN_MAX 400

typedef struct {
	Bed *bed;
	bsn_chain *chain;
	bsn_reply *reply;
	BedAsk ask;
	gpointer data;
} Asking;

static void
ask_it(gpointer data)
{
	Asking *asking = data;
	bsn_reply *reply = asking->reply;

	sim_reply_asked(reply, asking->ask(asking->bed->engine,
					   asking->chain->ledger, reply,
					   asking->data));
	sim_process_after(asking->chain);
}

const bsn_reply *
bed_ask(Bed *bed, guint node, SimAnswer expects, BedAsk ask, gpointer data)
{
	bsn_chain *chain = bed_chain(bed, node);
	Asking asking = { bed, chain, NULL, ask, data };

	EXPECT(bed->run, sim_process_is_up(chain),
	       "node %u is down and cannot be asked", node);
	asking.reply = sim_reply_new(chain, expects);
	g_ptr_array_add(bed->replies, asking.reply);
	bed_do(bed, ask_it, &asking);
	bed_wait(bed, asking.reply, "a request");
	return asking.reply;
}

typedef struct {
	Bed *bed;
	bsn_chain *chain;
	BedTell tell;
	gpointer data;
} Telling;

static void
tell_it(gpointer data)
{
	Telling *telling = data;

	telling->tell(telling->bed->engine, telling->chain->ledger,
		      telling->data);
	sim_process_after(telling->chain);
}

void
bed_tell(Bed *bed, guint node, BedTell tell, gpointer data)
{
	Telling telling = { bed, bed_chain(bed, node), tell, data };

	EXPECT(bed->run, sim_process_is_up(telling.chain),
	       "node %u is down and cannot be told anything", node);
	bed_do(bed, tell_it, &telling);
}

/* What came, in a few words. */
static void
note(Bed *bed, guint node, const char *what, const bsn_reply *reply)
{
	g_autofree char *text = NULL;

	if (reply->status != BSN_OK)
		text = g_strdup_printf("%s: %s",
				       bed_status_name(reply->status),
				       reply->err.reason);
	else if (reply->expects == SIM_ANSWER_VALUE)
		text = g_strdup_printf("%.*s%s",
				       (int)MIN(reply->json.len, SHOWN_MAX),
				       (const char *)reply->json.data,
				       reply->json.len > SHOWN_MAX ? "..."
								   : "");
	else
		text = g_strdup("ok");
	bed_note(bed, "node %u, %s -> %s", node, what, text);
}

/* ---- functions that take nothing ----------------------------------------- */

#define ASK_PLAIN(function, member, expected, words)                           \
	static int32_t ask_##function(const bsn_engine *engine,                \
				      bsn_ledger *ledger, bsn_reply *reply,    \
				      gpointer data)                           \
	{                                                                      \
		return engine->member(ledger, reply, &reply->err);             \
	}                                                                      \
	const bsn_reply *bed_##function(Bed *bed, guint node)                  \
	{                                                                      \
		const bsn_reply *reply = bed_ask(bed, node, expected,          \
						 ask_##function, NULL);        \
                                                                               \
		note(bed, node, words, reply);                                 \
		return reply;                                                  \
	}
ASK_PLAIN(members, chain->members, SIM_ANSWER_VALUE, "members")
ASK_PLAIN(status, status->get, SIM_ANSWER_STATUS, "status")

const bsn_chain_status *
bed_chain_status(Bed *bed)
{
	const bsn_reply *reply = bed_status(bed, 0);

	EXPECT(bed_run_of(bed), reply->status == BSN_OK,
	       "an open chain must say how it is; %s", reply->err.reason);
	return &reply->chain_status;
}

static int32_t
ask_ledger(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	   gpointer data)
{
	return engine->ledger->info(ledger, reply, &reply->err);
}

const bsn_reply *
bed_ledger(Bed *bed, guint node)
{
	const bsn_reply *reply =
		bed_ask(bed, node, SIM_ANSWER_LEDGER, ask_ledger, NULL);

	if (reply->status == BSN_OK)
		bed_note(bed,
			 "node %u, ledger -> height %" G_GUINT64_FORMAT
			 ", %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT
			 " txs, %" G_GUINT64_FORMAT " invalid",
			 node, (guint64)reply->ledger.height,
			 (guint64)reply->ledger.bytes,
			 (guint64)reply->ledger.txs,
			 (guint64)reply->ledger.invalid_txs);
	else
		note(bed, node, "ledger", reply);
	return reply;
}

/* ---- blocks -------------------------------------------------------------- */

static int32_t
ask_block(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	  gpointer data)
{
	return engine->block->get(ledger, data, reply, &reply->err);
}

const bsn_reply *
bed_block_query(Bed *bed, guint node, const bsn_block_query *query)
{
	const bsn_reply *reply = bed_ask(bed, node, SIM_ANSWER_BLOCK, ask_block,
					 (gpointer)query);

	if (reply->status == BSN_OK)
		bed_note(bed,
			 "node %u, block by %u -> number %" G_GUINT64_FORMAT
			 ", %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT
			 " txs, hash %.16s",
			 node, query->by, (guint64)reply->block.number,
			 (guint64)reply->block.bytes,
			 (guint64)reply->block.txs,
			 bed_hex(bed, bsn_id_slice(&reply->block.hash)));
	else
		note(bed, node, "block", reply);
	return reply;
}

const bsn_reply *
bed_block(Bed *bed, guint node, guint64 number, guint64 want)
{
	const bsn_block_query query = { .size = sizeof(query),
					.by = BSN_BLOCK_BY_NUMBER,
					.number = number,
					.want = want };

	return bed_block_query(bed, node, &query);
}

/* ---- events -------------------------------------------------------------- */

typedef struct {
	guint64 from, to;
} Range;

static int32_t
ask_events(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	   gpointer data)
{
	const Range *range = data;

	return engine->event->replay(ledger, range->from, range->to, reply,
				     &reply->err);
}

const bsn_reply *
bed_events(Bed *bed, guint node, guint64 from, guint64 to)
{
	Range range = { from, to };
	const bsn_reply *reply =
		bed_ask(bed, node, SIM_ANSWER_EVENTS, ask_events, &range);

	if (reply->status == BSN_OK)
		bed_note(bed,
			 "node %u, events of blocks %" G_GUINT64_FORMAT
			 " to %" G_GUINT64_FORMAT
			 " -> %u events, next %" G_GUINT64_FORMAT,
			 node, from, to, reply->events->len,
			 reply->events_next);
	else
		note(bed, node, "events", reply);
	return reply;
}

/* ---- one slice or two ---------------------------------------------------- */

typedef struct {
	bsn_slice a, b;
	guint64 from, limit;
} Asked;

static int32_t
ask_tx(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
       gpointer data)
{
	return engine->tx->get(ledger, ((Asked *)data)->a, reply, &reply->err);
}

const bsn_reply *
bed_tx(Bed *bed, guint node, bsn_slice tx_id)
{
	Asked asked = { .a = tx_id };
	const bsn_reply *reply =
		bed_ask(bed, node, SIM_ANSWER_TX, ask_tx, &asked);

	if (reply->status == BSN_OK)
		bed_note(bed,
			 "node %u, tx %.16s -> stage %u, block "
			 "%" G_GUINT64_FORMAT " index %" G_GUINT64_FORMAT,
			 node, bed_hex(bed, tx_id), reply->tx.stage,
			 (guint64)reply->tx.block, (guint64)reply->tx.index);
	else
		note(bed, node, "tx", reply);
	return reply;
}

static int32_t
ask_list(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	 gpointer data)
{
	const Asked *asked = data;

	return engine->contract->list(ledger, asked->from, asked->limit, reply,
				      &reply->err);
}

const bsn_reply *
bed_list(Bed *bed, guint node, guint64 from, guint64 limit)
{
	Asked asked = { .from = from, .limit = limit };
	const bsn_reply *reply =
		bed_ask(bed, node, SIM_ANSWER_VALUE, ask_list, &asked);

	note(bed, node, "list of contracts", reply);
	return reply;
}

static int32_t
ask_contract(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	     gpointer data)
{
	return engine->contract->get(ledger, ((Asked *)data)->a, reply,
				     &reply->err);
}

const bsn_reply *
bed_contract(Bed *bed, guint node, const char *contract)
{
	Asked asked = { .a = bsn_slice_str(contract) };
	const bsn_reply *reply =
		bed_ask(bed, node, SIM_ANSWER_VALUE, ask_contract, &asked);

	note(bed, node, "contract", reply);
	return reply;
}

static int32_t
ask_check(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	  gpointer data)
{
	const Asked *asked = data;

	return engine->contract->check(ledger, asked->a, asked->b, reply,
				       &reply->err);
}

const bsn_reply *
bed_check(Bed *bed, guint node, bsn_slice code, const char *options)
{
	Asked asked = { .a = code, .b = bsn_slice_str(options) };
	const bsn_reply *reply =
		bed_ask(bed, node, SIM_ANSWER_VALUE, ask_check, &asked);

	note(bed, node, "security check", reply);
	return reply;
}

static int32_t
ask_compile(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	    gpointer data)
{
	if (!BSN_HAS(engine->contract, compile))
		return bsn_fail(&reply->err, BSN_NOT_OFFERED,
				"there is no bsn_contract_ops.compile");
	return engine->contract->compile(ledger, ((Asked *)data)->a, reply,
					 &reply->err);
}

const bsn_reply *
bed_compile(Bed *bed, guint node, const char *source)
{
	Asked asked = { .a = bsn_slice_str(source) };
	const bsn_reply *reply =
		bed_ask(bed, node, SIM_ANSWER_VALUE, ask_compile, &asked);

	note(bed, node, "compile", reply);
	return reply;
}

const char *
bed_detail(Bed *bed, bsn_slice detail, const char *pointer)
{
	char *text = detail.len > 0
			     ? sim_pointer_text((const char *)detail.data,
						detail.len, pointer)
			     : NULL;

	return text != NULL ? bed_keep(bed, text) : NULL;
}

const char *
bed_json(Bed *bed, const bsn_reply *reply, const char *pointer)
{
	if (reply->status != BSN_OK || reply->expects != SIM_ANSWER_VALUE)
		return NULL;
	return bed_detail(bed, reply->json, pointer);
}

guint
bed_mark(const Bed *bed)
{
	return bed->replies->len;
}

void
bed_forget(Bed *bed, guint mark)
{
	g_ptr_array_set_size(bed->replies, (gint)mark);
}
