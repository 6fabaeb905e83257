/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/eth-tx.h"

#include <string.h>

#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"

void
eth_keccak(bsn_slice data, guint8 *digest)
{
	const bsn_hash *keccak =
		bsn_host_crypto(fake_host())->hash("keccak-256");

	g_assert_cmpint(keccak->digest(&data, 1, digest), ==, BSN_OK);
}

void
eth_address(const guint8 *public_key, guint8 *address)
{
	guint8 digest[32];

	eth_keccak(bsn_slice_of(public_key, 64), digest);
	memcpy(address, digest + 12, 20);
}

EthTx
eth_tx(guint64 nonce, bsn_slice to, bsn_slice data)
{
	return (EthTx){ .chain_id = ETH_CHAIN_ID,
			.nonce = nonce,
			.gas = 1000000,
			.to = to,
			.data = data };
}

/* The fields before the signature; how many. */
static guint
put_fields(const EthTx *tx, RlpItem *fields)
{
	static const guint8 no_list[] = { 0xc0 };
	guint n = 0;

	if (tx->type > 0)
		fields[n++] = rlp_u64(tx->chain_id);
	fields[n++] = rlp_u64(tx->nonce);
	if (tx->type == 2)
		fields[n++] = rlp_u64(tx->priority);
	fields[n++] = rlp_u64(tx->price);
	fields[n++] = rlp_u64(tx->gas);
	fields[n++] = rlp_bytes(tx->to);
	fields[n++] = rlp_u64(tx->value);
	fields[n++] = rlp_bytes(tx->data);
	if (tx->type > 0)
		fields[n++] = rlp_raw(tx->access_list.len > 0
					      ? tx->access_list
					      : bsn_slice_of(no_list, 1));
	return n;
}

static void
put_envelope(const EthTx *tx, const RlpItem *fields, guint n, GByteArray *out)
{
	guint8 type = (guint8)tx->type;

	if (tx->type > 0)
		g_byte_array_append(out, &type, 1);
	rlp_put_list(out, fields, n);
}

static void
sign(const EthTx *tx, RlpItem *fields, guint n, const guint8 *private_key,
     guint8 *signature)
{
	const bsn_signature *scheme =
		bsn_host_crypto(fake_host())->signature("secp256k1");
	g_autoptr(GByteArray) message = g_byte_array_new();
	guint8 digest[32];

	if (tx->type == 0 && !tx->unprotected) {
		fields[n++] = rlp_u64(tx->chain_id);
		fields[n++] = rlp_u64(0);
		fields[n++] = rlp_u64(0);
	}
	put_envelope(tx, fields, n, message);
	eth_keccak(buffer_slice(message), digest);
	g_assert_cmpint(scheme->sign(private_key, BSN_SIGN_DIGEST,
				     bsn_slice_of(NULL, 0),
				     bsn_slice_of(digest, 32), signature),
			==, BSN_OK);
}

static guint64
mark_of(const EthTx *tx, guint8 parity)
{
	if (tx->type > 0)
		return parity;
	return parity + (tx->unprotected ? 27 : 35 + 2 * tx->chain_id);
}

GByteArray *
eth_tx_sign(const EthTx *tx, const guint8 *private_key)
{
	GByteArray *raw = g_byte_array_new();
	guint8 signature[BSN_SIGNATURE_MAX];
	RlpItem fields[12];
	guint n = put_fields(tx, fields);

	sign(tx, fields, n, private_key, signature);
	fields[n++] = rlp_u64(mark_of(tx, signature[64]));
	fields[n++] = rlp_integer(bsn_slice_of(signature, 32));
	fields[n++] = rlp_integer(bsn_slice_of(signature + 32, 32));
	put_envelope(tx, fields, n, raw);
	return raw;
}
