/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/message.h"

/* What is around a proposal leaves room for it. */
G_STATIC_ASSERT(BSN_PROPOSAL_MAX + CERTIFICATE_MAX + TIMEOUTS_MAX + 1024u <=
		BSN_NET_MESSAGE_MAX);

void
message_put(const Message *message, GByteArray *out)
{
	wire_put(out, BSN_CONSENSUS_BYTE, 1);
	wire_put(out, message->kind, 1);
	wire_put_id(out, &message->epoch);
	wire_put(out, message->round, 8);
	switch (message->kind) {
	case MESSAGE_PROPOSAL:
		wire_put_sized(out, message->timeouts);
		wire_put_sized(out, message->block);
		break;
	case MESSAGE_VOTE:
		wire_put_id(out, &message->id);
		wire_put_signature(out, &message->signature);
		break;
	case MESSAGE_TIMEOUT:
		wire_put(out, message->high_round, 8);
		wire_put_signature(out, &message->signature);
		wire_put(out, message->final_height, 8);
		wire_put_sized(out, message->certificate);
		wire_put_sized(out, message->timeouts);
		break;
	case MESSAGE_NEWS:
		wire_put_sized(out, message->certificate);
		wire_put_sized(out, message->timeouts);
		wire_put_sized(out, message->final);
		break;
	case MESSAGE_ASK:
		wire_put(out, message->final_height, 8);
		break;
	}
}

static void
read_certificates(Wire *reader, Message *message)
{
	message->certificate = wire_sized(reader, CERTIFICATE_MAX);
	message->timeouts = wire_sized(reader, TIMEOUTS_MAX);
}

static void
read_rest(Wire *reader, Message *message)
{
	switch (message->kind) {
	case MESSAGE_PROPOSAL:
		message->timeouts = wire_sized(reader, TIMEOUTS_MAX);
		message->block = wire_sized(reader, BSN_PROPOSAL_MAX);
		return;
	case MESSAGE_VOTE:
		message->id = wire_id(reader, 1);
		message->signature = wire_signature(reader);
		return;
	case MESSAGE_TIMEOUT:
		message->high_round = wire_u64(reader);
		message->signature = wire_signature(reader);
		message->final_height = wire_u64(reader);
		read_certificates(reader, message);
		return;
	case MESSAGE_NEWS:
		read_certificates(reader, message);
		message->final = wire_sized(reader, CERTIFICATE_MAX);
		return;
	case MESSAGE_ASK:
		message->final_height = wire_u64(reader);
		return;
	}
	reader->bad = TRUE;
}

gboolean
message_read(bsn_slice bytes, Message *message)
{
	Wire reader = wire_of(bytes);

	*message = (Message){ .kind = 0 };
	if (wire_u8(&reader) != BSN_CONSENSUS_BYTE)
		return FALSE;
	message->kind = wire_u8(&reader);
	message->epoch = wire_id(&reader, 1);
	message->round = wire_u64(&reader);
	if (message->round > ROUND_MAX)
		reader.bad = TRUE;
	read_rest(&reader, message);
	return wire_end(&reader);
}
