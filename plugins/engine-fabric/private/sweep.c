/* SPDX-License-Identifier: Apache-2.0
 *
 * What this node may have since it is a member of a collection, of blocks before
 * that: after a change of the definition, of its organisation, or from a
 * snapshot. The digests of the collection are walked, some at a time, and what
 * has no value here is noted as missing. A mark in the store says that this is
 * still to be done, so after a crash it begins again.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

#define RETRY_MS 10000u

static const char prefix[] = { 'm', 'c' };
static const char prefix_end[] = { 'm', 'c' + 1 };

static void
step_at(Privacy *privacy, guint ms)
{
	privacy->sweep.due_ms =
		services_mono_ms(privacy->channel->chain) + ms;
	privacy_wake_at(privacy, privacy->sweep.due_ms);
}

static void
leave_collection(Sweep *sweep)
{
	g_clear_pointer(&sweep->namespace, g_free);
	g_clear_pointer(&sweep->collection, g_free);
	g_clear_pointer(&sweep->cursor, g_byte_array_unref);
}

/* ---- marks ---- */

static GBytes *
mark_key(const char *namespace, const char *collection)
{
	GByteArray *key = g_byte_array_new();

	wire_put_bytes(key, bsn_slice_of(prefix, sizeof(prefix)));
	wire_put_bytes(key, bsn_slice_of(namespace, strlen(namespace) + 1));
	wire_put_bytes(key, bsn_slice_str(collection));
	return g_byte_array_free_to_bytes(key);
}

static void
mark_put(LedgerBatch *batch, GBytes *key, guint8 is_done)
{
	ledger_batch_put_copy(batch, bytes_slice(key),
			      bsn_slice_of(&is_done, 1));
}

static gint
compare_bytes(gconstpointer a, gconstpointer b, gpointer unused)
{
	(void)unused;
	return g_bytes_compare(a, b);
}

/* Keys, GBytes, with GPOINTER_TO_INT: whether it is done. */
static GTree *
marks_new(void)
{
	return g_tree_new_full(compare_bytes, NULL,
			       (GDestroyNotify)g_bytes_unref, NULL);
}

typedef struct {
	bsn_scan_sink sink;
	GTree *marks;
} MarkSink;

static int32_t
read_mark(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	const gboolean is_done = value.len == 1 && value.data[0] != 0;

	g_tree_insert(((MarkSink *)sink)->marks,
		      g_bytes_new(key.data, key.len),
		      GINT_TO_POINTER(is_done));
	return BSN_OK;
}

static int32_t
read_marks(const Privacy *privacy, GTree *marks, bsn_err *err)
{
	const LedgerStore *store = &privacy->channel->ledger->state.store;
	MarkSink sink = { { read_mark }, marks };

	return store->table->scan(
		store->chain, bsn_slice_of(prefix, sizeof(prefix)),
		bsn_slice_of(prefix_end, sizeof(prefix_end)), 0, &sink.sink,
		err);
}

/* ---- what this node is a member of ---- */

static void
add_definition(const Channel *channel, Definition *definition, GTree *found)
{
	g_autofree char *implicit =
		g_strconcat(IMPLICIT_COLLECTION, channel->self->msp->id, NULL);
	CollectionSet *set = definition->collections;

	for (guint i = 0; i < collection_set_n(set); i++) {
		const Collection *one = collection_set_at(set, i);

		if (collection_has_member(one, channel->self))
			g_tree_insert(found,
				      mark_key(definition->name, one->name),
				      NULL);
	}
	g_tree_insert(found, mark_key(definition->name, implicit), NULL);
}

static int32_t
find_own(Channel *channel, GTree *found, bsn_err *err)
{
	g_autoptr(GPtrArray) definitions = NULL;
	int32_t status;

	if (channel->self == NULL)
		return BSN_OK;
	status = lifecycle_definitions(channel, &definitions, err);
	for (guint i = 0; status == BSN_OK && i < definitions->len; i++)
		add_definition(channel, definitions->pdata[i], found);
	return status;
}

typedef struct {
	LedgerBatch *batch;
	GTree *other;
} Comparing;

static gboolean
add_mark(gpointer key, gpointer unused, gpointer data)
{
	const Comparing *comparing = data;

	(void)unused;
	if (!g_tree_lookup_extended(comparing->other, key, NULL, NULL))
		mark_put(comparing->batch, key, FALSE);
	return FALSE;
}

static gboolean
remove_mark(gpointer key, gpointer unused, gpointer data)
{
	const Comparing *comparing = data;

	(void)unused;
	if (!g_tree_lookup_extended(comparing->other, key, NULL, NULL))
		ledger_batch_delete(comparing->batch, bytes_slice(key));
	return FALSE;
}

int32_t
sweep_members(Privacy *privacy, bsn_err *err)
{
	Sweep *sweep = &privacy->sweep;
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	g_autoptr(GTree) marks = marks_new();
	g_autoptr(GTree) own = marks_new();
	int32_t status = read_marks(privacy, marks, err);

	if (status == BSN_OK)
		status = find_own(privacy->channel, own, err);
	if (status != BSN_OK)
		return status;
	ledger_batch_init(&batch);
	g_tree_foreach(own, add_mark, &(Comparing){ &batch, marks });
	g_tree_foreach(marks, remove_mark, &(Comparing){ &batch, own });
	sweep->stale =
		batch.writes->len > 0 &&
		ledger_batch_commit(&batch,
				    &privacy->channel->ledger->state.store, 0,
				    NULL) != BSN_OK;
	/* Where it was may not be its own any more. */
	leave_collection(sweep);
	sweep->needed = TRUE;
	step_at(privacy, sweep->stale ? RETRY_MS : 0);
	return BSN_OK;
}

