/* SPDX-License-Identifier: Apache-2.0
 *
 * The keystore's files: for nobody else's eyes, whole after a crash, and damage
 * is told from a wrong passphrase.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "plugins/crypto-std/std.h"
#include "tests/unit/keystore-place.h"
#include "tests/unit/signature-rules.h"

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
	place_logged[0] = '\0';
	open_again(place);
	g_assert_nonnull(strstr(place_logged, "alice.key is damaged"));
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	place_init();
	place_add("files-are-for-the-owner-only", files_are_for_the_owner_only);
	place_add("loose-rights-are-refused-with-the-remedy",
		  loose_rights_are_refused_with_the_remedy);
	place_add("a-wrong-passphrase-is-told", a_wrong_passphrase_is_told);
	place_add("a-lost-passphrase-is-not-replaced",
		  a_lost_passphrase_is_not_replaced);
	place_add("a-lost-header-is-not-replaced",
		  a_lost_header_is_not_replaced);
	place_add("a-damaged-header-is-told", a_damaged_header_is_told);
	place_add("a-damaged-key-leaves-the-others",
		  a_damaged_key_leaves_the_others);
	place_add("a-key-is-bound-to-its-name", a_key_is_bound_to_its_name);
	place_add("a-half-written-file-is-no-key",
		  a_half_written_file_is_no_key);
	place_add("two-processes-are-one-too-many",
		  two_processes_are_one_too_many);
	place_add("private-keys-are-not-readable-at-rest",
		  private_keys_are_not_readable_at_rest);
	return g_test_run();
}
