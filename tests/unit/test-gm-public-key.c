/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2 encryption and key exchange: the standard's examples, OpenSSL's own
 * encryption both ways, and what has to be refused.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/public_key.h"
#include "tests/unit/gm-openssl.h"
#include "tests/unit/gm-paths.h"
#include "tests/unit/signature-rules.h"

#define TEXT_MAX 4000u
#define ROOM (TEXT_MAX + BSN_ENCRYPTION_OVERHEAD_MAX)
#define RAW_OVERHEAD 97u

static const bsn_encryption *const encryption = &gm_sm2_encryption;
static const bsn_key_agreement *const agreement = &gm_sm2_agreement;

typedef struct {
	guint8 data[ROOM];
	gsize len;
} Bytes;

static bsn_slice
slice_of(const Bytes *bytes)
{
	return bsn_slice_of(bytes->data, bytes->len);
}

static int32_t
encrypt(const guint8 *seed, const guint8 *public_key, guint32 form,
	bsn_slice text, Bytes *out)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(out->data, ROOM);
	int32_t status =
		encryption->encrypt(seed, public_key, form, text, &sink.sink);

	out->len = sink.len;
	return status;
}

static int32_t
decrypt(const guint8 *private_key, guint32 form, const Bytes *encrypted,
	Bytes *text)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(text->data, ROOM);
	int32_t status = encryption->decrypt(private_key, form,
					     slice_of(encrypted), &sink.sink);

	text->len = sink.len;
	return status;
}

static void
must_refuse(const guint8 *private_key, guint32 form, const Bytes *encrypted)
{
	Bytes text;

	g_assert_cmpint(decrypt(private_key, form, encrypted, &text), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpuint(text.len, ==, 0);
}

static void
must_decrypt(const guint8 *private_key, guint32 form, const Bytes *encrypted,
	     bsn_slice text)
{
	Bytes got;

	g_assert_cmpint(decrypt(private_key, form, encrypted, &got), ==,
			BSN_OK);
	g_assert_true(bsn_slice_equal(slice_of(&got), text));
}

/* ---- encryption: the standard's example -----------------------------------
 */

/* GB/T 32918.5 appendix C.2. */
static const char example_private[] =
	"3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
static const char example_public[] =
	"09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
	"ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
/* k = 59276e27...1bc21, less 1 */
static const char example_seed[] =
	"00000000000000000000000000000000"
	"59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc20";
static const char example_encrypted[] =
	"04"
	"04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
	"e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
	"59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
	"21886ca989ca9c7d58087307ca93092d651efa";

static void
test_encryption_example(void)
{
	const bsn_slice text = bsn_slice_str("encryption standard");
	guint8 private_key[32], public_key[64], seed[48];
	guint8 expected[RAW_OVERHEAD + 19];
	Bytes encrypted;

	UNHEX(example_private, private_key);
	UNHEX(example_public, public_key);
	UNHEX(example_seed, seed);
	UNHEX(example_encrypted, expected);
	g_assert_cmpint(
		encrypt(seed, public_key, BSN_ENCRYPTED_RAW, text, &encrypted),
		==, BSN_OK);
	g_assert_true(
		bsn_slice_equal(slice_of(&encrypted),
				bsn_slice_of(expected, sizeof(expected))));
	must_decrypt(private_key, BSN_ENCRYPTED_RAW, &encrypted, text);
}

static void
encrypts_the_example_of_the_standard(void)
{
	for (guint i = 0; i < gm_path_count(); i++) {
		g_test_message("by %s", gm_path_use(i));
		test_encryption_example();
	}
	gm_path_best();
}

/* ---- encryption: OpenSSL ------------------------------------------------- */

static void
openssl_encrypt(EVP_PKEY *key, bsn_slice text, Bytes *out)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	out->len = ROOM;
	g_assert_cmpint(EVP_PKEY_encrypt_init(ctx), ==, 1);
	g_assert_cmpint(EVP_PKEY_encrypt(ctx, out->data, &out->len, text.data,
					 text.len),
			==, 1);
}

static void
openssl_must_decrypt(EVP_PKEY *key, const Bytes *encrypted, bsn_slice text)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	Bytes got = { .len = ROOM };

	g_assert_cmpint(EVP_PKEY_decrypt_init(ctx), ==, 1);
	g_assert_cmpint(EVP_PKEY_decrypt(ctx, got.data, &got.len,
					 encrypted->data, encrypted->len),
			==, 1);
	g_assert_true(bsn_slice_equal(slice_of(&got), text));
}

