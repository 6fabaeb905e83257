/* SPDX-License-Identifier: Apache-2.0
 *
 * What nodes tell each other. The sender of a message is whom the transport has
 * authenticated; the rest is a claim, and only blocks are believed.
 *
 *	1 byte	BSN_CONSENSUS_BYTE
 *	1 byte	kind
 *	32 bytes	work of the sender's head, and all before it
 *	8 bytes	height of a final block of the sender's; its id after its length (1
 *		byte)
 *	and then
 *	HEAD	the id of the head after its length (1 byte); the block, or nothing:
 *		the final block is the newest one
 *	FINAL	nothing: the final block is one that the receiver has told of, and
 *		the sender has another one of that height
 *	ASK	nothing: the sender wants to hear of heads; the final block is the
 *		newest one
 */
#include "plugins/consensus-pow/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

#define KIND_HEAD 0x11u
#define KIND_FINAL 0x12u
#define KIND_ASK 0x13u

/* Ms between two answers to one node: asking costs it less than answering. */
#define ANSWER_MS 20u
/* Nodes that are kept in mind for it. */
#define TOLD_MAX 256u
/* Ms until heads are asked for again, twice as long each time. */
#define ASK_MS 250u
#define ASK_MAX_MS 32000u

typedef struct {
	guint8 kind;
	Target work;
	guint64 final_height;
	bsn_id final;
	bsn_id head;
	bsn_slice block;
} Message;

/* ---- sending ----------------------------------------------------------- */

static GByteArray *
begin(Pow *pow, guint8 kind, guint64 final_height, const bsn_id *final)
{
	GByteArray *out = g_byte_array_new();
	guint8 work[TARGET_BYTES];

	target_to_bytes(&pow->best->work, work);
	wire_put(out, BSN_CONSENSUS_BYTE, 1);
	wire_put(out, kind, 1);
	wire_put_bytes(out, bsn_slice_of(work, sizeof(work)));
	wire_put(out, final_height, 8);
	wire_put_id(out, final);
	return out;
}

static GByteArray *
head_message(Pow *pow)
{
	GByteArray *out = begin(pow, KIND_HEAD, pow->root->height,
				&pow->root->id);

	wire_put_id(out, &pow->best->id);
	if (pow->best_bytes != NULL)
		wire_put_bytes(out, bytes_slice(pow->best_bytes));
	return out;
}

static void
send_all(Pow *pow, const GByteArray *message)
{
	if (BSN_HAS(services.net, broadcast))
		(void)services.net->broadcast(pow->chain,
					      buffer_slice(message));
}

static void
send_to(Pow *pow, bsn_slice key, const GByteArray *message)
{
	if (services.net != NULL)
		(void)services.net->send(pow->chain, key,
					 buffer_slice(message));
}

void
talk_tell_all(Pow *pow)
{
	g_autoptr(GByteArray) message = head_message(pow);

	send_all(pow, message);
}

static gboolean
may_answer(Pow *pow, bsn_slice key)
{
	g_autoptr(GBytes) who = g_bytes_new(key.data, key.len);
	const guint64 now = services_now_ms(pow->chain);
	const guint64 *last = g_hash_table_lookup(pow->told, who);

	if (last != NULL && now < *last + ANSWER_MS)
		return FALSE;
	if (g_hash_table_size(pow->told) >= TOLD_MAX)
		g_hash_table_remove_all(pow->told);
	g_hash_table_replace(pow->told, g_bytes_ref(who),
			     g_memdup2(&now, sizeof(now)));
	return TRUE;
}

static void
tell(Pow *pow, bsn_slice key)
{
	g_autoptr(GByteArray) message = head_message(pow);

	send_to(pow, key, message);
}

void
talk_tell(Pow *pow, bsn_slice key)
{
	if (may_answer(pow, key))
		tell(pow, key);
}

/* ---- being behind ------------------------------------------------------ */

void
talk_behind(Pow *pow, guint64 height)
{
	pow->behind = MAX(pow->behind, height);
	if (pow->ask_ms != 0 || pow->behind <= pow->root->height)
		return;
	pow->ask_ms = ASK_MS;
	(void)services.timer->set(pow->chain, TIMER_ASK, ASK_MS / 4);
}

void
talk_ask(Pow *pow)
{
	g_autoptr(GByteArray) message = NULL;

	if (pow->behind <= pow->root->height) {
		pow->ask_ms = 0;
		return;
	}
	message = begin(pow, KIND_ASK, pow->root->height, &pow->root->id);
	send_all(pow, message);
	(void)services.timer->set(pow->chain, TIMER_ASK, pow->ask_ms);
	pow->ask_ms = MIN(pow->ask_ms * 2, ASK_MAX_MS);
}

/* ---- receiving --------------------------------------------------------- */

static gboolean
read_message(bsn_slice bytes, Message *message)
{
	Wire wire = wire_of(bytes);
	bsn_slice work;

	*message = (Message){ 0 };
	(void)wire_u8(&wire);
	message->kind = wire_u8(&wire);
	work = wire_bytes(&wire, TARGET_BYTES);
	message->final_height = wire_u64(&wire);
	message->final = wire_id(&wire, 1);
	if (message->kind == KIND_HEAD) {
		message->head = wire_id(&wire, 1);
		message->block = wire_bytes(&wire, wire.rest.len);
	}
	if (!wire_end(&wire) || message->kind < KIND_HEAD ||
	    message->kind > KIND_ASK)
		return FALSE;
	target_from_bytes(work.data, &message->work);
	return TRUE;
}

