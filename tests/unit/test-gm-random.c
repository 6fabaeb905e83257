/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2 signatures by chance, valid and broken, by this project and by OpenSSL:
 * each judges what the other made, one by one and in batches, by every way in
 * which this machine can calculate. GM_RANDOM_COUNT says how many cases,
 * GM_RANDOM_FIRST from which on.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "tests/unit/gm-openssl.h"
#include "tests/unit/gm-paths.h"

#if defined(__SANITIZE_ADDRESS__)
#define SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLOW 1
#endif
#endif
#ifdef SLOW
#define COUNT 3000u
#else
#define COUNT 20000u
#endif
#define THREADS 2u
#define BLOCK                                                                \
	1000u	 /* cases that are made, then judged; block i has those from \
		  * BLOCK i on */
#define KEYS 61u /* of a block, so that most are met again */
#define BATCH_MAX 300u
#define MESSAGE_MAX 400u
#define USER_ID_MAX 40u

/* ---- cases -------------------------------------------------------------- */

typedef struct {
	guint8 private_key[32], public_key[64];
} Keys;

typedef struct {
	guint64 number;
	const char *what;
	guint32 convention;
	guint8 public_key[64], user_id[USER_ID_MAX], message[MESSAGE_MAX];
	guint8 signature[64];
	gsize user_id_len, message_len;
	gboolean is_good; /* says OpenSSL */
} Case;

typedef struct {
	guint64 state;
} Random;

/* SplitMix64. */
static guint64
next(Random *random)
{
	guint64 z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static guint
below(Random *random, guint n)
{
	return (guint)(next(random) % n);
}

static void
fill(Random *random, guint8 *out, gsize len)
{
	for (gsize i = 0; i < len; i++)
		out[i] = (guint8)next(random);
}

static bsn_verify_item
item_of(const Case *one)
{
	return (bsn_verify_item){
		.size = sizeof(bsn_verify_item),
		.convention = one->convention,
		.public_key = bsn_slice_of(one->public_key, 64),
		.user_id = bsn_slice_of(one->user_id, one->user_id_len),
		.message = bsn_slice_of(one->message, one->message_len),
		.signature = bsn_slice_of(one->signature, 64),
	};
}

/* d = seed mod (n - 2) + 1 (GB/T 32918.1 section 6.1), and the two of a pair.
 */
static void
make_keys(Random *random, Keys *keys)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(BIGNUM) limit = BN_dup(gm_order());
	g_autoptr(BIGNUM) number = NULL;
	guint8 seed[48], private_key[32];

	fill(random, seed, sizeof(seed));
	number = BN_bin2bn(seed, sizeof(seed), NULL);
	BN_sub_word(limit, 2);
	BN_mod(number, number, limit, bn);
	BN_add_word(number, 1);
	BN_bn2binpad(number, private_key, 32);
	g_assert_cmpint(
		gm_sm2.generate(seed, keys->private_key, keys->public_key), ==,
		BSN_OK);
	g_assert_true(memcmp(private_key, keys->private_key, 32) == 0);
}

static void
make_message(Random *random, Case *one)
{
	one->convention = below(random, 3);
	one->message_len = one->convention == BSN_SIGN_DIGEST
				   ? 32
				   : below(random, MESSAGE_MAX + 1);
	one->user_id_len = below(random, 2) * below(random, USER_ID_MAX + 1);
	fill(random, one->message, one->message_len);
	fill(random, one->user_id, one->user_id_len);
}

/* What OpenSSL is to sign or verify with an identity. */
static bsn_slice
hashed_or_not(const Case *one, guint8 *digest)
{
	if (one->convention == BSN_SIGN_STANDARD)
		return bsn_slice_of(one->message, one->message_len);
	g_assert_cmpint(EVP_Digest(one->message, one->message_len, digest, NULL,
				   EVP_sm3(), NULL),
			==, 1);
	return bsn_slice_of(digest, 32);
}

static bsn_slice
user_of(const Case *one)
{
	return one->user_id_len > 0
		       ? bsn_slice_of(one->user_id, one->user_id_len)
		       : bsn_slice_str(BSN_SM2_DEFAULT_ID);
}

static gboolean
openssl_says(const Case *one)
{
	g_autoptr(EVP_PKEY) key = gm_openssl_key(NULL, one->public_key);
	guint8 digest[32];

	if (key == NULL)
		return FALSE;
	if (one->convention == BSN_SIGN_DIGEST)
		return gm_openssl_verify(key, one->message, one->signature);
	return gm_openssl_verify_message(
		key, user_of(one), hashed_or_not(one, digest), one->signature);
}

/* ---- the kinds of cases -------------------------------------------------- */

static void
sign(Case *one, const Keys *keys)
{
	const bsn_verify_item item = item_of(one);

	g_assert_cmpint(gm_sm2.sign(keys->private_key, one->convention,
				    item.user_id, item.message, one->signature),
			==, BSN_OK);
}

