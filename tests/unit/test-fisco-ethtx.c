/* SPDX-License-Identifier: Apache-2.0
 *
 * Ethereum's transactions as the engine reads them.
 */
#include <string.h>

#include "plugins/engine-fisco/ethtx.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/eth-tx.h"
#include "tests/unit/fake-host.h"

#define TX_MAX 65536u

static Suite
suite_for(gboolean sm)
{
	bsn_err err = BSN_ERR_INIT;
	Suite suite;

	fake_host_reset(1);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	g_assert_cmpint(suite_find(&suite, sm, &err), ==, BSN_OK);
	return suite;
}

static int32_t
decode(const Suite *suite, const GByteArray *raw, Tx **tx, bsn_err *err)
{
	return tx_decode(suite, buffer_slice(raw), TX_MAX, tx, err);
}

static void
generate(const Suite *suite, guint8 *private_key, guint8 *address)
{
	const guint8 seed[48] = { 9 };
	guint8 public_key[64];

	g_assert_cmpint(suite->signature->generate(seed, private_key,
						   public_key),
			==, BSN_OK);
	eth_address(public_key, address);
}

/* EIP-155's own example. */
static void
test_eip155(void)
{
	static const char raw_hex[] =
		"f86c098504a817c800825208943535353535353535353535353535353535"
		"353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866"
		"003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b"
		"3800ccf555c9f3dc64214b297fb1966a3b6d83";
	Suite suite = suite_for(FALSE);
	g_autoptr(GByteArray) raw = g_byte_array_new();
	g_autoptr(Tx) tx = NULL;
	guint8 want[HASH_LEN];
	int32_t result;

	g_assert_true(hex_decode(raw_hex, strlen(raw_hex), raw));
	g_assert_cmpint(decode(&suite, raw, &tx, NULL), ==, BSN_OK);
	g_assert_cmpint(tx->kind, ==, TX_LEGACY);
	g_assert_cmpuint(tx->account_nonce, ==, 9);
	g_assert_cmpuint(tx->chain_id, ==, 1);
	g_assert_cmpuint(tx->gas, ==, 21000);
	hex_decode_fixed("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad2"
			 "3db92e4c8e53",
			 64, want, HASH_LEN);
	assert_bytes(tx->sighash, HASH_LEN, want, HASH_LEN);
	tx_verify(&suite, &tx, 1, &result);
	g_assert_cmpint(result, ==, BSN_OK);
	hex_decode_fixed("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f", 40, want,
			 ADDRESS_LEN);
	assert_bytes(tx->sender, ADDRESS_LEN, want, ADDRESS_LEN);
}

static EthTx
random_tx(GRand *rand, const guint8 *bytes, GByteArray *access_list)
{
	EthTx tx = eth_tx(g_rand_int(rand), bsn_slice_of(bytes, 20),
			  bsn_slice_of(bytes, (guint64)g_rand_int_range(
						      rand, 0, 200)));
	const RlpItem key = rlp_bytes(bsn_slice_of(bytes, 32));
	const RlpItem entry[] = { rlp_bytes(bsn_slice_of(bytes, 20)),
				  rlp_list(&key, 1) };
	const RlpItem item = rlp_list(entry, 2);

	tx.type = (guint)g_rand_int_range(rand, 0, 3);
	tx.priority = g_rand_int(rand) & 0xffff;
	tx.price = tx.priority + (g_rand_int(rand) & 0xffff);
	tx.value = g_rand_int(rand);
	tx.gas = g_rand_int(rand);
	if (g_rand_boolean(rand))
		tx.to = bsn_slice_of(NULL, 0);
	tx.unprotected = tx.type == 0 && g_rand_boolean(rand);
	rlp_put_list(access_list, &item, 1);
	if (g_rand_boolean(rand))
		tx.access_list = buffer_slice(access_list);
	return tx;
}

static guint64
number_of(bsn_slice integer)
{
	guint8 bytes[8];
	guint64 big_endian;

	tx_integer(integer, bytes, sizeof(bytes));
	memcpy(&big_endian, bytes, sizeof(bytes));
	return GUINT64_FROM_BE(big_endian);
}

/* The transaction as the decoder understood it, signed once more, is the same
 * bytes: nothing of it was lost or taken for something else. */
static EthTx
tx_again(const Tx *tx)
{
	EthTx again = eth_tx(tx->account_nonce, tx->to, tx->data);

	again.type = tx->kind == TX_LEGACY        ? 0
		     : tx->kind == TX_ACCESS_LIST ? 1
						  : 2;
	again.chain_id = tx->chain_id;
	again.unprotected = !tx->is_protected;
	again.price = number_of(tx->gas_price);
	again.priority = number_of(tx->priority_fee);
	again.gas = tx->gas;
	again.value = number_of(tx->value);
	again.access_list = tx->access_list;
	return again;
}

