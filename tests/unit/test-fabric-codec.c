/* SPDX-License-Identifier: Apache-2.0
 *
 * Fabric's bytes: messages within bounds, DER, hashes and ids.
 */
#include <openssl/ecdsa.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "common/configtx.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/der.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/codec/scan.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fabric-ca.h"

static GByteArray *
bytes_of(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	g_assert_true(hex_decode(hex, strlen(hex), bytes));
	return bytes;
}

static int32_t
unpack_status(const ProtobufCMessageDescriptor *type, bsn_slice bytes,
	      bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const void *message = message_unpack(&arena, type, bytes, &status, err);

	g_assert_true((message != NULL) == (status == BSN_OK));
	return status;
}

static void
assert_refused(const char *hex, const char *reason)
{
	g_autoptr(GByteArray) bytes = bytes_of(hex);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(unpack_status(&common__channel_header__descriptor,
				      buffer_slice(bytes), &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, reason);
}

static void
test_malformed(void)
{
	assert_refused("0a", "ChannelHeader.type before byte 1: it has another "
			     "type");
	assert_refused("08", "ChannelHeader.type before byte 1: it is cut off");
	assert_refused("22056368",
		       "ChannelHeader.channel_id before byte 2: it is cut off");
	assert_refused("220161220163ff", "ChannelHeader.a field before byte 7: "
					 "it is cut off");
	assert_refused("2201ff",
		       "ChannelHeader.channel_id before byte 2: it is "
		       "not UTF-8 without NUL");
	assert_refused("22026100", "ChannelHeader.channel_id before byte 2: it "
				   "is not UTF-8 without NUL");
	assert_refused("00", "ChannelHeader.a field before byte 1: its number "
			     "is out of range");
	assert_refused("7b", "ChannelHeader.a field before byte 1: it has an "
			     "unknown wire type");
	assert_refused("08ffffffffffffffffffffff",
		       "ChannelHeader.type before byte 11: a number is too "
		       "long");
	assert_refused("1a0208", "ChannelHeader.timestamp before byte 2: it is "
				 "cut off");
}

/* A config group within a group, `depth` deep, each in a map's entry. */
static GByteArray *
nested_groups(guint depth)
{
	GByteArray *bytes = g_byte_array_new();

	for (guint i = 1; i < depth; i++) {
		guint8 head[16];
		guint n = 0;
		guint len = bytes->len;
		guint outer = len + (len < 128 ? 2 : 3);

		head[n++] = 0x12; /* groups */
		if (outer >= 128)
			head[n++] = (guint8)(outer | 0x80);
		head[n++] = (guint8)(outer >= 128 ? outer >> 7 : outer);
		head[n++] = 0x12; /* value */
		if (len >= 128)
			head[n++] = (guint8)(len | 0x80);
		head[n++] = (guint8)(len >= 128 ? len >> 7 : len);
		g_byte_array_prepend(bytes, head, n);
	}
	return bytes;
}

static void
test_nesting(void)
{
	/* A group and its entry are two messages. */
	g_autoptr(GByteArray) deepest = nested_groups(SCAN_DEPTH_MAX / 2);
	g_autoptr(GByteArray) deeper = nested_groups(SCAN_DEPTH_MAX / 2 + 1);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(unpack_status(&common__config_group__descriptor,
				      buffer_slice(deepest), &err),
			==, BSN_OK);
	g_assert_cmpint(unpack_status(&common__config_group__descriptor,
				      buffer_slice(deeper), &err),
			==, BSN_TOO_LARGE);
	g_assert_nonnull(strstr(err.reason, "nested too deeply"));
}

static void
test_count(void)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	/* Empty entries of BlockData.data. */
	g_byte_array_set_size(bytes, 2 * (SCAN_FIELDS_MAX + 1));
	for (guint i = 0; i < bytes->len; i += 2) {
		bytes->data[i] = 0x0a;
		bytes->data[i + 1] = 0;
	}
	g_assert_cmpint(unpack_status(&common__block_data__descriptor,
				      buffer_slice(bytes), &err),
			==, BSN_TOO_LARGE);
	g_assert_cmpint(
		unpack_status(&common__block_data__descriptor,
			      bsn_slice_of(bytes->data, 2 * SCAN_FIELDS_MAX),
			      &err),
		==, BSN_OK);
	g_byte_array_set_size(bytes, MESSAGE_MAX + 1);
	g_assert_cmpint(unpack_status(&common__block_data__descriptor,
				      buffer_slice(bytes), &err),
			==, BSN_TOO_LARGE);
}

