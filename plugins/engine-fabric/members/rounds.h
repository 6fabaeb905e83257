/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/rounds.h: what is signed for a change of the
 * config. Internal to members/.
 *
 *	1  the update: SignatureHeader, ConfigUpdate
 *	2  enough have signed: the Payload of a CONFIG_UPDATE envelope
 *	   others have to sign: a Proposal of a vote, which goes on as any
 *	   proposal does
 *
 * Between them state is MEMBERS_STATE, the round, and
 *	1  length of the header (4 bytes), header, update
 *	2  the payload
 */
#ifndef FABRIC_MEMBERS_ROUNDS_H
#define FABRIC_MEMBERS_ROUNDS_H

#include "plugins/engine-fabric/engine.h"

/* Answers with the first round. */
void rounds_first(Channel *channel, Arena *arena, bsn_slice signature_header,
		  bsn_slice update, bsn_reply *reply);

#endif
