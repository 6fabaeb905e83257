/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/plugin_fixture.h"

#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "host/plugin/digest.h"
#include "host/plugin/scan_host.h"

/* A scan that must not be cut short, however busy the machine is. */
#define PATIENCE_MS 60000u

Fixture *
fixture_new(void)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->dir = g_dir_make_tmp("bsn-plugin-XXXXXX", NULL);
	g_assert_nonnull(fixture->dir);
	fixture->scanner = g_test_build_filename(G_TEST_BUILT,
						 "bsn-plugin-scan", NULL);
	fixture->digests = g_ptr_array_new_with_free_func(g_free);
	fixture->frameworks[0] = "minimal";
	fixture->timeout_ms = PATIENCE_MS;
	return fixture;
}

static void
remove_directory(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *entry = g_build_filename(path, name, NULL);

		g_assert_cmpint(g_remove(entry), ==, 0);
	}
	g_dir_close(dir);
	g_assert_cmpint(g_rmdir(path), ==, 0);
}

void
fixture_free(Fixture *fixture)
{
	plugin_registry_free(fixture->registry);
	remove_directory(fixture->dir);
	g_ptr_array_unref(fixture->digests);
	g_free(fixture->cache_file);
	g_free(fixture->scanner);
	g_free(fixture->dir);
	g_free(fixture);
}

GBytes *
fixture_module(const char *name)
{
	g_autofree char *file = g_strconcat(name, ".so", NULL);
	g_autofree char *path = g_test_build_filename(
		G_TEST_BUILT, "tests/bad-plugins/modules", file, NULL);
	g_autoptr(GError) error = NULL;
	gsize len;
	char *data = NULL;

	g_file_get_contents(path, &data, &len, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, len);
}

const char *
fixture_put(Fixture *fixture, const char *file, GBytes *bytes)
{
	g_autofree char *path = g_build_filename(fixture->dir, file, NULL);
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	g_assert_true(g_file_set_contents(path, data != NULL ? data : "",
					  (gssize)len, NULL));
	return g_intern_string(path);
}

const char *
fixture_add(Fixture *fixture, const char *name)
{
	g_autoptr(GBytes) bytes = fixture_module(name);
	g_autofree char *file = g_strconcat(name, ".so", NULL);

	return fixture_put(fixture, file, bytes);
}

void
fixture_trust(Fixture *fixture, GBytes *bytes)
{
	g_ptr_array_add(fixture->digests, plugin_digest(bytes));
}

void
fixture_add_trusted(Fixture *fixture, const char *name)
{
	g_autoptr(GBytes) bytes = fixture_module(name);

	fixture_add(fixture, name);
	fixture_trust(fixture, bytes);
}

void
fixture_add_from_build(Fixture *fixture, const char *file)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_BUILT, "modules", file, NULL);
	g_autoptr(GBytes) bytes = NULL;
	char *data = NULL;
	gsize len;

	g_assert_true(g_file_get_contents(path, &data, &len, NULL));
	bytes = g_bytes_new_take(data, len);
	fixture_put(fixture, file, bytes);
	fixture_trust(fixture, bytes);
}

EVP_PKEY *
fixture_make_key(const Fixture *fixture, const char *file)
{
	g_autofree char *path = g_build_filename(fixture->dir, file, NULL);
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	FILE *out = fopen(path, "w");

	g_assert_nonnull(key);
	g_assert_cmpint(PEM_write_PUBKEY(out, key), ==, 1);
	fclose(out);
	return key;
}

GBytes *
fixture_sign(EVP_PKEY *key, GBytes *bytes)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;
	guint8 der[80];
	gsize len, der_len = sizeof(der);
	const void *data = g_bytes_get_data(bytes, &len);

	g_assert_cmpint(
		EVP_DigestSignInit(ctx, &key_ctx, EVP_sm3(), NULL, key), ==, 1);
	g_assert_cmpint(
		EVP_PKEY_CTX_set1_id(key_ctx, BSN_SM2_DEFAULT_ID, 16), ==, 1);
	g_assert_cmpint(EVP_DigestSign(ctx, der, &der_len, data, len), ==, 1);
	EVP_MD_CTX_free(ctx);
	return g_bytes_new(der, der_len);
}

void
fixture_load(Fixture *fixture)
{
	const char *const directories[] = { fixture->dir, NULL };
	PluginConfig config = {
		.directories = directories,
		.trust_keys = fixture->keys,
		.require = fixture->require,
		.conformance_keys = fixture->certifiers,
		.frameworks = fixture->frameworks,
		.cache_file = fixture->cache_file,
		.scanner = fixture->scanner,
		.scan_timeout_ms = fixture->timeout_ms,
	};

	plugin_registry_free(fixture->registry);
	g_ptr_array_add(fixture->digests, NULL);
	config.trust_digests = (const char *const *)fixture->digests->pdata;
	fixture->registry =
		plugin_registry_load(&config, &scan_host);
	g_ptr_array_remove_index(fixture->digests, fixture->digests->len - 1);
}

const PluginFile *
fixture_file(const Fixture *fixture, const char *file)
{
	const GPtrArray *files = plugin_registry_files(fixture->registry);
	g_autofree char *path = g_build_filename(fixture->dir, file, NULL);

	for (guint i = 0; i < files->len; i++) {
		const PluginFile *one = files->pdata[i];

		if (g_str_equal(one->path, path))
			return one;
	}
	g_error("the registry does not list %s", path);
}