static void
case_signed_here(Random *random, const Keys *keys, Case *one)
{
	one->what = "signed here";
	make_message(random, one);
	sign(one, keys);
	one->is_good = openssl_says(one);
	g_assert_true(one->is_good);
}

static void
case_signed_by_openssl(Random *random, const Keys *keys, Case *one)
{
	g_autoptr(EVP_PKEY) key =
		gm_openssl_key(keys->private_key, keys->public_key);
	guint8 digest[32];

	one->what = "signed by OpenSSL";
	make_message(random, one);
	if (one->convention == BSN_SIGN_DIGEST)
		gm_openssl_sign(key, one->message, one->signature);
	else
		gm_openssl_sign_message(key, user_of(one),
					hashed_or_not(one, digest),
					one->signature);
	one->is_good = TRUE;
}

static void
case_broken(Random *random, const Keys *keys, Case *one)
{
	guint8 *part;
	gsize len;

	one->what = "broken";
	make_message(random, one);
	sign(one, keys);
	switch (below(random, 4)) {
	case 0:
		part = one->public_key;
		len = 64;
		break;
	case 1:
		part = one->message;
		len = one->message_len;
		break;
	default:
		part = one->signature;
		len = 64;
		break;
	}
	if (len > 0)
		part[below(random, (guint)len)] ^=
			(guint8)(1u << below(random, 8));
	one->is_good = openssl_says(one);
}

/* A number that carries run through: few bits, many bits, near the order. */
static void
make_number(Random *random, guint8 *out)
{
	switch (below(random, 5)) {
	case 0:
		gm_small(next(random) >> below(random, 64), out);
		break;
	case 1:
		gm_near_order(-(gint)below(random, 1u << 20), out);
		break;
	case 2:
		memset(out, 0, 32);
		out[below(random, 32)] = (guint8)(1u << below(random, 8));
		break;
	case 3:
		memset(out, 0xff, 32);
		memset(out, 0, 1 + below(random, 31));
		break;
	default:
		fill(random, out, 32);
		out[0] &= 0x7f;
		break;
	}
}

static gboolean
is_range(const guint8 *number)
{
	g_autoptr(BIGNUM) value = BN_bin2bn(number, 32, NULL);

	return !BN_is_zero(value) && BN_cmp(value, gm_order()) < 0;
}

static gboolean
sums_to_zero(const guint8 *r, const guint8 *s)
{
	g_autoptr(BIGNUM) sum = BN_bin2bn(r, 32, NULL);
	g_autoptr(BIGNUM) other = BN_bin2bn(s, 32, NULL);

	BN_add(sum, sum, other);
	return BN_cmp(sum, gm_order()) == 0;
}

/* No signer made it, but it holds: e is chosen last. Or almost. */
static void
case_fitting(Random *random, const Keys *keys, Case *one)
{
	gboolean fits;

	one->what = "fitting";
	one->convention = BSN_SIGN_DIGEST;
	one->message_len = 32;
	one->user_id_len = 0;
	make_number(random, one->signature);
	make_number(random, one->signature + 32);
	fits = gm_fitting_number(keys->public_key, one->signature,
				 one->signature + 32, one->message);
	one->is_good = fits && is_range(one->signature) &&
		       is_range(one->signature + 32) &&
		       !sums_to_zero(one->signature, one->signature + 32);
	if (below(random, 4) > 0)
		return;
	one->message[below(random, 32)] ^= (guint8)(1u << below(random, 8));
	one->is_good = FALSE;
}

static void
make_case(guint64 number, const Keys *keys, Case *one)
{
	Random random = { number * 0xd1342543de82ef95u + 1 };
	const Keys *mine = &keys[below(&random, KEYS)];
	Keys fresh;

	if (below(&random, 3) == 0) {
		make_keys(&random, &fresh);
		mine = &fresh;
	}
	one->number = number;
	memcpy(one->public_key, mine->public_key, 64);
	switch (below(&random, 10)) {
	case 0:
	case 1:
	case 2:
	case 3:
		case_signed_here(&random, mine, one);
		break;
	case 4:
	case 5:
		case_signed_by_openssl(&random, mine, one);
		break;
	case 6:
	case 7:
		case_broken(&random, mine, one);
		break;
	default:
		case_fitting(&random, mine, one);
		break;
	}
}

/* ---- a block of them ----------------------------------------------------- */

typedef struct {
	guint64 first;
	guint n;
	Keys keys[KEYS];
	Case cases[BLOCK];
	guint order[BLOCK];
} Block;

typedef struct {
	Block *block;
	guint from;
} Part;

static gpointer
make_part(gpointer data)
{
	const Part *part = data;
	Block *block = part->block;

	for (guint i = part->from; i < block->n; i += THREADS)
		make_case(block->first + i, block->keys, &block->cases[i]);
	return NULL;
}

