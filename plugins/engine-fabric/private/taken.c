/* SPDX-License-Identifier: Apache-2.0
 *
 * What came of a question for what is missing, value by value: only what was
 * asked for, and what the digest of now says that it is, goes into the state.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/codec/message.h"
#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"

static Missing *
find_asked(const GArray *asked, const PrivateSet *set, const guint8 *key_hash)
{
	for (guint i = 0; i < asked->len; i++) {
		Missing *one = &g_array_index(asked, Missing, i);

		if (memcmp(one->key_hash, key_hash, HASH_LEN) == 0 &&
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

/* What came of it. */
typedef struct {
	GTree *updates;
	LedgerBatch gone; /* notes */
	guint wrong;	  /* writes that were not asked for, or are not what
			   * their digests say */
} Taking;

static int32_t
apply_set(Privacy *privacy, const PrivateSet *set, Taking *taking, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Kvrwset__KVRWSet *message = message_unpack(
		&arena, &kvrwset__kvrwset__descriptor, set->set, NULL, NULL);
	int32_t status = BSN_OK;

	for (gsize i = 0;
	     message != NULL && status == BSN_OK && i < message->n_writes; i++) {
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
		if (!right) {
			taking->wrong++;
			continue;
		}
		missing_delete(&taking->gone, missing);
		privacy->reconcile.kept--;
	}
	return status;
}

int32_t
reconcile_apply(Privacy *privacy, const PrivateSet *sets, guint n, guint *wrong,
	  bsn_err *err)
{
	Taking taking = { .updates = state_tree_new() };
	int32_t status = BSN_OK;

	ledger_batch_init(&taking.gone);
	for (guint i = 0; status == BSN_OK && i < n; i++)
		status = apply_set(privacy, &sets[i], &taking, err);
	if (status == BSN_OK && taking.gone.writes->len > 0)
		status = private_put_late(
			privacy->channel->ledger, taking.updates,
			(const bsn_write *)(const void *)
				taking.gone.writes->data,
			taking.gone.writes->len, 0, err);
	*wrong = taking.wrong;
	g_tree_unref(taking.updates);
	ledger_batch_clear(&taking.gone);
	return status;
}
