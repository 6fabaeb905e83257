/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/vote_info.h: what members sign.
 */
#ifndef CHAINEDBFT_VOTE_INFO_H
#define CHAINEDBFT_VOTE_INFO_H

#include "plugins/kit/votes/claims.h"

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

#endif
