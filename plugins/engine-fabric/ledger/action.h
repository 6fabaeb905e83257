/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/action.h: the messages that an envelope has one
 * within another, decoded as far as they go. Nothing is judged here.
 */
#ifndef FABRIC_LEDGER_ACTION_H
#define FABRIC_LEDGER_ACTION_H

#include "common/common.pb-c.h"
#include "peer/chaincode_event.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/engine-fabric/codec/arena.h"
#include "plugins/engine-fabric/codec/message.h"

/* What every envelope has. All of it lies in the arena. */
typedef struct {
	const Common__Envelope *envelope;
	const Common__Payload *payload;
	const Common__ChannelHeader *channel;
	const Common__SignatureHeader *signature;
} EnvelopeParts;

/* What an endorser transaction has besides. */
typedef struct {
	const Protos__TransactionAction *action;
	const Protos__ChaincodeActionPayload *payload;
	const Protos__ProposalResponsePayload *response;
	const Protos__ChaincodeAction *chaincode;
} ActionParts;

/* Decodes; what cannot be decoded is NULL, and so is all within it. [any] */
void envelope_parts(Arena *arena, bsn_slice bytes, EnvelopeParts *parts);
/* The same for Payload.data; `action` is NULL unless there is one. [any] */
void action_parts(Arena *arena, bsn_slice data, ActionParts *parts);

/* Decodes the event of an action; NULL when there is none, or no event. [any] */
const Protos__ChaincodeEvent *action_event(Arena *arena,
					   const ActionParts *parts);

#endif
