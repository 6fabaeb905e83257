/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA on P-256: RFC 6979's examples, and OpenSSL as a second opinion. What
 * holds for every curve is tested with secp256k1 too.
 */
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "plugins/crypto-std/ecdsa_p256_tables.h"
#include "plugins/crypto-std/std.h"
#include "tests/unit/signature-rules.h"

#define RANDOM_KEYS 2000u

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_GROUP, EC_GROUP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

static const bsn_hash *const sha256 = &std_sha256;
static const bsn_hash *const keccak256 = &std_keccak256;
static const bsn_signature *const p256 = &std_ecdsa_p256;
static const bsn_signature *const k1 = &std_secp256k1;
static const bsn_slice none = { NULL, 0 };

/* ---- P-256 ------------------------------------------------------------- */

static const char p256_order[] =
	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/* RFC 6979 appendix A.2.5. */
static void
p256_examples_of_rfc_6979(void)
{
	static const struct {
		const char *message, *signature;
	} examples[] = {
		{ "sample", "efd48b2aacb6a8fd1140dd9cd45e81d6"
			    "9d2c877b56aaf991c34d0ea84eaf3716"
			    "f7cb1c942d657c41d436c7a1b6e29f65"
			    "f3e900dbb9aff4064dc4ab2f843acda8" },
		{ "test", "f1abb023518351cd71d881567b1ea663"
			  "ed3efcf6c5132b354f28d3b0b7d38367"
			  "019f4113742a2b14bd25926b49c64915"
			  "5f267e60d3814b4c0cc84250e46f0083" },
	};
	guint8 key[32], public_key[64], expected[64], signature[64];

	UNHEX("c9afa9d845ba75166b5c215767b1d693"
	      "4e50c3db36e89b127b8a622b120f6721",
	      key);
	UNHEX("60fed4ba255a9d31c961eb74c6356d68"
	      "c049b8923b61fa6ce669622e60f29fb6"
	      "7903fe1008b8bc99a41ae9e95628bc64"
	      "f2f1b20c2d7e9f5177a3c294d4462299",
	      expected);
	g_assert_cmpint(p256->public_key(key, public_key), ==, BSN_OK);
	ASSERT_SAME(public_key, expected, 64);
	for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
		UNHEX(examples[i].signature, signature);
		g_assert_cmpint(verify_as(p256, 0, public_key,
					  bsn_slice_str(examples[i].message),
					  signature),
				==, BSN_OK);
		g_assert_cmpint(verify_as(p256, 0, public_key,
					  bsn_slice_str("another"), signature),
				==, BSN_BAD_SIGNATURE);
	}
}

static EVP_PKEY *
openssl_key(const KeyPair *pair)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	guint8 native[32], point[65] = { 4 };
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string("group", (char[]){ "P-256" },
						 0),
		OSSL_PARAM_construct_BN("priv", native, sizeof(native)),
		OSSL_PARAM_construct_octet_string("pub", point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};

	for (gsize i = 0; i < 32; i++)
		native[i] = pair->private_key[G_BYTE_ORDER == G_BIG_ENDIAN
						      ? i
						      : 31 - i];
	memcpy(point + 1, pair->public_key, 64);
	g_assert_cmpint(EVP_PKEY_fromdata_init(ctx), ==, 1);
	g_assert_cmpint(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params),
			==, 1);
	return key;
}

static gsize
to_der(const guint8 *signature, guint8 *der)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();

	ECDSA_SIG_set0(sig, BN_bin2bn(signature, 32, NULL),
		       BN_bin2bn(signature + 32, 32, NULL));
	return (gsize)i2d_ECDSA_SIG(sig, &der);
}

static void
from_der(const guint8 *der, gsize len, guint8 *signature)
{
	g_autoptr(ECDSA_SIG) sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	g_assert_nonnull(sig);
	BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + 32, 32);
}

