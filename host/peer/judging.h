/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/judging.h: one step of a handshake on a strand, so that signatures
 * by whoever connects are verified beside the main loop, and on one worker at
 * most. Main loop.
 */
#ifndef HOST_PEER_JUDGING_H
#define HOST_PEER_JUDGING_H

#include "host/loop.h"
#include "host/peer/handshake.h"

typedef struct Judging Judging;

/* Takes the handshake and the frame. `done` is called on the main loop with
 * what handshake_take answered, and has the handshake back. */
Judging *judging_new(Loop *loop, Strand *strand, Handshake *handshake,
		     FrameType type, GBytes *payload,
		     void (*done)(void *owner, Handshake *handshake,
				  HandshakeState state, GByteArray *out,
				  const GError *why),
		     void *owner);
/* `done` is not called any more. NULL is allowed. */
void judging_forget(Judging *judging);

#endif
