/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and certificates as PEM files.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <unistd.h>

#include "identity/pem.h"

/* A chain of a few certificates with their text is well below. */
#define PEM_FILE_MAX (256 * 1024)

static gboolean
write_all(int fd, const char *data, gsize len)
{
	while (len > 0) {
		gssize n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			return FALSE;
		if (n > 0) {
			data += n;
			len -= (gsize)n;
		}
	}
	return fsync(fd) == 0;
}

static gboolean
save(BIO *text, const char *file, int mode, GError **error)
{
	char *data = NULL;
	long len = BIO_get_mem_data(text, &data);
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int failed;

	if (fd < 0 && errno == EEXIST)
		return identity_fail(error, IDENTITY_IO,
				     "%s exists already: move it away, or "
				     "choose another name",
				     file);
	if (fd < 0)
		return identity_fail(error, IDENTITY_IO, "cannot make %s: %s",
				     file, g_strerror(errno));
	failed = write_all(fd, data, (gsize)len) ? 0 : errno;
	if (close(fd) != 0 && failed == 0)
		failed = errno;
	if (failed == 0)
		return TRUE;
	(void)unlink(file);
	return identity_fail(error, IDENTITY_IO, "cannot write %s: %s", file,
			     g_strerror(failed));
}

gboolean
identity_save_key(EVP_PKEY *key, const char *file, GError **error)
{
	g_autoptr(BIO) text = BIO_new(BIO_s_secmem());

	if (text == NULL || !PEM_write_bio_PKCS8PrivateKey(text, key, NULL,
							   NULL, 0, NULL, NULL))
		return identity_fail_openssl(error, "to encode a key");
	return save(text, file, 0600, error);
}

gboolean
identity_save_cert(X509 *cert, const char *file, GError **error)
{
	g_autoptr(BIO) text = BIO_new(BIO_s_mem());

	if (text == NULL || !PEM_write_bio_X509(text, cert))
		return identity_fail_openssl(error, "to encode a certificate");
	return save(text, file, 0644, error);
}

static BIO *
open_file(const char *file, GError **error)
{
	BIO *text = BIO_new_file(file, "rb");

	if (text == NULL)
		identity_fail(error, IDENTITY_IO, "cannot read %s: %s", file,
			      g_strerror(errno));
	return text;
}

char *
identity_read_file(const char *file, gsize *len, GError **error)
{
	g_autoptr(BIO) text = open_file(file, error);
	g_autofree char *data = g_malloc(PEM_FILE_MAX + 1);

	if (text == NULL)
		return NULL;
	if (!BIO_read_ex(text, data, PEM_FILE_MAX + 1, len))
		*len = 0;
	if (*len > PEM_FILE_MAX) {
		identity_fail(error, IDENTITY_MALFORMED,
			      "%s is larger than %d bytes: it is no PEM file "
			      "of keys or certificates",
			      file, PEM_FILE_MAX);
		return NULL;
	}
	ERR_clear_error();
	return g_steal_pointer(&data);
}

/* Nobody is there to type a passphrase. */
static int
no_passphrase(char *buffer, int size, int writing, void *data)
{
	*(gboolean *)data = TRUE;
	return -1;
}

static EVP_PKEY *
load_key(const char *file, const char *(*algorithm)(EVP_PKEY *),
	 const char *kinds, GError **error)
{
	g_autoptr(BIO) text = open_file(file, error);
	gboolean encrypted = FALSE;
	EVP_PKEY *key;

	if (text == NULL)
		return NULL;
	key = PEM_read_bio_PrivateKey(text, NULL, no_passphrase, &encrypted);
	if (key != NULL && algorithm(key) != NULL)
		return key;
	EVP_PKEY_free(key);
	if (encrypted)
		identity_fail(error, IDENTITY_MALFORMED,
			      "%s is encrypted with a passphrase: give a key "
			      "without one, in a file of mode 0600",
			      file);
	else
		identity_fail(error, IDENTITY_MALFORMED,
			      "%s holds no PEM private key of %s", file,
			      kinds);
	return NULL;
}

EVP_PKEY *
identity_load_key(const char *file, GError **error)
{
	return load_key(file, identity_key_algorithm, "SM2 or P-256", error);
}

EVP_PKEY *
identity_load_any_key(const char *file, GError **error)
{
	return load_key(file, identity_any_key_algorithm,
			"SM2, P-256 or secp256k1", error);
}

X509 *
identity_load_cert(const char *file, GError **error)
{
	g_autoptr(BIO) text = open_file(file, error);
	X509 *cert;

	if (text == NULL)
		return NULL;
	cert = PEM_read_bio_X509(text, NULL, NULL, NULL);
	if (cert == NULL)
		identity_fail(error, IDENTITY_MALFORMED,
			      "%s holds no PEM certificate", file);
	return cert;
}
