/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/private.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"

/* ---- names ---- */

gboolean
private_state_key_is(bsn_slice key)
{
	bsn_slice namespace;
	bsn_slice collection;
	bsn_slice name;

	return state_key_split(key, &namespace, &collection, &name) &&
	       collection.len > 0 && collection.data[0] == PRIVATE_MARK;
}

bsn_slice
private_collection(Arena *arena, bsn_slice collection)
{
	guint8 *name = arena_room(arena, (gsize)collection.len + 1);

	name[0] = PRIVATE_MARK;
	if (collection.len > 0)
		memcpy(name + 1, collection.data, (gsize)collection.len);
	return bsn_slice_of(name, collection.len + 1);
}

bsn_slice
private_state_key(Arena *arena, bsn_slice namespace, bsn_slice collection,
		  bsn_slice key)
{
	return state_key(arena, namespace,
			 private_collection(arena, collection), key);
}

/* ---- digests ---- */

/* The algorithms do not fail on bytes in memory. */
static bsn_slice
digest(const Suite *suite, Arena *arena, bsn_slice bytes)
{
	guint8 *hash = arena_room(arena, HASH_LEN);

	if (suite_digest(suite, &bytes, 1, hash) != BSN_OK)
		g_error("the ledger cannot digest a private value");
	return bsn_slice_of(hash, HASH_LEN);
}

static gboolean
is_digest_of(const Suite *suite, bsn_slice hash, bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;

	return bsn_slice_equal(hash, digest(suite, &arena, bytes));
}

/* The state key of the digest that a private item belongs to. */
static bsn_slice
digest_key(const Suite *suite, Arena *arena, bsn_slice private_key)
{
	bsn_slice namespace = { NULL, 0 };
	bsn_slice collection = { NULL, 0 };
	bsn_slice key = { NULL, 0 };

	(void)state_key_split(private_key, &namespace, &collection, &key);
	return state_key(
		arena, namespace,
		bsn_slice_of(collection.data + 1, collection.len - 1),
		digest(suite, arena, key));
}

/* The private item that a digest's state key is of. */
static int32_t
find_by_digest(const State *state, bsn_slice digest_state_key, StateItem **item,
	       bsn_err *err)
{
	const StoreKey name =
		store_key_private(&state->suite, digest_state_key);
	g_autoptr(GByteArray) key = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	bsn_slice parts[3];
	const int32_t status = ledger_store_get(
		&state->store, store_key_slice(&name), key, err);

	*item = NULL;
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	if (!state_key_split(digest_state_key, &parts[0], &parts[1], &parts[2]))
		return BSN_OK;
	return state_get(state,
			 private_state_key(&arena, parts[0], parts[1],
					   buffer_slice(key)),
			 item, err);
}

int32_t
private_find(const State *state, bsn_slice namespace, bsn_slice collection,
	     bsn_slice key_hash, StateItem **item, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;

	return find_by_digest(
		state, state_key(&arena, namespace, collection, key_hash), item,
		err);
}

void
private_put(LedgerBatch *batch, const Suite *suite, const StateItem *item)
{
	g_auto(Arena) arena = ARENA_INIT;
	bsn_slice parts[3];
	StoreKey name;

	state_put(batch, suite, item);
	if (!private_state_key_is(item->key))
		return;
	name = store_key_private(suite, digest_key(suite, &arena, item->key));
	if (!item->exists)
		ledger_batch_delete(batch, store_key_slice(&name));
	else if (state_key_split(item->key, &parts[0], &parts[1], &parts[2]))
		ledger_batch_put_copy(batch, store_key_slice(&name), parts[2]);
}

/* ---- what came, judged by the digests of its transaction ---- */

typedef struct {
	GTree *writes;	/* Kvrwset__KVWriteHash by the key's digest */
	guint values;	/* among them, not deletes */
	GPtrArray *kept; /* bsn_slice, the tree's keys */
} Expected;

static void
expected_clear(Expected *expected)
{
	g_tree_unref(expected->writes);
	g_ptr_array_unref(expected->kept);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Expected, expected_clear)

static void
expect(const State *state, Expected *expected,
       const TransactionCollection *hashed)
{
	expected->writes =
		g_tree_new_full(key_compare_data, NULL, NULL, NULL);
	expected->kept = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0; i < hashed->set->n_hashed_writes; i++) {
		Kvrwset__KVWriteHash *write = hashed->set->hashed_writes[i];
		bsn_slice *key = g_new(bsn_slice, 1);

		*key = message_slice(write->key_hash);
		g_ptr_array_add(expected->kept, key);
		g_tree_insert(expected->writes, key, write);
		expected->values += !hashed_write_deletes(&state->suite, write);
	}
}

/* Adds a value if it is one that is expected; whether it is. */
static gboolean
take_value(const State *state, GTree *updates, bsn_slice namespace,
	   bsn_slice collection, Expected *expected,
	   const Kvrwset__KVWrite *write, Version version)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice value = message_slice(write->value);
	const bsn_slice key = message_slice(write->key);
	const bsn_slice hash = digest(&state->suite, &arena, key);
	const Kvrwset__KVWriteHash *hashed =
		g_tree_lookup(expected->writes, &hash);
	bsn_slice name;
	StateItem *other;

	if (hashed == NULL || hashed_write_deletes(&state->suite, hashed) ||
	    !is_digest_of(&state->suite, message_slice(hashed->value_hash),
			  value))
		return FALSE;
	(void)g_tree_remove(expected->writes, &hash);
	name = private_state_key(&arena, namespace, collection, key);
	other = state_tree_find(updates, name);
	if (other == NULL || version_compare(other->version, version) < 0)
		state_tree_take(updates, state_item_new(name, version,
							bsn_slice_of(NULL, 0),
							&value));
	return TRUE;
}

