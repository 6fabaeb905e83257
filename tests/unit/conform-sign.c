/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed reports and certificates: what holds, and what does not.
 */
#include <glib/gstdio.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "host/plugin/certificate.h"
#include "host/plugin/envelope.h"
#include "host/plugin/signature.h"
#include "tests/unit/conform-fixture.h"
#include "tools/conform/report.h"
#include "tools/conform/sign.h"
#include "tools/conform/verify.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

typedef struct {
	char *dir;
	char *file;   /* what is verified */
	char *public; /* PEM of the key */
	char *private;
	EVP_PKEY *key;
} Place;

static char *
in_place(const Place *place, const char *name)
{
	return g_build_filename(place->dir, name, NULL);
}

static void
write_key(EVP_PKEY *key, const char *public, const char *private)
{
	FILE *out = fopen(public, "w");

	g_assert_cmpint(PEM_write_PUBKEY(out, key), ==, 1);
	fclose(out);
	out = fopen(private, "w");
	g_assert_cmpint(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL,
					     NULL),
			==, 1);
	fclose(out);
}

static void
set_up(Place *place, gconstpointer unused)
{
	(void)unused;
	place->dir = g_dir_make_tmp("bsn-sign-XXXXXX", NULL);
	g_assert_nonnull(place->dir);
	place->file = in_place(place, "report");
	place->public = in_place(place, "lab.pem");
	place->private = in_place(place, "lab.key");
	place->key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	write_key(place->key, place->public, place->private);
}

static void
tear_down(Place *place, gconstpointer unused)
{
	GDir *dir = g_dir_open(place->dir, 0, NULL);
	const char *name;

	(void)unused;
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = in_place(place, name);

		g_assert_cmpint(g_remove(path), ==, 0);
	}
	g_dir_close(dir);
	g_assert_cmpint(g_rmdir(place->dir), ==, 0);
	EVP_PKEY_free(place->key);
	g_free(place->private);
	g_free(place->public);
	g_free(place->file);
	g_free(place->dir);
}

static void
put(const Place *place, const char *text)
{
	g_assert_true(g_file_set_contents(place->file, text, -1, NULL));
}

static char *
signed_report(const Place *place)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	char *message = NULL;
	char *text = sign_report(report, place->key, &message);

	g_assert_nonnull(text);
	return text;
}

static char *
signed_certificate(const Place *place)
{
	g_autoptr(Report) report = fixture_report_good();
	char *message = NULL;
	char *text = sign_certificate(report, place->key, &message);

	g_assert_nonnull(text);
	return text;
}

/* Verifies place->file; its answer must have the piece. */
static void
assert_verify(const Place *place, const char *key, int expected,
	      const char *piece)
{
	g_autoptr(GString) out = g_string_new(NULL);
	int status = verify_file(place->file, key, out, NULL);

	if (strstr(out->str, piece) == NULL)
		g_error("\"%s\" is not in:\n%s", piece, out->str);
	g_assert_cmpint(status, ==, expected);
}

/* ---- what holds ---------------------------------------------------------- */

static void
report_holds_and_says_who_and_what(Place *place, gconstpointer unused)
{
	g_autofree char *text = signed_report(place);
	g_autofree char *id = signature_key_id(place->key);
	g_autofree char *expected = g_strdup_printf(
		"signed by   %s\n"
		"            the key of %s\n"
		"report      of conformance, 2026-11-29T09:00:00Z\n"
		"file        engine-acme.so, " FIXTURE_DIGEST "\n"
		"plugin      com.acme.engine 1.2.3\n"
		"level       L0, loads\n"
		"conforming  no\n"
		"tool        bsn-conform 9.8.7, edition 1\n",
		id, place->public);
	g_autoptr(GString) out = g_string_new(NULL);

	(void)unused;
	put(place, text);
	verify_file(place->file, place->public, out, NULL);
	g_assert_cmpstr(out->str, ==, expected);
}

