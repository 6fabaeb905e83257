/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/net/message.h: messages between nodes as bytes: one that
 * names the kind, never BSN_CONSENSUS_BYTE, then protobuf (proto/bsn/nodes.proto).
 * All functions: [any].
 */
#ifndef XUPER_NET_MESSAGE_H
#define XUPER_NET_MESSAGE_H

#include <bsn/bsn.h>
#include <glib.h>

#include "bsn/cross.pb-c.h"
#include "bsn/nodes.pb-c.h"
#include "plugins/kit/codec/arena.h"

#define NET_STATUS 0x01u
#define NET_TRANSACTIONS 0x02u
#define NET_GET_FINAL 0x03u
#define NET_FINAL 0x04u
#define NET_GET_BRANCH 0x05u
#define NET_BRANCH 0x06u
#define NET_CROSS_ASK 0x07u  /* proto/bsn/cross.proto */
#define NET_CROSS_TOLD 0x08u

/* Bytes of a refusal's reason. */
#define NET_REASON_MAX BSN_REASON_MAX

/* Transactions, and blocks, of one message. */
#define NET_TXS_MAX 4096u
#define NET_BLOCKS_MAX 128u
/* Bytes of them that a sender puts into one; what is longer goes alone. */
#define NET_BYTES_MAX (1u << 20)

/* The one that its kind says; in the arena that it was read with. */
typedef struct {
	guint8 kind;
	union {
		const ProtobufCMessage *any;
		const Bsn__Nodes__Status *status;
		const Bsn__Nodes__Transactions *transactions;
		const Bsn__Nodes__GetFinal *get_final;
		const Bsn__Nodes__Final *final;
		const Bsn__Nodes__GetBranch *get_branch;
		const Bsn__Nodes__Branch *branch;
		const Bsn__Cross__Ask *ask;
		const Bsn__Cross__Told *told;
	} body;
} NetMessage;

/* Appends the encoding; `body` is the message of that kind. */
void net_message_put(GByteArray *out, guint8 kind, const void *body);
/* Reads one, all that is in it within its limits.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE, with a reason. */
int32_t net_message_read(Arena *arena, bsn_slice bytes, NetMessage *message,
			 bsn_err *err);

#endif
