/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/receipt.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"

#define TOPIC_LEN 32u

Receipt *
receipt_new(void)
{
	Receipt *receipt = g_new0(Receipt, 1);

	receipt->output = g_byte_array_new();
	receipt->logs = g_byte_array_new();
	return receipt;
}

void
receipt_reset(Receipt *receipt)
{
	receipt_drop_effects(receipt);
	g_byte_array_set_size(receipt->output, 0);
	receipt->gas_used = 0;
	receipt->status = 0;
}

void
receipt_free(Receipt *receipt)
{
	if (receipt == NULL)
		return;
	g_byte_array_unref(receipt->output);
	g_byte_array_unref(receipt->logs);
	g_free(receipt);
}

static BloomBits
bits_of(const guint8 *digest)
{
	BloomBits bits;

	for (guint i = 0; i < BLOOM_BITS; i++)
		bits.at[i] = (guint)(digest[2 * i] << 8 | digest[2 * i + 1]) %
			     (BLOOM_LEN * 8);
	return bits;
}

int32_t
bloom_bits(const Suite *suite, bsn_slice entry, BloomBits *bits)
{
	guint8 digest[HASH_LEN] = { 0 };
	int32_t status = suite_digest1(suite, entry, digest);

	*bits = bits_of(digest);
	return status;
}

gboolean
bloom_has(const guint8 *bloom, const BloomBits *bits)
{
	for (guint i = 0; i < BLOOM_BITS; i++) {
		guint bit = bits->at[i];

		if ((bloom[BLOOM_LEN - 1 - bit / 8] >> (bit % 8) & 1) == 0)
			return FALSE;
	}
	return TRUE;
}

static void
bloom_add(guint8 *bloom, const guint8 *digest)
{
	const BloomBits bits = bits_of(digest);

	for (guint i = 0; i < BLOOM_BITS; i++)
		bloom[BLOOM_LEN - 1 - bits.at[i] / 8] |=
			(guint8)(1u << (bits.at[i] % 8));
}

/* All at once: there are hashes that gain by it. */
static int32_t
bloom_add_log(guint8 *bloom, const Suite *suite, bsn_slice address,
	      const bsn_slice *topics, guint64 n)
{
	bsn_slice entries[1 + TOPICS_MAX] = { address };
	guint8 digests[(1 + TOPICS_MAX) * HASH_LEN];
	int32_t status;

	for (guint64 i = 0; i < n; i++)
		entries[1 + i] = topics[i];
	status = suite_digest_each(suite, entries, 1 + n, digests);
	for (guint64 i = 0; status == BSN_OK && i <= n; i++)
		bloom_add(bloom, digests + i * HASH_LEN);
	return status;
}

int32_t
receipt_log(Receipt *receipt, const Suite *suite, bsn_slice address,
	    const bsn_slice *topics, guint64 n, bsn_slice data)
{
	RlpItem words[TOPICS_MAX];
	RlpItem fields[3];

	if (n > TOPICS_MAX || address.len != ADDRESS_LEN)
		return BSN_E_INVALID;
	for (guint64 i = 0; i < n; i++) {
		if (topics[i].len != TOPIC_LEN)
			return BSN_E_INVALID;
		words[i] = rlp_bytes(topics[i]);
	}
	fields[0] = rlp_bytes(address);
	fields[1] = rlp_list(words, n);
	fields[2] = rlp_bytes(data);
	rlp_put_list(receipt->logs, fields, G_N_ELEMENTS(fields));
	return bloom_add_log(receipt->bloom, suite, address, topics, n);
}

void
receipt_drop_effects(Receipt *receipt)
{
	memset(receipt->contract, 0, ADDRESS_LEN);
	memset(receipt->bloom, 0, BLOOM_LEN);
	g_byte_array_set_size(receipt->logs, 0);
}

guint64
receipt_bytes(const Receipt *receipt)
{
	return (guint64)receipt->output->len + receipt->logs->len;
}

void
receipt_put(const Receipt *receipt, GByteArray *out)
{
	static const guint8 no_root[HASH_LEN];
	const RlpItem logs = rlp_raw(buffer_slice(receipt->logs));
	const RlpItem fields[] = {
		rlp_bytes(bsn_slice_of(no_root, HASH_LEN)),
		rlp_u64(receipt->gas_used),
		rlp_bytes(bsn_slice_of(receipt->contract, ADDRESS_LEN)),
		rlp_bytes(bsn_slice_of(receipt->bloom, BLOOM_LEN)),
		rlp_u64(receipt->status),
		rlp_bytes(buffer_slice(receipt->output)),
		rlp_list(&logs, 1),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

void
receipt_read(RlpReader *reader, ReceiptView *receipt)
{
	static const guint8 none[ADDRESS_LEN] = { 0 };
	guint64 begin;

	rlp_enter(reader, "receipt");
	receipt->state_root = rlp_read_bytes(reader, "stateRoot", HASH_LEN,
					     HASH_LEN);
	receipt->gas_used = rlp_read_u64(reader, "gasUsed");
	receipt->contract = rlp_read_bytes(reader, "contractAddress",
					   ADDRESS_LEN, ADDRESS_LEN);
	if (bsn_slice_equal(receipt->contract,
			    bsn_slice_of(none, ADDRESS_LEN)))
		receipt->contract.len = 0;
	receipt->bloom = rlp_read_bytes(reader, "logBloom", BLOOM_LEN,
					BLOOM_LEN);
	receipt->status = rlp_read_u64(reader, "status");
	receipt->output = rlp_read_bytes(reader, "output", 0, G_MAXUINT32);
	rlp_enter(reader, "logs");
	begin = reader->at;
	while (rlp_more(reader))
		(void)rlp_read_raw(reader, "log");
	receipt->logs = bsn_slice_of(reader->input.data + begin,
				     reader->at - begin);
	rlp_leave(reader);
	rlp_leave(reader);
}

gboolean
receipt_next_log(RlpReader *reader, LogView *log)
{
	if (!rlp_more(reader))
		return FALSE;
	rlp_enter(reader, "log");
	log->address = rlp_read_bytes(reader, "address", ADDRESS_LEN,
				      ADDRESS_LEN);
	log->n_topics = 0;
	rlp_enter(reader, "topics");
	while (rlp_more(reader) && log->n_topics < TOPICS_MAX)
		log->topics[log->n_topics++] =
			rlp_read_bytes(reader, "topic", TOPIC_LEN, TOPIC_LEN);
	rlp_leave(reader);
	log->data = rlp_read_bytes(reader, "data", 0, G_MAXUINT32);
	rlp_leave(reader);
	return reader->problem == NULL;
}
