/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/peer-files.h"

#include <string.h>

#include <glib/gstdio.h>

#include "identity/openssl.h"

#define CAS 4u

typedef struct {
	const char *name, *algorithm;
	EVP_PKEY *key;
	X509 *certificate;
} Authority;

static const struct {
	const char *name;
	guint ca;
	Role role;
	int days;
} hosts[] = {
	{ "sm2", 0, ROLE_NODE, 30 },	 { "p256", 1, ROLE_NODE, 30 },
	{ "p256-b", 1, ROLE_NODE, 30 },	 { "p256-c", 1, ROLE_NODE, 30 },
	{ "secp256k1", 2, ROLE_NODE, 30 }, { "brief", 1, ROLE_NODE, 1 },
	{ "stranger", 3, ROLE_NODE, 30 }, { "client", 1, ROLE_CLIENT, 30 },
};

char *
peer_file(const PeerFiles *files, const char *name, const char *suffix)
{
	g_autofree char *base = g_strconcat(name, suffix, NULL);

	return g_build_filename(files->directory, base, NULL);
}

static void
make_authority(const PeerFiles *files, Authority *ca)
{
	g_autofree char *base = g_strconcat("ca-", ca->name, NULL);
	g_autofree char *file = peer_file(files, base, ".pem");
	g_autoptr(GError) error = NULL;

	ca->key = identity_key_new(ca->algorithm, &error);
	g_assert_no_error(error);
	ca->certificate = identity_ca_new(ca->key, ca->name, 30, &error);
	g_assert_no_error(error);
	identity_save_cert(ca->certificate, file, &error);
	g_assert_no_error(error);
}

static void
revoke(const PeerFiles *files, const Authority *ca, X509 *certificate)
{
	g_autofree char *file = peer_file(files, ca->name, ".crl");
	g_autoptr(GError) error = NULL;
	g_autoptr(X509_CRL) list = identity_revoke(
		ca->certificate, ca->key, NULL, certificate, 30, &error);

	g_assert_no_error(error);
	identity_save_crl(list, file, &error);
	g_assert_no_error(error);
}

static void
make_host(const PeerFiles *files, guint i, const Authority *ca)
{
	g_autofree char *key_file = peer_file(files, hosts[i].name, ".key");
	g_autofree char *file = peer_file(files, hosts[i].name, ".pem");
	g_autoptr(GError) error = NULL;
	g_autoptr(EVP_PKEY) key = identity_key_new(ca->algorithm, &error);
	g_autoptr(X509) certificate = identity_issue(
		ca->certificate, ca->key, key, hosts[i].name, "Acme",
		hosts[i].role, hosts[i].days, &error);

	g_assert_no_error(error);
	identity_save_key(key, key_file, &error);
	g_assert_no_error(error);
	identity_save_cert(certificate, file, &error);
	g_assert_no_error(error);
	if (strcmp(hosts[i].name, ca->name) == 0)
		revoke(files, ca, certificate);
}

/* Some CAs' certificates in one file. */
static void
join_authorities(const PeerFiles *files, const Authority *cas, guint n,
		 const char *name)
{
	g_autofree char *out = peer_file(files, name, ".pem");
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; i < n; i++) {
		g_autofree char *base = g_strconcat("ca-", cas[i].name, NULL);
		g_autofree char *file = peer_file(files, base, ".pem");
		g_autofree char *text = NULL;

		g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
		g_string_append(all, text);
	}
	g_assert_true(g_file_set_contents(out, all->str, -1, NULL));
}

PeerFiles *
peer_files_new(void)
{
	Authority cas[CAS] = {
		{ "sm2", "sm2", NULL, NULL },
		{ "p256", "ecdsa-p256", NULL, NULL },
		{ "secp256k1", IDENTITY_SECP256K1, NULL, NULL },
		{ "other", "ecdsa-p256", NULL, NULL },
	};
	PeerFiles *files = g_new0(PeerFiles, 1);

	files->directory = g_dir_make_tmp("bsn-peer-XXXXXX", NULL);
	for (guint i = 0; i < CAS; i++)
		make_authority(files, &cas[i]);
	for (guint i = 0; i < G_N_ELEMENTS(hosts); i++)
		make_host(files, i, &cas[hosts[i].ca]);
	join_authorities(files, cas, 3, "ca-all");
	join_authorities(files, cas, 4, "ca-every");
	for (guint i = 0; i < CAS; i++) {
		EVP_PKEY_free(cas[i].key);
		X509_free(cas[i].certificate);
	}
	return files;
}

void
peer_files_free(PeerFiles *files)
{
	GDir *dir = g_dir_open(files->directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *file =
			g_build_filename(files->directory, name, NULL);

		g_remove(file);
	}
	g_dir_close(dir);
	g_rmdir(files->directory);
	g_free(files->directory);
	g_free(files);
}

PeerCredential *
peer_files_credential(const PeerFiles *files, const char *host, const char *ca,
		      const char *crl, GError **error)
{
	g_autofree char *certificate = peer_file(files, host, ".pem");
	g_autofree char *key = peer_file(files, host, ".key");
	g_autofree char *ca_base = g_strconcat("ca-", ca, NULL);
	g_autofree char *ca_file = peer_file(files, ca_base, ".pem");
	g_autofree char *crl_file =
		crl != NULL ? peer_file(files, crl, ".crl") : NULL;
	const char *const ca_files[] = { ca_file, NULL };
	const char *const crl_files[] = { crl_file, NULL };
	const PeerCredentialFiles what = {
		.certificate = certificate,
		.key = key,
		.ca_files = ca_files,
		.crl_files = crl_files,
	};

	return peer_credential_new(&what, g_get_real_time() / G_USEC_PER_SEC,
				   error);
}
