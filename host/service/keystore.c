/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys are found in a table in memory, where their private parts stay sealed:
 * each is opened on the stack of whoever signs, and wiped there. Opening one
 * costs a hundredth of a signature.
 */
#include "host/service/keystore.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/random.h>

#include <bsn/helpers/error.h>

#include "host/plugin/registry.h"
#include "host/service/keystore_place.h"
#include "host/service/keystore_private.h"

#define NODE_PREFIX "node-"
#define SEED_LEN 48
/* One file each; beyond it a directory gets slow and a list pointless. */
#define KEYS_MAX 100000

void
hosted_key_free(HostedKey *key)
{
	if (key == NULL)
		return;
	g_free(key->name);
	g_free(key->algorithm);
	g_clear_pointer(&key->certificate, g_bytes_unref);
	g_free(key);
}

HostedKey *
hosted_key_copy(const HostedKey *key)
{
	HostedKey *copy = g_memdup2(key, sizeof(*key));

	copy->name = g_strdup(key->name);
	copy->algorithm = g_strdup(key->algorithm);
	if (key->certificate != NULL)
		g_bytes_ref(key->certificate);
	return copy;
}

/* ---- finding ------------------------------------------------------------ */

static int32_t
check_form(const char *name, bsn_err *err)
{
	return key_name_is_fit(name)
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST,
				  "a key's name is 1 to %d characters of a-z, "
				  "0-9 and \"-\"",
				  KEY_NAME_MAX);
}

int32_t
keystore_check_name(const char *name, bsn_err *err)
{
	if (check_form(name, err) != BSN_OK)
		return BSN_BAD_REQUEST;
	if (g_str_has_prefix(name, NODE_PREFIX))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"names that begin with \"" NODE_PREFIX
				"\" are for the node's own keys");
	return BSN_OK;
}

static KeystoreEntry *
lookup(Keystore *keystore, const char *name)
{
	KeystoreEntry *entry;

	g_rw_lock_reader_lock(&keystore->lock);
	entry = g_hash_table_lookup(keystore->entries, name);
	if (entry != NULL)
		g_atomic_ref_count_inc(&entry->refs);
	g_rw_lock_reader_unlock(&keystore->lock);
	return entry;
}

int32_t
keystore_entry_find(Keystore *keystore, const char *name, KeystoreEntry **out,
		    bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = lookup(keystore, name);

	if (entry == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no key named \"%s\" in the keystore",
				name);
	if (entry->sealed == NULL)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the file %s" KEY_SUFFIX " of the keystore is "
				"damaged: restore it from a backup",
				name);
	*out = g_steal_pointer(&entry);
	return BSN_OK;
}

int32_t
keystore_find_signer(Keystore *keystore, const char *name, HostedKey **out,
		     bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = NULL;
	int32_t status = check_form(name, err);

	if (status == BSN_OK)
		status = keystore_entry_find(keystore, name, &entry, err);
	if (status == BSN_OK)
		*out = hosted_key_copy(entry->sealed->key);
	return status;
}

int32_t
keystore_find(Keystore *keystore, const char *name, HostedKey **out,
	      bsn_err *err)
{
	int32_t status = keystore_check_name(name, err);

	return status == BSN_OK
		       ? keystore_find_signer(keystore, name, out, err)
		       : status;
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const HostedKey *const *)a)->name,
		      (*(const HostedKey *const *)b)->name);
}

GPtrArray *
keystore_list(Keystore *keystore)
{
	GPtrArray *keys =
		g_ptr_array_new_with_free_func((GDestroyNotify)hosted_key_free);
	GHashTableIter iter;
	gpointer name, data;

	g_rw_lock_reader_lock(&keystore->lock);
	g_hash_table_iter_init(&iter, keystore->entries);
	while (g_hash_table_iter_next(&iter, &name, &data)) {
		const KeystoreEntry *entry = data;

		if (entry->sealed != NULL &&
		    !g_str_has_prefix(name, NODE_PREFIX))
			g_ptr_array_add(keys,
					hosted_key_copy(entry->sealed->key));
	}
	g_rw_lock_reader_unlock(&keystore->lock);
	g_ptr_array_sort(keys, by_name);
	return keys;
}

/* ---- making and deleting ------------------------------------------------ */

/* A scheme whose keys and signatures have room here; or NULL. */
static const bsn_signature *
find_scheme(const char *algorithm)
{
	const bsn_signature *scheme =
		algorithm != NULL && strlen(algorithm) <= KEY_ALGORITHM_MAX
			? plugin_find_signature(algorithm)
			: NULL;

	if (scheme == NULL || scheme->public_key_len > BSN_PUBLIC_KEY_MAX ||
	    scheme->signature_len > BSN_SIGNATURE_MAX)
		return NULL;
	return scheme;
}

