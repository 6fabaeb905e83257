/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/stored.h"

#include <string.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "xldgpb/xcontract.pb-c.h"

int32_t
stored_block(const bsn_ledger *ledger, guint64 height, Block **block,
	     bsn_err *err)
{
	g_autoptr(GByteArray) bytes = NULL;
	int32_t status;

	if (height > ledger->durable)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no block %" G_GUINT64_FORMAT
				": the newest final one is %" G_GUINT64_FORMAT,
				height, ledger->durable);
	bytes = g_byte_array_new();
	status = ledger_block_bytes(ledger->ledger, height, bytes, err);
	if (status != BSN_OK)
		return status;
	*block = block_decode(&ledger->suite, buffer_slice(bytes), FALSE, NULL,
			      NULL, &status, err);
	return *block != NULL ? BSN_OK : BSN_E_CORRUPT;
}

/* ---- events ---- */

/* What contract/sandbox-result.c puts into BUCKET_TRANSIENT: their number, then
 * each with its length before it. */
#define KEY_EVENTS_NAME "contractEvent"

static gboolean
take_varint(bsn_slice *rest, guint64 *value)
{
	*value = 0;
	for (guint i = 0; i < 10 && i < rest->len; i++) {
		*value |= (guint64)(rest->data[i] & 0x7f) << 7 * i;
		if ((rest->data[i] & 0x80) == 0) {
			*rest = bsn_slice_of(rest->data + i + 1,
					     rest->len - i - 1);
			return TRUE;
		}
	}
	return FALSE;
}

static bsn_slice
find_events(const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *output = msg->tx_outputs_ext[i];

		if (strcmp(output->bucket, BUCKET_TRANSIENT) == 0 &&
		    bsn_slice_equal(message_slice(output->key),
				    bsn_slice_str(KEY_EVENTS_NAME)))
			return message_slice(output->value);
	}
	return bsn_slice_of(NULL, 0);
}

void
stored_events(const Block *block, guint tx,
	      void (*each)(void *owner, const StoredEvent *event), void *owner)
{
	StoredEvent event = { .tx = tx, .msg = block->txs[tx]->msg };
	bsn_slice rest = find_events(event.msg);
	guint64 n, len;

	if (!take_varint(&rest, &n))
		return;
	for (; n > 0 && take_varint(&rest, &len) && len <= rest.len; n--) {
		g_auto(Arena) arena = ARENA_INIT;
		const Xldgpb__ContractEvent *msg = message_unpack(
			&arena, &xldgpb__contract_event__descriptor,
			bsn_slice_of(rest.data, len), NULL, NULL);

		rest = bsn_slice_of(rest.data + len, rest.len - len);
		if (msg == NULL)
			return;
		event.contract = bsn_slice_str(msg->contract);
		event.name = bsn_slice_str(msg->name);
		event.body = message_slice(msg->body);
		each(owner, &event);
	}
}
