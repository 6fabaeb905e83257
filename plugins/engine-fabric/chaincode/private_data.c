/* SPDX-License-Identifier: Apache-2.0
 *
 * After Fabric 2.5's core/chaincode/handler.go and core/common/privdata/store.go.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/chaincode/shim.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/wire.h"

/* ---- who may ---- */

static const Collection *
find(const Shim *shim, const char *name)
{
	return shim->access.collections != NULL
		       ? collection_set_find_on(shim->access.collections,
						shim->access.channel->config,
						bsn_slice_str(name))
		       : NULL;
}

static int32_t
not_found(const Shim *shim, const char *name, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND,
			"collection %s/%.*s/%s could not be found",
			shim->access.channel->id, (int)shim->namespace.len,
			(const char *)shim->namespace.data, name);
}

static int32_t
denied(const Shim *shim, const char *access, const char *name, bsn_err *err)
{
	return bsn_fail(err, BSN_DENIED,
			"tx creator does not have %s access permission on "
			"privatedata in chaincodeName:%.*s collectionName: %s",
			access, (int)shim->namespace.len,
			(const char *)shim->namespace.data, name);
}

static gboolean
is_member(const Collection *collection, MspIdentity *identity)
{
	return identity != NULL && collection_has_member(collection, identity);
}

int32_t
shim_may_read(Shim *shim, const char *name, bsn_err *err)
{
	const Collection *collection = find(shim, name);

	if (collection == NULL)
		return not_found(shim, name, err);
	return !collection->member_only_read ||
			       is_member(collection, shim->access.client)
		       ? BSN_OK
		       : denied(shim, "read", name, err);
}

int32_t
shim_may_write(Shim *shim, const char *name, bsn_err *err)
{
	const Collection *collection = find(shim, name);

	if (collection == NULL)
		return not_found(shim, name, err);
	return !collection->member_only_write ||
			       is_member(collection, shim->access.client)
		       ? BSN_OK
		       : denied(shim, "write", name, err);
}

/* A query would not find what is elsewhere, and nobody would know. */
int32_t
shim_may_query(Shim *shim, const char *name, bsn_err *err)
{
	const int32_t status = shim_may_read(shim, name, err);

	return status != BSN_OK ||
			       is_member(find(shim, name),
					 shim->access.channel->self)
		       ? status
		       : bsn_fail(err, BSN_UNAVAILABLE,
				  "this node is not of a member of collection "
				  "%s, and does not have its private data",
				  name);
}

/* Digests may be read by all, of collections that there are. */
static int32_t
check_defined(const Shim *shim, const char *name, bsn_err *err)
{
	if (find(shim, name) != NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_NOT_FOUND,
			"collection [%s] not defined in the collection config "
			"for chaincode [%.*s]",
			name, (int)shim->namespace.len,
			(const char *)shim->namespace.data);
}

/* ---- reading ---- */

int32_t
shim_private_get(Shim *shim, const Protos__GetState *asked, GByteArray *answer,
		 bsn_err *err)
{
	g_autoptr(StateItem) item = NULL;
	int32_t status = shim_may_read(shim, asked->collection, err);

	if (status == BSN_OK)
		status = simulator_get_private(
			shim->simulator, shim->namespace,
			bsn_slice_str(asked->collection),
			message_slice(asked->key), &item, err);
	if (item != NULL)
		wire_put_bytes(answer, item->value);
	return status;
}

int32_t
shim_private_metadata(Shim *shim, const Protos__GetStateMetadata *asked,
		      StateItem **digest, bsn_err *err)
{
	const int32_t status = shim_may_read(shim, asked->collection, err);

	return status != BSN_OK
		       ? status
		       : simulator_get_hash(shim->simulator, shim->namespace,
					    bsn_slice_str(asked->collection),
					    message_slice(asked->key), digest,
					    err);
}

int32_t
shim_private_hash(Shim *shim, const void *message, GByteArray *answer,
		  bsn_err *err)
{
	const Protos__GetState *asked = message;
	g_autoptr(StateItem) item = NULL;
	int32_t status = check_defined(shim, asked->collection, err);

	if (status == BSN_OK)
		status = simulator_get_hash(shim->simulator, shim->namespace,
					    bsn_slice_str(asked->collection),
					    message_slice(asked->key), &item,
					    err);
	if (item != NULL)
		wire_put_bytes(answer, item->value);
	return status;
}

/* ---- writing ---- */

int32_t
shim_private_put(Shim *shim, const Protos__PutState *asked, bsn_err *err)
{
	const int32_t status = shim_may_write(shim, asked->collection, err);

	return status != BSN_OK
		       ? status
		       : simulator_put_private(shim->simulator, shim->namespace,
					       bsn_slice_str(asked->collection),
					       message_slice(asked->key),
					       message_slice(asked->value),
					       err);
}

int32_t
shim_private_del(Shim *shim, const Protos__DelState *asked, bsn_err *err)
{
	const int32_t status = shim_may_write(shim, asked->collection, err);

	return status != BSN_OK
		       ? status
		       : simulator_delete_private(
				 shim->simulator, shim->namespace,
				 bsn_slice_str(asked->collection),
				 message_slice(asked->key), err);
}

int32_t
shim_private_purge(Shim *shim, const void *message, GByteArray *answer,
		   bsn_err *err)
{
	const Protos__PurgePrivateState *asked = message;
	int32_t status;

	if (asked->collection[0] == '\0')
		return bsn_fail(err, BSN_BAD_REQUEST,
				"only applicable for private data");
	status = shim_may_write(shim, asked->collection, err);
	return status != BSN_OK
		       ? status
		       : simulator_purge_private(
				 shim->simulator, shim->namespace,
				 bsn_slice_str(asked->collection),
				 message_slice(asked->key), err);
}

int32_t
shim_private_describe(Shim *shim, const Protos__PutStateMetadata *asked,
		      const MetadataEntry *entry, bsn_err *err)
{
	const int32_t status = shim_may_write(shim, asked->collection, err);

	return status != BSN_OK
		       ? status
		       : simulator_put_private_metadata(
				 shim->simulator, shim->namespace,
				 bsn_slice_str(asked->collection),
				 message_slice(asked->key), entry, 1, err);
}
