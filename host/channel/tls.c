/* SPDX-License-Identifier: Apache-2.0 */
#include "host/channel/tls.h"

#include "host/net/tls.h"

/* A group that is not here is refused in certificates, too. secp256k1 is what
 * FISCO BCOS's own certificates are of. */
#define GROUPS "X25519:P-256:secp256k1:P-384:P-521"

SSL_CTX *
channel_tls_new(const char *certificate, const char *key,
		const char *const *ca_files, GError **error)
{
	SSL_CTX *tls = tls_context_new("channel", certificate, key, error);

	if (tls == NULL ||
	    !tls_context_require(tls, "channel", ca_files, error)) {
		SSL_CTX_free(tls);
		return NULL;
	}
	/* TLS 1.3 has no signature by secp256k1 (RFC 8446 section 4.2.3), so
	 * who has such a certificate could not prove it. */
	SSL_CTX_set_max_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set1_groups_list(tls, GROUPS);
	return tls;
}
