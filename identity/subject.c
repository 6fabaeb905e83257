/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/subject.h"

#include <string.h>
#include <time.h>

void
identity_free(Identity *identity)
{
	if (identity == NULL)
		return;
	g_free(identity->name);
	g_free(identity->organisation);
	g_free(identity->algorithm);
	g_free(identity->fingerprint);
	g_free(identity);
}

gboolean
subject_text_is_fit(const char *text, gssize len)
{
	if (text == NULL || !g_utf8_validate(text, len, NULL) ||
	    g_utf8_strlen(text, len) < 1 ||
	    g_utf8_strlen(text, len) > SUBJECT_TEXT_MAX)
		return FALSE;
	for (const char *at = text; len < 0 ? *at != '\0' : at < text + len;
	     at = g_utf8_next_char(at))
		if (!g_unichar_isprint(g_utf8_get_char(at)))
			return FALSE;
	return TRUE;
}

gint64
subject_time(const ASN1_TIME *time)
{
	struct tm parts;

	return ASN1_TIME_to_tm(time, &parts) ? (gint64)timegm(&parts) : 0;
}

/* The one value of an attribute, or NULL. */
static char *
attribute(const X509_NAME *name, int nid)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	const ASN1_STRING *value;
	unsigned char *utf8 = NULL;
	char *text = NULL;
	int len;

	if (at < 0 || X509_NAME_get_index_by_NID(name, nid, at) >= 0)
		return NULL;
	value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
	len = ASN1_STRING_to_UTF8(&utf8, value);
	if (len > 0 && subject_text_is_fit((const char *)utf8, len))
		text = g_strndup((const char *)utf8, (gsize)len);
	OPENSSL_free(utf8);
	return text;
}

static gboolean
read_names(Identity *identity, X509 *certificate, GError **error)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	g_autofree char *unit = attribute(subject, NID_organizationalUnitName);

	identity->name = attribute(subject, NID_commonName);
	identity->organisation = attribute(subject, NID_organizationName);
	identity->role = role_from_name(unit);
	if (identity->name == NULL || identity->organisation == NULL)
		return identity_fail(error, IDENTITY_UNFIT,
				     "the certificate's subject needs exactly "
				     "one CN and one O, each of 1 to 64 "
				     "printable characters");
	if (identity->role == ROLE_NONE)
		return identity_fail(error, IDENTITY_UNFIT,
				     "the certificate's subject needs exactly "
				     "one OU, which is the role: admin, "
				     "client, auditor or node");
	return TRUE;
}

static gboolean
read_key(Identity *identity, X509 *certificate, gboolean any_key,
	 GError **error)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);

	identity->algorithm = g_strdup(any_key ? identity_any_key_algorithm(key)
					       : identity_key_algorithm(key));
	if (identity->algorithm != NULL)
		return identity_key_raw(key, NULL, identity->public_key,
					error);
	return identity_fail(error, IDENTITY_MALFORMED,
			     "the certificate's key is neither SM2 nor P-256%s",
			     any_key ? " nor secp256k1" : "");
}

static gboolean
read_fingerprint(Identity *identity, X509 *certificate, GError **error)
{
	guint8 digest[EVP_MAX_MD_SIZE];
	g_autoptr(GString) hex = g_string_new(NULL);
	guint len = 0;

	if (!X509_digest(certificate, EVP_sha256(), digest, &len))
		return identity_fail_openssl(error, "to digest a certificate");
	for (guint i = 0; i < len; i++)
		g_string_append_printf(hex, "%02x", digest[i]);
	identity->fingerprint = g_strdup(hex->str);
	return TRUE;
}

Identity *
subject_read(X509 *certificate, gboolean any_key, GError **error)
{
	g_autoptr(Identity) identity = g_new0(Identity, 1);

	identity->not_after_s =
		subject_time(X509_get0_notAfter(certificate));
	if (!read_names(identity, certificate, error) ||
	    !read_key(identity, certificate, any_key, error) ||
	    !read_fingerprint(identity, certificate, error))
		return NULL;
	return g_steal_pointer(&identity);
}
