/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn.engine.snapshot/1. A request is taken here first, so that all are asked
 * for the same block; who has gone beyond it says so.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/snapshot/private.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Ms that another member has to answer a request. */
#define TAKE_MS 5000u
/* Requests that wait for others at the same time. */
#define TAKES_MAX 16u

static void
answer(bsn_reply *reply, json_t *value)
{
	g_autofree char *text = json_text(value);

	services.reply->value(reply, bsn_slice_str(text));
	json_decref(value);
}

/* ---- what there is ---- */

static json_t *
height_json(guint64 block, const char *state)
{
	return json_pack("{s:o, s:s}", "height", integer_json(block), "state",
			 state);
}

static json_t *
kept_json(const Kept *kept)
{
	json_t *object = height_json(kept->block, "ready");

	json_object_set_new(object, "hash",
			    hex_json(bsn_slice_of(kept->hash, HASH_LEN)));
	json_object_set_new(object, "parts", integer_json(kept->parts));
	json_object_set_new(object, "bytes", integer_json(kept->bytes));
	return object;
}

static void
add_sorted(json_t *list, json_t *object)
{
	const json_int_t height =
		json_integer_value(json_object_get(object, "height"));
	gsize at = 0;

	while (at < json_array_size(list) &&
	       json_integer_value(json_object_get(json_array_get(list, at),
						  "height")) < height)
		at++;
	json_array_insert_new(list, at, object);
}

static json_t *
snapshots_json(const ChannelSnapshots *snapshots)
{
	json_t *list = json_array();

	for (guint i = 0; i < snapshots->kept->len; i++)
		add_sorted(list, kept_json(snapshots->kept->pdata[i]));
	for (guint i = 0; i < MAKERS_MAX; i++) {
		const Maker *maker = snapshots->makers[i];

		if (maker != NULL && !maker->cleaning)
			add_sorted(list, height_json(manifest_block(
							     &maker->manifest),
						     "making"));
	}
	for (guint i = 0; i < snapshots->due->len; i++)
		add_sorted(list,
			   height_json(g_array_index(snapshots->due, guint64,
						     i),
				       "due"));
	return list;
}

static int32_t
list(Channel *channel, bsn_reply *reply, bsn_err *err)
{
	const ChannelSnapshots *snapshots = channel->snapshots;

	answer(reply, json_pack("{s:o, s:o, s:o}", "snapshots",
				snapshots_json(snapshots), "first_block",
				integer_json(channel_first_block(channel)),
				"join",
				snapshots->join != NULL
					? join_json(snapshots->join)
					: json_null()));
	return BSN_OK;
}

/* ---- taking one, here and elsewhere ---- */

typedef struct Take Take;

typedef struct {
	Take *take;
	guint64 question; /* 0: answered */
	json_t *object;   /* of the member; borrowed */
} Asked;

struct Take {
	ChannelSnapshots *snapshots;
	bsn_reply *reply;
	json_t *value;
	GPtrArray *asked; /* Asked */
	guint open;
};

static void
take_free(Take *take)
{
	g_queue_remove(&take->snapshots->takes, take);
	g_ptr_array_unref(take->asked);
	json_decref(take->value);
	g_free(take);
}

static void
take_end(Take *take)
{
	answer(take->reply, json_incref(take->value));
	take_free(take);
}

static void
take_answered(gpointer owner, int32_t status, bsn_slice content,
	      const bsn_err *err)
{
	Asked *asked = owner;
	Take *take = asked->take;

	asked->question = 0;
	if (status != BSN_OK)
		json_object_set_new(asked->object, "error",
				    json_string(err->reason));
	if (--take->open == 0)
		take_end(take);
}

static void
ask_member(Take *take, NetPeer *peer, bsn_slice question, json_t *members)
{
	Channel *channel = take->snapshots->channel;
	g_autofree char *name = net_peer_name(channel, peer);
	Asked *asked = g_new0(Asked, 1);

	asked->take = take;
	asked->object = json_pack("{s:s, s:o, s:n}", "name", name, "public_key",
				  hex_json(bytes_slice(peer->key)), "error");
	json_array_append_new(members, asked->object);
	g_ptr_array_add(take->asked, asked);
	asked->question = net_ask(channel, peer, NET_ASK_SNAPSHOT, question,
				  TAKE_MS, take_answered, asked);
	if (asked->question != 0)
		take->open++;
	else
		json_object_set_new(asked->object, "error",
				    json_string("it cannot be reached"));
}

