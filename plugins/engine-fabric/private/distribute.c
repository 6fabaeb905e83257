/* SPDX-License-Identifier: Apache-2.0
 *
 * What an endorsement's simulation has written waits here and goes to other
 * members of its collections (push.c), as many as each collection asks for,
 * before the endorsement is given.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/private/spread.h"
#include "plugins/kit/sink.h"

static void
part_clear(gpointer data)
{
	SpreadPart *part = data;

	g_clear_pointer(&part->definition, definition_unref);
	g_clear_pointer(&part->tried, g_hash_table_unref);
}

static void
spread_free(PrivateSpread *spread)
{
	Privacy *privacy = spread->channel->privacy;

	g_queue_unlink(&privacy->spreads, &spread->link);
	privacy->spread_bytes -= spread->bytes;
	g_queue_clear_full(&spread->pushes, spread_push_free);
	g_array_unref(spread->parts);
	arena_clear(&spread->arena);
	g_free(spread);
}

/* ---- the end ---- */

/* A collection that too few have or will have; NULL: none. */
static const SpreadPart *
find_short(const PrivateSpread *spread)
{
	for (guint i = 0; i < spread->parts->len; i++) {
		const SpreadPart *part = spread_part_at(spread, i);

		if (part->have + part->pending < part->required)
			return part;
	}
	return NULL;
}

static gboolean
is_enough(const PrivateSpread *spread)
{
	if (!privacy_is_durable(spread->channel->privacy, spread->batch))
		return FALSE;
	for (guint i = 0; i < spread->parts->len; i++)
		if (spread_part_at(spread, i)->have <
		    spread_part_at(spread, i)->required)
			return FALSE;
	return TRUE;
}

static int32_t
too_few(const SpreadPart *part, bsn_err *err)
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
void
spread_go_on(PrivateSpread *spread)
{
	const SpreadPart *part;
	bsn_err err = BSN_ERR_INIT;

	spread_ask(spread);
	part = find_short(spread);
	if (spread->done != NULL && part != NULL)
		tell(spread, too_few(part, &err), &err);
	else if (spread->done != NULL && is_enough(spread))
		tell(spread, BSN_OK, NULL);
	if (spread->done == NULL && spread->pushes.length == 0)
		spread_free(spread);
}

static PrivateSpread *
find_ready(const Privacy *privacy)
{
	for (const GList *link = privacy->spreads.head; link != NULL;
	     link = link->next) {
		PrivateSpread *spread = link->data;

		if (spread->done != NULL && is_enough(spread))
			return spread;
	}
	return NULL;
}

/* Whoever is told may end others. */
void
spreads_durable(Privacy *privacy)
{
	PrivateSpread *spread;

	while ((spread = find_ready(privacy)) != NULL)
		spread_go_on(spread);
}

/* ---- the beginning ---- */

static int32_t
add_part(PrivateSpread *spread, const PrivateSet *set, bsn_err *err)
{
	Channel *channel = spread->channel;
	SpreadPart part = { .set = set };

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
		    collection_has_member(spread_part_at(spread, i)->collection,
					  channel->self))
			list[n++] = *spread_part_at(spread, i)->set;
	if (n == 0)
		return BSN_OK;
	private_sets_put(own, list, n);
	return transient_put(channel->privacy, spread->tx_id, spread->height,
			     bsn_slice_of(NULL, 0), buffer_slice(own),
			     &spread->batch, err);
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
		const SpreadPart *part = spread_part_at(spread, i);
		const guint n = spread_count_candidates(spread, part);

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
	spread->parts = g_array_new(FALSE, FALSE, sizeof(SpreadPart));
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
		const SpreadPart *part;

		spread_ask(spread);
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
