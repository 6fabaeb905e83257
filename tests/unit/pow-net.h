/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/pow-net.h: consensus-pow in a network with one clock, and blocks that
 * are made by hand.
 */
#ifndef TESTS_UNIT_POW_NET_H
#define TESTS_UNIT_POW_NET_H

#include "plugins/consensus-pow/pow.h"
#include "tests/unit/chained-net.h"

#define LONG 120000u
/* 512 hashes for the first block. */
#define CONFIG(more)                                                           \
	"{\"depth\":4,\"defaultTarget\":528482303,\"expectedPeriod\":100,"     \
	"\"adjustHeightGap\":20,\"hashes_per_turn\":10,\"turn_ms\":2" more "}"

typedef ChainedNet Net;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Net, net_free)

/* A node that is told by hand, and another one, of the only member. */
Net *pow_quiet_net(void);
/* What a block upon that one must be, so many ms after it. */
guint32 pow_bits_upon(const Net *net, const NetBlock *parent);
bsn_seal pow_seal_upon(const Net *net, const NetBlock *parent, guint64 ms);
/* Makes one as the member, with the nonce that it needs. */
NetBlock *pow_forge(Net *net, NetBlock *parent, bsn_seal seal, guint32 tx);
/* As a member's message has it, which claims to have all work. */
void pow_give(Node *node, const NetBlock *block);
/* Whether its status says that nodes have diverged. */
gboolean pow_is_in_trouble(const Node *node);

#endif
