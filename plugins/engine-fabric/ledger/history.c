/* SPDX-License-Identifier: Apache-2.0
 *
 * From the newest version of a key back along the trails of the blocks that
 * wrote it (trail.h); what is older than those is in an index.
 */
#include "plugins/engine-fabric/ledger/history.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/ledger/history_index.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"

/* Versions of one call that are looked at: most of them may be newer than the
 * cursor, or of metadata alone. */
#define VISITS_MAX 1000u

void
history_entry_free(HistoryEntry *entry)
{
	g_free(entry->tx_id);
	g_bytes_unref(entry->value);
	g_free(entry);
}

typedef struct {
	const ChannelLedger *ledger;
	bsn_slice name; /* state key */
	HistoryCursor *cursor;
	GPtrArray *entries;
	guint n; /* of this call */
	gsize bytes;
	guint visits;
	bsn_err *err;
} Walk;

static int32_t
corrupt(bsn_err *err)
{
	return bsn_fail(err, BSN_E_CORRUPT, "the history of a key is damaged");
}

static Version
seen(const HistoryCursor *cursor)
{
	return (Version){ cursor->block, cursor->tx };
}

static gboolean
is_full(const Walk *walk)
{
	return walk->n == HISTORY_PAGE || walk->bytes >= HISTORY_PAGE_BYTES;
}

/* ---- one transaction ---- */

typedef struct {
	GByteArray *bytes;
	Arena arena;
	Transaction tx;
	TxWrites writes;
} OpenedTx;

