/* SPDX-License-Identifier: Apache-2.0
 *
 * The keystore: what it makes is there after it was closed, is for nobody
 * else's eyes, and damage is told from a wrong passphrase.
 */
#include <glib/gprintf.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "host/ops/log.h"
#include "host/plugin/registry.h"
#include "host/service/keystore.h"
#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-std/std.h"
#include "tests/unit/signature-rules.h"

#define THREADS 4u

static const char *const algorithms[] = { "sm2", "secp256k1", "ecdsa-p256",
					  "ed25519" };
static gboolean gm_is_loaded = TRUE;

/* The registry, as far as the keystore knows it. */
const bsn_signature *
plugin_find_signature(const char *name)
{
	static const bsn_signature *const all[] = { &std_secp256k1,
						    &std_ecdsa_p256,
						    &std_ed25519 };

	if (strcmp(name, "sm2") == 0)
		return gm_is_loaded ? &gm_sm2 : NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}

/* The log, as far as the keystore knows it: its last line. */
static char logged[512];

void
log_error(const char *area, const char *chain, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_vsnprintf(logged, sizeof(logged), format, args);
	va_end(args);
}

typedef struct {
	char *base, *directory, *passphrase;
	Keystore *keystore;
} Place;

static void
open_again(Place *place)
{
	GError *error = NULL;

	keystore_free(place->keystore);
	place->keystore =
		keystore_open(place->directory, place->passphrase, &error);
	g_assert_no_error(error);
}

static void
place_set_up(Place *place, gconstpointer data)
{
	place->base = g_dir_make_tmp("bsn-keystore-XXXXXX", NULL);
	place->directory = g_build_filename(place->base, "keys", NULL);
	place->passphrase = g_build_filename(place->base, "passphrase", NULL);
	open_again(place);
}

static void
remove_all(const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *file =
			g_build_filename(directory, name, NULL);

		(void)g_remove(file);
	}
	g_dir_close(dir);
	(void)g_rmdir(directory);
}

static void
place_tear_down(Place *place, gconstpointer data)
{
	keystore_free(place->keystore);
	remove_all(place->directory);
	remove_all(place->base);
	g_free(place->base);
	g_free(place->directory);
	g_free(place->passphrase);
}

static void
create(Place *place, const char *name, const char *algorithm)
{
	HostedKey *key = NULL;

	g_assert_cmpint(keystore_create(place->keystore, name, algorithm, &key,
					NULL),
			==, BSN_OK);
	g_assert_cmpstr(key->name, ==, name);
	g_assert_cmpstr(key->algorithm, ==, algorithm);
	hosted_key_free(key);
}

/* The key signs, and its public key verifies it. */
static void
assert_signs(Place *place, const char *name)
{
	const bsn_slice message = bsn_slice_str("a transaction");
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(signature, sizeof(signature));
	HostedKey *key = NULL;
	const bsn_signature *scheme;

	g_assert_cmpint(keystore_find(place->keystore, name, &key, NULL), ==,
			BSN_OK);
	g_assert_cmpint(keystore_sign(place->keystore, name, BSN_SIGN_STANDARD,
				      message, &sink.sink, NULL),
			==, BSN_OK);
	scheme = plugin_find_signature(key->algorithm);
	g_assert_cmpuint(sink.len, ==, scheme->signature_len);
	g_assert_cmpuint(key->public_key_len, ==, scheme->public_key_len);
	g_assert_cmpint(verify_as(scheme, BSN_SIGN_STANDARD, key->public_key,
				  message, signature),
			==, BSN_OK);
	hosted_key_free(key);
}

static char *
file_of(const Place *place, const char *name)
{
	return g_build_filename(place->directory, name, NULL);
}

/* ---- keys --------------------------------------------------------------- */

static void
keys_sign_and_are_there_afterwards(Place *place, gconstpointer data)
{
	for (guint round = 0; round < 2; round++) {
		for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
			if (round == 0)
				create(place, algorithms[i], algorithms[i]);
			assert_signs(place, algorithms[i]);
		}
		open_again(place);
	}
}