static void
what_was_signed_is_the_report_byte_for_byte(Place *place, gconstpointer unused)
{
	g_autoptr(Report) report = fixture_report_every_verdict();
	g_autoptr(GString) expected = g_string_new(NULL);
	g_autoptr(GString) payload = g_string_new(NULL);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *text = signed_report(place);

	(void)unused;
	report_json(report, expected);
	put(place, text);
	verify_file(place->file, place->public, out, payload);
	g_assert_cmpstr(payload->str, ==, expected->str);
}

static void
without_a_key_the_one_inside_is_called_mere(Place *place, gconstpointer unused)
{
	g_autofree char *text = signed_report(place);

	(void)unused;
	put(place, text);
	assert_verify(place, NULL, VERIFY_HOLDS,
		      "merely the key inside the file");
}

static void
report_of_a_refused_file_holds_too(Place *place, gconstpointer unused)
{
	g_autoptr(Report) report = fixture_report_refused();
	g_autofree char *message = NULL;
	g_autofree char *text = sign_report(report, place->key, &message);

	(void)unused;
	put(place, text);
	assert_verify(place, place->public, VERIFY_HOLDS,
		      "refused     /opt/acme/engine-acme.so is not an ELF file");
	assert_verify(place, place->public, VERIFY_HOLDS,
		      "level       none, no level reached\nconforming  no\n");
}

static void
certificate_holds_and_says_the_level(Place *place, gconstpointer unused)
{
	g_autofree char *text = signed_certificate(place);

	(void)unused;
	put(place, text);
	assert_verify(place, place->public, VERIFY_HOLDS,
		      "certificate of conformance, 2026-11-29\n"
		      "file        " FIXTURE_DIGEST "\n"
		      "plugin      com.acme.engine 1.2.3\n"
		      "level       L3, simulator\n"
		      "tool        bsn-conform 9.8.7, edition 1\n");
}

static void
nothing_is_certified_where_nothing_was_reached(Place *place,
					       gconstpointer unused)
{
	g_autoptr(Report) report = fixture_report_refused();
	g_autofree char *message = NULL;

	(void)unused;
	g_assert_null(sign_certificate(report, place->key, &message));
	g_assert_cmpstr(message, ==, "there is nothing to certify: "
				     "engine-acme.so has reached no level");
}

/* ---- what does not ------------------------------------------------------- */

static void
another_key_is_named(Place *place, gconstpointer unused)
{
	g_autofree char *text = signed_report(place);
	g_autofree char *other = in_place(place, "other.pem");
	g_autofree char *private = in_place(place, "other.key");
	g_autoptr(EVP_PKEY) key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	g_autofree char *id = signature_key_id(place->key);
	g_autofree char *but = g_strconcat("but by ", id, "\n", NULL);

	(void)unused;
	write_key(key, other, private);
	put(place, text);
	assert_verify(place, other, VERIFY_BROKEN, "is not signed by the key");
	assert_verify(place, other, VERIFY_BROKEN, but);
}

/* Puts an envelope whose member `path` is another text; the last part of the
 * path is of the envelope, or of its signature after "signature.". */
static void
put_changed(const Place *place, const char *text, const char *member,
	    const char *value)
{
	g_autoptr(json_t) json = json_loads(text, 0, NULL);
	json_t *owner = json;
	char *changed;

	if (g_str_has_prefix(member, "signature.")) {
		owner = json_array_get(json_object_get(json, "signatures"), 0);
		member += strlen("signature.");
	}
	g_assert_nonnull(json_object_get(owner, member));
	json_object_set_new(owner, member, json_string(value));
	changed = json_dumps(json, 0);
	put(place, changed);
	free(changed);
}

static char *
payload_with(const char *text, const char *from, const char *to)
{
	g_autoptr(json_t) json = json_loads(text, 0, NULL);
	gsize len;
	g_autofree char *payload = (char *)g_base64_decode(
		json_string_value(json_object_get(json, "payload")), &len);
	g_autoptr(GString) changed = g_string_new_len(payload, (gssize)len);

	g_assert_cmpuint(g_string_replace(changed, from, to, 0), >, 0);
	return g_base64_encode((guint8 *)changed->str, changed->len);
}

