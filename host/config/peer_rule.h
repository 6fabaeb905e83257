/* SPDX-License-Identifier: Apache-2.0
 *
 * host/config/peer_rule.h: one item of [peers] allow and deny:
 *
 *   address 10.1.0.0/16       addresses of a network, or one
 *   organisation Acme         hosts of an organisation
 *   host node1@Acme           one host, by its certificate's subject
 *   certificate 0123...ef     one certificate, by its SHA-256
 */
#ifndef HOST_CONFIG_PEER_RULE_H
#define HOST_CONFIG_PEER_RULE_H

#include <glib.h>
#include <sys/socket.h>

typedef enum {
	PEER_RULE_ADDRESS,
	PEER_RULE_ORGANISATION,
	PEER_RULE_HOST,
	PEER_RULE_CERTIFICATE,
} PeerRuleKind;

/* IPv4 is written as ::ffff:0:0/96 (RFC 4291 section 2.5.5.2). */
typedef struct {
	PeerRuleKind kind;
	guint8 network[16];
	guint bits;	    /* of the network */
	char *name;	    /* of a host */
	char *organisation; /* of a host or all its hosts */
	char *fingerprint;  /* of a certificate, lower-case hex */
} PeerRule;
void peer_rule_clear(PeerRule *rule);

/* FALSE when it is none; then there is nothing to clear. */
gboolean peer_rule_parse(const char *text, PeerRule *out);

/* An address as rules have it; FALSE for neither IPv4 nor IPv6. */
gboolean peer_rule_address(const struct sockaddr *address, guint8 out[16]);
gboolean peer_rule_has_address(const PeerRule *rule, const guint8 address[16]);

#endif