static void
the_list_is_by_name_and_without_the_nodes(Place *place, gconstpointer data)
{
	static const char *const names[] = { "a", "b-2", "c" };
	guint8 public_key[64];
	bsn_fixed_sink sink = bsn_fixed_sink_of(public_key, 64);
	g_autoptr(GPtrArray) keys = NULL;

	create(place, "c", "ed25519");
	create(place, "a", "sm2");
	create(place, "b-2", "secp256k1");
	g_assert_cmpint(keystore_node_public_key(place->keystore, "ecdsa-p256",
						 &sink.sink, NULL),
			==, BSN_OK);
	keys = keystore_list(place->keystore);
	g_assert_cmpuint(keys->len, ==, 3);
	for (guint i = 0; i < keys->len; i++)
		g_assert_cmpstr(((HostedKey *)keys->pdata[i])->name, ==,
				names[i]);
}

static void
a_deleted_key_is_gone(Place *place, gconstpointer data)
{
	HostedKey *key = NULL;

	create(place, "alice", "sm2");
	g_assert_cmpint(keystore_delete(place->keystore, "alice", NULL), ==,
			BSN_OK);
	g_assert_cmpint(keystore_find(place->keystore, "alice", &key, NULL), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(keystore_delete(place->keystore, "alice", NULL), ==,
			BSN_NOT_FOUND);
	open_again(place);
	g_assert_cmpint(keystore_find(place->keystore, "alice", &key, NULL), ==,
			BSN_NOT_FOUND);
	create(place, "alice", "ed25519");
	assert_signs(place, "alice");
}

static void
a_name_is_given_once(Place *place, gconstpointer data)
{
	HostedKey *key = NULL;
	bsn_err err = { .size = sizeof(err) };

	create(place, "alice", "sm2");
	g_assert_cmpint(keystore_create(place->keystore, "alice", "ed25519",
					&key, &err),
			==, BSN_DUPLICATE);
	g_assert_nonnull(strstr(err.reason, "alice"));
	assert_signs(place, "alice");
}

static void
names_are_checked(Place *place, gconstpointer data)
{
	static const char *const bad[] = {
		"",	    "Alice", "a b", "../a", "a/b", "a.key",
		"node-sm2", "node-", "ä",
		"0123456789012345678901234567890123456789012345678901234567890"
		"123",
	};
	const bsn_slice none = { NULL, 0 };
	bsn_fixed_sink sink = bsn_fixed_sink_of(NULL, 0);
	HostedKey *key = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_cmpint(keystore_create(place->keystore, bad[i], "sm2",
						&key, NULL),
				==, BSN_BAD_REQUEST);
		g_assert_cmpint(keystore_find(place->keystore, bad[i], &key,
					      NULL),
				==, BSN_BAD_REQUEST);
		g_assert_cmpint(keystore_delete(place->keystore, bad[i], NULL),
				==, BSN_BAD_REQUEST);
		g_assert_cmpint(keystore_sign(place->keystore, bad[i], 0, none,
					      &sink.sink, NULL),
				==, BSN_BAD_REQUEST);
	}
	g_assert_cmpint(keystore_create(place->keystore, "alice", "rsa", &key,
					NULL),
			==, BSN_NOT_FOUND);
}

static void
what_a_scheme_refuses_is_told(Place *place, gconstpointer data)
{
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(signature, sizeof(signature));

	create(place, "alice", "ed25519");
	g_assert_cmpint(keystore_sign(place->keystore, "alice",
				      BSN_SIGN_DIGEST, bsn_slice_str("m"),
				      &sink.sink, NULL),
			==, BSN_NOT_OFFERED);
	sink.room = 10;
	g_assert_cmpint(keystore_sign(place->keystore, "alice",
				      BSN_SIGN_STANDARD, bsn_slice_str("m"),
				      &sink.sink, NULL),
			==, BSN_TOO_LARGE);
}

static void
a_key_waits_for_its_plugin(Place *place, gconstpointer data)
{
	guint8 signature[64];
	bsn_fixed_sink sink = bsn_fixed_sink_of(signature, sizeof(signature));
	bsn_err err = { .size = sizeof(err) };

	create(place, "alice", "sm2");
	gm_is_loaded = FALSE;
	open_again(place);
	g_assert_cmpint(keystore_sign(place->keystore, "alice", 0,
				      bsn_slice_str("m"), &sink.sink, &err),
			==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(err.reason, "sm2"));
	gm_is_loaded = TRUE;
	assert_signs(place, "alice");
}

/* ---- the node's keys ---------------------------------------------------- */

static void
node_public_key(Place *place, const char *algorithm, guint8 *public_key)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(public_key, 64);

	memset(public_key, 0, 64);
	g_assert_cmpint(keystore_node_public_key(place->keystore, algorithm,
						 &sink.sink, NULL),
			==, BSN_OK);
}

