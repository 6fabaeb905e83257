/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/signature-rules.h"

#include <openssl/err.h>
#include <string.h>

#define THREADS 4u
#define ROUNDS 25u

static const char text[] = "the rules hold for every scheme";

void
unhex(const char *hex, guint8 *out, gsize len)
{
	g_assert_cmpuint(strlen(hex), ==, 2 * len);
	for (gsize i = 0; i < len; i++) {
		int high = g_ascii_xdigit_value(hex[2 * i]);
		int low = g_ascii_xdigit_value(hex[2 * i + 1]);

		g_assert_true(high >= 0 && low >= 0);
		out[i] = (guint8)(high * 16 + low);
	}
}

void
test_random(guint8 *out, gsize len)
{
	for (gsize i = 0; i < len; i++)
		out[i] = (guint8)g_test_rand_int_range(0, 256);
}

void
key_pair_random(const bsn_signature *scheme, KeyPair *pair)
{
	guint8 seed[48];

	test_random(seed, sizeof(seed));
	g_assert_cmpint(scheme->generate(seed, pair->private_key,
					 pair->public_key),
			==, BSN_OK);
}

int32_t
verify_as(const bsn_signature *scheme, guint32 convention,
	  const guint8 *public_key, bsn_slice message, const guint8 *signature)
{
	const bsn_verify_item item = {
		.size = sizeof(item),
		.convention = convention,
		.public_key = { public_key, scheme->public_key_len },
		.message = message,
		.signature = { signature, scheme->signature_len },
	};

	return scheme->verify(&item);
}

/* A message that every convention takes: a digest's length. */
static bsn_slice
message(void)
{
	G_STATIC_ASSERT(sizeof(text) == 32);
	return bsn_slice_of(text, sizeof(text));
}

static void
sign(const bsn_signature *scheme, guint32 convention, const KeyPair *pair,
     guint8 *signature)
{
	g_assert_cmpint(scheme->sign(pair->private_key, convention,
				     (bsn_slice){ NULL, 0 }, message(),
				     signature),
			==, BSN_OK);
}

static void
generate_is_deterministic(gconstpointer data)
{
	const bsn_signature *scheme = data;
	guint8 seed[48], derived[BSN_PUBLIC_KEY_MAX];
	KeyPair one = { 0 }, two = { 0 };

	test_random(seed, sizeof(seed));
	g_assert_cmpint(scheme->generate(seed, one.private_key, one.public_key),
			==, BSN_OK);
	g_assert_cmpint(scheme->generate(seed, two.private_key, two.public_key),
			==, BSN_OK);
	ASSERT_SAME(&one, &two, sizeof(two));
	g_assert_cmpint(scheme->public_key(one.private_key, derived), ==,
			BSN_OK);
	ASSERT_SAME(derived, one.public_key, scheme->public_key_len);
	seed[0] ^= 1;
	g_assert_cmpint(scheme->generate(seed, two.private_key, two.public_key),
			==, BSN_OK);
	g_assert_cmpint(memcmp(&one, &two, sizeof(one)), !=, 0);
}

static void
misuse_is_told(gconstpointer data)
{
	const bsn_signature *scheme = data;
	guint8 bytes[BSN_SIGNATURE_MAX] = { 1 };
	bsn_verify_item item = { .size = sizeof(item) };
	const bsn_slice none = { NULL, 0 };

	g_assert_cmpint(scheme->generate(NULL, bytes, bytes), ==,
			BSN_E_INVALID);
	g_assert_cmpint(scheme->public_key(NULL, bytes), ==, BSN_E_INVALID);
	g_assert_cmpint(scheme->sign(NULL, 0, none, message(), bytes), ==,
			BSN_E_INVALID);
	g_assert_cmpint(scheme->sign(bytes, 0, none, message(), NULL), ==,
			BSN_E_INVALID);
	g_assert_cmpint(scheme->sign(bytes, 0, none, (bsn_slice){ NULL, 9 },
				     bytes),
			==, BSN_E_INVALID);
	g_assert_cmpint(scheme->verify(NULL), ==, BSN_E_INVALID);
	g_assert_cmpint(scheme->verify(&item), ==, BSN_E_INVALID);
	item.size = 8;
	g_assert_cmpint(scheme->verify(&item), ==, BSN_E_INVALID);
}

