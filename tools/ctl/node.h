/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/node.h: a node directory as `bsnctl init` lays it out, and the
 * address of its gateway.
 *
 *   DIR/bsn-hostd.conf
 *   DIR/ca/identity-ca.pem identity-ca.key   issues identities (SM2)
 *   DIR/ca/tls-ca.pem tls-ca.key   issues the server's certificate (P-256)
 *   DIR/tls/server.pem server.key
 *   DIR/peers/host.pem host.key   who it is to other hosts
 *   DIR/peers/ca.pem   the CAs of hosts that it speaks to, its own among them
 *   DIR/channel/ca.crt ca.key   issues certificates of SDKs (secp256k1)
 *   DIR/channel/node.crt node.key   what those are shown
 *   DIR/ids/NAME/cert.pem key.pem      an identity
 *   DIR/ids/NAME/keys/ALGORITHM.key    its further keys for transactions
 */
#ifndef TOOLS_CTL_NODE_H
#define TOOLS_CTL_NODE_H

#include <glib.h>

#define NODE_CONFIG "bsn-hostd.conf"
#define NODE_IDENTITY_CA "ca/identity-ca.pem"
#define NODE_IDENTITY_CA_KEY "ca/identity-ca.key"
#define NODE_TLS_CA "ca/tls-ca.pem"
#define NODE_TLS_CA_KEY "ca/tls-ca.key"
#define NODE_TLS_CERT "tls/server.pem"
#define NODE_TLS_KEY "tls/server.key"
#define NODE_HOST_CERT "peers/host.pem"
#define NODE_HOST_KEY "peers/host.key"
#define NODE_HOST_CRL "peers/revoked.crl"
#define NODE_HOST_CAS "peers/ca.pem"
#define NODE_CHANNEL_CA "channel/ca.crt"
#define NODE_CHANNEL_CA_KEY "channel/ca.key"
#define NODE_CHANNEL_CERT "channel/node.crt"
#define NODE_CHANNEL_KEY "channel/node.key"

typedef struct {
	char *directory; /* NULL when only an address is known */
	char *url;       /* as given, no slash at the end; or NULL */
} Node;

/* Finds the node: `spec` (a directory or an https address) or else the
 * environment's BSN_NODE, BSN_HOME, or else the current directory. With an
 * address, BSN_HOME is where identities and the TLS CA are looked for. */
Node *node_find(const char *spec, GError **error);
void node_free(Node *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Node, node_free)

/* The directory, borrowed; NULL with an error when there is none. */
const char *node_directory(const Node *node, GError **error);
/* The gateway's address: as given, or from the directory's config. */
char *node_url(const Node *node, GError **error);

/* A value of the directory's config, as it is written there; NULL with an error
 * when there is none. For g_free. */
char *node_config_value(const Node *node, const char *section, const char *key,
			GError **error);

/* DIR/`relative`. */
char *node_path(const Node *node, const char *relative);
/* DIR/ids/NAME/`file`, DIR/ids/NAME when that is NULL; NULL with an error when
 * NAME is no legal name. */
char *node_identity_path(const Node *node, const char *name, const char *file,
			 GError **error);

/* Identities and hosted keys are called [a-z0-9-], 1 to 63 characters. */
gboolean node_check_name(const char *name, GError **error);

/* "https://HOST:PORT" to reach what listens on `listen`; a wildcard address is
 * reached through loopback. NULL when it is no address and port. */
char *node_url_of_listen(const char *listen);

#endif
