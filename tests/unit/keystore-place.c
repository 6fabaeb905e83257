/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/keystore-place.h"

#include <glib/gprintf.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>

#include "host/ops/log.h"
#include "host/plugin/registry.h"
#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-std/std.h"
#include "tests/unit/signature-rules.h"

gboolean place_has_sm2 = TRUE;

/* The registry, as far as the keystore knows it. */
const bsn_signature *
plugin_find_signature(const char *name)
{
	static const bsn_signature *const all[] = { &std_secp256k1,
						    &std_ecdsa_p256,
						    &std_ed25519 };

	if (strcmp(name, "sm2") == 0)
		return place_has_sm2 ? &gm_sm2 : NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}

/* The log, as far as the keystore knows it: its last line. */
char place_logged[512];

void
log_error(const char *area, const char *chain, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_vsnprintf(place_logged, sizeof(place_logged), format, args);
	va_end(args);
}

void
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

void
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

void
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

char *
file_of(const Place *place, const char *name)
{
	return g_build_filename(place->directory, name, NULL);
}

void
place_init(void)
{
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_sha256_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_ecdsa_p256_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_secp256k1_open(NULL), ==, BSN_OK);
}

void
place_add(const char *name, void (*test)(Place *, gconstpointer))
{
	g_autofree char *path = g_strconcat("/keystore/", name, NULL);

	g_test_add(path, Place, NULL, place_set_up, test, place_tear_down);
}
