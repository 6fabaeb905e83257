/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin's connections with TLS, and certificates of an authority of its own.
 */
#include <openssl/x509.h>
#include <string.h>

#include "tests/unit/io-fixture.h"

/* A certificate with its key. */
typedef struct {
	TextSink *certificate, *key;
} Pair;

typedef struct {
	IoFixture *fixture;
	bsn_io_authority *authority, *other;
	TextSink *ca, *other_ca;
	Pair server, client, stranger;
	Side *listening, *dialling;
	bsn_io_tls server_tls, client_tls;
} Shake;

static bsn_io_authority *
authority(IoFixture *fixture, const char *name, TextSink *ca)
{
	bsn_io_authority *made = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(fixture->io->authority_new(fixture->account, name,
						   &made, &err),
			==, BSN_OK);
	g_assert_cmpint(fixture->io->authority_certificate(made, &ca->sink,
							   &err),
			==, BSN_OK);
	return made;
}

static Pair
issue(IoFixture *fixture, bsn_io_authority *from, const char *name,
      const char *const *hosts)
{
	Pair pair = { text_sink_new(), text_sink_new() };
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = fixture->io->authority_issue(
		from, name, hosts, &pair.certificate->sink, &pair.key->sink,
		&err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(status, ==, BSN_OK);
	return pair;
}

static void
pair_clear(Pair *pair)
{
	text_sink_free(pair->certificate);
	text_sink_free(pair->key);
}

static void
setup(Shake *shake, gconstpointer data)
{
	static const char *const hosts[] = { "peer.example", "127.0.0.1",
					     NULL };
	static const char *const all[] = { IO_PLUGIN " 127.0.0.1:0", NULL };
	IoFixture *fixture =
		io_fixture_new(&(IoConfig){ .listen = all, .connect = all });

	shake->fixture = fixture;
	shake->ca = text_sink_new();
	shake->other_ca = text_sink_new();
	shake->authority = authority(fixture, "Org", shake->ca);
	shake->other = authority(fixture, "Org", shake->other_ca);
	shake->server = issue(fixture, shake->authority, NULL, hosts);
	shake->client = issue(fixture, shake->authority, "kid", NULL);
	shake->stranger = issue(fixture, shake->other, "kid", NULL);
	shake->listening = side_new(fixture);
	shake->listening->echoes = TRUE;
	shake->dialling = side_new(fixture);
	shake->server_tls = (bsn_io_tls){
		.size = sizeof(bsn_io_tls),
		.flags = BSN_IO_TLS_REQUIRE,
		.certificate = text_sink_slice(shake->server.certificate),
		.key = text_sink_slice(shake->server.key),
		.ca = text_sink_slice(shake->ca),
		.alpn = "h2",
	};
	shake->client_tls = (bsn_io_tls){
		.size = sizeof(bsn_io_tls),
		.certificate = text_sink_slice(shake->client.certificate),
		.key = text_sink_slice(shake->client.key),
		.ca = text_sink_slice(shake->ca),
		.alpn = "h2",
		.name = "peer.example",
	};
}

static void
teardown(Shake *shake, gconstpointer data)
{
	shake->fixture->io->authority_free(shake->authority);
	shake->fixture->io->authority_free(NULL);
	/* The host ends the other one. */
	io_fixture_free(shake->fixture);
	text_sink_free(shake->ca);
	text_sink_free(shake->other_ca);
	pair_clear(&shake->server);
	pair_clear(&shake->client);
	pair_clear(&shake->stranger);
	side_free(shake->listening);
	side_free(shake->dialling);
}

static int32_t
listen_with(Shake *shake, bsn_err *err)
{
	bsn_io_listener *listener;

	return shake->fixture->io->listen(shake->fixture->account, "unix:s",
					  &shake->server_tls, NULL,
					  &shake->listening->acceptor,
					  &listener, NULL, err);
}

static int32_t
connect_with(Shake *shake, bsn_err *err)
{
	return shake->fixture->io->connect(shake->fixture->account, "unix:s",
					   &shake->client_tls, NULL,
					   &shake->dialling->events,
					   &shake->dialling->stream, err);
}

static void
begin(Shake *shake)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(listen_with(shake, &err), ==, BSN_OK);
	g_assert_cmpint(connect_with(shake, &err), ==, BSN_OK);
}

