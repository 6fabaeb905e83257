/* SPDX-License-Identifier: Apache-2.0
 *
 * Snapshots for members that begin, and requests that other members pass on.
 */
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/engine-fabric/snapshot/private.h"
#include "plugins/kit/sink.h"

void
question_put(GByteArray *out, guint what, guint64 block, bsn_slice hash,
	     guint32 part)
{
	Bsn__Snapshot__Question question = BSN__SNAPSHOT__QUESTION__INIT;

	question.what = what;
	question.block = block;
	question.hash = message_bytes(hash);
	question.part = part;
	message_append(out, &question);
}

static void
put_offers(ChannelSnapshots *snapshots, GByteArray *out)
{
	Bsn__Snapshot__Offers offers = BSN__SNAPSHOT__OFFERS__INIT;
	Bsn__Snapshot__Offer list[SNAPSHOTS_KEPT_MAX];
	Bsn__Snapshot__Offer *items[SNAPSHOTS_KEPT_MAX];

	for (guint i = 0; i < snapshots->kept->len && i < SNAPSHOTS_KEPT_MAX;
	     i++) {
		Kept *kept = snapshots->kept->pdata[i];
		Bsn__Snapshot__Offer *offer = &list[offers.n_offers];

		bsn__snapshot__offer__init(offer);
		offer->block = kept->block;
		offer->hash =
			message_bytes(bsn_slice_of(kept->hash, HASH_LEN));
		if (kept_vouch(snapshots, kept)) {
			offer->identity =
				message_bytes(bytes_slice(kept->identity));
			offer->signature = message_bytes(bsn_slice_of(
				kept->signature, kept->signature_len));
		}
		items[offers.n_offers++] = offer;
	}
	offers.offers = items;
	message_append(out, &offers);
}

static const Kept *
find_by_hash(const ChannelSnapshots *snapshots, bsn_slice hash)
{
	for (guint i = 0; i < snapshots->kept->len; i++) {
		const Kept *kept = snapshots->kept->pdata[i];

		if (bsn_slice_equal(hash, bsn_slice_of(kept->hash, HASH_LEN)))
			return kept;
	}
	return NULL;
}

static int32_t
put_stored(const ChannelSnapshots *snapshots,
	   const Bsn__Snapshot__Question *question, GByteArray *out,
	   bsn_err *err)
{
	const Kept *kept =
		find_by_hash(snapshots, message_slice(question->hash));
	StoreKey key;
	int32_t status = BSN_NOT_FOUND;

	if (kept != NULL) {
		key = question->what == SNAPSHOT_ASK_MANIFEST
			      ? snapshot_key_block(KEY_MANIFEST, kept->block)
			      : snapshot_key_part(KEY_PART, kept->block,
						  question->part);
		status = ledger_store_get(
			&snapshots->channel->ledger->state.store,
			store_key_slice(&key), out, err);
	}
	return status == BSN_NOT_FOUND
		       ? bsn_fail(err, BSN_NOT_FOUND,
				  "this node has no such snapshot or part")
		       : status;
}

static int32_t
take(ChannelSnapshots *snapshots, guint64 block, bsn_err *err)
{
	if (block == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a request that is passed on names a block");
	return request_take(snapshots, &block, err);
}

static int32_t
answer(ChannelSnapshots *snapshots, bsn_slice bytes, GByteArray *out,
       bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Bsn__Snapshot__Question *question =
		message_unpack(&arena, &bsn__snapshot__question__descriptor,
			       bytes, &status, err);

	if (question == NULL)
		return status;
	switch (question->what) {
	case SNAPSHOT_ASK_TAKE:
		return take(snapshots, question->block, err);
	case SNAPSHOT_ASK_OFFERS:
		put_offers(snapshots, out);
		return BSN_OK;
	case SNAPSHOT_ASK_MANIFEST:
	case SNAPSHOT_ASK_PART:
		return put_stored(snapshots, question, out, err);
	}
	return bsn_fail(err, BSN_NOT_OFFERED,
			"this node does not know such a question");
}

void
channel_snapshots_asked(Channel *channel, NetQuestion *question,
			bsn_slice bytes)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	status = channel->snapshots != NULL
			 ? answer(channel->snapshots, bytes, out, &err)
			 : bsn_fail(&err, BSN_UNAVAILABLE,
				    "this node is opening the channel");
	net_answer(channel, question, status, buffer_slice(out),
		   status == BSN_OK ? NULL : &err);
}
