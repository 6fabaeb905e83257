/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/install.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/gather.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

#define INSTALL_FORMAT 1u

static const guint8 join_key[] = { KEY_JOIN };
static const guint8 earliest_key[] = { KEY_EARLIEST };
static const guint8 head_key[] = { KEY_HEAD_RECORD };

/* ---- the record ---------------------------------------------------------- */

void
install_init(Install *install)
{
	*install = (Install){ .done = g_byte_array_new() };
}

void
install_clear(Install *install)
{
	g_clear_pointer(&install->done, g_byte_array_unref);
}

static int32_t
get(const Ledger *ledger, bsn_slice key, GByteArray *value)
{
	BufferSink sink = buffer_sink(value, BSN_STORE_VALUE_MAX);

	return services.store->get(ledger->chain, key, &sink.sink, NULL);
}

int32_t
install_load(const Ledger *ledger, Install *install)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status = get(ledger, bsn_slice_of(join_key, 1), value);
	RlpReader reader;
	bsn_slice done;

	if (status != BSN_OK)
		return status;
	reader = rlp_reader(buffer_slice(value));
	rlp_enter(&reader, "join");
	if (rlp_read_u64(&reader, "format") != INSTALL_FORMAT)
		rlp_fail(&reader, "format", "it is another one");
	install->headers = rlp_read_u64(&reader, "headers");
	install->checkpoint = rlp_read_u64(&reader, "checkpoint");
	done = rlp_read_bytes(&reader, "done", 0, MANIFEST_MAX);
	g_byte_array_set_size(install->done, 0);
	g_byte_array_append(install->done, done.data, (guint)done.len);
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

void
install_put(const Install *install, Batch *batch)
{
	const RlpItem fields[] = { rlp_u64(INSTALL_FORMAT),
				   rlp_u64(install->headers),
				   rlp_u64(install->checkpoint),
				   rlp_bytes(buffer_slice(install->done)) };
	g_autoptr(GByteArray) value = g_byte_array_new();

	rlp_put_list(value, fields, G_N_ELEMENTS(fields));
	batch_put_short(batch, bsn_slice_of(join_key, 1), buffer_slice(value));
}

static int32_t
load_earliest(Ledger *ledger)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status = get(ledger, bsn_slice_of(earliest_key, 1), value);
	guint64 number;

	ledger->earliest = 1;
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status != BSN_OK || value->len != sizeof(number))
		return MIN(status, BSN_E_CORRUPT);
	memcpy(&number, value->data, sizeof(number));
	ledger->earliest = GUINT64_FROM_BE(number);
	return BSN_OK;
}

int32_t
install_open(Ledger *ledger, bsn_err *err)
{
	Install install;
	int32_t status = load_earliest(ledger);

	install_init(&install);
	if (status == BSN_OK)
		status = install_load(ledger, &install);
	ledger->installing = status == BSN_OK && install.checkpoint > 0;
	install_clear(&install);
	if (status == BSN_OK || status == BSN_NOT_FOUND)
		return BSN_OK;
	return bsn_fail(err, status,
			"what there is of another node's state cannot be "
			"read");
}

gboolean
install_has(const Install *install, guint section)
{
	return section / 8 < install->done->len &&
	       (install->done->data[section / 8] >> section % 8 & 1u) != 0;
}

static void
mark(Install *install, guint section)
{
	guint8 *byte = &install->done->data[section / 8];

	*byte = (guint8)(*byte | 1u << section % 8);
}

guint
install_count(const Install *install)
{
	guint n = 0;

	for (guint i = 0; i < 8 * install->done->len; i++)
		if (install_has(install, i))
			n++;
	return n;
}

/* ---- headers ------------------------------------------------------------- */