static void
openssl_agrees(const KeyPair *pair, bsn_slice message)
{
	g_autoptr(EVP_PKEY) key = openssl_key(pair);
	g_autoptr(EVP_MD_CTX) signs = EVP_MD_CTX_new();
	g_autoptr(EVP_MD_CTX) verifies = EVP_MD_CTX_new();
	guint8 signature[64], der[80];
	gsize len = sizeof(der);

	EVP_DigestSignInit(signs, NULL, EVP_sha256(), NULL, key);
	g_assert_cmpint(EVP_DigestSign(signs, der, &len, message.data,
				       message.len),
			==, 1);
	from_der(der, len, signature);
	g_assert_cmpint(verify_as(p256, BSN_SIGN_STANDARD, pair->public_key,
				  message, signature),
			==, BSN_OK);
	g_assert_cmpint(p256->sign(pair->private_key, BSN_SIGN_STANDARD, none,
				   message, signature),
			==, BSN_OK);
	len = to_der(signature, der);
	EVP_DigestVerifyInit(verifies, NULL, EVP_sha256(), NULL, key);
	g_assert_cmpint(EVP_DigestVerify(verifies, der, len, message.data,
					 message.len),
			==, 1);
}

static void
openssl_agrees_on_random_keys(void)
{
	guint8 message[200];
	KeyPair pair;

	for (guint i = 0; i < RANDOM_KEYS; i++) {
		gsize len = (gsize)g_test_rand_int_range(0, sizeof(message));

		test_random(message, len);
		key_pair_random(p256, &pair);
		openssl_agrees(&pair, bsn_slice_of(message, len));
	}
}

/* ---- many at once ------------------------------------------------------ */

#define MANY 50u

typedef struct {
	KeyPair pair;
	guint8 message[32], signature[64];
} Signed;

/* Makes one of them wrong: a bit, an s of zero, or no digest. */
static void
spoil(Signed *one, bsn_verify_item *item)
{
	switch (g_test_rand_int_range(0, 4)) {
	case 0:
		one->signature[g_test_rand_int_range(0, 64)] ^= 1;
		break;
	case 1:
		memset(one->signature + 32, 0, 32);
		break;
	case 2:
		memset(one->signature, 0xff, 64);
		break;
	default:
		item->message.len--;
	}
}

/* Whatever is wrong with some of them, the others hold. */
static void
many_agree_with_one(void)
{
	g_autofree Signed *list = g_new0(Signed, MANY);
	bsn_verify_item items[MANY];
	int32_t results[MANY];

	for (guint run = 0; run < 40; run++) {
		const guint n = (guint)g_test_rand_int_range(0, MANY + 1);

		for (guint i = 0; i < n; i++) {
			Signed *one = &list[i];

			key_pair_random(p256, &one->pair);
			test_random(one->message, 32);
			g_assert_cmpint(p256->sign(one->pair.private_key,
						   BSN_SIGN_DIGEST, none,
						   bsn_slice_of(one->message,
								32),
						   one->signature),
					==, BSN_OK);
			items[i] = (bsn_verify_item){
				.size = sizeof(items[i]),
				.convention = BSN_SIGN_DIGEST,
				.public_key = bsn_slice_of(
					one->pair.public_key, 64),
				.message = bsn_slice_of(one->message, 32),
				.signature = bsn_slice_of(one->signature, 64),
			};
			if (g_test_rand_int_range(0, 5) == 0)
				spoil(one, &items[i]);
		}
		g_assert_cmpint(p256->verify_many(items, n, results), ==,
				BSN_OK);
		for (guint i = 0; i < n; i++)
			g_assert_cmpint(results[i], ==,
					p256->verify(&items[i]));
	}
}

/* ---- keys that have tables ------------------------------------------------ */

static EC_GROUP *
p256_group(void)
{
	return EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
}

static gboolean
has_table(const EC_GROUP *group, const guint8 *public_key)
{
	P256Table *table = p256_table_of(group, public_key);
	const gboolean has = table != NULL;

	p256_table_unref(table);
	return has;
}

static void
use_key(const EC_GROUP *group, const guint8 *public_key, guint times)
{
	for (guint i = 0; i < times; i++)
		(void)has_table(group, public_key);
}

/* With a table what holds is what held without: OpenSSL's signatures, and none
 * with a changed bit or for another message. */
static void
table_judges_as_the_key_does(const KeyPair *pair)
{
	guint8 signature[64];
	guint8 message[32];

	for (guint i = 0; i < 100; i++) {
		test_random(message, sizeof(message));
		openssl_agrees(pair, bsn_slice_of(message, sizeof(message)));
	}
	g_assert_cmpint(p256->sign(pair->private_key, 0, none, none, signature),
			==, BSN_OK);
	for (guint bit = 0; bit < 512; bit++) {
		signature[bit / 8] ^= (guint8)(1u << bit % 8);
		g_assert_cmpint(verify_as(p256, 0, pair->public_key, none,
					  signature),
				==, BSN_BAD_SIGNATURE);
		signature[bit / 8] ^= (guint8)(1u << bit % 8);
	}
	g_assert_cmpint(verify_as(p256, 0, pair->public_key,
				  bsn_slice_str("another"), signature),
			==, BSN_BAD_SIGNATURE);
}

