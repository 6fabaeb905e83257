/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocation lists: made, read, and asked (RFC 5280 section 5). A list that is
 * older than it should be still counts: what it names stays revoked.
 */
#include <openssl/err.h>
#include <openssl/pem.h>

#include "identity/pem.h"
#include "identity/sign.h"
#include "identity/trust_private.h"

/* RFC 5280 section 5.1.2.1: of lists with extensions; version 2 is 1. */
#define CRL_VERSION_2 1

/* ---- reading ---- */

/* OpenSSL 3.0 verifies lists by SM2 with an empty user id only. */
static gboolean
is_signed_by_sm2(X509_CRL *crl, EVP_PKEY *key)
{
	const ASN1_BIT_STRING *signature = NULL;
	g_autofree guint8 *body = NULL;
	const int len = i2d_re_X509_CRL_tbs(crl, NULL);
	guint8 *out;

	X509_CRL_get0_signature(crl, &signature, NULL);
	if (len <= 0 || signature == NULL)
		return FALSE;
	body = g_malloc((gsize)len);
	out = body;
	i2d_re_X509_CRL_tbs(crl, &out);
	return identity_verify_der(key, body, (gsize)len,
				   ASN1_STRING_get0_data(signature),
				   (gsize)ASN1_STRING_length(signature));
}

static gboolean
is_signed_by(X509_CRL *crl, X509 *ca)
{
	EVP_PKEY *key = X509_get0_pubkey(ca);
	gboolean holds;

	if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(ca)))
		return FALSE;
	if (X509_CRL_get_signature_nid(crl) == NID_SM2_with_SM3)
		return EVP_PKEY_is_a(key, "SM2") && is_signed_by_sm2(crl, key);
	holds = X509_CRL_verify(crl, key) == 1;
	ERR_clear_error();
	return holds;
}

static gboolean
has_issuer(const TrustStore *trust, X509_CRL *crl)
{
	for (guint i = 0; i < trust->certificates->len; i++)
		if (is_signed_by(crl, trust->certificates->pdata[i]))
			return TRUE;
	return FALSE;
}

/* Nobody of that name is trusted here, so nothing of it need be revoked. */
static gboolean
is_of_another(const TrustStore *trust, X509_CRL *crl)
{
	for (guint i = 0; i < trust->certificates->len; i++)
		if (X509_NAME_cmp(X509_CRL_get_issuer(crl),
				  X509_get_subject_name(
					  trust->certificates->pdata[i])) == 0)
			return FALSE;
	return TRUE;
}

static gboolean
add_crl(TrustStore *trust, X509_CRL *crl, const char *file, GError **error)
{
	if (!has_issuer(trust, crl))
		return (trust->others_crls && is_of_another(trust, crl)) ||
		       identity_fail(error, IDENTITY_UNTRUSTED,
				     "%s: the revocation list is signed by no "
				     "CA of %s",
				     file, trust->ca_files);
	X509_CRL_up_ref(crl);
	g_ptr_array_add(trust->crls, crl);
	return TRUE;
}

static gboolean
add_file(TrustStore *trust, const char *file, GError **error)
{
	gsize len = 0;
	g_autofree char *pem = identity_read_file(file, &len, error);
	g_autoptr(BIO) text = NULL;
	guint read = 0;

	if (pem == NULL)
		return FALSE;
	text = BIO_new_mem_buf(pem, (int)len);
	for (;; read++) {
		g_autoptr(X509_CRL) crl =
			PEM_read_bio_X509_CRL(text, NULL, NULL, NULL);

		if (crl == NULL)
			break;
		if (!add_crl(trust, crl, file, error))
			return FALSE;
	}
	if (read > 0 &&
	    ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) {
		ERR_clear_error();
		return TRUE;
	}
	ERR_clear_error();
	return identity_fail(error, IDENTITY_MALFORMED,
			     "%s: revocation list %u is not readable as PEM",
			     file, read + 1);
}

gboolean
trust_store_add_crls(TrustStore *trust, const char *const *files,
		     GError **error)
{
	for (gsize i = 0; files != NULL && files[i] != NULL; i++)
		if (!add_file(trust, files[i], error))
			return FALSE;
	return TRUE;
}