static void
the_node_has_one_key_for_each_algorithm(Place *place, gconstpointer data)
{
	for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
		const bsn_signature *scheme =
			plugin_find_signature(algorithms[i]);
		guint8 one[64], two[64], signature[BSN_SIGNATURE_MAX];
		bsn_fixed_sink sink =
			bsn_fixed_sink_of(signature, sizeof(signature));

		node_public_key(place, algorithms[i], one);
		open_again(place);
		node_public_key(place, algorithms[i], two);
		ASSERT_SAME(one, two, 64);
		g_assert_cmpint(keystore_node_sign(place->keystore,
						   algorithms[i], 0,
						   bsn_slice_str("m"),
						   &sink.sink, NULL),
				==, BSN_OK);
		g_assert_cmpint(verify_as(scheme, 0, one, bsn_slice_str("m"),
					  signature),
				==, BSN_OK);
	}
}

static void
the_node_has_no_key_for_no_algorithm(Place *place, gconstpointer data)
{
	guint8 public_key[64];
	bsn_fixed_sink sink = bsn_fixed_sink_of(public_key, 64);

	g_assert_cmpint(keystore_node_public_key(place->keystore, "rsa",
						 &sink.sink, NULL),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(keystore_node_public_key(place->keystore, NULL,
						 &sink.sink, NULL),
			==, BSN_NOT_FOUND);
}

static gpointer
ask_for_node_key(gpointer data)
{
	guint8 *public_key = g_malloc(64);

	node_public_key(data, "sm2", public_key);
	return public_key;
}

static void
threads_get_the_same_node_key(Place *place, gconstpointer data)
{
	GThread *threads[THREADS];
	guint8 first[64];

	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("ask", ask_for_node_key, place);
	for (guint i = 0; i < THREADS; i++) {
		g_autofree guint8 *public_key = g_thread_join(threads[i]);

		if (i == 0)
			memcpy(first, public_key, 64);
		ASSERT_SAME(first, public_key, 64);
	}
}

static gpointer
use_keys(gpointer data)
{
	Place *place = data;
	g_autofree char *name =
		g_strdup_printf("key-%u", (guint)g_random_int());

	for (guint i = 0; i < 20; i++) {
		create(place, name, "ed25519");
		assert_signs(place, name);
		g_assert_cmpint(keystore_delete(place->keystore, name, NULL),
				==, BSN_OK);
		g_ptr_array_unref(keystore_list(place->keystore));
	}
	return NULL;
}

static void
threads_make_sign_and_delete_at_once(Place *place, gconstpointer data)
{
	GThread *threads[THREADS];

	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("use", use_keys, place);
	for (guint i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
}

/* ---- at rest ------------------------------------------------------------ */

static void
files_are_for_the_owner_only(Place *place, gconstpointer data)
{
	const char *const names[] = { ".", "keystore", "alice.key" };
	GStatBuf info;

	create(place, "alice", "sm2");
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *file = file_of(place, names[i]);

		g_assert_cmpint(g_stat(file, &info), ==, 0);
		g_assert_cmpuint(info.st_mode & 077, ==, 0);
	}
	g_assert_cmpint(g_stat(place->passphrase, &info), ==, 0);
	g_assert_cmpuint(info.st_mode & 0777, ==, 0600);
}

static void
assert_does_not_open(Place *place, KeystoreError code, const char *word)
{
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&place->keystore, keystore_free);
	g_assert_null(
		keystore_open(place->directory, place->passphrase, &error));
	g_assert_error(error, KEYSTORE_ERROR, (gint)code);
	g_assert_nonnull(strstr(error->message, word));
}

static void
loose_rights_are_refused_with_the_remedy(Place *place, gconstpointer data)
{
	g_chmod(place->passphrase, 0640);
	assert_does_not_open(place, KEYSTORE_PERMISSIONS, "chmod 0600");
	g_chmod(place->passphrase, 0400);
	open_again(place);
	g_chmod(place->directory, 0755);
	assert_does_not_open(place, KEYSTORE_PERMISSIONS, "chmod 0700");
}

static void
write_passphrase(Place *place, const char *text)
{
	g_assert_true(g_file_set_contents_full(place->passphrase, text, -1,
					       G_FILE_SET_CONTENTS_NONE, 0600,
					       NULL));
}

