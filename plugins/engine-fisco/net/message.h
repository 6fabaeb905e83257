/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/message.h: what the nodes of a chain send each other
 * beside their consensus: one byte that names the kind, and an RLP list.
 *
 *	TXS          [[transaction, ...]]: each as it was sent, a string
 *	STATUS       [height, digest of that block, first block held, asks]:
 *	             of what is on disk; a node that asks is told the same
 *	GET_HEADERS  [first, count]
 *	HEADERS      [first, [[header, certificate], ...]]: as many of them as
 *	             are there and fit
 *	GET_BODIES   [first, count, offset]: from this byte of the first one on
 *	BODIES       [first, offset, [[total bytes, bytes], ...]]: bodies one
 *	             after the other, the last of which may be a piece
 *
 *	GET_SNAPSHOT [checkpoint, part, offset]: of the state at a checkpoint;
 *	             part 0 is its manifest (snapshot/manifest.h), others are
 *	             the sections, in order (snapshot/section.h)
 *	SNAPSHOT     [checkpoint, part, offset, [[total bytes, bytes]]]
 *
 * A body is a block's list of transactions, without its prefix. Every question
 * has one answer, which may be empty. All functions: [any].
 */
#ifndef FISCO_NET_MESSAGE_H
#define FISCO_NET_MESSAGE_H

#include <bsn/consensus.h>
#include <glib.h>

#include "plugins/engine-fisco/suite.h"
#include "plugins/kit/rlp.h"

#define NET_TXS 0x01u
#define NET_STATUS 0x02u
#define NET_GET_HEADERS 0x03u
#define NET_HEADERS 0x04u
#define NET_GET_BODIES 0x05u
#define NET_BODIES 0x06u
#define NET_GET_SNAPSHOT 0x07u
#define NET_SNAPSHOT 0x08u

/* Transactions in a message. */
#define NET_TXS_MAX 4096u
/* Blocks in a question or an answer. */
#define NET_BLOCKS_MAX 128u
/* Bytes of transactions, headers or bodies that a sender puts into a message;
 * one transaction that is longer goes alone. */
#define NET_BYTES_MAX (1u << 20)
/* Bytes of a message that is read: the longest transaction and what goes
 * around it. */
#define NET_MESSAGE_MAX ((8u << 20) + 65536u)
/* Bytes of a body: one that is longer cannot have been proposed. */
#define NET_BODY_MAX BSN_PROPOSAL_MAX
/* Bytes of a header and of a certificate, with SEALERS_MAX members, and of
 * MEMBERS_MAX whose list is in the header. */
#define NET_HEADER_MAX (1u << 20)
#define NET_CERTIFICATE_MAX (256u << 10)

/* A message; slices are borrowed. What a kind does not have is zero. */
typedef struct {
	guint8 kind;
	guint64 height; /* of the first block; of a status: of the head */
	guint64 count;  /* of blocks; of a snapshot: its part */
	guint64 offset;
	guint64 earliest;
	gboolean asks;
	bsn_slice hash;  /* HASH_LEN bytes */
	bsn_slice items; /* of the inner list, encoded */
	guint64 n;       /* how many; set by net_message_read */
} NetMessage;

/* Appends the encoding. */
void net_message_put(const NetMessage *message, GByteArray *out);
/* FALSE for anything but an encoding as above, with all that is in it within
 * its limits. */
gboolean net_message_read(bsn_slice bytes, NetMessage *message);

typedef struct {
	bsn_slice header; /* encoded */
	bsn_slice certificate;
} NetHeader;

typedef struct {
	guint64 total; /* bytes of the body */
	bsn_slice bytes;
} NetPiece;

/* Append an item of the inner list. */
void net_tx_put(bsn_slice raw, GByteArray *items);
void net_header_put(const NetHeader *header, GByteArray *items);
void net_piece_put(const NetPiece *piece, GByteArray *items);

/* Read the next item of a reader over NetMessage.items. */
bsn_slice net_tx_read(RlpReader *reader);
NetHeader net_header_read(RlpReader *reader);
NetPiece net_piece_read(RlpReader *reader);

#endif
