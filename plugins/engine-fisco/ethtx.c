/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/ethtx.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

#define LEGACY_FIELDS 9u
#define LIST_PREFIX 0xc0u
#define TYPE_END 0x80u /* EIP-2718: types are below */
#define TYPE_ACCESS_LIST 1u
#define TYPE_DYNAMIC_FEE 2u
#define TYPE_BLOB 3u
#define TYPE_SET_CODE 4u

/* v of legacy transactions: Yellow Paper, appendix F; EIP-155. */
#define V_UNPROTECTED 27u
#define V_PROTECTED 35u

#define INTEGER_LEN 32u

__extension__ typedef unsigned __int128 U128;

/* ---- what it is -------------------------------------------------------- */

static gboolean
is_legacy(bsn_slice raw)
{
	RlpReader reader = rlp_reader(raw);
	guint n = 0;

	rlp_enter(&reader, "transaction");
	for (; rlp_more(&reader) && n <= LEGACY_FIELDS; n++)
		(void)rlp_read_raw(&reader, "field");
	rlp_leave(&reader);
	return n == LEGACY_FIELDS && rlp_finish(&reader, NULL) == BSN_OK;
}

gboolean
ethtx_is(bsn_slice raw)
{
	if (raw.len == 0)
		return FALSE;
	return raw.data[0] < TYPE_END ||
	       (raw.data[0] >= LIST_PREFIX && is_legacy(raw));
}

/* ---- fields ------------------------------------------------------------ */

static void
read_nonce(RlpReader *reader, Tx *tx)
{
	guint64 big_endian;

	tx->account_nonce = rlp_read_u64(reader, "nonce");
	big_endian = GUINT64_TO_BE(tx->account_nonce);
	memset(tx->nonce, 0, NONCE_LEN);
	memcpy(tx->nonce + NONCE_LEN - sizeof(big_endian), &big_endian,
	       sizeof(big_endian));
	if (tx->account_nonce == G_MAXUINT64)
		rlp_fail(reader, "nonce", "it is below 2^64 - 1 (EIP-2681)");
}

static void
read_target(RlpReader *reader, Tx *tx)
{
	tx->gas = rlp_read_u64(reader, "gas");
	tx->to = rlp_read_bytes(reader, "to", 0, ADDRESS_LEN);
	if (tx->to.len != 0 && tx->to.len != ADDRESS_LEN)
		rlp_fail(reader, "to", "an address has 20 bytes");
	tx->value = rlp_read_integer(reader, "value", INTEGER_LEN);
	tx->data = rlp_read_bytes(reader, "data", 0, tx->raw.len);
}

static void
read_prices(RlpReader *reader, Tx *tx)
{
	if (tx->kind != TX_DYNAMIC_FEE) {
		tx->gas_price =
			rlp_read_integer(reader, "gasPrice", INTEGER_LEN);
		return;
	}
	tx->priority_fee = rlp_read_integer(reader, "maxPriorityFeePerGas",
					    INTEGER_LEN);
	tx->gas_price = rlp_read_integer(reader, "maxFeePerGas", INTEGER_LEN);
}

/* EIP-2930: [[address, [slot, ...]], ...] */
static void
read_access_list(RlpReader *reader, Tx *tx)
{
	guint64 begin = reader->at;

	rlp_enter(reader, "accessList");
	while (rlp_more(reader)) {
		rlp_enter(reader, "accessList entry");
		(void)rlp_read_bytes(reader, "accessList address", ADDRESS_LEN,
				     ADDRESS_LEN);
		rlp_enter(reader, "accessList slots");
		while (rlp_more(reader))
			(void)rlp_read_bytes(reader, "accessList slot",
					     INTEGER_LEN, INTEGER_LEN);
		rlp_leave(reader);
		rlp_leave(reader);
	}
	rlp_leave(reader);
	tx->access_list = bsn_slice_of(tx->bytes + begin, reader->at - begin);
}

static void
read_legacy_v(RlpReader *reader, Tx *tx)
{
	guint64 v = rlp_read_u64(reader, "v");

	tx->is_protected = v >= V_PROTECTED;
	if (tx->is_protected)
		tx->chain_id = (v - V_PROTECTED) / 2;
	if (tx->is_protected)
		tx->parity = (guint8)((v - V_PROTECTED) % 2);
	else if (v == V_UNPROTECTED || v == V_UNPROTECTED + 1)
		tx->parity = (guint8)(v - V_UNPROTECTED);
	else
		rlp_fail(reader, "v", "it must be 27, 28, or 35 and more "
				      "(EIP-155)");
}

static void
read_parity(RlpReader *reader, Tx *tx)
{
	guint64 parity = rlp_read_u64(reader, "yParity");

	if (parity > 1)
		rlp_fail(reader, "yParity", "it must be 0 or 1");
	tx->parity = (guint8)parity;
}

/* ---- ranges ------------------------------------------------------------ */

static gboolean
is_over(const guint8 *bytes, const guint8 *limit)
{
	return memcmp(bytes, limit, INTEGER_LEN) > 0;
}

/* The order of secp256k1 less one (SEC 2, section 2.4.1), and its half, which
 * s must not be over (EIP-2). */
static void
check_signature(RlpReader *reader, const Tx *tx)
{
	static const guint8 last[INTEGER_LEN] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
		0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b,
		0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x40,
	};
	static const guint8 half[INTEGER_LEN] = {
		0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d,
		0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
	};
	guint8 bytes[INTEGER_LEN];

	tx_integer(tx->r, bytes, INTEGER_LEN);
	if (tx->r.len == 0 || is_over(bytes, last))
		rlp_fail(reader, "r", "it is not below the curve's order");
	tx_integer(tx->s, bytes, INTEGER_LEN);
	if (tx->s.len == 0 || is_over(bytes, half))
		rlp_fail(reader, "s",
			 "it is over half the curve's order (EIP-2)");
}

