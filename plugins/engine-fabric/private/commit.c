/* SPDX-License-Identifier: Apache-2.0
 *
 * A block takes with it what waits here for its transactions; what is not here,
 * or not what its digests say, is noted in the same batch.
 */
#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"

/* Blocks between two looks for what is too old. */
#define EXPIRE_BLOCKS 64u

/* One transaction of a block. */
typedef struct {
	Privacy *privacy;
	const State *state;
	const BlockTx *tx;
	Version version;
	GPtrArray *waiting; /* GByteArray: what was endorsed of it */
	GTree *updates;
	LedgerBatch *batch;
} Taking;

/* What one simulation has left of a collection, if it has. */
static int32_t
apply_one(const Taking *taking, const char *namespace,
	  const TransactionCollection *hashed, const GByteArray *bytes,
	  gboolean *complete, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const PrivateSet *found;
	PrivateSet *sets;
	guint n;

	if (private_sets_read(&arena, buffer_slice(bytes), &sets, &n, NULL) !=
	    BSN_OK)
		return BSN_OK;
	found = private_sets_find(sets, n, namespace, hashed->name);
	return found == NULL
		       ? BSN_OK
		       : private_apply(taking->state, taking->updates,
				       bsn_slice_str(namespace), hashed,
				       found->set, taking->version, complete,
				       err);
}

static void
note_missing(const Taking *taking, const char *namespace,
	     const TransactionCollection *hashed)
{
	for (gsize i = 0; i < hashed->set->n_hashed_writes; i++) {
		const Kvrwset__KVWriteHash *write =
			hashed->set->hashed_writes[i];

		if (write->is_delete || write->is_purge)
			continue;
		missing_put(taking->batch, namespace, hashed->name,
			    bsn_slice_of(write->key_hash.data,
					 write->key_hash.len));
		taking->privacy->missed = TRUE;
	}
}

static int32_t
take_collection(const Taking *taking, const char *namespace,
		const TransactionCollection *hashed, bsn_err *err)
{
	Channel *channel = taking->privacy->channel;
	g_autoptr(Definition) definition = NULL;
	const Collection *found = NULL;
	gboolean complete = FALSE;
	int32_t status = BSN_OK;

	if (hashed->set->n_hashed_writes > 0 && channel->self != NULL)
		status = privacy_find(channel, namespace, hashed->name,
				      &definition, &found, err);
	if (found == NULL || !collection_has_member(found, channel->self))
		return status;
	for (guint i = 0; status == BSN_OK && !complete &&
			  i < taking->waiting->len;
	     i++)
		status = apply_one(taking, namespace, hashed,
				   taking->waiting->pdata[i], &complete, err);
	if (status == BSN_OK && !complete)
		note_missing(taking, namespace, hashed);
	return status;
}

static int32_t
take_valid(const Taking *taking, bsn_err *err)
{
	const Transaction *tx = &taking->tx->opened;
	int32_t status = transient_get(taking->privacy,
				       (const char *)taking->tx->tx_id.data,
				       taking->waiting, err);

	for (guint i = 0; status == BSN_OK && i < tx->n_namespaces; i++) {
		const TransactionNamespace *one = &tx->namespaces[i];

		for (guint j = 0; status == BSN_OK && j < one->n_collections;
		     j++)
			status = take_collection(taking, one->name,
						 &one->collections[j], err);
	}
	return status;
}

static Privacy *
privacy_of(PrivateSource *source)
{
	return (Privacy *)((char *)source - offsetof(Privacy, source));
}

static int32_t
collect(PrivateSource *source, const IncomingBlock *block,
	const BlockOutcome *outcome, GTree *updates, LedgerBatch *batch,
	bsn_err *err)
{
	Privacy *privacy = privacy_of(source);
	int32_t status = BSN_OK;

	/* Of a block that the store has refused. */
	g_ptr_array_set_size(privacy->leaving, 0);
	privacy->missed = FALSE;
	for (guint i = 0; status == BSN_OK && i < block->n_txs; i++) {
		const BlockTx *tx = &block->txs[i];
		g_autoptr(GPtrArray) waiting = g_ptr_array_new_with_free_func(
			(GDestroyNotify)g_byte_array_unref);
		const Taking taking = {
			privacy,
			&privacy->channel->ledger->state,
			tx,
			{ block->message->header->number, i },
			waiting,
			updates,
			batch,
		};

		if (tx->tx_id.len == 0)
			continue;
		if (outcome->codes[i] == TX_CODE(VALID) && !tx->is_config)
			status = take_valid(&taking, err);
		/* No other one with its id will ever be valid. */
		transient_leave(privacy, (const char *)tx->tx_id.data, batch);
	}
	return status;
}

static int32_t
block_to_live(PrivateSource *source, bsn_slice namespace, bsn_slice collection,
	      guint64 *blocks, bsn_err *err)
{
	Channel *channel = privacy_of(source)->channel;
	g_autofree char *chaincode = g_strndup((const char *)namespace.data,
					       (gsize)namespace.len);
	g_autofree char *name = g_strndup((const char *)collection.data,
					  (gsize)collection.len);
	g_autoptr(Definition) definition = NULL;
	const Collection *found;
	const int32_t status = privacy_find(channel, chaincode, name,
					    &definition, &found, err);

	*blocks = found != NULL ? found->block_to_live : 0;
	return status;
}

PrivateSource *
private_source(Channel *channel)
{
	Privacy *privacy = channel->privacy;

	if (privacy == NULL)
		return NULL;
	privacy->source = (PrivateSource){ collect, block_to_live };
	return &privacy->source;
}

void
private_committed(Channel *channel, guint64 number)
{
	Privacy *privacy = channel->privacy;

	if (privacy == NULL)
		return;
	transient_left(privacy);
	if (number % EXPIRE_BLOCKS == 0)
		transient_expire(privacy, number + 1);
	if (privacy->missed)
		reconcile_begin(privacy);
	privacy->missed = FALSE;
}
