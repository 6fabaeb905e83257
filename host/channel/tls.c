/* SPDX-License-Identifier: Apache-2.0 */
#include "host/channel/tls.h"

#include <openssl/err.h>

#include "host/net/tls.h"
#include "identity/certificate.h"

/* A group that is not here is refused in certificates, too. secp256k1 is what
 * FISCO BCOS's own certificates are of. */
#define GROUPS "X25519:P-256:secp256k1:P-384:P-521"

static gboolean
trust_file(SSL_CTX *tls, const char *file, GError **error)
{
	if (SSL_CTX_load_verify_file(tls, file) == 1)
		return TRUE;
	ERR_clear_error();
	g_set_error(error, IDENTITY_ERROR, IDENTITY_IO,
		    "the channel's CA file %s cannot be used: it is missing "
		    "or holds no certificate in PEM",
		    file);
	return FALSE;
}

static gboolean
trust_files(SSL_CTX *tls, const char *const *files, GError **error)
{
	if (files[0] == NULL) {
		g_set_error(error, IDENTITY_ERROR, IDENTITY_UNTRUSTED,
			    "[channel] ca_files is empty: nobody could "
			    "connect; name the CA of the SDKs");
		return FALSE;
	}
	for (guint i = 0; files[i] != NULL; i++)
		if (!trust_file(tls, files[i], error))
			return FALSE;
	return TRUE;
}

SSL_CTX *
channel_tls_new(const char *certificate, const char *key,
		const char *const *ca_files, GError **error)
{
	SSL_CTX *tls = tls_context_new("channel", certificate, key, error);

	if (tls == NULL || !trust_files(tls, ca_files, error)) {
		SSL_CTX_free(tls);
		return NULL;
	}
	/* TLS 1.3 has no signature by secp256k1 (RFC 8446 section 4.2.3), so
	 * who has such a certificate could not prove it. */
	SSL_CTX_set_max_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set1_groups_list(tls, GROUPS);
	SSL_CTX_set_verify(tls,
			   SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
			   NULL);
	/* An agency's CA may be trusted without the one above it. */
	X509_STORE_set_flags(SSL_CTX_get_cert_store(tls),
			     X509_V_FLAG_PARTIAL_CHAIN);
	/* Certificates are judged at each connection. */
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
	return tls;
}
