/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/private/message.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "ledger/rwset/rwset.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/codec/scan.h"
#include "plugins/engine-fabric/lifecycle/collections.h"
#include "plugins/engine-fabric/lifecycle/definition.h"

/* ---- sets ---- */

static gboolean
is_name(const char *text, gsize max)
{
	return text[0] != '\0' && strlen(text) <= max;
}

static int32_t
check_set(const Rwset__NsPvtReadWriteSet *namespace,
	  const Rwset__CollectionPvtReadWriteSet *collection, bsn_err *err)
{
	if (!is_name(namespace->namespace_, CHAINCODE_NAME_MAX) ||
	    !is_name(collection->collection_name, COLLECTION_NAME_MAX))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"private data: a namespace or a collection has "
				"no name, or one that is too long");
	return scan_message(&kvrwset__kvrwset__descriptor,
			    message_slice(collection->rwset), err);
}

static guint
count_sets(const Rwset__TxPvtReadWriteSet *message)
{
	gsize n = 0;

	for (gsize i = 0; i < message->n_ns_pvt_rwset; i++)
		n += message->ns_pvt_rwset[i]->n_collection_pvt_rwset;
	return (guint)MIN(n, G_MAXUINT);
}

static int32_t
list_sets(const Rwset__TxPvtReadWriteSet *message, PrivateSet *sets,
	  bsn_err *err)
{
	int32_t status = BSN_OK;

	for (gsize i = 0; i < message->n_ns_pvt_rwset; i++) {
		const Rwset__NsPvtReadWriteSet *one = message->ns_pvt_rwset[i];

		for (gsize j = 0; status == BSN_OK &&
				  j < one->n_collection_pvt_rwset;
		     j++) {
			const Rwset__CollectionPvtReadWriteSet *collection =
				one->collection_pvt_rwset[j];

			status = check_set(one, collection, err);
			*sets++ = (PrivateSet){
				one->namespace_, collection->collection_name,
				message_slice(collection->rwset)
			};
		}
	}
	return status;
}

int32_t
private_sets_read(Arena *arena, bsn_slice bytes, PrivateSet **sets, guint *n,
		  bsn_err *err)
{
	int32_t status = BSN_OK;
	const Rwset__TxPvtReadWriteSet *message;

	if (bytes.len > PRIVATE_SETS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"private data of more than %u bytes",
				PRIVATE_SETS_MAX);
	message = message_unpack(arena, &rwset__tx_pvt_read_write_set__descriptor,
				 bytes, &status, err);
	if (message == NULL)
		return status;
	*n = count_sets(message);
	if (*n > PRIVATE_COLLECTIONS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"private data of more than %u collections",
				PRIVATE_COLLECTIONS_MAX);
	*sets = arena_room(arena, (*n + 1) * sizeof(**sets));
	return list_sets(message, *sets, err);
}

/* How many sets from this one on are of its namespace. */
static guint
count_alike(const PrivateSet *sets, guint n)
{
	guint alike = 1;

	while (alike < n &&
	       strcmp(sets[alike].namespace, sets[0].namespace) == 0)
		alike++;
	return alike;
}

static Rwset__NsPvtReadWriteSet *
make_namespace(Arena *arena, const PrivateSet *sets, guint n)
{
	Rwset__NsPvtReadWriteSet *one = arena_room(arena, sizeof(*one));

	rwset__ns_pvt_read_write_set__init(one);
	one->namespace_ = (char *)sets[0].namespace;
	one->n_collection_pvt_rwset = n;
	one->collection_pvt_rwset = arena_room(
		arena, n * sizeof(one->collection_pvt_rwset[0]));
	for (guint i = 0; i < n; i++) {
		Rwset__CollectionPvtReadWriteSet *collection =
			arena_room(arena, sizeof(*collection));

		rwset__collection_pvt_read_write_set__init(collection);
		collection->collection_name = (char *)sets[i].collection;
		collection->rwset = message_bytes(sets[i].set);
		one->collection_pvt_rwset[i] = collection;
	}
	return one;
}

