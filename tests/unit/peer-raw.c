/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/peer-raw.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "host/chain/internal.h"

static void
set_deadline(int fd)
{
	const struct timeval deadline = { DEADLINE_S, 0 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof(deadline));
}

int
raw_tcp(guint16 port, const char *from)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in source = { .sin_family = AF_INET };
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(fd, >=, 0);
	set_deadline(fd);
	if (from != NULL) {
		inet_pton(AF_INET, from, &source.sin_addr);
		g_assert_cmpint(bind(fd, (struct sockaddr *)&source,
				     sizeof(source)),
				==, 0);
	}
	g_assert_cmpint(connect(fd, (struct sockaddr *)&to, sizeof(to)), ==, 0);
	return fd;
}

static RawPeer *
raw_new(int fd, SSL_CTX *context, PeerSide side)
{
	RawPeer *raw = g_new0(RawPeer, 1);

	raw->fd = fd;
	raw->context = context;
	raw->side = side;
	raw->ssl = SSL_new(context);
	SSL_set_fd(raw->ssl, fd);
	frame_parser_init(&raw->parser);
	return raw;
}

void
raw_close(RawPeer *raw)
{
	SSL_free(raw->ssl);
	SSL_CTX_free(raw->context);
	close(raw->fd);
	frame_parser_clear(&raw->parser);
	g_free(raw);
	ERR_clear_error();
}

RawPeer *
raw_connect_as(guint16 port, int version, gboolean alpn)
{
	static const guint8 protocol[] = "\x0a" PEER_ALPN;
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	RawPeer *raw;

	SSL_CTX_set_max_proto_version(context, version);
	if (alpn)
		SSL_CTX_set_alpn_protos(context, protocol,
					sizeof(protocol) - 1);
	raw = raw_new(raw_tcp(port, NULL), context, PEER_CLIENT);
	if (SSL_connect(raw->ssl) != 1) {
		raw_close(raw);
		return NULL;
	}
	(void)peer_tls_exporter(raw->ssl, raw->exporter);
	return raw;
}

RawPeer *
raw_connect(const Host *host)
{
	RawPeer *raw = raw_connect_as(host->port, TLS1_3_VERSION, TRUE);

	g_assert_nonnull(raw);
	return raw;
}

gboolean
raw_write(RawPeer *raw, const void *data, gsize len)
{
	return len == 0 || SSL_write(raw->ssl, data, (int)len) > 0;
}

gboolean
raw_send(RawPeer *raw, FrameType type, const guint8 *chain,
	 const void *payload, gsize len)
{
	g_autoptr(GByteArray) frame = g_byte_array_new();

	frame_append(frame, type, chain, payload, len);
	return raw_write(raw, frame->data, frame->len);
}

gboolean
raw_next(RawPeer *raw)
{
	FrameEvent event = FRAME_MORE;

	while (event == FRAME_MORE) {
		if (raw->at == raw->len) {
			const int n = SSL_read(raw->ssl, raw->buffer,
					       sizeof(raw->buffer));

			if (n <= 0)
				return FALSE;
			raw->at = 0;
			raw->len = (gsize)n;
		}
		raw->at += frame_parse(&raw->parser, raw->buffer + raw->at,
				       raw->len - raw->at, &event);
	}
	g_assert_cmpint(event, ==, FRAME_GOT);
	return TRUE;
}

guint
raw_read_error(RawPeer *raw)
{
	guint code = 0;

	while (raw_next(raw))
		if (raw->parser.type == FRAME_ERROR)
			code = raw->parser.payload->data[1];
	return code;
}

void
raw_shake(RawPeer *raw, const char *name)
{
	g_autoptr(GError) error = NULL;
	PeerCredential *credential = peer_files_credential(
		peer_files, name, "all", NULL, &error);
	Handshake *handshake =
		handshake_new(credential, raw->side, raw->exporter);
	HandshakeState state = HANDSHAKE_GOES_ON;
	g_autoptr(GByteArray) out = g_byte_array_new();

	handshake_begin(handshake, out);
	g_assert_true(raw_write(raw, out->data, out->len));
	while (state == HANDSHAKE_GOES_ON) {
		g_assert_true(raw_next(raw));
		g_byte_array_set_size(out, 0);
		state = handshake_take(handshake, raw->parser.type,
				       raw->parser.payload->data,
				       raw->parser.payload->len,
				       g_get_real_time() / G_USEC_PER_SEC, out,
				       &error);
		g_assert_no_error(error);
		g_assert_true(raw_write(raw, out->data, out->len));
	}
	g_assert_cmpint(state, ==, HANDSHAKE_DONE);
	raw->parser.known = TRUE;
	handshake_free(handshake);
	peer_credential_unref(credential);
}

RawPeer *
raw_accept(int fd, const PeerTls *tls)
{
	/* Any certificate will do: a host looks at none. */
	struct {
		SSL_CTX *sides[2];
	} const *inside = (const void *)tls;
	RawPeer *raw;

	SSL_CTX_up_ref(inside->sides[PEER_SERVER]);
	set_deadline(fd);
	raw = raw_new(fd, inside->sides[PEER_SERVER], PEER_SERVER);
	g_assert_cmpint(SSL_accept(raw->ssl), ==, 1);
	g_assert_true(peer_tls_exporter(raw->ssl, raw->exporter));
	return raw;
}

typedef struct {
	const char *chain;
	guint8 *id;
} Asked;

static void
find_on_loop(Host *host, gpointer data)
{
	const Asked *asked = data;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, host->peers->chains);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const PeerChain *chain = value;

		if (g_str_equal(chain_name(chain->net->chain), asked->chain))
			memcpy(asked->id, chain->net->id, CHAIN_ID_LEN);
	}
}

void
raw_chain_id(Host *host, const char *chain, guint8 id[CHAIN_ID_LEN])
{
	Asked asked = { chain, id };

	memset(id, 0, CHAIN_ID_LEN);
	host_on_loop(host, find_on_loop, &asked);
}