static void
make_block(Block *block)
{
	Random random = { block->first / BLOCK };
	Part parts[THREADS];
	GThread *threads[THREADS];

	for (guint i = 0; i < KEYS; i++)
		make_keys(&random, &block->keys[i]);
	for (guint i = 0; i < THREADS; i++) {
		parts[i] = (Part){ block, i };
		threads[i] = g_thread_new("cases", make_part, &parts[i]);
	}
	for (guint i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	for (guint i = 0; i < block->n; i++)
		block->order[i] = i;
	for (guint i = block->n; i > 1; i--) {
		const guint j = below(&random, i), last = block->order[i - 1];

		block->order[i - 1] = block->order[j];
		block->order[j] = last;
	}
}

static char *
hex(const guint8 *data, gsize len)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < len; i++)
		g_string_append_printf(text, "%02x", data[i]);
	return g_string_free(text, FALSE);
}

static void
report(const Case *one, int32_t status, const char *how, const char *path)
{
	g_autofree char *key = hex(one->public_key, 64);
	g_autofree char *user_id = hex(one->user_id, one->user_id_len);
	g_autofree char *message = hex(one->message, one->message_len);
	g_autofree char *signature = hex(one->signature, 64);

	g_error("case %" G_GUINT64_FORMAT " (GM_RANDOM_FIRST=%" G_GUINT64_FORMAT
		" GM_RANDOM_COUNT=1), %s, %s, by %s: status %d\nconvention "
		"%u\nkey %s\nuser id %s\nmessage %s\nsignature %s",
		one->number, one->number, one->what, how, path, status,
		one->convention, key, user_id, message, signature);
}

static void
must_be(const Case *one, int32_t status, const char *how, const char *path)
{
	if (status != (one->is_good ? BSN_OK : BSN_BAD_SIGNATURE))
		report(one, status, how, path);
}

/* Every step-th case, in batches of many sizes. */
static void
judge_batches(const Block *block, guint first, guint step, const char *path)
{
	bsn_verify_item items[BATCH_MAX];
	const Case *cases[BATCH_MAX];
	int32_t results[BATCH_MAX];
	guint at = first, size = 1;

	while (at < block->n) {
		guint n = 0;

		for (; n < size && at < block->n; n++, at += step) {
			cases[n] = &block->cases[block->order[at]];
			items[n] = item_of(cases[n]);
			results[n] = BSN_E_INTERNAL;
		}
		g_assert_cmpint(gm_sm2.verify_many(items, n, results), ==,
				BSN_OK);
		for (guint i = 0; i < n; i++)
			must_be(cases[i], results[i], "in a batch", path);
		size = MIN(size * 2 + 1, BATCH_MAX);
	}
}

static void
judge_each(const Block *block, guint first, guint step, const char *path)
{
	for (guint i = first; i < block->n; i += step) {
		const bsn_verify_item item = item_of(&block->cases[i]);

		must_be(&block->cases[i], gm_sm2.verify(&item), "alone", path);
	}
}

/* The plugin's own way judges all, the others a share, or they would take most
 * of the time; which share changes from block to block. */
static void
judge_block(const Block *block)
{
	const guint turn = (guint)(block->first / BLOCK);

	for (guint i = 0; i < gm_path_count(); i++) {
		const char *path = gm_path_use(i);

		judge_batches(block, turn % 3, 3, path);
		judge_each(block, (turn + i) % 9, 9, path);
	}
	gm_path_best();
	judge_batches(block, 0, 1, "the best way");
	judge_each(block, turn % 2, 2, "the best way");
}

/* ---- the test ------------------------------------------------------------ */

static guint64
number_of(const char *name, guint64 otherwise)
{
	const char *text = g_getenv(name);

	return text != NULL ? g_ascii_strtoull(text, NULL, 10) : otherwise;
}

static void
openssl_agrees_on_every_case(void)
{
	const guint64 first = number_of("GM_RANDOM_FIRST", 0);
	const guint64 n = number_of("GM_RANDOM_COUNT", COUNT);
	g_autofree Block *block = g_new0(Block, 1);
	guint64 good = 0;

	g_test_message("cases %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
		       ", %u ways to calculate",
		       first, first + n - 1, gm_path_count());
	for (guint64 at = 0; at < n; at += block->n) {
		block->first = first + at;
		block->n = (guint)MIN(BLOCK - block->first % BLOCK, n - at);
		make_block(block);
		judge_block(block);
		for (guint i = 0; i < block->n; i++)
			good += block->cases[i].is_good ? 1 : 0;
	}
	g_test_message("%" G_GUINT64_FORMAT " signatures were good", good);
	if (n >= BLOCK) {
		g_assert_cmpuint(good, >, n / 2);
		g_assert_cmpuint(n - good, >, n / 8);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
	g_test_add_func("/gm/random/openssl_agrees_on_every_case",
			openssl_agrees_on_every_case);
	return g_test_run();
}
