/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening a keystore: its passphrase, its header, its keys.
 */
#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "host/ops/log.h"
#include "host/service/keystore_place.h"
#include "host/service/keystore_private.h"

#define HEADER_FILE "keystore"

KeystoreEntry *
keystore_entry_new(SealedKey *sealed)
{
	KeystoreEntry *entry = g_new0(KeystoreEntry, 1);

	g_atomic_ref_count_init(&entry->refs);
	entry->sealed = sealed;
	return entry;
}

void
keystore_entry_unref(KeystoreEntry *entry)
{
	if (entry == NULL || !g_atomic_ref_count_dec(&entry->refs))
		return;
	sealed_key_free(entry->sealed);
	g_free(entry);
}

static gboolean
make_header(Keystore *keystore, const GByteArray *passphrase, GError **error)
{
	guint8 salt[SEAL_SALT_LEN], header[KEYSTORE_HEADER_LEN];
	int failed = EIO;

	if (getrandom(salt, sizeof(salt), 0) == (gssize)sizeof(salt))
		keystore->seal = seal_new(passphrase->data, passphrase->len,
					  salt);
	if (keystore->seal != NULL &&
	    keystore_header_write(keystore->seal, salt, header))
		failed = keystore_place_write(keystore->directory, HEADER_FILE,
					      header, sizeof(header));
	if (failed == 0)
		return TRUE;
	return keystore_fail(error, KEYSTORE_IO,
			     "cannot make a keystore: %s", g_strerror(failed));
}

static gboolean
open_header(Keystore *keystore, const GByteArray *header,
	    const GByteArray *passphrase, const char *passphrase_file,
	    GError **error)
{
	guint8 salt[SEAL_SALT_LEN];

	switch (keystore_header_read(header->data, header->len, salt)) {
	case KEYSTORE_FILE_GOOD:
		break;
	case KEYSTORE_FILE_NEWER:
		return keystore_fail(error, KEYSTORE_DAMAGED,
				     "the keystore was made by a newer "
				     "version of this program: use that one");
	case KEYSTORE_FILE_BROKEN:
		return keystore_fail(error, KEYSTORE_DAMAGED,
				     "the keystore's file \"" HEADER_FILE
				     "\" is damaged: restore it from a "
				     "backup; without it no key can be read");
	}
	keystore->seal = seal_new(passphrase->data, passphrase->len, salt);
	if (keystore->seal == NULL)
		return keystore_fail(error, KEYSTORE_IO,
				     "no memory to derive the key of the "
				     "keystore: it takes 32 MiB");
	if (keystore_header_opens(keystore->seal, header->data))
		return TRUE;
	return keystore_fail(error, KEYSTORE_WRONG_PASSPHRASE,
			     "the passphrase in %s is not the one that this "
			     "keystore was made with: restore that file",
			     passphrase_file);
}

/* Keys without a header are not the beginning of a keystore. */
static gboolean
check_new(const char *directory, GError **error)
{
	GDir *dir = g_dir_open(directory, 0, error);
	const char *file = NULL;

	if (dir == NULL)
		return FALSE;
	do
		file = g_dir_read_name(dir);
	while (file != NULL && !g_str_has_suffix(file, KEY_SUFFIX));
	g_dir_close(dir);
	if (file == NULL)
		return TRUE;
	return keystore_fail(error, KEYSTORE_DAMAGED,
			     "%s holds keys, but its file \"" HEADER_FILE
			     "\" is gone: restore it from a backup; without "
			     "it no key can be read",
			     directory);
}

static gboolean
open_seal(Keystore *keystore, const char *directory,
	  const char *passphrase_file, GError **error)
{
	GError *unreadable = NULL;
	g_autoptr(GByteArray) header =
		keystore_place_read(keystore->directory, HEADER_FILE,
				    KEY_FILE_MAX, &unreadable);
	GByteArray *passphrase;
	gboolean opened;

	if (unreadable != NULL) {
		g_propagate_error(error, unreadable);
		return FALSE;
	}
	if (header == NULL && !check_new(directory, error))
		return FALSE;
	passphrase = keystore_passphrase_read(passphrase_file, header == NULL,
					      error);
	if (passphrase == NULL)
		return FALSE;
	opened = header == NULL
			 ? make_header(keystore, passphrase, error)
			 : open_header(keystore, header, passphrase,
				       passphrase_file, error);
	keystore_passphrase_free(passphrase);
	return opened;
}

/* The key in a file, or NULL when it is damaged. */
static SealedKey *
load_key(const Keystore *keystore, const char *file, const char *name)
{
	g_autoptr(GByteArray) data = keystore_place_read(
		keystore->directory, file, KEY_FILE_MAX, NULL);
	g_autoptr(SealedKey) sealed = NULL;
	guint8 private_key[KEY_PRIVATE_LEN];
	gboolean opens;

	if (data == NULL || sealed_key_read(data->data, data->len, &sealed) !=
				    KEYSTORE_FILE_GOOD ||
	    strcmp(sealed->key->name, name) != 0)
		return NULL;
	opens = sealed_key_open(keystore->seal, sealed, private_key);
	OPENSSL_cleanse(private_key, sizeof(private_key));
	return opens ? g_steal_pointer(&sealed) : NULL;
}

static gboolean
load_keys(Keystore *keystore, const char *directory, GError **error)
{
	GDir *dir = g_dir_open(directory, 0, error);
	const char *file;

	if (dir == NULL)
		return FALSE;
	while ((file = g_dir_read_name(dir)) != NULL) {
		g_autofree char *name = NULL;
		SealedKey *sealed;

		if (!g_str_has_suffix(file, KEY_SUFFIX))
			continue;
		name = g_strndup(file, strlen(file) - strlen(KEY_SUFFIX));
		if (!key_name_is_fit(name))
			continue;
		sealed = load_key(keystore, file, name);
		if (sealed == NULL)
			log_error("keystore", NULL,
				  "%s/%s is damaged or not of this keystore: "
				  "restore it from a backup, or delete the "
				  "key",
				  directory, file);
		else
			keystore_certificate_load(keystore, sealed->key);
		g_hash_table_insert(keystore->entries, g_steal_pointer(&name),
				    keystore_entry_new(sealed));
	}
	g_dir_close(dir);
	return TRUE;
}

Keystore *
keystore_open(const char *directory, const char *passphrase_file,
	      GError **error)
{
	Keystore *keystore = g_new0(Keystore, 1);

	g_mutex_init(&keystore->changing);
	g_rw_lock_init(&keystore->lock);
	keystore->entries =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				      (GDestroyNotify)keystore_entry_unref);
	keystore->directory = keystore_place_open(directory, error);
	if (keystore->directory >= 0 &&
	    open_seal(keystore, directory, passphrase_file, error) &&
	    load_keys(keystore, directory, error))
		return keystore;
	keystore_free(keystore);
	return NULL;
}

void
keystore_free(Keystore *keystore)
{
	if (keystore == NULL)
		return;
	if (keystore->directory >= 0)
		close(keystore->directory);
	seal_free(keystore->seal);
	g_hash_table_unref(keystore->entries);
	g_rw_lock_clear(&keystore->lock);
	g_mutex_clear(&keystore->changing);
	g_free(keystore);
}
