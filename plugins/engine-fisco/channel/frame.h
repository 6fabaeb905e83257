/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/channel/frame.h: messages of FISCO BCOS 2.x's channel
 * protocol, big-endian:
 *
 *   length u32 (of all), type u16, sequence 32 bytes, result i32, data
 *
 * An AMOP message's data begins with its topic: a byte that is the topic's
 * length and itself, then the topic.
 *
 * All functions: [any].
 */
#ifndef FISCO_CHANNEL_FRAME_H
#define FISCO_CHANNEL_FRAME_H

#include <bsn/base.h>
#include <glib.h>

#define FRAME_HEADER 42u
#define FRAME_SEQ 32u
/* FISCO's own bound is 100 MB; nothing that a chain takes is that large. */
#define FRAME_MAX (8u << 20)
#define TOPIC_MAX 254u

typedef enum {
	FRAME_RPC = 0x12,
	FRAME_HEARTBEAT = 0x13,
	FRAME_HANDSHAKE = 0x14,
	FRAME_REGISTER_EVENT = 0x15,
	FRAME_UNREGISTER_EVENT = 0x16,
	FRAME_AMOP_REQUEST = 0x30,
	FRAME_AMOP_RESPONSE = 0x31,
	FRAME_TOPICS = 0x32,
	FRAME_AMOP_MULTICAST = 0x35,
	FRAME_TOPIC_VERIFY = 0x37,
	FRAME_TOPIC_VERDICT = 0x38,
	FRAME_TX_NOTIFY = 0x1000,
	FRAME_BLOCK_NOTIFY = 0x1001,
	FRAME_EVENT_PUSH = 0x1002,
} FrameType;

typedef struct {
	guint16 type;
	guint8 seq[FRAME_SEQ];
	gint32 result;
	bsn_slice data; /* borrowed */
} Frame;

/* The next message of `bytes`.
 *
 * Returns: how many bytes it takes; 0: it is not whole yet; -1: it is none, or
 *          longer than FRAME_MAX. */
gint64 frame_read(bsn_slice bytes, Frame *frame);
void frame_put(const Frame *frame, GByteArray *out);

/* Splits an AMOP message's data; FALSE when it is none. */
gboolean frame_topic(bsn_slice data, bsn_slice *topic, bsn_slice *content);
/* Appends such data; topic.len is TOPIC_MAX at most. */
void frame_put_topic(bsn_slice topic, bsn_slice content, GByteArray *out);

#endif