/* The raw form of the same: C1, C3 and C2 are what the other form holds. */
static void
forms_must_agree(const guint8 *seed, const KeyPair *pair, bsn_slice text)
{
	Bytes raw;

	g_assert_cmpint(
		encrypt(seed, pair->public_key, BSN_ENCRYPTED_RAW, text, &raw),
		==, BSN_OK);
	g_assert_cmpuint(raw.len, ==, text.len + RAW_OVERHEAD);
	must_decrypt(pair->private_key, BSN_ENCRYPTED_RAW, &raw, text);
}

static void
openssl_agrees(const KeyPair *pair, EVP_PKEY *key, bsn_slice text)
{
	guint8 seed[48];
	Bytes encrypted;

	test_random(seed, sizeof(seed));
	g_assert_cmpint(encrypt(seed, pair->public_key, BSN_ENCRYPTED_DER, text,
				&encrypted),
			==, BSN_OK);
	g_assert_cmpuint(encrypted.len, <=,
			 text.len + BSN_ENCRYPTION_OVERHEAD_MAX);
	openssl_must_decrypt(key, &encrypted, text);
	openssl_encrypt(key, text, &encrypted);
	must_decrypt(pair->private_key, BSN_ENCRYPTED_DER, &encrypted, text);
	forms_must_agree(seed, pair, text);
}

/* The shortest texts are left out, of which OpenSSL does not encrypt some: it
 * takes a key stream of zeros. */
static void
openssl_encrypts_and_decrypts_the_same(void)
{
	static const guint lengths[] = { 9,   31,  32,	 33,   95,   96,
					 127, 128, 255,	 256,  511,  512,
					 513, 600, 1023, 1024, 1025, TEXT_MAX };
	guint8 text[TEXT_MAX];

	for (guint i = 0; i < 300; i++) {
		g_autoptr(EVP_PKEY) key = NULL;
		KeyPair pair;
		gsize len = i < G_N_ELEMENTS(lengths)
				    ? lengths[i]
				    : (gsize)g_test_rand_int_range(9, 300);

		(void)gm_path_use(i % gm_path_count());
		test_random(text, len);
		key_pair_random(&gm_sm2, &pair);
		key = gm_openssl_key(pair.private_key, pair.public_key);
		openssl_agrees(&pair, key, bsn_slice_of(text, len));
	}
	gm_path_best();
}

/* A key stream of zeros would show the text: one byte meets it in 256 seeds. */
static void
short_texts_are_hidden(void)
{
	static const guint8 text[2] = { 0x41, 0x42 };
	guint8 seed[48] = { 0 };
	KeyPair pair;
	guint shown = 0;

	key_pair_random(&gm_sm2, &pair);
	for (guint i = 0; i < 1500; i++) {
		Bytes encrypted;

		seed[0] = (guint8)i;
		seed[1] = (guint8)(i >> 8);
		g_assert_cmpint(
			encrypt(seed, pair.public_key, BSN_ENCRYPTED_RAW,
				bsn_slice_of(text, 1 + i % 2), &encrypted),
			==, BSN_OK);
		if (i % 2 == 0 && encrypted.data[RAW_OVERHEAD] == text[0])
			shown++;
		if (i % 8 < 2)
			must_decrypt(pair.private_key, BSN_ENCRYPTED_RAW,
				     &encrypted, bsn_slice_of(text, 1 + i % 2));
	}
	g_assert_cmpuint(shown, ==, 0);
}

/* ---- encryption: what is refused ------------------------------------------
 */

typedef struct {
	KeyPair pair;
	Bytes raw, der;
	guint8 text[40];
} Sample;

static void
sample_make(Sample *sample)
{
	const bsn_slice text = bsn_slice_of(sample->text, sizeof(sample->text));
	guint8 seed[48];

	key_pair_random(&gm_sm2, &sample->pair);
	test_random(sample->text, sizeof(sample->text));
	test_random(seed, sizeof(seed));
	g_assert_cmpint(encrypt(seed, sample->pair.public_key,
				BSN_ENCRYPTED_RAW, text, &sample->raw),
			==, BSN_OK);
	g_assert_cmpint(encrypt(seed, sample->pair.public_key,
				BSN_ENCRYPTED_DER, text, &sample->der),
			==, BSN_OK);
}

