/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "peer/proposal.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/runtime-native/tx.h"

/* ---- questions ---- */

static void
get(NativeTx *tx, guint32 type, const char *collection, bsn_slice key,
    NativeStep then)
{
	Protos__GetState message = PROTOS__GET_STATE__INIT;

	message.collection = (char *)collection;
	message.key = message_bytes(key);
	native_call_ask(call_of(tx), type, &message, native_call_take_value,
			then);
}

void
native_private_get(NativeTx *tx, const char *collection, bsn_slice key,
		   NativeStep then)
{
	get(tx, ASKS(GET_STATE), collection, key, then);
}

void
native_private_hash(NativeTx *tx, const char *collection, bsn_slice key,
		    NativeStep then)
{
	get(tx, ASKS(GET_PRIVATE_DATA_HASH), collection, key, then);
}

void
native_private_put(NativeTx *tx, const char *collection, bsn_slice key,
		   bsn_slice value, NativeStep then)
{
	Protos__PutState message = PROTOS__PUT_STATE__INIT;

	message.collection = (char *)collection;
	message.key = message_bytes(key);
	message.value = message_bytes(value);
	native_call_ask(call_of(tx), ASKS(PUT_STATE), &message,
			native_call_take_value, then);
}

void
native_private_del(NativeTx *tx, const char *collection, bsn_slice key,
		   NativeStep then)
{
	Protos__DelState message = PROTOS__DEL_STATE__INIT;

	message.collection = (char *)collection;
	message.key = message_bytes(key);
	native_call_ask(call_of(tx), ASKS(DEL_STATE), &message,
			native_call_take_value, then);
}

void
native_private_purge(NativeTx *tx, const char *collection, bsn_slice key,
		     NativeStep then)
{
	Protos__PurgePrivateState message = PROTOS__PURGE_PRIVATE_STATE__INIT;

	message.collection = (char *)collection;
	message.key = message_bytes(key);
	native_call_ask(call_of(tx), ASKS(PURGE_PRIVATE_DATA), &message,
			native_call_take_value, then);
}

void
native_private_range(NativeTx *tx, const char *collection, bsn_slice start,
		     bsn_slice end, NativeEach each, NativeStep then)
{
	Protos__GetStateByRange message = PROTOS__GET_STATE_BY_RANGE__INIT;

	message.collection = (char *)collection;
	message.startkey = message_bytes(start);
	message.endkey = message_bytes(end);
	call_of(tx)->each = each;
	native_call_ask(call_of(tx), ASKS(GET_STATE_BY_RANGE), &message,
			native_call_take_results, then);
}

/* ---- what came with the proposal ---- */

/* As GetTransient of the shim: proposal, payload, map. */
bsn_slice
native_transient(NativeTx *tx, const char *name)
{
	Arena *arena = &tx->arena;
	const Protos__SignedProposal *signed_one = message_unpack(
		arena, &protos__signed_proposal__descriptor,
		call_of(tx)->proposal, NULL, NULL);
	const Protos__Proposal *proposal = NULL;
	const Protos__ChaincodeProposalPayload *payload = NULL;

	if (signed_one != NULL)
		proposal = message_unpack(
			arena, &protos__proposal__descriptor,
			message_slice(signed_one->proposal_bytes), NULL, NULL);
	if (proposal != NULL)
		payload = message_unpack(
			arena, &protos__chaincode_proposal_payload__descriptor,
			message_slice(proposal->payload), NULL, NULL);
	for (gsize i = 0; payload != NULL && i < payload->n_transientmap; i++)
		if (strcmp(payload->transientmap[i]->key, name) == 0)
			return message_slice(payload->transientmap[i]->value);
	return bsn_slice_of(NULL, 0);
}