static void
opened_tx_clear(OpenedTx *opened)
{
	g_byte_array_unref(opened->bytes);
	arena_clear(&opened->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OpenedTx, opened_tx_clear)

static int32_t
open_tx(const Walk *walk, const TxPlace *place, OpenedTx *opened)
{
	const Suite *suite = &walk->ledger->state.suite;
	const int32_t status =
		ledger_envelope(walk->ledger, place, opened->bytes, walk->err);

	if (status != BSN_OK)
		return status;
	if (transaction_open_whole(suite, &opened->arena,
				   buffer_slice(opened->bytes), &opened->tx) !=
		    PROTOS__TX_VALIDATION_CODE__VALID ||
	    !tx_writes_read(&opened->arena, suite, &opened->tx,
			    &opened->writes))
		return corrupt(walk->err);
	return BSN_OK;
}

/* Out: link: the first of its links among the transaction's. */
static const TxWrite *
find_write(const TxWrites *writes, bsn_slice name, guint *link)
{
	*link = 0;
	for (gsize i = 0; i < writes->n; i++) {
		if (bsn_slice_equal(writes->writes[i].key, name))
			return &writes->writes[i];
		*link += trail_links_of(&writes->writes[i]);
	}
	return NULL;
}

static void
add_entry(Walk *walk, const TxPlace *place, const Common__ChannelHeader *header,
	  const TxWrite *write)
{
	HistoryEntry *entry = g_new0(HistoryEntry, 1);

	entry->block = place->block;
	entry->tx = place->tx;
	entry->tx_id = g_strdup(header->tx_id);
	if (header->timestamp != NULL) {
		entry->seconds = header->timestamp->seconds;
		entry->nanoseconds = header->timestamp->nanos;
	}
	entry->is_delete = write->deletes;
	entry->value = g_bytes_new(write->value.data,
				   write->deletes ? 0 : write->value.len);
	g_ptr_array_add(walk->entries, entry);
	walk->n++;
	walk->bytes += g_bytes_get_size(entry->value);
	walk->cursor->block = place->block;
	walk->cursor->tx = place->tx;
}

/* ---- along the trails ---- */

static int32_t
begin(const Walk *walk)
{
	const State *state = &walk->ledger->state;
	HistoryCursor *cursor = walk->cursor;
	gboolean exists;
	int32_t status = state_get_version(state, walk->name, &exists,
					   &cursor->next, walk->err);

	if (status == BSN_OK)
		status = trail_deletion(state, walk->name, &cursor->deletion,
					walk->err);
	cursor->begun = status == BSN_OK;
	return status;
}

/* Whether there is a version to go to: after the first one since a deletion
 * that deletion. */
static gboolean
has_next(const Walk *walk)
{
	const ChannelLedger *ledger = walk->ledger;
	HistoryCursor *cursor = walk->cursor;

	if (version_is_none(cursor->next)) {
		cursor->next = cursor->deletion;
		cursor->deletion = version_none;
	}
	return !version_is_none(cursor->next) &&
	       cursor->next.block >= ledger->first &&
	       cursor->next.block >= ledger->head.first_trail;
}

/* What is linked must be older, so that every walk ends. */
static gboolean
follow(HistoryCursor *cursor, bsn_slice links, guint link, gboolean deletes)
{
	const Version at = cursor->next;

	return trail_link(links, link, &cursor->next) &&
	       (!deletes || trail_link(links, link + 1, &cursor->deletion)) &&
	       version_compare(cursor->next, at) < 0 &&
	       version_compare(cursor->deletion, at) < 0;
}

static int32_t
visit(Walk *walk)
{
	HistoryCursor *cursor = walk->cursor;
	const Version at = cursor->next;
	g_autoptr(GByteArray) links = g_byte_array_new();
	g_auto(OpenedTx) opened = { .bytes = g_byte_array_new() };
	const TxWrite *write;
	TxPlace place;
	guint link;
	int32_t status =
		trail_read(&walk->ledger->state, at, &place, links, walk->err);

	walk->visits++;
	if (status == BSN_OK)
		status = open_tx(walk, &place, &opened);
	if (status != BSN_OK)
		return status;
	write = find_write(&opened.writes, walk->name, &link);
	if (write == NULL || !follow(cursor, buffer_slice(links), link,
				     write->writes && write->deletes))
		return corrupt(walk->err);
	if (write->writes && version_compare(at, seen(cursor)) < 0)
		add_entry(walk, &place, opened.tx.channel, write);
	return BSN_OK;
}

/* ---- what is older than the trails ---- */

static int32_t
read_indexed(Walk *walk, const TxPlace *place)
{
	g_auto(OpenedTx) opened = { .bytes = g_byte_array_new() };
	const TxWrite *write;
	guint link;
	const int32_t status = open_tx(walk, place, &opened);

	if (status != BSN_OK)
		return status;
	write = find_write(&opened.writes, walk->name, &link);
	if (write == NULL || !write->writes)
		return corrupt(walk->err);
	add_entry(walk, place, opened.tx.channel, write);
	return BSN_OK;
}

static int32_t
read_index(Walk *walk)
{
	const Version trails = { walk->ledger->head.first_trail, 0 };
	const Version before = version_compare(seen(walk->cursor), trails) < 0
				       ? seen(walk->cursor)
				       : trails;
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(TxPlace));
	int32_t status = BSN_OK;

	if (trails.block > 0)
		status = history_index_read(&walk->ledger->state, walk->name,
					    before, HISTORY_PAGE - walk->n,
					    places, walk->err);
	for (guint i = 0; i < places->len && !is_full(walk) && status == BSN_OK;
	     i++)
		status = read_indexed(walk, &g_array_index(places, TxPlace, i));
	return status;
}

/* ---- all of it ---- */

int32_t
ledger_history(const ChannelLedger *ledger, bsn_slice namespace, bsn_slice key,
	       HistoryCursor *cursor, GPtrArray *entries, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Walk walk = {
		.ledger = ledger,
		.name = state_key(&arena, namespace, bsn_slice_of(NULL, 0),
				  key),
		.cursor = cursor,
		.entries = entries,
		.err = err,
	};
	int32_t status = cursor->begun ? BSN_OK : begin(&walk);

	while (status == BSN_OK && !is_full(&walk) && has_next(&walk)) {
		if (walk.visits < VISITS_MAX)
			status = visit(&walk);
		else if (walk.n > 0)
			return BSN_OK;
		else
			return bsn_fail(err, BSN_BUSY,
					"the history of a key takes longer");
	}
	if (status == BSN_OK && !is_full(&walk))
		status = read_index(&walk);
	return status;
}
