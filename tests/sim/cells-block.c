/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/cells.h"

#include <string.h>

#include "plugins/kit/sink.h"

bsn_id
cells_digest(bsn_slice bytes)
{
	guint8 digest[HASH_LEN];

	cells_host.sha256->digest(&bytes, 1, digest);
	return bsn_id_of(digest, HASH_LEN);
}

guint64
cells_u64(const guint8 *at)
{
	guint64 n;

	memcpy(&n, at, sizeof(n));
	return GUINT64_FROM_BE(n);
}

void
cells_put_u64(GByteArray *out, guint64 n)
{
	n = GUINT64_TO_BE(n);
	g_byte_array_append(out, (const guint8 *)&n, sizeof(n));
}

CellTx *
cells_tx_new(bsn_slice bytes)
{
	CellTx *tx = g_new0(CellTx, 1);

	tx->bytes = g_bytes_new(bytes.data, bytes.len);
	tx->id = cells_digest(bsn_slice_of(bytes.data,
					   bytes.len - SIGNATURE_LEN));
	return tx;
}

void
cells_tx_free(gpointer data)
{
	CellTx *tx = data;

	g_bytes_unref(tx->bytes);
	g_free(tx);
}

void
cells_block_free(gpointer data)
{
	CellBlock *block = data;

	if (block == NULL)
		return;
	g_clear_pointer(&block->bytes, g_bytes_unref);
	g_clear_pointer(&block->certificate, g_bytes_unref);
	g_ptr_array_unref(block->txs);
	g_free(block);
}

static CellBlock *
block_new(void)
{
	CellBlock *block = g_new0(CellBlock, 1);

	block->txs = g_ptr_array_new_with_free_func(cells_tx_free);
	return block;
}

/* ---- transactions ---------------------------------------------------------- */

int32_t
cells_tx_check(const bsn_ledger *ledger, bsn_slice tx, bsn_err *err)
{
	bsn_verify_item item = { .size = sizeof(item),
				 .convention = BSN_SIGN_STANDARD };

	if (tx.len < TX_HEAD + SIGNATURE_LEN || tx.len > TX_MAX ||
	    tx.len - TX_HEAD - SIGNATURE_LEN < tx.data[TX_HEAD - 1])
		return bsn_fail(err, BSN_BAD_REQUEST, "no transaction");
	if (memcmp(tx.data, ledger->genesis_hash, HASH_LEN) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST, "of another chain");
	item.public_key = bsn_slice_of(tx.data + HASH_LEN, SIGNER_LEN);
	item.message = bsn_slice_of(tx.data, tx.len - SIGNATURE_LEN);
	item.signature = bsn_slice_of(tx.data + item.message.len,
				      SIGNATURE_LEN);
	if (cells_host.ed25519->verify(&item) != BSN_OK)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the signature does not verify");
	return BSN_OK;
}

static bsn_slice
key_of(GByteArray *key, char letter, bsn_slice name)
{
	g_byte_array_set_size(key, 0);
	g_byte_array_append(key, (const guint8 *)&letter, 1);
	if (name.len > 0)
		g_byte_array_append(key, name.data, (guint)name.len);
	return buffer_slice(key);
}

int32_t
cells_find_tx(const bsn_ledger *ledger, const bsn_id *id, guint64 *number,
	      guint32 *index)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	guint8 value[12];
	bsn_fixed_sink sink = bsn_fixed_sink_of(value, sizeof(value));
	int32_t status = cells_host.store->get(
		ledger->chain, key_of(key, 'T', bsn_id_slice(id)), &sink.sink,
		NULL);

	if (status != BSN_OK)
		return status;
	*number = cells_u64(value);
	memcpy(index, value + 8, sizeof(*index));
	*index = GUINT32_FROM_BE(*index);
	return BSN_OK;
}

/* ---- blocks ---------------------------------------------------------------- */

CellHead
cells_head_of(bsn_slice bytes)
{
	CellHead head = { .number = cells_u64(bytes.data),
			  .time_ms = cells_u64(bytes.data + 8 + HASH_LEN) };

	memcpy(head.state, bytes.data + 16 + HASH_LEN, HASH_LEN);
	memcpy(head.hash, cells_digest(bytes).bytes, HASH_LEN);
	return head;
}

static void
state_after(const bsn_ledger *ledger, bsn_slice body, guint8 *state)
{
	const bsn_slice parts[] = { bsn_slice_of(ledger->head.state, HASH_LEN),
				    body };

	cells_host.sha256->digest(parts, G_N_ELEMENTS(parts), state);
}