/* Nobody answers before this has returned. */
static void
ask_members(Take *take, guint64 block)
{
	Channel *channel = take->snapshots->channel;
	json_t *members = json_object_get(take->value, "members");
	g_autoptr(GByteArray) question = g_byte_array_new();
	NetPeer *peer;

	question_put(question, SNAPSHOT_ASK_TAKE, block, bsn_slice_of(NULL, 0),
		     0);
	for (guint i = 0; channel->net != NULL &&
			  (peer = net_peer_at(channel, i)) != NULL;
	     i++)
		ask_member(take, peer, buffer_slice(question), members);
}

static const char *
state_of(const ChannelSnapshots *snapshots, guint64 block)
{
	if (kept_find(snapshots, block) != NULL)
		return "ready";
	return block >= snapshots->channel->ledger->head.height ? "due"
								: "making";
}

static int32_t
take(Channel *channel, uint64_t height, uint32_t flags, bsn_reply *reply,
     bsn_err *err)
{
	ChannelSnapshots *snapshots = channel->snapshots;
	guint64 block = height;
	Take *taking;
	int32_t status;

	if (snapshots->takes.length == TAKES_MAX)
		return bsn_fail(err, BSN_BUSY,
				"%u requests wait for other nodes", TAKES_MAX);
	status = request_take(snapshots, &block, err);
	if (status != BSN_OK)
		return status;
	taking = g_new0(Take, 1);
	taking->snapshots = snapshots;
	taking->reply = reply;
	taking->asked = g_ptr_array_new_with_free_func(g_free);
	taking->value = height_json(block, state_of(snapshots, block));
	json_object_set_new(taking->value, "members", json_array());
	g_queue_push_tail(&snapshots->takes, taking);
	if ((flags & BSN_SNAPSHOT_HERE_ONLY) == 0)
		ask_members(taking, block);
	if (taking->open == 0)
		take_end(taking);
	return BSN_OK;
}

void
requests_abandon(ChannelSnapshots *snapshots)
{
	Take *taking;
	bsn_reply *reply;
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail(&err, BSN_UNAVAILABLE, "the channel closes");
	while ((reply = g_queue_pop_head(&snapshots->joins)) != NULL)
		services.reply->fail(reply, BSN_UNAVAILABLE, &err);
	while ((taking = g_queue_peek_head(&snapshots->takes)) != NULL) {
		for (guint i = 0; i < taking->asked->len; i++)
			net_ask_cancel(
				snapshots->channel,
				((Asked *)taking->asked->pdata[i])->question);
		services.reply->fail(taking->reply, BSN_UNAVAILABLE, &err);
		take_free(taking);
	}
}

/* ---- the others ---- */

static int32_t
cancel(Channel *channel, uint64_t height, bsn_reply *reply, bsn_err *err)
{
	const int32_t status =
		height == 0 ? join_cancel(channel->snapshots, err)
			    : request_cancel(channel->snapshots, height, err);

	if (status == BSN_OK)
		answer(reply, json_null());
	return status;
}

static int32_t
join(Channel *channel, const bsn_id *hash, bsn_reply *reply, bsn_err *err)
{
	int32_t status;

	if (hash->len != 0 && hash->len != HASH_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a snapshot's hash has %u bytes", HASH_LEN);
	status = join_begin(channel->snapshots,
			    bsn_slice_of(hash->bytes, hash->len), err);
	if (status == BSN_OK)
		g_queue_push_tail(&channel->snapshots->joins, reply);
	return status;
}

void
joins_durable(ChannelSnapshots *snapshots)
{
	bsn_reply *reply = g_queue_pop_head(&snapshots->joins);

	if (reply != NULL)
		answer(reply, json_null());
}

const bsn_engine_snapshot fabric_snapshot_ops = {
	.size = sizeof(bsn_engine_snapshot),
	.take = take,
	.cancel = cancel,
	.list = list,
	.join = join,
};
