/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates of conformance: each way in which an engine has not the one that
 * the config asks for.
 */
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <string.h>

#include "host/ops/log.h"
#include "host/plugin/certificate.h"
#include "host/plugin/digest.h"
#include "host/plugin/envelope.h"
#include "host/plugin/signature.h"
#include "tests/unit/plugin_fixture.h"

#define CERTIFICATE "good.so" CERTIFICATE_SUFFIX

/* A host that asks for L2, certified by "lab", and the engine "good". */
typedef struct {
	Fixture *fixture;
	EVP_PKEY *lab;
	char *digest; /* of good.so */
} Place;

static void
set_up(Place *place, gconstpointer unused)
{
	g_autoptr(GBytes) good = fixture_module("good");
	g_autofree char *pem = NULL;

	(void)unused;
	place->fixture = fixture_new();
	place->digest = plugin_digest(good);
	place->lab = fixture_make_key(place->fixture, "lab.pem");
	pem = g_build_filename(place->fixture->dir, "lab.pem", NULL);
	place->fixture->certifiers[0] = g_intern_string(pem);
	place->fixture->require = "L2";
	fixture_add_trusted(place->fixture, "good");
}

static void
tear_down(Place *place, gconstpointer unused)
{
	(void)unused;
	EVP_PKEY_free(place->lab);
	g_free(place->digest);
	fixture_free(place->fixture);
}

static Certificate
certificate_of(const Place *place, gint level)
{
	return (Certificate){ level, place->digest, (char *)"test.good",
			      (char *)"1.0", (char *)"9.9", 1,
			      (char *)"2026-11-29" };
}

/* Puts a statement beside the plugin, signed by `signer`; the key inside is
 * `claimed`. */
static void
put_signed(const Place *place, const char *type, GBytes *payload,
	   EVP_PKEY *signer, EVP_PKEY *claimed)
{
	g_autoptr(GBytes) message = envelope_message(type, payload);
	g_autoptr(GBytes) signature = fixture_sign(signer, message);
	char *text = envelope_format(type, payload, signature, claimed);
	g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));

	fixture_put(place->fixture, CERTIFICATE, bytes);
}

static void
put_certificate(const Place *place, const Certificate *certificate,
		EVP_PKEY *signer)
{
	g_autoptr(GBytes) payload = certificate_format(certificate);

	put_signed(place, CERTIFICATE_TYPE, payload, signer, signer);
}

static void
assert_loaded(const Place *place, const char *name)
{
	const PluginFile *file;

	fixture_load(place->fixture);
	file = fixture_file(place->fixture, name);
	g_assert_cmpstr(file->reason, ==, "");
	g_assert_cmpint(file->verdict, ==, PLUGIN_LOADED);
}

static void
assert_refused(const Place *place, const char *rule, const char *reason,
	       const char *remedy)
{
	const PluginFile *file;

	fixture_load(place->fixture);
	file = fixture_file(place->fixture, "good.so");
	g_assert_cmpint(file->verdict, ==, PLUGIN_REFUSED);
	g_assert_cmpstr(file->rule, ==, rule);
	if (strstr(file->reason, reason) == NULL)
		g_assert_cmpstr(file->reason, ==, reason);
	if (strstr(file->remedy, remedy) == NULL)
		g_assert_cmpstr(file->remedy, ==, remedy);
}

/* ---- what is enough ------------------------------------------------------ */

static void
level_that_is_asked_for_or_higher_is_enough(Place *place, gconstpointer unused)
{
	(void)unused;
	for (gint level = 2; level < CERTIFICATE_LEVELS; level++) {
		Certificate certificate = certificate_of(place, level);

		put_certificate(place, &certificate, place->lab);
		assert_loaded(place, "good.so");
	}
}

static void
nothing_is_asked_for_without_require(Place *place, gconstpointer unused)
{
	(void)unused;
	place->fixture->require = "none";
	assert_loaded(place, "good.so");
	place->fixture->require = NULL;
	assert_loaded(place, "good.so");
}

