/* SPDX-License-Identifier: Apache-2.0
 *
 * What a block leaves in its layer beside its transactions' effects.
 */
#include <string.h>

#include <bsn/ext/tree.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/agreement.h"
#include "plugins/engine-xuper/ledger/ledger_private.h"
#include "plugins/kit/sink.h"

/* ---- leaving it ---- */

static void
leave_places(Layer *layer, const Block *block, GBytes *const *notes)
{
	g_autoptr(GByteArray) place = g_byte_array_new();

	for (guint i = 0; i < block->n_txs; i++) {
		const RecordKey key = record_key_id('t', block->txs[i]->id);

		g_byte_array_set_size(place, 0);
		record_put_place(place, block->height, i,
				 notes != NULL ? notes[i] : NULL);
		layer_put(layer, record_slice(&key), buffer_slice(place));
	}
}

static void
leave_height(Layer *layer, const Block *block)
{
	const RecordKey key = record_key_id('i', block->id);
	g_autoptr(GByteArray) height = g_byte_array_new();

	record_put_height(height, block->height);
	layer_put(layer, record_slice(&key), buffer_slice(height));
}

static int32_t
leave_agreement(const Ledger *ledger, Layer *layer, const Block *block,
		bsn_err *err)
{
	const RecordKey key = record_key_at('a', block->height);
	g_autoptr(Agreement) agreement = NULL;
	g_autoptr(GByteArray) bytes = NULL;
	int32_t status =
		agreement_read(layer, ledger->suite, &agreement, err);

	if (status != BSN_OK)
		return status;
	bytes = g_byte_array_new();
	agreement_write(agreement, bytes);
	layer_put(layer, record_slice(&key), buffer_slice(bytes));
	return BSN_OK;
}

int32_t
trace_leave(const Ledger *ledger, Layer *layer, const Block *block,
	    GBytes *const *notes, bsn_err *err)
{
	leave_places(layer, block, notes);
	leave_height(layer, block);
	if (block->height > 0 && !agreement_changed(block->txs, block->n_txs))
		return BSN_OK;
	return leave_agreement(ledger, layer, block, err);
}

/* ---- reading it ---- */

int32_t
trace_agreement(Layer *layer, guint64 height, guint64 *of,
		GByteArray *agreement, bsn_err *err)
{
	const RecordKey from = record_key_at('a', 0);
	const RecordKey to = height < G_MAXUINT64
				     ? record_key_at('a', height + 1)
				     : record_key('a' + 1);
	g_autoptr(GByteArray) key = g_byte_array_new();
	int32_t status = first_entry(layer, from, to, BSN_SCAN_DESCENDING, key,
				     agreement, err);

	if (status != BSN_OK)
		return status;
	return record_read_height(bsn_slice_of(key->data + 1, key->len - 1), of,
				  err);
}

static gboolean
same_validators(const Agreement *a, const Agreement *b)
{
	if (a->n_validators != b->n_validators)
		return FALSE;
	for (guint i = 0; i < a->n_validators; i++)
		if (!bsn_slice_equal(
			    g_array_index(a->list, bsn_member, i).public_key,
			    g_array_index(b->list, bsn_member, i).public_key))
			return FALSE;
	return TRUE;
}

static gboolean
is_same(const Agreement *a, const Agreement *b)
{
	return strcmp(a->protocol, b->protocol) == 0 &&
	       strcmp(a->config, b->config) == 0 && same_validators(a, b);
}

/* Whether the agreement after block `height`, whose bytes are `after`, is
 * another one than before it. */
static int32_t
closes(const Ledger *ledger, Layer *layer, guint64 height, bsn_slice after,
       gboolean *yes, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(Agreement) old = NULL;
	g_autoptr(Agreement) new = NULL;
	guint64 of;
	int32_t status = trace_agreement(layer, height - 1, &of, bytes, err);

	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the ledger has no agreement to begin with");
	if (status == BSN_OK)
		status = agreement_parse(buffer_slice(bytes), ledger->suite,
					 &old, err);
	if (status == BSN_OK)
		status = agreement_parse(after, ledger->suite, &new, err);
	if (status == BSN_OK)
		*yes = !is_same(old, new);
	return status;
}

/* Whether clients wait for something in it: not what the chain does by
 * itself. */
static gboolean
is_loaded(const Block *block)
{
	for (guint i = 0; i < block->n_txs; i++)
		if (!block->txs[i]->msg->autogen &&
		    !block->txs[i]->msg->coinbase)
			return TRUE;
	return FALSE;
}

int32_t
trace_flags(const Ledger *ledger, Layer *layer, const Block *block,
	    guint32 *flags, bsn_err *err)
{
	const RecordKey key = record_key_at('a', block->height);
	g_autoptr(GByteArray) after = g_byte_array_new();
	gboolean yes = FALSE;
	int32_t status;

	*flags = 0;
	if (block->height == 0) /* nobody waits for the genesis */
		return BSN_OK;
	*flags = is_loaded(block) ? BSN_TREE_LOADED : 0;
	status = layer_get(layer, record_slice(&key), after, err);
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status == BSN_OK)
		status = closes(ledger, layer, block->height,
				buffer_slice(after), &yes, err);
	*flags |= yes ? BSN_TREE_CLOSES : 0;
	return status;
}
