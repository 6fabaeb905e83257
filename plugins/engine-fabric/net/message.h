/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/net/message.h: what the nodes of a channel send each
 * other beside their consensus: one byte that names the kind, then a message of
 * proto/bsn/net.proto. Every question has one answer. All functions: [any].
 */
#ifndef FABRIC_NET_MESSAGE_H
#define FABRIC_NET_MESSAGE_H

#include <bsn/consensus.h>

#include "bsn/net.pb-c.h"
#include "plugins/kit/codec/arena.h"

#define NET_STATUS 0x01u
#define NET_HELLO 0x02u
#define NET_ENVELOPES 0x03u
#define NET_GET_BLOCKS 0x04u
#define NET_BLOCKS 0x05u
#define NET_QUESTION 0x06u
#define NET_ANSWER 0x07u

/* Packages that a node tells of, and bytes of an id: a label of 128, ':', a
 * digest in hex. */
#define NET_PACKAGES_MAX 256u
#define NET_PACKAGE_ID_MAX 193u
/* Envelopes of a message. */
#define NET_ENVELOPES_MAX 4096u
/* Blocks of a question or an answer. */
#define NET_BLOCKS_MAX 64u
/* Bytes of envelopes or blocks that a sender puts into a message; one that is
 * longer goes alone. */
#define NET_BYTES_MAX (1u << 20)
/* Bytes of what is in a question or an answer: what is around it fits, too. */
#define NET_CONTENT_MAX (BSN_NET_MESSAGE_MAX - 1024u)

/* A message; the one that its kind says. In the arena it was read with. */
typedef struct {
	guint8 kind;
	union {
		const ProtobufCMessage *any;
		const Bsn__Net__Status *status;
		const Bsn__Net__Hello *hello;
		const Bsn__Net__Envelopes *envelopes;
		const Bsn__Net__GetBlocks *get_blocks;
		const Bsn__Net__Blocks *blocks;
		const Bsn__Net__Question *question;
		const Bsn__Net__Answer *answer;
	} body;
} NetMessage;

/* Appends the encoding; `body` is the message of that kind. */
void net_message_put(GByteArray *out, guint8 kind, const void *body);
/* Reads one, with all that is in it within its limits.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE with a reason. */
int32_t net_message_read(Arena *arena, bsn_slice bytes, NetMessage *message,
			 bsn_err *err);

#endif