static void
changed_statement_does_not_hold(Place *place, gconstpointer unused)
{
	g_autofree char *text = signed_certificate(place);
	g_autofree char *higher =
		payload_with(text, "\"L3\"", "\"L4\"");
	g_autofree char *blank = payload_with(text, "\n}", "\n }");

	(void)unused;
	put_changed(place, text, "payload", higher);
	assert_verify(place, place->public, VERIFY_BROKEN,
		      "was changed: its signature does not hold");
	assert_verify(place, NULL, VERIFY_BROKEN,
		      "was changed: its signature does not hold");
	put_changed(place, text, "payload", blank);
	assert_verify(place, place->public, VERIFY_BROKEN, "was changed");
}

/* A report is no certificate, even with the same bytes and signature. */
static void
statement_of_one_type_is_none_of_another(Place *place, gconstpointer unused)
{
	g_autofree char *text = signed_report(place);

	(void)unused;
	put_changed(place, text, "payloadType", CERTIFICATE_TYPE);
	assert_verify(place, place->public, VERIFY_BROKEN, "was changed");
}

/* Signed by somebody else, under the name of the lab's key. */
static void
key_inside_cannot_be_claimed(Place *place, gconstpointer unused)
{
	g_autofree char *ours = signed_report(place);
	g_autoptr(json_t) json = json_loads(ours, 0, NULL);
	json_t *one = json_array_get(json_object_get(json, "signatures"), 0);
	g_autoptr(EVP_PKEY) key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	g_autoptr(Report) report = fixture_report_good();
	char *message = NULL;
	g_autofree char *theirs = sign_report(report, key, &message);

	(void)unused;
	put_changed(place, theirs, "signature.key",
		    json_string_value(json_object_get(one, "key")));
	assert_verify(place, place->public, VERIFY_BROKEN, "was changed");
	assert_verify(place, NULL, VERIFY_BROKEN, "was changed");
}

static void
broken_files_get_one_line(Place *place, gconstpointer unused)
{
	static const struct {
		const char *member, *value, *says;
	} cases[] = {
		{ "payload", "e30", "has no payload in base64\n" },
		{ "payload", "e30=\n", "has no payload in base64\n" },
		{ "payload", "", "has no payload in base64\n" },
		{ "payloadType", "a b", "it has no payloadType\n" },
		{ "signature.sig", "?", "has no signature in base64\n" },
		{ "signature.sig", "AAAA", "its signature does not hold\n" },
		{ "signature.key", "x", "has no SM2 public key in PEM\n" },
	};
	g_autofree char *text = signed_report(place);

	(void)unused;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		put_changed(place, text, cases[i].member, cases[i].value);
		assert_verify(place, place->public, VERIFY_BROKEN,
			      cases[i].says);
	}
	put(place, "{}");
	assert_verify(place, place->public, VERIFY_BROKEN, "is not signed");
	put(place, "{\"payload\":\"e30=\",\"payload\":\"e30=\"}");
	assert_verify(place, place->public, VERIFY_BROKEN, "is not JSON");
}

static void
foreign_statement_is_called_so(Place *place, gconstpointer unused)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GBytes) empty = g_bytes_new_static("{}", 2);
	g_autofree char *why = NULL;

	(void)place;
	(void)unused;
	g_assert_false(verify_describe("other/1", empty, out, &why));
	g_assert_nonnull(strstr(why, "of type other/1, which is neither"));
	g_clear_pointer(&why, g_free);
	g_assert_false(verify_describe(REPORT_SCHEMA, empty, out, &why));
	g_assert_nonnull(strstr(why, "does not hold a whole report"));
}

static void
files_that_cannot_be_read_are_told_apart(Place *place, gconstpointer unused)
{
	g_autofree char *text = signed_report(place);

	(void)unused;
	assert_verify(place, NULL, VERIFY_UNREADABLE, "No such file");
	put(place, text);
	assert_verify(place, place->private, VERIFY_UNREADABLE,
		      "no readable PEM file with an SM2 public key\n");
}

