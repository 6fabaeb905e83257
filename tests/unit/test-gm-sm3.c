/* SPDX-License-Identifier: Apache-2.0
 *
 * SM3 on every path that this machine can run: by published examples (GB/T
 * 32905 appendix A), against OpenSSL's, and each
 * way of making a digest against the others.
 */
#include <bsn/helpers/bytes.h>
#include <openssl/evp.h>

#include "plugins/crypto-gm/sm3.h"
#include "tests/unit/assert-bytes.h"

/* Past the end of every run of blocks, and of what lanes have at a time. */
#define LEN_MAX 300
#define MANY 101

static void
random_bytes(guint8 *bytes, gsize n)
{
	for (gsize i = 0; i < n; i++)
		bytes[i] = (guint8)g_test_rand_int_range(0, 256);
}

/* A copy that ends where its memory ends, so that a read past it is seen. */
static bsn_slice
copy_of(const guint8 *bytes, gsize len)
{
	return bsn_slice_of(len > 0 ? g_memdup2(bytes, len) : NULL, len);
}

static void
openssl_digest(bsn_slice message, guint8 *digest)
{
	static EVP_MD *sm3;

	if (sm3 == NULL)
		sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
	g_assert_nonnull(sm3);
	g_assert_true(EVP_Digest(message.len > 0 ? message.data : digest,
				 message.len, digest, NULL, sm3, NULL));
}

static void
assert_digests(const bsn_slice *messages, gsize n, const guint8 *digests)
{
	guint8 expected[SM3_LEN];

	for (gsize i = 0; i < n; i++) {
		openssl_digest(messages[i], expected);
		assert_bytes(digests + i * SM3_LEN, SM3_LEN, expected, SM3_LEN);
	}
}

/* ---- One message ------------------------------------------------------- */

typedef struct {
	const char *text;
	guint times;
	const char *digest;
} Example;

static const Example examples[] = {
	{ "abc", 1,
	  "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
	{ "abcd", 16,
	  "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732" },
	{ "", 1,
	  "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b" },
	{ "a", 1000000,
	  "c8aaf89429554029e231941a2acc0ad61ff2a5acd8fadd25847a3a732b3b02c3" },
};

static void
examples_of_the_standard(gconstpointer path)
{
	g_assert_cmpint(sm3_use(path), ==, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GString) hex = g_string_new(NULL);
		guint8 digest[SM3_LEN];

		for (guint k = 0; k < examples[i].times; k++)
			g_string_append(text, examples[i].text);
		sm3_digest(text->str, text->len, digest);
		for (gsize k = 0; k < SM3_LEN; k++)
			g_string_append_printf(hex, "%02x", digest[k]);
		g_assert_cmpstr(hex->str, ==, examples[i].digest);
	}
}

static void
every_length(gconstpointer path)
{
	guint8 bytes[LEN_MAX], digest[SM3_LEN];

	g_assert_cmpint(sm3_use(path), ==, 0);
	random_bytes(bytes, sizeof(bytes));
	for (gsize len = 0; len <= LEN_MAX; len++) {
		bsn_slice message = copy_of(bytes, len);

		sm3_digest(message.data, len, digest);
		assert_digests(&message, 1, digest);
		g_free((guint8 *)message.data);
	}
}

/* In two to four pieces, of which some are empty. */
static void
pieces(gconstpointer path)
{
	guint8 bytes[LEN_MAX], digest[SM3_LEN];

	g_assert_cmpint(sm3_use(path), ==, 0);
	random_bytes(bytes, sizeof(bytes));
	for (gsize len = 0; len <= LEN_MAX; len++) {
		const bsn_slice message = bsn_slice_of(bytes, len);
		gsize at = 0;
		Sm3 sm3;

		sm3_init(&sm3);
		for (guint k = 0; k < 3; k++) {
			gsize cut = (gsize)g_test_rand_int_range(
				(gint32)at, (gint32)len + 1);

			sm3_update(&sm3, bytes + at, cut - at);
			at = cut;
		}
		sm3_update(&sm3, NULL, 0);
		sm3_update(&sm3, bytes + at, len - at);
		sm3_final(&sm3, digest);
		assert_digests(&message, 1, digest);
	}
}

