/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/tls.h"

#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <string.h>
#include <unistd.h>

#include "identity/issue.h"

#define CIPHERS                                       \
	"TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:" \
	"TLS_CHACHA20_POLY1305_SHA256"
#define GROUPS "X25519:P-256"
/* Nobody looks at it. */
#define CERTIFICATE_DAYS 3650

struct PeerTls {
	SSL_CTX *sides[2]; /* by PeerSide */
};

static const guint8 alpn[] = "\x0a" PEER_ALPN;
#define ALPN_LEN ((guint)sizeof(alpn) - 1)

static int
select_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
	    const unsigned char *in, unsigned int in_len, void *arg)
{
	if (SSL_select_next_proto((unsigned char **)out, out_len, alpn,
				  ALPN_LEN, in, in_len) == OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_OK;
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *
context_new(PeerSide side)
{
	SSL_CTX *context = SSL_CTX_new(
		side == PEER_SERVER ? TLS_server_method() : TLS_client_method());

	if (context == NULL)
		return NULL;
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_alpn_select_cb(context, select_alpn, NULL);
	if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
	    SSL_CTX_set_ciphersuites(context, CIPHERS) == 1 &&
	    SSL_CTX_set1_groups_list(context, GROUPS) == 1 &&
	    SSL_CTX_set_num_tickets(context, 0) == 1 &&
	    SSL_CTX_set_alpn_protos(context, alpn, ALPN_LEN) == 0)
		return context;
	SSL_CTX_free(context);
	return NULL;
}

/* The server's: TLS 1.3 asks for one. */
static gboolean
make_certificate(SSL_CTX *context, GError **error)
{
	g_autoptr(EVP_PKEY) key = identity_key_new("ecdsa-p256", error);
	const Issue issue = { NULL, key, key, CERTIFICATE_DAYS, 0 };
	g_autoptr(X509) certificate =
		key != NULL ? issue_begin(&issue, error) : NULL;

	if (certificate == NULL ||
	    !issue_finish(&issue, certificate, NULL, 0, error))
		return FALSE;
	return SSL_CTX_use_certificate(context, certificate) == 1 &&
	       SSL_CTX_use_PrivateKey(context, key) == 1;
}

PeerTls *
peer_tls_new(GError **error)
{
	PeerTls *tls = g_new0(PeerTls, 1);

	tls->sides[PEER_CLIENT] = context_new(PEER_CLIENT);
	tls->sides[PEER_SERVER] = context_new(PEER_SERVER);
	if (tls->sides[PEER_CLIENT] != NULL &&
	    tls->sides[PEER_SERVER] != NULL &&
	    make_certificate(tls->sides[PEER_SERVER], error))
		return tls;
	if (error != NULL && *error == NULL)
		identity_fail_openssl(error, "to set up TLS between hosts");
	peer_tls_free(tls);
	return NULL;
}

void
peer_tls_free(PeerTls *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->sides[PEER_CLIENT]);
	SSL_CTX_free(tls->sides[PEER_SERVER]);
	g_free(tls);
}

struct bufferevent *
peer_tls_bufferevent(const PeerTls *tls, struct event_base *base,
		     evutil_socket_t fd, PeerSide side, SSL **ssl)
{
	struct bufferevent *bev = NULL;

	*ssl = SSL_new(tls->sides[side]);
	if (*ssl != NULL)
		bev = bufferevent_openssl_socket_new(
			base, fd, *ssl,
			side == PEER_SERVER ? BUFFEREVENT_SSL_ACCEPTING
					    : BUFFEREVENT_SSL_CONNECTING,
			BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (bev != NULL) {
		/* Who leaves without close_notify has left, too; what was
		 * cut off is a frame that is not complete. */
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
		return bev;
	}
	g_clear_pointer(ssl, SSL_free);
	if (fd >= 0)
		close(fd);
	return NULL;
}

gboolean
peer_tls_exporter(SSL *ssl, guint8 exporter[EXPORTER_LEN])
{
	const guint8 *chosen = NULL;
	guint len = 0;

	SSL_get0_alpn_selected(ssl, &chosen, &len);
	return SSL_version(ssl) == TLS1_3_VERSION && !SSL_session_reused(ssl) &&
	       len == sizeof(PEER_ALPN) - 1 &&
	       memcmp(chosen, PEER_ALPN, len) == 0 &&
	       SSL_export_keying_material(ssl, exporter, EXPORTER_LEN,
					  EXPORTER_LABEL,
					  sizeof(EXPORTER_LABEL) - 1, NULL, 0,
					  0) == 1;
}

const char *
peer_tls_reason(unsigned long code)
{
	const char *words;

	if (code == 0)
		return "the connection ended within the TLS handshake";
	switch (ERR_GET_REASON(code)) {
	case SSL_R_HTTP_REQUEST:
		return "it speaks plain HTTP: this port is for hosts";
	case SSL_R_WRONG_VERSION_NUMBER:
	case SSL_R_UNEXPECTED_MESSAGE:
	case SSL_R_BAD_RECORD_TYPE:
	case SSL_R_RECORD_LENGTH_MISMATCH:
		return "it does not speak TLS";
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
		return "it does not speak TLS 1.3";
	case SSL_R_NO_APPLICATION_PROTOCOL:
	case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
		return "it does not speak the protocol of hosts, " PEER_ALPN;
	}
	words = ERR_reason_error_string(code);
	return words != NULL ? words : "the TLS handshake failed";
}
