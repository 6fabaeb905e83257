/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions of FISCO BCOS 2.x: the two that its own documentation of
 * sendRawTransaction has, and what a decoder must refuse.
 */
#include <string.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/tx.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-host.h"

#define TX_MAX 65536u

/* Hash: as that documentation says. Digest and sender: with Python. */
typedef struct {
	gboolean sm;
	const char *raw;
	const char *hash;
	const char *sender;
	guint64 block_limit;
	const char *to;
} Vector;

static const Vector vectors[] = {
	{ FALSE,
	  "f8d3a003922ee720bb7445e3a914d8ab8f507d1a647296d563100e49548d83fd98"
	  "865c8411e1a3008411e1a3008201f894d6c8a04b8826b0a37c6d4aa0eaa8644d8e"
	  "35b79f80a466c9913900000000000000000000000000000000000000000000000000"
	  "00000000000004"
	  "0101a466c991390000000000000000000000000000000000000000000000000000"
	  "0000000000041ba08e0d3fae10412c584c977721aeda88df932b2a019f084feda1"
	  "e0a42d199ea979a016c387f79eb85078be5db40abe1670b8b480a12c7eab719bed"
	  "ee212b7972f775",
	  "0accad4228274b0d78939f48149767883a6e99c95941baa950156e926f1c96ba",
	  "148947262ec5e21739fe3a931c29e8b84ee34a0f", 0x1f8,
	  "d6c8a04b8826b0a37c6d4aa0eaa8644d8e35b79f" },
	{ TRUE,
	  "f90114a003eebc46c9c0e3b84799097c5a6ccd6657a9295c11270407707366d075"
	  "0fcd598411e1a30084b2d05e008201f594bab78cea98af2320ad4ee81bba8a7473"
	  "e0c8c48d80a48fff0fc4000000000000000000000000000000000000000000000000"
	  "00000000000000040101a48fff0fc400000000000000000000000000000000000000"
	  "00000000000000000000000004b8408234c544a9f3ce3b401a92cc7175602ce2a1"
	  "e29b1ec135381c7d2a9e8f78f3edc9c06ee55252857c9a4560cb39e9d70d40f433"
	  "1cace4d2b3121b967fa7a829f0a00f16d87c5065ad5c3b110ef0b97fe9a67b6244"
	  "3cb8ddde60d4e001a64429dc6ea03d2569e0449e9a900c236541afb9d8a8d5e1a3"
	  "6844439c7076f6e75ed624256f",
	  "e1054f38907ab3bef251caf8cbd8b25e779a40445b8dd4fcf15fce917d3e4ebe",
	  "1a3fc157bd47c3fc2e260b34abbf481730d0f80f", 0x1f5,
	  "bab78cea98af2320ad4ee81bba8a7473e0c8c48d" },
};

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

static GByteArray *
bytes_of(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	g_assert_true(hex_decode(hex, strlen(hex), bytes));
	return bytes;
}

static void
assert_hex(const guint8 *bytes, gsize len, const char *hex)
{
	g_autoptr(GByteArray) want = bytes_of(hex);

	assert_bytes(bytes, len, want->data, want->len);
}

static void
test_published(gconstpointer data)
{
	const Vector *vector = data;
	Suite suite = suite_for(vector->sm);
	g_autoptr(GByteArray) raw = bytes_of(vector->raw);
	g_autoptr(Tx) tx = NULL;
	bsn_err err = BSN_ERR_INIT;
	int32_t result;

	g_assert_cmpint(tx_decode(&suite, buffer_slice(raw), TX_MAX, &tx, &err),
			==, BSN_OK);
	assert_hex(tx->hash, HASH_LEN, vector->hash);
	assert_hex(tx->to.data, tx->to.len, vector->to);
	g_assert_cmpuint(tx->block_limit, ==, vector->block_limit);
	g_assert_cmpuint(tx->chain_id, ==, 1);
	g_assert_cmpuint(tx->group_id, ==, 1);
	g_assert_cmpuint(tx->data.len, ==, 36);
	g_assert_cmpuint(tx->extra.len, ==, 36);
	tx_verify(&suite, &tx, 1, &result);
	g_assert_cmpint(result, ==, BSN_OK);
	assert_hex(tx->sender, ADDRESS_LEN, vector->sender);
}

