/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/candidate.h"

#include "plugins/kit/sink.h"

/* ---- what is built upon -------------------------------------------------- */

static Candidate *
expected_at(const Channel *channel, guint64 number)
{
	for (GList *link = channel->order->kept.head; link != NULL;
	     link = link->next) {
		Candidate *candidate = link->data;

		if (candidate->expected && candidate->number == number)
			return candidate;
	}
	return NULL;
}

gboolean
candidates_parent(const Channel *channel, guint64 number, Parent *parent)
{
	const LedgerHead *head = &channel->ledger->head;
	const Candidate *below;

	parent->number = number;
	if (number == head->height) {
		memcpy(parent->hash, head->hash, HASH_LEN);
		return TRUE;
	}
	below = number > head->height ? expected_at(channel, number - 1) : NULL;
	if (below != NULL)
		memcpy(parent->hash, below->hash, HASH_LEN);
	return below != NULL;
}

gboolean
candidates_is_ahead(const Channel *channel, guint64 number)
{
	return number > channel->ledger->head.height;
}

gboolean
candidates_take(const Channel *channel, guint64 number, const char *tx_id)
{
	for (GList *link = channel->order->kept.head; link != NULL;
	     link = link->next) {
		const Candidate *candidate = link->data;

		if (candidate->expected && candidate->number < number &&
		    g_tree_lookup(candidate->ids, tx_id) != NULL)
			return TRUE;
	}
	return FALSE;
}

/* ---- keeping ------------------------------------------------------------- */

/* Those that a predicate names are forgotten. */
static void
drop(Channel *channel, gboolean (*leaves)(const Candidate *, gconstpointer),
     gconstpointer data)
{
	GQueue *kept = &channel->order->kept;
	GList *next;

	for (GList *link = kept->head; link != NULL; link = next) {
		next = link->next;
		if (!leaves(link->data, data))
			continue;
		candidate_free(link->data);
		g_queue_delete_link(kept, link);
	}
}

static void
make_room(Channel *channel)
{
	GQueue *kept = &channel->order->kept;
	GList *link = kept->head;

	if (kept->length < CANDIDATES_MAX)
		return;
	while (link != NULL && ((Candidate *)link->data)->expected)
		link = link->next;
	if (link == NULL)
		return;
	candidate_free(link->data);
	g_queue_delete_link(kept, link);
}

void
candidates_keep(Channel *channel, Candidate *candidate)
{
	make_room(channel);
	g_queue_push_tail(&channel->order->kept, candidate);
}

Candidate *
candidates_find(const Channel *channel, guint64 number, bsn_slice proposal)
{
	for (GList *link = channel->order->kept.head; link != NULL;
	     link = link->next) {
		Candidate *candidate = link->data;

		if (candidate->number == number &&
		    bsn_slice_equal(bytes_slice(candidate->proposal), proposal))
			return candidate;
	}
	return NULL;
}

static gboolean
is_from(const Candidate *candidate, gconstpointer data)
{
	return candidate->number >= *(const guint64 *)data;
}

static gboolean
is_until(const Candidate *candidate, gconstpointer data)
{
	return candidate->number <= *(const guint64 *)data;
}

void
candidates_decide(Channel *channel, Candidate *candidate)
{
	const guint64 number = candidate->number;

	g_queue_remove(&channel->order->kept, candidate);
	drop(channel, candidate->expected ? is_until : is_from, &number);
	candidate->expected = FALSE;
}

static gboolean
is_any(const Candidate *candidate, gconstpointer data)
{
	return TRUE;
}

void
candidates_forget(Channel *channel)
{
	drop(channel, is_any, NULL);
}

/* ---- expecting ----------------------------------------------------------- */

static gboolean
is_above(const Candidate *candidate, gconstpointer data)
{
	return candidate->number > *(const guint64 *)data;
}

static Candidate *
find_hash(const Channel *channel, guint64 number, bsn_slice hash)
{
	for (GList *link = channel->order->kept.head; link != NULL;
	     link = link->next) {
		Candidate *candidate = link->data;

		if (candidate->number == number &&
		    bsn_slice_equal(bsn_slice_of(candidate->hash, HASH_LEN),
				    hash))
			return candidate;
	}
	return NULL;
}

/* A config changes how the next block is judged, and by whom it is agreed on. */
int32_t
candidates_expect(Channel *channel, guint64 number, bsn_slice hash)
{
	Candidate *candidate = find_hash(channel, number, hash);
	Candidate *other = expected_at(channel, number);
	Parent parent;

	if (candidate == NULL || candidate->is_config ||
	    !candidates_parent(channel, number, &parent) ||
	    memcmp(candidate->previous, parent.hash, HASH_LEN) != 0)
		return BSN_BUSY;
	if (candidate == other)
		return BSN_OK;
	if (number - channel->ledger->head.height >= EXPECTED_MAX)
		return BSN_BUSY;
	if (other != NULL) {
		other->expected = FALSE;
		drop(channel, is_above, &number);
	}
	candidate->expected = TRUE;
	return BSN_OK;
}
