/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/message.h: what members send each other. The sender of
 * a message is whom the transport has authenticated; votes are signed besides,
 * so that they can be shown to others.
 *
 *	1 byte	BSN_CONSENSUS_BYTE
 *	1 byte	kind
 *	8 bytes	height
 *	and then
 *	PROPOSAL	view, digest, signature (of a prepare vote); the
 *			promises and the certificate that justify a view
 *			above 0; the proposal
 *	PREPARE, COMMIT	view, digest, signature
 *	VIEW_CHANGE	view, digest and view of the lock, signature;
 *			the lock's certificate
 *	STATUS		view, flags
 *	DECIDED		digest, certificate
 *	FETCH		digest
 *	BODY		digest, proposal
 */
#ifndef PBFT_MESSAGE_H
#define PBFT_MESSAGE_H

#include "plugins/consensus-pbft/certificate.h"

#define MESSAGE_PROPOSAL 1u
#define MESSAGE_PREPARE STATEMENT_PREPARE
#define MESSAGE_COMMIT STATEMENT_COMMIT
#define MESSAGE_VIEW_CHANGE STATEMENT_VIEW_CHANGE
#define MESSAGE_STATUS 5u
#define MESSAGE_DECIDED 6u
#define MESSAGE_FETCH 7u
#define MESSAGE_BODY 8u

/* Flags of a status. */
#define STATUS_ASKS 1u      /* wants what it lacks */
#define STATUS_CHANGING 2u  /* waits for the leader of its view to begin it */
#define STATUS_PROPOSAL 4u  /* has the proposal of its view */
#define STATUS_FLAGS 7u

/* A message; slices are borrowed. What a kind does not have is zero. */
typedef struct {
	guint8 kind;
	guint8 flags; /* of a status */
	guint64 height;
	guint64 view;
	guint64 locked_view; /* of a view change with a lock */
	bsn_id digest;       /* of a view change: of its lock, or empty */
	Signature signature;
	bsn_slice promises;    /* read by promises_read */
	bsn_slice certificate; /* read by certificate_read; may be empty */
	bsn_slice body;
} Message;

/* Appends the encoding. */
void message_put(const Message *message, GByteArray *out);
/* FALSE for anything but an encoding as above. */
gboolean message_read(bsn_slice bytes, Message *message);

/* What a member promised with its view change: to vote in no view before it.
 * A leader shows a quorum of them, and the certificate of the highest lock. */
typedef struct {
	guint signer;
	guint64 locked_view;
	bsn_id locked; /* digest, or empty */
	Signature signature;
} Promise;

/* Longest encoding of promises, in bytes. */
#define PROMISES_MAX (2u + MEMBERS_MAX * (2u + 8u + 1u + BSN_ID_MAX + 66u))

void promises_put(const Promise *promises, guint n, GByteArray *out);
/* Reads at most MEMBERS_MAX of ascending signers. FALSE for anything else. */
gboolean promises_read(bsn_slice bytes, Promise *promises, guint *n);

/* What a member signs with its view change. */
Statement promise_statement(const Promise *promise, guint64 height,
			    guint64 view);

#endif