static void
every_changed_bit_is_refused(void)
{
	Sample sample;

	sample_make(&sample);
	for (gsize i = 0; i < sample.raw.len * 8; i++) {
		Bytes changed = sample.raw;

		changed.data[i / 8] ^= (guint8)(1u << i % 8);
		must_refuse(sample.pair.private_key, BSN_ENCRYPTED_RAW,
			    &changed);
	}
	for (gsize i = 0; i < sample.der.len * 8; i++) {
		Bytes changed = sample.der;

		changed.data[i / 8] ^= (guint8)(1u << i % 8);
		must_refuse(sample.pair.private_key, BSN_ENCRYPTED_DER,
			    &changed);
	}
}

static void
every_other_length_is_refused(void)
{
	Sample sample;

	sample_make(&sample);
	for (gsize len = 0; len < sample.raw.len; len++) {
		Bytes cut = sample.raw;

		cut.len = len;
		must_refuse(sample.pair.private_key, BSN_ENCRYPTED_RAW, &cut);
	}
	for (gsize len = 0; len < sample.der.len; len++) {
		Bytes cut = sample.der;

		cut.len = len;
		must_refuse(sample.pair.private_key, BSN_ENCRYPTED_DER, &cut);
	}
	sample.raw.data[sample.raw.len++] = 0;
	must_refuse(sample.pair.private_key, BSN_ENCRYPTED_RAW, &sample.raw);
	sample.der.data[sample.der.len++] = 0;
	must_refuse(sample.pair.private_key, BSN_ENCRYPTED_DER, &sample.der);
}

/* The elements of an SM2Cipher, each as one likes. */
static void
put_der(Bytes *out, guint8 tag, const guint8 *content, gsize len)
{
	out->data[out->len++] = tag;
	g_assert_cmpuint(len, <, 0x80);
	out->data[out->len++] = (guint8)len;
	memcpy(out->data + out->len, content, len);
	out->len += len;
}

static void
wrap(Bytes *out, const Bytes *body)
{
	out->len = 0;
	out->data[out->len++] = 0x30;
	out->data[out->len++] = 0x81;
	out->data[out->len++] = (guint8)body->len;
	memcpy(out->data + out->len, body->data, body->len);
	out->len += body->len;
}

/* x and y with so many zeros in front, which DER allows one of at most. */
static void
rebuild(const Sample *sample, gsize zeros, guint8 digest_tag, Bytes *out)
{
	guint8 number[40] = { 0 };
	Bytes body = { .len = 0 };

	for (gsize i = 0; i < 2; i++) {
		gsize needed = sample->raw.data[1 + 32 * i] >> 7;

		memcpy(number + zeros + needed, sample->raw.data + 1 + 32 * i,
		       32);
		put_der(&body, 2, number, 32 + zeros + needed);
		memset(number, 0, sizeof(number));
	}
	put_der(&body, digest_tag, sample->raw.data + 65, 32);
	put_der(&body, 4, sample->raw.data + RAW_OVERHEAD,
		sizeof(sample->text));
	wrap(out, &body);
}

static gboolean
has_a_leading_zero(const Sample *sample)
{
	return sample->raw.data[1] == 0 || sample->raw.data[33] == 0;
}

static void
other_encodings_of_der_are_refused(void)
{
	const guint8 *key;
	Sample sample;
	Bytes other;

	do
		sample_make(&sample);
	while (has_a_leading_zero(&sample));
	key = sample.pair.private_key;
	rebuild(&sample, 0, 4, &other);
	must_decrypt(key, BSN_ENCRYPTED_DER, &other,
		     bsn_slice_of(sample.text, sizeof(sample.text)));
	rebuild(&sample, 1, 4, &other);
	must_refuse(key, BSN_ENCRYPTED_DER, &other);
	rebuild(&sample, 0, 3, &other);
	must_refuse(key, BSN_ENCRYPTED_DER, &other);
	/* A length in more bytes than it takes. */
	rebuild(&sample, 0, 4, &other);
	memmove(other.data + 3, other.data + 2, other.len - 2);
	other.data[1] = 0x82;
	other.data[2] = 0;
	other.len++;
	must_refuse(key, BSN_ENCRYPTED_DER, &other);
	/* An indefinite one. */
	rebuild(&sample, 0, 4, &other);
	other.data[1] = 0x80;
	must_refuse(key, BSN_ENCRYPTED_DER, &other);
	/* One form taken for the other. */
	must_refuse(key, BSN_ENCRYPTED_RAW, &sample.der);
	must_refuse(key, BSN_ENCRYPTED_DER, &sample.raw);
}

