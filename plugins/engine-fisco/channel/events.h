/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/channel/events.h: logs of contracts, pushed to the
 * clients that registered for them: past blocks first, a bounded number at a
 * time, then new ones as they become durable; each log once for a registration,
 * in order.
 *
 * Source: FISCO BCOS 2.x documentation, "contract event push". All functions:
 * [strand].
 */
#ifndef FISCO_CHANNEL_EVENTS_H
#define FISCO_CHANNEL_EVENTS_H

#include "plugins/engine-fisco/channel/clients.h"

/* Registrations of one client. */
#define EVENTS_PER_CLIENT 64u
/* Bytes of a registration's own id. */
#define FILTER_ID_MAX 128u

/* What a registration, or its end, is answered with. */
#define EVENTS_OK 0
#define EVENTS_DONE 1             /* all blocks asked for were gone through */
#define EVENTS_INVALID (-41001)   /* the parameters make no sense */
#define EVENTS_NO_GROUP (-41002)  /* of another chain */
#define EVENTS_BAD_RANGE (-41003)
#define EVENTS_UNKNOWN (-41007)   /* to be ended, and never registered */
#define EVENTS_FAILED 42000       /* anything else */

/* FRAME_REGISTER_EVENT and FRAME_UNREGISTER_EVENT. */
gboolean events_register(Ledger *ledger, Client *client, const Frame *frame);
gboolean events_unregister(Ledger *ledger, Client *client,
			   const Frame *frame);
/* Pushes what there is, or arms TIMER_EVENTS to go on: blocks became durable,
 * or the timer came. */
void events_pump(Ledger *ledger);
/* Lets go of the client's registrations. */
void events_leave(Client *client);

#endif
