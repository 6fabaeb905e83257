/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/status.h: nodes tell each other which blocks they
 * have on disk: all after a block, at a bounded rate, and whoever seems to be
 * behind again, ever less often, until it says that it is not. All functions:
 * [strand].
 */
#ifndef FISCO_NET_STATUS_H
#define FISCO_NET_STATUS_H

#include "plugins/engine-fisco/net/net.h"

/* Tells one peer, and asks it to tell, too. */
void status_ask(Ledger *ledger, const NetPeer *peer);
/* Tells one peer. */
void status_tell(Ledger *ledger, const NetPeer *peer);
/* A peer tells. */
void status_received(Ledger *ledger, NetPeer *peer, const NetMessage *message);
/* One who is leaving tells; nothing that it gives is asked for. */
void status_of_leaver(Ledger *ledger, const NetLeaver *leaver, NetPeer *peer,
		      const NetMessage *message);
/* The durable head has moved, or a peer has come: who seems to be behind is
 * told until it says that it is not. */
void status_watch(Ledger *ledger);
/* The timer came. */
void status_timer(Ledger *ledger);

#endif
