/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/msp/certificate.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* Bytes of a certificate or list in DER. */
typedef struct {
	guint8 *data; /* OpenSSL's */
	gsize len;
} Der;

static void
der_clear(Der *der)
{
	OPENSSL_free(der->data);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Der, der_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_OCTET_STRING, ASN1_OCTET_STRING_free)

/* ---- PEM ---- */

static int32_t
read_pem(bsn_slice pem, guint64 max, const char *label, const char *what,
	 Der *der, bsn_err *err)
{
	g_autoptr(BIO) text = NULL;
	char *name = NULL;
	char *header = NULL;
	long len = 0;
	gboolean found;

	if (pem.len > max)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the %s has more than %" G_GUINT64_FORMAT
				" bytes",
				what, max);
	text = BIO_new_mem_buf(pem.len > 0 ? (const void *)pem.data : "",
			       (int)pem.len);
	found = text != NULL &&
		PEM_read_bio(text, &name, &header, &der->data, &len) == 1;
	found = found && strcmp(name, label) == 0 && header[0] == '\0';
	der->len = found ? (gsize)len : 0;
	OPENSSL_free(name);
	OPENSSL_free(header);
	ERR_clear_error();
	if (found)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the %s is no PEM that begins with -----BEGIN %s-----",
			what, label);
}

/* Whether an encoding of `len` bytes at `again` is the same; len below 0 says
 * that there is none. */
static gboolean
is_same(const Der *der, const guint8 *again, int len)
{
	return len >= 0 && bsn_slice_equal(bsn_slice_of(der->data, der->len),
					   bsn_slice_of(again, (guint)len));
}

static gboolean
is_certificate(const Der *der, X509 *parsed)
{
	guint8 *again = NULL;
	const int len = parsed != NULL ? i2d_X509(parsed, &again) : -1;
	const gboolean same = is_same(der, again, len);

	OPENSSL_free(again);
	ERR_clear_error();
	return same;
}

static gboolean
is_list(const Der *der, X509_CRL *parsed)
{
	guint8 *again = NULL;
	const int len = parsed != NULL ? i2d_X509_CRL(parsed, &again) : -1;
	const gboolean same = is_same(der, again, len);

	OPENSSL_free(again);
	ERR_clear_error();
	return same;
}

/* ---- algorithms ---- */

static gboolean
is_suite_key(const Suite *suite, EVP_PKEY *key)
{
	char curve[32] = "";

	if (key == NULL)
		return FALSE;
	if (suite->sm)
		return EVP_PKEY_is_a(key, "SM2");
	return EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) > 0 &&
	       strcmp(curve, SN_X9_62_prime256v1) == 0;
}

static gboolean
is_suite_signature(const Suite *suite, int nid)
{
	return suite->sm ? nid == NID_SM2_with_SM3
			 : nid == NID_ecdsa_with_SHA256 ||
				   nid == NID_ecdsa_with_SHA384 ||
				   nid == NID_ecdsa_with_SHA512;
}

/* OpenSSL verifies SM2 with an empty user id unless it is told one. */
static gboolean
set_user_id(X509 *certificate)
{
	ASN1_OCTET_STRING *id;

	if (X509_get_signature_nid(certificate) != NID_SM2_with_SM3)
		return TRUE;
	id = ASN1_OCTET_STRING_new();
	if (id == NULL ||
	    !ASN1_OCTET_STRING_set(id, (const guint8 *)BSN_SM2_DEFAULT_ID,
				   (int)strlen(BSN_SM2_DEFAULT_ID))) {
		ASN1_OCTET_STRING_free(id);
		return FALSE;
	}
	X509_set0_distinguishing_id(certificate, id);
	return TRUE;
}