static void
only_engines_are_asked(Place *place, gconstpointer unused)
{
	(void)unused;
	fixture_add_from_build(place->fixture, "crypto-gm.so");
	assert_loaded(place, "crypto-gm.so");
}

static void
key_inside_need_not_be_known(Place *place, gconstpointer unused)
{
	Certificate certificate = certificate_of(place, 2);
	g_autoptr(GBytes) payload = certificate_format(&certificate);
	EVP_PKEY *other = fixture_make_key(place->fixture, "other.pem");

	(void)unused;
	put_signed(place, CERTIFICATE_TYPE, payload, place->lab, other);
	assert_loaded(place, "good.so");
	EVP_PKEY_free(other);
}

/* ---- what is not --------------------------------------------------------- */

static void
absent_certificate_is_said(Place *place, gconstpointer unused)
{
	(void)unused;
	assert_refused(place, "not-certified",
		       "has no certificate of conformance beside it "
		       "(.conformance)",
		       "--certificate FILE.conformance");
}

static void
level_below_is_said(Place *place, gconstpointer unused)
{
	Certificate certificate = certificate_of(place, 1);

	(void)unused;
	put_certificate(place, &certificate, place->lab);
	assert_refused(place, "below-level",
		       "is certified for level L1, and [plugins] require is L2",
		       "[plugins]: require = L1");
}

static void
certificate_of_another_file_is_said(Place *place, gconstpointer unused)
{
	g_autoptr(GBytes) twin = fixture_module("twin");
	g_autofree char *digest = plugin_digest(twin);
	Certificate certificate = certificate_of(place, 4);

	(void)unused;
	certificate.digest = digest;
	put_certificate(place, &certificate, place->lab);
	assert_refused(place, "other-certificate", digest, "exactly this");
	assert_refused(place, "other-certificate", place->digest, "");
}

static void
stranger_certifies_nothing(Place *place, gconstpointer unused)
{
	Certificate certificate = certificate_of(place, 4);
	EVP_PKEY *stranger = fixture_make_key(place->fixture, "stranger.pem");
	g_autofree char *id = signature_key_id(stranger);

	(void)unused;
	put_certificate(place, &certificate, stranger);
	assert_refused(place, "unknown-certifier", id, "conformance_keys");
	assert_refused(place, "unknown-certifier",
		       "which is none of the 1 that may certify", "");
	EVP_PKEY_free(stranger);
}

static void
vendors_key_certifies_nothing_by_itself(Place *place, gconstpointer unused)
{
	Certificate certificate = certificate_of(place, 4);

	(void)unused;
	place->fixture->keys[0] = place->fixture->certifiers[0];
	place->fixture->certifiers[0] = NULL;
	put_certificate(place, &certificate, place->lab);
	assert_refused(place, "unknown-certifier",
		       "which is none of the 0 that may certify", "");
}

static void
changed_certificate_is_said(Place *place, gconstpointer unused)
{
	Certificate certificate = certificate_of(place, 2);
	g_autoptr(GBytes) low = certificate_format(&certificate);
	g_autoptr(GBytes) message = envelope_message(CERTIFICATE_TYPE, low);
	g_autoptr(GBytes) signature = fixture_sign(place->lab, message);
	g_autoptr(GBytes) high = NULL;
	g_autoptr(GBytes) bytes = NULL;
	char *text;

	(void)unused;
	certificate.level = 4;
	high = certificate_format(&certificate);
	text = envelope_format(CERTIFICATE_TYPE, high, signature, place->lab);
	bytes = g_bytes_new_take(text, strlen(text));
	fixture_put(place->fixture, CERTIFICATE, bytes);
	assert_refused(place, "bad-certificate",
		       "its certificate of conformance was changed: its "
		       "signature does not hold",
		       "Copy the certificate again");
}

