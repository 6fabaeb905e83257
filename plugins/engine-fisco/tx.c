/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/tx.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/ethtx.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

#define RECOVERY_BASE 27u /* v of secp256k1 is this plus 0 or 1 */
#define INTEGER_LEN 32u

/* ---- decoding ---------------------------------------------------------- */

void
tx_integer(bsn_slice integer, guint8 *out, guint64 len)
{
	memset(out, 0, len);
	if (integer.len > 0)
		memcpy(out + len - integer.len, integer.data, integer.len);
}

/* The first ten fields. */
static void
read_unsigned(RlpReader *reader, guint64 max, Tx *tx)
{
	tx_integer(rlp_read_integer(reader, "nonce", NONCE_LEN), tx->nonce,
		   NONCE_LEN);
	tx->gas_price = rlp_read_integer(reader, "gasPrice", INTEGER_LEN);
	tx->gas = rlp_read_u64(reader, "gas");
	tx->block_limit = rlp_read_u64(reader, "blockLimit");
	tx->to = rlp_read_bytes(reader, "to", 0, ADDRESS_LEN);
	if (tx->to.len != 0 && tx->to.len != ADDRESS_LEN)
		rlp_fail(reader, "to", "an address has 20 bytes");
	tx->value = rlp_read_integer(reader, "value", INTEGER_LEN);
	tx->data = rlp_read_bytes(reader, "data", 0, max);
	tx->chain_id = rlp_read_u64(reader, "chainId");
	tx->group_id = rlp_read_u64(reader, "groupId");
	tx->extra = rlp_read_bytes(reader, "extraData", 0, max);
}

static void
read_signature(RlpReader *reader, const Suite *suite, Tx *tx)
{
	if (suite->sm) {
		tx->v = rlp_read_bytes(reader, "v", PUBLIC_KEY_LEN,
				       PUBLIC_KEY_LEN);
	} else {
		tx->v = rlp_read_integer(reader, "v", 1);
		if (tx->v.len != 1 || (tx->v.data[0] != RECOVERY_BASE &&
				       tx->v.data[0] != RECOVERY_BASE + 1))
			rlp_fail(reader, "v", "it must be 27 or 28");
		else
			tx->parity =
				(guint8)(tx->v.data[0] - RECOVERY_BASE);
	}
	tx->r = rlp_read_integer(reader, "r", INTEGER_LEN);
	tx->s = rlp_read_integer(reader, "s", INTEGER_LEN);
}

/* `fields` as a list by themselves. */
static int32_t
digest_fields(const Suite *suite, bsn_slice fields, guint8 *digest)
{
	g_autoptr(GByteArray) list = g_byte_array_new();
	const RlpItem item = rlp_raw(fields);

	rlp_put_list(list, &item, 1);
	return suite_digest1(suite, buffer_slice(list), digest);
}

static int32_t
read_tx(const Suite *suite, Tx *tx, bsn_err *err)
{
	RlpReader reader = rlp_reader(tx->raw);
	guint64 begin;
	guint64 end;
	int32_t status;

	rlp_enter(&reader, "transaction");
	begin = reader.at;
	read_unsigned(&reader, tx->raw.len, tx);
	end = reader.at;
	read_signature(&reader, suite, tx);
	rlp_leave(&reader);
	status = rlp_finish(&reader, err);
	if (status != BSN_OK && err != NULL)
		err->native = FISCO_MALFORMED;
	if (status == BSN_OK)
		tx->signed_fields =
			bsn_slice_of(tx->bytes + begin, end - begin);
	return status;
}

int32_t
tx_read(const Suite *suite, bsn_slice raw, guint64 max, Tx **tx, bsn_err *err)
{
	g_autoptr(Tx) read = NULL;
	int32_t status;

	if (raw.len > max)
		return bsn_fail_native(err, BSN_TOO_LARGE, FISCO_MALFORMED,
				       "the transaction has %" G_GUINT64_FORMAT
				       " bytes; this chain takes at most "
				       "%" G_GUINT64_FORMAT,
				       raw.len, max);
	read = g_malloc(sizeof(Tx) + raw.len);
	memset(read, 0, sizeof(Tx));
	read->refs = 1;
	if (raw.len > 0)
		memcpy(read->bytes, raw.data, raw.len);
	read->raw = bsn_slice_of(read->bytes, raw.len);
	status = ethtx_is(read->raw) ? ethtx_read(suite, read, err)
				     : read_tx(suite, read, err);
	if (status == BSN_OK)
		*tx = g_steal_pointer(&read);
	return status;
}

