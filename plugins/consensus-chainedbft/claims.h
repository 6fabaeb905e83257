/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/claims.h: what members sign, and checking many
 * such signatures at once.
 */
#ifndef CHAINEDBFT_CLAIMS_H
#define CHAINEDBFT_CLAIMS_H

#include "plugins/consensus-chainedbft/members.h"
#include "plugins/consensus-chainedbft/wire.h"

/* What a vote says of a block; a quorum's is a certificate. All of it but `id`
 * and `round` follows from the block: each honest member signs the same. */
typedef struct {
	bsn_id id;
	guint64 round;
	guint8 protocol;     /* PROTOCOL_* (mode.h) */
	bsn_id chain_id;
	bsn_id epoch;        /* id of the block that began it */
	guint64 height;
	bsn_id parent;
	guint64 parent_round;
	bsn_id final;        /* of the block that is final when a quorum has
			      * signed this; len 0: none */
	guint64 final_height;
} VoteInfo;

/* A member has waited for a round in vain and votes in it no more. */
typedef struct {
	guint8 protocol;
	bsn_id chain_id;
	bsn_id epoch;
	guint64 round;
	guint64 high_round; /* of the newest certificate that it knows; the
			     * epoch's when it knows none */
} TimeoutInfo;

/* XuperChain's ProposalMsg: all of a vote but id and round. [any] */
void vote_info_put_msg(const VoteInfo *info, GByteArray *out);
/* FALSE for anything but an encoding as above. [any] */
gboolean vote_info_read_msg(bsn_slice bytes, VoteInfo *info);

/* Append the bytes that are signed. [any] */
void vote_info_put_text(const VoteInfo *info, GByteArray *out);
void timeout_info_put_text(const TimeoutInfo *info, GByteArray *out);

/* Texts with their signers' signatures, to be verified together. */
typedef struct Claims Claims;

/* `members` is borrowed. */
Claims *claims_new(const Members *members);
void claims_free(Claims *claims);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Claims, claims_free)

/* Signer: a member's number. `text` is copied. */
void claims_add(Claims *claims, guint signer, bsn_slice text,
		const Signature *signature);
/* Verifies all; on all workers where `chain` is given and it is worth while.
 *
 * Returns: whether every one is good.
 * Out:     forged, by signer: made TRUE for those with a wrong signature; may
 *          be NULL. */
gboolean claims_verify(Claims *claims, bsn_chain *chain, gboolean *forged);

/* Signs a text as a member that this node is. Errors: those of bsn_keys.
 * [strand] */
int32_t claims_sign(bsn_chain *chain, const char *algorithm, bsn_slice text,
		    Signature *signature, bsn_err *err);

#endif
