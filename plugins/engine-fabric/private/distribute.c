/* SPDX-License-Identifier: Apache-2.0
 *
 * What an endorsement's simulation has written goes to other members of its
 * collections: to each collection's `max_peers` at once, and whoever fails is
 * replaced as long as fewer than `required_peers` have it. Organisations that
 * have none of it come first, then by key, from a place on that the transaction's
 * id tells, so that not always the same peers get everything.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/codec/message.h"
#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"

/* Time for one answer (Fabric's pushAckTimeout), and for finding somebody else.
 */
#define GIVE_MS 3000u
#define REPLACE_MS 9000u

/* One collection. */
typedef struct {
	const PrivateSet *set;
	Definition *definition;
	const Collection *collection;
	guint required;
	guint have;    /* other members that said so */
	guint pending; /* that are being asked */
	GHashTable *tried; /* GBytes: peers that were asked */
} Part;

/* One peer that is asked, for some of the collections. */
typedef struct {
	PrivateSpread *spread;
	GBytes *peer;
	guint64 question;
	GArray *parts; /* guint */
} Push;

struct PrivateSpread {
	Channel *channel;
	Arena arena;
	const char *tx_id; /* in the arena, as the sets */
	guint64 height;
	guint64 bytes;
	guint64 since_ms;
	GArray *parts; /* Part */
	GQueue pushes; /* Push */
	PrivateDone done; /* NULL: it was called */
	gpointer owner;
	GList link;
};

static void
part_clear(gpointer data)
{
	Part *part = data;

	g_clear_pointer(&part->definition, definition_unref);
	g_clear_pointer(&part->tried, g_hash_table_unref);
}

static Part *
part_at(const PrivateSpread *spread, guint index)
{
	return &g_array_index(spread->parts, Part, index);
}

static void
push_free(gpointer data)
{
	Push *push = data;

	net_ask_cancel(push->spread->channel, push->question);
	g_bytes_unref(push->peer);
	g_array_unref(push->parts);
	g_free(push);
}

static void
spread_free(PrivateSpread *spread)
{
	Privacy *privacy = spread->channel->privacy;

	g_queue_unlink(&privacy->spreads, &spread->link);
	privacy->spread_bytes -= spread->bytes;
	g_queue_clear_full(&spread->pushes, push_free);
	g_array_unref(spread->parts);
	arena_clear(&spread->arena);
	g_free(spread);
}

/* ---- whom to ask ---- */

/* Whether a peer could have a collection, and was not asked. */
static gboolean
is_candidate(const Part *part, const NetPeer *peer)
{
	return peer->reachable && peer->identity != NULL &&
	       !g_hash_table_contains(part->tried, peer->key) &&
	       collection_has_member(part->collection, peer->identity);
}

/* How many of an organisation have it, are asked, or have failed. */
static guint
count_tried(const PrivateSpread *spread, const Part *part, const char *msp_id)
{
	const MspIdentity *self = spread->channel->self;
	guint n = self != NULL && strcmp(self->msp->id, msp_id) == 0 ? 1 : 0;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(spread->channel, i)) != NULL; i++)
		if (peer->identity != NULL &&
		    g_hash_table_contains(part->tried, peer->key) &&
		    strcmp(peer->identity->msp->id, msp_id) == 0)
			n++;
	return n;
}

static guint
count_candidates(const PrivateSpread *spread, const Part *part)
{
	const NetPeer *peer;
	guint n = 0;

	for (guint i = 0; (peer = net_peer_at(spread->channel, i)) != NULL; i++)
		if (is_candidate(part, peer))
			n++;
	return n;
}

/* A number from the id that has nothing to do with others'. */
static guint
place_of(const char *tx_id)
{
	char head[8] = "";

	memcpy(head, tx_id, sizeof(head) - 1);
	return (guint)g_ascii_strtoull(head, NULL, 16);
}

static NetPeer *
choose(const PrivateSpread *spread, const Part *part)
{
	const guint n = count_candidates(spread, part);
	const guint first = n > 0 ? place_of(spread->tx_id) % n : 0;
	NetPeer *best = NULL;
	guint best_tried = 0;
	guint best_turn = 0;
	guint seen = 0;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(spread->channel, i)) != NULL;
	     i++) {
		guint tried, turn;

		if (!is_candidate(part, peer))
			continue;
		turn = (seen++ + n - first) % n;
		tried = count_tried(spread, part, peer->identity->msp->id);
		if (best != NULL &&
		    (tried > best_tried ||
		     (tried == best_tried && turn > best_turn)))
			continue;
		best = peer;
		best_tried = tried;
		best_turn = turn;
	}
	return best;
}

/* ---- asking ---- */

static Push *
push_for(PrivateSpread *spread, GPtrArray *pushes, NetPeer *peer)
{
	Push *push;

	for (guint i = 0; i < pushes->len; i++) {
		push = pushes->pdata[i];
		if (g_bytes_equal(push->peer, peer->key))
			return push;
	}
	push = g_new0(Push, 1);
	push->spread = spread;
	push->peer = g_bytes_ref(peer->key);
	push->parts = g_array_new(FALSE, FALSE, sizeof(guint));
	g_ptr_array_add(pushes, push);
	return push;
}

