/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/issue.h"

#include <openssl/x509v3.h>

#include "identity/key_certificate.h"
#include "tools/ctl/error.h"
#include "tools/ctl/private_file.h"

/* A CA outlives what it certifies. */
#define CA_DAYS 3650
#define LEAF_DAYS 825

/* A key pair and its certificate, as two files. */
typedef struct {
	EVP_PKEY *key;
	X509 *cert;
} Pair;

static void
pair_clear(Pair *pair)
{
	EVP_PKEY_free(pair->key);
	X509_free(pair->cert);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

static gboolean
save(const Pair *pair, const char *key_file, const char *cert_file,
     GError **error)
{
	return identity_save_key(pair->key, key_file, error) &&
	       identity_save_cert(pair->cert, cert_file, error);
}

static gboolean
make_authority(const Node *node, const char *algorithm,
	       const char *organisation, const char *key, const char *cert,
	       GError **error)
{
	g_autofree char *key_file = node_path(node, key);
	g_autofree char *cert_file = node_path(node, cert);
	g_auto(Pair) pair = { identity_key_new(algorithm, error), NULL };

	if (pair.key == NULL)
		return FALSE;
	pair.cert = identity_ca_new(pair.key, organisation, CA_DAYS, error);
	return pair.cert != NULL && save(&pair, key_file, cert_file, error);
}

gboolean
issue_authorities(const Node *node, const char *organisation,
		  const char *algorithm, GError **error)
{
	return make_authority(node, algorithm, organisation,
			      NODE_IDENTITY_CA_KEY, NODE_IDENTITY_CA, error) &&
	       make_authority(node, "ecdsa-p256", organisation, NODE_TLS_CA_KEY,
			      NODE_TLS_CA, error);
}

static gboolean
load(const Node *node, const char *key, const char *cert, Pair *pair,
     GError **error)
{
	g_autofree char *key_file = node_path(node, key);
	g_autofree char *cert_file = node_path(node, cert);

	pair->cert = identity_load_cert(cert_file, error);
	if (pair->cert == NULL)
		return FALSE;
	pair->key = identity_load_any_key(key_file, error);
	return pair->key != NULL;
}

/* The files of a server's key and certificate, and of its CA's. */
typedef struct {
	const char *algorithm;
	const char *ca_key, *ca_cert, *key, *cert;
} ServerFiles;

static gboolean
make_server(const Node *node, const ServerFiles *files, GError **error)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "::1",
					     NULL };
	g_autofree char *key_file = node_path(node, files->key);
	g_autofree char *cert_file = node_path(node, files->cert);
	g_auto(Pair) ca = { NULL, NULL };
	g_auto(Pair) pair = { NULL, NULL };

	if (!load(node, files->ca_key, files->ca_cert, &ca, error))
		return FALSE;
	pair.key = identity_key_new(files->algorithm, error);
	if (pair.key == NULL)
		return FALSE;
	pair.cert = identity_issue_server(ca.cert, ca.key, pair.key, names,
					  LEAF_DAYS, error);
	return pair.cert != NULL && save(&pair, key_file, cert_file, error);
}

gboolean
issue_server(const Node *node, GError **error)
{
	static const ServerFiles files = { "ecdsa-p256", NODE_TLS_CA_KEY,
					   NODE_TLS_CA, NODE_TLS_KEY,
					   NODE_TLS_CERT };

	return make_server(node, &files, error);
}

/* ---- identities --------------------------------------------------------- */

static char *
organisation_of(X509 *cert)
{
	X509_NAME *name = X509_get_subject_name(cert);
	int at = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
	X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, at);
	unsigned char *utf8 = NULL;
	char *text = NULL;

	if (entry != NULL &&
	    ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry)) >= 0)
		text = g_strdup((char *)utf8);
	OPENSSL_free(utf8);
	return text;
}

static gboolean
make_pair(const Node *node, const char *name, Role role, const char *algorithm,
	  Pair *pair, GError **error)
{
	g_auto(Pair) ca = { NULL, NULL };
	g_autofree char *organisation = NULL;

	if (!load(node, NODE_IDENTITY_CA_KEY, NODE_IDENTITY_CA, &ca, error))
		return FALSE;
	organisation = organisation_of(ca.cert);
	pair->key = identity_key_new(algorithm, error);
	if (pair->key == NULL)
		return FALSE;
	pair->cert = identity_issue(ca.cert, ca.key, pair->key, name,
				    organisation != NULL ? organisation : "",
				    role, LEAF_DAYS, error);
	return pair->cert != NULL;
}