static void
file_over_the_limit_is_not_parsed(Place *place, gconstpointer unused)
{
	g_autofree char *large = g_strnfill(ENVELOPE_MAX + 1, ' ');

	(void)unused;
	put(place, large);
	assert_verify(place, NULL, VERIFY_BROKEN, "has over 16777216 bytes");
}

/* ---- the signer's key ---------------------------------------------------- */

static void
assert_no_key(const char *file)
{
	g_autofree char *message = NULL;

	g_assert_null(sign_key_read(file, &message));
	g_assert_true(g_str_has_prefix(message, file));
	g_assert_nonnull(strstr(message, "no readable PEM file with an SM2 "
					 "private key"));
}

static void
only_an_sm2_key_without_passphrase_signs(Place *place, gconstpointer unused)
{
	g_autofree char *p256 = in_place(place, "p256.key");
	g_autofree char *sealed = in_place(place, "sealed.key");
	g_autoptr(EVP_PKEY) other = EVP_PKEY_Q_keygen(NULL, NULL, "EC",
						      "P-256");
	g_autofree char *message = NULL;
	g_autoptr(EVP_PKEY) key = sign_key_read(place->private, &message);
	guint8 word[] = "word";
	FILE *out = fopen(p256, "w");

	(void)unused;
	g_assert_nonnull(key);
	g_assert_cmpint(PEM_write_PrivateKey(out, other, NULL, NULL, 0, NULL,
					     NULL),
			==, 1);
	fclose(out);
	out = fopen(sealed, "w");
	g_assert_cmpint(PEM_write_PrivateKey(out, place->key,
					     EVP_aes_128_cbc(), word, 4, NULL,
					     NULL),
			==, 1);
	fclose(out);
	assert_no_key(p256);
	assert_no_key(sealed);
	assert_no_key(place->public);
	assert_no_key("/nonexistent/key");
}

/* ---- the format ---------------------------------------------------------- */

/* From the specification of DSSE 1.0. */
static void
signed_bytes_are_those_of_dsse(void)
{
	g_autoptr(GBytes) payload = g_bytes_new_static("hello world", 11);
	g_autoptr(GBytes) message =
		envelope_message("http://example.com/HelloWorld", payload);
	g_autoptr(GBytes) expected = g_bytes_new_static(
		"DSSEv1 29 http://example.com/HelloWorld 11 hello world", 54);

	g_assert_true(g_bytes_equal(message, expected));
}

static void
certificate_must_be_whole(void)
{
	static const struct {
		const char *from, *to, *says;
	} cases[] = {
		{ "\"L2\"", "\"L5\"", "has no \"level\" of L0 to L4" },
		{ "\"L2\"", "2", "has no \"level\" of L0 to L4" },
		{ "sm3:66", "sm3:6G", "has a \"digest\" that is not sm3:" },
		{ "sm3:66", "sm3:6", "has a \"digest\" that is not sm3:" },
		{ "\"edition\": 1", "\"edition\": 0", "has no \"edition\"" },
		{ "\"version\"", "\"versio\"", "has no text \"version\"" },
		{ "\"2026-11-29\"", "\"\"", "has no text \"date\"" },
		{ CERTIFICATE_TYPE, "other", "is no " CERTIFICATE_TYPE },
		{ "{", "[", "does not hold JSON" },
	};
	const Certificate certificate = { 2, FIXTURE_DIGEST, "acme", "1.0",
					  "9.9", 1, "2026-11-29" };
	g_autoptr(GBytes) good = certificate_format(&certificate);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) text =
			g_string_new_len(g_bytes_get_data(good, NULL),
					 (gssize)g_bytes_get_size(good));
		g_autoptr(GBytes) bytes = NULL;
		g_autofree char *why = NULL;

		g_assert_cmpuint(g_string_replace(text, cases[i].from,
						  cases[i].to, 1),
				 ==, 1);
		bytes = g_bytes_new(text->str, text->len);
		g_assert_null(certificate_parse(bytes, &why));
		if (strstr(why, cases[i].says) == NULL)
			g_assert_cmpstr(why, ==, cases[i].says);
	}
}

