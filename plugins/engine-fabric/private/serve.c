/* SPDX-License-Identifier: Apache-2.0
 *
 * What other members give and ask for, judged by who they are proven to be and
 * by the newest definitions.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"

/* With nothing but a status. */
static void
reply(Channel *channel, NetQuestion *question, int32_t status,
      const bsn_err *err)
{
	net_answer(channel, question, status, bsn_slice_of(NULL, 0),
		   status == BSN_OK ? NULL : err);
}

/* Who has asked, if that is proven. */
static int32_t
check_asker(Channel *channel, const NetQuestion *question, NetPeer **peer,
	    bsn_err *err)
{
	*peer = net_question_peer(question);
	if (channel->privacy == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE, "the chain is closing");
	return *peer != NULL && (*peer)->identity != NULL
		       ? BSN_OK
		       : bsn_fail(err, BSN_DENIED,
				  "private data is for peers of the channel's "
				  "organisations");
}

/* ---- given ---- */

static int32_t
check_own(Channel *channel, const PrivateSet *sets, guint n, bsn_err *err)
{
	for (guint i = 0; i < n; i++)
		if (!privacy_is_member(channel, sets[i].namespace,
				       sets[i].collection, channel->self))
			return bsn_fail(err, BSN_DENIED,
					"this node is no member of collection "
					"%s of %s",
					sets[i].collection, sets[i].namespace);
	return BSN_OK;
}

static int32_t
take(Channel *channel, const NetPeer *peer, const Bsn__Private__Give *give,
     guint64 *batch, bsn_err *err)
{
	const guint64 own = channel->ledger->head.height;
	TxPlace place;
	int32_t status = ledger_tx(channel->ledger, bsn_slice_str(give->tx_id),
				   &place, err);

	/* It is in a block: what is missing of it is asked for anyway. */
	if (status != BSN_NOT_FOUND)
		return status;
	if (give->height > G_MAXINT64 ||
	    give->height + TRANSIENT_BLOCKS <= own)
		return bsn_fail(err, BSN_EXPIRED,
				"private data of a transaction that was "
				"simulated more than %u blocks ago",
				TRANSIENT_BLOCKS);
	return transient_put(channel->privacy, give->tx_id, give->height,
			     bytes_slice(peer->key), message_slice(give->sets),
			     batch, err);
}

/* A question whose data is on its way to the disk. */
typedef struct {
	NetQuestion *question;
	guint64 batch;
} Answer;

void
answers_durable(Privacy *privacy)
{
	Answer *answer;

	while ((answer = g_queue_peek_head(&privacy->answers)) != NULL &&
	       privacy_is_durable(privacy, answer->batch)) {
		(void)g_queue_pop_head(&privacy->answers);
		reply(privacy->channel, answer->question, BSN_OK, NULL);
		g_free(answer);
	}
}

void
answers_close(Privacy *privacy)
{
	bsn_err err = BSN_ERR_INIT;
	const int32_t status =
		bsn_fail(&err, BSN_UNAVAILABLE, "the chain is closing");
	Answer *answer;

	while ((answer = g_queue_pop_head(&privacy->answers)) != NULL) {
		reply(privacy->channel, answer->question, status, &err);
		g_free(answer);
	}
}

static void
answer_later(Privacy *privacy, NetQuestion *question, guint64 batch)
{
	Answer *answer = g_new0(Answer, 1);

	answer->question = question;
	answer->batch = batch;
	g_queue_push_tail(&privacy->answers, answer);
	answers_durable(privacy);
}

void
private_given(Channel *channel, NetQuestion *question, bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Bsn__Private__Give *give;
	bsn_err err = BSN_ERR_INIT;
	PrivateSet *sets;
	NetPeer *peer;
	guint n;
	guint64 batch = 0;
	int32_t status = check_asker(channel, question, &peer, &err);

	if (status == BSN_OK)
		status = private_give_read(&arena, bytes, &give, &sets, &n,
					   &err);
	if (status == BSN_OK)
		status = check_own(channel, sets, n, &err);
	if (status == BSN_OK)
		status = take(channel, peer, give, &batch, &err);
	if (status == BSN_OK)
		answer_later(channel->privacy, question, batch);
	else
		reply(channel, question, status, &err);
}

/* ---- asked ---- */

/* An answer that is being made. */
typedef struct {
	Channel *channel;
	Arena arena;
	PrivateSet *sets; /* one for each collection, in the arena */
	guint n;
	guint64 bytes; /* of values */
	guint looked_at;
	gboolean full;
} Answering;

