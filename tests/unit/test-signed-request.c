/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed requests: accepted once, and only as they were signed.
 */
#include <openssl/pem.h>
#include <string.h>

#include "identity/canonical.h"
#include "identity/sign.h"
#include "tests/unit/test-ca.h"

#define SKEW_S 300u
#define SKEW_MS ((gint64)SKEW_S * 1000)
#define THREADS 8u

static const char target[] = "/v1/chains/evidence/txs?wait=committed";
static const char body[] = "{\"tx\":\"0x00\"}";

/* A host that trusts one CA, and a caller of it. */
typedef struct {
	KeyCert ca, caller;
	TrustStore *trust;
	RequestVerifier *verifier;
	SignedRequest request;
	gint64 now_ms;
} Host;

static void
host_set_up(Host *host, gconstpointer algorithm)
{
	host->ca = test_ca("ecdsa-p256", "Org");
	host->caller = test_leaf(&host->ca, algorithm, "alice", ROLE_CLIENT);
	host->trust = test_trust_one(&host->ca);
	host->verifier = request_verifier_new(host->trust, SKEW_S);
	host->now_ms = test_now() * 1000;
}

static void
host_tear_down(Host *host, gconstpointer data)
{
	signed_request_clear(&host->request);
	request_verifier_free(host->verifier);
	trust_store_free(host->trust);
	key_cert_clear(&host->ca);
	key_cert_clear(&host->caller);
}

static void
sign_at(Host *host, gint64 time_ms)
{
	GError *error = NULL;

	signed_request_clear(&host->request);
	signed_request_make(&host->request, host->caller.cert,
			    host->caller.key, "POST", target, body,
			    strlen(body), time_ms, &error);
	g_assert_no_error(error);
}

/* What the host says: 0 when it accepts, else the error's code plus one. */
#define ACCEPTED 0
#define REFUSED(code) ((int)(code) + 1)

static int
receive(Host *host, const char *method, const char *at, const char *what)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) identity =
		request_verify(host->verifier, &host->request, method, at, what,
			       strlen(what), host->now_ms, &error);

	g_assert_true((identity == NULL) == (error != NULL));
	if (identity == NULL)
		g_assert_true(error->domain == IDENTITY_ERROR);
	else
		g_assert_cmpstr(identity->name, ==, "alice");
	return identity != NULL ? ACCEPTED : REFUSED(error->code);
}

static int
receive_as_signed(Host *host)
{
	return receive(host, "POST", target, body);
}

static void
a_request_is_accepted_once(Host *host, gconstpointer data)
{
	sign_at(host, host->now_ms);
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_UNTRUSTED));
	sign_at(host, host->now_ms);
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
}

static void
another_body_target_or_method_is_refused(Host *host, gconstpointer data)
{
	sign_at(host, host->now_ms);
	g_assert_cmpint(receive(host, "POST", target, "{\"tx\":\"0x01\"}"), ==,
			REFUSED(IDENTITY_UNTRUSTED));
	g_assert_cmpint(receive(host, "POST", target, ""), ==,
			REFUSED(IDENTITY_UNTRUSTED));
	g_assert_cmpint(receive(host, "PUT", target, body), ==,
			REFUSED(IDENTITY_UNTRUSTED));
	g_assert_cmpint(receive(host, "POST", "/v1/chains/evidence/txs", body),
			==, REFUSED(IDENTITY_UNTRUSTED));
	/* None of it used up the nonce. */
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
}

/* The lines of the canonical string cannot slide into one another. */
static void
a_line_feed_in_the_target_is_refused(Host *host, gconstpointer data)
{
	sign_at(host, host->now_ms);
	g_assert_cmpint(receive(host, "POST", "/v1/a\nb", body), ==,
			REFUSED(IDENTITY_MALFORMED));
	g_assert_cmpint(receive(host, "POST\n", target, body), ==,
			REFUSED(IDENTITY_MALFORMED));
}

static void
replace(char **header, const char *value)
{
	g_free(*header);
	*header = g_strdup(value);
}

static void
another_time_or_nonce_is_refused(Host *host, gconstpointer data)
{
	g_autofree char *later =
		g_strdup_printf("%" G_GINT64_FORMAT, host->now_ms + 1);
	g_autofree char *padded =
		g_strdup_printf("0%" G_GINT64_FORMAT, host->now_ms);

	sign_at(host, host->now_ms);
	replace(&host->request.time, later);
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_UNTRUSTED));
	replace(&host->request.time, padded);
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_UNTRUSTED));
	sign_at(host, host->now_ms);
	replace(&host->request.nonce, "0123456789abcdef");
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_UNTRUSTED));
}

