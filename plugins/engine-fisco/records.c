/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/records.h"

#include "plugins/engine-fisco/services.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* What a store may be: without rows, and with them. */
#define FORMAT_PLAIN 1u
#define FORMAT_ROWS 2u

/* ---- keys -------------------------------------------------------------- */

guint
record_key_number(guint8 kind, guint64 number, guint8 *out)
{
	guint64 big_endian = GUINT64_TO_BE(number);

	out[0] = kind;
	memcpy(out + 1, &big_endian, sizeof(big_endian));
	return 1 + sizeof(big_endian);
}

guint
record_key_hash(const guint8 *hash, guint8 *out)
{
	out[0] = KEY_HASH;
	memcpy(out + 1, hash, HASH_LEN);
	return 1 + HASH_LEN;
}

guint
record_key_tx(const guint8 *hash, guint8 *out)
{
	out[0] = KEY_TX;
	memcpy(out + 1, hash, TX_KEY_LEN);
	return 1 + TX_KEY_LEN;
}

static int32_t
load(bsn_chain *chain, const guint8 *key, guint len, GByteArray *out)
{
	BufferSink sink = buffer_sink(out, BSN_STORE_VALUE_MAX);

	g_byte_array_set_size(out, 0);
	return services.store->get(chain, bsn_slice_of(key, len), &sink.sink,
				   NULL);
}

static int32_t
finish(RlpReader *reader)
{
	return rlp_finish(reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

/* ---- head -------------------------------------------------------------- */

void
head_put(const Head *head, const guint8 *genesis, GByteArray *out)
{
	const RlpItem fields[] = {
		rlp_u64(head->rows ? FORMAT_ROWS : FORMAT_PLAIN),
		rlp_bytes(bsn_slice_of(genesis, HASH_LEN)),
		rlp_u64(head->number),
		rlp_bytes(bsn_slice_of(head->hash, HASH_LEN)),
		rlp_bytes(bsn_slice_of(head->state_root, HASH_LEN)),
		rlp_u64(head->time_ms),
		rlp_u64(head->bytes),
		rlp_u64(head->txs),
		rlp_u64(head->invalid_txs),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

static int32_t
head_decode(bsn_slice value, const guint8 *genesis, Head *head, bsn_err *err)
{
	RlpReader reader = rlp_reader(value);
	guint8 own[HASH_LEN];
	guint64 format;

	rlp_enter(&reader, "head");
	format = rlp_read_u64(&reader, "format");
	if (format > FORMAT_ROWS)
		return bsn_fail(err, BSN_E_VERSION,
				"the chain's store has format "
				"%" G_GUINT64_FORMAT
				", which a newer bsn.engine-fisco wrote",
				format);
	rlp_read_fixed(&reader, "genesis", own, HASH_LEN);
	head->number = rlp_read_u64(&reader, "number");
	rlp_read_fixed(&reader, "hash", head->hash, HASH_LEN);
	rlp_read_fixed(&reader, "state root", head->state_root, HASH_LEN);
	head->time_ms = rlp_read_u64(&reader, "time");
	head->bytes = rlp_read_u64(&reader, "bytes");
	head->txs = rlp_read_u64(&reader, "txs");
	head->invalid_txs = rlp_read_u64(&reader, "invalid txs");
	head->rows = format == FORMAT_ROWS;
	rlp_leave(&reader);
	if (finish(&reader) != BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the chain's head record is damaged");
	if (memcmp(own, genesis, HASH_LEN) != 0)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the chain's store began with another "
				"genesis");
	return BSN_OK;
}

int32_t
head_load(bsn_chain *chain, const guint8 *genesis, Head *head, bsn_err *err)
{
	static const guint8 key[] = { KEY_HEAD_RECORD };
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status = load(chain, key, sizeof(key), value);

	if (status == BSN_OK)
		return head_decode(buffer_slice(value), genesis, head, err);
	if (status != BSN_NOT_FOUND)
		return bsn_fail(err, status, "the store cannot be read");
	return status;
}

/* ---- blocks ------------------------------------------------------------ */

void
info_put(const BlockInfo *info, GByteArray *out)
{
	const RlpItem fields[] = {
		rlp_bytes(info->hash),
		rlp_u64(info->bytes),
		rlp_u64(info->txs),
		rlp_raw(info->header),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

int32_t
info_load(bsn_chain *chain, guint64 number, GByteArray *memory,
	  BlockInfo *info)
{
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_INFO, number, key);
	int32_t status = load(chain, key, len, memory);
	RlpReader reader;

	if (status != BSN_OK)
		return status;
	reader = rlp_reader(buffer_slice(memory));
	rlp_enter(&reader, "block info");
	info->hash = rlp_read_bytes(&reader, "hash", HASH_LEN, HASH_LEN);
	info->bytes = rlp_read_u64(&reader, "bytes");
	info->txs = rlp_read_u64(&reader, "txs");
	info->header = rlp_read_raw(&reader, "header");
	rlp_leave(&reader);
	return finish(&reader);
}

int32_t
block_load(bsn_chain *chain, guint64 number, GByteArray *out)
{
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_BLOCK, number, key);

	return load(chain, key, len, out);
}

int32_t
certificate_load(bsn_chain *chain, guint64 number, GByteArray *out)
{
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_CERTIFICATE, number, key);
	int32_t status = load(chain, key, len, out);

	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

int32_t
senders_load(bsn_chain *chain, guint64 number, GByteArray *out)
{
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_SENDERS, number, key);

	return load(chain, key, len, out);
}

int32_t
number_load(bsn_chain *chain, const guint8 *hash, guint64 *number)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_hash(hash, key);
	int32_t status = load(chain, key, len, value);

	if (status != BSN_OK)
		return status;
	if (value->len != sizeof(*number))
		return BSN_E_CORRUPT;
	memcpy(number, value->data, sizeof(*number));
	*number = GUINT64_FROM_BE(*number);
	return BSN_OK;
}

/* ---- transactions ------------------------------------------------------ */

void
place_put(const TxPlace *place, guint8 *out)
{
	guint64 block = GUINT64_TO_BE(place->block);
	guint32 index = GUINT32_TO_BE((guint32)place->index);

	memcpy(out, &block, sizeof(block));
	memcpy(out + sizeof(block), &index, sizeof(index));
}

int32_t
place_load(bsn_chain *chain, const guint8 *hash, TxPlace *place)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_tx(hash, key);
	int32_t status = load(chain, key, len, value);
	guint64 block;
	guint32 index;

	if (status != BSN_OK)
		return status;
	if (value->len != PLACE_LEN)
		return BSN_E_CORRUPT;
	memcpy(&block, value->data, sizeof(block));
	memcpy(&index, value->data + sizeof(block), sizeof(index));
	place->block = GUINT64_FROM_BE(block);
	place->index = GUINT32_FROM_BE(index);
	return BSN_OK;
}
