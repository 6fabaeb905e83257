/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates: issued, judged, and refused for each reason.
 */
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#include "identity/issue.h"
#include "identity/sign.h"
#include "tests/unit/test-ca.h"

static const char *const algorithms[] = { "sm2", "ecdsa-p256" };

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

static const IssueExtension leaf_extensions[] = {
	{ NID_basic_constraints, "critical,CA:FALSE" },
	{ NID_key_usage, "critical,digitalSignature" },
};

/* A certificate whose subject is NULL-ended pairs of attribute and text, with
 * two extensions. Without a CA it certifies itself. */
static X509 *
issue_named(const KeyCert *ca, EVP_PKEY *key, const char *const *pairs,
	    const IssueExtension extensions[2])
{
	const Issue issue = { ca != NULL ? ca->cert : NULL,
			      ca != NULL ? ca->key : key, key, 3000, 0 };
	X509 *cert = issue_begin(&issue, NULL);
	X509_NAME *subject = X509_get_subject_name(cert);

	for (; pairs[0] != NULL; pairs += 2)
		g_assert_true(X509_NAME_add_entry_by_txt(
			subject, pairs[0], MBSTRING_UTF8,
			(const guint8 *)pairs[1], -1, -1, 0));
	g_assert_true(issue_finish(&issue, cert, extensions, 2, NULL));
	return cert;
}

static void
an_issued_certificate_says_who_it_is(void)
{
	for (gsize i = 0; i < 4; i++) {
		const char *algorithm = algorithms[i % 2];
		g_auto(KeyCert) ca = test_ca(algorithms[i / 2], "Org");
		g_auto(KeyCert) leaf =
			test_leaf(&ca, algorithm, "李雷", ROLE_CLIENT);
		g_autoptr(GError) error = NULL;
		g_autoptr(Identity) identity =
			judge(&ca, leaf.cert, test_now(), &error);
		guint8 public_key[64];

		g_assert_no_error(error);
		identity_key_raw(leaf.key, NULL, public_key, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(identity->name, ==, "李雷");
		g_assert_cmpstr(identity->organisation, ==, "Org");
		g_assert_cmpint(identity->role, ==, ROLE_CLIENT);
		g_assert_cmpstr(identity->algorithm, ==, algorithm);
		g_assert_cmpuint(strlen(identity->fingerprint), ==, 64);
		g_assert_cmpint(memcmp(identity->public_key, public_key, 64),
				==, 0);
		g_assert_cmpint(identity->not_after_s / DAY_S, ==,
				test_now() / DAY_S + 365);
	}
}

static void
an_intermediate_of_the_store_is_followed(void)
{
	for (gsize i = 0; i < 4; i++) {
		g_auto(KeyCert) root = test_ca(algorithms[i / 2], "Root");
		g_auto(KeyCert) middle =
			test_intermediate(&root, algorithms[i % 2], "Middle");
		g_auto(KeyCert) leaf =
			test_leaf(&middle, "sm2", "alice", ROLE_ADMIN);
		const KeyCert *const cas[] = { &middle, &root };
		g_autoptr(GError) error = NULL;
		g_autoptr(TrustStore) trust = test_trust(cas, 2, &error);
		g_autoptr(Identity) identity = NULL;

		g_assert_no_error(error);
		identity = trust_store_judge(trust, leaf.cert, test_now(),
					     &error);
		g_assert_no_error(error);
		assert_refused(&root, leaf.cert, IDENTITY_UNTRUSTED);
	}
}

static void
an_intermediate_needs_its_root(void)
{
	g_auto(KeyCert) root = test_ca("sm2", "Root");
	g_auto(KeyCert) middle = test_intermediate(&root, "sm2", "Middle");
	const KeyCert *const cas[] = { &middle };
	g_autoptr(GError) error = NULL;

	g_assert_null(test_trust(cas, 1, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_UNTRUSTED);
	g_assert_nonnull(strstr(error->message, "Middle"));
}

/* A root that sets no limit itself. */
static KeyCert
unlimited_root(void)
{
	static const char *const name[] = { "O", "Root", NULL };
	static const IssueExtension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE" },
		{ NID_subject_key_identifier, "hash" },
	};
	KeyCert root = { identity_key_new("sm2", NULL), NULL };

	root.cert = issue_named(NULL, root.key, name, extensions);
	return root;
}

static void
two_intermediates_are_too_many(void)
{
	g_auto(KeyCert) root = unlimited_root();
	g_auto(KeyCert) one = test_intermediate(&root, "sm2", "One");
	g_auto(KeyCert) two = test_intermediate(&one, "sm2", "Two");
	g_auto(KeyCert) near = test_leaf(&one, "sm2", "alice", ROLE_ADMIN);
	g_auto(KeyCert) far = test_leaf(&two, "sm2", "alice", ROLE_ADMIN);
	const KeyCert *const cas[] = { &root, &one, &two };
	g_autoptr(GError) error = NULL;
	g_autoptr(TrustStore) trust = test_trust(cas, 3, &error);
	g_autoptr(Identity) identity = NULL;

	g_assert_no_error(error);
	identity = trust_store_judge(trust, near.cert, test_now(), &error);
	g_assert_no_error(error);
	g_assert_null(trust_store_judge(trust, far.cert, test_now(), &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_UNTRUSTED);
}

static const char *const admin[] = { "O",     "Org", "CN", "alice",
				     "OU", "admin", NULL };

static void
a_ca_is_no_leaf(void)
{
	static const IssueExtension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE" },
		{ NID_key_usage, "critical,keyCertSign,digitalSignature" },
	};
	g_auto(KeyCert) ca = { identity_key_new("sm2", NULL), NULL };

	/* Even with the subject of an administrator. */
	ca.cert = issue_named(NULL, ca.key, admin, extensions);
	assert_refused(&ca, ca.cert, IDENTITY_UNFIT);
}

static void
a_certificate_for_something_else_is_refused(void)
{
	static const IssueExtension bad[][2] = {
		{ { NID_basic_constraints, "critical,CA:FALSE" },
		  { NID_ext_key_usage, "serverAuth" } },
		{ { NID_ext_key_usage, "codeSigning" },
		  { NID_key_usage, "critical,digitalSignature" } },
		{ { NID_basic_constraints, "critical,CA:FALSE" },
		  { NID_key_usage, "critical,keyEncipherment" } },
	};
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	g_autoptr(EVP_PKEY) key = identity_key_new("sm2", NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(X509) cert = issue_named(&ca, key, admin, bad[i]);

		assert_refused(&ca, cert, IDENTITY_UNFIT);
	}
}

static void
an_unknown_ca_is_refused(void)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_auto(KeyCert) other = test_ca("sm2", "Other");
	g_auto(KeyCert) same_name = test_ca("sm2", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);

	assert_refused(&other, leaf.cert, IDENTITY_UNTRUSTED);
	assert_refused(&same_name, leaf.cert, IDENTITY_UNTRUSTED);
}