static void
a_time_within_the_skew_is_accepted(Host *host, gconstpointer data)
{
	const struct {
		gint64 offset;
		int expected;
	} times[] = {
		{ -SKEW_MS, ACCEPTED },
		{ SKEW_MS, ACCEPTED },
		{ -SKEW_MS - 1, REFUSED(IDENTITY_EXPIRED) },
		{ SKEW_MS + 1, REFUSED(IDENTITY_EXPIRED) },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
		sign_at(host, host->now_ms + times[i].offset);
		g_assert_cmpint(receive_as_signed(host), ==,
				times[i].expected);
	}
}

/* Whenever it comes: within the window by memory, after it by its time. */
static void
a_replay_is_refused_at_any_later_time(Host *host, gconstpointer data)
{
	gint64 begin = host->now_ms;

	sign_at(host, begin + SKEW_MS);
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
	for (gint64 later = 0; later <= 4 * SKEW_MS; later += SKEW_MS / 7) {
		host->now_ms = begin + later;
		g_assert_cmpint(receive_as_signed(host), !=, ACCEPTED);
	}
}

static void
requests_from_before_the_start_are_refused(Host *host, gconstpointer data)
{
	request_verifier_begin(host->verifier, host->now_ms);
	sign_at(host, host->now_ms - 1);
	g_assert_cmpint(receive_as_signed(host), ==, REFUSED(IDENTITY_EXPIRED));
	sign_at(host, host->now_ms);
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
}

/* Signs with a nonce of the test's choice. */
static void
sign_with_nonce(Host *host, const KeyCert *caller, const char *nonce)
{
	CanonicalRequest canonical = { "POST", target, NULL, nonce };
	g_autofree char *string = NULL;
	guint8 signature[64];
	KeyCert first = host->caller;

	host->caller = *caller;
	sign_at(host, host->now_ms);
	host->caller = first;
	canonical.time = host->request.time;
	string = canonical_string(caller->key, &canonical, body, strlen(body));
	g_assert_true(identity_sign(caller->key, string, strlen(string),
				    signature, NULL));
	replace(&host->request.nonce, nonce);
	g_free(host->request.signature);
	host->request.signature = g_base64_encode(signature, 64);
}

static void
a_nonce_is_the_callers_own(Host *host, gconstpointer data)
{
	g_auto(KeyCert) other =
		test_leaf(&host->ca, data, "alice", ROLE_CLIENT);

	sign_with_nonce(host, &host->caller, "the-same-nonce-twice");
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
	sign_with_nonce(host, &other, "the-same-nonce-twice");
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
	sign_with_nonce(host, &host->caller, "the-same-nonce-twice");
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_UNTRUSTED));
}

static void
malformed_headers_are_refused(Host *host, gconstpointer data)
{
	g_autofree char *large =
		g_strnfill(IDENTITY_CERT_MAX / 3 * 4 + 100, 'A');
	g_autofree char *longer = g_strnfill(65, 'n');
	const struct {
		gsize header;
		const char *value;
	} bad[] = {
		{ 0, NULL },	 { 0, "" },
		{ 0, "*" },	 { 0, "AAAA" },
		{ 0, large },	 { 1, NULL },
		{ 1, "" },	 { 1, "-1" },
		{ 1, "1e3" },	 { 1, " 1" },
		{ 1, "9999999999999999" },
		{ 2, NULL },	 { 2, "0123456789abcde" },
		{ 2, longer },	 { 2, "0123456789abcde\n" },
		{ 2, "0123456789abcd==" },
		{ 3, NULL },	 { 3, "" },
		{ 3, "AAAA" },	 { 3, longer },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		SignedRequest *request = &host->request;
		char **const headers[] = { &request->certificate,
					   &request->time, &request->nonce,
					   &request->signature };

		sign_at(host, host->now_ms);
		replace(headers[bad[i].header], bad[i].value);
		g_assert_cmpint(receive_as_signed(host), ==,
				REFUSED(IDENTITY_MALFORMED));
	}
}