static gboolean
is_in_tree(Pow *pow, const bsn_id *id)
{
	PowBlock *known = g_hash_table_lookup(pow->blocks, id);
	bsn_tree_block block = { .size = sizeof(block) };

	/* Where there are too many blocks the engine forgets some. */
	if (known != NULL && known->weighed &&
	    pow->tree->block(pow->proposer, id, &block) != BSN_OK)
		known->weighed = FALSE;
	return known != NULL && known->weighed;
}

static void
take_over(Pow *pow, const bsn_tree_block *block, bsn_slice bytes)
{
	PowBlock *noted = blocks_note(pow, block);

	if (noted == NULL ||
	    target_compare(&noted->work, &pow->best->work) <= 0)
		return;
	pow->best = noted;
	g_clear_pointer(&pow->best_bytes, g_bytes_unref);
	pow->best_bytes = g_bytes_new(bytes.data, bytes.len);
	choose_advance(pow);
}

/* A block with the message, whose parent is here: it needs not be fetched. */
static void
take_block(Pow *pow, bsn_slice from, const Message *message)
{
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = pow->tree->read(pow->proposer, message->block, &block,
					 &err);
	const bsn_id parent = block.parent;

	if (status == BSN_OK && !id_equal(&block.id, &message->head))
		status = bsn_fail(&err, BSN_BAD_REQUEST, "it is another one");
	if (status == BSN_OK && !is_in_tree(pow, &parent)) {
		pow->tree->fetch(pow->proposer, &message->head, from);
		return;
	}
	/* What it lends was gone with the look at its parent. */
	if (status == BSN_OK)
		status = pow->tree->read(pow->proposer, message->block, &block,
					 &err);
	if (status == BSN_OK)
		status = blocks_judge(pow, &block, &err);
	if (status == BSN_OK)
		status = pow->tree->admit(pow->proposer, message->block,
					  &block, &err);
	if (status == BSN_OK)
		take_over(pow, &block, message->block);
	else
		services_log(pow->chain, BSN_LOG_DEBUG,
			     "a block that came is not taken: %s", err.reason);
}

/* Whether the sender's chain is lighter is known once its head is here. */
static gboolean
is_lighter(Pow *pow, const bsn_id *id)
{
	const PowBlock *block = g_hash_table_lookup(pow->blocks, id);

	if (block == NULL || !block->weighed)
		return FALSE;
	return target_compare(&block->work, &pow->best->work) < 0;
}

static void
take_head(Pow *pow, bsn_slice from, const Message *message)
{
	if (is_in_tree(pow, &message->head)) {
		/* It is here. */
	} else if (target_compare(&message->work, &pow->best->work) < 0 &&
		   message->final_height < pow->root->height) {
		talk_tell(pow, from);
		return;
	} else if (message->block.len > 0) {
		take_block(pow, from, message);
	} else {
		pow->tree->fetch(pow->proposer, &message->head, from);
	}
	if (is_lighter(pow, &message->head))
		talk_tell(pow, from);
	if (message->final_height > pow->best->height)
		talk_behind(pow, message->final_height);
}

/* ---- final blocks ------------------------------------------------------ */

static void
refuse_final(Pow *pow, bsn_slice from, const Message *message)
{
	g_autoptr(GByteArray) answer = begin(
		pow, KIND_FINAL, message->final_height, &message->final);

	send_to(pow, from, answer);
}

/* Who asks may be so far behind that the store has to say whether its newest final
 * block is one here, too. */
static void
answer(Pow *pow, bsn_slice from, const Message *message)
{
	if (!may_answer(pow, from))
		return;
	if (diverged_is_ours(pow, message->final_height, &message->final,
			     TRUE)) {
		tell(pow, from);
		return;
	}
	diverged_note(pow, from, message->final_height, &message->work);
	refuse_final(pow, from, message);
}

static void
take_head_or_refuse(Pow *pow, bsn_slice from, const Message *message)
{
	if (diverged_is_ours(pow, message->final_height, &message->final,
			     FALSE)) {
		take_head(pow, from, message);
		return;
	}
	diverged_note(pow, from, message->final_height, &message->work);
	if (may_answer(pow, from))
		refuse_final(pow, from, message);
}

/* Of a block that is none here the sender's word means nothing. */
static void
take_final(Pow *pow, bsn_slice from, const Message *message)
{
	const PowBlock *here =
		choose_at(pow, pow->root, message->final_height);

	if (here != NULL && id_equal(&here->id, &message->final))
		diverged_note(pow, from, message->final_height, &message->work);
}

void
talk_receive(Pow *pow, bsn_slice from, bsn_slice bytes)
{
	Message message;

	if (!read_message(bytes, &message) || pow->stopped != BSN_OK)
		return;
	claims_note(pow, from, &message.work);
	if (message.kind == KIND_ASK)
		answer(pow, from, &message);
	else if (message.kind == KIND_FINAL)
		take_final(pow, from, &message);
	else
		take_head_or_refuse(pow, from, &message);
}