/* Whom a collection still has to be given to. */
static guint
count_wanted(const PrivateSpread *spread, const Part *part)
{
	const guint asked = g_hash_table_size(part->tried);
	const guint most = MAX(part->collection->max_peers, part->required);
	const guint now = part->have + part->pending;
	const gboolean late = services_mono_ms(spread->channel->chain) >=
			      spread->since_ms + REPLACE_MS;

	if (asked == 0)
		return most;
	return now < part->required && !late ? part->required - now : 0;
}

static void
plan(PrivateSpread *spread, guint index, GPtrArray *pushes)
{
	Part *part = part_at(spread, index);

	for (guint left = count_wanted(spread, part); left > 0; left--) {
		NetPeer *peer = choose(spread, part);

		if (peer == NULL)
			return;
		g_hash_table_add(part->tried, g_bytes_ref(peer->key));
		part->pending++;
		g_array_append_val(push_for(spread, pushes, peer)->parts,
				   index);
	}
}

static void answered(gpointer owner, int32_t status, bsn_slice answer,
		     const bsn_err *err);

static void
put_give(GByteArray *out, const Push *push)
{
	const PrivateSpread *spread = push->spread;
	g_autoptr(GByteArray) sets = g_byte_array_new();
	g_autofree PrivateSet *list = g_new0(PrivateSet, push->parts->len + 1);
	Bsn__Private__Give give = BSN__PRIVATE__GIVE__INIT;

	for (guint i = 0; i < push->parts->len; i++)
		list[i] = *part_at(spread,
				   g_array_index(push->parts, guint, i))
				   ->set;
	private_sets_put(sets, list, push->parts->len);
	give.tx_id = (char *)spread->tx_id;
	give.height = spread->height;
	give.sets = message_bytes(buffer_slice(sets));
	message_append(out, &give);
}

/* What a peer was asked for is not on its way any more. */
static void
end_push(Push *push, gboolean taken)
{
	for (guint i = 0; i < push->parts->len; i++) {
		Part *part = part_at(push->spread,
				     g_array_index(push->parts, guint, i));

		part->pending--;
		if (taken)
			part->have++;
	}
	push->question = 0;
	push_free(push);
}

static void
send_push(Push *push)
{
	PrivateSpread *spread = push->spread;
	NetPeer *peer =
		net_peer_find(spread->channel, bytes_slice(push->peer));
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	put_give(bytes, push);
	push->question = net_ask(spread->channel, peer, NET_ASK_PRIVATE_GIVE,
				 buffer_slice(bytes), GIVE_MS, answered, push);
	if (push->question != 0)
		g_queue_push_tail(&spread->pushes, push);
	else
		end_push(push, FALSE);
}

/* Asks whoever is to be asked: also in the place of those that cannot be. */
static void
ask(PrivateSpread *spread)
{
	for (;;) {
		g_autoptr(GPtrArray) pushes = g_ptr_array_new();

		for (guint i = 0; i < spread->parts->len; i++)
			plan(spread, i, pushes);
		for (guint i = 0; i < pushes->len; i++)
			send_push(pushes->pdata[i]);
		if (pushes->len == 0)
			return;
	}
}

/* ---- the end ---- */

/* A collection that too few have or will have; NULL: none. */
static const Part *
find_short(const PrivateSpread *spread)
{
	for (guint i = 0; i < spread->parts->len; i++) {
		const Part *part = part_at(spread, i);

		if (part->have + part->pending < part->required)
			return part;
	}
	return NULL;
}

static gboolean
is_enough(const PrivateSpread *spread)
{
	for (guint i = 0; i < spread->parts->len; i++)
		if (part_at(spread, i)->have < part_at(spread, i)->required)
			return FALSE;
	return TRUE;
}

static int32_t
too_few(const Part *part, bsn_err *err)
{
	return bsn_fail(err, BSN_UNAVAILABLE,
			"collection %s of %s asks for %u other members to "
			"have its data before it is endorsed, and %u have it",
			part->set->collection, part->set->namespace,
			part->required, part->have);
}

static void
tell(PrivateSpread *spread, int32_t status, const bsn_err *err)
{
	const PrivateDone done = spread->done;

	spread->done = NULL;
	done(spread->owner, status, err);
}

/* Goes on, or ends; those that are still asked may have it all the same, but
 * nobody waits for them. */
static void
go_on(PrivateSpread *spread)
{
	const Part *part;
	bsn_err err = BSN_ERR_INIT;

	ask(spread);
	part = find_short(spread);
	if (spread->done != NULL && part != NULL)
		tell(spread, too_few(part, &err), &err);
	else if (spread->done != NULL && is_enough(spread))
		tell(spread, BSN_OK, NULL);
	if (spread->pushes.length == 0)
		spread_free(spread);
}