int32_t
private_apply(const State *state, GTree *updates, bsn_slice namespace,
	      const TransactionCollection *hashed, bsn_slice set,
	      Version version, gboolean *complete, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_auto(Expected) expected = { 0 };
	const Kvrwset__KVRWSet *message = message_unpack(
		&arena, &kvrwset__kvrwset__descriptor, set, NULL, NULL);
	gsize n = message != NULL ? message->n_writes : 0;

	expect(state, &expected, hashed);
	/* Nobody honest gives more than there are digests of. */
	n = MIN(n, hashed->set->n_hashed_writes);
	for (gsize i = 0; i < n; i++)
		if (take_value(state, updates, namespace,
			       bsn_slice_str(hashed->name), &expected,
			       message->writes[i], version))
			expected.values--;
	*complete = expected.values == 0;
	return BSN_OK;
}

/* ---- what becomes of it, judged by the digests that there are now ---- */

typedef struct {
	const State *state;
	GTree *digests; /* that a block changes; NULL: there is none */
	GTree *expired; /* likewise */
	GTree *out;
	int32_t status;
	bsn_err *err;
} Settling;

/* As a block leaves it: a reference, or NULL. */
static int32_t
find_digest(const Settling *settling, bsn_slice key, StateItem **item)
{
	StateItem *update = NULL;

	if (settling->digests != NULL)
		update = state_tree_find(settling->digests, key);
	if (update == NULL && settling->expired != NULL)
		update = state_tree_find(settling->expired, key);
	if (update == NULL)
		return state_get(settling->state, key, item, settling->err);
	*item = update->exists ? state_item_ref(update) : NULL;
	return BSN_OK;
}

/* It has the digest's version, which is another one where only metadata has
 * changed since. */
static void
take_with_version(const Settling *settling, StateItem *item, Version version)
{
	state_tree_take(settling->out,
			version_compare(item->version, version) == 0
				? state_item_ref(item)
				: state_item_new(item->key, version,
						 item->metadata,
						 &item->value));
}

static gboolean
settle_given(gpointer key, gpointer value, gpointer data)
{
	Settling *settling = data;
	StateItem *item = value;
	const Suite *suite = &settling->state->suite;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(StateItem) digest_item = NULL;

	settling->status =
		find_digest(settling, digest_key(suite, &arena, item->key),
			    &digest_item);
	if (digest_item != NULL &&
	    is_digest_of(suite, digest_item->value, item->value))
		take_with_version(settling, item, digest_item->version);
	return settling->status != BSN_OK;
}

static gboolean
settle_digest(gpointer key, gpointer value, gpointer data)
{
	Settling *settling = data;
	const StateItem *changed = value;
	g_autoptr(StateItem) item = NULL;
	bsn_slice parts[3];

	if (!state_key_split(changed->key, &parts[0], &parts[1], &parts[2]) ||
	    parts[1].len == 0)
		return FALSE;
	settling->status = find_by_digest(settling->state, changed->key, &item,
					  settling->err);
	if (item == NULL || state_tree_find(settling->out, item->key) != NULL)
		return settling->status != BSN_OK;
	if (changed->exists &&
	    is_digest_of(&settling->state->suite, changed->value, item->value))
		take_with_version(settling, item, changed->version);
	else
		state_tree_take(settling->out,
				state_item_new(item->key, changed->version,
					       bsn_slice_of(NULL, 0), NULL));
	return FALSE;
}

static gboolean
move_over(gpointer key, gpointer value, gpointer to)
{
	state_tree_take(to, state_item_ref(value));
	return FALSE;
}

int32_t
private_settle(const State *state, GTree *given, BlockOutcome *outcome,
	       bsn_err *err)
{
	g_autoptr(GTree) out = state_tree_new();
	Settling settling = { state, outcome->updates, outcome->private_updates,
			      out,   BSN_OK,	       err };

	g_tree_foreach(given, settle_given, &settling);
	if (settling.status == BSN_OK)
		g_tree_foreach(outcome->updates, settle_digest, &settling);
	if (settling.status == BSN_OK)
		g_tree_foreach(outcome->private_updates, settle_digest, &settling);
	g_tree_foreach(out, move_over, outcome->private_updates);
	return settling.status;
}

/* ---- late ---- */

typedef struct {
	LedgerBatch *batch;
	const Suite *suite;
} Writer;

static gboolean
write_item(gpointer key, gpointer value, gpointer data)
{
	const Writer *writer = data;

	private_put(writer->batch, writer->suite, value);
	return FALSE;
}

int32_t
private_put_late(ChannelLedger *ledger, GTree *updates, const bsn_write *beside,
		 guint n, guint64 cookie, bsn_err *err)
{
	const State *state = &ledger->state;
	g_autoptr(GTree) out = state_tree_new();
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	Writer writer = { &batch, &state->suite };
	Settling settling = { state, NULL, NULL, out, BSN_OK, err };
	int32_t status;

	g_tree_foreach(updates, settle_given, &settling);
	status = settling.status;
	if (status == BSN_OK)
		status = snapshots_keep(&ledger->snapshots, state, out, err);
	if (status != BSN_OK)
		return status;
	ledger_batch_init(&batch);
	status = state_indexes_change(state, out, &batch, err);
	if (status != BSN_OK)
		return status;
	g_tree_foreach(out, write_item, &writer);
	g_array_append_vals(batch.writes, beside, n);
	if (batch.writes->len > 0)
		status = ledger_batch_commit(&batch, &state->store, cookie,
					     err);
	if (status != BSN_OK)
		return status;
	g_tree_remove_all(updates);
	g_tree_foreach(out, move_over, updates);
	return BSN_OK;
}
