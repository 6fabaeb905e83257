/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/issue.h: the certificate authorities of a node directory.
 */
#ifndef TOOLS_CTL_ISSUE_H
#define TOOLS_CTL_ISSUE_H

#include "identity/certificate.h"
#include "tools/ctl/node.h"

/* Makes both CAs in DIR/ca (which must exist): the identities' with `algorithm`,
 * and the TLS one with P-256, since TLS libraries know no SM2 certificates. */
gboolean issue_authorities(const Node *node, const char *organisation,
			   const char *algorithm, GError **error);
/* Makes the gateway's key and certificate in DIR/tls (which must exist), for
 * localhost and the loopback addresses. */
gboolean issue_server(const Node *node, GError **error);
/* Makes DIR/ids/NAME with key and certificate, of the CA's organisation. What
 * was made of it is removed on an error. */
gboolean issue_identity(const Node *node, const char *name, Role role,
			const char *algorithm, GError **error);
/* Whom and what a certificate is for. */
typedef struct {
	const char *name;
	Role role;
	const char *algorithm; /* as chains call it */
	GBytes *public_key;
} IssueSubject;
/* Certifies a key of which only the public part is known; PEM, g_free it.
 *
 * In: ca, a node directory, or a CA's files "CERT.pem,KEY.pem". */
char *issue_for_key(const char *ca, const IssueSubject *subject,
		    GError **error);
/* Makes the host's own key and certificate in DIR/peers (which must exist): who
 * it is to other hosts. */
gboolean issue_host(const Node *node, const char *name, const char *algorithm,
		    GError **error);
/* Adds a certificate of the node's CA, a PEM file, to DIR/peers/revoked.crl,
 * which is made at first. */
gboolean issue_revoke(const Node *node, const char *cert_file, GError **error);
/* Makes DIR/channel, unless it is there: a CA for SDKs and the certificate that
 * they are shown, with secp256k1 keys as FISCO BCOS's tools make them. */
gboolean issue_channel(const Node *node, GError **error);
/* Makes `directory` with ca.crt, sdk.crt and sdk.key, as such an SDK reads
 * them. */
gboolean issue_sdk(const Node *node, const char *name, const char *directory,
		   GError **error);
/* The identity as the node's CA vouches for it now. */
Identity *issue_judge(const Node *node, const char *name, GError **error);

#endif
