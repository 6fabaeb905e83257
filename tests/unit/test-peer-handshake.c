/* SPDX-License-Identifier: Apache-2.0
 *
 * How two hosts prove to each other who they are: both sides of it in one
 * place, without sockets. What is not said here of TLS is in test-peers.c.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "host/peer/error.h"
#include "host/peer/handshake.h"
#include "tests/unit/peer-files.h"

static const guint8 exporter[EXPORTER_LEN] = { 1, 2, 3 };
static const guint8 other_exporter[EXPORTER_LEN] = { 1, 2, 4 };

static PeerFiles *files;

static gint64
now_s(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static PeerCredential *
credential(const char *host, const char *ca, const char *crl)
{
	g_autoptr(GError) error = NULL;
	PeerCredential *made =
		peer_files_credential(files, host, ca, crl, &error);

	g_assert_no_error(error);
	return made;
}

/* ---- both sides ---- */

typedef struct {
	Handshake *sides[2];
	GByteArray *on_the_way[2]; /* to the side */
	HandshakeState states[2];
	GError *errors[2];
} Talk;

static void
talk_init(Talk *talk, PeerCredential *client, PeerCredential *server,
	  const guint8 *server_exporter)
{
	memset(talk, 0, sizeof(*talk));
	talk->sides[PEER_CLIENT] =
		handshake_new(client, PEER_CLIENT, exporter);
	talk->sides[PEER_SERVER] =
		handshake_new(server, PEER_SERVER, server_exporter);
	talk->on_the_way[PEER_CLIENT] = g_byte_array_new();
	talk->on_the_way[PEER_SERVER] = g_byte_array_new();
}

static void
talk_clear(Talk *talk)
{
	for (guint i = 0; i < 2; i++) {
		handshake_free(talk->sides[i]);
		g_byte_array_unref(talk->on_the_way[i]);
		g_clear_error(&talk->errors[i]);
	}
}

/* Gives a side all frames that are on the way to it. */
static void
give(Talk *talk, PeerSide side, gint64 when)
{
	g_autoptr(GByteArray) bytes = talk->on_the_way[side];
	FrameEvent event;
	FrameParser parser;
	gsize at = 0;

	talk->on_the_way[side] = g_byte_array_new();
	frame_parser_init(&parser);
	while (at < bytes->len) {
		at += frame_parse(&parser, bytes->data + at, bytes->len - at,
				  &event);
		g_assert_cmpint(event, ==, FRAME_GOT);
		g_assert_cmpint(talk->states[side], ==, HANDSHAKE_GOES_ON);
		talk->states[side] = handshake_take(
			talk->sides[side], parser.type, parser.payload->data,
			parser.payload->len, when,
			talk->on_the_way[side == PEER_CLIENT ? PEER_SERVER
							     : PEER_CLIENT],
			&talk->errors[side]);
	}
	frame_parser_clear(&parser);
}

static void
talk_at(Talk *talk, gint64 when)
{
	handshake_begin(talk->sides[PEER_CLIENT],
			talk->on_the_way[PEER_SERVER]);
	for (guint i = 0; i < 2; i++) {
		give(talk, PEER_SERVER, when);
		give(talk, PEER_CLIENT, when);
	}
	/* The last words of a client that refuses. */
	give(talk, PEER_SERVER, when);
}

/* Both refuse, with that code; the first of them by itself. */
static void
assert_refused(Talk *talk, PeerSide first, gint code)
{
	const PeerSide second = first == PEER_CLIENT ? PEER_SERVER
						     : PEER_CLIENT;

	g_assert_cmpint(talk->states[first], ==, HANDSHAKE_REFUSED);
	g_assert_error(talk->errors[first], PEER_ERROR, code);
	g_assert_cmpint(talk->states[second], ==, HANDSHAKE_REFUSED);
	g_assert_error(talk->errors[second], PEER_ERROR, code);
	g_assert_true(g_str_has_prefix(talk->errors[second]->message,
				       "the other side refuses this host: "));
	g_assert_nonnull(strstr(talk->errors[second]->message,
				talk->errors[first]->message));
}

/* ---- tests ---- */

static void
test_good(gconstpointer data)
{
	const char *client_name = ((const char *const *)data)[0];
	const char *server_name = ((const char *const *)data)[1];
	PeerCredential *client = credential(client_name, "all", NULL);
	PeerCredential *server = credential(server_name, "all", NULL);
	g_autoptr(PeerHost) to_client = NULL;
	g_autoptr(PeerHost) to_server = NULL;
	Talk talk;

	talk_init(&talk, client, server, exporter);
	talk_at(&talk, now_s());
	g_assert_no_error(talk.errors[0]);
	g_assert_no_error(talk.errors[1]);
	g_assert_cmpint(talk.states[0], ==, HANDSHAKE_DONE);
	g_assert_cmpint(talk.states[1], ==, HANDSHAKE_DONE);
	to_client = handshake_take_host(talk.sides[PEER_CLIENT]);
	to_server = handshake_take_host(talk.sides[PEER_SERVER]);
	g_assert_cmpstr(to_client->identity->name, ==, server_name);
	g_assert_cmpstr(to_server->identity->name, ==, client_name);
	g_assert_true(memcmp(to_client->id, peer_credential_self(server)->id,
			     HOST_ID_LEN) == 0);
	talk_clear(&talk);
	peer_credential_unref(client);
	peer_credential_unref(server);
}