static void
busy_keys_get_tables(void)
{
	g_autoptr(EC_GROUP) group = p256_group();
	guint8 one[32] = { 0 };
	KeyPair pair;

	key_pair_random(p256, &pair);
	use_key(group, pair.public_key, 9 * P256_TABLE_WORTH);
	g_assert_true(has_table(group, pair.public_key));
	table_judges_as_the_key_does(&pair);
	/* The generator itself: the sum's two parts may be one point. */
	one[31] = 1;
	memcpy(pair.private_key, one, sizeof(one));
	g_assert_cmpint(p256->public_key(one, pair.public_key), ==, BSN_OK);
	use_key(group, pair.public_key, 9 * P256_TABLE_WORTH);
	g_assert_true(has_table(group, pair.public_key));
	table_judges_as_the_key_does(&pair);
}

/* Of two keys in one slot the busier one has the table. */
static void
keys_in_one_slot_compete(void)
{
	g_autoptr(EC_GROUP) group = p256_group();
	KeyPair busy, other;

	key_pair_random(p256, &busy);
	do
		key_pair_random(p256, &other);
	while ((busy.public_key[0] ^ other.public_key[0]) % P256_TABLES != 0);
	use_key(group, busy.public_key, 18 * P256_TABLE_WORTH);
	use_key(group, other.public_key, P256_TABLE_WORTH);
	g_assert_true(has_table(group, busy.public_key));
	g_assert_false(has_table(group, other.public_key));
	use_key(group, other.public_key, 9 * P256_TABLE_WORTH);
	g_assert_true(has_table(group, other.public_key));
	g_assert_false(has_table(group, busy.public_key));
}

/* What is no point has none, however often it comes. */
static void
no_table_of_what_is_no_key(void)
{
	g_autoptr(EC_GROUP) group = p256_group();
	guint8 key[64];

	memset(key, 0x5a, sizeof(key));
	use_key(group, key, 9 * P256_TABLE_WORTH);
	g_assert_false(has_table(group, key));
}

/* ---- both ---------------------------------------------------------------- */

static void
digest_is_the_standard_without_the_hash(void)
{
	const bsn_slice message = bsn_slice_str("a transaction");
	const bsn_signature *const schemes[] = { p256, k1 };
	const bsn_hash *const hashes[] = { sha256, keccak256 };
	guint8 digest[32], signature[65];
	KeyPair pair;

	for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
		key_pair_random(schemes[i], &pair);
		hashes[i]->digest(&message, 1, digest);
		schemes[i]->sign(pair.private_key, BSN_SIGN_STANDARD, none,
				 message, signature);
		g_assert_cmpint(verify_as(schemes[i], BSN_SIGN_DIGEST,
					  pair.public_key,
					  bsn_slice_of(digest, 32), signature),
				==, BSN_OK);
	}
}

/* ---- ranges ------------------------------------------------------------ */

static const char k1_order[] =
	"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

typedef struct {
	const bsn_signature *const *scheme;
	const char *order;
} Curve;

static const Curve p256_curve = { &p256, p256_order };
static const Curve k1_curve = { &k1, k1_order };