/* A point of another curve, whose multiples would tell the private key; and one
 * whose coordinates are beyond p. */
static void
other_points_are_refused(void)
{
	g_autoptr(BIGNUM) p = gm_prime();
	Sample sample;
	Bytes changed;

	sample_make(&sample);
	changed = sample.raw;
	memset(changed.data + 1, 0, 64);
	must_refuse(sample.pair.private_key, BSN_ENCRYPTED_RAW, &changed);
	BN_bn2binpad(p, changed.data + 1, 32);
	must_refuse(sample.pair.private_key, BSN_ENCRYPTED_RAW, &changed);
	memset(changed.data + 1, 0xff, 64);
	must_refuse(sample.pair.private_key, BSN_ENCRYPTED_RAW, &changed);
	changed = sample.raw;
	changed.data[0] = 0x02;
	must_refuse(sample.pair.private_key, BSN_ENCRYPTED_RAW, &changed);
}

static void
misuse_of_encryption_is_told(void)
{
	const bsn_slice text = bsn_slice_str("text");
	g_autofree guint8 *large = g_malloc0(BSN_ENCRYPTION_TEXT_MAX + 1);
	guint8 seed[48] = { 1 }, none[64] = { 0 };
	Sample sample;
	Bytes out;

	sample_make(&sample);
	g_assert_cmpint(encrypt(seed, none, 0, text, &out), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(encrypt(seed, sample.pair.public_key, 2, text, &out),
			==, BSN_NOT_OFFERED);
	g_assert_cmpint(encrypt(seed, sample.pair.public_key, 0,
				bsn_slice_of(NULL, 0), &out),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(
		encrypt(seed, sample.pair.public_key, 0,
			bsn_slice_of(large, BSN_ENCRYPTION_TEXT_MAX + 1), &out),
		==, BSN_TOO_LARGE);
	g_assert_cmpint(encrypt(NULL, sample.pair.public_key, 0, text, &out),
			==, BSN_E_INVALID);
	g_assert_cmpint(encrypt(seed, NULL, 0, text, &out), ==, BSN_E_INVALID);
	g_assert_cmpint(decrypt(sample.pair.private_key, 2, &sample.raw, &out),
			==, BSN_NOT_OFFERED);
	g_assert_cmpint(decrypt(NULL, 0, &sample.raw, &out), ==, BSN_E_INVALID);
	must_refuse(none, BSN_ENCRYPTED_RAW, &sample.raw);
	gm_near_order(-1, none);
	must_refuse(none, BSN_ENCRYPTED_RAW, &sample.raw);
}

/* Answers of a sink that has no room are passed on. */
static void
a_sink_may_refuse(void)
{
	guint8 seed[48] = { 2 }, room[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(room, sizeof(room));
	Sample sample;

	sample_make(&sample);
	g_assert_cmpint(encryption->encrypt(seed, sample.pair.public_key, 0,
					    bsn_slice_str("text"), &sink.sink),
			==, BSN_TOO_LARGE);
	g_assert_cmpint(encryption->decrypt(sample.pair.private_key, 0,
					    slice_of(&sample.raw), &sink.sink),
			==, BSN_TOO_LARGE);
}

static void
the_longest_text_is_encrypted(void)
{
	const gsize len = BSN_ENCRYPTION_TEXT_MAX;
	const gsize room = len + BSN_ENCRYPTION_OVERHEAD_MAX;
	g_autofree guint8 *text = g_malloc0(len);
	g_autofree guint8 *encrypted = g_malloc0(room);
	g_autofree guint8 *back = g_malloc0(room);
	bsn_fixed_sink sink = bsn_fixed_sink_of(encrypted, room);
	bsn_fixed_sink got = bsn_fixed_sink_of(back, room);
	guint8 seed[48] = { 3 };
	KeyPair pair;

	key_pair_random(&gm_sm2, &pair);
	g_assert_cmpint(
		encryption->encrypt(seed, pair.public_key, BSN_ENCRYPTED_DER,
				    bsn_slice_of(text, len), &sink.sink),
		==, BSN_OK);
	g_assert_cmpint(encryption->decrypt(pair.private_key, BSN_ENCRYPTED_DER,
					    bsn_slice_of(encrypted, sink.len),
					    &got.sink),
			==, BSN_OK);
	g_assert_true(got.len == len && memcmp(text, back, len) == 0);
}

/* ---- key exchange ---------------------------------------------------------
 */

/* GB/T 32918.5 appendix B.2. */
static const char exchange_private_a[] =
	"81eb26e941bb5af16df116495f90695272ae2cd63d6c4ae1678418be48230029";
static const char exchange_public_a[] =
	"160e12897df4edb61dd812feb96748fbd3ccf4ffe26aa6f6db9540af49c94232"
	"4a7dad08bb9a459531694beb20aa489d6649975e1bfcf8c4741b78b4b223007f";
static const char exchange_private_b[] =
	"785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5";
static const char exchange_public_b[] =
	"6ae848c57c53c7b1b5fa99eb2286af078ba64c64591b8b566f7357d576f16dfb"
	"ee489d771621a27b36c5c7992062e9cd09a9264386f3fbea54dff69305621c4d";
static const char exchange_once_a[] =
	"d4de15474db74d06491c440d305e012400990f3e390c7e87153c12db2ea60bb3";
static const char exchange_once_public_a[] =
	"64ced1bdbc99d590049b434d0fd73428cf608a5db8fe5ce07f15026940bae40e"
	"376629c7ab21e7db260922499ddb118f07ce8eaae3e7720afef6a5cc062070c0";
static const char exchange_once_b[] =
	"7e07124814b309489125eaed101113164ebf0f3458c5bd88335c1f9d596243d6";
static const char exchange_once_public_b[] =
	"acc27688a6f7b706098bc91ff3ad1bff7dc2802cdb14ccccdb0a90471f9bd707"
	"2fedac0494b2ffc4d6853876c79b8f301c6573ad0aa50f39fc87181e1a1b46fe";
static const char exchange_key[] = "6c89347354de2484c60b4ab1fde4c6e5";
static const char exchange_of_b[] =
	"d3a0fe15dee185ceae907a6b595cc32a266ed7b3367e9983a896dc32fa20f8eb";
static const char exchange_of_a[] =
	"18c7894b3816df16cf07b05c5ec0bef5d655d58f779cc1b400a4f3884644db88";

/* A party with both of its key pairs. */
typedef struct {
	KeyPair pair, once;
	bsn_slice user_id;
} Party;

typedef struct {
	guint8 key[BSN_AGREED_KEY_MAX];
	guint8 confirmation[32], expected[32];
} Agreed;

static bsn_key_agreement_side
side_of(guint32 role, const Party *own, const Party *peer)
{
	return (bsn_key_agreement_side){
		.size = sizeof(bsn_key_agreement_side),
		.role = role,
		.private_key = bsn_slice_of(own->pair.private_key, 32),
		.once_private_key = bsn_slice_of(own->once.private_key, 32),
		.user_id = own->user_id,
		.peer_public_key = bsn_slice_of(peer->pair.public_key, 64),
		.peer_once_public_key = bsn_slice_of(peer->once.public_key, 64),
		.peer_user_id = peer->user_id,
	};
}

static int32_t
agree(const bsn_key_agreement_side *side, gsize len, Agreed *agreed)
{
	return agreement->agree(side, len, agreed->key, agreed->confirmation,
				agreed->expected);
}

static void
example_parties(Party *a, Party *b)
{
	*a = (Party){ .user_id = bsn_slice_str(BSN_SM2_DEFAULT_ID) };
	*b = *a;
	UNHEX(exchange_private_a, a->pair.private_key);
	UNHEX(exchange_public_a, a->pair.public_key);
	UNHEX(exchange_once_a, a->once.private_key);
	UNHEX(exchange_once_public_a, a->once.public_key);
	UNHEX(exchange_private_b, b->pair.private_key);
	UNHEX(exchange_public_b, b->pair.public_key);
	UNHEX(exchange_once_b, b->once.private_key);
	UNHEX(exchange_once_public_b, b->once.public_key);
}

static void
test_exchange_example(void)
{
	guint8 key[16], of_a[32], of_b[32];
	bsn_key_agreement_side side;
	Agreed agreed;
	Party a, b;

	UNHEX(exchange_key, key);
	UNHEX(exchange_of_a, of_a);
	UNHEX(exchange_of_b, of_b);
	example_parties(&a, &b);
	side = side_of(BSN_KEY_AGREEMENT_INITIATOR, &a, &b);
	g_assert_cmpint(agree(&side, sizeof(key), &agreed), ==, BSN_OK);
	ASSERT_SAME(agreed.key, key, sizeof(key));
	ASSERT_SAME(agreed.confirmation, of_a, 32);
	ASSERT_SAME(agreed.expected, of_b, 32);
	side = side_of(BSN_KEY_AGREEMENT_RESPONDER, &b, &a);
	g_assert_cmpint(agree(&side, sizeof(key), &agreed), ==, BSN_OK);
	ASSERT_SAME(agreed.key, key, sizeof(key));
	ASSERT_SAME(agreed.confirmation, of_b, 32);
	ASSERT_SAME(agreed.expected, of_a, 32);
}

static void
agrees_as_in_the_example_of_the_standard(void)
{
	for (guint i = 0; i < gm_path_count(); i++) {
		g_test_message("by %s", gm_path_use(i));
		test_exchange_example();
	}
	gm_path_best();
}

static void
party_random(Party *party, const char *user_id)
{
	key_pair_random(&gm_sm2, &party->pair);
	key_pair_random(&gm_sm2, &party->once);
	party->user_id = bsn_slice_str(user_id);
}

static void
both_sides_agree(void)
{
	static const char *const ids[] = { "", BSN_SM2_DEFAULT_ID, "alice",
					   "bob@example.com" };

	for (guint i = 0; i < 60; i++) {
		const gsize len = 1 + i * 17;
		bsn_key_agreement_side of_a, of_b;
		Agreed by_a, by_b;
		Party a, b;

		party_random(&a, ids[i % 4]);
		party_random(&b, ids[i / 4 % 4]);
		of_a = side_of(BSN_KEY_AGREEMENT_INITIATOR, &a, &b);
		of_b = side_of(BSN_KEY_AGREEMENT_RESPONDER, &b, &a);
		g_assert_cmpint(agree(&of_a, len, &by_a), ==, BSN_OK);
		g_assert_cmpint(agree(&of_b, len, &by_b), ==, BSN_OK);
		ASSERT_SAME(by_a.key, by_b.key, len);
		ASSERT_SAME(by_a.confirmation, by_b.expected, 32);
		ASSERT_SAME(by_b.confirmation, by_a.expected, 32);
		g_assert_true(
			memcmp(by_a.confirmation, by_b.confirmation, 32) != 0);
		/* The key alone is the same. */
		memset(by_b.key, 0, len);
		g_assert_cmpint(
			agreement->agree(&of_a, len, by_b.key, NULL, NULL), ==,
			BSN_OK);
		ASSERT_SAME(by_a.key, by_b.key, len);
	}
}

/* Whoever is not who the peer thinks comes to another key, and shows it. */
static void
others_do_not_agree(void)
{
	bsn_key_agreement_side of_a, of_b;
	Party a, b, other;
	Agreed by_a, by_b;

	party_random(&a, "a");
	party_random(&b, "b");
	party_random(&other, "b");
	of_a = side_of(BSN_KEY_AGREEMENT_INITIATOR, &a, &b);
	g_assert_cmpint(agree(&of_a, 32, &by_a), ==, BSN_OK);
	for (guint i = 0; i < 5; i++) {
		of_b = side_of(BSN_KEY_AGREEMENT_RESPONDER, &b, &a);
		if (i == 0)
			of_b.private_key =
				bsn_slice_of(other.pair.private_key, 32);
		else if (i == 1)
			of_b.once_private_key =
				bsn_slice_of(other.once.private_key, 32);
		else if (i == 2)
			of_b.user_id = bsn_slice_str("c");
		else if (i == 3)
			of_b.peer_user_id = bsn_slice_str("c");
		else
			of_b.role = BSN_KEY_AGREEMENT_INITIATOR;
		g_assert_cmpint(agree(&of_b, 32, &by_b), ==, BSN_OK);
		g_assert_true(memcmp(by_a.key, by_b.key, 32) != 0);
		g_assert_true(memcmp(by_a.expected, by_b.confirmation, 32) !=
			      0);
		g_assert_true(memcmp(by_a.confirmation, by_b.expected, 32) !=
			      0);
	}
}

static void
bad_keys_are_refused(void)
{
	guint8 none[64] = { 0 }, last[32], beyond[64], long_id[8192] = { 1 };
	bsn_key_agreement_side side;
	Party a, b;

	party_random(&a, "a");
	party_random(&b, "b");
	gm_near_order(-1, last);
	memset(beyond, 0xff, sizeof(beyond));
	side = side_of(BSN_KEY_AGREEMENT_INITIATOR, &a, &b);
#define REFUSED(member, bytes, len)                           \
	do {                                                  \
		bsn_key_agreement_side bad = side;            \
		Agreed agreed;                                \
                                                              \
		bad.member = bsn_slice_of(bytes, len);        \
		g_assert_cmpint(agree(&bad, 16, &agreed), ==, \
				BSN_BAD_REQUEST);             \
	} while (0)
	REFUSED(private_key, none, 32);
	REFUSED(private_key, last, 32);
	REFUSED(private_key, a.pair.private_key, 31);
	REFUSED(once_private_key, none, 32);
	REFUSED(once_private_key, beyond, 32);
	REFUSED(peer_public_key, none, 64);
	REFUSED(peer_public_key, beyond, 64);
	REFUSED(peer_public_key, b.pair.public_key, 63);
	REFUSED(peer_once_public_key, none, 64);
	b.once.public_key[40] ^= 1;
	REFUSED(peer_once_public_key, b.once.public_key, 64);
	REFUSED(user_id, long_id, sizeof(long_id));
}

/* A peer that sends R = -(1 / x) P would have the shared point be infinity,
 * whatever this side's numbers are; such an R does not hit its own x but by
 * chance, so the other way round: P = -x R. */
static void
a_key_that_cancels_is_refused(void)
{
	g_autoptr(BIGNUM) half = NULL;
	guint8 low[17];
	bsn_key_agreement_side side;
	Agreed agreed;
	Party a, b;

	party_random(&a, "a");
	party_random(&b, "b");
	low[0] = 0;
	memcpy(low + 1, b.once.public_key + 16, 16);
	low[1] |= 0x80; /* 2^127 + (x mod 2^127) */
	half = BN_bin2bn(low, sizeof(low), NULL);
	BN_sub(half, gm_order(), half);
	g_assert_true(gm_times(half, b.once.public_key, b.pair.public_key));
	side = side_of(BSN_KEY_AGREEMENT_INITIATOR, &a, &b);
	g_assert_cmpint(agree(&side, 16, &agreed), ==, BSN_BAD_REQUEST);
}

static void
misuse_of_agreement_is_told(void)
{
	bsn_key_agreement_side side;
	guint8 key[BSN_AGREED_KEY_MAX + 1];
	Party a, b;

	party_random(&a, "a");
	party_random(&b, "b");
	side = side_of(BSN_KEY_AGREEMENT_INITIATOR, &a, &b);
	g_assert_cmpint(agreement->agree(NULL, 16, key, NULL, NULL), ==,
			BSN_E_INVALID);
	g_assert_cmpint(agreement->agree(&side, 0, key, NULL, NULL), ==,
			BSN_E_INVALID);
	g_assert_cmpint(agreement->agree(&side, sizeof(key), key, NULL, NULL),
			==, BSN_E_INVALID);
	g_assert_cmpint(agreement->agree(&side, 16, NULL, NULL, NULL), ==,
			BSN_E_INVALID);
	side.role = 2;
	g_assert_cmpint(agreement->agree(&side, 16, key, NULL, NULL), ==,
			BSN_E_INVALID);
	side = side_of(BSN_KEY_AGREEMENT_INITIATOR, &a, &b);
	side.size -= 1;
	g_assert_cmpint(agreement->agree(&side, 16, key, NULL, NULL), ==,
			BSN_E_INVALID);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
#define ADD(test) g_test_add_func("/gm/public-key/" #test, test)
	ADD(encrypts_the_example_of_the_standard);
	ADD(openssl_encrypts_and_decrypts_the_same);
	ADD(short_texts_are_hidden);
	ADD(every_changed_bit_is_refused);
	ADD(every_other_length_is_refused);
	ADD(other_encodings_of_der_are_refused);
	ADD(other_points_are_refused);
	ADD(misuse_of_encryption_is_told);
	ADD(a_sink_may_refuse);
	ADD(the_longest_text_is_encrypted);
	ADD(agrees_as_in_the_example_of_the_standard);
	ADD(both_sides_agree);
	ADD(others_do_not_agree);
	ADD(bad_keys_are_refused);
	ADD(a_key_that_cancels_is_refused);
	ADD(misuse_of_agreement_is_told);
	return g_test_run();
}