typedef struct {
	const char *client, *client_ca, *client_crl;
	const char *server, *server_ca, *server_crl;
	PeerSide first; /* to refuse */
	PeerError code;
	gint64 later_s;
} Refusal;

static void
test_refused(gconstpointer data)
{
	const Refusal *refusal = data;
	PeerCredential *client = credential(
		refusal->client, refusal->client_ca, refusal->client_crl);
	PeerCredential *server = credential(
		refusal->server, refusal->server_ca, refusal->server_crl);
	Talk talk;

	talk_init(&talk, client, server, exporter);
	talk_at(&talk, now_s() + refusal->later_s);
	assert_refused(&talk, refusal->first, (gint)refusal->code);
	talk_clear(&talk);
	peer_credential_unref(client);
	peer_credential_unref(server);
}

/* One in the middle passes all on between two TLS sessions of its own. */
static void
test_relayed(void)
{
	PeerCredential *client = credential("sm2", "all", NULL);
	PeerCredential *server = credential("p256", "all", NULL);
	Talk talk;

	talk_init(&talk, client, server, other_exporter);
	talk_at(&talk, now_s());
	assert_refused(&talk, PEER_SERVER, PEER_BAD_PROOF);
	talk_clear(&talk);
	peer_credential_unref(client);
	peer_credential_unref(server);
}

/* A proof that was heard in one session is played again in another. */
static void
test_replayed(void)
{
	PeerCredential *client = credential("sm2", "all", NULL);
	PeerCredential *server = credential("p256", "all", NULL);
	g_autoptr(GByteArray) proof = NULL;
	Talk heard, talk;

	talk_init(&heard, client, server, exporter);
	handshake_begin(heard.sides[PEER_CLIENT],
			heard.on_the_way[PEER_SERVER]);
	give(&heard, PEER_SERVER, now_s());
	give(&heard, PEER_CLIENT, now_s());
	proof = g_byte_array_ref(heard.on_the_way[PEER_SERVER]);
	give(&heard, PEER_SERVER, now_s());
	g_assert_cmpint(heard.states[PEER_SERVER], ==, HANDSHAKE_DONE);

	talk_init(&talk, client, server, other_exporter);
	handshake_begin(talk.sides[PEER_CLIENT], talk.on_the_way[PEER_SERVER]);
	give(&talk, PEER_SERVER, now_s());
	g_byte_array_append(talk.on_the_way[PEER_SERVER], proof->data,
			    proof->len);
	give(&talk, PEER_SERVER, now_s());
	g_assert_error(talk.errors[PEER_SERVER], PEER_ERROR, PEER_BAD_PROOF);
	talk_clear(&heard);
	talk_clear(&talk);
	peer_credential_unref(client);
	peer_credential_unref(server);
}

/* A server that has no key of its own sends a client's words back. */
static void
test_reflected(void)
{
	PeerCredential *client = credential("p256", "all", NULL);
	PeerCredential *twin = credential("sm2", "all", NULL);
	Handshake *one = handshake_new(client, PEER_CLIENT, exporter);
	Handshake *other = handshake_new(twin, PEER_CLIENT, exporter);
	g_autoptr(GByteArray) from_one = g_byte_array_new();
	g_autoptr(GByteArray) from_other = g_byte_array_new();
	g_autoptr(GByteArray) rest = g_byte_array_new();
	g_autoptr(GError) error = NULL;

	/* Its own certificate, back at once. */
	handshake_begin(one, from_one);
	g_assert_cmpint(handshake_take(one, FRAME_HELLO,
				       from_one->data + FRAME_HEAD_LEN,
				       from_one->len - FRAME_HEAD_LEN, now_s(),
				       rest, &error),
			==, HANDSHAKE_REFUSED);
	g_assert_error(error, PEER_ERROR, PEER_SELF);
	g_clear_error(&error);

	/* Two clients, crossed: each proof says "client". */
	handshake_free(one);
	one = handshake_new(client, PEER_CLIENT, exporter);
	g_byte_array_set_size(from_one, 0);
	handshake_begin(one, from_one);
	handshake_begin(other, from_other);
	g_byte_array_set_size(rest, 0);
	g_assert_cmpint(handshake_take(one, FRAME_HELLO,
				       from_other->data + FRAME_HEAD_LEN,
				       from_other->len - FRAME_HEAD_LEN,
				       now_s(), rest, &error),
			==, HANDSHAKE_GOES_ON);
	g_byte_array_set_size(from_other, 0);
	g_assert_cmpint(handshake_take(other, FRAME_HELLO,
				       from_one->data + FRAME_HEAD_LEN,
				       from_one->len - FRAME_HEAD_LEN, now_s(),
				       from_other, &error),
			==, HANDSHAKE_GOES_ON);
	g_assert_cmpint(handshake_take(one, FRAME_PROOF,
				       from_other->data + FRAME_HEAD_LEN,
				       from_other->len - FRAME_HEAD_LEN,
				       now_s(), rest, &error),
			==, HANDSHAKE_REFUSED);
	g_assert_error(error, PEER_ERROR, PEER_BAD_PROOF);
	handshake_free(one);
	handshake_free(other);
	peer_credential_unref(client);
	peer_credential_unref(twin);
}