static void
other_conventions_are_not_offered(gconstpointer data)
{
	const bsn_signature *scheme = data;
	guint8 signature[BSN_SIGNATURE_MAX] = { 0 };
	KeyPair pair;

	key_pair_random(scheme, &pair);
	g_assert_cmpint(scheme->sign(pair.private_key, 3,
				     (bsn_slice){ NULL, 0 }, message(),
				     signature),
			==, BSN_NOT_OFFERED);
	g_assert_cmpint(verify_as(scheme, 3, pair.public_key, message(),
				  signature),
			==, BSN_NOT_OFFERED);
}

/* TLS on the same thread reads OpenSSL's queue after each of its own calls. */
static void
refusals_leave_no_errors_behind(gconstpointer data)
{
	const bsn_signature *scheme = data;
	guint8 signature[BSN_SIGNATURE_MAX] = { 0 }, key[BSN_PUBLIC_KEY_MAX];
	KeyPair pair;

	key_pair_random(scheme, &pair);
	ERR_clear_error();
	memset(key, 0xff, sizeof(key));
	for (guint i = 0; i < 256; i++) {
		test_random(signature, sizeof(signature));
		g_assert_cmpint(verify_as(scheme, 0, pair.public_key, message(),
					  signature),
				==, BSN_BAD_SIGNATURE);
		g_assert_cmpint(verify_as(scheme, 0, key, message(), signature),
				==, BSN_BAD_SIGNATURE);
		key[i % scheme->public_key_len] = (guint8)i;
	}
	g_assert_cmpuint(ERR_peek_error(), ==, 0);
}

static void
wrong_lengths_are_refused(gconstpointer data)
{
	const bsn_signature *scheme = data;
	guint8 signature[BSN_SIGNATURE_MAX + 1] = { 0 };
	KeyPair pair;
	bsn_verify_item item = { .size = sizeof(item), .message = message() };

	key_pair_random(scheme, &pair);
	sign(scheme, BSN_SIGN_STANDARD, &pair, signature);
	for (guint i = 0; i <= 2; i++) {
		item.public_key = bsn_slice_of(pair.public_key,
					       scheme->public_key_len);
		item.signature = bsn_slice_of(signature,
					      scheme->signature_len + i - 1);
		g_assert_cmpint(scheme->verify(&item), ==,
				i == 1 ? BSN_OK : BSN_BAD_SIGNATURE);
	}
	item.signature.len = scheme->signature_len;
	item.public_key.len--;
	g_assert_cmpint(scheme->verify(&item), ==, BSN_BAD_SIGNATURE);
}

/* Every bit of a copy of `len` bytes changed in turn. */
static void
refuse_changes(const bsn_signature *scheme, const KeyPair *pair,
	       const guint8 *signature, guint step)
{
	guint8 key[BSN_PUBLIC_KEY_MAX], changed[BSN_SIGNATURE_MAX];

	memcpy(key, pair->public_key, sizeof(key));
	for (guint i = 0; i < 8 * scheme->public_key_len; i += step) {
		key[i / 8] ^= (guint8)(1u << i % 8);
		g_assert_cmpint(verify_as(scheme, BSN_SIGN_STANDARD, key,
					  message(), signature),
				==, BSN_BAD_SIGNATURE);
		key[i / 8] ^= (guint8)(1u << i % 8);
	}
	memcpy(changed, signature, scheme->signature_len);
	for (guint i = 0; i < 8 * scheme->signature_len; i += step) {
		changed[i / 8] ^= (guint8)(1u << i % 8);
		g_assert_cmpint(verify_as(scheme, BSN_SIGN_STANDARD,
					  pair->public_key, message(), changed),
				==, BSN_BAD_SIGNATURE);
		changed[i / 8] ^= (guint8)(1u << i % 8);
	}
}

static void
changed_bits_are_refused(gconstpointer data)
{
	const bsn_signature *scheme = data;
	guint8 signature[BSN_SIGNATURE_MAX];
	KeyPair pair;

	key_pair_random(scheme, &pair);
	sign(scheme, BSN_SIGN_STANDARD, &pair, signature);
	g_assert_cmpint(verify_as(scheme, BSN_SIGN_STANDARD, pair.public_key,
				  message(), signature),
			==, BSN_OK);
	refuse_changes(scheme, &pair, signature, 1);
	g_assert_cmpint(verify_as(scheme, BSN_SIGN_STANDARD, pair.public_key,
				  bsn_slice_of(text, sizeof(text) - 1),
				  signature),
			==, BSN_BAD_SIGNATURE);
}

