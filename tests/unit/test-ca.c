/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test-ca.h"

#include <openssl/pem.h>

#include "identity/issue.h"
#include "identity/trust.h"

void
key_cert_clear(KeyCert *pair)
{
	g_clear_pointer(&pair->key, EVP_PKEY_free);
	g_clear_pointer(&pair->cert, X509_free);
}

gint64
test_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

KeyCert
test_ca(const char *algorithm, const char *organisation)
{
	KeyCert ca = { NULL, NULL };
	GError *error = NULL;

	ca.key = identity_key_new(algorithm, &error);
	g_assert_no_error(error);
	ca.cert = identity_ca_new(ca.key, organisation, 3650, &error);
	g_assert_no_error(error);
	return ca;
}

KeyCert
test_intermediate(const KeyCert *ca, const char *algorithm,
		  const char *organisation)
{
	static const IssueExtension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE" },
		{ NID_key_usage, "critical,keyCertSign" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid" },
	};
	KeyCert made = { identity_key_new(algorithm, NULL), NULL };
	const Issue issue = { ca->cert, ca->key, made.key, 3650, 0 };
	GError *error = NULL;

	made.cert = issue_begin(&issue, &error);
	g_assert_no_error(error);
	issue_add_name(made.cert, "O", organisation, &error);
	g_assert_no_error(error);
	issue_finish(&issue, made.cert, extensions, G_N_ELEMENTS(extensions),
		     &error);
	g_assert_no_error(error);
	return made;
}

KeyCert
test_leaf(const KeyCert *ca, const char *algorithm, const char *name, Role role)
{
	KeyCert leaf = { NULL, NULL };
	GError *error = NULL;

	leaf.key = identity_key_new(algorithm, &error);
	g_assert_no_error(error);
	leaf.cert = identity_issue(ca->cert, ca->key, leaf.key, name, "Org",
				   role, 365, &error);
	g_assert_no_error(error);
	return leaf;
}

TrustStore *
test_trust(const KeyCert *const *cas, gsize n, GError **error)
{
	g_autoptr(BIO) text = BIO_new(BIO_s_mem());
	char *pem = NULL;
	long len;

	for (gsize i = 0; i < n; i++)
		PEM_write_bio_X509(text, cas[i]->cert);
	len = BIO_get_mem_data(text, &pem);
	return trust_store_parse(pem, (gsize)len, "test", error);
}

TrustStore *
test_trust_one(const KeyCert *ca)
{
	GError *error = NULL;
	TrustStore *trust = test_trust(&ca, 1, &error);

	g_assert_no_error(error);
	return trust;
}
