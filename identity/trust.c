/* SPDX-License-Identifier: Apache-2.0
 *
 * The CAs of ca_files: which certificates may stand there.
 */
#include <openssl/err.h>
#include <openssl/pem.h>

#include "identity/pem.h"
#include "identity/sign.h"
#include "identity/trust_private.h"

/* More than any consortium has, and few enough to search. */
#define CERTIFICATES_MAX 1024

static gboolean
is_authority(X509 *certificate)
{
	/* 1: a version 3 certificate whose basicConstraints say CA. */
	return X509_check_ca(certificate) == 1 &&
	       (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) != 0;
}

const char *
trust_store_key_algorithm(const TrustStore *trust, EVP_PKEY *key)
{
	return trust->any_key ? identity_any_key_algorithm(key)
			      : identity_key_algorithm(key);
}

static gboolean
add(TrustStore *trust, X509 *certificate, const char *name, GError **error)
{
	if (!is_authority(certificate))
		return identity_fail(error, IDENTITY_UNFIT,
				     "%s: certificate %u is no CA's: its "
				     "basicConstraints or keyUsage do not "
				     "let it certify; list only CA "
				     "certificates",
				     name, trust->certificates->len + 1);
	if (trust_store_key_algorithm(trust, X509_get0_pubkey(certificate)) ==
	    NULL)
		return identity_fail(error, IDENTITY_UNFIT,
				     "%s: the CA's key is neither SM2 nor "
				     "P-256%s",
				     name,
				     trust->any_key ? " nor secp256k1" : "");
	if (trust->certificates->len >= CERTIFICATES_MAX)
		return identity_fail(error, IDENTITY_UNFIT,
				     "%s: more than %d CA certificates", name,
				     CERTIFICATES_MAX);
	if (!identity_set_user_id(certificate) ||
	    !X509_STORE_add_cert(trust->store, certificate))
		return identity_fail_openssl(error, "to keep a certificate");
	X509_up_ref(certificate);
	g_ptr_array_add(trust->certificates, certificate);
	return TRUE;
}

/* Every certificate of a PEM text; at least one. */
static gboolean
add_pem(TrustStore *trust, const char *pem, gsize len, const char *name,
	GError **error)
{
	g_autoptr(BIO) text = BIO_new_mem_buf(pem, (int)len);
	guint before = trust->certificates->len;
	unsigned long why;

	for (;;) {
		g_autoptr(X509) certificate =
			PEM_read_bio_X509(text, NULL, NULL, NULL);

		if (certificate == NULL)
			break;
		if (!add(trust, certificate, name, error))
			return FALSE;
	}
	why = ERR_peek_last_error();
	ERR_clear_error();
	if (trust->certificates->len > before &&
	    ERR_GET_REASON(why) == PEM_R_NO_START_LINE)
		return TRUE;
	return identity_fail(error, IDENTITY_MALFORMED,
			     "%s: certificate %u is not readable as PEM", name,
			     trust->certificates->len + 1 - before);
}

/* Each CA is a root or was issued by one of them; judged once, so that a
 * missing root is the administrator's error and not every caller's. */
static gboolean
check_chains(TrustStore *trust, GError **error)
{
	for (guint i = 0; i < trust->certificates->len; i++) {
		X509 *ca = g_ptr_array_index(trust->certificates, i);
		char subject[256];

		if (trust_store_has_issuer(trust, ca))
			continue;
		X509_NAME_oneline(X509_get_subject_name(ca), subject,
				  sizeof(subject));
		return identity_fail(error, IDENTITY_UNTRUSTED,
				     "the CA %s is no root, and no root in "
				     "ca_files issued it: list its root too",
				     subject);
	}
	return TRUE;
}

static TrustStore *
empty_store(void)
{
	TrustStore *trust = g_new0(TrustStore, 1);

	trust->store = X509_STORE_new();
	if (trust->store == NULL)
		g_error("OpenSSL has no memory for a certificate store");
	trust->certificates =
		g_ptr_array_new_with_free_func((GDestroyNotify)X509_free);
	trust->crls =
		g_ptr_array_new_with_free_func((GDestroyNotify)X509_CRL_free);
	trust->ca_files = "[identity] ca_files";
	return trust;
}

void
trust_store_free(TrustStore *trust)
{
	if (trust == NULL)
		return;
	X509_STORE_free(trust->store);
	g_ptr_array_unref(trust->certificates);
	g_ptr_array_unref(trust->crls);
	g_free(trust);
}

TrustStore *
trust_store_parse(const char *pem, gsize len, const char *name, GError **error)
{
	TrustStore *trust = empty_store();

	if (add_pem(trust, pem, len, name, error) &&
	    check_chains(trust, error))
		return trust;
	trust_store_free(trust);
	return NULL;
}

static gboolean
add_file(TrustStore *trust, const char *file, GError **error)
{
	gsize len = 0;
	g_autofree char *pem = identity_read_file(file, &len, error);

	return pem != NULL && add_pem(trust, pem, len, file, error);
}

static gboolean
add_files(TrustStore *trust, const char *const *files, GError **error)
{
	for (gsize i = 0; files != NULL && files[i] != NULL; i++)
		if (!add_file(trust, files[i], error))
			return FALSE;
	return check_chains(trust, error);
}

TrustStore *
trust_store_new(const char *const *ca_files, GError **error)
{
	TrustStore *trust = empty_store();

	if (add_files(trust, ca_files, error))
		return trust;
	trust_store_free(trust);
	return NULL;
}

TrustStore *
trust_store_new_for_hosts(const char *const *ca_files,
			  const char *const *crl_files, gboolean others_crls,
			  GError **error)
{
	TrustStore *trust = empty_store();

	trust->any_key = TRUE;
	trust->others_crls = others_crls;
	trust->ca_files = "[peers] ca_files";
	if (add_files(trust, ca_files, error) &&
	    trust_store_add_crls(trust, crl_files, error))
		return trust;
	trust_store_free(trust);
	return NULL;
}