gboolean
issue_identity(const Node *node, const char *name, Role role,
	       const char *algorithm, GError **error)
{
	g_autofree char *directory =
		node_identity_path(node, name, NULL, error);
	g_autofree char *key_file = NULL;
	g_autofree char *cert_file = NULL;
	g_auto(Pair) pair = { NULL, NULL };

	if (directory == NULL)
		return FALSE;
	if (g_file_test(directory, G_FILE_TEST_EXISTS))
		return ctl_fail(error, CTL_ERROR_FAILED,
				"identity '%s' exists already\nChoose another "
				"name, or look at it with 'bsnctl id show %s'.",
				name, name);
	if (!make_pair(node, name, role, algorithm, &pair, error) ||
	    !private_directory_make(directory, error))
		return FALSE;
	key_file = g_build_filename(directory, "key.pem", NULL);
	cert_file = g_build_filename(directory, "cert.pem", NULL);
	if (save(&pair, key_file, cert_file, error))
		return TRUE;
	private_directory_remove(directory);
	return FALSE;
}

/* ---- keys that others hold ----------------------------------------------- */

static gboolean
load_authority(const char *ca, Pair *pair, GError **error)
{
	g_auto(GStrv) files = g_strsplit(ca, ",", 2);
	Node node = { .directory = files[0] };

	if (files[0] == NULL || files[1] == NULL)
		return load(&node, NODE_IDENTITY_CA_KEY, NODE_IDENTITY_CA,
			    pair, error);
	pair->cert = identity_load_cert(files[0], error);
	if (pair->cert != NULL)
		pair->key = identity_load_any_key(files[1], error);
	return pair->key != NULL;
}

static char *
pem_of(X509 *cert)
{
	guint8 *der = NULL;
	int len = i2d_X509(cert, &der);
	g_autoptr(GBytes) bytes = NULL;

	if (len > 0)
		bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	return bytes != NULL ? key_certificate_write(bytes) : NULL;
}

char *
issue_for_key(const char *ca, const IssueSubject *subject, GError **error)
{
	g_auto(Pair) authority = { NULL, NULL };
	g_auto(Pair) leaf = { NULL, NULL };
	g_autofree char *organisation = NULL;

	if (!load_authority(ca, &authority, error))
		return NULL;
	organisation = organisation_of(authority.cert);
	leaf.key = key_certificate_subject(
		subject->algorithm, g_bytes_get_data(subject->public_key, NULL),
		g_bytes_get_size(subject->public_key), error);
	if (leaf.key == NULL)
		return NULL;
	leaf.cert = identity_issue(authority.cert, authority.key, leaf.key,
				   subject->name,
				   organisation != NULL ? organisation : "",
				   subject->role, LEAF_DAYS, error);
	return leaf.cert != NULL ? pem_of(leaf.cert) : NULL;
}

/* ---- hosts --------------------------------------------------------------- */

gboolean
issue_host(const Node *node, const char *name, const char *algorithm,
	   GError **error)
{
	g_autofree char *key_file = node_path(node, NODE_HOST_KEY);
	g_autofree char *cert_file = node_path(node, NODE_HOST_CERT);
	g_auto(Pair) pair = { NULL, NULL };

	return make_pair(node, name, ROLE_NODE, algorithm, &pair, error) &&
	       save(&pair, key_file, cert_file, error);
}

/* Hosts read the list again when it changes; it need not be renewed to count. */
#define CRL_DAYS 365

static X509_CRL *
revoke(const Pair *ca, X509 *revoked, const char *crl_file, GError **error)
{
	X509_CRL *before = NULL;
	X509_CRL *crl;

	if (g_file_test(crl_file, G_FILE_TEST_EXISTS)) {
		before = identity_load_crl(crl_file, error);
		if (before == NULL)
			return NULL;
	}
	crl = identity_revoke(ca->cert, ca->key, before, revoked, CRL_DAYS,
			      error);
	X509_CRL_free(before);
	return crl;
}

