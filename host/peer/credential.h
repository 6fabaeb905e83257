/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/credential.h: this host's long-term identity, and how it judges
 * those of others. Immutable once made: any thread.
 */
#ifndef HOST_PEER_CREDENTIAL_H
#define HOST_PEER_CREDENTIAL_H

#include "host/peer/introduction.h"
#include "host/peer/lists.h"
#include "identity/certificate.h"

/* SHA-256 of a certificate's SubjectPublicKeyInfo: stays when the certificate
 * is renewed. */
#define HOST_ID_LEN 32u

/* A host, as its certificate has it. */
typedef struct {
	Identity *identity;
	X509 *certificate;
	guint8 id[HOST_ID_LEN];
	char **chains; /* NULL-ended: those that its CA was introduced for;
			* NULL when its CA is trusted for every chain */
} PeerHost;
void peer_host_free(PeerHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PeerHost, peer_host_free)
/* Whether it may be met on the chain of that name. */
gboolean peer_host_may_meet(const PeerHost *host, const char *chain);

typedef struct PeerCredential PeerCredential;

/* What it is made from: PEM files and items of the config. */
typedef struct {
	const char *certificate, *key;
	const char *const *ca_files, *const *crl_files;
	const char *const *allow, *const *deny;
	const char *introductions; /* directory; NULL for none */
} PeerCredentialFiles;

/* The certificate must be one that the host itself would accept now: another
 * host would hardly. Errors name the file. */
PeerCredential *peer_credential_new(const PeerCredentialFiles *files,
				    gint64 now_s, GError **error);
PeerCredential *peer_credential_ref(PeerCredential *credential);
void peer_credential_unref(PeerCredential *credential); /* NULL is allowed */

const PeerHost *peer_credential_self(const PeerCredential *credential);
/* DER. */
GBytes *peer_credential_certificate(const PeerCredential *credential);
/* Introduction. */
const GPtrArray *peer_credential_introductions(
	const PeerCredential *credential);
const PeerLists *peer_credential_lists(const PeerCredential *credential);

/* Judges a certificate in DER: trusted, valid at the time, not revoked, of a
 * node, allowed, of another host. An error is a PEER_ERROR fit for both logs. */
PeerHost *peer_credential_judge(const PeerCredential *credential,
				const guint8 *der, gsize len, gint64 now_s,
				GError **error);
/* The same again of a host known before: time passes. It fails, too, when the
 * chains on which the host may be met are no longer the same. */
gboolean peer_credential_judge_again(const PeerCredential *credential,
				     const PeerHost *host, gint64 now_s,
				     GError **error);

/* Signs as this host: 64 bytes. */
gboolean peer_credential_sign(const PeerCredential *credential,
			      const void *message, gsize len,
			      guint8 signature[64], GError **error);
gboolean peer_host_verify(const PeerHost *host, const void *message, gsize len,
			  const guint8 signature[64]);

#endif
