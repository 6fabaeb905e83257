/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/verify/judged.h"

#include "plugins/engine-xuper/verify/id.h"

static void
acl_seen_clear(gpointer data)
{
	AclSeen *seen = data;

	g_free(seen->bucket);
	g_bytes_unref(seen->key);
}

GArray *
acl_seen_new(void)
{
	GArray *seen = g_array_new(FALSE, FALSE, sizeof(AclSeen));

	g_array_set_clear_func(seen, acl_seen_clear);
	return seen;
}

static void
judged_free(gpointer data)
{
	Judged *judged = data;

	g_clear_pointer(&judged->note, g_bytes_unref);
	g_clear_pointer(&judged->seen, g_array_unref);
	g_free(judged);
}

Judged *
judged_of(Tx *tx)
{
	if (tx->judged == NULL) {
		tx->judged = g_new0(Judged, 1);
		tx->judged_free = judged_free;
	}
	return tx->judged;
}

/* An ACL's byte is parsed in about the time of so many steps of a contract. */
#define ACL_BYTE_CPU 4u

void
judged_permit(Judged *judged, GArray *seen, guint64 bytes)
{
	g_clear_pointer(&judged->seen, g_array_unref);
	judged->seen = seen;
	judged->permitted = TRUE;
	judged->acl_cost = bytes * ACL_BYTE_CPU;
}

guint64
judged_cost(const Tx *tx)
{
	const Judged *judged = tx->judged;

	return judged != NULL ? judged->run_cost + judged->acl_cost : 0;
}

gpointer
stands_on(GHashTable *table, const Tx *tx)
{
	const Xldgpb__Transaction *msg = tx->msg;
	gpointer found = NULL;

	if (g_hash_table_size(table) == 0)
		return NULL;
	for (gsize i = 0; i < msg->n_tx_inputs && found == NULL; i++)
		found = g_hash_table_lookup(table,
					    msg->tx_inputs[i]->ref_txid.data);
	for (gsize i = 0; i < msg->n_tx_inputs_ext && found == NULL; i++)
		if (msg->tx_inputs_ext[i]->ref_txid.len == HASH_LEN)
			found = g_hash_table_lookup(
				table, msg->tx_inputs_ext[i]->ref_txid.data);
	return found;
}
