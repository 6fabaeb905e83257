/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/msp/manager.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/reason.h"

/* A remembered member; least recently used last. */
typedef struct {
	GBytes *serialized;
	MspIdentity *identity;
	GList link;
} Seen;

struct MspManager {
	const Suite *suite;
	GHashTable *msps; /* id: Msp */
	GHashTable *seen; /* serialized: Seen */
	GQueue order;	  /* of Seen */
	Arena arena;
};

static void
seen_free(gpointer data)
{
	Seen *seen = data;

	g_bytes_unref(seen->serialized);
	msp_identity_unref(seen->identity);
	g_free(seen);
}

MspManager *
msp_manager_new(const Suite *suite)
{
	MspManager *manager = g_new0(MspManager, 1);

	manager->suite = suite;
	manager->msps = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					      (GDestroyNotify)msp_unref);
	manager->seen = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, NULL,
					      seen_free);
	g_queue_init(&manager->order);
	return manager;
}

void
msp_manager_free(MspManager *manager)
{
	if (manager == NULL)
		return;
	g_hash_table_unref(manager->seen);
	g_hash_table_unref(manager->msps);
	arena_clear(&manager->arena);
	g_free(manager);
}

int32_t
msp_manager_add(MspManager *manager, bsn_slice config, bsn_err *err)
{
	g_autoptr(Msp) msp = NULL;
	int32_t status = msp_new(manager->suite, config, &msp, err);

	if (status != BSN_OK)
		return status;
	if (g_hash_table_contains(manager->msps, msp->id))
		return bsn_fail(err, BSN_DUPLICATE,
				"there are two MSPs with the id %s", msp->id);
	if (g_hash_table_size(manager->msps) >= MSP_MANAGER_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a channel has at most %u MSPs",
				MSP_MANAGER_MAX);
	g_hash_table_insert(manager->msps, msp->id, msp);
	msp = NULL; /* the table's */
	return BSN_OK;
}

Msp *
msp_manager_find(const MspManager *manager, const char *id)
{
	return g_hash_table_lookup(manager->msps, id);
}

static MspIdentity *
recall(MspManager *manager, bsn_slice serialized)
{
	g_autoptr(GBytes) key =
		g_bytes_new_static(serialized.data, (gsize)serialized.len);
	Seen *seen = g_hash_table_lookup(manager->seen, key);

	if (seen == NULL)
		return NULL;
	g_queue_unlink(&manager->order, &seen->link);
	g_queue_push_head_link(&manager->order, &seen->link);
	return msp_identity_ref(seen->identity);
}

static void
remember(MspManager *manager, bsn_slice serialized, MspIdentity *identity)
{
	Seen *seen = g_new0(Seen, 1);

	if (g_hash_table_size(manager->seen) >= MSP_MANAGER_CACHE) {
		Seen *oldest = g_queue_pop_tail_link(&manager->order)->data;

		g_hash_table_remove(manager->seen, oldest->serialized);
	}
	seen->serialized = g_bytes_new(serialized.data, (gsize)serialized.len);
	seen->identity = msp_identity_ref(identity);
	seen->link.data = seen;
	g_queue_push_head_link(&manager->order, &seen->link);
	g_hash_table_insert(manager->seen, seen->serialized, seen);
}

static int32_t
identify(MspManager *manager, bsn_slice serialized, MspIdentity **identity,
	 bsn_err *err)
{
	int32_t status = BSN_OK;
	const Msp__SerializedIdentity *message = message_unpack(
		&manager->arena, &msp__serialized_identity__descriptor,
		serialized, &status, err);
	g_autofree char *quoted = NULL;
	Msp *msp;

	if (message == NULL)
		return status;
	msp = msp_manager_find(manager, message->mspid);
	if (msp != NULL)
		return msp_identify(msp, message_slice(message->id_bytes),
				    identity, err);
	quoted = quote_text(bsn_slice_str(message->mspid));
	return bsn_fail(err, BSN_DENIED,
			"the channel has no organisation with the MSP %s",
			quoted);
}

int32_t
msp_manager_identify(MspManager *manager, bsn_slice serialized,
		     MspIdentity **identity, bsn_err *err)
{
	int32_t status;

	if (serialized.len > MSP_IDENTITY_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"an identity has at most %u bytes",
				MSP_IDENTITY_MAX);
	*identity = recall(manager, serialized);
	if (*identity != NULL)
		return BSN_OK;
	status = identify(manager, serialized, identity, err);
	arena_reset(&manager->arena);
	if (status == BSN_OK)
		remember(manager, serialized, *identity);
	return status;
}