gboolean
trust_store_is_revoked(const TrustStore *trust, X509 *certificate)
{
	for (guint i = 0; i < trust->crls->len; i++) {
		X509_CRL *crl = trust->crls->pdata[i];
		X509_REVOKED *entry = NULL;

		/* 2 is "removed from the list". */
		if (X509_CRL_get0_by_cert(crl, &entry, certificate) == 1)
			return TRUE;
	}
	return FALSE;
}

/* ---- making ---- */

static gboolean
add_revoked(X509_CRL *crl, const ASN1_INTEGER *serial, const ASN1_TIME *when)
{
	g_autoptr(X509_REVOKED) entry = X509_REVOKED_new();

	if (entry == NULL ||
	    !X509_REVOKED_set_serialNumber(entry, (ASN1_INTEGER *)serial) ||
	    !X509_REVOKED_set_revocationDate(entry, (ASN1_TIME *)when) ||
	    !X509_CRL_add0_revoked(crl, entry))
		return FALSE;
	entry = NULL; /* the list's */
	return TRUE;
}

static gboolean
copy_revoked(X509_CRL *to, X509_CRL *from)
{
	STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(from);

	for (int i = 0; i < sk_X509_REVOKED_num(entries); i++) {
		const X509_REVOKED *entry = sk_X509_REVOKED_value(entries, i);

		if (!add_revoked(to, X509_REVOKED_get0_serialNumber(entry),
				 X509_REVOKED_get0_revocationDate(entry)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
fill(X509_CRL *crl, X509 *ca, X509_CRL *before, X509 *revoked, int days)
{
	ASN1_TIME *now = X509_gmtime_adj(NULL, 0);
	ASN1_TIME *next = X509_time_adj_ex(NULL, days, 0, NULL);
	const gboolean filled =
		now != NULL && next != NULL &&
		X509_CRL_set_version(crl, CRL_VERSION_2) &&
		X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca)) &&
		X509_CRL_set1_lastUpdate(crl, now) &&
		X509_CRL_set1_nextUpdate(crl, next) &&
		(before == NULL || copy_revoked(crl, before)) &&
		add_revoked(crl, X509_get0_serialNumber(revoked), now) &&
		X509_CRL_sort(crl);

	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
	return filled;
}

X509_CRL *
identity_revoke(X509 *ca, EVP_PKEY *ca_key, X509_CRL *before, X509 *revoked,
		int days, GError **error)
{
	g_autoptr(X509_CRL) crl = X509_CRL_new();
	g_autoptr(EVP_MD_CTX) ctx = identity_sign_context(ca_key);

	if (crl != NULL && ctx != NULL &&
	    fill(crl, ca, before, revoked, days) &&
	    X509_CRL_sign_ctx(crl, ctx) > 0)
		return g_steal_pointer(&crl);
	identity_fail_openssl(error, "to make a revocation list");
	return NULL;
}

/* ---- files ---- */

gboolean
identity_save_crl(X509_CRL *crl, const char *file, GError **error)
{
	g_autoptr(BIO) text = BIO_new(BIO_s_mem());
	char *pem = NULL;
	long len;

	if (text == NULL || !PEM_write_bio_X509_CRL(text, crl))
		return identity_fail_openssl(error,
					     "to write a revocation list");
	len = BIO_get_mem_data(text, &pem);
	return g_file_set_contents(file, pem, len, error);
}

X509_CRL *
identity_load_crl(const char *file, GError **error)
{
	gsize len = 0;
	g_autofree char *pem = identity_read_file(file, &len, error);
	g_autoptr(BIO) text = NULL;
	X509_CRL *crl;

	if (pem == NULL)
		return NULL;
	text = BIO_new_mem_buf(pem, (int)len);
	crl = PEM_read_bio_X509_CRL(text, NULL, NULL, NULL);
	ERR_clear_error();
	if (crl == NULL)
		identity_fail(error, IDENTITY_MALFORMED,
			      "%s is no revocation list in PEM", file);
	return crl;
}