static void
assert_talk(Shake *shake)
{
	Side *dialling = shake->dialling;

	begin(shake);
	g_assert_cmpint(shake->fixture->io->write(dialling->stream,
						  bsn_slice_str("hello")),
			==, BSN_OK);
	while (dialling->got->len < 5 && dialling->closed == 0)
		io_run_until(shake->fixture, &dialling->received,
			     dialling->received + 1);
	g_assert_cmpstr(dialling->got->str, ==, "hello");
	g_assert_cmpuint(dialling->opened, ==, 1);
}

/* Nobody is let in, and the one who dialled is told: in TLS 1.3 when it seemed
 * to be in already (RFC 8446 section 4.4.4, appendix E.1.2). */
static void
assert_no_talk(Shake *shake, const char *reason)
{
	begin(shake);
	io_run_until(shake->fixture, &shake->dialling->closed, 1);
	io_settle(shake->fixture);
	g_assert_cmpint(shake->dialling->status, !=, BSN_OK);
	if (reason != NULL)
		g_assert_nonnull(strstr(shake->dialling->reason, reason));
	g_assert_cmpuint(shake->listening->accepted, ==, 0);
}

/* ---- who is who ---- */

static char *
common_name(GBytes *der)
{
	gsize len;
	const unsigned char *at = g_bytes_get_data(der, &len);
	X509 *certificate = d2i_X509(NULL, &at, (long)len);
	char name[64] = "";

	g_assert_nonnull(certificate);
	X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
				  NID_commonName, name, sizeof(name));
	X509_free(certificate);
	return g_strdup(name);
}

static void
test_mutual(Shake *shake, gconstpointer data)
{
	g_autofree char *name = NULL;

	assert_talk(shake);
	g_assert_nonnull(shake->listening->certificate);
	g_assert_nonnull(shake->dialling->certificate);
	name = common_name(shake->listening->certificate);
	g_assert_cmpstr(name, ==, "kid");
	shake->fixture->io->finish(shake->dialling->stream);
	io_run_until(shake->fixture, &shake->listening->closed, 1);
	g_assert_cmpint(shake->listening->status, ==, BSN_OK);
	g_assert_cmpuint(shake->listening->ended, ==, 0);
}

static void
test_large(Shake *shake, gconstpointer data)
{
	g_autofree char *much = g_strnfill(1 << 20, 'm');
	Side *dialling = shake->dialling;

	assert_talk(shake);
	shake->listening->echoes = FALSE;
	g_string_truncate(shake->listening->got, 0);
	g_assert_cmpint(shake->fixture->io->write(dialling->stream,
						  bsn_slice_str(much)),
			==, BSN_OK);
	shake->fixture->io->close(dialling->stream);
	io_run_until(shake->fixture, &shake->listening->closed, 1);
	g_assert_cmpstr(shake->listening->got->str, ==, much);
	g_assert_cmpuint(dialling->closed, ==, 0);
}

static void
test_no_certificate(Shake *shake, gconstpointer data)
{
	shake->client_tls.certificate = bsn_slice_of(NULL, 0);
	assert_no_talk(shake, NULL);
}

static void
test_stranger(Shake *shake, gconstpointer data)
{
	shake->client_tls.certificate =
		text_sink_slice(shake->stranger.certificate);
	shake->client_tls.key = text_sink_slice(shake->stranger.key);
	assert_no_talk(shake, NULL);
}

static void
test_asked(Shake *shake, gconstpointer data)
{
	shake->server_tls.flags = BSN_IO_TLS_ASK;
	shake->client_tls.certificate = bsn_slice_of(NULL, 0);
	assert_talk(shake);
	g_assert_null(shake->listening->certificate);
}