/* Whether gas times price is over 256 bits. */
static gboolean
price_overflows(guint64 gas, bsn_slice price)
{
	guint8 bytes[INTEGER_LEN];
	guint64 carry = 0;

	tx_integer(price, bytes, INTEGER_LEN);
	for (gsize at = INTEGER_LEN; at > 0; at -= sizeof(guint64)) {
		guint64 limb;

		memcpy(&limb, bytes + at - sizeof(limb), sizeof(limb));
		carry = (guint64)(((U128)gas * GUINT64_FROM_BE(limb) + carry) >>
				  64);
	}
	return carry != 0;
}

static void
check_prices(RlpReader *reader, const Tx *tx)
{
	guint8 priority[INTEGER_LEN];
	guint8 max[INTEGER_LEN];

	tx_integer(tx->priority_fee, priority, INTEGER_LEN);
	tx_integer(tx->gas_price, max, INTEGER_LEN);
	if (is_over(priority, max))
		rlp_fail(reader, "maxPriorityFeePerGas",
			 "it is over maxFeePerGas");
	if (price_overflows(tx->gas, tx->gas_price))
		rlp_fail(reader, "gas", "its price is over 2^256");
}

/* ---- what is signed ---------------------------------------------------- */

/* What is signed: the type, and the list of the fields before the signature;
 * EIP-155 puts chain id, 0, 0 behind those of a legacy one. */
void
ethtx_put_signed(const Tx *tx, GByteArray *out)
{
	const RlpItem items[] = { rlp_raw(tx->signed_fields),
				  rlp_u64(tx->chain_id), rlp_u64(0),
				  rlp_u64(0) };
	gboolean mark = tx->kind == TX_LEGACY && tx->is_protected;

	if (tx->kind != TX_LEGACY)
		g_byte_array_append(out, tx->bytes, 1);
	rlp_put_list(out, items, mark ? G_N_ELEMENTS(items) : 1);
}

/* ---- whole transactions ------------------------------------------------ */

static void
read_fields(RlpReader *reader, Tx *tx)
{
	guint64 begin;

	rlp_enter(reader, "transaction");
	begin = reader->at;
	if (tx->kind != TX_LEGACY)
		tx->chain_id = rlp_read_u64(reader, "chainId");
	read_nonce(reader, tx);
	read_prices(reader, tx);
	read_target(reader, tx);
	if (tx->kind != TX_LEGACY)
		read_access_list(reader, tx);
	tx->signed_fields = bsn_slice_of(tx->bytes + begin, reader->at - begin);
	if (tx->kind == TX_LEGACY)
		read_legacy_v(reader, tx);
	else
		read_parity(reader, tx);
	tx->r = rlp_read_integer(reader, "r", INTEGER_LEN);
	tx->s = rlp_read_integer(reader, "s", INTEGER_LEN);
	rlp_leave(reader);
}

static int32_t
read_kind(Tx *tx, bsn_err *err)
{
	guint8 type = tx->bytes[0];

	tx->is_protected = TRUE;
	if (type >= LIST_PREFIX)
		tx->kind = TX_LEGACY;
	else if (type == TYPE_ACCESS_LIST)
		tx->kind = TX_ACCESS_LIST;
	else if (type == TYPE_DYNAMIC_FEE)
		tx->kind = TX_DYNAMIC_FEE;
	else
		return bsn_fail_native(
			err, BSN_BAD_REQUEST, FISCO_MALFORMED,
			"transaction type %u%s is not supported: send type 0, "
			"1 or 2",
			type,
			type == TYPE_BLOB       ? " (blobs, EIP-4844)"
			: type == TYPE_SET_CODE ? " (EIP-7702)"
						: "");
	return BSN_OK;
}

static int32_t
read_whole(Tx *tx, bsn_err *err)
{
	RlpReader reader = rlp_reader(tx->raw);
	int32_t status;

	reader.at = tx->kind != TX_LEGACY ? 1 : 0;
	read_fields(&reader, tx);
	check_signature(&reader, tx);
	check_prices(&reader, tx);
	status = rlp_finish(&reader, err);
	if (status != BSN_OK && err != NULL)
		err->native = FISCO_MALFORMED;
	return status;
}

int32_t
ethtx_read(const Suite *suite, Tx *tx, bsn_err *err)
{
	int32_t status;

	if (suite->sm)
		return bsn_fail_native(
			err, BSN_BAD_REQUEST, FISCO_MALFORMED,
			"this is an Ethereum transaction: a chain with SM2 and "
			"SM3 has no secp256k1 accounts; send FISCO's own "
			"transactions, signed with SM2");
	status = read_kind(tx, err);
	return status == BSN_OK ? read_whole(tx, err) : status;
}

bsn_call
ethtx_call(const Tx *tx, guint8 *value)
{
	bsn_slice sender = bsn_slice_of(tx->sender, ADDRESS_LEN);

	tx_integer(tx->value, value, INTEGER_LEN);
	return (bsn_call){
		.size = sizeof(bsn_call),
		.kind = tx->to.len == 0 ? BSN_CALL_CREATE : BSN_CALL_INVOKE,
		.origin = sender,
		.caller = sender,
		.contract = tx->to,
		.input = tx->data,
		.value = bsn_slice_of(value, INTEGER_LEN),
		.budget = tx->gas,
		.access_list = tx->access_list,
	};
}
