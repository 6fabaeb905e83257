/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/issue.h"

#include <string.h>
#include <time.h>

#include "identity/sign.h"
#include "identity/subject.h"

/* RFC 5280 section 4.1.2.2: at most 20 bytes, positive. */
#define SERIAL_BITS 127
#define DAYS_MAX 36500
#define DAY_S 86400
/* How far the clock of a host may be behind the CA's. */
#define BACKDATE_S 300

static gboolean
check(const Issue *issue, GError **error)
{
	if (issue->days < 1 || issue->days > DAYS_MAX)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "%d days: give 1 to %d", issue->days,
				     DAYS_MAX);
	if (identity_any_key_algorithm(issue->key) == NULL ||
	    identity_any_key_algorithm(issue->ca_key) == NULL)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "the key is neither SM2 nor P-256 nor "
				     "secp256k1");
	if (issue->ca == NULL)
		return TRUE;
	if (X509_check_ca(issue->ca) != 1)
		return identity_fail(error, IDENTITY_UNFIT,
				     "the issuer's certificate is no CA's");
	if (!X509_check_private_key(issue->ca, issue->ca_key))
		return identity_fail(error, IDENTITY_UNFIT,
				     "the CA's key does not belong to the "
				     "CA's certificate");
	return TRUE;
}

static gboolean
set_serial(X509 *certificate)
{
	g_autoptr(BIGNUM) serial = BN_new();

	return serial != NULL &&
	       BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE,
		       BN_RAND_BOTTOM_ANY) &&
	       BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate));
}

static gboolean
set_period(const Issue *issue, X509 *certificate)
{
	const ASN1_TIME *ca_end =
		issue->ca != NULL ? X509_get0_notAfter(issue->ca) : NULL;
	ASN1_TIME *end = X509_getm_notAfter(certificate);
	time_t begin = (time_t)issue->begin_s;

	if (issue->begin_s == 0)
		begin = time(NULL);
	if (X509_time_adj_ex(X509_getm_notBefore(certificate), 0,
			     issue->begin_s == 0 ? -BACKDATE_S : 0,
			     &begin) == NULL ||
	    X509_time_adj_ex(end, issue->days, 0, &begin) == NULL)
		return FALSE;
	return ca_end == NULL || ASN1_TIME_compare(end, ca_end) <= 0 ||
	       X509_set1_notAfter(certificate, ca_end);
}

X509 *
issue_begin(const Issue *issue, GError **error)
{
	g_autoptr(X509) certificate = NULL;

	if (!check(issue, error))
		return NULL;
	certificate = X509_new();
	if (certificate == NULL ||
	    !X509_set_version(certificate, X509_VERSION_3) ||
	    !set_serial(certificate) || !set_period(issue, certificate) ||
	    !X509_set_pubkey(certificate, issue->key)) {
		identity_fail_openssl(error, "to make a certificate");
		return NULL;
	}
	return g_steal_pointer(&certificate);
}

gboolean
issue_add_name(X509 *certificate, const char *attribute, const char *text,
	       GError **error)
{
	X509_NAME *subject = X509_get_subject_name(certificate);

	if (!subject_text_is_fit(text, -1))
		return identity_fail(error, IDENTITY_MALFORMED,
				     "%s of a certificate must be 1 to %d "
				     "printable characters",
				     attribute, SUBJECT_TEXT_MAX);
	if (!X509_NAME_add_entry_by_txt(subject, attribute, MBSTRING_UTF8,
					(const guint8 *)text, -1, -1, 0))
		return identity_fail_openssl(error, "to name a subject");
	return TRUE;
}

static gboolean
add_extension(X509V3_CTX *ctx, X509 *certificate,
	      const IssueExtension *extension)
{
	g_autoptr(X509_EXTENSION) made = X509V3_EXT_conf_nid(
		NULL, ctx, extension->nid, extension->value);

	return made != NULL && X509_add_ext(certificate, made, -1);
}

static gboolean
sign(X509 *certificate, EVP_PKEY *ca_key)
{
	g_autoptr(EVP_MD_CTX) ctx = identity_sign_context(ca_key);

	return ctx != NULL && X509_sign_ctx(certificate, ctx) > 0;
}

gboolean
issue_finish(const Issue *issue, X509 *certificate,
	     const IssueExtension *extensions, gsize n, GError **error)
{
	X509 *issuer = issue->ca != NULL ? issue->ca : certificate;
	X509V3_CTX ctx;
	gboolean good;

	X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
	good = X509_set_issuer_name(certificate,
				    X509_get_subject_name(issuer)) != 0;
	for (gsize i = 0; good && i < n; i++)
		good = add_extension(&ctx, certificate, &extensions[i]);
	if (good && sign(certificate, issue->ca_key))
		return TRUE;
	return identity_fail_openssl(error, "to sign a certificate");
}

X509 *
identity_ca_new(EVP_PKEY *key, const char *organisation, int days,
		GError **error)
{
	static const IssueExtension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE,pathlen:1" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign" },
		{ NID_subject_key_identifier, "hash" },
	};
	const Issue issue = { NULL, key, key, days, 0 };
	g_autoptr(X509) ca = issue_begin(&issue, error);

	if (ca == NULL || !issue_add_name(ca, "O", organisation, error) ||
	    !issue_add_name(ca, "CN", "CA", error) ||
	    !issue_finish(&issue, ca, extensions, G_N_ELEMENTS(extensions),
			  error))
		return NULL;
	return g_steal_pointer(&ca);
}

X509 *
identity_issue(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key, const char *name,
	       const char *organisation, Role role, int days, GError **error)
{
	static const IssueExtension extensions[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature" },
		{ NID_ext_key_usage, "clientAuth" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid" },
	};
	const Issue issue = { ca, ca_key, key, days, 0 };
	g_autoptr(X509) leaf = NULL;

	if (role == ROLE_NONE) {
		identity_fail(error, IDENTITY_MALFORMED,
			      "a certificate needs a role: admin, client, "
			      "auditor or node");
		return NULL;
	}
	leaf = issue_begin(&issue, error);
	if (leaf == NULL || !issue_add_name(leaf, "O", organisation, error) ||
	    !issue_add_name(leaf, "OU", role_name(role), error) ||
	    !issue_add_name(leaf, "CN", name, error) ||
	    !issue_finish(&issue, leaf, extensions, G_N_ELEMENTS(extensions),
			  error))
		return NULL;
	return g_steal_pointer(&leaf);
}