static void
test_round(void)
{
	Suite suite = suite_for(FALSE);
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	guint8 private_key[32];
	guint8 address[20];
	guint8 bytes[256];

	generate(&suite, private_key, address);
	for (guint i = 0; i < 300; i++) {
		g_autoptr(GByteArray) list = g_byte_array_new();
		g_autoptr(GByteArray) raw = NULL;
		g_autoptr(GByteArray) again = NULL;
		g_autoptr(Tx) tx = NULL;
		guint8 hash[32];
		int32_t result;
		EthTx made;

		for (guint j = 0; j < sizeof(bytes); j++)
			bytes[j] = (guint8)g_rand_int(rand);
		made = random_tx(rand, bytes, list);
		raw = eth_tx_sign(&made, private_key);
		g_assert_cmpint(decode(&suite, raw, &tx, NULL), ==, BSN_OK);
		made = tx_again(tx);
		again = eth_tx_sign(&made, private_key);
		assert_bytes(again->data, again->len, raw->data, raw->len);
		eth_keccak(buffer_slice(raw), hash);
		assert_bytes(tx->hash, HASH_LEN, hash, HASH_LEN);
		tx_verify(&suite, &tx, 1, &result);
		g_assert_cmpint(result, ==, BSN_OK);
		assert_bytes(tx->sender, ADDRESS_LEN, address, ADDRESS_LEN);
	}
}

static void
test_cut(void)
{
	Suite suite = suite_for(FALSE);
	guint8 private_key[32];
	guint8 address[20];

	generate(&suite, private_key, address);
	for (guint type = 0; type < 3; type++) {
		EthTx made = eth_tx(1, bsn_slice_of(address, 20),
				    bsn_slice_str("data"));
		g_autoptr(GByteArray) raw = NULL;
		guint whole;
		Tx *tx = NULL;

		made.type = type;
		raw = eth_tx_sign(&made, private_key);
		for (whole = raw->len; raw->len > 0;
		     g_byte_array_set_size(raw, raw->len - 1))
			g_assert_cmpint(decode(&suite, raw, &tx, NULL), ==,
					raw->len == whole ? BSN_OK
							  : BSN_BAD_REQUEST);
		tx_unref(tx);
	}
}

static void
expect_refused(const Suite *suite, const EthTx *made, guint8 first,
	       const char *words)
{
	const guint8 private_key[32] = { [31] = 7 };
	g_autoptr(GByteArray) raw = eth_tx_sign(made, private_key);
	bsn_err err = BSN_ERR_INIT;
	Tx *tx = NULL;

	if (first != 0)
		raw->data[0] = first;
	g_assert_cmpint(decode(suite, raw, &tx, &err), ==, BSN_BAD_REQUEST);
	if (strstr(err.reason, words) == NULL)
		g_error("\"%s\" does not have \"%s\"", err.reason, words);
}

static void
test_refused(void)
{
	Suite suite = suite_for(FALSE);
	EthTx made = eth_tx(1, bsn_slice_str("12345678901234567890"),
			    bsn_slice_str("data"));

	made.type = 2;
	expect_refused(&suite, &made, 3, "blobs, EIP-4844");
	expect_refused(&suite, &made, 4, "EIP-7702");
	expect_refused(&suite, &made, 0x7f, "type 127");
	made.priority = 1;
	expect_refused(&suite, &made, 0, "maxPriorityFeePerGas");
	made.priority = 0;
	made.nonce = G_MAXUINT64;
	expect_refused(&suite, &made, 0, "EIP-2681");
	made.nonce = 1;
	made.to = bsn_slice_str("123");
	expect_refused(&suite, &made, 0, "20 bytes");
}

/* s and the order less s sign the same: only the lower is taken (EIP-2). */
static void
test_high_s(void)
{
	static const guint8 order[32] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
		0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b,
		0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
	};
	Suite suite = suite_for(FALSE);
	guint8 private_key[32] = { [31] = 7 };
	EthTx made = eth_tx(1, bsn_slice_of(NULL, 0), bsn_slice_str("d"));
	g_autoptr(GByteArray) raw = eth_tx_sign(&made, private_key);
	guint8 *s = raw->data + raw->len - 32;
	bsn_err err = BSN_ERR_INIT;
	gint borrow = 0;
	Tx *tx = NULL;

	g_assert_cmpuint(raw->data[raw->len - 33], ==, 0xa0);
	for (gint i = 31; i >= 0; i--) {
		gint byte = order[i] - s[i] - borrow;

		borrow = byte < 0;
		s[i] = (guint8)byte;
	}
	g_assert_cmpint(decode(&suite, raw, &tx, &err), ==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "EIP-2"));
}

static void
test_sm(void)
{
	Suite suite = suite_for(TRUE);

	for (guint type = 0; type < 3; type++) {
		EthTx made = eth_tx(1, bsn_slice_of(NULL, 0),
				    bsn_slice_str("data"));

		made.type = type;
		expect_refused(&suite, &made, 0, "no secp256k1 accounts");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-ethtx/the-example-of-eip-155-reads",
			test_eip155);
	g_test_add_func("/fisco-ethtx/what-is-read-is-all-that-was-signed",
			test_round);
	g_test_add_func("/fisco-ethtx/what-is-cut-short-is-refused", test_cut);
	g_test_add_func("/fisco-ethtx/what-is-not-offered-is-named",
			test_refused);
	g_test_add_func("/fisco-ethtx/the-upper-s-is-refused", test_high_s);
	g_test_add_func("/fisco-ethtx/a-national-chain-tells-why-not",
			test_sm);
	return g_test_run();
}
