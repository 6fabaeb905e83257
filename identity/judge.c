/* SPDX-License-Identifier: Apache-2.0
 *
 * Judging a caller's certificate (RFC 5280 section 6, through OpenSSL).
 */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "identity/sign.h"
#include "identity/subject.h"
#include "identity/trust_private.h"

/* CAs between a leaf and its root. */
#define INTERMEDIATES_MAX 1
/* 112 bits of security: SHA-1 signatures are refused. */
#define SECURITY_LEVEL 2

static X509_STORE_CTX *
begin(const TrustStore *trust, X509 *certificate)
{
	g_autoptr(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	if (ctx == NULL ||
	    !X509_STORE_CTX_init(ctx, trust->store, certificate, NULL))
		return NULL;
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_depth(param, INTERMEDIATES_MAX);
	X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
	return g_steal_pointer(&ctx);
}

gboolean
trust_store_has_issuer(const TrustStore *trust, X509 *ca)
{
	g_autoptr(X509_STORE_CTX) ctx = NULL;
	gboolean chained;

	if (X509_self_signed(ca, 1) == 1)
		return TRUE;
	ctx = begin(trust, ca);
	if (ctx == NULL)
		return FALSE;
	X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(ctx),
				    X509_V_FLAG_NO_CHECK_TIME);
	chained = X509_verify_cert(ctx) == 1;
	ERR_clear_error();
	return chained;
}

/* What the caller is told. `depth` is 0 for the certificate itself. */
static void
explain(const TrustStore *trust, int code, int depth, GError **error)
{
	switch (code) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		identity_fail(error, IDENTITY_EXPIRED,
			      depth == 0 ? "the certificate has expired: ask "
					   "its issuer for a new one"
					 : "the CA of the certificate has "
					   "expired: its organisation must "
					   "renew it");
		return;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		identity_fail(error, IDENTITY_EXPIRED,
			      "the certificate is not valid yet: compare the "
			      "clocks of its issuer and of this host");
		return;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_CERT_CHAIN_TOO_LONG:
		identity_fail(error, IDENTITY_UNTRUSTED,
			      "the certificate is issued by no CA that this "
			      "host trusts: its administrator can add the CA "
			      "to %s",
			      trust->ca_files);
		return;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		identity_fail(error, IDENTITY_UNTRUSTED,
			      "the certificate is not signed by the CA that "
			      "it names");
		return;
	case X509_V_ERR_INVALID_PURPOSE:
	case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
		identity_fail(error, IDENTITY_UNFIT,
			      "the certificate is not made for clients: its "
			      "keyUsage must have digitalSignature, its "
			      "extendedKeyUsage clientAuth");
		return;
	}
	identity_fail(error, IDENTITY_UNTRUSTED,
		      "the certificate is refused: %s",
		      X509_verify_cert_error_string(code));
}

/* The first moment at which some certificate of the chain ends. */
static gint64
chain_end(X509_STORE_CTX *ctx)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	gint64 end = G_MAXINT64;

	for (int i = 0; i < sk_X509_num(chain); i++) {
		const ASN1_TIME *not_after =
			X509_get0_notAfter(sk_X509_value(chain, i));

		end = MIN(end, subject_time(not_after));
	}
	return end;
}

static gboolean
check_revocation(const TrustStore *trust, X509_STORE_CTX *ctx, GError **error)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);

	for (int i = 0; i < sk_X509_num(chain); i++)
		if (trust_store_is_revoked(trust, sk_X509_value(chain, i)))
			return identity_fail(
				error, IDENTITY_REVOKED,
				i == 0 ? "the certificate has been revoked by "
					 "its issuer"
				       : "the CA of the certificate has been "
					 "revoked");
	return TRUE;
}

static gboolean
check_chain(const TrustStore *trust, X509 *certificate, gint64 now_s,
	    gint64 *until_s, GError **error)
{
	g_autoptr(X509_STORE_CTX) ctx = begin(trust, certificate);
	X509_VERIFY_PARAM *param;

	if (ctx == NULL)
		return identity_fail_openssl(error, "to judge a certificate");
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)now_s);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_CLIENT);
	if (X509_verify_cert(ctx) == 1) {
		*until_s = chain_end(ctx);
		return check_revocation(trust, ctx, error);
	}
	explain(trust, X509_STORE_CTX_get_error(ctx),
		X509_STORE_CTX_get_error_depth(ctx), error);
	return FALSE;
}

static gboolean
check_leaf(X509 *certificate, GError **error)
{
	if (X509_get_version(certificate) != X509_VERSION_3 ||
	    (X509_get_extension_flags(certificate) & EXFLAG_INVALID) != 0)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "the certificate is not of X.509 version "
				     "3, or an extension of it is broken");
	if (X509_check_ca(certificate) != 0)
		return identity_fail(error, IDENTITY_UNFIT,
				     "the certificate is a CA's: use one that "
				     "the CA issued");
	return TRUE;
}

/* The one encoding of a certificate, with nothing behind it. */
static X509 *
parse(const guint8 *der, gsize len, GError **error)
{
	g_autoptr(X509) certificate = NULL;
	g_autofree guint8 *again = NULL;
	const guint8 *at = der;
	guint8 *out;

	if (len > 0 && len <= IDENTITY_CERT_MAX)
		certificate = d2i_X509(NULL, &at, (long)len);
	if (certificate != NULL && at == der + len &&
	    i2d_X509(certificate, NULL) == (int)len) {
		again = g_malloc(len);
		out = again;
		i2d_X509(certificate, &out);
		if (memcmp(again, der, len) == 0 &&
		    identity_set_user_id(certificate))
			return g_steal_pointer(&certificate);
	}
	identity_fail(error, IDENTITY_MALFORMED,
		      "the certificate is not DER of X.509, or larger than %d "
		      "bytes",
		      IDENTITY_CERT_MAX);
	return NULL;
}

Identity *
trust_store_judge_chain(const TrustStore *trust, const guint8 *der, gsize len,
			gint64 now_s, X509 **certificate, gint64 *until_s,
			GError **error)
{
	g_autoptr(X509) parsed = parse(der, len, error);
	g_autoptr(Identity) identity = NULL;

	if (parsed == NULL || !check_leaf(parsed, error) ||
	    !check_chain(trust, parsed, now_s, until_s, error))
		return NULL;
	identity = subject_read(parsed, trust->any_key, error);
	if (identity != NULL && certificate != NULL)
		*certificate = g_steal_pointer(&parsed);
	return g_steal_pointer(&identity);
}

Identity *
trust_store_judge_der(const TrustStore *trust, const guint8 *der, gsize len,
		      gint64 now_s, GError **error)
{
	gint64 until_s;

	return trust_store_judge_chain(trust, der, len, now_s, NULL, &until_s,
				       error);
}

/* On a copy: the user id is set on the parsed certificate, and the caller's
 * may be shared. */
Identity *
trust_store_judge(const TrustStore *trust, X509 *certificate, gint64 now_s,
		  GError **error)
{
	guint8 *der = NULL;
	int len = certificate != NULL ? i2d_X509(certificate, &der) : -1;
	Identity *identity = NULL;

	if (len > 0)
		identity = trust_store_judge_der(trust, der, (gsize)len, now_s,
						 error);
	else
		identity_fail(error, IDENTITY_MALFORMED,
			      "there is no certificate to judge");
	OPENSSL_free(der);
	return identity;
}