/* Every message type takes what it packs, and an arena is used again. */
static void
test_round_trip(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	Common__ChannelHeader header = COMMON__CHANNEL_HEADER__INIT;
	Google__Protobuf__Timestamp when = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char channel[] = "one";
	guint8 extension[] = { 1, 2, 3 };

	header.type = COMMON__HEADER_TYPE__ENDORSER_TRANSACTION;
	header.channel_id = channel;
	header.timestamp = &when;
	when.seconds = -1;
	header.extension = (ProtobufCBinaryData){ 3, extension };
	for (guint i = 0; i < 3; i++) {
		g_autoptr(GByteArray) bytes = message_pack(&header);
		g_autoptr(GByteArray) again = NULL;
		const Common__ChannelHeader *read = message_unpack(
			&arena, &common__channel_header__descriptor,
			buffer_slice(bytes), NULL, NULL);

		g_assert_nonnull(read);
		g_assert_cmpint(read->timestamp->seconds, ==, -1);
		g_assert_cmpstr(read->channel_id, ==, "one");
		again = message_pack(read);
		assert_bytes(again->data, again->len, bytes->data, bytes->len);
		arena_reset(&arena);
	}
}

static void
test_arena(void)
{
	g_auto(Arena) arena = ARENA_INIT;

	g_assert_null(arena_take(&arena, 1));
	arena_allow(&arena, 100);
	g_assert_nonnull(arena_take(&arena, 50));
	g_assert_null(arena_take(&arena, 50));
	g_assert_cmpstr(arena_copy(&arena, "abc", 3), ==, "abc");
	arena_reset(&arena);
	g_assert_null(arena_take(&arena, 1));
	arena_allow(&arena, G_MAXSIZE);
	arena_allow(&arena, G_MAXSIZE);
	g_assert_nonnull(arena_take(&arena, 1u << 20));
	arena_reset(&arena);
	g_assert_null(arena.chunks);
}

/* ---- DER ---- */

static void
test_der_signatures(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);

	for (guint i = 0; i < 2000; i++) {
		guint8 raw[64];
		guint8 der[DER_SIGNATURE_MAX];
		guint8 back[64];
		guint8 *openssl = NULL;
		ECDSA_SIG *sig = ECDSA_SIG_new();
		int len;

		for (guint j = 0; j < sizeof(raw); j++)
			raw[j] = (guint8)g_rand_int(rand);
		/* Some of them short. */
		memset(raw, 0, i % 5 == 0 ? i % 32 : 0);
		memset(raw + 32, 0, i % 7 == 0 ? i % 32 : 0);
		raw[31] |= 1;
		raw[63] |= 1;
		ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL),
			       BN_bin2bn(raw + 32, 32, NULL));
		len = i2d_ECDSA_SIG(sig, &openssl);
		assert_bytes(der, der_put_signature(raw, der), openssl,
			     (gsize)len);
		g_assert_true(der_read_signature(
			bsn_slice_of(openssl, (gsize)len), back));
		assert_bytes(back, sizeof(back), raw, sizeof(raw));
		for (gsize cut = 0; cut < (gsize)len; cut++)
			g_assert_false(der_read_signature(
				bsn_slice_of(openssl, cut), back));
		OPENSSL_free(openssl);
		ECDSA_SIG_free(sig);
	}
}

static void
test_der_strict(void)
{
	static const char *const refused[] = {
		"",
		"3006020101020101ff",	/* something behind */
		"300702010102020001",	/* a zero too many */
		"3006020100020101",	/* zero */
		"3006020181020101",	/* below zero */
		"30810602010102010100", /* another way to write a length */
		"3006020101040101",	/* no number */
		"3005020101020101",	/* another length */
		"30060200020201010000", /* no bytes */
	};

	for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GByteArray) der = bytes_of(refused[i]);
		guint8 raw[64];

		g_assert_false(der_read_signature(buffer_slice(der), raw));
	}
}

static void
assert_header(guint64 number, const char *hex)
{
	g_autoptr(GByteArray) want = bytes_of(hex);
	g_autoptr(GByteArray) got = g_byte_array_new();
	const guint8 a[] = { 0xaa, 0xbb };

	der_put_header(got, number, bsn_slice_of(a, sizeof(a)),
		       bsn_slice_of(NULL, 0));
	assert_bytes(got->data, got->len, want->data, want->len);
}