static void
scalars_out_of_range_are_refused(gconstpointer data)
{
	const Curve *curve = data;
	const bsn_signature *scheme = *curve->scheme;
	guint8 zero[32] = { 0 }, n[32], out[65];

	UNHEX(curve->order, n);
	g_assert_cmpint(scheme->public_key(zero, out), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(scheme->public_key(n, out), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(scheme->sign(zero, 0, none, none, out), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(scheme->sign(n, 0, none, none, out), ==,
			BSN_BAD_REQUEST);
	n[31]--;
	g_assert_cmpint(scheme->public_key(n, out), ==, BSN_OK);
	g_assert_cmpint(scheme->sign(n, 0, none, none, out), ==, BSN_OK);
	n[0] = 0;
	g_assert_cmpint(scheme->sign(n, 0, none, none, out), ==, BSN_OK);
}

/* seed = n - 2 gives the largest scalar, seed = n - 1 begins anew. */
static void
seeds_at_the_edges_give_scalars_in_range(gconstpointer data)
{
	const Curve *curve = data;
	guint8 seed[48] = { 0 }, expected[32];
	KeyPair pair;

	unhex(curve->order, seed + 16, 32);
	UNHEX(curve->order, expected);
	seed[47] = (guint8)(seed[47] - 2);
	expected[31]--;
	g_assert_cmpint((*curve->scheme)->generate(seed, pair.private_key,
						   pair.public_key),
			==, BSN_OK);
	ASSERT_SAME(pair.private_key, expected, 32);
	seed[47]++;
	memset(expected, 0, sizeof(expected));
	expected[31] = 1;
	g_assert_cmpint((*curve->scheme)->generate(seed, pair.private_key,
						   pair.public_key),
			==, BSN_OK);
	ASSERT_SAME(pair.private_key, expected, 32);
}

static void
signature_numbers_out_of_range_are_refused(gconstpointer data)
{
	const Curve *curve = data;
	const bsn_signature *scheme = *curve->scheme;
	guint8 good[65], bad[65], n[32];
	KeyPair pair;

	UNHEX(curve->order, n);
	key_pair_random(scheme, &pair);
	scheme->sign(pair.private_key, 0, none, none, good);
	for (guint half = 0; half < 64; half += 32) {
		memcpy(bad, good, sizeof(bad));
		memset(bad + half, 0, 32);
		g_assert_cmpint(verify_as(scheme, 0, pair.public_key, none,
					  bad),
				==, BSN_BAD_SIGNATURE);
		memcpy(bad + half, n, 32);
		g_assert_cmpint(verify_as(scheme, 0, pair.public_key, none,
					  bad),
				==, BSN_BAD_SIGNATURE);
	}
}

static void
keys_off_the_curve_are_refused(gconstpointer data)
{
	const Curve *curve = data;
	const bsn_signature *scheme = *curve->scheme;
	guint8 signature[65], key[64];
	KeyPair pair;

	key_pair_random(scheme, &pair);
	scheme->sign(pair.private_key, 0, none, none, signature);
	memset(key, 0, sizeof(key));
	g_assert_cmpint(verify_as(scheme, 0, key, none, signature), ==,
			BSN_BAD_SIGNATURE);
	memset(key, 0xff, sizeof(key));
	g_assert_cmpint(verify_as(scheme, 0, key, none, signature), ==,
			BSN_BAD_SIGNATURE);
}

static void
add_ranges(const char *name, const Curve *curve)
{
	static const struct {
		const char *name;
		GTestDataFunc test;
	} tests[] = {
		{ "scalars-out-of-range-are-refused",
		  scalars_out_of_range_are_refused },
		{ "seeds-at-the-edges-give-scalars-in-range",
		  seeds_at_the_edges_give_scalars_in_range },
		{ "signature-numbers-out-of-range-are-refused",
		  signature_numbers_out_of_range_are_refused },
		{ "keys-off-the-curve-are-refused",
		  keys_off_the_curve_are_refused },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strdup_printf("/%s/%s", name, tests[i].name);

		g_test_add_data_func(path, curve, tests[i].test);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(std_sha256_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_ecdsa_p256_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_secp256k1_open(NULL), ==, BSN_OK);
	signature_rules_add(p256, 5);
	add_ranges("ecdsa-p256", &p256_curve);
	add_ranges("secp256k1", &k1_curve);
	g_test_add_func("/ecdsa-p256/examples-of-rfc-6979",
			p256_examples_of_rfc_6979);
	g_test_add_func("/ecdsa-p256/openssl-agrees-on-random-keys",
			openssl_agrees_on_random_keys);
	g_test_add_func("/ecdsa-p256/many-agree-with-one", many_agree_with_one);
	g_test_add_func("/ecdsa-p256/busy-keys-get-tables",
			busy_keys_get_tables);
	g_test_add_func("/ecdsa-p256/keys-in-one-slot-compete",
			keys_in_one_slot_compete);
	g_test_add_func("/ecdsa-p256/no-table-of-what-is-no-key",
			no_table_of_what_is_no_key);
	g_test_add_func("/digest-is-the-standard-without-the-hash",
			digest_is_the_standard_without_the_hash);
	return g_test_run();
}