static void
a_second_spelling_of_base64_is_refused(Host *host, gconstpointer data)
{
	g_autofree char *spaced = NULL;

	sign_at(host, host->now_ms);
	spaced = g_strconcat(host->request.signature, "\n", NULL);
	replace(&host->request.signature, spaced);
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_MALFORMED));
	sign_at(host, host->now_ms);
	/* The last digit before "==" has four bits that decode to nothing. */
	g_assert_true(g_str_has_suffix(host->request.signature, "=="));
	host->request.signature[85]++;
	g_assert_cmpint(receive_as_signed(host), !=, ACCEPTED);
}

static void
a_certificate_of_no_trusted_ca_is_refused(Host *host, gconstpointer data)
{
	g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
	g_auto(KeyCert) stranger = test_leaf(&ca, data, "alice", ROLE_CLIENT);
	KeyCert first = host->caller;

	host->caller = stranger;
	sign_at(host, host->now_ms);
	host->caller = first;
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_UNTRUSTED));
}

static void
another_callers_certificate_is_refused(Host *host, gconstpointer data)
{
	g_auto(KeyCert) other =
		test_leaf(&host->ca, data, "bob", ROLE_ADMIN);
	g_autofree char *certificate = NULL;
	guint8 *der = NULL;
	int len = i2d_X509(other.cert, &der);

	sign_at(host, host->now_ms);
	certificate = g_base64_encode(der, (gsize)len);
	OPENSSL_free(der);
	replace(&host->request.certificate, certificate);
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_UNTRUSTED));
}

/* A CA's ECDSA signature (r, s) holds as (r, n - s) too, so the certificate has
 * a second encoding. It must not make a nonce new. */
static void
a_replay_with_the_certificate_written_otherwise_is_refused(Host *host,
							   gconstpointer data)
{
	const ASN1_BIT_STRING *signature;
	g_autoptr(ECDSA_SIG) sig = NULL;
	g_autoptr(BIGNUM) n = NULL;
	g_autoptr(X509) twin = X509_dup(host->caller.cert);
	const guint8 *at;
	guint8 der[72], *out = der, *whole = NULL;
	g_autofree char *certificate = NULL;
	BIGNUM *s = BN_new();
	int len;

	X509_get0_signature(&signature, NULL, twin);
	at = signature->data;
	sig = d2i_ECDSA_SIG(NULL, &at, signature->length);
	BN_hex2bn(&n, "ffffffff00000000ffffffffffffffff"
		      "bce6faada7179e84f3b9cac2fc632551");
	BN_sub(s, n, ECDSA_SIG_get0_s(sig));
	ECDSA_SIG_set0(sig, BN_dup(ECDSA_SIG_get0_r(sig)), s);
	len = i2d_ECDSA_SIG(sig, &out);
	ASN1_STRING_set((ASN1_STRING *)(guintptr)signature, der, len);
	len = i2d_X509(twin, &whole);
	certificate = g_base64_encode(whole, (gsize)len);
	OPENSSL_free(whole);

	sign_at(host, host->now_ms);
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
	g_assert_cmpstr(certificate, !=, host->request.certificate);
	replace(&host->request.certificate, certificate);
	g_assert_cmpint(receive_as_signed(host), ==,
			REFUSED(IDENTITY_UNTRUSTED));
	/* The refusal was for the nonce: with a new one it is accepted. */
	sign_at(host, host->now_ms);
	replace(&host->request.certificate, certificate);
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
}

static void
a_known_certificate_still_expires(Host *host, gconstpointer data)
{
	sign_at(host, host->now_ms);
	g_assert_cmpint(receive_as_signed(host), ==, ACCEPTED);
	host->now_ms += 366 * DAY_S * 1000;
	sign_at(host, host->now_ms);
	g_assert_cmpint(receive_as_signed(host), ==, REFUSED(IDENTITY_EXPIRED));
}

static gpointer
receive_in_thread(gpointer host)
{
	return GINT_TO_POINTER(receive_as_signed(host) == ACCEPTED);
}

static void
a_replay_at_the_same_time_is_accepted_once(Host *host, gconstpointer data)
{
	for (guint round = 0; round < 20; round++) {
		GThread *threads[THREADS];
		int accepted = 0;

		sign_at(host, host->now_ms);
		for (guint i = 0; i < THREADS; i++)
			threads[i] = g_thread_new("replay", receive_in_thread,
						  host);
		for (guint i = 0; i < THREADS; i++)
			accepted += GPOINTER_TO_INT(g_thread_join(threads[i]));
		g_assert_cmpint(accepted, ==, 1);
	}
}