/* Numbers as Go's encoding/asn1 writes a big.Int (X.690, 8.3). */
static void
test_der_header(void)
{
	g_autoptr(GByteArray) large = g_byte_array_new();
	g_autofree guint8 *zeros = g_malloc0(300);

	assert_header(0, "30090201000402aabb0400");
	assert_header(127, "300902017f0402aabb0400");
	assert_header(128, "300a020200800402aabb0400");
	assert_header(G_MAXUINT64, "3011020900ffffffffffffffff0402aabb0400");
	der_put_header(large, 1, bsn_slice_of(zeros, 300),
		       bsn_slice_of(zeros, 130));
	g_assert_cmpuint(large->len, ==, 4 + 3 + 4 + 300 + 3 + 130);
	g_assert_cmpuint(large->data[1], ==, 0x82);
	g_assert_cmpuint(large->data[8], ==, 0x82);
	g_assert_cmpuint(large->data[312], ==, 0x81);
}

/* ---- hashes and ids ---- */

static void
test_tx_id(void)
{
	const Suite std = fabric_suite(FALSE);
	const Suite sm = fabric_suite(TRUE);
	char id[TX_ID_SIZE];

	/* SHA-256 and SM3 of "abc", as their standards have them. */
	signed_tx_id(&std, bsn_slice_str("a"), bsn_slice_str("bc"), id);
	g_assert_cmpstr(id, ==,
			"ba7816bf8f01cfea414140de5dae2223b00361a396177"
			"a9cb410ff61f20015ad");
	signed_tx_id(&sm, bsn_slice_str("ab"), bsn_slice_str("c"), id);
	g_assert_cmpstr(id, ==,
			"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f"
			"7a2297da02b8f4ba8e0");
}

static void
test_block_check(void)
{
	const Suite suite = fabric_suite(FALSE);
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	Common__BlockMetadata metadata = COMMON__BLOCK_METADATA__INIT;
	ProtobufCBinaryData envelopes[] = { fabric_text("ab"),
					    fabric_text("c") };
	guint8 hash[HASH_LEN];
	const bsn_slice none = bsn_slice_of(NULL, 0);

	g_assert_cmpint(block_check(&suite, &block, 0, none, NULL), ==,
			BSN_BAD_REQUEST);
	data.n_data = 2;
	data.data = envelopes;
	block_data_hash(&suite, &data, hash);
	header.number = 5;
	header.previous_hash = fabric_text("before");
	header.data_hash = (ProtobufCBinaryData){ sizeof(hash), hash };
	block.header = &header;
	block.data = &data;
	block.metadata = &metadata;
	g_assert_cmpint(
		block_check(&suite, &block, 5, bsn_slice_str("before"), NULL),
		==, BSN_OK);
	g_assert_cmpint(
		block_check(&suite, &block, 6, bsn_slice_str("before"), NULL),
		==, BSN_CONFLICT);
	g_assert_cmpint(
		block_check(&suite, &block, 5, bsn_slice_str("other"), NULL),
		==, BSN_CONFLICT);
	hash[0] ^= 1;
	g_assert_cmpint(
		block_check(&suite, &block, 5, bsn_slice_str("before"), NULL),
		==, BSN_BAD_REQUEST);
}

/* ---- signatures ---- */

static void
test_signatures(gconstpointer data)
{
	const Suite suite = fabric_suite(GPOINTER_TO_INT(data));
	g_autoptr(Issued) who = fabric_root(suite.sm, "CA");
	const bsn_slice message = bsn_slice_str("what is signed");
	guint8 public_key[PUBLIC_KEY_LEN];
	GByteArray *signatures[100];
	SuiteItem items[100];
	int32_t results[100];

	g_assert_true(certificate_public_key(who->certificate, public_key));
	for (guint i = 0; i < G_N_ELEMENTS(items); i++) {
		signatures[i] = fabric_sign(&suite, who, message);
		items[i] = (SuiteItem){ public_key, message,
					buffer_slice(signatures[i]) };
	}
	items[3].message = bsn_slice_str("something else");
	items[70].signature.len--;
	items[99].signature = bsn_slice_of(NULL, 0);
	suite_verify(&suite, items, G_N_ELEMENTS(items), results);
	for (guint i = 0; i < G_N_ELEMENTS(items); i++)
		g_assert_cmpint(results[i], ==,
				i == 3 || i == 70 || i == 99 ? BSN_BAD_SIGNATURE
							     : BSN_OK);
	for (guint i = 0; i < G_N_ELEMENTS(items); i++)
		g_byte_array_unref(signatures[i]);
}

