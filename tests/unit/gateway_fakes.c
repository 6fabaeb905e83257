/* SPDX-License-Identifier: Apache-2.0
 *
 * The keystore and the plugin registry as the gateway's tests have them.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/plugin/registry.h"
#include "host/service/keystore.h"
#include "tests/unit/gateway_engine.h"

/* ---- keys: "alice" and what is created; signatures are 64 sevens ---- */

static GMutex mutex;
/* Until the end of the block. */
#define HOLD_KEYS                                      \
	g_autoptr(GMutexLocker) holder G_GNUC_UNUSED = \
		g_mutex_locker_new(&mutex)
static GHashTable *algorithms; /* name -> algorithm */

static GHashTable *
keys(void)
{
	if (algorithms == NULL) {
		algorithms = g_hash_table_new_full(g_str_hash, g_str_equal,
						   g_free, g_free);
		g_hash_table_insert(algorithms, g_strdup("alice"),
				    g_strdup("sm2"));
	}
	return algorithms;
}

/* name -> GBytes, the certificate */
static GHashTable *
certificates(void)
{
	static GHashTable *all;

	if (all == NULL)
		all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					    (GDestroyNotify)g_bytes_unref);
	return all;
}

static HostedKey *
key_new(const char *name, const char *algorithm)
{
	GBytes *certificate = g_hash_table_lookup(certificates(), name);
	HostedKey *key = g_new0(HostedKey, 1);

	key->name = g_strdup(name);
	key->algorithm = g_strdup(algorithm);
	key->public_key_len = 64;
	memset(key->public_key, 4, 64);
	if (certificate != NULL)
		key->certificate = g_bytes_ref(certificate);
	return key;
}

void
hosted_key_free(HostedKey *key)
{
	g_free(key->name);
	g_free(key->algorithm);
	g_clear_pointer(&key->certificate, g_bytes_unref);
	g_free(key);
}

int32_t
keystore_create(Keystore *keystore, const char *name, const char *algorithm,
		HostedKey **out, bsn_err *err)
{
	HOLD_KEYS;

	if (g_hash_table_contains(keys(), name))
		return bsn_fail(err, BSN_CONFLICT, "there is a key %s", name);
	g_hash_table_insert(keys(), g_strdup(name), g_strdup(algorithm));
	*out = key_new(name, algorithm);
	return BSN_OK;
}

int32_t
keystore_find(Keystore *keystore, const char *name, HostedKey **out,
	      bsn_err *err)
{
	HOLD_KEYS;
	const char *algorithm = g_hash_table_lookup(keys(), name);

	if (algorithm == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no key %s", name);
	*out = key_new(name, algorithm);
	return BSN_OK;
}

int32_t
keystore_find_signer(Keystore *keystore, const char *name, HostedKey **out,
		     bsn_err *err)
{
	return keystore_find(keystore, name, out, err);
}

int32_t
keystore_delete(Keystore *keystore, const char *name, bsn_err *err)
{
	HOLD_KEYS;

	if (!g_hash_table_remove(keys(), name))
		return bsn_fail(err, BSN_NOT_FOUND, "there is no key %s", name);
	return BSN_OK;
}

static void
free_key(gpointer key)
{
	hosted_key_free(key);
}

GPtrArray *
keystore_list(Keystore *keystore)
{
	HOLD_KEYS;
	GPtrArray *list = g_ptr_array_new_with_free_func(free_key);
	GHashTableIter iter;
	gpointer name, algorithm;

	g_hash_table_iter_init(&iter, keys());
	while (g_hash_table_iter_next(&iter, &name, &algorithm))
		g_ptr_array_add(list, key_new(name, algorithm));
	return list;
}

int32_t
keystore_sign(Keystore *keystore, const char *name, guint32 convention,
	      bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	guint8 sevens[64];

	if (convention != BSN_SIGN_PREHASHED || message.len != 9)
		return bsn_fail(err, BSN_E_INVALID, "not what was asked for");
	memset(sevens, 7, sizeof(sevens));
	return signature->write(signature, sevens, sizeof(sevens));
}

int32_t
keystore_node_public_key(Keystore *keystore, const char *algorithm,
			 bsn_sink *public_key, bsn_err *err)
{
	guint8 key[64] = { 4 };

	return public_key->write(public_key, key, sizeof(key));
}

int32_t
keystore_node_sign(Keystore *keystore, const char *algorithm,
		   guint32 convention, bsn_slice message, bsn_sink *signature,
		   bsn_err *err)
{
	return BSN_NOT_FOUND;
}

/* That it is for the key is the keystore's to see; here it is put there. */
static void
put_certificate(const char *name, GBytes *certificate)
{
	if (certificate != NULL)
		g_hash_table_insert(certificates(), g_strdup(name),
				    g_bytes_ref(certificate));
	else
		g_hash_table_remove(certificates(), name);
}

int32_t
keystore_certify(Keystore *keystore, const char *name, GBytes *certificate,
		 HostedKey **out, bsn_err *err)
{
	HOLD_KEYS;
	const char *algorithm = g_hash_table_lookup(keys(), name);

	if (algorithm == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no key %s", name);
	put_certificate(name, certificate);
	*out = key_new(name, algorithm);
	return BSN_OK;
}

int32_t
keystore_node_certify(Keystore *keystore, const char *algorithm,
		      GBytes *certificate, bsn_err *err)
{
	HOLD_KEYS;

	put_certificate("node", certificate);
	return BSN_OK;
}

int32_t
keystore_node_certificate(Keystore *keystore, const char *algorithm,
			  bsn_sink *certificate, bsn_err *err)
{
	HOLD_KEYS;
	GBytes *der = g_hash_table_lookup(certificates(), "node");

	if (der == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "it has none");
	return certificate->write(certificate, g_bytes_get_data(der, NULL),
				  g_bytes_get_size(der));
}

/* ---- plugins ---- */

const bsn_engine *
plugin_find_engine(const char *framework)
{
	return strcmp(framework, "fake") == 0 ? &gateway_engine : NULL;
}

const bsn_signature *
plugin_find_signature(const char *name)
{
	return NULL;
}

/* A registry of one refused file. */
const GPtrArray *
plugin_registry_files(const PluginRegistry *registry)
{
	static PluginFile file = { .path = (char *)"/plugins/a.so",
				   .verdict = PLUGIN_REFUSED,
				   .rule = (char *)"not-elf",
				   .reason = (char *)"it is a text",
				   .kinds = BSN_KIND_ENGINE | BSN_KIND_CRYPTO };
	static GPtrArray *files;

	if (files == NULL) {
		files = g_ptr_array_new();
		g_ptr_array_add(files, &file);
	}
	return files;
}
