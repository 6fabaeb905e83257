/* SPDX-License-Identifier: Apache-2.0
 *
 * Events, and what a sandbox saw and did as parts of a transaction.
 */
#include "plugins/engine-xuper/contract/sandbox-private.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/slices.h"
#include "xldgpb/xcontract.pb-c.h"

/* ---- events ------------------------------------------------------------ */

static void
put_varint(GByteArray *out, guint64 value)
{
	guint8 byte;

	for (; value >= 0x80; value >>= 7) {
		byte = (guint8)(value | 0x80);
		g_byte_array_append(out, &byte, 1);
	}
	byte = (guint8)value;
	g_byte_array_append(out, &byte, 1);
}

int32_t
sandbox_emit(Sandbox *box, bsn_slice contract, bsn_slice name, bsn_slice body,
	     bsn_err *err)
{
	g_autofree char *by =
		g_utf8_make_valid((const char *)contract.data,
				  (gssize)contract.len);
	g_autofree char *called =
		g_utf8_make_valid((const char *)name.data, (gssize)name.len);
	Xldgpb__ContractEvent event = XLDGPB__CONTRACT_EVENT__INIT;
	const Undo undo = { .kind = UNDO_EVENT };
	int32_t status = sandbox_may_change(box, err);
	GByteArray *encoded;

	if (status != BSN_OK)
		return status;
	if (box->events->len >= SANDBOX_EVENTS_MAX ||
	    contract.len + name.len + body.len >
		    SANDBOX_EVENT_BYTES_MAX - box->event_bytes)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a transaction has at most %u events, and %u "
				"bytes of them",
				SANDBOX_EVENTS_MAX, SANDBOX_EVENT_BYTES_MAX);
	event.contract = by;
	event.name = called;
	event.body = message_bytes(body);
	encoded = message_pack(&event);
	box->event_bytes += encoded->len;
	g_ptr_array_add(box->events, g_byte_array_free_to_bytes(encoded));
	g_array_append_val(box->undo, undo);
	return BSN_OK;
}

bsn_slice
events_result(const Sandbox *box, Arena *arena)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	if (box->events->len == 0)
		return bsn_slice_of(NULL, 0);
	put_varint(out, box->events->len);
	for (guint i = 0; i < box->events->len; i++) {
		bsn_slice event = bytes_slice(box->events->pdata[i]);

		put_varint(out, event.len);
		g_byte_array_append(out, event.data, (guint)event.len);
	}
	return bsn_slice_of(arena_copy(arena, out->data, out->len), out->len);
}

/* ---- the sets ---------------------------------------------------------- */

static gint
compare_entries(gconstpointer a, gconstpointer b)
{
	const Entry *first = *(const Entry *const *)a;
	const Entry *second = *(const Entry *const *)b;
	const int order =
		slice_compare(entry_bucket(first), entry_bucket(second));

	/* Names of one bucket begin alike, so they sort by key. */
	return order != 0 ? order :
			    g_bytes_compare(first->name, second->name);
}

GPtrArray *
sandbox_sorted(Sandbox *box, gboolean written)
{
	GPtrArray *sorted = g_ptr_array_new();
	GHashTableIter iter;
	gpointer entry;

	g_hash_table_iter_init(&iter, box->entries);
	while (g_hash_table_iter_next(&iter, NULL, &entry))
		if (!written || ((const Entry *)entry)->written != NULL)
			g_ptr_array_add(sorted, entry);
	g_ptr_array_sort(sorted, compare_entries);
	return sorted;
}

static char *
copy_text(Arena *arena, bsn_slice text)
{
	return arena_copy(arena, text.data, text.len);
}

static ProtobufCBinaryData
copy_bytes(Arena *arena, bsn_slice bytes)
{
	return (ProtobufCBinaryData){
		(size_t)bytes.len,
		(uint8_t *)arena_copy(arena, bytes.data, bytes.len)
	};
}

static Xldgpb__TxInputExt *
input_of(Arena *arena, const Entry *entry)
{
	Xldgpb__TxInputExt *input = arena_room(arena, sizeof(*input));

	xldgpb__tx_input_ext__init(input);
	input->bucket = copy_text(arena, entry_bucket(entry));
	input->key = copy_bytes(arena, entry_key(entry));
	if (entry->version.there) {
		input->ref_txid = copy_bytes(
			arena, bsn_slice_of(entry->version.txid, HASH_LEN));
		input->ref_offset = entry->version.offset;
	}
	return input;
}

static Xldgpb__TxOutputExt *
output_of(Arena *arena, bsn_slice bucket, bsn_slice key, bsn_slice value)
{
	Xldgpb__TxOutputExt *output = arena_room(arena, sizeof(*output));

	xldgpb__tx_output_ext__init(output);
	output->bucket = copy_text(arena, bucket);
	output->key = copy_bytes(arena, key);
	output->value = copy_bytes(arena, value);
	return output;
}

static void
put_inputs(Sandbox *box, Arena *arena, Xldgpb__Transaction *msg)
{
	g_autoptr(GPtrArray) entries = sandbox_sorted(box, FALSE);
	gsize room = MAX(entries->len, 1) * sizeof(*msg->tx_inputs_ext);

	msg->n_tx_inputs_ext = entries->len;
	msg->tx_inputs_ext = arena_room(arena, room);
	for (guint i = 0; i < entries->len; i++)
		msg->tx_inputs_ext[i] = input_of(arena, entries->pdata[i]);
}

/* Whether it takes away what is not there. */
static gboolean
is_idle(const Entry *entry)
{
	return xmodel_is_deleted(bytes_slice(entry->written)) &&
	       (!entry->version.there ||
		xmodel_is_deleted(buffer_slice(entry->found)));
}

/* It goes where its bucket sorts; keys of the bucket come in order. */
static void
put_transient(Arena *arena, const char *key, bsn_slice value,
	      Xldgpb__Transaction *msg)
{
	Xldgpb__TxOutputExt **outputs = msg->tx_outputs_ext;
	size_t at = msg->n_tx_outputs_ext;

	if (value.len == 0)
		return;
	for (; at > 0 && strcmp(outputs[at - 1]->bucket, BUCKET_TRANSIENT) > 0;
	     at--)
		outputs[at] = outputs[at - 1];
	outputs[at] = output_of(arena, bsn_slice_str(BUCKET_TRANSIENT),
				bsn_slice_str(key), value);
	msg->n_tx_outputs_ext++;
}

static void
put_outputs(Sandbox *box, Arena *arena, Xldgpb__Transaction *msg)
{
	g_autoptr(GPtrArray) entries = sandbox_sorted(box, TRUE);
	gsize room = (entries->len + 2) * sizeof(*msg->tx_outputs_ext);

	msg->n_tx_outputs_ext = 0;
	msg->tx_outputs_ext = arena_room(arena, room);
	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = entries->pdata[i];

		if (!is_idle(entry))
			msg->tx_outputs_ext[msg->n_tx_outputs_ext++] =
				output_of(arena, entry_bucket(entry),
					  entry_key(entry),
					  bytes_slice(entry->written));
	}
	put_transient(arena, KEY_EVENTS, events_result(box, arena), msg);
	put_transient(arena, KEY_CROSS, facts_result(box, arena), msg);
}

void
sandbox_result(Sandbox *box, Arena *arena, Xldgpb__Transaction *msg)
{
	put_inputs(box, arena, msg);
	put_outputs(box, arena, msg);
	tokens_result(box, arena, msg);
}