/* A change of what is signed changes the signer, or the signature fails. */
static void
test_changed(gconstpointer data)
{
	const Vector *vector = data;
	Suite suite = suite_for(vector->sm);
	g_autoptr(GByteArray) sender = bytes_of(vector->sender);

	for (guint at = 4; at < 120; at++) {
		g_autoptr(GByteArray) raw = bytes_of(vector->raw);
		g_autoptr(Tx) tx = NULL;
		int32_t result;

		raw->data[at] ^= 1;
		if (tx_decode(&suite, buffer_slice(raw), TX_MAX, &tx, NULL) !=
		    BSN_OK)
			continue;
		tx_verify(&suite, &tx, 1, &result);
		g_assert_true(result == BSN_BAD_SIGNATURE ||
			      memcmp(tx->sender, sender->data, ADDRESS_LEN) !=
				      0);
	}
}

/* Cut short at every byte, and with a byte more. */
static void
test_cut(gconstpointer data)
{
	const Vector *vector = data;
	Suite suite = suite_for(vector->sm);
	g_autoptr(GByteArray) raw = bytes_of(vector->raw);
	guint whole = raw->len;
	bsn_err err = BSN_ERR_INIT;
	Tx *tx = NULL;

	for (guint len = 0; len < whole; len++) {
		g_assert_cmpint(tx_decode(&suite,
					  bsn_slice_of(raw->data, len), TX_MAX,
					  &tx, &err),
				==, BSN_BAD_REQUEST);
		g_assert_cmpint(err.native, ==, FISCO_MALFORMED);
	}
	g_byte_array_append(raw, (const guint8 *)"", 1);
	g_assert_cmpint(tx_decode(&suite, buffer_slice(raw), TX_MAX, &tx,
				  &err),
			==, BSN_BAD_REQUEST);
}

static void
test_too_large(void)
{
	Suite suite = suite_for(FALSE);
	g_autoptr(GByteArray) raw = bytes_of(vectors[0].raw);
	bsn_err err = BSN_ERR_INIT;
	Tx *tx = NULL;

	g_assert_cmpint(tx_decode(&suite, buffer_slice(raw), raw->len - 1, &tx,
				  &err),
			==, BSN_TOO_LARGE);
	g_assert_cmpint(err.native, ==, FISCO_MALFORMED);
}

/* A chain of one kind does not read the other kind's transactions. */
static void
test_other_suite(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(vectors); i++) {
		Suite suite = suite_for(!vectors[i].sm);
		g_autoptr(GByteArray) raw = bytes_of(vectors[i].raw);
		bsn_err err = BSN_ERR_INIT;
		Tx *tx = NULL;

		g_assert_cmpint(tx_decode(&suite, buffer_slice(raw), TX_MAX,
					  &tx, &err),
				==, BSN_BAD_REQUEST);
		g_assert_nonnull(strstr(err.reason, "v"));
	}
}

/* ---- what is put together reads back ------------------------------------ */

static TxDraft
draft_of(guint8 number)
{
	TxDraft draft = { .gas = 21000u + number,
			  .block_limit = number,
			  .chain_id = 1,
			  .group_id = 1 };

	memset(draft.nonce, number, NONCE_LEN);
	draft.nonce[0] = 0; /* leading zeros are stripped and come back */
	draft.data = bsn_slice_str("data");
	draft.extra = bsn_slice_str("extra");
	return draft;
}

