/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/forward.h: whoever may lead must know what waits, so
 * transactions are passed on to all members that take part in consensus. What
 * goes on waiting is sent again, since messages get lost. All functions:
 * [strand].
 */
#ifndef FISCO_NET_FORWARD_H
#define FISCO_NET_FORWARD_H

#include "plugins/engine-fisco/intake.h"
#include "plugins/engine-fisco/net/net.h"

/* Transactions of clients that are in the pool now: those of the items with
 * status BSN_OK. */
void forward_admitted(Ledger *ledger, const Intake *items, guint64 n);
/* Another node passes some on. */
void forward_received(Ledger *ledger, NetPeer *peer,
		      const NetMessage *message);
/* What waits is looked after soon: there is something new, or somebody new to
 * tell. */
void forward_soon(Ledger *ledger);
/* The timer came. */
void forward_timer(Ledger *ledger);

#endif