/* The string as docs/gateway-api.md writes it, built by hand. */
static void
what_is_signed_is_what_the_document_says(Host *host, gconstpointer algorithm)
{
	gboolean gm = strcmp(algorithm, "sm2") == 0;
	g_autoptr(GString) text = g_string_new("BSN-REQUEST-1\nPOST\n");
	g_autofree guint8 *signature = NULL;
	guint8 digest[32];
	gsize len = 0;

	sign_at(host, host->now_ms);
	g_assert_true(EVP_Digest(body, strlen(body), digest, NULL,
				 gm ? EVP_sm3() : EVP_sha256(), NULL));
	g_string_append_printf(text, "%s\n", target);
	for (gsize i = 0; i < sizeof(digest); i++)
		g_string_append_printf(text, "%02x", digest[i]);
	g_string_append_printf(text, "\n%s\n%s\n", host->request.time,
			       host->request.nonce);
	signature = g_base64_decode(host->request.signature, &len);
	g_assert_cmpuint(len, ==, 64);
	g_assert_true(identity_verify(host->caller.key, text->str, text->len,
				      signature));
}

static void
only_ones_own_certificate_signs(Host *host, gconstpointer data)
{
	g_auto(KeyCert) other = test_leaf(&host->ca, data, "bob", ROLE_CLIENT);
	g_auto(SignedRequest) request = { NULL, NULL, NULL, NULL };
	g_autoptr(GError) error = NULL;

	g_assert_false(signed_request_make(&request, other.cert,
					   host->caller.key, "GET",
					   "/v1/status", NULL, 0, host->now_ms,
					   &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_UNFIT);
	g_clear_error(&error);
	g_assert_false(signed_request_make(&request, host->caller.cert,
					   host->caller.key, "get",
					   "/v1/status", NULL, 0, host->now_ms,
					   &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_MALFORMED);
	g_assert_true(signed_request_make(&request, host->caller.cert,
					  host->caller.key, "GET",
					  "/v1/status", NULL, 0, host->now_ms,
					   NULL));
}

static void
add(const char *name, void (*test)(Host *, gconstpointer))
{
	static const char *const algorithms[] = { "sm2", "ecdsa-p256" };

	for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
		g_autofree char *path = g_strdup_printf(
			"/signed-request/%s/%s", name, algorithms[i]);

		g_test_add(path, Host, algorithms[i], host_set_up, test,
			   host_tear_down);
	}
}

static void
add_requests(void)
{
	add("is-accepted-once", a_request_is_accepted_once);
	add("another-body-target-or-method-is-refused",
	    another_body_target_or_method_is_refused);
	add("a-line-feed-in-the-target-is-refused",
	    a_line_feed_in_the_target_is_refused);
	add("another-time-or-nonce-is-refused",
	    another_time_or_nonce_is_refused);
	add("a-time-within-the-skew-is-accepted",
	    a_time_within_the_skew_is_accepted);
	add("a-replay-is-refused-at-any-later-time",
	    a_replay_is_refused_at_any_later_time);
	add("requests-from-before-the-start-are-refused",
	    requests_from_before_the_start_are_refused);
	add("a-nonce-is-the-callers-own", a_nonce_is_the_callers_own);
	add("malformed-headers-are-refused", malformed_headers_are_refused);
	add("a-second-spelling-of-base64-is-refused",
	    a_second_spelling_of_base64_is_refused);
	add("a-certificate-of-no-trusted-ca-is-refused",
	    a_certificate_of_no_trusted_ca_is_refused);
	add("another-callers-certificate-is-refused",
	    another_callers_certificate_is_refused);
	add("a-replay-with-the-certificate-written-otherwise-is-refused",
	    a_replay_with_the_certificate_written_otherwise_is_refused);
	add("a-known-certificate-still-expires",
	    a_known_certificate_still_expires);
	add("a-replay-at-the-same-time-is-accepted-once",
	    a_replay_at_the_same_time_is_accepted_once);
	add("what-is-signed-is-what-the-document-says",
	    what_is_signed_is_what_the_document_says);
	add("only-ones-own-certificate-signs",
	    only_ones_own_certificate_signs);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_requests();
	return g_test_run();
}