static void
assemble(const Suite *suite, const TxDraft *draft, GByteArray *out)
{
	const guint8 seed[48] = { 7 };
	guint8 private_key[32];
	guint8 public_key[PUBLIC_KEY_LEN];
	guint8 digest[HASH_LEN];
	guint8 signature[BSN_SIGNATURE_MAX];
	g_autoptr(GByteArray) unsigned_tx = g_byte_array_new();

	g_assert_cmpint(suite->signature->generate(seed, private_key,
						   public_key),
			==, BSN_OK);
	tx_put_unsigned(draft, unsigned_tx);
	g_assert_cmpint(tx_unsigned_digest(suite, buffer_slice(unsigned_tx),
					   digest, NULL),
			==, BSN_OK);
	g_assert_cmpint(suite->signature->sign(private_key, suite->convention,
					       bsn_slice_of(NULL, 0),
					       bsn_slice_of(digest, HASH_LEN),
					       signature),
			==, BSN_OK);
	g_assert_cmpint(tx_assemble(suite, buffer_slice(unsigned_tx),
				    bsn_slice_of(public_key, PUBLIC_KEY_LEN),
				    bsn_slice_of(signature,
						 suite->signature_len),
				    out, NULL),
			==, BSN_OK);
}

static void
test_assembled(gconstpointer data)
{
	const Vector *vector = data;
	Suite suite = suite_for(vector->sm);

	for (guint8 number = 1; number < 60; number++) {
		TxDraft draft = draft_of(number);
		g_autoptr(GByteArray) raw = g_byte_array_new();
		g_autoptr(Tx) tx = NULL;
		int32_t result;

		assemble(&suite, &draft, raw);
		g_assert_cmpint(tx_decode(&suite, buffer_slice(raw), TX_MAX,
					  &tx, NULL),
				==, BSN_OK);
		tx_verify(&suite, &tx, 1, &result);
		g_assert_cmpint(result, ==, BSN_OK);
		assert_bytes(tx->nonce, NONCE_LEN, draft.nonce, NONCE_LEN);
		g_assert_cmpuint(tx->gas, ==, draft.gas);
		g_assert_true(bsn_slice_equal(tx->extra, draft.extra));
	}
}

static void
test_wrong_length_of_signature(void)
{
	Suite suite = suite_for(TRUE);
	TxDraft draft = draft_of(1);
	g_autoptr(GByteArray) unsigned_tx = g_byte_array_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	const guint8 bytes[PUBLIC_KEY_LEN] = { 1 };
	bsn_err err = BSN_ERR_INIT;

	tx_put_unsigned(&draft, unsigned_tx);
	g_assert_cmpint(tx_assemble(&suite, buffer_slice(unsigned_tx),
				    bsn_slice_of(bytes, PUBLIC_KEY_LEN),
				    bsn_slice_of(bytes, 63), out, &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "64 bytes"));
}

static void
add(const char *kind, const char *name, void (*test)(gconstpointer),
    const Vector *vector)
{
	g_autofree char *path = g_strdup_printf("/fisco-tx/%s/%s", kind, name);

	g_test_add_data_func(path, vector, test);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(vectors); i++) {
		const char *kind = vectors[i].sm ? "sm" : "std";

		add(kind, "the-published-one-reads-and-verifies",
		    test_published, &vectors[i]);
		add(kind, "what-was-changed-has-another-signer", test_changed,
		    &vectors[i]);
		add(kind, "what-is-cut-short-is-refused", test_cut,
		    &vectors[i]);
		add(kind, "what-is-put-together-reads-back", test_assembled,
		    &vectors[i]);
	}
	g_test_add_func("/fisco-tx/over-the-limit-is-too-large",
			test_too_large);
	g_test_add_func("/fisco-tx/the-other-kind-of-chain-refuses-it",
			test_other_suite);
	g_test_add_func("/fisco-tx/a-signature-of-the-wrong-length-is-refused",
			test_wrong_length_of_signature);
	return g_test_run();
}
