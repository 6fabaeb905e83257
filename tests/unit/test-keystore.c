/* SPDX-License-Identifier: Apache-2.0
 *
 * The keystore: what it makes signs, now and after it was closed.
 */
#include <string.h>

#include "host/plugin/registry.h"
#include "tests/unit/keystore-place.h"
#include "tests/unit/signature-rules.h"

#define THREADS 4u

static const char *const algorithms[] = { "sm2", "secp256k1", "ecdsa-p256",
					  "ed25519" };

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
		("0123456789012345678901234567890"
		 "123456789012345678901234567890123"),
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
				==, g_str_has_prefix(bad[i], "node-")
					    ? BSN_NOT_FOUND
					    : BSN_BAD_REQUEST);
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
	place_has_sm2 = FALSE;
	open_again(place);
	g_assert_cmpint(keystore_sign(place->keystore, "alice", 0,
				      bsn_slice_str("m"), &sink.sink, &err),
			==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(err.reason, "sm2"));
	place_has_sm2 = TRUE;
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	place_init();
	place_add("keys-sign-and-are-there-afterwards",
		  keys_sign_and_are_there_afterwards);
	place_add("the-list-is-by-name-and-without-the-nodes",
		  the_list_is_by_name_and_without_the_nodes);
	place_add("a-deleted-key-is-gone", a_deleted_key_is_gone);
	place_add("a-name-is-given-once", a_name_is_given_once);
	place_add("names-are-checked", names_are_checked);
	place_add("what-a-scheme-refuses-is-told",
		  what_a_scheme_refuses_is_told);
	place_add("a-key-waits-for-its-plugin", a_key_waits_for_its_plugin);
	place_add("the-node-has-one-key-for-each-algorithm",
		  the_node_has_one_key_for_each_algorithm);
	place_add("the-node-has-no-key-for-no-algorithm",
		  the_node_has_no_key_for_no_algorithm);
	place_add("threads-get-the-same-node-key",
		  threads_get_the_same_node_key);
	place_add("threads-make-sign-and-delete-at-once",
		  threads_make_sign_and_delete_at_once);
	return g_test_run();
}