static int32_t
check_certificate(const Suite *suite, X509 *certificate, bsn_err *err)
{
	/* Reading the flags is what decodes the extensions. */
	if (X509_get_version(certificate) != X509_VERSION_3 ||
	    (X509_get_extension_flags(certificate) & EXFLAG_INVALID) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the certificate is not of X.509 version 3, "
				"or an extension of it is broken");
	if (suite == NULL)
		return BSN_OK;
	if (!is_suite_key(suite, X509_get0_pubkey(certificate)) ||
	    !is_suite_signature(suite, X509_get_signature_nid(certificate)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the certificate is not of this channel's "
				"algorithms: its key and its issuer's must be "
				"of %s",
				suite->sm ? "SM2" : "ECDSA on P-256");
	return set_user_id(certificate) ? BSN_OK : BSN_E_NOMEM;
}

int32_t
certificate_parse(const Suite *suite, bsn_slice pem, X509 **certificate,
		  bsn_err *err)
{
	g_auto(Der) der = { NULL, 0 };
	g_autoptr(X509) parsed = NULL;
	const guint8 *at;
	int32_t status = read_pem(pem, CERTIFICATE_PEM_MAX, PEM_STRING_X509,
				  "certificate", &der, err);

	if (status != BSN_OK)
		return status;
	at = der.data;
	parsed = d2i_X509(NULL, &at, (long)der.len);
	if (!is_certificate(&der, parsed))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the certificate is not DER of X.509");
	status = check_certificate(suite, parsed, err);
	ERR_clear_error();
	if (status == BSN_OK)
		*certificate = g_steal_pointer(&parsed);
	return status;
}

int32_t
certificate_parse_crl(const Suite *suite, bsn_slice pem, X509_CRL **crl,
		      bsn_err *err)
{
	g_auto(Der) der = { NULL, 0 };
	g_autoptr(X509_CRL) parsed = NULL;
	const guint8 *at;
	int32_t status = read_pem(pem, CRL_PEM_MAX, PEM_STRING_X509_CRL,
				  "revocation list", &der, err);

	if (status != BSN_OK)
		return status;
	at = der.data;
	parsed = d2i_X509_CRL(NULL, &at, (long)der.len);
	if (!is_list(&der, parsed))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the revocation list is not DER of X.509");
	if (!is_suite_signature(suite, X509_CRL_get_signature_nid(parsed)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the revocation list is not signed by this "
				"channel's algorithm");
	*crl = g_steal_pointer(&parsed);
	return BSN_OK;
}

/* ---- what they say ---- */

gboolean
certificate_is_ca(X509 *certificate)
{
	/* 1: a version 3 certificate whose basicConstraints say CA. */
	return X509_check_ca(certificate) == 1 &&
	       (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) != 0;
}

/* OpenSSL 3.0 verifies lists by SM2 with an empty user id only. */
static gboolean
is_signed_by_sm2(X509_CRL *crl, EVP_PKEY *key)
{
	const ASN1_BIT_STRING *signature = NULL;
	guint8 *body = NULL;
	const int len = i2d_re_X509_CRL_tbs(crl, &body);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;
	gboolean holds;

	X509_CRL_get0_signature(crl, &signature, NULL);
	holds = len > 0 && ctx != NULL && signature != NULL &&
		EVP_DigestVerifyInit_ex(ctx, &inner, "SM3", NULL, NULL, key,
					NULL) > 0 &&
		EVP_PKEY_CTX_set1_id(inner, BSN_SM2_DEFAULT_ID,
				     (int)strlen(BSN_SM2_DEFAULT_ID)) > 0 &&
		EVP_DigestVerify(ctx, ASN1_STRING_get0_data(signature),
				 (size_t)ASN1_STRING_length(signature), body,
				 (size_t)len) == 1;
	EVP_MD_CTX_free(ctx);
	OPENSSL_free(body);
	return holds;
}

gboolean
certificate_signed_crl(X509 *ca, X509_CRL *crl)
{
	EVP_PKEY *key = X509_get0_pubkey(ca);
	gboolean holds;

	if (X509_NAME_cmp(X509_CRL_get_issuer(crl),
			  X509_get_subject_name(ca)) != 0)
		return FALSE;
	if (X509_CRL_get_signature_nid(crl) == NID_SM2_with_SM3)
		holds = EVP_PKEY_is_a(key, "SM2") && is_signed_by_sm2(crl, key);
	else
		holds = X509_CRL_verify(crl, key) == 1;
	ERR_clear_error();
	return holds;
}

static gboolean
put_number(EVP_PKEY *key, const char *parameter, guint8 *out)
{
	g_autoptr(BIGNUM) number = NULL;

	return EVP_PKEY_get_bn_param(key, parameter, &number) == 1 &&
	       BN_bn2binpad(number, out, PUBLIC_KEY_LEN / 2) > 0;
}

gboolean
certificate_public_key(X509 *certificate, guint8 public_key[PUBLIC_KEY_LEN])
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	const gboolean there =
		key != NULL &&
		put_number(key, OSSL_PKEY_PARAM_EC_PUB_X, public_key) &&
		put_number(key, OSSL_PKEY_PARAM_EC_PUB_Y,
			   public_key + PUBLIC_KEY_LEN / 2);

	ERR_clear_error();
	return there;
}

int32_t
certificate_digest(const Suite *suite, X509 *certificate,
		   guint8 digest[HASH_LEN])
{
	guint8 *body = NULL;
	const int len = i2d_re_X509_tbs(certificate, &body);
	const bsn_slice part = bsn_slice_of(body, len > 0 ? (guint)len : 0);
	const int32_t status =
		len > 0 ? suite_digest(suite, &part, 1, digest) : BSN_E_NOMEM;

	OPENSSL_free(body);
	return status;
}

int32_t
certificate_chain_digest(const Suite *suite, X509 *const *chain, guint n,
			 guint8 digest[HASH_LEN])
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	bsn_slice part;

	for (guint i = 0; i < n; i++) {
		guint8 *der = NULL;
		const int len = i2d_X509(chain[i], &der);

		if (len <= 0)
			return BSN_E_NOMEM;
		g_byte_array_append(all, der, (guint)len);
		OPENSSL_free(der);
	}
	part = bsn_slice_of(all->data, all->len);
	return suite_digest(suite, &part, 1, digest);
}

char **
certificate_units(X509 *certificate)
{
	const X509_NAME *name = X509_get_subject_name(certificate);
	g_autoptr(GPtrArray) units = g_ptr_array_new();
	int at = -1;

	while ((at = X509_NAME_get_index_by_NID(
			name, NID_organizationalUnitName, at)) >= 0) {
		guint8 *text = NULL;
		const int len = ASN1_STRING_to_UTF8(
			&text, X509_NAME_ENTRY_get_data(
				       X509_NAME_get_entry(name, at)));

		/* One with a NUL inside is no name of a unit. */
		if (len > 0 && memchr(text, '\0', (gsize)len) == NULL)
			g_ptr_array_add(units, g_strndup((const char *)text,
							 (gsize)len));
		if (len >= 0)
			OPENSSL_free(text);
	}
	ERR_clear_error();
	g_ptr_array_add(units, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&units), FALSE);
}

static gint64
seconds_of(const ASN1_TIME *when)
{
	struct tm tm = { 0 };

	return ASN1_TIME_to_tm(when, &tm) == 1 ? (gint64)timegm(&tm) : 0;
}

gint64
certificate_not_before(X509 *certificate)
{
	return seconds_of(X509_get0_notBefore(certificate));
}

gint64
certificate_not_after(X509 *certificate)
{
	return seconds_of(X509_get0_notAfter(certificate));
}