static const bsn_signature *
scheme_of(const char *algorithm, bsn_err *err)
{
	const bsn_signature *scheme = find_scheme(algorithm);

	if (scheme == NULL)
		bsn_fail(err, BSN_NOT_FOUND,
			 "no loaded plugin has a signature scheme named "
			 "\"%.31s\"",
			 algorithm != NULL ? algorithm : "");
	return scheme;
}

/* A new key pair, its private part sealed before it leaves. */
static SealedKey *
generate(const Keystore *keystore, const char *name,
	 const bsn_signature *scheme)
{
	HostedKey *key = g_new0(HostedKey, 1);
	guint8 seed[SEED_LEN], private_key[KEY_PRIVATE_LEN];
	SealedKey *sealed = NULL;

	key->name = g_strdup(name);
	key->algorithm = g_strdup(scheme->name);
	key->public_key_len = scheme->public_key_len;
	key->created_ms = (guint64)g_get_real_time() / 1000;
	if (getrandom(seed, sizeof(seed), 0) == (gssize)sizeof(seed) &&
	    scheme->generate(seed, private_key, key->public_key) == BSN_OK)
		sealed = sealed_key_new(keystore->seal, key, private_key);
	else
		hosted_key_free(key);
	OPENSSL_cleanse(seed, sizeof(seed));
	OPENSSL_cleanse(private_key, sizeof(private_key));
	return sealed;
}

static int32_t
store_key(const Keystore *keystore, const SealedKey *sealed, bsn_err *err)
{
	g_autoptr(GByteArray) data = sealed_key_write(sealed);
	g_autofree char *file =
		g_strconcat(sealed->key->name, KEY_SUFFIX, NULL);
	int failed = keystore_place_write(keystore->directory, file,
					  data->data, data->len);

	if (failed == 0)
		return BSN_OK;
	return bsn_fail(err, failed == ENOSPC ? BSN_FULL : BSN_E_IO,
			"the keystore cannot write %s: %s", file,
			g_strerror(failed));
}

static int32_t
check_room(Keystore *keystore, const char *name, bsn_err *err)
{
	gboolean known;
	guint count;

	g_rw_lock_reader_lock(&keystore->lock);
	known = g_hash_table_contains(keystore->entries, name);
	count = g_hash_table_size(keystore->entries);
	g_rw_lock_reader_unlock(&keystore->lock);
	if (known)
		return bsn_fail(err, BSN_DUPLICATE,
				"there is a key named \"%s\" already", name);
	if (count >= KEYS_MAX)
		return bsn_fail(err, BSN_FULL, "the keystore holds %d keys: "
				"delete some first",
				KEYS_MAX);
	return BSN_OK;
}

/* With `changing` held. */
static int32_t
create(Keystore *keystore, const char *name, const bsn_signature *scheme,
       HostedKey **out, bsn_err *err)
{
	int32_t status = check_room(keystore, name, err);
	g_autoptr(SealedKey) sealed = NULL;

	if (status != BSN_OK)
		return status;
	sealed = generate(keystore, name, scheme);
	if (sealed == NULL)
		return bsn_fail(err, BSN_E_INTERNAL,
				"no key could be made: the random generator "
				"or %s failed",
				scheme->name);
	status = store_key(keystore, sealed, err);
	if (status != BSN_OK)
		return status;
	*out = hosted_key_copy(sealed->key);
	g_rw_lock_writer_lock(&keystore->lock);
	g_hash_table_insert(keystore->entries, g_strdup(name),
			    keystore_entry_new(g_steal_pointer(&sealed)));
	g_rw_lock_writer_unlock(&keystore->lock);
	return BSN_OK;
}

int32_t
keystore_create(Keystore *keystore, const char *name, const char *algorithm,
		HostedKey **out, bsn_err *err)
{
	const bsn_signature *scheme;
	int32_t status = keystore_check_name(name, err);

	if (status != BSN_OK)
		return status;
	scheme = scheme_of(algorithm, err);
	if (scheme == NULL)
		return BSN_NOT_FOUND;
	g_mutex_lock(&keystore->changing);
	status = create(keystore, name, scheme, out, err);
	g_mutex_unlock(&keystore->changing);
	return status;
}

