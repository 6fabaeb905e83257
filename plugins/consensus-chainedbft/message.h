/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/message.h: what members send each other. The
 * sender of a message is whom the transport has authenticated; votes and timeouts
 * are signed besides, so that they can be shown to others.
 *
 *	1 byte	BSN_CONSENSUS_BYTE
 *	1 byte	kind
 *	epoch after its length (1 byte)
 *	8 bytes	round
 *	and then, `sized` after its length (4 bytes)
 *	PROPOSAL	why the round has begun, when it is not the one after
 *			the block's certificate: a timeout certificate, sized;
 *			the block, sized
 *	VOTE		the block's id, signature
 *	TIMEOUT		8 bytes high_round, signature; 8 bytes final height of
 *			the sender's; its newest certificate and newest timeout
 *			certificate, sized, each may be empty
 *	NEWS		the sender's newest certificate, newest timeout
 *			certificate, and the certificate of its final height,
 *			sized, each may be empty
 *	ASK		8 bytes final height of the sender's: `round` is that of
 *			its newest certificate, and it wants newer ones
 */
#ifndef CHAINEDBFT_MESSAGE_H
#define CHAINEDBFT_MESSAGE_H

#include <bsn/consensus.h>

#include "plugins/consensus-chainedbft/certificate.h"

#define MESSAGE_PROPOSAL 1u
#define MESSAGE_VOTE 2u
#define MESSAGE_TIMEOUT 3u
#define MESSAGE_NEWS 4u
#define MESSAGE_ASK 5u

/* A message; slices are borrowed. What a kind does not have is zero. */
typedef struct {
	guint8 kind;
	bsn_id epoch;
	guint64 round;
	guint64 high_round;
	guint64 final_height;
	bsn_id id;
	Signature signature;
	bsn_slice certificate; /* read by certificate_read; may be empty */
	bsn_slice timeouts;    /* read by timeouts_read; may be empty */
	bsn_slice final;       /* a certificate; may be empty */
	bsn_slice block;
} Message;

/* Appends the encoding. [any] */
void message_put(const Message *message, GByteArray *out);
/* FALSE for anything but an encoding as above. [any] */
gboolean message_read(bsn_slice bytes, Message *message);

#endif