static void
answered(gpointer owner, int32_t status, bsn_slice answer, const bsn_err *err)
{
	Push *push = owner;
	PrivateSpread *spread = push->spread;

	(void)answer;
	g_queue_remove(&spread->pushes, push);
	if (status != BSN_OK)
		services_log(spread->channel->chain, BSN_LOG_DEBUG,
			     "private: a member does not take the data of %s: "
			     "%s",
			     spread->tx_id,
			     err != NULL ? err->reason : "no answer");
	end_push(push, status == BSN_OK);
	go_on(spread);
}

/* ---- the beginning ---- */

static int32_t
add_part(PrivateSpread *spread, const PrivateSet *set, bsn_err *err)
{
	Channel *channel = spread->channel;
	Part part = { .set = set };

	part.collection = privacy_collection(channel, set->namespace,
					     set->collection, &part.definition);
	if (part.collection == NULL) {
		part_clear(&part);
		return bsn_fail(err, BSN_NOT_FOUND,
				"chaincode %s has no collection %s",
				set->namespace, set->collection);
	}
	part.tried = g_hash_table_new_full(
		g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
		NULL);
	part.required = part.collection->required_peers;
	/* Who is no member keeps nothing: somebody else must. */
	if (channel->self == NULL ||
	    !collection_has_member(part.collection, channel->self))
		part.required = MAX(part.required, 1);
	g_array_append_val(spread->parts, part);
	return BSN_OK;
}

/* What this node may have of it waits here. */
static int32_t
keep_own(PrivateSpread *spread, bsn_err *err)
{
	const Channel *channel = spread->channel;
	g_autofree PrivateSet *list =
		g_new0(PrivateSet, spread->parts->len + 1);
	g_autoptr(GByteArray) own = g_byte_array_new();
	guint n = 0;

	for (guint i = 0; i < spread->parts->len; i++)
		if (channel->self != NULL &&
		    collection_has_member(part_at(spread, i)->collection,
					  channel->self))
			list[n++] = *part_at(spread, i)->set;
	if (n == 0)
		return BSN_OK;
	private_sets_put(own, list, n);
	return transient_put(channel->privacy, spread->tx_id, spread->height,
			     bsn_slice_of(NULL, 0), buffer_slice(own), err);
}

static int32_t
prepare(PrivateSpread *spread, bsn_slice bytes, bsn_err *err)
{
	const Privacy *privacy = spread->channel->privacy;
	PrivateSet *sets = NULL;
	guint n = 0;
	int32_t status;

	if (privacy->spread_bytes > SPREAD_BYTES_MAX)
		return bsn_fail(err, BSN_BUSY,
				"too much private data is on its way from this "
				"node: try again");
	status = private_sets_read(
		&spread->arena,
		bsn_slice_of(arena_copy(&spread->arena, bytes.data,
					(gsize)bytes.len),
			     bytes.len),
		&sets, &n, err);
	for (guint i = 0; status == BSN_OK && i < n; i++)
		status = add_part(spread, &sets[i], err);
	return status;
}

/* Refused before anybody is asked: values that are not endorsed are nobody's
 * business. */
static int32_t
check_reachable(const PrivateSpread *spread, bsn_err *err)
{
	for (guint i = 0; i < spread->parts->len; i++) {
		const Part *part = part_at(spread, i);
		const guint n = count_candidates(spread, part);

		if (n < part->required)
			return bsn_fail(err, BSN_UNAVAILABLE,
					"collection %s of %s asks for %u other "
					"members to have its data before it is "
					"endorsed, and %u can be reached",
					part->set->collection,
					part->set->namespace, part->required,
					n);
	}
	return BSN_OK;
}

PrivateSpread *
private_spread(Channel *channel, const char *tx_id, guint64 height,
	       bsn_slice sets, PrivateDone done, gpointer owner)
{
	PrivateSpread *spread = g_new0(PrivateSpread, 1);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	spread->channel = channel;
	spread->height = height;
	spread->bytes = sets.len;
	spread->since_ms = services_mono_ms(channel->chain);
	spread->tx_id = arena_copy(&spread->arena, tx_id, strlen(tx_id));
	spread->parts = g_array_new(FALSE, FALSE, sizeof(Part));
	g_array_set_clear_func(spread->parts, part_clear);
	spread->link.data = spread;
	g_queue_push_tail_link(&channel->privacy->spreads, &spread->link);
	channel->privacy->spread_bytes += spread->bytes;
	status = prepare(spread, sets, &err);
	if (status == BSN_OK)
		status = check_reachable(spread, &err);
	if (status == BSN_OK)
		status = keep_own(spread, &err);
	if (status == BSN_OK) {
		const Part *part;

		ask(spread);
		part = find_short(spread);
		if (part != NULL)
			status = too_few(part, &err);
		else if (!is_enough(spread)) {
			spread->done = done;
			spread->owner = owner;
			return spread;
		}
	}
	done(owner, status, status == BSN_OK ? NULL : &err);
	if (spread->pushes.length == 0)
		spread_free(spread);
	return NULL;
}

void
private_cancel(PrivateSpread *spread)
{
	if (spread != NULL)
		spread_free(spread);
}

void
spreads_close(Privacy *privacy)
{
	PrivateSpread *spread;

	while ((spread = g_queue_peek_head(&privacy->spreads)) != NULL)
		spread_free(spread);
}
