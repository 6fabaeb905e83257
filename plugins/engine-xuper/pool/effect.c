/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/pool/effect.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/services.h"

/* ---- hashing ---- */

static guint64
secret(void)
{
	static guint64 drawn;
	static gsize done;

	if (g_once_init_enter(&done)) {
		/* Without one it is only slower, when somebody tries. */
		(void)services.random->fill(NULL, &drawn, sizeof(drawn));
		g_once_init_leave(&done, 1);
	}
	return drawn;
}

static guint64
mix(guint64 state, bsn_slice bytes)
{
	state ^= bytes.len;
	for (guint64 i = 0; i < bytes.len; i++) {
		state = (state ^ bytes.data[i]) *
			G_GUINT64_CONSTANT(0xd6e8feb86659fd93);
		state ^= state >> 32;
	}
	return state;
}

/* ---- outputs ---- */

static guint
input_hash(gconstpointer data)
{
	const Xldgpb__TxInput *input = data;
	guint hash;

	memcpy(&hash, input->ref_txid.data, sizeof(hash));
	return hash ^ (guint)input->ref_offset;
}

static gboolean
input_equal(gconstpointer a, gconstpointer b)
{
	const Xldgpb__TxInput *one = a, *two = b;

	return one->ref_offset == two->ref_offset &&
	       memcmp(one->ref_txid.data, two->ref_txid.data, HASH_LEN) == 0;
}

GHashTable *
spends_new(void)
{
	return g_hash_table_new(input_hash, input_equal);
}

void
spends_add(GHashTable *spends, Tx *tx)
{
	for (gsize i = 0; i < tx->msg->n_tx_inputs; i++)
		g_hash_table_insert(spends, tx->msg->tx_inputs[i], tx);
}

void
spends_remove(GHashTable *spends, const Tx *tx)
{
	for (gsize i = 0; i < tx->msg->n_tx_inputs; i++)
		g_hash_table_remove(spends, tx->msg->tx_inputs[i]);
}

Tx *
spends_find(GHashTable *spends, const Xldgpb__TxInput *input)
{
	return g_hash_table_lookup(spends, input);
}

/* ---- keys ---- */

static guint
written_hash(gconstpointer data)
{
	const Written *written = data;

	return (guint)mix(mix(secret(), written->bucket), written->key);
}

static gboolean
written_equal(gconstpointer a, gconstpointer b)
{
	const Written *one = a, *two = b;

	return bsn_slice_equal(one->key, two->key) &&
	       bsn_slice_equal(one->bucket, two->bucket);
}

GHashTable *
written_new(void)
{
	return g_hash_table_new_full(written_hash, written_equal, g_free, NULL);
}

void
written_add(GHashTable *written, const Tx *tx)
{
	for (gsize i = 0; i < tx->msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *output = tx->msg->tx_outputs_ext[i];
		Written *made;

		if (strcmp(output->bucket, BUCKET_TRANSIENT) == 0)
			continue;
		made = g_new0(Written, 1);
		made->bucket = bsn_slice_str(output->bucket);
		made->key = bsn_slice_of(output->key.data, output->key.len);
		made->version.there = TRUE;
		made->version.offset = (gint32)i;
		memcpy(made->version.txid, tx->id, HASH_LEN);
		made->tx = tx;
		g_hash_table_add(written, made);
	}
}

const Written *
written_find(GHashTable *written, bsn_slice bucket, bsn_slice key)
{
	const Written wanted = { .bucket = bucket, .key = key };

	return g_hash_table_lookup(written, &wanted);
}