/* OpenSSL's opinion; of SM2, what is signed is the digest of the message. */
static gboolean
openssl_verifies(const Suite *suite, const Issued *who, bsn_slice message,
		 bsn_slice signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;
	guint8 digest[HASH_LEN];
	gboolean holds;

	if (suite->sm) {
		suite_digest(suite, &message, 1, digest);
		message = bsn_slice_of(digest, sizeof(digest));
	}
	g_assert_cmpint(EVP_DigestVerifyInit_ex(ctx, &inner,
						suite->sm ? "SM3" : "SHA256",
						NULL, NULL, who->key, NULL),
			>, 0);
	if (suite->sm)
		g_assert_cmpint(
			EVP_PKEY_CTX_set1_id(inner, BSN_SM2_DEFAULT_ID,
					     (int)strlen(BSN_SM2_DEFAULT_ID)),
			>, 0);
	holds = EVP_DigestVerify(ctx, signature.data, (size_t)signature.len,
				 message.data, (size_t)message.len) == 1;
	EVP_MD_CTX_free(ctx);
	return holds;
}

static void
test_second_opinion(gconstpointer data)
{
	const Suite suite = fabric_suite(GPOINTER_TO_INT(data));
	g_autoptr(Issued) who = fabric_root(suite.sm, "CA");

	for (guint i = 0; i < 20; i++) {
		g_autofree char *text = g_strdup_printf("message %u", i);
		const bsn_slice message = bsn_slice_str(text);
		g_autoptr(GByteArray) der = fabric_sign(&suite, who, message);

		g_assert_true(openssl_verifies(&suite, who, message,
					       buffer_slice(der)));
		g_assert_false(openssl_verifies(&suite, who,
						bsn_slice_str("another"),
						buffer_slice(der)));
	}
}

/* The other s of the same signature. */
static void
test_high_s(void)
{
	const Suite suite = fabric_suite(FALSE);
	g_autoptr(Issued) who = fabric_root(FALSE, "CA");
	const bsn_slice message = bsn_slice_str("x");
	g_autoptr(GByteArray) low = fabric_sign(&suite, who, message);
	guint8 public_key[PUBLIC_KEY_LEN];
	guint8 raw[64];
	guint8 der[DER_SIGNATURE_MAX];
	guint8 finished[DER_SIGNATURE_MAX];
	BIGNUM *order = NULL;
	BIGNUM *s;
	SuiteItem item;
	int32_t result;

	g_assert_true(der_read_signature(buffer_slice(low), raw));
	BN_hex2bn(&order, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9"
			  "cac2fc632551");
	s = BN_bin2bn(raw + 32, 32, NULL);
	BN_sub(s, order, s);
	BN_bn2binpad(s, raw + 32, 32);
	BN_free(s);
	BN_free(order);
	certificate_public_key(who->certificate, public_key);
	item = (SuiteItem){ public_key, message,
			    bsn_slice_of(der, der_put_signature(raw, der)) };
	suite_verify(&suite, &item, 1, &result);
	g_assert_cmpint(result, ==, BSN_BAD_SIGNATURE);
	assert_bytes(finished, suite_finish_signature(&suite, raw, finished),
		     low->data, low->len);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/message/malformed-bytes-are-refused",
			test_malformed);
	g_test_add_func("/fabric/message/nesting-is-bounded", test_nesting);
	g_test_add_func("/fabric/message/fields-and-bytes-are-bounded",
			test_count);
	g_test_add_func("/fabric/message/it-comes-back-as-it-was",
			test_round_trip);
	g_test_add_func("/fabric/arena/gives-what-was-allowed", test_arena);
	g_test_add_func("/fabric/der/signatures-are-as-openssl-writes-them",
			test_der_signatures);
	g_test_add_func("/fabric/der/a-signature-has-one-encoding",
			test_der_strict);
	g_test_add_func("/fabric/der/header", test_der_header);
	g_test_add_func("/fabric/signed/transaction-id", test_tx_id);
	g_test_add_func("/fabric/block/it-must-follow-the-one-before",
			test_block_check);
	g_test_add_data_func("/fabric/suite/signatures-in-std",
			     GINT_TO_POINTER(FALSE), test_signatures);
	g_test_add_data_func("/fabric/suite/signatures-in-sm",
			     GINT_TO_POINTER(TRUE), test_signatures);
	g_test_add_data_func("/fabric/suite/openssl-verifies-them-in-std",
			     GINT_TO_POINTER(FALSE), test_second_opinion);
	g_test_add_data_func("/fabric/suite/openssl-verifies-them-in-sm",
			     GINT_TO_POINTER(TRUE), test_second_opinion);
	g_test_add_func("/fabric/suite/the-other-s-is-refused", test_high_s);
	return g_test_run();
}
