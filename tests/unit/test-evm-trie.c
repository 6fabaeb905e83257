/* SPDX-License-Identifier: Apache-2.0
 *
 * Roots of tries, which the state tests stand on: examples that every client
 * knows, and the published TrieTests when BSN_ETHEREUM_TESTS names them. Of
 * these trietestnextprev.json is not run: it asks for a walk over a trie, and
 * this one only has a root.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/evm/trie.h"
#include "tests/unit/fake-host.h"

/* Text, or bytes in hex after 0x. */
static GByteArray *
bytes_of_text(const char *text)
{
	GByteArray *bytes = g_byte_array_new();

	if (g_str_has_prefix(text, "0x"))
		g_assert_true(hex_decode(text, strlen(text), bytes));
	else
		g_byte_array_append(bytes, (const guint8 *)text,
				    (guint)strlen(text));
	return bytes;
}

/* The root of what an object of keys and values holds. */
static char *
root_of(const json_t *entries, gboolean secure)
{
	const bsn_hash *keccak =
		bsn_host_crypto(fake_host())->hash("keccak-256");
	g_autoptr(Trie) trie = trie_new(keccak, secure);
	guint8 root[32];
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)entries, name, value) {
		g_autoptr(GByteArray) key = bytes_of_text(name);
		g_autoptr(GByteArray) bytes =
			bytes_of_text(json_string_value(value));

		trie_put(trie, buffer_slice(key), buffer_slice(bytes));
	}
	trie_root(trie, root);
	return hex_encode((bsn_slice){ root, 32 });
}

static void
roots_are_as_known(void)
{
	static const struct {
		const char *entries;
		const char *root;
	} cases[] = {
		{ "{}", "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001"
			"622fb5e363b421" },
		{ "{\"doe\":\"reindeer\",\"dog\":\"puppy\","
		  "\"dogglesworth\":\"cat\"}",
		  "0x8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c"
		  "3a1168d3" },
		{ "{\"do\":\"verb\",\"horse\":\"stallion\",\"doge\":\"coin\","
		  "\"dog\":\"puppy\"}",
		  "0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe4577"
		  "15e9ac84" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) entries = json_loads(cases[i].entries, 0,
						       NULL);
		g_autofree char *root = root_of(entries, FALSE);

		g_assert_cmpstr(root, ==, cases[i].root);
	}
}

/* What is left after changes in order: pairs, in which null removes, or an
 * object. */
static json_t *
final_entries(json_t *changes)
{
	json_t *entries, *pair;
	gsize i;

	if (json_is_object(changes))
		return json_incref(changes);
	entries = json_object();
	json_array_foreach(changes, i, pair) {
		const char *key = json_string_value(json_array_get(pair, 0));
		json_t *value = json_array_get(pair, 1);

		if (json_is_null(value))
			json_object_del(entries, key);
		else
			json_object_set(entries, key, value);
	}
	return entries;
}

static void
run_published(const char *file, gboolean secure)
{
	g_autofree char *path = g_build_filename(
		g_getenv("BSN_ETHEREUM_TESTS"), "TrieTests", file, NULL);
	g_autoptr(json_t) tests = json_load_file(path, 0, NULL);
	const char *name;
	json_t *test;

	g_assert_cmpuint(json_object_size(tests), >, 0);
	json_object_foreach(tests, name, test) {
		g_autoptr(json_t) entries =
			final_entries(json_object_get(test, "in"));
		g_autofree char *root = root_of(entries, secure);

		g_test_message("%s: %s", file, name);
		g_assert_cmpstr(root, ==, json_string_value(json_object_get(
						  test, "root")));
	}
}

static void
published_roots_are_made(void)
{
	if (g_getenv("BSN_ETHEREUM_TESTS") == NULL) {
		g_test_skip("BSN_ETHEREUM_TESTS does not name a checkout of "
			    "github.com/ethereum/tests");
		return;
	}
	run_published("trietest.json", FALSE);
	run_published("trieanyorder.json", FALSE);
	run_published("trietest_secureTrie.json", TRUE);
	run_published("trieanyorder_secureTrie.json", TRUE);
	run_published("hex_encoded_securetrie_test.json", TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	fake_host_load("crypto-std.so");
	g_test_add_func("/trie/roots-are-as-known", roots_are_as_known);
	g_test_add_func("/trie/published/roots-are-made",
			published_roots_are_made);
	return g_test_run();
}
