/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks: number, hash, previous hash, size, transactions, time.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/gateway/ask.h"
#include "host/gateway/chain_json.h"
#include "host/gateway/hex.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

/* Blocks in one answer. */
#define LIMIT_DEFAULT 20
#define LIMIT_MAX 100

static int32_t
ask_block(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	  bsn_err *err)
{
	return engine->block->get(ledger, ask_data(reply), reply, err);
}

/* ---- one block ---- */

typedef struct {
	bsn_block_query query; /* first: what `ask_block` is given */
	GBytes *hash;
} BlockName;

static void
block_name_free(gpointer data)
{
	BlockName *name = data;

	if (name->hash != NULL)
		g_bytes_unref(name->hash);
	g_free(name);
}

/* "latest", a number, or a hash. */
static gboolean
parse_name(const char *text, BlockName *out)
{
	const char *why;

	if (strcmp(text, "latest") == 0) {
		out->query.by = BSN_BLOCK_LATEST;
		return TRUE;
	}
	if (g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64,
				       &out->query.number, NULL)) {
		out->query.by = BSN_BLOCK_BY_NUMBER;
		return TRUE;
	}
	out->hash = hex_decode(text, BSN_ID_MAX, &why);
	if (out->hash == NULL || g_bytes_get_size(out->hash) == 0)
		return FALSE;
	out->query.by = BSN_BLOCK_BY_HASH;
	out->query.id.data = g_bytes_get_data(out->hash, &out->query.id.len);
	return TRUE;
}

static void
answer_block(Exchange *exchange, bsn_reply *reply)
{
	json_t *detail = reply_detail(exchange, reply);

	if (detail != NULL)
		exchange_answer(exchange, 200,
				block_json(&reply->block, detail));
}

void
blocks_get(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_BLOCK,
		.ask = ask_block,
		.then = answer_block,
		.free_data = block_name_free,
	};
	const char *text = exchange_arg(exchange, "block");
	guint64 txs, raw;
	BlockName *name;

	if (!exchange_number(exchange, "txs", 0, 0, 1, &txs) ||
	    !exchange_number(exchange, "raw", 0, 0, 1, &raw))
		return;
	name = g_new0(BlockName, 1);
	name->query.size = sizeof(name->query);
	name->query.want =
		(txs ? BSN_BLOCK_WITH_TXS : 0) | (raw ? BSN_BLOCK_WITH_RAW : 0);
	if (parse_name(text, name)) {
		question.data = name;
		ask(exchange, &question);
		return;
	}
	block_name_free(name);
	exchange_failf(exchange, BSN_BAD_REQUEST,
		       "Give a number, a hash after 0x, or latest.",
		       "\"%.80s\" names no block", text);
}

/* ---- a range ---- */

typedef struct {
	Exchange *exchange;
	Chain *chain;
	guint64 limit;
	gboolean ascending;
	guint64 from;	/* the first that is wanted */
	guint64 height; /* of the newest */
	guint pending;	/* blocks asked for and not yet answered */
	guint count;
	json_t **blocks; /* `count`, in order; NULL where there was none */
} Range;

typedef struct {
	Range *range;
	guint place; /* in range->blocks */
	bsn_block_query query;
} RangeItem;

static void
range_free(Range *range)
{
	for (guint i = 0; i < range->count; i++)
		json_decref(range->blocks[i]);
	g_free(range->blocks);
	chain_unref(range->chain);
	exchange_unref(range->exchange);
	g_free(range);
}

static json_t *
range_next(const Range *range)
{
	if (range->ascending && range->from + range->count <= range->height)
		return json_u64(range->from + range->count);
	return json_null();
}

static void
range_answer(Range *range)
{
	json_t *blocks = json_array();
	json_t *body = json_object();

	for (guint i = 0; i < range->count; i++)
		if (range->blocks[i] != NULL)
			json_array_append(blocks, range->blocks[i]);
	json_object_set_new(body, "blocks", blocks);
	json_object_set_new(body, "height", json_u64(range->height));
	json_object_set_new(body, "next", range_next(range));
	exchange_answer(range->exchange, 200, body);
	range_free(range);
}

static int32_t
ask_range_item(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	       bsn_err *err)
{
	const RangeItem *item = reply->owner;

	return engine->block->get(ledger, &item->query, reply, err);
}

/* A block that is not there (pruned, say) is left out; any other refusal is the
 * answer. */
static void
range_item_answered(bsn_reply *reply)
{
	RangeItem *item = reply->owner;
	Range *range = item->range;
	Exchange *exchange = range->exchange;

	if (reply->status == BSN_OK && exchange_waits(exchange)) {
		json_t *detail = reply_detail(exchange, reply);

		if (detail != NULL)
			range->blocks[item->place] =
				block_json(&reply->block, detail);
	} else if (reply->status != BSN_NOT_FOUND && exchange_waits(exchange)) {
		exchange_fail(exchange, reply->status, &reply->err, NULL);
	}
	g_free(item);
	reply_free(reply);
	if (--range->pending == 0)
		range_answer(range);
}

static void
ask_for_place(Range *range, guint place)
{
	RangeItem *item = g_new0(RangeItem, 1);
	bsn_reply *reply = reply_new(ANSWER_BLOCK, range_item_answered, item);

	item->range = range;
	item->place = place;
	item->query.size = sizeof(item->query);
	item->query.by = BSN_BLOCK_BY_NUMBER;
	item->query.number =
		range->ascending ? range->from + place : range->from - place;
	reply->ask = ask_range_item;
	chain_request(range->chain, reply);
}

static guint64
range_size(const Range *range)
{
	if (!range->ascending)
		return MIN(range->limit, range->height + 1);
	if (range->from > range->height)
		return 0;
	return MIN(range->limit, range->height - range->from + 1);
}

/* The height is known: asks for all blocks of the range at once. */
static void
range_begin(Exchange *exchange, bsn_reply *reply)
{
	Range *range = g_memdup2(ask_data(reply), sizeof(*range));

	range->exchange = exchange_ref(exchange);
	range->chain = chain_ref(reply->chain);
	range->height = reply->ledger.height;
	if (!range->ascending)
		range->from = range->height;
	range->count = (guint)range_size(range);
	range->blocks = g_new0(json_t *, range->count);
	range->pending = range->count;
	if (range->count == 0) {
		range_answer(range);
		return;
	}
	for (guint i = 0, n = range->count; i < n; i++)
		ask_for_place(range, i);
}

static int32_t
ask_height(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	   bsn_err *err)
{
	return engine->ledger->info(ledger, reply, err);
}

void
blocks_list(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_LEDGER,
		.ask = ask_height,
		.then = range_begin,
		.free_data = g_free,
	};
	Range range = { 0 };

	range.ascending = exchange_param(exchange, "from") != NULL;
	if (!exchange_number(exchange, "from", 0, 0, G_MAXINT64, &range.from) ||
	    !exchange_number(exchange, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX,
			     &range.limit))
		return;
	question.data = g_memdup2(&range, sizeof(range));
	ask(exchange, &question);
}
