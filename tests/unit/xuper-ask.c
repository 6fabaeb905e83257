/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-ask.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

typedef struct {
	guint node;
	guint64 cookie;
} Put;

static XuperNodes *world;
static const XuperSaid *answers;
static GArray *queue; /* Put */
static GBytes *last;
static guint count;

static guint
node_of(const bsn_chain *chain)
{
	for (guint i = 0; i < world->n; i++)
		if (world->nodes[i].chain == chain)
			return i;
	g_error("a chain of nobody's asks");
}

static int32_t
ask(bsn_chain *chain, bsn_slice name, uint64_t cookie, bsn_slice question,
    bsn_err *err)
{
	const Put put = { node_of(chain), cookie };

	(void)name;
	(void)err;
	count++;
	g_clear_pointer(&last, g_bytes_unref);
	last = g_bytes_new(question.data, question.len);
	g_array_append_val(queue, put);
	return BSN_OK;
}

static int32_t
order(bsn_chain *parent, bsn_slice name, bsn_err *err)
{
	(void)parent;
	(void)name;
	(void)err;
	return BSN_OK;
}

static int32_t
begin(bsn_chain *parent, bsn_slice name, bsn_slice genesis, bsn_err *err)
{
	(void)genesis;
	return order(parent, name, err);
}

static const bsn_chains table = {
	.size = sizeof(table), .begin = begin, .end = order, .ask = ask
};

void
ask_offer(XuperNodes *all, const XuperSaid *said)
{
	world = all;
	answers = said;
	queue = g_array_new(FALSE, FALSE, sizeof(Put));
	count = 0;
	services.chains = &table;
}

void
ask_end(void)
{
	services.chains = NULL;
	g_clear_pointer(&queue, g_array_unref);
	g_clear_pointer(&last, g_bytes_unref);
}

guint
ask_count(void)
{
	return count;
}

const Bsn__Cross__Inquiry *
ask_last(Arena *arena)
{
	return message_unpack(arena, &bsn__cross__inquiry__descriptor,
			      bytes_slice(last), NULL, NULL);
}

static GByteArray *
answer_of(const XuperSaid *said)
{
	Bsn__Cross__Answer answer = BSN__CROSS__ANSWER__INIT;
	guint8 id[HASH_LEN] = { 7 };
	guint8 txid[HASH_LEN] = { said->version };

	answer.height = said->height;
	answer.block_id = message_bytes(bsn_slice_of(id, HASH_LEN));
	answer.there = said->value != NULL;
	answer.ref_txid = message_bytes(bsn_slice_of(txid, HASH_LEN));
	if (said->value != NULL)
		answer.value = message_bytes(bsn_slice_str(said->value));
	return message_pack(&answer);
}

static void
reply(const Put *put)
{
	const XuperSaid *said = &answers[put->node];
	g_autoptr(GByteArray) bytes = answer_of(said);
	bsn_err err = BSN_ERR_INIT;

	if (said->silent || !world->nodes[put->node].open)
		return;
	if (said->status != BSN_OK)
		bsn_fail(&err, said->status, "%s", said->value);
	xuper_engine_chains.answered(
		nodes_ledger(world, put->node), put->cookie, said->status,
		said->status == BSN_OK ? buffer_slice(bytes)
				       : bsn_slice_of(NULL, 0),
		&err);
}

void
ask_settle(XuperNodes *all)
{
	nodes_settle(all);
	while (queue->len > 0) {
		const Put put = g_array_index(queue, Put, 0);

		g_array_remove_index(queue, 0);
		reply(&put);
		nodes_settle(all);
	}
}