static void
a_wrong_passphrase_is_told(Place *place, gconstpointer data)
{
	g_autofree char *right = NULL;

	create(place, "alice", "sm2");
	g_assert_true(g_file_get_contents(place->passphrase, &right, NULL,
					  NULL));
	write_passphrase(place, "wrong\n");
	assert_does_not_open(place, KEYSTORE_WRONG_PASSPHRASE,
			     place->passphrase);
	/* An editor's line end more or less is no other passphrase. */
	write_passphrase(place, g_strchomp(right));
	open_again(place);
	assert_signs(place, "alice");
}

static void
a_lost_passphrase_is_not_replaced(Place *place, gconstpointer data)
{
	g_remove(place->passphrase);
	assert_does_not_open(place, KEYSTORE_IO, "restore");
	g_assert_false(g_file_test(place->passphrase, G_FILE_TEST_EXISTS));
	write_passphrase(place, "\n");
	assert_does_not_open(place, KEYSTORE_IO, "empty");
}

static void
a_lost_header_is_not_replaced(Place *place, gconstpointer data)
{
	g_autofree char *header = file_of(place, "keystore");

	create(place, "alice", "sm2");
	g_remove(header);
	assert_does_not_open(place, KEYSTORE_DAMAGED, "backup");
	g_assert_false(g_file_test(header, G_FILE_TEST_EXISTS));
}

/* Every byte in turn. A changed header is damage, never a wrong passphrase. */
static void
a_damaged_header_is_told(Place *place, gconstpointer data)
{
	g_autofree char *file = file_of(place, "keystore");
	g_autofree char *bytes = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(file, &bytes, &len, NULL));
	for (gsize i = 0; i < len; i += 3) {
		bytes[i] = (char)(bytes[i] ^ 1);
		g_assert_true(g_file_set_contents(file, bytes, (gssize)len,
						  NULL));
		assert_does_not_open(place, KEYSTORE_DAMAGED, "");
		bytes[i] = (char)(bytes[i] ^ 1);
	}
	g_assert_true(g_file_set_contents(file, bytes, 20, NULL));
	assert_does_not_open(place, KEYSTORE_DAMAGED, "damaged");
	bytes[7] = 2;
	g_assert_true(g_file_set_contents(file, bytes, (gssize)len, NULL));
	assert_does_not_open(place, KEYSTORE_DAMAGED, "newer");
}

static void
open_and_expect_damage(Place *place)
{
	logged[0] = '\0';
	open_again(place);
	g_assert_nonnull(strstr(logged, "alice.key is damaged"));
}

static void
assert_alice_is_damaged(Place *place)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(NULL, 0);
	bsn_err err = { .size = sizeof(err) };

	g_assert_cmpint(keystore_sign(place->keystore, "alice", 0,
				      bsn_slice_str("m"), &sink.sink, &err),
			==, BSN_E_CORRUPT);
	g_assert_nonnull(strstr(err.reason, "alice"));
}

static void
a_damaged_key_leaves_the_others(Place *place, gconstpointer data)
{
	g_autofree char *file = file_of(place, "alice.key");
	g_autofree char *bytes = NULL;
	gsize len = 0;

	create(place, "alice", "sm2");
	create(place, "bob", "ed25519");
	g_assert_true(g_file_get_contents(file, &bytes, &len, NULL));
	g_clear_pointer(&place->keystore, keystore_free);
	for (gsize i = 0; i < len; i += 41) {
		bytes[i] = (char)(bytes[i] ^ 1);
		g_assert_true(g_file_set_contents(file, bytes, (gssize)len,
						  NULL));
		open_and_expect_damage(place);
		assert_alice_is_damaged(place);
		assert_signs(place, "bob");
		bytes[i] = (char)(bytes[i] ^ 1);
	}
	g_assert_cmpint(keystore_delete(place->keystore, "alice", NULL), ==,
			BSN_OK);
	create(place, "alice", "sm2");
	assert_signs(place, "alice");
}

/* Renaming a file gives nobody another's key. */
static void
a_key_is_bound_to_its_name(Place *place, gconstpointer data)
{
	g_autofree char *alice = file_of(place, "alice.key");
	g_autofree char *bob = file_of(place, "bob.key");

	create(place, "bob", "sm2");
	g_assert_cmpint(g_rename(bob, alice), ==, 0);
	g_clear_pointer(&place->keystore, keystore_free);
	open_and_expect_damage(place);
	assert_alice_is_damaged(place);
}