void
private_sets_put(GByteArray *out, const PrivateSet *sets, guint n)
{
	g_auto(Arena) arena = ARENA_INIT;
	Rwset__TxPvtReadWriteSet message = RWSET__TX_PVT_READ_WRITE_SET__INIT;
	guint alike;

	message.ns_pvt_rwset =
		arena_room(&arena, (n + 1) * sizeof(message.ns_pvt_rwset[0]));
	for (guint i = 0; i < n; i += alike) {
		alike = count_alike(sets + i, n - i);
		message.ns_pvt_rwset[message.n_ns_pvt_rwset++] =
			make_namespace(&arena, sets + i, alike);
	}
	message_append(out, &message);
}

const PrivateSet *
private_sets_find(const PrivateSet *sets, guint n, const char *namespace,
		  const char *collection)
{
	for (guint i = 0; i < n; i++)
		if (strcmp(sets[i].namespace, namespace) == 0 &&
		    strcmp(sets[i].collection, collection) == 0)
			return &sets[i];
	return NULL;
}

/* ---- messages ---- */

/* As signed_id_text writes it. */
static gboolean
is_tx_id(const char *text)
{
	gsize len = 0;

	for (; g_ascii_isdigit(text[len]) ||
	       (text[len] >= 'a' && text[len] <= 'f');
	     len++)
		continue;
	return text[len] == '\0' && len == TX_ID_SIZE - 1;
}

int32_t
private_give_read(Arena *arena, bsn_slice bytes,
		  const Bsn__Private__Give **give, PrivateSet **sets, guint *n,
		  bsn_err *err)
{
	int32_t status = BSN_OK;

	*give = message_unpack(arena, &bsn__private__give__descriptor, bytes,
			       &status, err);
	if (*give == NULL)
		return status;
	if (!is_tx_id((*give)->tx_id))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"private data: tx_id: it is no transaction's "
				"id");
	status = private_sets_read(arena, message_slice((*give)->sets), sets, n,
				   err);
	return status == BSN_OK && *n == 0
		       ? bsn_fail(err, BSN_BAD_REQUEST,
				  "private data: there is none")
		       : status;
}

static int32_t
check_take(const Bsn__Private__TakeCollection *one, gsize *keys, bsn_err *err)
{
	if (!is_name(one->namespace_, CHAINCODE_NAME_MAX) ||
	    !is_name(one->collection, COLLECTION_NAME_MAX))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"private data: a collection has no name, or "
				"one that is too long");
	*keys += one->n_keys;
	for (gsize i = 0; i < one->n_keys; i++)
		if (one->keys[i]->key_hash.len != HASH_LEN)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"private data: a key's digest has "
					"another length than %u",
					HASH_LEN);
	return BSN_OK;
}

int32_t
private_take_read(Arena *arena, bsn_slice bytes,
		  const Bsn__Private__Take **take, bsn_err *err)
{
	int32_t status = BSN_OK;
	gsize keys = 0;

	*take = message_unpack(arena, &bsn__private__take__descriptor, bytes,
			       &status, err);
	if (*take == NULL)
		return status;
	for (gsize i = 0; status == BSN_OK && i < (*take)->n_collections; i++)
		status = check_take((*take)->collections[i], &keys, err);
	if (status == BSN_OK && (keys == 0 || keys > PRIVATE_TAKE_MAX))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"private data: a question has 1 to %u keys",
				PRIVATE_TAKE_MAX);
	return status;
}

int32_t
private_taken_read(Arena *arena, bsn_slice bytes, guint asked,
		   const Bsn__Private__Taken **taken, PrivateSet **sets,
		   guint *n, bsn_err *err)
{
	int32_t status = BSN_OK;

	*taken = message_unpack(arena, &bsn__private__taken__descriptor, bytes,
				&status, err);
	if (*taken == NULL)
		return status;
	if ((*taken)->looked_at == 0 || (*taken)->looked_at > asked)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"private data: an answer for other keys than "
				"those that were asked for");
	return private_sets_read(arena, message_slice((*taken)->sets), sets, n,
				 err);
}
