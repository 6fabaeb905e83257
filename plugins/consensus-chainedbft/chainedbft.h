/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/chainedbft.h: chained HotStuff (Yin et al., PODC
 * 2019, section 5), as XuperChain's chained-BFT uses it, with the vote and commit
 * rules in the form that LibraBFT gave them (2019, section 5). consensus-tdpos
 * and consensus-xpoa are the same core with the clock for a pacemaker.
 *
 * A block carries the certificate of its parent (seal.justify): a quorum's votes.
 * Of n members f = (n - 1) / 3 may do anything at all; a quorum is
 * ceil((n + f + 1) / 2), so two of them share an honest member.
 *
 * - A member votes once a round, in ascending rounds; and only for a block whose
 *   certificate is of a round not below its lock. Voting for a block it locks the
 *   parent of what that block's certificate certifies.
 * - Three blocks in rounds that follow each other, each upon the one before: when
 *   the third is certified the first is final. Votes for the third name it, so one
 *   certificate proves it to anybody who knows the members.
 * - Votes go to all members, so each makes the certificate, and the next leader
 *   proposes as soon as it has: what waits is in a block after one hop, certified
 *   after two, final after four more.
 * - A round that brings nothing in time ends by a quorum's timeouts, which begin
 *   the next one; a proposal after them shows them.
 * - Nothing is sent before what it says is on disk (record.c, outbox.c).
 * - Blocks are made while something waits, or while a block is not final in which
 *   something is that was waited for; an idle chain is silent.
 *
 * Epochs: members change with a block that has BSN_TREE_CLOSES. What is built
 * upon it by the old members serves to make it final, and no more: a certificate
 * that would make it or a block upon it final names it and nothing else. Once it
 * is, everything above is dropped, and the new members begin upon it, with
 * nothing promised and a name of their own (the block's id) in all that they
 * sign. The first block of the epoch carries the certificate that ended the one
 * before; upon the genesis, or what another kind of protocol has made, none.
 *
 * Config, all optional: {"timeout_ms": 100 to 600000, of a round, doubled with
 * each that passes (2000); "timeout_max_ms" (60000); "suspect_timeout_ms": 0 to
 * 60000, when its leader is gone (50); "block_interval_ms": 0 to 60000, from one
 * own block to the next at least (0)}.
 */
#ifndef CHAINEDBFT_CHAINEDBFT_H
#define CHAINEDBFT_CHAINEDBFT_H

#include <bsn/consensus.h>

#include "plugins/consensus-chainedbft/mode.h"

extern const bsn_consensus chainedbft_consensus;

/* ---- for the protocols on this core (face.c) ---------------------------- */

int32_t chainedbft_check_config(const Mode *mode, bsn_slice config,
				guint64 member_count, bsn_err *err);
int32_t chainedbft_create(const Mode *mode, bsn_chain *chain,
			  bsn_proposer *proposer, bsn_slice config,
			  uint64_t height, bsn_agreement **agreement,
			  bsn_err *err);
void chainedbft_destroy(bsn_agreement *agreement);
void chainedbft_pending(bsn_agreement *agreement);
void chainedbft_applied(bsn_agreement *agreement, uint64_t height);
void chainedbft_timer(bsn_agreement *agreement, uint64_t id);
void chainedbft_durable(bsn_agreement *agreement, uint64_t cookie);
void chainedbft_message(bsn_agreement *agreement, bsn_slice from_public_key,
			bsn_slice message);
int32_t chainedbft_status(bsn_agreement *agreement, bsn_sink *json);
int32_t chainedbft_verify(const bsn_member *members, uint64_t n,
			  uint64_t height, bsn_slice digest,
			  bsn_slice certificate, bsn_err *err);
void chainedbft_peer(bsn_agreement *agreement, bsn_slice public_key,
		     uint32_t reachable);
uint64_t chainedbft_quorum(uint64_t member_count);
int32_t chainedbft_verify_in(const bsn_id *chain_id, const bsn_member *members,
			     uint64_t n, uint64_t height, bsn_slice digest,
			     bsn_slice certificate, bsn_err *err);
extern const struct bsn_tree_consensus chainedbft_tree;

/* The members of a protocol's bsn_consensus besides name, check_config and
 * create. */
#define CHAINEDBFT_MEMBERS                                                     \
	.size = sizeof(bsn_consensus), .destroy = chainedbft_destroy,          \
	.pending = chainedbft_pending, .applied = chainedbft_applied,          \
	.timer = chainedbft_timer, .durable = chainedbft_durable,              \
	.message = chainedbft_message, .status = chainedbft_status,            \
	.verify = chainedbft_verify, .peer = chainedbft_peer,                  \
	.quorum = chainedbft_quorum, .verify_in = chainedbft_verify_in,        \
	.tree = &chainedbft_tree

#endif