/* Signed by who may certify, but not a certificate. */
static void
other_statements_certify_nothing(Place *place, gconstpointer unused)
{
	Certificate certificate = certificate_of(place, 4);
	g_autoptr(GBytes) payload = certificate_format(&certificate);
	g_autoptr(GBytes) empty = g_bytes_new_static("{}", 2);

	(void)unused;
	put_signed(place, "bsn.conformance-report/1", payload, place->lab,
		   place->lab);
	assert_refused(place, "bad-certificate",
		       "is a statement about something else", "");
	put_signed(place, CERTIFICATE_TYPE, empty, place->lab, place->lab);
	assert_refused(place, "bad-certificate",
		       "is no " CERTIFICATE_TYPE, "");
}

static void
file_that_is_no_certificate_is_said(Place *place, gconstpointer unused)
{
	g_autofree char *directory = g_build_filename(place->fixture->dir,
						      CERTIFICATE, NULL);
	g_autofree char *spaces = g_strnfill(CERTIFICATE_MAX + 1, ' ');
	g_autoptr(GBytes) text = g_bytes_new_static("L4\n", 3);
	g_autoptr(GBytes) large =
		g_bytes_new_static(spaces, CERTIFICATE_MAX + 1);

	(void)unused;
	fixture_put(place->fixture, CERTIFICATE, text);
	assert_refused(place, "bad-certificate", "is not JSON", "");
	fixture_put(place->fixture, CERTIFICATE, large);
	assert_refused(place, "bad-certificate", "has over 65536 bytes", "");
	g_assert_cmpint(g_remove(directory), ==, 0);
	g_assert_cmpint(g_mkdir(directory, 0700), ==, 0);
	assert_refused(place, "bad-certificate", "it is not a regular file",
		       "");
}

/* Nothing of an engine runs before its certificate was found good. */
static void
uncertified_engine_does_not_run(Place *place, gconstpointer unused)
{
	g_autofree char *mark =
		g_build_filename(place->fixture->dir, "mark", NULL);

	(void)unused;
	g_setenv("BSN_TEST_MARK", mark, TRUE);
	fixture_add_trusted(place->fixture, "marked");
	fixture_load(place->fixture);
	g_assert_false(g_file_test(mark, G_FILE_TEST_EXISTS));
	place->fixture->require = NULL;
	fixture_load(place->fixture);
	g_assert_true(g_file_test(mark, G_FILE_TEST_EXISTS));
	g_unsetenv("BSN_TEST_MARK");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* Refusals are what is expected here. */
	log_setup("error", "text");
#define ADD(name, function)                                                    \
	g_test_add("/plugin/certified/" name, Place, NULL, set_up, function,   \
		   tear_down)
	ADD("level-that-is-asked-for-or-higher-is-enough",
	    level_that_is_asked_for_or_higher_is_enough);
	ADD("nothing-is-asked-for-without-require",
	    nothing_is_asked_for_without_require);
	ADD("only-engines-are-asked", only_engines_are_asked);
	ADD("key-inside-need-not-be-known", key_inside_need_not_be_known);
	ADD("absent-certificate-is-said", absent_certificate_is_said);
	ADD("level-below-is-said", level_below_is_said);
	ADD("certificate-of-another-file-is-said",
	    certificate_of_another_file_is_said);
	ADD("stranger-certifies-nothing", stranger_certifies_nothing);
	ADD("vendors-key-certifies-nothing-by-itself",
	    vendors_key_certifies_nothing_by_itself);
	ADD("changed-certificate-is-said", changed_certificate_is_said);
	ADD("other-statements-certify-nothing",
	    other_statements_certify_nothing);
	ADD("file-that-is-no-certificate-is-said",
	    file_that_is_no_certificate_is_said);
	ADD("uncertified-engine-does-not-run",
	    uncertified_engine_does_not_run);
#undef ADD
	return g_test_run();
}