static void
time_decides(void)
{
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) good = judge(&ca, leaf.cert,
					 test_now() + 364 * DAY_S, &error);

	g_assert_no_error(error);
	g_assert_nonnull(good);
	g_assert_null(judge(&ca, leaf.cert, test_now() + 366 * DAY_S, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_EXPIRED);
	g_clear_error(&error);
	g_assert_null(judge(&ca, leaf.cert, test_now() - DAY_S, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_EXPIRED);
}

/* Every byte of the DER changed in turn: none is judged good. */
static void
a_changed_certificate_is_refused(gconstpointer algorithm)
{
	g_auto(KeyCert) ca = test_ca(algorithm, "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	g_autoptr(TrustStore) trust = test_trust_one(&ca);
	guint8 *der = NULL;
	gsize len = (gsize)i2d_X509(leaf.cert, &der);

	for (gsize i = 0; i < len; i++) {
		g_autoptr(GError) error = NULL;
		Identity *identity;

		der[i] ^= (guint8)(1u << i % 8);
		identity = trust_store_judge_der(trust, der, len, test_now(),
						 &error);
		g_assert_null(identity);
		g_assert_nonnull(error);
		der[i] ^= (guint8)(1u << i % 8);
	}
	OPENSSL_free(der);
}

static void
bytes_behind_and_beyond_are_refused(void)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	g_autoptr(TrustStore) trust = test_trust_one(&ca);
	g_autofree guint8 *padded = g_malloc0(IDENTITY_CERT_MAX + 1);
	guint8 *at = padded;
	gsize len = (gsize)i2d_X509(leaf.cert, &at);
	const gsize bad[] = { 0, len - 1, len + 1, IDENTITY_CERT_MAX,
			      IDENTITY_CERT_MAX + 1 };

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(trust_store_judge_der(trust, padded, bad[i],
						    test_now(), &error));
		g_assert_error(error, IDENTITY_ERROR, IDENTITY_MALFORMED);
	}
}

/* ---- subjects ----------------------------------------------------------- */

static void
subjects_need_one_of_each(void)
{
	static const char *const bad[][9] = {
		{ "O", "Org", "CN", "alice" },
		{ "O", "Org", "CN", "alice", "OU", "boss" },
		{ "O", "Org", "CN", "alice", "OU", "Admin" },
		{ "O", "Org", "CN", "alice", "OU", "client", "OU", "admin" },
		{ "O", "Org", "OU", "client" },
		{ "CN", "alice", "OU", "client" },
		{ "O", "Org", "CN", "alice", "CN", "bob", "OU", "client" },
		{ "O", "A", "O", "B", "CN", "alice", "OU", "client" },
		{ "O", "Org", "CN", "al\nice", "OU", "client" },
		{ "O", "Org", "CN", "al\u202eice", "OU", "client" },
	};
	static const char *const good[] = { "C",  "CN",     "O",  "Org", "CN",
					    "a b", "OU", "auditor", NULL };
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	g_autoptr(EVP_PKEY) key = identity_key_new("sm2", NULL);
	g_autoptr(X509) fit = issue_named(&ca, key, good,
						 leaf_extensions);
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) identity = judge(&ca, fit, test_now(), &error);

	g_assert_no_error(error);
	g_assert_cmpint(identity->role, ==, ROLE_AUDITOR);
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(X509) cert = issue_named(&ca, key, bad[i],
						   leaf_extensions);

		assert_refused(&ca, cert, IDENTITY_UNFIT);
	}
}

