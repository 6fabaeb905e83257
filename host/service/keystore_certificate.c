/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates beside the keystore's keys. They are no secret, so they lie in
 * clear, in PEM; what an administrator or an accident puts there is judged when
 * it is read.
 */
#include "host/service/keystore.h"

#include <errno.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/ops/log.h"
#include "host/service/keystore_place.h"
#include "host/service/keystore_private.h"
#include "identity/key_certificate.h"

static char *
file_of(const char *name)
{
	return g_strconcat(name, CERTIFICATE_SUFFIX, NULL);
}

static gboolean
judge(const HostedKey *key, GBytes *certificate, GError **error)
{
	return key_certificate_judge(certificate, key->algorithm,
				     key->public_key, key->public_key_len,
				     error);
}

void
keystore_certificate_load(const Keystore *keystore, HostedKey *key)
{
	g_autofree char *file = file_of(key->name);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) certificate = NULL;
	g_autoptr(GByteArray) text =
		keystore_place_read(keystore->directory, file,
				    KEY_CERTIFICATE_PEM_MAX, &error);

	if (text != NULL)
		certificate = key_certificate_read((const char *)text->data,
						   text->len, &error);
	if (certificate != NULL && judge(key, certificate, &error))
		key->certificate = g_steal_pointer(&certificate);
	if (error != NULL)
		log_error("keystore", NULL,
			  "%s is not used: %s. The key %s has no certificate "
			  "until it is given one again",
			  file, error->message, key->name);
}

int
keystore_certificate_remove(const Keystore *keystore, const char *name)
{
	g_autofree char *file = file_of(name);
	int failed = keystore_place_remove(keystore->directory, file);

	return failed == ENOENT ? 0 : failed;
}

static int32_t
store(const Keystore *keystore, const char *name, GBytes *certificate,
      bsn_err *err)
{
	g_autofree char *file = file_of(name);
	g_autofree char *pem = NULL;
	int failed;

	if (certificate == NULL) {
		failed = keystore_certificate_remove(keystore, name);
	} else {
		pem = key_certificate_write(certificate);
		failed = keystore_place_write(keystore->directory, file,
					      (const guint8 *)pem, strlen(pem));
	}
	if (failed == 0)
		return BSN_OK;
	return bsn_fail(err, failed == ENOSPC ? BSN_FULL : BSN_E_IO,
			"the keystore cannot write %s: %s", file,
			g_strerror(failed));
}

/* The table's entry, with the certificate or without. */
static void
replace(Keystore *keystore, const KeystoreEntry *entry, GBytes *certificate)
{
	SealedKey *sealed = g_memdup2(entry->sealed, sizeof(*sealed));

	sealed->key = hosted_key_copy(entry->sealed->key);
	g_clear_pointer(&sealed->key->certificate, g_bytes_unref);
	if (certificate != NULL)
		sealed->key->certificate = g_bytes_ref(certificate);
	g_rw_lock_writer_lock(&keystore->lock);
	g_hash_table_replace(keystore->entries, g_strdup(sealed->key->name),
			     keystore_entry_new(sealed));
	g_rw_lock_writer_unlock(&keystore->lock);
}

/* With `changing` held: the key is there, and stays until it is written. */
static int32_t
certify(Keystore *keystore, const char *name, GBytes *certificate,
	HostedKey **out, bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = NULL;
	g_autoptr(GError) error = NULL;
	int32_t status = keystore_entry_find(keystore, name, &entry, err);

	if (status != BSN_OK)
		return status;
	if (certificate != NULL &&
	    !judge(entry->sealed->key, certificate, &error))
		return bsn_fail(err, BSN_BAD_REQUEST, "certificate: %s",
				error->message);
	status = store(keystore, name, certificate, err);
	if (status != BSN_OK)
		return status;
	replace(keystore, entry, certificate);
	return out != NULL ? keystore_find(keystore, name, out, err) : BSN_OK;
}

int32_t
keystore_certify(Keystore *keystore, const char *name, GBytes *certificate,
		 HostedKey **out, bsn_err *err)
{
	int32_t status = keystore_check_name(name, err);

	if (status != BSN_OK)
		return status;
	g_mutex_lock(&keystore->changing);
	status = certify(keystore, name, certificate, out, err);
	g_mutex_unlock(&keystore->changing);
	return status;
}

int32_t
keystore_node_certify(Keystore *keystore, const char *algorithm,
		      GBytes *certificate, bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = NULL;
	int32_t status =
		keystore_entry_of_node(keystore, algorithm, &entry, err);

	if (status != BSN_OK)
		return status;
	g_mutex_lock(&keystore->changing);
	status = certify(keystore, entry->sealed->key->name, certificate, NULL,
			 err);
	g_mutex_unlock(&keystore->changing);
	return status;
}

int32_t
keystore_node_certificate(Keystore *keystore, const char *algorithm,
			  bsn_sink *certificate, bsn_err *err)
{
	g_autoptr(KeystoreEntry) entry = NULL;
	int32_t status =
		keystore_entry_of_node(keystore, algorithm, &entry, err);
	GBytes *der;
	gsize len;
	const void *data;

	if (status != BSN_OK)
		return status;
	der = entry->sealed->key->certificate;
	if (der == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"this node's %s key has no certificate: give "
				"it one (bsnctl node certify -a %s)",
				algorithm, algorithm);
	data = g_bytes_get_data(der, &len);
	return certificate->write(certificate, data, len);
}
