/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/certificate.h: a quorum's votes for a block, as
 * XuperChain's QuorumCert in protobuf: it is the `justify` of the blocks upon it,
 * and, where it names a final block, the proof of that one.
 *
 *	1 ProposalId	the block's id
 *	2 ProposalMsg	what else was signed of it (vote_info.h)
 *	3 Type		1, XuperChain's PREPARE
 *	4 ViewNumber	the block's round
 *	5 SignInfos	1 of them for each signer: 2 PublicKey, in hex, 3 Sign;
 *			in ascending order of the keys
 *
 * Address, field 1 of a SignInfo, is empty: a key says as much in every suite.
 * There is one encoding of each certificate.
 */
#ifndef CHAINEDBFT_CERTIFICATE_H
#define CHAINEDBFT_CERTIFICATE_H

#include "plugins/consensus-chainedbft/epoch_members.h"
#include "plugins/consensus-chainedbft/vote_info.h"

/* Rounds are an int64 in protobuf. */
#define ROUND_MAX ((guint64)G_MAXINT64)

/* One member's vote in it. */
typedef struct {
	guint8 key_len;
	guint8 key[BSN_PUBLIC_KEY_MAX];
	Signature signature;
} Endorsement;

typedef struct {
	VoteInfo info;
	guint n;
	Endorsement *list;
	GBytes *bytes; /* the encoding */
} Certificate;

/* Longest encoding, in bytes. */
#define CERTIFICATE_MAX                                                        \
	(1024u + MEMBERS_MAX * (2u * BSN_PUBLIC_KEY_MAX + BSN_SIGNATURE_MAX + \
				16u))

/* Of the votes of members `signers`, n of them, whose signatures are at the
 * same places. Reference-counted from here on. [any] */
Certificate *certificate_new(const VoteInfo *info, const Members *members,
			     const guint *signers, const Signature *signatures,
			     guint n);
/* NULL for anything but an encoding as above. [any] */
Certificate *certificate_read(bsn_slice bytes);
Certificate *certificate_ref(Certificate *certificate);
void certificate_unref(Certificate *certificate); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_unref)

/* Whether a quorum of these members has signed it. `chain` as claims_verify has
 * it; `chain_id`, of the chain that it must be of, or NULL: any.
 *
 * Returns: BSN_OK or BSN_BAD_SIGNATURE. [any] */
int32_t certificate_verify(const Certificate *certificate,
			   const Members *members, const bsn_id *chain_id,
			   bsn_chain *chain, bsn_err *err);
/* Whether it makes this block final. Nothing is verified. [any] */
gboolean certificate_names(const Certificate *certificate, const bsn_id *id);

/* ---- timeouts ---------------------------------------------------------- */

/* One member's. */
typedef struct {
	guint signer; /* a member's number */
	guint64 high_round;
	Signature signature;
} Expiry;

/* A quorum's timeouts of one round: why the next one may begin without a
 * certificate of its block.
 *
 *	8 bytes	round
 *	2 bytes	number of members, then for each, signers ascending
 *		2 bytes	signer
 *		8 bytes	high_round
 *		signature after its length (1 byte)
 */
typedef struct {
	guint64 round;
	guint n;
	Expiry list[MEMBERS_MAX];
} TimeoutCertificate;

#define TIMEOUTS_MAX (10u + MEMBERS_MAX * (10u + 1u + BSN_SIGNATURE_MAX))

/* [any] */
void timeouts_put(const TimeoutCertificate *timeouts, GByteArray *out);
/* FALSE for anything but an encoding as above. [any] */
gboolean timeouts_read(bsn_slice bytes, TimeoutCertificate *timeouts);
/* Whether a quorum has signed it; the rest of what they signed is in `info`,
 * whose rounds are not looked at. [any] */
gboolean timeouts_verify(const TimeoutCertificate *timeouts,
			 const Members *members, const TimeoutInfo *info,
			 bsn_chain *chain);

#endif
