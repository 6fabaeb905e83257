/* SPDX-License-Identifier: Apache-2.0
 *
 * Proposals, as Fabric's clients make them.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

/* Entries of a transient map; bytes of a nonce, as Fabric's clients draw them.
 */
#define TRANSIENT_MAX 256u
#define NONCE_LEN 24u

/* ---- transient data ---- */

typedef Protos__ChaincodeProposalPayload__TransientMapEntry Transient;

/* Base64 (RFC 4648) strictly; FALSE for anything else. */
static gboolean
decode_base64(Arena *arena, const char *text, ProtobufCBinaryData *out)
{
	g_autofree guint8 *bytes = NULL;
	g_autofree char *again = NULL;
	gsize len = 0;

	bytes = g_base64_decode(text, &len);
	again = g_base64_encode(bytes, len);
	if (strcmp(again, text) != 0)
		return FALSE;
	*out = (ProtobufCBinaryData){ len,
				      (guint8 *)arena_copy(arena, bytes, len) };
	return TRUE;
}

static int32_t
read_transient(Arena *arena, const char *name, const json_t *value,
	       Transient *entry, bsn_err *err)
{
	const char *text = json_string_value(json_object_get(value, "base64"));

	protos__chaincode_proposal_payload__transient_map_entry__init(entry);
	entry->key = arena_copy(arena, name, strlen(name));
	if (json_is_string(value)) {
		entry->value = message_bytes(bsn_slice_of(
			json_string_value(value), json_string_length(value)));
		return BSN_OK;
	}
	if (text != NULL && json_object_size(value) == 1 &&
	    decode_base64(arena, text, &entry->value))
		return BSN_OK;
	(void)bsn_fail(err, BSN_BAD_REQUEST,
		       "it must be a text, or {\"base64\": \"...\"}");
	reason_at(err, "options.transient.%s", name);
	return BSN_BAD_REQUEST;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const Transient *const *)a)->key,
		      (*(const Transient *const *)b)->key);
}

static int32_t
put_transient(Arena *arena, const json_t *map,
	      Protos__ChaincodeProposalPayload *payload, bsn_err *err)
{
	const gsize n = json_object_size(map);
	const char *name;
	json_t *value;

	if (n > TRANSIENT_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"options.transient: it has more than %u "
				"entries",
				TRANSIENT_MAX);
	if (n == 0)
		return BSN_OK;
	payload->transientmap =
		arena_room(arena, n * sizeof(*payload->transientmap));
	json_object_foreach((json_t *)map, name, value)
	{
		Transient *entry = arena_room(arena, sizeof(*entry));
		const int32_t status =
			read_transient(arena, name, value, entry, err);

		if (status != BSN_OK)
			return status;
		payload->transientmap[payload->n_transientmap++] = entry;
	}
	/* Maps have no order; bytes should not depend on the parser's. */
	qsort(payload->transientmap, n, sizeof(*payload->transientmap),
	      compare_names);
	return BSN_OK;
}

/* ---- proposals ---- */

static bsn_slice
make_input(Arena *arena, const ProposalWords *words, char *name)
{
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeSpec spec = PROTOS__CHAINCODE_SPEC__INIT;
	Protos__ChaincodeInvocationSpec invocation =
		PROTOS__CHAINCODE_INVOCATION_SPEC__INIT;

	input.n_args = words->args->len;
	input.args =
		arena_room(arena, words->args->len * sizeof(*input.args) + 1);
	for (guint i = 0; i < words->args->len; i++)
		input.args[i] =
			message_bytes(bytes_slice(words->args->pdata[i]));
	input.is_init = words->options != NULL && words->options->is_init;
	id.name = name;
	spec.chaincode_id = &id;
	spec.input = &input;
	invocation.chaincode_spec = &spec;
	return message_put(arena, &invocation);
}

static bsn_slice
make_channel_header(Channel *channel, Arena *arena, char *name, char *tx_id)
{
	const guint64 now = services.clock->wall_ms(channel->chain);
	Google__Protobuf__Timestamp when = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Protos__ChaincodeHeaderExtension extension =
		PROTOS__CHAINCODE_HEADER_EXTENSION__INIT;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Common__ChannelHeader header = COMMON__CHANNEL_HEADER__INIT;

	when.seconds = (gint64)(now / 1000);
	when.nanos = (gint32)(now % 1000) * 1000000;
	id.name = name;
	extension.chaincode_id = &id;
	header.type = COMMON__HEADER_TYPE__ENDORSER_TRANSACTION;
	header.channel_id = channel->id;
	header.tx_id = tx_id;
	header.timestamp = &when;
	header.extension = message_bytes(message_put(arena, &extension));
	return message_put(arena, &header);
}

static int32_t
make_header(Channel *channel, Arena *arena, const ProposalWords *words,
	    char *name, char tx_id[TX_ID_SIZE], Common__Header *header,
	    bsn_err *err)
{
	Common__SignatureHeader creator = COMMON__SIGNATURE_HEADER__INIT;
	guint8 nonce[NONCE_LEN];
	int32_t status =
		services.random->fill(channel->chain, nonce, sizeof(nonce));

	if (status == BSN_OK)
		status = signed_tx_id(&channel->suite,
				      bsn_slice_of(nonce, sizeof(nonce)),
				      words->creator, tx_id);
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"a transaction id could not be made");
	creator.creator = message_bytes(words->creator);
	creator.nonce = (ProtobufCBinaryData){ sizeof(nonce), nonce };
	header->channel_header =
		message_bytes(make_channel_header(channel, arena, name, tx_id));
	header->signature_header = message_bytes(message_put(arena, &creator));
	return BSN_OK;
}

int32_t
request_propose(Channel *channel, Arena *arena, const ProposalWords *words,
		bsn_slice *proposal, char tx_id[TX_ID_SIZE], bsn_err *err)
{
	char *name =
		arena_copy(arena, words->chaincode, strlen(words->chaincode));
	Common__Header header = COMMON__HEADER__INIT;
	Protos__ChaincodeProposalPayload payload =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__INIT;
	Protos__Proposal message = PROTOS__PROPOSAL__INIT;
	int32_t status =
		make_header(channel, arena, words, name, tx_id, &header, err);

	if (status == BSN_OK && words->options != NULL)
		status = put_transient(arena, words->options->transient,
				       &payload, err);
	if (status != BSN_OK)
		return status;
	payload.input = message_bytes(make_input(arena, words, name));
	message.header = message_bytes(message_put(arena, &header));
	message.payload = message_bytes(message_put(arena, &payload));
	*proposal = message_put(arena, &message);
	return proposal->len <= ENDORSE_PROPOSAL_MAX
		       ? BSN_OK
		       : bsn_fail(err, BSN_TOO_LARGE,
				  "arguments and transient data have more than "
				  "%u bytes",
				  ENDORSE_PROPOSAL_MAX);
}

bsn_slice
request_signed(Arena *arena, bsn_slice proposal, bsn_slice signature)
{
	Protos__SignedProposal message = PROTOS__SIGNED_PROPOSAL__INIT;

	message.proposal_bytes = message_bytes(proposal);
	message.signature = message_bytes(signature);
	return message_put(arena, &message);
}