gboolean
issue_revoke(const Node *node, const char *cert_file, GError **error)
{
	g_autofree char *crl_file = node_path(node, NODE_HOST_CRL);
	g_auto(Pair) ca = { NULL, NULL };
	g_auto(Pair) revoked = { NULL, NULL };
	X509_CRL *crl;
	gboolean saved;

	revoked.cert = identity_load_cert(cert_file, error);
	if (revoked.cert == NULL ||
	    !load(node, NODE_IDENTITY_CA_KEY, NODE_IDENTITY_CA, &ca, error))
		return FALSE;
	if (X509_check_issued(ca.cert, revoked.cert) != X509_V_OK)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"%s is not issued by this node's CA\nOnly the "
				"CA that issued a certificate can revoke it.",
				cert_file);
	crl = revoke(&ca, revoked.cert, crl_file, error);
	saved = crl != NULL && identity_save_crl(crl, crl_file, error);
	X509_CRL_free(crl);
	return saved;
}

/* ---- SDKs ---------------------------------------------------------------- */

/* The organisation that runs the node. */
static char *
node_organisation(const Node *node, GError **error)
{
	g_autofree char *file = node_path(node, NODE_IDENTITY_CA);
	X509 *cert = identity_load_cert(file, error);
	char *organisation = cert != NULL ? organisation_of(cert) : NULL;

	X509_free(cert);
	if (cert != NULL && organisation == NULL)
		return g_strdup("Organisation");
	return organisation;
}

static gboolean
make_channel(const Node *node, GError **error)
{
	static const ServerFiles files = { IDENTITY_SECP256K1,
					   NODE_CHANNEL_CA_KEY,
					   NODE_CHANNEL_CA, NODE_CHANNEL_KEY,
					   NODE_CHANNEL_CERT };
	g_autofree char *organisation = node_organisation(node, error);

	return organisation != NULL &&
	       make_authority(node, IDENTITY_SECP256K1, organisation,
			      NODE_CHANNEL_CA_KEY, NODE_CHANNEL_CA, error) &&
	       make_server(node, &files, error);
}

gboolean
issue_channel(const Node *node, GError **error)
{
	g_autofree char *directory = node_path(node, "channel");

	if (g_file_test(directory, G_FILE_TEST_EXISTS))
		return TRUE;
	if (!private_directory_make(directory, error))
		return FALSE;
	if (make_channel(node, error))
		return TRUE;
	private_directory_remove(directory);
	return FALSE;
}

static gboolean
make_sdk(const Node *node, const char *name, Pair *ca, Pair *sdk,
	 GError **error)
{
	g_autofree char *organisation = NULL;

	if (!load(node, NODE_CHANNEL_CA_KEY, NODE_CHANNEL_CA, ca, error))
		return FALSE;
	organisation = organisation_of(ca->cert);
	sdk->key = identity_key_new(IDENTITY_SECP256K1, error);
	if (sdk->key == NULL)
		return FALSE;
	sdk->cert = identity_issue(ca->cert, ca->key, sdk->key, name,
				   organisation != NULL ? organisation : "",
				   ROLE_CLIENT, LEAF_DAYS, error);
	return sdk->cert != NULL;
}

gboolean
issue_sdk(const Node *node, const char *name, const char *directory,
	  GError **error)
{
	g_autofree char *ca_file =
		g_build_filename(directory, "ca.crt", NULL);
	g_autofree char *cert_file =
		g_build_filename(directory, "sdk.crt", NULL);
	g_autofree char *key_file =
		g_build_filename(directory, "sdk.key", NULL);
	g_auto(Pair) ca = { NULL, NULL };
	g_auto(Pair) sdk = { NULL, NULL };

	if (!make_sdk(node, name, &ca, &sdk, error) ||
	    !private_directory_make(directory, error))
		return FALSE;
	return identity_save_cert(ca.cert, ca_file, error) &&
	       save(&sdk, key_file, cert_file, error);
}

Identity *
issue_judge(const Node *node, const char *name, GError **error)
{
	g_autofree char *ca = node_path(node, NODE_IDENTITY_CA);
	const char *const files[] = { ca, NULL };
	g_autofree char *file =
		node_identity_path(node, name, "cert.pem", error);
	TrustStore *trust = NULL;
	Identity *identity = NULL;
	X509 *cert = NULL;

	if (file == NULL)
		return NULL;
	cert = identity_load_cert(file, error);
	if (cert != NULL)
		trust = trust_store_new(files, error);
	if (trust != NULL)
		identity = trust_store_judge(
			trust, cert, g_get_real_time() / G_USEC_PER_SEC, error);
	trust_store_free(trust);
	X509_free(cert);
	return identity;
}