/* ---- digests ------------------------------------------------------------ */

static void
put_signed(const Tx *tx, GByteArray *out)
{
	const RlpItem fields = rlp_raw(tx->signed_fields);

	if (tx_is_ethereum(tx))
		ethtx_put_signed(tx, out);
	else
		rlp_put_list(out, &fields, 1);
}

/* All at once: there are hashes that gain by it. */
int32_t
tx_digest_signed(const Suite *suite, Tx *const *txs, guint64 n)
{
	g_autoptr(GByteArray) lists = g_byte_array_sized_new(
		(guint)n * (n > 0 ? (guint)txs[0]->raw.len : 0));
	g_autofree bsn_slice *messages = g_new(bsn_slice, n);
	g_autofree guint8 *digests = g_malloc_n(n, HASH_LEN);
	guint64 at = 0;
	int32_t status;

	for (guint64 i = 0; i < n; i++) {
		const guint before = lists->len;

		put_signed(txs[i], lists);
		messages[i].len = lists->len - before;
	}
	for (guint64 i = 0; i < n; at += messages[i++].len)
		messages[i].data = lists->data + at;
	status = suite_digest_each(suite, messages, n, digests);
	for (guint64 i = 0; i < n; i++)
		memcpy(txs[i]->sighash, digests + i * HASH_LEN, HASH_LEN);
	return status;
}

int32_t
tx_decode(const Suite *suite, bsn_slice raw, guint64 max, Tx **tx, bsn_err *err)
{
	g_autoptr(Tx) decoded = NULL;
	int32_t status = tx_read(suite, raw, max, &decoded, err);

	if (status == BSN_OK)
		status = suite_digest1(suite, raw, decoded->hash);
	if (status == BSN_OK)
		status = tx_digest_signed(suite, &decoded, 1);
	if (status == BSN_OK)
		*tx = g_steal_pointer(&decoded);
	return status;
}

Tx *
tx_ref(Tx *tx)
{
	g_atomic_int_inc(&tx->refs);
	return tx;
}

void
tx_unref(Tx *tx)
{
	if (tx != NULL && g_atomic_int_dec_and_test(&tx->refs))
		g_free(tx);
}

/* ---- signatures -------------------------------------------------------- */

/* The key that made a signature. */
static int32_t
recover_key(const Suite *suite, const Tx *tx, guint8 *public_key)
{
	guint8 signature[BSN_SIGNATURE_MAX];

	tx_integer(tx->r, signature, INTEGER_LEN);
	tx_integer(tx->s, signature + INTEGER_LEN, INTEGER_LEN);
	signature[2 * INTEGER_LEN] = tx->parity;
	return suite->signature->recover(tx->sighash, signature, public_key);
}

/* The addresses of the keys that signed, of those whose result is BSN_OK. */
static void
name_senders(const Suite *suite, Tx *const *txs, const bsn_slice *keys,
	     guint64 n, int32_t *results)
{
	g_autofree guint8 *digests = g_malloc_n(n, HASH_LEN);
	const int32_t status = suite_digest_each(suite, keys, n, digests);

	for (guint64 i = 0; i < n; i++) {
		if (results[i] == BSN_OK)
			results[i] = status;
		memcpy(txs[i]->sender,
		       digests + (i + 1) * HASH_LEN - ADDRESS_LEN, ADDRESS_LEN);
	}
}

static void
recover_senders(const Suite *suite, Tx *const *txs, guint64 n, int32_t *results)
{
	g_autofree guint8 *room = g_malloc0_n(n, PUBLIC_KEY_LEN);
	g_autofree bsn_slice *keys = g_new(bsn_slice, n);

	for (guint64 i = 0; i < n; i++) {
		guint8 *key = room + i * PUBLIC_KEY_LEN;

		results[i] = recover_key(suite, txs[i], key);
		keys[i] = bsn_slice_of(key, PUBLIC_KEY_LEN);
	}
	name_senders(suite, txs, keys, n, results);
}

static bsn_verify_item
verify_item(const Suite *suite, const Tx *tx, guint8 *signature)
{
	tx_integer(tx->r, signature, INTEGER_LEN);
	tx_integer(tx->s, signature + INTEGER_LEN, INTEGER_LEN);
	return (bsn_verify_item){
		.size = sizeof(bsn_verify_item),
		.convention = suite->convention,
		.public_key = tx->v,
		.message = bsn_slice_of(tx->sighash, HASH_LEN),
		.signature = bsn_slice_of(signature, 2 * INTEGER_LEN),
	};
}