static void
a_name_with_a_nul_is_refused(void)
{
	static const char *const base[] = { "O", "Org", "OU", "client", NULL };
	static const guint8 name[] = "alice\0admin";
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	g_autoptr(EVP_PKEY) key = identity_key_new("sm2", NULL);
	g_autoptr(X509) cert = issue_named(&ca, key, base,
					     leaf_extensions);
	g_autoptr(EVP_MD_CTX) ctx = identity_sign_context(ca.key);

	g_assert_true(X509_NAME_add_entry_by_txt(X509_get_subject_name(cert),
						 "CN", V_ASN1_UTF8STRING, name,
						 sizeof(name) - 1, -1, 0));
	g_assert_cmpint(X509_sign_ctx(cert, ctx), >, 0);
	assert_refused(&ca, cert, IDENTITY_UNFIT);
}

static void
roles_are_what_the_certificate_says(void)
{
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");

	for (Role role = ROLE_AUDITOR; role <= ROLE_ADMIN; role++) {
		g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", role);
		g_autoptr(Identity) identity =
			judge(&ca, leaf.cert, test_now(), NULL);

		g_assert_nonnull(identity);
		g_assert_cmpint(identity->role, ==, role);
	}
}

/* ---- signatures of CAs -------------------------------------------------- */

static void
sm2_with_another_user_id_is_refused(void)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;

	EVP_DigestSignInit_ex(ctx, &inner, "SM3", NULL, NULL, ca.key, NULL);
	g_assert_cmpint(EVP_PKEY_CTX_set1_id(inner, "somebody", 8), ==, 1);
	g_assert_cmpint(X509_sign_ctx(leaf.cert, ctx), >, 0);
	assert_refused(&ca, leaf.cert, IDENTITY_UNTRUSTED);
}

static void
a_weak_digest_is_refused(void)
{
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);

	g_assert_cmpint(X509_sign(leaf.cert, ca.key, EVP_sha1()), >, 0);
	assert_refused(&ca, leaf.cert, IDENTITY_UNTRUSTED);
}

static void
keys_of_other_kinds_are_refused(void)
{
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	EVP_PKEY *const keys[] = {
		EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048),
		EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384"),
	};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_auto(KeyCert) leaf =
			test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
		g_autoptr(EVP_MD_CTX) ctx = identity_sign_context(ca.key);

		g_assert_null(identity_key_algorithm(keys[i]));
		X509_set_pubkey(leaf.cert, keys[i]);
		g_assert_cmpint(X509_sign_ctx(leaf.cert, ctx), >, 0);
		assert_refused(&ca, leaf.cert, IDENTITY_MALFORMED);
		EVP_PKEY_free(keys[i]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/certificate/an-issued-one-says-who-it-is",
			an_issued_certificate_says_who_it_is);
	g_test_add_func("/certificate/an-intermediate-of-the-store-is-followed",
			an_intermediate_of_the_store_is_followed);
	g_test_add_func("/certificate/an-intermediate-needs-its-root",
			an_intermediate_needs_its_root);
	g_test_add_func("/certificate/two-intermediates-are-too-many",
			two_intermediates_are_too_many);
	g_test_add_func("/certificate/a-ca-is-no-leaf", a_ca_is_no_leaf);
	g_test_add_func("/certificate/one-for-something-else-is-refused",
			a_certificate_for_something_else_is_refused);
	g_test_add_func("/certificate/an-unknown-ca-is-refused",
			an_unknown_ca_is_refused);
	g_test_add_func("/certificate/time-decides", time_decides);
	g_test_add_data_func("/certificate/a-changed-one-is-refused/sm2",
			     "sm2", a_changed_certificate_is_refused);
	g_test_add_data_func("/certificate/a-changed-one-is-refused/p256",
			     "ecdsa-p256", a_changed_certificate_is_refused);
	g_test_add_func("/certificate/bytes-behind-and-beyond-are-refused",
			bytes_behind_and_beyond_are_refused);
	g_test_add_func("/certificate/subjects-need-one-of-each",
			subjects_need_one_of_each);
	g_test_add_func("/certificate/a-name-with-a-nul-is-refused",
			a_name_with_a_nul_is_refused);
	g_test_add_func("/certificate/roles-are-what-it-says",
			roles_are_what_the_certificate_says);
	g_test_add_func("/certificate/sm2-with-another-user-id-is-refused",
			sm2_with_another_user_id_is_refused);
	g_test_add_func("/certificate/a-weak-digest-is-refused",
			a_weak_digest_is_refused);
	g_test_add_func("/certificate/keys-of-other-kinds-are-refused",
			keys_of_other_kinds_are_refused);
	return g_test_run();
}
