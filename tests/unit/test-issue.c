/* SPDX-License-Identifier: Apache-2.0
 *
 * Issuing certificates to callers and to servers.
 */
#include "tests/unit/test-ca.h"

static Identity *
judge(const KeyCert *ca, X509 *cert, gint64 now_s, GError **error)
{
	g_autoptr(TrustStore) trust = test_trust_one(ca);

	return trust_store_judge(trust, cert, now_s, error);
}

static void
assert_refused(const KeyCert *ca, X509 *cert, IdentityError code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) identity = judge(ca, cert, test_now(), &error);

	g_assert_null(identity);
	g_assert_error(error, IDENTITY_ERROR, (gint)code);
}

static void
a_leaf_ends_with_its_ca(void)
{
	g_auto(KeyCert) ca = { identity_key_new("sm2", NULL), NULL };
	g_auto(KeyCert) leaf = { NULL, NULL };
	g_autoptr(GError) error = NULL;

	ca.cert = identity_ca_new(ca.key, "Org", 10, &error);
	leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	g_assert_cmpint(ASN1_TIME_compare(X509_get0_notAfter(leaf.cert),
					  X509_get0_notAfter(ca.cert)),
			==, 0);
	g_assert_null(judge(&ca, leaf.cert, test_now() + 11 * DAY_S, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_EXPIRED);
}

static void
a_server_is_named_and_is_no_client(void)
{
	static const char *const names[] = { "node1.example", "127.0.0.1",
					     "::1", NULL };
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	g_autoptr(EVP_PKEY) key = identity_key_new("ecdsa-p256", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(X509) server = identity_issue_server(ca.cert, ca.key, key,
						       names, 30, &error);

	g_assert_no_error(error);
	g_assert_cmpint(X509_check_host(server, "node1.example", 0, 0, NULL),
			==, 1);
	g_assert_cmpint(X509_check_host(server, "node2.example", 0, 0, NULL),
			==, 0);
	g_assert_cmpint(X509_check_ip_asc(server, "127.0.0.1", 0), ==, 1);
	g_assert_cmpint(X509_check_ip_asc(server, "0:0::1", 0), ==, 1);
	assert_refused(&ca, server, IDENTITY_UNFIT);
}

static void
a_server_needs_names_and_a_key_for_tls(void)
{
	static const char *const none[] = { NULL };
	static const char *const bad[] = { "a,DNS:b", NULL };
	static const char *const good[] = { "localhost", NULL };
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	g_auto(KeyCert) gm = test_ca("sm2", "Org");
	g_autoptr(EVP_PKEY) key = identity_key_new("ecdsa-p256", NULL);

	g_assert_null(identity_issue_server(ca.cert, ca.key, key, none, 30,
					    NULL));
	g_assert_null(identity_issue_server(ca.cert, ca.key, key, bad, 30,
					    NULL));
	g_assert_null(identity_issue_server(ca.cert, ca.key, gm.key, good, 30,
					    NULL));
	g_assert_null(identity_issue_server(gm.cert, gm.key, key, good, 30,
					    NULL));
}

static void
issuing_is_checked(void)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_auto(KeyCert) other = test_ca("sm2", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	g_autofree char *longest = g_strnfill(64, 'n');
	g_autofree char *longer = g_strnfill(65, 'n');
	g_autoptr(X509) fits = identity_issue(ca.cert, ca.key, leaf.key,
					      longest, "Org", ROLE_ADMIN, 1,
					      NULL);
	const struct {
		const KeyCert *ca;
		EVP_PKEY *ca_key;
		const char *name, *organisation;
		Role role;
		int days;
	} bad[] = {
		{ &ca, other.key, "alice", "Org", ROLE_ADMIN, 1 },
		{ &leaf, leaf.key, "alice", "Org", ROLE_ADMIN, 1 },
		{ &ca, ca.key, "", "Org", ROLE_ADMIN, 1 },
		{ &ca, ca.key, longer, "Org", ROLE_ADMIN, 1 },
		{ &ca, ca.key, "alice", "\xff", ROLE_ADMIN, 1 },
		{ &ca, ca.key, "alice", "Org", ROLE_NONE, 1 },
		{ &ca, ca.key, "alice", "Org", ROLE_ADMIN, 0 },
		{ &ca, ca.key, "alice", "Org", ROLE_ADMIN, 36501 },
	};

	g_assert_nonnull(fits);
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(identity_issue(bad[i].ca->cert, bad[i].ca_key,
					     leaf.key, bad[i].name,
					     bad[i].organisation, bad[i].role,
					     bad[i].days, &error));
		g_assert_nonnull(error);
	}
	g_assert_null(identity_key_new("rsa", NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/issue/a-leaf-ends-with-its-ca",
			a_leaf_ends_with_its_ca);
	g_test_add_func("/issue/a-server-is-named-and-is-no-client",
			a_server_is_named_and_is_no_client);
	g_test_add_func("/issue/a-server-needs-names-and-a-key-for-tls",
			a_server_needs_names_and_a_key_for_tls);
	g_test_add_func("/issue/issuing-is-checked", issuing_is_checked);
	return g_test_run();
}