static void
copies(gconstpointer path)
{
	guint8 bytes[LEN_MAX], digest[SM3_LEN];

	g_assert_cmpint(sm3_use(path), ==, 0);
	random_bytes(bytes, sizeof(bytes));
	for (gsize begun = 0; begun <= 130; begun++) {
		Sm3 sm3;

		sm3_init(&sm3);
		sm3_update(&sm3, bytes, begun);
		for (gsize len = begun; len <= LEN_MAX; len += 23) {
			const bsn_slice message = bsn_slice_of(bytes, len);
			Sm3 copy = sm3;

			sm3_update(&copy, bytes + begun, len - begun);
			sm3_final(&copy, digest);
			assert_digests(&message, 1, digest);
		}
	}
}

/* 2^32 bytes and three are 2^35 bits and 24. */
static void
long_length(gconstpointer path)
{
	guint8 digest[SM3_LEN], expected[SM3_LEN];
	guint8 last[SM3_BLOCK_LEN] = "end\x80";
	Sm3 sm3;

	g_assert_cmpint(sm3_use(path), ==, 0);
	sm3_init(&sm3);
	sm3.len = (guint64)1 << 32;
	sm3_update(&sm3, "end", 3);
	sm3_final(&sm3, digest);
	last[SM3_BLOCK_LEN - 5] = 8;
	last[SM3_BLOCK_LEN - 1] = 24;
	sm3_init(&sm3);
	sm3_blocks(sm3.state, last, 1);
	for (gsize i = 0; i < SM3_STATE_WORDS; i++) {
		guint32 word = GUINT32_TO_BE(sm3.state[i]);

		memcpy(expected + 4 * i, &word, sizeof(word));
	}
	assert_bytes(digest, SM3_LEN, expected, SM3_LEN);
}

/* ---- Many messages ----------------------------------------------------- */

/* Digests and frees them. */
static void
check_many(bsn_slice *messages, gsize n)
{
	g_autofree guint8 *digests = g_malloc(n * SM3_LEN + 1);

	digests[n * SM3_LEN] = 0x5a;
	sm3_digest_many(NULL, messages, n, digests);
	g_assert_cmpuint(digests[n * SM3_LEN], ==, 0x5a);
	assert_digests(messages, n, digests);
	for (gsize i = 0; i < n; i++)
		g_free((guint8 *)messages[i].data);
}

static void
batches_of_every_size(gconstpointer path)
{
	guint8 bytes[LEN_MAX];
	bsn_slice messages[MANY];

	g_assert_cmpint(sm3_use(path), ==, 0);
	random_bytes(bytes, sizeof(bytes));
	for (gsize n = 0; n <= MANY; n++) {
		for (gsize i = 0; i < n; i++)
			messages[i] = copy_of(bytes + i, 1 + n);
		check_many(messages, n);
	}
}

static void
batches_of_every_length(gconstpointer path)
{
	guint8 bytes[LEN_MAX + MANY];
	bsn_slice messages[37];

	g_assert_cmpint(sm3_use(path), ==, 0);
	random_bytes(bytes, sizeof(bytes));
	for (gsize len = 0; len <= LEN_MAX; len++) {
		for (gsize i = 0; i < G_N_ELEMENTS(messages); i++)
			messages[i] = copy_of(bytes + i, len);
		check_many(messages, G_N_ELEMENTS(messages));
	}
}

/* Mostly short, at times empty or long, so that lanes end at any time. */
static gsize
any_length(void)
{
	switch (g_test_rand_int_range(0, 8)) {
	case 0:
		return 0;
	case 1:
		return (gsize)g_test_rand_int_range(0, 5000);
	default:
		return (gsize)g_test_rand_int_range(0, LEN_MAX);
	}
}

static void
batches_of_mixed_lengths(gconstpointer path)
{
	g_autofree guint8 *bytes = g_malloc(5000 + MANY);
	bsn_slice messages[MANY];

	g_assert_cmpint(sm3_use(path), ==, 0);
	random_bytes(bytes, 5000 + MANY);
	for (guint round = 0; round < 20; round++) {
		for (gsize i = 0; i < MANY; i++)
			messages[i] = copy_of(bytes + i, any_length());
		check_many(messages, MANY);
	}
}

