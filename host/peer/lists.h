/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/lists.h: whom a host speaks to, by address and by identity.
 *
 * What `deny` names is refused. Where `allow` has items about addresses, only
 * these addresses are let in; where it has items about identities, only these.
 * Immutable once made: any thread.
 */
#ifndef HOST_PEER_LISTS_H
#define HOST_PEER_LISTS_H

#include <sys/socket.h>

#include "identity/certificate.h"

typedef struct PeerLists PeerLists;

/* Items as host/config/peer_rule.h has them, checked by the config; NULL-ended,
 * or NULL for none. */
PeerLists *peer_lists_new(const char *const *allow, const char *const *deny);
void peer_lists_free(PeerLists *lists);

gboolean peer_lists_allow_address(const PeerLists *lists,
				  const struct sockaddr *address);
gboolean peer_lists_allow_identity(const PeerLists *lists,
				   const Identity *identity);

#endif