static int32_t
check_member(Channel *channel, const Bsn__Private__Take *question,
	     const NetPeer *peer, bsn_err *err)
{
	for (gsize i = 0; i < question->n_collections; i++) {
		const Bsn__Private__TakeCollection *one =
			question->collections[i];

		if (!privacy_is_member(channel, one->namespace_,
				       one->collection, peer->identity))
			return bsn_fail(err, BSN_DENIED,
					"who asks is no member of collection "
					"%s of %s",
					one->collection, one->namespace_);
	}
	return BSN_OK;
}

/* A value of the version that is asked for; NULL: it is not here, or another
 * one is. */
static int32_t
find_value(const Answering *answering, const Bsn__Private__TakeCollection *of,
	   const Bsn__Private__TakeKey *key, StateItem **item, bsn_err *err)
{
	const int32_t status = private_find(
		&answering->channel->ledger->state,
		bsn_slice_str(of->namespace_), bsn_slice_str(of->collection),
		message_slice(key->key_hash), item, err);

	if (*item != NULL && ((*item)->version.block != key->block ||
			      (*item)->version.tx != key->tx))
		g_clear_pointer(item, state_item_unref);
	return status;
}

static void
add_write(Arena *arena, const StateItem *item, Kvrwset__KVRWSet *set)
{
	Kvrwset__KVWrite *write = arena_room(arena, sizeof(*write));
	bsn_slice parts[3];

	if (!state_key_split(item->key, &parts[0], &parts[1], &parts[2]))
		return;
	kvrwset__kvwrite__init(write);
	write->key.data =
		(guint8 *)arena_copy(arena, parts[2].data, (gsize)parts[2].len);
	write->key.len = (gsize)parts[2].len;
	write->value.data = (guint8 *)arena_copy(arena, item->value.data,
						 (gsize)item->value.len);
	write->value.len = (gsize)item->value.len;
	set->writes[set->n_writes++] = write;
}

static int32_t
answer_collection(Answering *answering, const Bsn__Private__TakeCollection *of,
		  bsn_err *err)
{
	Arena *arena = &answering->arena;
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	int32_t status = BSN_OK;

	set.writes = arena_room(arena, (of->n_keys + 1) * sizeof(*set.writes));
	for (gsize i = 0; i < of->n_keys && !answering->full; i++) {
		g_autoptr(StateItem) item = NULL;

		status = find_value(answering, of, of->keys[i], &item, err);
		if (status != BSN_OK)
			return status;
		if (item != NULL && answering->bytes > 0 &&
		    answering->bytes + item->value.len > PRIVATE_TAKEN_BYTES) {
			answering->full = TRUE;
			break;
		}
		answering->looked_at++;
		if (item == NULL)
			continue;
		answering->bytes += item->key.len + item->value.len;
		add_write(arena, item, &set);
	}
	if (set.n_writes > 0)
		answering->sets[answering->n++] =
			(PrivateSet){ of->namespace_, of->collection,
				      message_put(arena, &set) };
	return status;
}

static int32_t
answer(Channel *channel, const Bsn__Private__Take *question, GByteArray *out,
       bsn_err *err)
{
	Answering answering = { .channel = channel };
	Bsn__Private__Taken taken = BSN__PRIVATE__TAKEN__INIT;
	g_autoptr(GByteArray) sets = g_byte_array_new();
	int32_t status = BSN_OK;

	answering.sets = arena_room(&answering.arena,
				    (question->n_collections + 1) *
					    sizeof(*answering.sets));
	for (gsize i = 0; status == BSN_OK && !answering.full &&
			  i < question->n_collections;
	     i++)
		status = answer_collection(&answering,
					   question->collections[i], err);
	if (status == BSN_OK) {
		private_sets_put(sets, answering.sets, answering.n);
		taken.looked_at = answering.looked_at;
		taken.sets = message_bytes(buffer_slice(sets));
		message_append(out, &taken);
	}
	arena_clear(&answering.arena);
	return status;
}

void
private_asked(Channel *channel, NetQuestion *question, bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) out = g_byte_array_new();
	const Bsn__Private__Take *take;
	bsn_err err = BSN_ERR_INIT;
	NetPeer *peer;
	int32_t status = check_asker(channel, question, &peer, &err);

	if (status == BSN_OK)
		status = private_take_read(&arena, bytes, &take, &err);
	if (status == BSN_OK)
		status = check_member(channel, take, peer, &err);
	if (status == BSN_OK)
		status = answer(channel, take, out, &err);
	if (status == BSN_OK)
		net_answer(channel, question, status, buffer_slice(out), NULL);
	else
		reply(channel, question, status, &err);
}