static void
test_asked_stranger(Shake *shake, gconstpointer data)
{
	shake->server_tls.flags = BSN_IO_TLS_ASK;
	test_stranger(shake, data);
}

static void
test_not_asked(Shake *shake, gconstpointer data)
{
	shake->server_tls.flags = 0;
	shake->server_tls.ca = bsn_slice_of(NULL, 0);
	assert_talk(shake);
	g_assert_null(shake->listening->certificate);
}

static void
test_wrong_server(Shake *shake, gconstpointer data)
{
	shake->client_tls.ca = text_sink_slice(shake->other_ca);
	assert_no_talk(shake, "certificate");
	g_assert_cmpint(shake->dialling->status, ==, BSN_DENIED);
	g_assert_cmpuint(shake->dialling->opened, ==, 0);
}

static void
test_wrong_name(Shake *shake, gconstpointer data)
{
	shake->client_tls.name = "other.example";
	assert_no_talk(shake, "mismatch");
	g_assert_cmpint(shake->dialling->status, ==, BSN_DENIED);
}

static void
test_address_name(Shake *shake, gconstpointer data)
{
	shake->client_tls.name = "127.0.0.1";
	assert_talk(shake);
}

static void
test_no_protocol(Shake *shake, gconstpointer data)
{
	shake->client_tls.alpn = NULL;
	assert_no_talk(shake, NULL);
}

static void
test_other_protocol(Shake *shake, gconstpointer data)
{
	shake->client_tls.alpn = "http/1.1";
	assert_no_talk(shake, NULL);
	g_assert_cmpint(shake->dialling->status, ==, BSN_DENIED);
}

static void
test_server_without_protocol(Shake *shake, gconstpointer data)
{
	shake->server_tls.alpn = NULL;
	begin(shake);
	io_run_until(shake->fixture, &shake->dialling->closed, 1);
	g_assert_cmpint(shake->dialling->status, ==, BSN_DENIED);
	g_assert_cmpuint(shake->dialling->opened, ==, 0);
}

/* Somebody who speaks no TLS, and one who says nothing. */
static void
test_clear(Shake *shake, gconstpointer data)
{
	g_autoptr(Side) clear = side_new(shake->fixture);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(listen_with(shake, &err), ==, BSN_OK);
	g_assert_cmpint(shake->fixture->io->connect(
				shake->fixture->account, "unix:s", NULL, NULL,
				&clear->events, &clear->stream, &err),
			==, BSN_OK);
	shake->fixture->io->write(clear->stream,
				  bsn_slice_str("GET / HTTP/1.1\r\n\r\n"));
	while (clear->ended + clear->closed == 0)
		io_settle(shake->fixture);
	g_assert_cmpuint(shake->listening->accepted, ==, 0);
}

static void
test_silent(Shake *shake, gconstpointer data)
{
	const bsn_io_times times = { .size = sizeof(times), .connect_ms = 20 };
	g_autoptr(Side) clear = side_new(shake->fixture);
	bsn_io_listener *listener;

	shake->fixture->io->listen(shake->fixture->account, "unix:s",
				   &shake->server_tls, &times,
				   &shake->listening->acceptor, &listener,
				   NULL, NULL);
	shake->fixture->io->connect(shake->fixture->account, "unix:s", NULL,
				    NULL, &clear->events, &clear->stream, NULL);
	io_run_until(shake->fixture, &clear->ended, 1);
	g_assert_cmpuint(shake->listening->accepted, ==, 0);
}

/* By its address, which stands in the certificate; and when nobody listens any
 * more. */