typedef struct {
	const bsn_signature *scheme;
	KeyPair pair;
} Signer;

static gpointer
sign_and_verify(gpointer data)
{
	const Signer *signer = data;
	guint8 signature[BSN_SIGNATURE_MAX];

	for (guint i = 0; i < ROUNDS; i++) {
		sign(signer->scheme, BSN_SIGN_STANDARD, &signer->pair,
		     signature);
		g_assert_cmpint(verify_as(signer->scheme, BSN_SIGN_STANDARD,
					  signer->pair.public_key, message(),
					  signature),
				==, BSN_OK);
	}
	return NULL;
}

static void
threads_work_at_once(gconstpointer data)
{
	Signer signers[THREADS];
	GThread *threads[THREADS];

	for (guint i = 0; i < THREADS; i++) {
		signers[i].scheme = data;
		key_pair_random(data, &signers[i].pair);
	}
	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("sign", sign_and_verify, &signers[i]);
	for (guint i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
}

/* Signs by one convention and verifies by each. */
static void
each_convention_verifies_only_as_itself(gconstpointer data)
{
	const bsn_signature *scheme = data;
	guint8 signature[BSN_SIGNATURE_MAX];
	KeyPair pair;

	key_pair_random(scheme, &pair);
	for (guint32 made = 0; made <= BSN_SIGN_DIGEST; made++) {
		if (scheme->sign(pair.private_key, made,
				 (bsn_slice){ NULL, 0 }, message(),
				 signature) == BSN_NOT_OFFERED)
			continue;
		for (guint32 as = 0; as <= BSN_SIGN_DIGEST; as++) {
			int32_t status = verify_as(scheme, as, pair.public_key,
						   message(), signature);

			if (status == BSN_NOT_OFFERED)
				continue;
			g_assert_cmpint(status, ==,
					made == as ? BSN_OK
						   : BSN_BAD_SIGNATURE);
		}
	}
}

static void
digests_are_32_bytes(gconstpointer data)
{
	const bsn_signature *scheme = data;
	guint8 signature[BSN_SIGNATURE_MAX] = { 0 };
	KeyPair pair;

	key_pair_random(scheme, &pair);
	for (guint len = 0; len < 32; len++) {
		g_assert_cmpint(scheme->sign(pair.private_key, BSN_SIGN_DIGEST,
					     (bsn_slice){ NULL, 0 },
					     bsn_slice_of(text, len),
					     signature),
				==, BSN_BAD_REQUEST);
		g_assert_cmpint(verify_as(scheme, BSN_SIGN_DIGEST,
					  pair.public_key,
					  bsn_slice_of(text, len), signature),
				==, BSN_BAD_SIGNATURE);
	}
}

static void
conventions_are_offered(gconstpointer data, guint32 mask)
{
	const bsn_signature *scheme = data;
	guint8 signature[BSN_SIGNATURE_MAX];
	KeyPair pair;

	key_pair_random(scheme, &pair);
	for (guint32 i = 0; i <= BSN_SIGN_DIGEST; i++)
		g_assert_cmpint(scheme->sign(pair.private_key, i,
					     (bsn_slice){ NULL, 0 }, message(),
					     signature),
				==,
				mask & 1u << i ? BSN_OK : BSN_NOT_OFFERED);
}

static void
only_the_standard_is_offered(gconstpointer data)
{
	conventions_are_offered(data, 1u << BSN_SIGN_STANDARD);
}

static void
standard_and_digest_are_offered(gconstpointer data)
{
	conventions_are_offered(data, 1u << BSN_SIGN_STANDARD |
					      1u << BSN_SIGN_DIGEST);
}

static void
all_conventions_are_offered(gconstpointer data)
{
	conventions_are_offered(data, 1u << BSN_SIGN_STANDARD |
					      1u << BSN_SIGN_PREHASHED |
					      1u << BSN_SIGN_DIGEST);
}

static void
add(const char *scheme, const char *name, gconstpointer data,
    GTestDataFunc func)
{
	g_autofree char *path = g_strdup_printf("/%s/%s", scheme, name);

	g_test_add_data_func(path, data, func);
}

void
signature_rules_add(const bsn_signature *scheme, guint32 conventions)
{
	const char *name = scheme->name;

	add(name, "generate-is-deterministic", scheme,
	    generate_is_deterministic);
	add(name, "misuse-is-told", scheme, misuse_is_told);
	add(name, "other-conventions-are-not-offered", scheme,
	    other_conventions_are_not_offered);
	add(name, "wrong-lengths-are-refused", scheme,
	    wrong_lengths_are_refused);
	add(name, "refusals-leave-no-errors-behind", scheme,
	    refusals_leave_no_errors_behind);
	add(name, "changed-bits-are-refused", scheme,
	    changed_bits_are_refused);
	add(name, "threads-work-at-once", scheme, threads_work_at_once);
	add(name, "each-convention-verifies-only-as-itself", scheme,
	    each_convention_verifies_only_as_itself);
	if (conventions & 1u << BSN_SIGN_DIGEST)
		add(name, "digests-are-32-bytes", scheme,
		    digests_are_32_bytes);
	if (conventions == 1u << BSN_SIGN_STANDARD)
		add(name, "only-the-standard-is-offered", scheme,
		    only_the_standard_is_offered);
	else if (conventions & 1u << BSN_SIGN_PREHASHED)
		add(name, "all-conventions-are-offered", scheme,
		    all_conventions_are_offered);
	else
		add(name, "standard-and-digest-are-offered", scheme,
		    standard_and_digest_are_offered);
}

static void
parts_and_whole_agree(gconstpointer data)
{
	const bsn_hash *hash = data;
	guint8 bytes[301], whole[BSN_DIGEST_MAX], parts[BSN_DIGEST_MAX];

	test_random(bytes, sizeof(bytes));
	for (gsize len = 0; len <= sizeof(bytes); len++) {
		gsize cut = (gsize)g_test_rand_int_range(0, (gint32)len + 1);
		const bsn_slice all = { bytes, len };
		const bsn_slice pieces[] = {
			{ bytes, cut },
			{ NULL, 0 },
			{ bytes + cut, len - cut },
		};

		g_assert_cmpint(hash->digest(&all, 1, whole), ==, BSN_OK);
		g_assert_cmpint(hash->digest(pieces, 3, parts), ==, BSN_OK);
		ASSERT_SAME(whole, parts, hash->digest_len);
	}
}

static void
many_agrees_with_one(gconstpointer data)
{
	const bsn_hash *hash = data;
	guint8 bytes[64], one[BSN_DIGEST_MAX], many[64 * BSN_DIGEST_MAX];
	bsn_slice messages[64];

	test_random(bytes, sizeof(bytes));
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++)
		messages[i] = bsn_slice_of(bytes, i);
	g_assert_cmpint(hash->digest_many(messages, 64, many), ==, BSN_OK);
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_assert_cmpint(hash->digest(&messages[i], 1, one), ==,
				BSN_OK);
		ASSERT_SAME(one, many + i * hash->digest_len, hash->digest_len);
	}
	g_assert_cmpint(hash->digest_many(NULL, 0, NULL), ==, BSN_OK);
	g_assert_cmpint(hash->digest_many(NULL, 1, many), ==, BSN_E_INVALID);
}

static void
hash_misuse_is_told(gconstpointer data)
{
	const bsn_hash *hash = data;
	const bsn_slice broken = { NULL, 1 };
	guint8 digest[BSN_DIGEST_MAX];

	g_assert_cmpint(hash->digest(&broken, 1, digest), ==, BSN_E_INVALID);
	g_assert_cmpint(hash->digest(NULL, 1, digest), ==, BSN_E_INVALID);
	g_assert_cmpint(hash->digest(NULL, 0, NULL), ==, BSN_E_INVALID);
}

void
hash_rules_add(const bsn_hash *hash)
{
	add(hash->name, "parts-and-whole-agree", hash, parts_and_whole_agree);
	add(hash->name, "misuse-is-told", hash, hash_misuse_is_told);
	if (BSN_HAS(hash, digest_many))
		add(hash->name, "many-agrees-with-one", hash,
		    many_agrees_with_one);
}