/* ---- one step ---- */

static gboolean
find_undone(gpointer key, gpointer is_done, gpointer data)
{
	GBytes **found = data;

	if (GPOINTER_TO_INT(is_done))
		return FALSE;
	*found = key;
	return TRUE;
}

/* The next collection that has such a mark; none: no more is to be done. */
static int32_t
next_collection(Privacy *privacy, bsn_err *err)
{
	Sweep *sweep = &privacy->sweep;
	g_autoptr(GTree) marks = marks_new();
	g_auto(Arena) arena = ARENA_INIT;
	GBytes *found = NULL;
	const char *text;
	const int32_t status = read_marks(privacy, marks, err);

	if (status != BSN_OK)
		return status;
	g_tree_foreach(marks, find_undone, &found);
	sweep->needed = found != NULL;
	if (found == NULL)
		return BSN_OK;
	text = arena_copy(&arena, bytes_slice(found).data,
			  g_bytes_get_size(found));
	sweep->namespace = g_strdup(text + sizeof(prefix));
	sweep->collection = g_strdup(text + sizeof(prefix) +
				     strlen(sweep->namespace) + 1);
	sweep->cursor = g_byte_array_new();
	wire_put_bytes(sweep->cursor,
		       state_key(&arena, bsn_slice_str(sweep->namespace),
				 bsn_slice_str(sweep->collection),
				 bsn_slice_of(NULL, 0)));
	return BSN_OK;
}

/* Behind all keys of the collection. */
static GByteArray *
make_end(const Sweep *sweep)
{
	g_auto(Arena) arena = ARENA_INIT;
	GByteArray *end = g_byte_array_new();

	wire_put_bytes(end, state_key(&arena, bsn_slice_str(sweep->namespace),
				      bsn_slice_str(sweep->collection),
				      bsn_slice_of(NULL, 0)));
	end->data[end->len - 1]++;
	return end;
}

static int32_t
note(Privacy *privacy, const StateItem *item, LedgerBatch *batch, bsn_err *err)
{
	const Sweep *sweep = &privacy->sweep;
	Missing missing = { .namespace = sweep->namespace,
			    .collection = sweep->collection };
	g_autoptr(StateItem) digest = NULL;
	bsn_slice parts[3];
	int32_t status;

	if (!state_key_split(item->key, &parts[0], &parts[1], &parts[2]) ||
	    parts[2].len != HASH_LEN)
		return BSN_OK;
	memcpy(missing.key_hash, parts[2].data, HASH_LEN);
	status = missing_look(privacy->channel, &missing, &digest, err);
	if (status == BSN_OK && digest != NULL)
		missing_put(batch, sweep->namespace, sweep->collection,
			    parts[2]);
	return status;
}

static void
move_behind(GByteArray *cursor, const GPtrArray *items)
{
	const StateItem *last = items->pdata[items->len - 1];

	g_byte_array_set_size(cursor, 0);
	wire_put_bytes(cursor, last->key);
	wire_put(cursor, 0, 1);
}

/* The next page. Out: found: something is missing; more: there are others. */
static int32_t
walk(Privacy *privacy, gboolean *found, gboolean *more, bsn_err *err)
{
	Sweep *sweep = &privacy->sweep;
	const State *state = &privacy->channel->ledger->state;
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	g_autoptr(GByteArray) end = make_end(sweep);
	g_autoptr(GPtrArray) items = state_items_new();
	g_autoptr(GBytes) key = mark_key(sweep->namespace, sweep->collection);
	int32_t status;

	ledger_batch_init(&batch);
	status = state_page(state, buffer_slice(sweep->cursor),
			    buffer_slice(end), items, more, err);
	for (guint i = 0; status == BSN_OK && i < items->len; i++)
		status = note(privacy, items->pdata[i], &batch, err);
	if (status != BSN_OK)
		return status;
	*found = batch.writes->len > 0;
	if (!*more)
		mark_put(&batch, key, TRUE);
	if (batch.writes->len > 0)
		status = ledger_batch_commit(&batch, &state->store, 0, err);
	if (status == BSN_OK && *more)
		move_behind(sweep->cursor, items);
	return status;
}

static int32_t
step(Privacy *privacy, bsn_err *err)
{
	Sweep *sweep = &privacy->sweep;
	gboolean found = FALSE;
	gboolean more = FALSE;
	int32_t status = BSN_OK;

	if (sweep->stale)
		return sweep_members(privacy, err);
	if (sweep->namespace == NULL)
		status = next_collection(privacy, err);
	if (status == BSN_OK && sweep->namespace != NULL) {
		status = walk(privacy, &found, &more, err);
		if (status == BSN_OK && !more)
			leave_collection(sweep);
	}
	if (found && status == BSN_OK)
		reconcile_begin(privacy);
	if (status == BSN_OK && sweep->needed)
		step_at(privacy, 0);
	return status;
}

void
sweep_timer(Privacy *privacy, guint64 now_ms)
{
	Sweep *sweep = &privacy->sweep;
	bsn_err err = BSN_ERR_INIT;

	if (sweep->due_ms == 0 || privacy->channel->closing)
		return;
	if (sweep->due_ms > now_ms) {
		privacy_wake_at(privacy, sweep->due_ms);
		return;
	}
	sweep->due_ms = 0;
	if (step(privacy, &err) == BSN_OK)
		return;
	services_log(privacy->channel->chain, BSN_LOG_WARNING,
		     "private: what this node may have of a collection cannot "
		     "be looked for now: %s",
		     err.reason);
	step_at(privacy, RETRY_MS);
}

void
sweep_close(Privacy *privacy)
{
	leave_collection(&privacy->sweep);
}