static void
append_tx(GByteArray *body, const CellTx *tx)
{
	gsize len;
	const void *data = g_bytes_get_data(tx->bytes, &len);
	guint32 size = GUINT32_TO_BE((guint32)len);

	g_byte_array_append(body, (const guint8 *)&size, sizeof(size));
	g_byte_array_append(body, data, (guint)len);
}

CellBlock *
cells_block_make(bsn_ledger *ledger)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) body = g_byte_array_new();
	CellBlock *block = block_new();
	guint8 state[HASH_LEN];

	for (GList *link = ledger->pool.head;
	     link != NULL && block->txs->len < BLOCK_TXS_MAX;
	     link = link->next) {
		const CellTx *waiting = link->data;

		append_tx(body, waiting);
		g_ptr_array_add(block->txs,
				cells_tx_new(bytes_slice(waiting->bytes)));
	}
	if (block->txs->len == 0) {
		cells_block_free(block);
		return NULL;
	}
	state_after(ledger, buffer_slice(body), state);
	cells_put_u64(bytes, ledger->head.number + 1);
	g_byte_array_append(bytes, ledger->head.hash, HASH_LEN);
	cells_put_u64(bytes, MAX(ledger->head.time_ms,
				 cells_host.clock->wall_ms(ledger->chain)));
	g_byte_array_append(bytes, state, HASH_LEN);
	g_byte_array_append(bytes, body->data, body->len);
	block->bytes = g_bytes_new(bytes->data, bytes->len);
	block->head = cells_head_of(buffer_slice(bytes));
	return block;
}

static gboolean
has_tx(const CellBlock *block, const bsn_id *id)
{
	for (guint i = 0; i < block->txs->len; i++) {
		const CellTx *tx = block->txs->pdata[i];

		if (memcmp(tx->id.bytes, id->bytes, HASH_LEN) == 0)
			return TRUE;
	}
	return FALSE;
}

static int32_t
read_tx(const bsn_ledger *ledger, CellBlock *block, bsn_slice bytes,
	bsn_err *err)
{
	int32_t status = cells_tx_check(ledger, bytes, err);
	guint64 number;
	guint32 index;
	CellTx *tx;

	if (status != BSN_OK)
		return status;
	tx = cells_tx_new(bytes);
	status = cells_find_tx(ledger, &tx->id, &number, &index);
	if (status == BSN_OK || has_tx(block, &tx->id)) {
		cells_tx_free(tx);
		return bsn_fail(err, BSN_DUPLICATE, "a transaction twice");
	}
	g_ptr_array_add(block->txs, tx);
	return status == BSN_NOT_FOUND
		       ? BSN_OK
		       : bsn_fail(err, status, "the store fails");
}

static int32_t
read_body(const bsn_ledger *ledger, CellBlock *block, bsn_slice body,
	  bsn_err *err)
{
	int32_t status = BSN_OK;

	while (status == BSN_OK && body.len > 0) {
		guint32 len;

		if (body.len < sizeof(len))
			return bsn_fail(err, BSN_BAD_REQUEST, "cut short");
		memcpy(&len, body.data, sizeof(len));
		len = GUINT32_FROM_BE(len);
		if (len > body.len - sizeof(len) ||
		    block->txs->len >= BLOCK_TXS_MAX)
			return bsn_fail(err, BSN_BAD_REQUEST, "cut short");
		status = read_tx(ledger, block,
				 bsn_slice_of(body.data + sizeof(len), len),
				 err);
		body = bsn_slice_of(body.data + sizeof(len) + len,
				    body.len - sizeof(len) - len);
	}
	return status;
}

CellBlock *
cells_block_read(bsn_ledger *ledger, bsn_slice bytes, int32_t *status,
		 bsn_err *err)
{
	CellBlock *block;
	guint8 state[HASH_LEN];
	bsn_slice body;

	*status = BSN_BAD_REQUEST;
	if (bytes.len <= BLOCK_HEAD ||
	    cells_u64(bytes.data) != ledger->head.number + 1 ||
	    memcmp(bytes.data + 8, ledger->head.hash, HASH_LEN) != 0) {
		bsn_fail(err, BSN_BAD_REQUEST, "it does not follow the head");
		return NULL;
	}
	body = bsn_slice_of(bytes.data + BLOCK_HEAD, bytes.len - BLOCK_HEAD);
	state_after(ledger, body, state);
	if (memcmp(state, bytes.data + 16 + HASH_LEN, HASH_LEN) != 0) {
		bsn_fail(err, BSN_BAD_REQUEST, "it has another state");
		return NULL;
	}
	block = block_new();
	*status = read_body(ledger, block, body, err);
	if (*status != BSN_OK) {
		cells_block_free(block);
		return NULL;
	}
	block->bytes = g_bytes_new(bytes.data, bytes.len);
	block->head = cells_head_of(bytes);
	return block;
}

