/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/peer_trust.h: the CAs whose hosts a node speaks to, DIR/peers/ca.pem.
 * They vouch for hosts alone, for nobody at the gateway.
 */
#ifndef TOOLS_CTL_PEER_TRUST_H
#define TOOLS_CTL_PEER_TRUST_H

#include "tools/ctl/ctl.h"

/* Makes the file, with the node's own CA (which must be there). */
gboolean peer_trust_begin(const Node *node, GError **error);

gboolean run_peer_trust(Ctl *ctl, const Args *args, GError **error);

#endif
