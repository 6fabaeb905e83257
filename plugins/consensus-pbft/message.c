/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/message.h"

#include <bsn/consensus.h>

/* What is around a proposal leaves room for it. */
G_STATIC_ASSERT(BSN_PROPOSAL_MAX + PROMISES_MAX + CERTIFICATE_MAX + 1024u <=
		BSN_NET_MESSAGE_MAX);

static void
put_vote(const Message *message, GByteArray *out)
{
	wire_put(out, message->view, 8);
	wire_put_id(out, &message->digest);
	wire_put_signature(out, &message->signature);
}

static void
read_vote(Wire *reader, Message *message)
{
	message->view = wire_u64(reader);
	message->digest = wire_id(reader, 1);
	message->signature = wire_signature(reader);
}

static void
put_view_change(const Message *message, GByteArray *out)
{
	wire_put(out, message->view, 8);
	wire_put_id(out, &message->digest);
	wire_put(out, message->locked_view, 8);
	wire_put_signature(out, &message->signature);
	wire_put_sized(out, message->certificate);
}

/* Without a lock there is nothing to say of it. */
static void
read_view_change(Wire *reader, Message *message)
{
	message->view = wire_u64(reader);
	message->digest = wire_id(reader, 0);
	message->locked_view = wire_u64(reader);
	message->signature = wire_signature(reader);
	message->certificate = wire_sized(reader, CERTIFICATE_MAX);
	if ((message->digest.len == 0) != (message->certificate.len == 0) ||
	    (message->digest.len == 0 && message->locked_view != 0))
		reader->bad = TRUE;
}

static void
read_status(Wire *reader, Message *message)
{
	message->view = wire_u64(reader);
	message->flags = wire_u8(reader);
	if (message->flags > STATUS_FLAGS)
		reader->bad = TRUE;
}

void
message_put(const Message *message, GByteArray *out)
{
	wire_put(out, BSN_CONSENSUS_BYTE, 1);
	wire_put(out, message->kind, 1);
	wire_put(out, message->height, 8);
	switch (message->kind) {
	case MESSAGE_PROPOSAL:
		put_vote(message, out);
		wire_put_sized(out, message->promises);
		wire_put_sized(out, message->certificate);
		wire_put_sized(out, message->body);
		break;
	case MESSAGE_PREPARE:
	case MESSAGE_COMMIT:
		put_vote(message, out);
		break;
	case MESSAGE_VIEW_CHANGE:
		put_view_change(message, out);
		break;
	case MESSAGE_STATUS:
		wire_put(out, message->view, 8);
		wire_put(out, message->flags, 1);
		break;
	case MESSAGE_DECIDED:
		wire_put_id(out, &message->digest);
		wire_put_sized(out, message->certificate);
		break;
	case MESSAGE_FETCH:
		wire_put_id(out, &message->digest);
		break;
	case MESSAGE_BODY:
		wire_put_id(out, &message->digest);
		wire_put_sized(out, message->body);
		break;
	}
}

static void
read_rest(Wire *reader, Message *message)
{
	switch (message->kind) {
	case MESSAGE_PROPOSAL:
		read_vote(reader, message);
		message->promises = wire_sized(reader, PROMISES_MAX);
		message->certificate = wire_sized(reader, CERTIFICATE_MAX);
		message->body = wire_sized(reader, BSN_PROPOSAL_MAX);
		return;
	case MESSAGE_PREPARE:
	case MESSAGE_COMMIT:
		read_vote(reader, message);
		return;
	case MESSAGE_VIEW_CHANGE:
		read_view_change(reader, message);
		return;
	case MESSAGE_STATUS:
		read_status(reader, message);
		return;
	case MESSAGE_DECIDED:
		message->digest = wire_id(reader, 1);
		message->certificate = wire_sized(reader, CERTIFICATE_MAX);
		return;
	case MESSAGE_FETCH:
		message->digest = wire_id(reader, 1);
		return;
	case MESSAGE_BODY:
		message->digest = wire_id(reader, 1);
		message->body = wire_sized(reader, BSN_PROPOSAL_MAX);
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
	message->height = wire_u64(&reader);
	read_rest(&reader, message);
	return wire_end(&reader);
}

void
promises_put(const Promise *promises, guint n, GByteArray *out)
{
	wire_put(out, n, 2);
	for (guint i = 0; i < n; i++) {
		wire_put(out, promises[i].signer, 2);
		wire_put(out, promises[i].locked_view, 8);
		wire_put_id(out, &promises[i].locked);
		wire_put_signature(out, &promises[i].signature);
	}
}

gboolean
promises_read(bsn_slice bytes, Promise *promises, guint *n)
{
	Wire reader = wire_of(bytes);

	*n = wire_u16(&reader);
	if (*n > MEMBERS_MAX)
		return FALSE;
	for (guint i = 0; !reader.bad && i < *n; i++) {
		promises[i].signer = wire_u16(&reader);
		promises[i].locked_view = wire_u64(&reader);
		promises[i].locked = wire_id(&reader, 0);
		promises[i].signature = wire_signature(&reader);
		if (i > 0 && promises[i].signer <= promises[i - 1].signer)
			reader.bad = TRUE;
	}
	return wire_end(&reader);
}

Statement
promise_statement(const Promise *promise, guint64 height, guint64 view)
{
	return (Statement){ .kind = STATEMENT_VIEW_CHANGE,
			    .height = height,
			    .view = view,
			    .digest = promise->locked,
			    .locked_view = promise->locked_view };
}
