/* SPDX-License-Identifier: Apache-2.0
 *
 * What came of a question for what is missing, value by value: only what was
 * asked for, and what the digest of now says that it is, goes into the state.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"

/* Each is taken once. */
static Missing *
find_asked(const GArray *asked, const PrivateSet *set, const guint8 *key_hash)
{
	for (guint i = 0; i < asked->len; i++) {
		Missing *one = &g_array_index(asked, Missing, i);

		if (!one->got &&
		    memcmp(one->key_hash, key_hash, HASH_LEN) == 0 &&
		    strcmp(one->namespace, set->namespace) == 0 &&
		    strcmp(one->collection, set->collection) == 0)
			return one;
	}
	return NULL;
}

/* One value, judged by the digest that there is now. */
static int32_t
apply_write(Privacy *privacy, Missing *missing, Kvrwset__KVWrite *write,
	    GTree *updates, gboolean *right, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(StateItem) digest = NULL;
	Kvrwset__KVWriteHash hash = KVRWSET__KVWRITE_HASH__INIT;
	Kvrwset__KVWriteHash *hashes[] = { &hash };
	Kvrwset__HashedRWSet hashed = KVRWSET__HASHED_RWSET__INIT;
	Kvrwset__KVWrite *writes[] = { write };
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	const TransactionCollection collection = {
		.name = missing->collection,
		.set = &hashed,
	};
	int32_t status =
		missing_look(privacy->channel, missing, &digest, err);

	*right = TRUE;
	/* Meanwhile it came, or is another one: then there is a new note. */
	if (status != BSN_OK || digest == NULL)
		return status;
	hash.key_hash = (ProtobufCBinaryData){ HASH_LEN, missing->key_hash };
	hash.value_hash = message_bytes(digest->value);
	hashed.n_hashed_writes = 1;
	hashed.hashed_writes = hashes;
	set.n_writes = 1;
	set.writes = writes;
	return private_apply(&privacy->channel->ledger->state, updates,
			     bsn_slice_str(missing->namespace), &collection,
			     message_put(&arena, &set), missing->version,
			     right, err);
}

/* What comes of an answer. */
typedef struct {
	GTree *updates;
	LedgerBatch gone; /* notes */
	gboolean wrong; /* the next was not asked for, or is another one */
} Taking;

static int32_t
apply_set(Privacy *privacy, const PrivateSet *set, Taking *taking, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Kvrwset__KVRWSet *message = message_unpack(
		&arena, &kvrwset__kvrwset__descriptor, set->set, NULL, NULL);
	int32_t status = BSN_OK;

	for (gsize i = 0;
	     message != NULL && status == BSN_OK && !taking->wrong &&
	     i < message->n_writes;
	     i++) {
		const bsn_slice key = message_slice(message->writes[i]->key);
		guint8 key_hash[HASH_LEN];
		gboolean right = FALSE;
		Missing *missing;

		status = suite_digest(&privacy->channel->suite, &key, 1,
				      key_hash);
		if (status != BSN_OK)
			return bsn_fail(err, status, "a key has no digest");
		missing = find_asked(privacy->reconcile.asked, set, key_hash);
		if (missing != NULL)
			status = apply_write(privacy, missing,
					     message->writes[i],
					     taking->updates, &right, err);
		taking->wrong = !right;
		if (right) {
			missing->got = TRUE;
			missing_delete(&taking->gone, missing);
		}
	}
	return status;
}

static int32_t
apply(Privacy *privacy, const PrivateSet *sets, guint n, Taking *taking,
      bsn_err *err)
{
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && !taking->wrong && i < n; i++)
		status = apply_set(privacy, &sets[i], taking, err);
	return status == BSN_OK && taking->gone.writes->len > 0
		       ? private_put_late(
				 privacy->channel->ledger, taking->updates,
				 (const bsn_write *)(const void *)
					 taking->gone.writes->data,
				 taking->gone.writes->len, 0, err)
		       : status;
}

/* ---- an answer ---- */

/* What has not been looked at is asked for again. */
static void
go_back(Reconcile *reconcile, guint looked_at)
{
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	const bsn_write *write;

	if (looked_at == reconcile->asked->len)
		return;
	ledger_batch_init(&batch);
	missing_delete(&batch,
		       &g_array_index(reconcile->asked, Missing, looked_at));
	write = &g_array_index(batch.writes, bsn_write, 0);
	g_byte_array_set_size(reconcile->cursor, 0);
	g_byte_array_append(reconcile->cursor, write->key.data,
			    (guint)write->key.len);
	reconcile->ended = FALSE;
}

/* How many of the first n were not given. */
static guint
count_kept(const GArray *asked, guint n)
{
	guint kept = 0;

	for (guint i = 0; i < n; i++)
		kept += g_array_index(asked, Missing, i).got ? 0 : 1;
	return kept;
}

/* What is left out is so for want of room, which only what is given takes. */
static gboolean
is_wrong(const Reconcile *reconcile, const Taking *taking, guint looked_at)
{
	return taking->wrong || (looked_at < reconcile->asked->len &&
				 count_kept(reconcile->asked, looked_at) ==
					 looked_at);
}

int32_t
reconcile_take(Privacy *privacy, bsn_slice bytes, gboolean *wrong, bsn_err *err)
{
	Reconcile *reconcile = &privacy->reconcile;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GTree) updates = state_tree_new();
	Taking taking = { .updates = updates };
	const Bsn__Private__Taken *taken;
	PrivateSet *sets;
	int32_t status;
	guint n;

	*wrong = private_taken_read(&arena, bytes, reconcile->asked->len,
				    &taken, &sets, &n, err) != BSN_OK;
	if (*wrong)
		return BSN_OK;
	ledger_batch_init(&taking.gone);
	status = apply(privacy, sets, n, &taking, err);
	ledger_batch_clear(&taking.gone);
	if (status != BSN_OK)
		return status;
	*wrong = is_wrong(reconcile, &taking, taken->looked_at);
	if (*wrong) {
		(void)bsn_fail(err, BSN_BAD_REQUEST,
			       "private data that it gives is not what was "
			       "asked for");
		return BSN_OK;
	}
	reconcile->kept += count_kept(reconcile->asked, taken->looked_at);
	go_back(reconcile, taken->looked_at);
	return BSN_OK;
}