/* As those of a block that is kept (commit.c), but that there is no block. */
void
install_header(guint64 number, bsn_slice header, const guint8 *hash,
	       bsn_slice certificate, Batch *batch)
{
	const BlockInfo info = { bsn_slice_of(hash, HASH_LEN), 0, 0, header };
	const guint64 big_endian = GUINT64_TO_BE(number);
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_INFO, number, key);

	info_put(&info, value);
	batch_put_short(batch, bsn_slice_of(key, len), buffer_slice(value));
	len = record_key_hash(hash, key);
	batch_put_short(batch, bsn_slice_of(key, len),
			bsn_slice_of(&big_endian, sizeof(big_endian)));
	len = record_key_number(KEY_CERTIFICATE, number, key);
	if (certificate.len > 0)
		batch_put_short(batch, bsn_slice_of(key, len), certificate);
}

/* ---- sections ------------------------------------------------------------ */

static gboolean
are_the_same(const Manifest *a, guint i, const Manifest *b, guint j)
{
	return bsn_slice_equal(manifest_start(a, i), manifest_start(b, j)) &&
	       bsn_slice_equal(manifest_end(a, i), manifest_end(b, j)) &&
	       memcmp(manifest_at(a, i)->digest, manifest_at(b, j)->digest,
		      HASH_LEN) == 0;
}

/* Both are in order. */
static void
keep_common(Install *install, const Install *former, const Manifest *before,
	    const Manifest *manifest)
{
	guint j = 0;

	for (guint i = 0; i < manifest_n(manifest); i++) {
		while (j < manifest_n(before) &&
		       slice_compare(manifest_start(before, j),
				     manifest_start(manifest, i)) < 0)
			j++;
		if (j < manifest_n(before) && install_has(former, j) &&
		    are_the_same(manifest, i, before, j))
			mark(install, i);
	}
}

int32_t
install_begin(Ledger *ledger, Install *install, const Manifest *manifest,
	      bsn_slice bytes, const Manifest *before)
{
	const guint n = (manifest_n(manifest) + 7) / 8;
	Install next = { .headers = install->headers,
			 .checkpoint = manifest->checkpoint,
			 .done = g_byte_array_new() };
	g_auto(Batch) batch = { NULL, NULL };
	guint8 key[RECORD_KEY_MAX];
	guint len;
	int32_t status;

	g_byte_array_set_size(next.done, n);
	memset(next.done->data, 0, n);
	batch_init(&batch, 3);
	if (before != NULL) {
		keep_common(&next, install, before, manifest);
		len = record_key_number(KEY_MANIFEST, before->checkpoint, key);
		batch_delete_short(&batch, bsn_slice_of(key, len));
	}
	len = record_key_number(KEY_MANIFEST, manifest->checkpoint, key);
	batch_put(&batch, bsn_slice_of(key, len), bytes);
	install_put(&next, &batch);
	status = batch_commit(&batch, ledger->chain, 0, NULL);
	if (status != BSN_OK) {
		install_clear(&next);
		return status;
	}
	install_clear(install);
	*install = next;
	ledger->installing = TRUE;
	return BSN_OK;
}

typedef struct {
	bsn_scan_sink sink;
	Batch *batch;
} Clearing;

static int32_t
clear_one(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	(void)value;
	batch_delete_short(((Clearing *)sink)->batch, key);
	return BSN_OK;
}

/* A key of a section's bounds as those that begin with `kept` have it: those of
 * the store begin with `first` instead. */
static bsn_slice
bound(bsn_slice key, guint8 kept, guint8 first, guint8 *out)
{
	if (key.len == 0 || key.data[0] < kept) {
		out[0] = first;
		return bsn_slice_of(out, 1);
	}
	if (key.data[0] > kept) {
		out[0] = (guint8)(first + 1);
		return bsn_slice_of(out, 1);
	}
	memcpy(out, key.data, key.len);
	out[0] = first;
	return bsn_slice_of(out, key.len);
}

static int32_t
clear_range(const Ledger *ledger, const Manifest *manifest, guint index,
	    guint8 kept, guint8 first, Batch *batch)
{
	static const guint8 last[] = { 0xff };
	Clearing clearing = { { clear_one }, batch };
	bsn_slice end = manifest_end(manifest, index);
	guint8 from[BSN_STORE_KEY_MAX];
	guint8 to[BSN_STORE_KEY_MAX];

	if (end.len == 0)
		end = bsn_slice_of(last, 1);
	return services.store->scan(
		ledger->chain,
		bound(manifest_start(manifest, index), kept, first, from),
		bound(end, kept, first, to), 0, &clearing.sink, NULL);
}

