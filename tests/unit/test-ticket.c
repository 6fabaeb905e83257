/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements that are signed and travel as text.
 */
#include <string.h>

#include "identity/ticket.h"
#include "tests/unit/test-ca.h"

#define PAYLOAD "{\"name\":\"evidence\"}"
#define NOW_S test_now()

typedef struct {
	KeyCert ca, admin;
	TrustStore *trust;
	char *ticket;
} Issued;

static void
issued_clear(Issued *issued)
{
	key_cert_clear(&issued->ca);
	key_cert_clear(&issued->admin);
	trust_store_free(issued->trust);
	g_free(issued->ticket);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Issued, issued_clear)

static Issued
issue(const char *algorithm, Role role)
{
	g_autoptr(GError) error = NULL;
	Issued issued = { .ca = test_ca(algorithm, "Org") };

	issued.admin = test_leaf(&issued.ca, algorithm, "alice", role);
	issued.trust = test_trust_one(&issued.ca);
	issued.ticket = ticket_make(PAYLOAD, strlen(PAYLOAD),
				    issued.admin.cert, issued.admin.key,
				    &error);
	g_assert_no_error(error);
	return issued;
}

static void
assert_refused(const char *ticket, const TrustStore *trust, gint64 now_s,
	       IdentityError code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) by = NULL;

	g_assert_null(ticket_open(ticket, strlen(ticket), trust, ROLE_ADMIN,
				  now_s, &by, &error));
	g_assert_error(error, IDENTITY_ERROR, (gint)code);
	g_assert_null(by);
}

static void
test_opens(gconstpointer algorithm)
{
	g_auto(Issued) issued = issue(algorithm, ROLE_ADMIN);
	g_autofree char *mailed = g_strconcat(issued.ticket, "\n", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) by = NULL;
	g_autoptr(GBytes) payload =
		ticket_open(mailed, strlen(mailed), issued.trust, ROLE_ADMIN,
			    NOW_S, &by, &error);
	g_autoptr(GBytes) unchecked = ticket_payload(mailed, strlen(mailed));

	g_assert_no_error(error);
	g_assert_cmpstr(by->name, ==, "alice");
	g_assert_cmpuint(g_bytes_get_size(payload), ==, strlen(PAYLOAD));
	g_assert_cmpint(memcmp(g_bytes_get_data(payload, NULL), PAYLOAD,
			       strlen(PAYLOAD)),
			==, 0);
	g_assert_true(g_bytes_equal(payload, unchecked));
}

/* No character can be another one. */
static void
test_every_byte_counts(void)
{
	g_auto(Issued) issued = issue("ecdsa-p256", ROLE_ADMIN);
	gsize len = strlen(issued.ticket);

	for (gsize i = 0; i < len; i++) {
		g_autofree char *other = g_strdup(issued.ticket);
		g_autoptr(Identity) by = NULL;

		other[i] = other[i] == 'A' ? 'B' : 'A';
		g_assert_null(ticket_open(other, len, issued.trust, ROLE_ADMIN,
					  NOW_S, &by, NULL));
	}
}

static void
test_strangers(void)
{
	g_auto(Issued) issued = issue("sm2", ROLE_ADMIN);
	g_auto(Issued) other = issue("sm2", ROLE_ADMIN);
	g_auto(Issued) client = issue("sm2", ROLE_CLIENT);

	assert_refused(issued.ticket, other.trust, NOW_S, IDENTITY_UNTRUSTED);
	assert_refused(client.ticket, client.trust, NOW_S, IDENTITY_UNFIT);
	assert_refused(issued.ticket, issued.trust,
		       NOW_S + G_GINT64_CONSTANT(100000000000),
		       IDENTITY_EXPIRED);
}

/* The certificate of one with the signature of another. */
static void
test_borrowed_certificate(void)
{
	g_auto(Issued) issued = issue("sm2", ROLE_ADMIN);
	g_auto(KeyCert) mallory =
		test_leaf(&issued.ca, "sm2", "mallory", ROLE_CLIENT);
	g_autofree char *forged =
		ticket_make(PAYLOAD, strlen(PAYLOAD), issued.admin.cert,
			    mallory.key, NULL);

	assert_refused(forged, issued.trust, NOW_S, IDENTITY_UNTRUSTED);
}

static void
test_malformed(void)
{
	static const char *const cases[] = {
		"", "bsn-ticket-1", "bsn-ticket-1...", "bsn-ticket-2.YQ==.YQ==",
		"bsn-ticket-1.YQ==.YQ==.YQ==", "bsn-ticket-1.Y.Y.Y",
		"bsn-ticket-1.YQ==.YQ==.YQ==.YQ==",
	};
	g_auto(Issued) issued = issue("sm2", ROLE_ADMIN);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_refused(cases[i], issued.trust, NOW_S,
			       IDENTITY_MALFORMED);
	g_assert_null(ticket_make("", 0, issued.admin.cert, issued.admin.key,
				  NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/ticket/sm2/opens", "sm2", test_opens);
	g_test_add_data_func("/ticket/ecdsa-p256/opens", "ecdsa-p256",
			     test_opens);
	g_test_add_func("/ticket/every-byte-counts", test_every_byte_counts);
	g_test_add_func("/ticket/strangers-and-clients-sign-none",
			test_strangers);
	g_test_add_func("/ticket/a-borrowed-certificate-proves-nothing",
			test_borrowed_certificate);
	g_test_add_func("/ticket/what-is-none-is-refused", test_malformed);
	return g_test_run();
}