/* What a crash between writing and renaming leaves. */
static void
a_half_written_file_is_no_key(Place *place, gconstpointer data)
{
	g_autofree char *file = file_of(place, ".writing");
	g_autoptr(GPtrArray) keys = NULL;

	g_assert_true(g_file_set_contents(file, "half", -1, NULL));
	open_again(place);
	keys = keystore_list(place->keystore);
	g_assert_cmpuint(keys->len, ==, 0);
	create(place, "alice", "sm2");
	open_again(place);
	assert_signs(place, "alice");
}

static void
two_processes_are_one_too_many(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	/* A second descriptor is locked out like a second process. */
	g_assert_null(
		keystore_open(place->directory, place->passphrase, &error));
	g_assert_error(error, KEYSTORE_ERROR, KEYSTORE_IO);
	g_assert_nonnull(strstr(error->message, "another process"));
}

/* Neither the private key nor the passphrase stands in a file of the store. */
static void
private_keys_are_not_readable_at_rest(Place *place, gconstpointer data)
{
	g_autofree char *one = NULL;
	g_autofree char *two = NULL;
	g_autofree char *file = file_of(place, "alice.key");
	gsize one_len = 0, two_len = 0;

	create(place, "alice", "ed25519");
	g_assert_true(g_file_get_contents(file, &one, &one_len, NULL));
	g_assert_cmpint(keystore_delete(place->keystore, "alice", NULL), ==,
			BSN_OK);
	create(place, "alice", "ed25519");
	g_assert_true(g_file_get_contents(file, &two, &two_len, NULL));
	g_assert_cmpuint(one_len, ==, two_len);
	/* Salted: not a byte run of the sealed part comes twice. */
	g_assert_cmpint(memcmp(one + one_len - 60, two + two_len - 60, 12), !=,
			0);
	for (gsize i = 0; i + 32 <= two_len; i++) {
		guint8 public_key[32], stands[32];

		memcpy(stands, two + i, 32);
		g_assert_cmpint(std_ed25519.public_key(stands, public_key), ==,
				BSN_OK);
		for (gsize j = 0; j + 32 <= two_len; j++)
			g_assert_cmpint(memcmp(two + j, public_key, 32), !=,
					0);
	}
}

static void
add(const char *name, void (*test)(Place *, gconstpointer))
{
	g_autofree char *path = g_strconcat("/keystore/", name, NULL);

	g_test_add(path, Place, NULL, place_set_up, test, place_tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_sha256_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_ecdsa_p256_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_secp256k1_open(NULL), ==, BSN_OK);
	add("keys-sign-and-are-there-afterwards",
	    keys_sign_and_are_there_afterwards);
	add("the-list-is-by-name-and-without-the-nodes",
	    the_list_is_by_name_and_without_the_nodes);
	add("a-deleted-key-is-gone", a_deleted_key_is_gone);
	add("a-name-is-given-once", a_name_is_given_once);
	add("names-are-checked", names_are_checked);
	add("what-a-scheme-refuses-is-told", what_a_scheme_refuses_is_told);
	add("a-key-waits-for-its-plugin", a_key_waits_for_its_plugin);
	add("the-node-has-one-key-for-each-algorithm",
	    the_node_has_one_key_for_each_algorithm);
	add("the-node-has-no-key-for-no-algorithm",
	    the_node_has_no_key_for_no_algorithm);
	add("threads-get-the-same-node-key", threads_get_the_same_node_key);
	add("threads-make-sign-and-delete-at-once",
	    threads_make_sign_and_delete_at_once);
	add("files-are-for-the-owner-only", files_are_for_the_owner_only);
	add("loose-rights-are-refused-with-the-remedy",
	    loose_rights_are_refused_with_the_remedy);
	add("a-wrong-passphrase-is-told", a_wrong_passphrase_is_told);
	add("a-lost-passphrase-is-not-replaced",
	    a_lost_passphrase_is_not_replaced);
	add("a-lost-header-is-not-replaced", a_lost_header_is_not_replaced);
	add("a-damaged-header-is-told", a_damaged_header_is_told);
	add("a-damaged-key-leaves-the-others",
	    a_damaged_key_leaves_the_others);
	add("a-key-is-bound-to-its-name", a_key_is_bound_to_its_name);
	add("a-half-written-file-is-no-key", a_half_written_file_is_no_key);
	add("two-processes-are-one-too-many", two_processes_are_one_too_many);
	add("private-keys-are-not-readable-at-rest",
	    private_keys_are_not_readable_at_rest);
	return g_test_run();
}
