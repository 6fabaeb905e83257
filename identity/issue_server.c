/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates of servers: whom TLS clients look for in subjectAltName (RFC
 * 6125).
 */
#include <string.h>

#include "identity/issue.h"
#include "identity/subject.h"

#define DNS_NAME_MAX 253
#define NAMES_MAX 100

static gboolean
is_dns_name(const char *name)
{
	gsize len = strlen(name);

	return len > 0 && len <= DNS_NAME_MAX && name[0] != '.' &&
	       name[0] != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.*") == len;
}

/* The name as an entry of subjectAltName; NULL when it is neither. */
static GENERAL_NAME *
general_name(const char *name)
{
	ASN1_OCTET_STRING *address = a2i_IPADDRESS(name);
	ASN1_IA5STRING *host = NULL;
	GENERAL_NAME *general;

	if (address == NULL && is_dns_name(name))
		host = ASN1_IA5STRING_new();
	if (host != NULL && !ASN1_STRING_set(host, name, -1))
		g_clear_pointer(&host, ASN1_IA5STRING_free);
	if (address == NULL && host == NULL)
		return NULL;
	general = GENERAL_NAME_new();
	if (general == NULL) {
		ASN1_OCTET_STRING_free(address);
		ASN1_IA5STRING_free(host);
	} else if (address != NULL) {
		GENERAL_NAME_set0_value(general, GEN_IPADD, address);
	} else {
		GENERAL_NAME_set0_value(general, GEN_DNS, host);
	}
	return general;
}

static gboolean
add_names(X509 *certificate, const char *const *names, GError **error)
{
	g_autoptr(GENERAL_NAMES) all = GENERAL_NAMES_new();

	for (gsize i = 0; names[i] != NULL; i++) {
		GENERAL_NAME *name = general_name(names[i]);

		if (name == NULL)
			return identity_fail(error, IDENTITY_MALFORMED,
					     "\"%s\" is neither a DNS name "
					     "nor an IP address",
					     names[i]);
		if (i >= NAMES_MAX || !sk_GENERAL_NAME_push(all, name)) {
			GENERAL_NAME_free(name);
			return identity_fail(error, IDENTITY_MALFORMED,
					     "more than %d names", NAMES_MAX);
		}
	}
	if (sk_GENERAL_NAME_num(all) < 1)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "a server's certificate needs a DNS name "
				     "or an IP address");
	if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, all, 0,
			      X509V3_ADD_DEFAULT) != 1)
		return identity_fail_openssl(error, "to name a server");
	return TRUE;
}

/* OpenSSL 3.0's TLS has no SM2, neither for a server's key nor in a chain. */
static gboolean
check_for_tls(EVP_PKEY *key)
{
	const char *algorithm = identity_any_key_algorithm(key);

	return g_strcmp0(algorithm, "ecdsa-p256") == 0 ||
	       g_strcmp0(algorithm, IDENTITY_SECP256K1) == 0;
}

X509 *
identity_issue_server(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key,
		      const char *const *names, int days, GError **error)
{
	static const IssueExtension extensions[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature" },
		{ NID_ext_key_usage, "serverAuth" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid" },
	};
	const Issue issue = { ca, ca_key, key, days, 0 };
	g_autoptr(X509) server = NULL;

	if (!check_for_tls(key) || !check_for_tls(ca_key)) {
		identity_fail(error, IDENTITY_UNFIT,
			      "TLS needs ecdsa-p256 or ecdsa-secp256k1 for "
			      "the server's key and for its CA: SM2 certificates are for signed "
			      "requests");
		return NULL;
	}
	server = issue_begin(&issue, error);
	if (server == NULL ||
	    !issue_add_name(server, "CN", "gateway", error) ||
	    !add_names(server, names, error) ||
	    !issue_finish(&issue, server, extensions,
			  G_N_ELEMENTS(extensions), error))
		return NULL;
	return g_steal_pointer(&server);
}