static int32_t
clear_section(const Ledger *ledger, const Manifest *manifest, guint index,
	      Batch *batch)
{
	static const guint8 kept[][2] = {
		{ KEY_NONCES, KEY_NONCES },
		{ STATE_BYTE, STATE_BYTE },
		{ KEY_NONCES, KEY_NONCES_VECTOR },
		{ STATE_BYTE, KEY_STATE_VECTOR },
	};
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < G_N_ELEMENTS(kept); i++)
		status = clear_range(ledger, manifest, index, kept[i][0],
				     kept[i][1], batch);
	return status;
}

int32_t
install_section(Ledger *ledger, Install *install, const Manifest *manifest,
		guint index, const Entries *entries, const LtHash *vector)
{
	g_auto(Batch) batch = { NULL, NULL };
	guint8 key[BSN_STORE_KEY_MAX];
	guint8 bytes[LTHASH_LEN];
	int32_t status;
	guint len;

	batch_init(&batch, 2 * entries_n(entries) + 2);
	status = clear_section(ledger, manifest, index, &batch);
	if (status != BSN_OK)
		return status;
	for (guint i = 0; i < entries_n(entries); i++) {
		const Entry entry = entries_at(entries, i);

		batch_put_borrowed(&batch, entry.key, entry.value);
	}
	len = vector_key(manifest_start(manifest, index), key);
	lthash_put(vector, bytes);
	batch_put(&batch, bsn_slice_of(key, len),
		  bsn_slice_of(bytes, LTHASH_LEN));
	mark(install, index);
	install_put(install, &batch);
	status = batch_commit(&batch, ledger->chain, 0, NULL);
	if (status != BSN_OK)
		install->done->data[index / 8] &=
			(guint8) ~(1u << index % 8);
	return status;
}

/* ---- the end ------------------------------------------------------------- */

static int32_t
head_of(const Ledger *ledger, const Manifest *manifest, Head *head)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	RlpReader reader;
	Header header;
	BlockInfo info;
	int32_t status = info_load(ledger->chain, manifest->checkpoint, memory,
				   &info);

	if (status != BSN_OK)
		return MIN(status, BSN_E_CORRUPT);
	reader = rlp_reader(info.header);
	header_read(&reader, &header);
	if (rlp_finish(&reader, NULL) != BSN_OK)
		return BSN_E_CORRUPT;
	*head = (Head){ .number = manifest->checkpoint,
			.time_ms = header.time_ms,
			.bytes = ledger->head.bytes,
			.txs = manifest->txs,
			.invalid_txs = manifest->invalid_txs };
	memcpy(head->hash, info.hash.data, HASH_LEN);
	memcpy(head->state_root, header.state_root, HASH_LEN);
	return BSN_OK;
}

int32_t
install_finish(Ledger *ledger, const Manifest *manifest, Head *head)
{
	const guint64 earliest = GUINT64_TO_BE(manifest->checkpoint + 1);
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_auto(Batch) batch = { NULL, NULL };
	int32_t status = head_of(ledger, manifest, head);

	if (status != BSN_OK)
		return status;
	batch_init(&batch, 3);
	head_put(head, ledger->genesis_digest, value);
	batch_put(&batch, bsn_slice_of(head_key, 1), buffer_slice(value));
	batch_put_short(&batch, bsn_slice_of(earliest_key, 1),
			bsn_slice_of(&earliest, sizeof(earliest)));
	batch_delete_short(&batch, bsn_slice_of(join_key, 1));
	return batch_commit(&batch, ledger->chain, manifest->checkpoint, NULL);
}

int32_t
install_abandon(Ledger *ledger)
{
	g_auto(Batch) batch = { NULL, NULL };

	batch_init(&batch, 1);
	batch_delete_short(&batch, bsn_slice_of(join_key, 1));
	return batch_commit(&batch, ledger->chain, 0, NULL);
}