static void
certificate_comes_back_as_it_was(void)
{
	const Certificate before = { 4, FIXTURE_DIGEST, "acme", "1.0 \"x\"",
				     "9.9", 7, "2026-11-29" };
	g_autoptr(GBytes) bytes = certificate_format(&before);
	g_autofree char *why = NULL;
	g_autoptr(Certificate) after = certificate_parse(bytes, &why);

	g_assert_cmpstr(why, ==, NULL);
	g_assert_cmpint(after->level, ==, 4);
	g_assert_cmpstr(after->digest, ==, FIXTURE_DIGEST);
	g_assert_cmpstr(after->plugin, ==, "acme");
	g_assert_cmpstr(after->version, ==, "1.0 \"x\"");
	g_assert_cmpstr(after->tool_version, ==, "9.9");
	g_assert_cmpuint(after->edition, ==, 7);
	g_assert_cmpstr(after->date, ==, "2026-11-29");
}

/* The host knows levels by number; the tool by name. */
static void
levels_are_those_of_the_checks(void)
{
	g_assert_cmpint(CERTIFICATE_LEVELS, ==, LEVELS);
	for (gint level = 0; level < LEVELS; level++)
		g_assert_cmpint(certificate_level(level_name(level)), ==,
				level);
	g_assert_cmpint(certificate_level("none"), ==, -1);
	g_assert_cmpint(certificate_level("L22"), ==, -1);
	g_assert_cmpint(certificate_level("L"), ==, -1);
	g_assert_cmpint(certificate_level(NULL), ==, -1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                    \
	g_test_add("/conform/sign/" name, Place, NULL, set_up, function,       \
		   tear_down)
	ADD("report-holds-and-says-who-and-what",
	    report_holds_and_says_who_and_what);
	ADD("what-was-signed-is-the-report-byte-for-byte",
	    what_was_signed_is_the_report_byte_for_byte);
	ADD("without-a-key-the-one-inside-is-called-mere",
	    without_a_key_the_one_inside_is_called_mere);
	ADD("report-of-a-refused-file-holds-too",
	    report_of_a_refused_file_holds_too);
	ADD("certificate-holds-and-says-the-level",
	    certificate_holds_and_says_the_level);
	ADD("nothing-is-certified-where-nothing-was-reached",
	    nothing_is_certified_where_nothing_was_reached);
	ADD("another-key-is-named", another_key_is_named);
	ADD("changed-statement-does-not-hold",
	    changed_statement_does_not_hold);
	ADD("statement-of-one-type-is-none-of-another",
	    statement_of_one_type_is_none_of_another);
	ADD("key-inside-cannot-be-claimed", key_inside_cannot_be_claimed);
	ADD("broken-files-get-one-line", broken_files_get_one_line);
	ADD("foreign-statement-is-called-so", foreign_statement_is_called_so);
	ADD("files-that-cannot-be-read-are-told-apart",
	    files_that_cannot_be_read_are_told_apart);
	ADD("file-over-the-limit-is-not-parsed",
	    file_over_the_limit_is_not_parsed);
	ADD("only-an-sm2-key-without-passphrase-signs",
	    only_an_sm2_key_without_passphrase_signs);
#undef ADD
	g_test_add_func("/conform/envelope/signed-bytes-are-those-of-dsse",
			signed_bytes_are_those_of_dsse);
	g_test_add_func("/conform/certificate/must-be-whole",
			certificate_must_be_whole);
	g_test_add_func("/conform/certificate/comes-back-as-it-was",
			certificate_comes_back_as_it_was);
	g_test_add_func("/conform/certificate/levels-are-those-of-the-checks",
			levels_are_those_of_the_checks);
	return g_test_run();
}
