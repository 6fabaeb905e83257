/* SPDX-License-Identifier: Apache-2.0 */
#include "host/net/tls.h"

#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>

#include "identity/certificate.h"

/* Proof of possession is TLS's own; whether the certificate is any good is the
 * trust store's to say, which knows SM2 and roles. */
static int
accept_any_chain(int preverified, X509_STORE_CTX *store)
{
	return 1;
}

static gboolean
fail(GError **error, const char *whose, const char *what, const char *file)
{
	char reason[256] = "no reason given";
	unsigned long code = ERR_get_error();

	if (code != 0)
		ERR_error_string_n(code, reason, sizeof(reason));
	ERR_clear_error();
	g_set_error(error, IDENTITY_ERROR, IDENTITY_IO,
		    "the %s's %s %s cannot be used: %s", whose, what, file,
		    reason);
	return FALSE;
}

static gboolean
load_files(SSL_CTX *tls, const char *whose, const char *certificate,
	   const char *key, GError **error)
{
	if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1)
		return fail(error, whose, "certificate", certificate);
	if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1)
		return fail(error, whose, "key", key);
	if (SSL_CTX_check_private_key(tls) != 1)
		return fail(error, whose,
			    "key does not match the certificate:", key);
	return TRUE;
}

SSL_CTX *
tls_context_new(const char *whose, const char *certificate_file,
		const char *key_file, GError **error)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	if (tls == NULL ||
	    !load_files(tls, whose, certificate_file, key_file, error)) {
		SSL_CTX_free(tls);
		return NULL;
	}
	SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION |
					 SSL_OP_NO_COMPRESSION |
					 SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
	return tls;
}

void
tls_context_ask_any(SSL_CTX *tls)
{
	static const unsigned char session_context[] = "bsn-gateway";

	/* A resumed session carries its certificate; without a context id
	 * OpenSSL refuses to resume once certificates are asked for. */
	SSL_CTX_set_session_id_context(tls, session_context,
				       sizeof(session_context) - 1);
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, accept_any_chain);
}

static gboolean
trust_file(SSL_CTX *tls, const char *whose, const char *file, GError **error)
{
	if (SSL_CTX_load_verify_file(tls, file) == 1)
		return TRUE;
	ERR_clear_error();
	g_set_error(error, IDENTITY_ERROR, IDENTITY_IO,
		    "the %s's CA file %s cannot be used: it is missing or "
		    "holds no certificate in PEM",
		    whose, file);
	return FALSE;
}

static gboolean
trust_files(SSL_CTX *tls, const char *whose, const char *const *files,
	    GError **error)
{
	if (files[0] == NULL) {
		g_set_error(error, IDENTITY_ERROR, IDENTITY_UNTRUSTED,
			    "[%s] ca_files is empty: nobody could connect; "
			    "name the CA of the SDKs",
			    whose);
		return FALSE;
	}
	for (guint i = 0; files[i] != NULL; i++)
		if (!trust_file(tls, whose, files[i], error))
			return FALSE;
	return TRUE;
}

gboolean
tls_context_require(SSL_CTX *tls, const char *whose,
		    const char *const *ca_files, GError **error)
{
	if (!trust_files(tls, whose, ca_files, error))
		return FALSE;
	SSL_CTX_set_verify(tls,
			   SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
			   NULL);
	/* An agency's CA may be trusted without the one above it. */
	X509_STORE_set_flags(SSL_CTX_get_cert_store(tls),
			     X509_V_FLAG_PARTIAL_CHAIN);
	/* Certificates are judged at each connection. */
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
	return TRUE;
}

/* Replaced by its owner's callbacks before it is called. */
static void
no_event(struct bufferevent *bev, short what, void *arg)
{
}

/* Has neither socket nor peer: whoever owns it learns of an error in the next
 * turn of the loop. */
static struct bufferevent *
failed_bufferevent_new(struct event_base *base)
{
	struct bufferevent *pair[2];

	if (bufferevent_pair_new(base, BEV_OPT_DEFER_CALLBACKS, pair) != 0)
		g_error("out of memory");
	bufferevent_free(pair[1]);
	bufferevent_setcb(pair[0], NULL, NULL, no_event, NULL);
	bufferevent_trigger_event(pair[0], BEV_EVENT_ERROR,
				  BEV_OPT_DEFER_CALLBACKS);
	return pair[0];
}

struct bufferevent *
tls_bufferevent_new(struct event_base *base, SSL_CTX *tls, SSL **ssl)
{
	struct bufferevent *bev = NULL;

	*ssl = tls != NULL ? SSL_new(tls) : NULL;
	if (*ssl != NULL)
		bev = bufferevent_openssl_socket_new(
			base, -1, *ssl, BUFFEREVENT_SSL_ACCEPTING,
			BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (bev == NULL) {
		g_clear_pointer(ssl, SSL_free);
		return failed_bufferevent_new(base);
	}
	/* A peer that leaves without close_notify is a peer that left. */
	bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}
