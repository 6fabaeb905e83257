/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fake-net.h: bsn.net/1 between chains of the fake host that stand
 * for nodes of one chain. Nothing arrives by itself: the test takes each
 * message and delivers it, or something else, or nothing.
 */
#ifndef TESTS_UNIT_FAKE_NET_H
#define TESTS_UNIT_FAKE_NET_H

#include "tests/unit/fake-host.h"

/* Has the fake host offer it: before the first plugin is loaded. */
void fake_net_offer(void);

/* A chain is that of this node: it has a key of its own. 0 at first. */
void fake_chain_set_node(bsn_chain *chain, guint node);
/* A node's public key; borrowed until fake_host_reset. */
bsn_slice fake_node_key(guint node, const char *algorithm);

/* Two nodes reach each other from now on, or not any more; each that is open
 * is told. A chain that is closed has left all others. In: algorithm of the
 * chain's keys. */
void fake_net_join(bsn_chain *a, bsn_chain *b, const char *algorithm,
		   gboolean joined);

typedef struct {
	bsn_chain *from;
	bsn_chain *to;
	GBytes *bytes;
} FakeMessage;

/* The oldest that was sent and not taken, or NULL. */
FakeMessage *fake_net_take(void);
/* fake_message_free(NULL) does nothing. */
void fake_message_free(FakeMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeMessage, fake_message_free)
/* Has an open chain's engine get a message; any other does not hear it. */
void fake_net_deliver(bsn_chain *from, bsn_chain *to, const char *algorithm,
		      bsn_slice bytes);

#endif