static void
test_other_version(void)
{
	PeerCredential *client = credential("p256", "all", NULL);
	PeerCredential *server = credential("sm2", "all", NULL);
	Talk talk;

	talk_init(&talk, client, server, exporter);
	handshake_begin(talk.sides[PEER_CLIENT], talk.on_the_way[PEER_SERVER]);
	talk.on_the_way[PEER_SERVER]->data[FRAME_HEAD_LEN + 1] = 2;
	give(&talk, PEER_SERVER, now_s());
	give(&talk, PEER_CLIENT, now_s());
	assert_refused(&talk, PEER_SERVER, PEER_VERSION);
	talk_clear(&talk);
	peer_credential_unref(client);
	peer_credential_unref(server);
}

static void
test_out_of_turn(void)
{
	PeerCredential *server = credential("sm2", "all", NULL);
	Handshake *handshake = handshake_new(server, PEER_SERVER, exporter);
	const guint8 signature[64] = { 0 };
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(handshake_take(handshake, FRAME_PROOF, signature,
				       sizeof(signature), now_s(), out, &error),
			==, HANDSHAKE_REFUSED);
	g_assert_error(error, PEER_ERROR, PEER_MALFORMED);
	handshake_free(handshake);
	peer_credential_unref(server);
}

static void
test_own_files(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(peer_files_credential(files, "client", "all", NULL,
					    &error));
	g_assert_error(error, PEER_ERROR, PEER_UNFIT);
	g_clear_error(&error);
	g_assert_null(peer_files_credential(files, "p256", "other", NULL,
					    &error));
	g_assert_error(error, PEER_ERROR, PEER_UNTRUSTED);
	g_clear_error(&error);
	/* A list of another CA revokes nothing here. */
	g_assert_null(
		peer_files_credential(files, "p256", "p256", "sm2", &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_UNTRUSTED);
}

static const char *const pairs[][2] = {
	{ "sm2", "p256" }, { "p256", "secp256k1" },
	{ "secp256k1", "sm2" }, { "p256", "p256-b" },
};

static const struct {
	const char *name;
	Refusal refusal;
} refusals[] = {
	{ "of-an-unknown-ca",
	  { "stranger", "every", NULL, "p256", "all", NULL, PEER_SERVER,
	    PEER_UNTRUSTED, 0 } },
	{ "unknown-to-the-client",
	  { "p256", "all", NULL, "stranger", "every", NULL, PEER_CLIENT,
	    PEER_UNTRUSTED, 0 } },
	{ "expired",
	  { "brief", "all", NULL, "p256", "all", NULL, PEER_SERVER,
	    PEER_EXPIRED, 5 * 86400 } },
	{ "revoked-p256",
	  { "p256", "all", NULL, "sm2", "all", "p256", PEER_SERVER,
	    PEER_REVOKED, 0 } },
	{ "revoked-sm2",
	  { "p256", "all", "sm2", "sm2", "all", NULL, PEER_CLIENT,
	    PEER_REVOKED, 0 } },
	{ "revoked-secp256k1",
	  { "secp256k1", "all", NULL, "sm2", "all", "secp256k1", PEER_SERVER,
	    PEER_REVOKED, 0 } },
};

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	files = peer_files_new();
	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *name =
			g_strdup_printf("/peer/handshake/%s-and-%s",
					pairs[i][0], pairs[i][1]);

		g_test_add_data_func(name, pairs[i], test_good);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *name = g_strdup_printf(
			"/peer/handshake/refused/%s", refusals[i].name);

		g_test_add_data_func(name, &refusals[i].refusal, test_refused);
	}
	g_test_add_func("/peer/handshake/a-relayed-session-fails",
			test_relayed);
	g_test_add_func("/peer/handshake/a-proof-of-another-session-fails",
			test_replayed);
	g_test_add_func("/peer/handshake/a-reflected-proof-fails",
			test_reflected);
	g_test_add_func("/peer/handshake/versions-differ", test_other_version);
	g_test_add_func("/peer/handshake/frames-out-of-turn",
			test_out_of_turn);
	g_test_add_func("/peer/handshake/own-files-are-judged",
			test_own_files);
	status = g_test_run();
	peer_files_free(files);
	return status;
}