static void
test_internet(Shake *shake, gconstpointer data)
{
	const bsn_io *io = shake->fixture->io;
	TextSink *where = text_sink_new();
	g_autoptr(Side) late = side_new(shake->fixture);
	bsn_io_listener *listener;
	bsn_err err = BSN_ERR_INIT;

	shake->client_tls.name = NULL;
	g_assert_cmpint(io->listen(shake->fixture->account, "127.0.0.1:0",
				   &shake->server_tls, NULL,
				   &shake->listening->acceptor, &listener,
				   &where->sink, &err),
			==, BSN_OK);
	g_assert_cmpint(io->connect(shake->fixture->account, where->text->str,
				    &shake->client_tls, NULL,
				    &shake->dialling->events,
				    &shake->dialling->stream, &err),
			==, BSN_OK);
	io_run_until(shake->fixture, &shake->dialling->opened, 1);
	io->listener_close(listener);
	g_assert_cmpint(io->connect(shake->fixture->account, where->text->str,
				    &shake->client_tls, NULL, &late->events,
				    &late->stream, &err),
			==, BSN_OK);
	io_run_until(shake->fixture, &late->closed, 1);
	g_assert_cmpint(late->status, ==, BSN_UNAVAILABLE);
	g_assert_cmpuint(late->opened, ==, 0);
	text_sink_free(where);
}

/* ---- what is given ---- */

static void
assert_bad(Shake *shake, int32_t status, const bsn_err *err, const char *text)
{
	g_assert_cmpint(status, ==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err->reason, text));
}

static void
test_bad_texts(Shake *shake, gconstpointer data)
{
	const bsn_io_tls good = shake->server_tls;
	bsn_err err = BSN_ERR_INIT;

	shake->server_tls.certificate = bsn_slice_str("no PEM");
	assert_bad(shake, listen_with(shake, &err), &err, "certificate");
	shake->server_tls = good;
	shake->server_tls.key = text_sink_slice(shake->client.key);
	assert_bad(shake, listen_with(shake, &err), &err, "key");
	shake->server_tls.key = good.certificate;
	assert_bad(shake, listen_with(shake, &err), &err, "key");
	shake->server_tls = good;
	shake->server_tls.ca = good.key;
	assert_bad(shake, listen_with(shake, &err), &err, "CA");
	shake->server_tls.ca = bsn_slice_of(NULL, 0);
	assert_bad(shake, listen_with(shake, &err), &err, "CA");
	shake->server_tls = good;
	shake->server_tls.alpn = "";
	assert_bad(shake, listen_with(shake, &err), &err, "protocol");
	shake->client_tls.name = NULL;
	assert_bad(shake, connect_with(shake, &err), &err, "name");
}

static void
test_bad_issues(Shake *shake, gconstpointer data)
{
	static const char *const hosts[] = { "not a host", NULL };
	IoFixture *fixture = shake->fixture;
	TextSink *out = text_sink_new();
	bsn_io_authority *made;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(fixture->io->authority_issue(shake->authority, NULL,
						     hosts, &out->sink,
						     &out->sink, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(fixture->io->authority_issue(shake->authority, "",
						     NULL, &out->sink,
						     &out->sink, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(fixture->io->authority_new(fixture->account, "",
						   &made, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpuint(out->text->len, ==, 0);
	text_sink_free(out);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(Shake *shake, gconstpointer data);
	} tests[] = {
		{ "mutual", test_mutual },
		{ "large", test_large },
		{ "no-certificate", test_no_certificate },
		{ "stranger", test_stranger },
		{ "asked", test_asked },
		{ "asked-stranger", test_asked_stranger },
		{ "not-asked", test_not_asked },
		{ "wrong-server", test_wrong_server },
		{ "wrong-name", test_wrong_name },
		{ "address-name", test_address_name },
		{ "no-protocol", test_no_protocol },
		{ "other-protocol", test_other_protocol },
		{ "server-without-protocol", test_server_without_protocol },
		{ "clear", test_clear },
		{ "silent", test_silent },
		{ "internet", test_internet },
		{ "bad-texts", test_bad_texts },
		{ "bad-issues", test_bad_issues },
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strconcat("/io/tls/", tests[i].name, NULL);

		g_test_add(path, Shake, NULL, setup, tests[i].test, teardown);
	}
	return g_test_run();
}