/* With `changing` held. */
static int32_t
delete(Keystore *keystore, const char *name, bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = lookup(keystore, name);
	g_autofree char *file = g_strconcat(name, KEY_SUFFIX, NULL);
	int failed;

	if (entry == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no key named \"%s\" in the keystore",
				name);
	/* First, so that no key of the same name finds it. */
	failed = keystore_certificate_remove(keystore, name);
	if (failed == 0)
		failed = keystore_place_remove(keystore->directory, file);
	if (failed != 0 && failed != ENOENT)
		return bsn_fail(err, BSN_E_IO,
				"the keystore cannot delete %s: %s", file,
				g_strerror(failed));
	g_rw_lock_writer_lock(&keystore->lock);
	g_hash_table_remove(keystore->entries, name);
	g_rw_lock_writer_unlock(&keystore->lock);
	return BSN_OK;
}

int32_t
keystore_delete(Keystore *keystore, const char *name, bsn_err *err)
{
	int32_t status = keystore_check_name(name, err);

	if (status != BSN_OK)
		return status;
	g_mutex_lock(&keystore->changing);
	status = delete(keystore, name, err);
	g_mutex_unlock(&keystore->changing);
	return status;
}

/* ---- signing ------------------------------------------------------------ */

static int32_t
sign_as(const Keystore *keystore, const KeystoreEntry *entry,
	guint32 convention, bsn_slice message, bsn_sink *out, bsn_err *err)
{
	const HostedKey *key = entry->sealed->key;
	const bsn_signature *scheme = find_scheme(key->algorithm);
	guint8 private_key[KEY_PRIVATE_LEN], signature[BSN_SIGNATURE_MAX];
	int32_t status = BSN_E_CORRUPT;

	if (scheme == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"no loaded plugin has %s, which the key %s is "
				"of: enable its plugin",
				key->algorithm, key->name);
	if (sealed_key_open(keystore->seal, entry->sealed, private_key))
		status = scheme->sign(private_key, convention,
				      (bsn_slice){ NULL, 0 }, message,
				      signature);
	OPENSSL_cleanse(private_key, sizeof(private_key));
	if (status == BSN_OK)
		return out->write(out, signature, scheme->signature_len);
	return bsn_fail(err, status,
			"%s cannot sign %" G_GUINT64_FORMAT " bytes by "
			"convention %u",
			key->algorithm, message.len, convention);
}

int32_t
keystore_sign(Keystore *keystore, const char *name, guint32 convention,
	      bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = NULL;
	int32_t status = check_form(name, err);

	if (status == BSN_OK)
		status = keystore_entry_find(keystore, name, &entry, err);
	if (status != BSN_OK)
		return status;
	return sign_as(keystore, entry, convention, message, signature, err);
}

/* ---- the node's own keys ------------------------------------------------ */

int32_t
keystore_entry_of_node(Keystore *keystore, const char *algorithm,
		       KeystoreEntry **out, bsn_err *err)
{
	const bsn_signature *scheme = scheme_of(algorithm, err);
	g_autofree char *name = g_strconcat(NODE_PREFIX, algorithm, NULL);
	HostedKey *made = NULL;
	int32_t status;

	if (scheme == NULL || !key_name_is_fit(name))
		return BSN_NOT_FOUND;
	*out = lookup(keystore, name);
	if (*out != NULL && (*out)->sealed != NULL)
		return BSN_OK;
	g_clear_pointer(out, keystore_entry_unref);
	g_mutex_lock(&keystore->changing);
	status = create(keystore, name, scheme, &made, NULL);
	g_mutex_unlock(&keystore->changing);
	hosted_key_free(made);
	/* Somebody else made it meanwhile, or it is there and damaged. */
	if (status == BSN_OK || status == BSN_DUPLICATE)
		return keystore_entry_find(keystore, name, out, err);
	return bsn_fail(err, status, "the node's key for %s cannot be made",
			algorithm);
}

int32_t
keystore_node_public_key(Keystore *keystore, const char *algorithm,
			 bsn_sink *public_key, bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = NULL;
	int32_t status =
		keystore_entry_of_node(keystore, algorithm, &entry, err);

	if (status != BSN_OK)
		return status;
	return public_key->write(public_key, entry->sealed->key->public_key,
				 entry->sealed->key->public_key_len);
}

int32_t
keystore_node_sign(Keystore *keystore, const char *algorithm,
		   guint32 convention, bsn_slice message, bsn_sink *signature,
		   bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = NULL;
	int32_t status =
		keystore_entry_of_node(keystore, algorithm, &entry, err);

	if (status != BSN_OK)
		return status;
	return sign_as(keystore, entry, convention, message, signature, err);
}