/* One that is longer than all others together ends by itself, wherever it
 * stands. */
static void
one_long_message(gconstpointer path)
{
	const gsize len = 100000;
	g_autofree guint8 *bytes = g_malloc(len + MANY);
	bsn_slice messages[70];

	g_assert_cmpint(sm3_use(path), ==, 0);
	random_bytes(bytes, len + MANY);
	for (gsize at = 0; at < G_N_ELEMENTS(messages); at += 23) {
		for (gsize i = 0; i < G_N_ELEMENTS(messages); i++)
			messages[i] =
				copy_of(bytes + i, i == at ? len : 30 + i);
		check_many(messages, G_N_ELEMENTS(messages));
	}
}

/* Beginnings of any length before messages of any length, some of which have
 * none, and all with the same. */
static void
beginnings(gconstpointer path)
{
	guint8 bytes[2 * LEN_MAX];
	guint8 digests[MANY * SM3_LEN];
	bsn_slice messages[MANY], wholes[MANY];
	Sm3 begun[MANY], before[MANY];
	const Sm3 *begins[MANY];

	g_assert_cmpint(sm3_use(path), ==, 0);
	random_bytes(bytes, sizeof(bytes));
	for (guint round = 0; round < 20; round++) {
		const gboolean one = round % 4 == 0;

		for (gsize i = 0; i < MANY; i++) {
			gsize begin = i % 5 == 4 ? 0
						 : (gsize)g_test_rand_int_range(
							   0, LEN_MAX);
			gsize len = (gsize)g_test_rand_int_range(0, LEN_MAX);

			if (one)
				begin = 66;
			sm3_init(&begun[i]);
			sm3_update(&begun[i], bytes, begin);
			begins[i] = begin == 0 ? NULL : &begun[one ? 0 : i];
			messages[i] = copy_of(bytes + begin, len);
			wholes[i] = bsn_slice_of(bytes, begin + len);
		}
		memcpy(before, begun, sizeof(begun));
		sm3_digest_many(begins, messages, MANY, digests);
		assert_digests(wholes, MANY, digests);
		assert_bytes(before, sizeof(before), begun, sizeof(begun));
		for (gsize i = 0; i < MANY; i++)
			g_free((guint8 *)messages[i].data);
	}
}

/* ---- Paths ------------------------------------------------------------- */

static void
the_best_path_is_chosen(void)
{
	const char *const *paths = sm3_paths();
	guint8 best[SM3_LEN], named[SM3_LEN];

	g_assert_cmpstr(paths[g_strv_length((char **)(gsize)paths) - 1], ==,
			"portable");
	sm3_open();
	sm3_digest("abc", 3, best);
	g_assert_cmpint(sm3_use(paths[0]), ==, 0);
	sm3_digest("abc", 3, named);
	assert_bytes(best, SM3_LEN, named, SM3_LEN);
	g_assert_cmpint(sm3_use("none of them"), ==, -1);
}

static void
add(const char *path, const char *name, GTestDataFunc test)
{
	g_autofree char *full = g_strdup_printf("/sm3/%s/%s", path, name);

	g_test_add_data_func(full, path, test);
}

int
main(int argc, char **argv)
{
	const char *const *paths = sm3_paths();

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; paths[i] != NULL; i++) {
		add(paths[i], "examples-of-the-standard",
		    examples_of_the_standard);
		add(paths[i], "every-length-is-as-openssl-has-it",
		    every_length);
		add(paths[i], "pieces-make-the-whole", pieces);
		add(paths[i], "a-copy-goes-on-by-itself", copies);
		add(paths[i], "the-length-has-64-bits", long_length);
		add(paths[i], "batches-of-every-size", batches_of_every_size);
		add(paths[i], "batches-of-every-length",
		    batches_of_every_length);
		add(paths[i], "lanes-end-at-any-time",
		    batches_of_mixed_lengths);
		add(paths[i], "a-long-message-ends-by-itself",
		    one_long_message);
		add(paths[i], "messages-follow-what-is-begun", beginnings);
	}
	g_test_add_func("/sm3/the-best-path-is-chosen",
			the_best_path_is_chosen);
	return g_test_run();
}