static void
verify_items(const bsn_signature *scheme, const bsn_verify_item *items,
	     guint64 n, int32_t *results)
{
	if (n > 1 && BSN_HAS(scheme, verify_many)) {
		int32_t status = scheme->verify_many(items, n, results);

		for (guint64 i = 0; status != BSN_OK && i < n; i++)
			results[i] = status;
		return;
	}
	for (guint64 i = 0; i < n; i++)
		results[i] = scheme->verify(&items[i]);
}

static void
verify_sm(const Suite *suite, Tx *const *txs, guint64 n, int32_t *results)
{
	g_autofree bsn_verify_item *items = g_new(bsn_verify_item, n);
	g_autofree guint8 *signatures = g_malloc(n * 2 * INTEGER_LEN);
	g_autofree bsn_slice *keys = g_new(bsn_slice, n);

	for (guint64 i = 0; i < n; i++) {
		items[i] = verify_item(suite, txs[i],
				       signatures + i * 2 * INTEGER_LEN);
		keys[i] = txs[i]->v;
	}
	verify_items(suite->signature, items, n, results);
	name_senders(suite, txs, keys, n, results);
}

void
tx_verify(const Suite *suite, Tx *const *txs, guint64 n, int32_t *results)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CRYPTO);

	if (suite->sm)
		verify_sm(suite, txs, n, results);
	else
		recover_senders(suite, txs, n, results);
}

/* ---- encoding ---------------------------------------------------------- */

void
tx_put_unsigned(const TxDraft *draft, GByteArray *out)
{
	const RlpItem fields[] = {
		rlp_integer(bsn_slice_of(draft->nonce, NONCE_LEN)),
		rlp_u64(0),
		rlp_u64(draft->gas),
		rlp_u64(draft->block_limit),
		rlp_bytes(draft->to),
		rlp_integer(draft->value),
		rlp_bytes(draft->data),
		rlp_u64(draft->chain_id),
		rlp_u64(draft->group_id),
		rlp_bytes(draft->extra),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

/* The ten fields inside an unsigned list. */
static int32_t
unsigned_fields(bsn_slice unsigned_tx, bsn_slice *fields, bsn_err *err)
{
	RlpReader reader = rlp_reader(unsigned_tx);
	guint64 begin;
	Tx ignored = { 0 };

	rlp_enter(&reader, "unsigned transaction");
	begin = reader.at;
	read_unsigned(&reader, unsigned_tx.len, &ignored);
	*fields = bsn_slice_of(unsigned_tx.data + begin, reader.at - begin);
	rlp_leave(&reader);
	return rlp_finish(&reader, err);
}

int32_t
tx_unsigned_digest(const Suite *suite, bsn_slice unsigned_tx, guint8 *digest,
		   bsn_err *err)
{
	bsn_slice fields;
	int32_t status = unsigned_fields(unsigned_tx, &fields, err);

	return status != BSN_OK ? status
				: digest_fields(suite, fields, digest);
}

static RlpItem
signature_mark(const Suite *suite, bsn_slice public_key, bsn_slice signature)
{
	if (suite->sm)
		return rlp_bytes(public_key);
	return rlp_u64(RECOVERY_BASE + signature.data[2 * INTEGER_LEN]);
}

int32_t
tx_assemble(const Suite *suite, bsn_slice unsigned_tx, bsn_slice public_key,
	    bsn_slice signature, GByteArray *out, bsn_err *err)
{
	RlpItem fields[4];
	bsn_slice ten;
	int32_t status = unsigned_fields(unsigned_tx, &ten, err);

	if (status != BSN_OK)
		return status;
	if (signature.len != suite->signature_len)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a signature of %s has %u bytes, got "
				"%" G_GUINT64_FORMAT,
				suite_algorithm(suite->sm),
				suite->signature_len, signature.len);
	fields[0] = rlp_raw(ten);
	fields[1] = signature_mark(suite, public_key, signature);
	fields[2] = rlp_integer(bsn_slice_of(signature.data, INTEGER_LEN));
	fields[3] = rlp_integer(
		bsn_slice_of(signature.data + INTEGER_LEN, INTEGER_LEN));
	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
	return BSN_OK;
}