/* ---- the store ------------------------------------------------------------- */

static bsn_write
put(GPtrArray *memory, char letter, bsn_slice name, const void *value,
    guint64 len)
{
	GByteArray *key = g_byte_array_new();

	g_ptr_array_add(memory, key);
	return (bsn_write){ sizeof(bsn_write), BSN_WRITE_PUT,
			    key_of(key, letter, name),
			    bsn_slice_of(value, len) };
}

static void
put_tx(GArray *writes, GPtrArray *memory, const CellTx *tx, guint64 number,
       guint32 index)
{
	bsn_slice bytes = bytes_slice(tx->bytes);
	guint8 name_len = bytes.data[TX_HEAD - 1];
	GByteArray *place = g_byte_array_new();
	bsn_write write;

	index = GUINT32_TO_BE(index);
	cells_put_u64(place, number);
	g_byte_array_append(place, (const guint8 *)&index, sizeof(index));
	g_ptr_array_add(memory, place);
	write = put(memory, 'T', bsn_id_slice(&tx->id), place->data,
		    place->len);
	g_array_append_val(writes, write);
	write = put(memory, 'C', bsn_slice_of(bytes.data + TX_HEAD, name_len),
		    bytes.data + TX_HEAD + name_len,
		    bytes.len - TX_HEAD - name_len - SIGNATURE_LEN);
	g_array_append_val(writes, write);
}

int32_t
cells_block_commit(bsn_ledger *ledger, const CellBlock *block, bsn_err *err)
{
	g_autoptr(GPtrArray) memory = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	g_autoptr(GArray) writes =
		g_array_new(FALSE, FALSE, sizeof(bsn_write));
	const guint64 number = GUINT64_TO_BE(block->head.number);
	const bsn_slice name = bsn_slice_of(&number, sizeof(number));
	bsn_slice bytes = bytes_slice(block->bytes);
	bsn_write write = put(memory, 'B', name, bytes.data, bytes.len);

	g_array_append_val(writes, write);
	bytes = bytes_slice(block->certificate);
	write = put(memory, 'Q', name, bytes.data, bytes.len);
	g_array_append_val(writes, write);
	write = put(memory, 'H', bsn_slice_of(NULL, 0), name.data, name.len);
	g_array_append_val(writes, write);
	for (guint i = 0; i < block->txs->len; i++)
		put_tx(writes, memory, block->txs->pdata[i],
		       block->head.number, i);
	return cells_host.store->commit(ledger->chain,
					(const bsn_write *)(void *)writes->data,
					writes->len, block->head.number, err);
}

static GByteArray *
load(const bsn_ledger *ledger, char letter, guint64 number)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	GByteArray *bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, BSN_STORE_VALUE_MAX);
	const guint64 name = GUINT64_TO_BE(number);

	if (cells_host.store->get(ledger->chain,
				  key_of(key, letter,
					 bsn_slice_of(&name, sizeof(name))),
				  &sink.sink, NULL) == BSN_OK)
		return bytes;
	g_byte_array_unref(bytes);
	return NULL;
}

GByteArray *
cells_block_load(const bsn_ledger *ledger, guint64 number)
{
	if (number > 0)
		return load(ledger, 'B', number);
	return g_byte_array_append(
		g_byte_array_new(), g_bytes_get_data(ledger->genesis, NULL),
		(guint)g_bytes_get_size(ledger->genesis));
}

GByteArray *
cells_certificate_load(const bsn_ledger *ledger, guint64 number)
{
	return load(ledger, 'Q', number);
}

int32_t
cells_load(bsn_ledger *ledger, bsn_err *err)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	g_autoptr(GByteArray) bytes = NULL;
	guint8 number[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(number, sizeof(number));
	int32_t status = cells_host.store->get(
		ledger->chain, key_of(key, 'H', bsn_slice_of(NULL, 0)),
		&sink.sink, err);

	memcpy(ledger->genesis_hash,
	       cells_digest(bytes_slice(ledger->genesis)).bytes, HASH_LEN);
	memcpy(ledger->head.hash, ledger->genesis_hash, HASH_LEN);
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status != BSN_OK)
		return status;
	bytes = cells_block_load(ledger, cells_u64(number));
	if (bytes == NULL || bytes->len < BLOCK_HEAD)
		return bsn_fail(err, BSN_E_IO, "the newest block is not there");
	ledger->head = cells_head_of(buffer_slice(bytes));
	ledger->durable = ledger->head.number;
	return BSN_OK;
}
