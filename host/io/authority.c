/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/error.h>
#include <openssl/pem.h>

#include "host/io/private.h"
#include "identity/certificate.h"

/* A host that runs longer without a restart makes a new one at the next. */
#define AUTHORITY_DAYS 3650

struct bsn_io_authority {
	GList link;
	bsn_io_account *account;
	char *name;
	EVP_PKEY *key;
	X509 *certificate;
};

/* What identity/ says of a text that came from the plugin. */
static int32_t
refused(const GError *error, bsn_err *err)
{
	const gboolean text = g_error_matches(error, IDENTITY_ERROR,
					      IDENTITY_MALFORMED);

	return bsn_fail(err, text ? BSN_BAD_REQUEST : BSN_E_INTERNAL, "%.200s",
			error->message);
}

void
io_authority_free(bsn_io_authority *authority)
{
	if (authority == NULL)
		return;
	g_queue_unlink(&authority->account->authorities, &authority->link);
	X509_free(authority->certificate);
	EVP_PKEY_free(authority->key);
	g_free(authority->name);
	g_free(authority);
}

int32_t
io_authority_new(bsn_io_account *account, const char *name,
		 bsn_io_authority **out, bsn_err *err)
{
	bsn_io_authority *authority = g_new0(bsn_io_authority, 1);
	g_autoptr(GError) error = NULL;
	int32_t status;

	authority->link.data = authority;
	authority->account = account;
	authority->name = g_strdup(name);
	g_queue_push_tail_link(&account->authorities, &authority->link);
	authority->key = identity_key_new("ecdsa-p256", &error);
	if (authority->key != NULL)
		authority->certificate = identity_ca_new(
			authority->key, name, AUTHORITY_DAYS, &error);
	if (authority->certificate != NULL) {
		*out = authority;
		return BSN_OK;
	}
	status = refused(error, err);
	io_authority_free(authority);
	return status;
}

/* ---- PEM to a sink ---- */

static int32_t
pour(BIO *bio, gboolean made, bsn_sink *sink, bsn_err *err)
{
	char *data = NULL;
	const long len = BIO_get_mem_data(bio, &data);
	int32_t status;

	if (!made || len <= 0)
		return bsn_fail(err, BSN_E_INTERNAL, "no PEM can be made");
	status = sink->write(sink, data, (uint64_t)len);
	if (status != BSN_OK)
		bsn_fail(err, status, "the sink takes no more");
	return status;
}

static int32_t
pour_certificate(X509 *certificate, bsn_sink *sink, bsn_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const int32_t status =
		pour(bio, PEM_write_bio_X509(bio, certificate) == 1, sink, err);

	BIO_free(bio);
	return status;
}

static int32_t
pour_key(EVP_PKEY *key, bsn_sink *sink, bsn_err *err)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	const int32_t status =
		pour(bio,
		     PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0,
						   NULL, NULL) == 1,
		     sink, err);

	BIO_free(bio);
	return status;
}

int32_t
io_authority_certificate(bsn_io_authority *authority, bsn_sink *certificate,
			 bsn_err *err)
{
	return pour_certificate(authority->certificate, certificate, err);
}

static X509 *
issue(bsn_io_authority *authority, EVP_PKEY *key, const char *name,
      const char *const *hosts, GError **error)
{
	if (hosts != NULL)
		return identity_issue_server(authority->certificate,
					     authority->key, key, hosts,
					     AUTHORITY_DAYS, error);
	return identity_issue(authority->certificate, authority->key, key, name,
			      authority->name, ROLE_CLIENT, AUTHORITY_DAYS,
			      error);
}

int32_t
io_authority_issue(bsn_io_authority *authority, const char *name,
		   const char *const *hosts, bsn_sink *certificate,
		   bsn_sink *key_out, bsn_err *err)
{
	g_autoptr(GError) error = NULL;
	EVP_PKEY *key = identity_key_new("ecdsa-p256", &error);
	X509 *issued = key != NULL ?
			       issue(authority, key, name, hosts, &error) :
			       NULL;
	int32_t status;

	if (issued == NULL)
		status = refused(error, err);
	else
		status = pour_certificate(issued, certificate, err);
	if (status == BSN_OK)
		status = pour_key(key, key_out, err);
	X509_free(issued);
	EVP_PKEY_free(key);
	return status;
}
