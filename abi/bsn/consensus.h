/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/consensus.h: how nodes agree (`bsn.consensus/1`).
 *
 * Consensus pulls: it asks its engine for a proposal when it may make one, asks
 * it to check another node's, and delivers what was decided. What a proposal
 * holds is the engine's: an executed block for protocols that vote on state,
 * a list of opaque transactions for ones that only order them.
 *
 * A protocol uses the chain's own services: timers and store cookies with the
 * top bit set, store keys and messages whose first byte is 0xff. The engine
 * passes it the calls that carry those marks. It makes its votes durable
 * before it sends them.
 *
 * What the engine does for its protocol:
 *
 * - what waits for agreement on one correct node comes to wait on all of them
 *   (the engine passes transactions on), since any of them may lead;
 * - blocks that a node has missed are fetched by the engine, which verifies
 *   each certificate (bsn_consensus.verify). `behind` tells it that there are
 *   some; `applied` tells the protocol that they are there. Observers, and
 *   nodes that become or cease to be members while they are behind, hear of
 *   it from other engines alone;
 * - a decision that it has put off (a full disk) makes it answer propose and
 *   check of later heights with BSN_BUSY until it has been carried out.
 */
#ifndef BSN_CONSENSUS_H
#define BSN_CONSENSUS_H

#include "host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_CONSENSUS_ID "bsn.consensus/1"

/* Set in timer ids and store cookies of a chain's consensus; the first byte of
 * its store keys and messages. */
#define BSN_CONSENSUS_BIT ((uint64_t)1 << 63)
#define BSN_CONSENSUS_BYTE 0xffu

/* Bytes of a proposal: with what a protocol puts around it (votes, proofs, a
 * certificate) it fits a message between hosts. An engine's largest block must
 * fit it, or it could be neither proposed nor fetched. */
#define BSN_PROPOSAL_MAX (BSN_NET_MESSAGE_MAX - (1u << 20))

struct bsn_tree;           /* ext/tree.h */
struct bsn_tree_consensus; /* ext/tree.h */

/* The protocol's side of a chain; the protocol completes the structure. */
typedef struct bsn_agreement bsn_agreement;

/* The engine, as its consensus sees it. The engine embeds it. */
typedef struct bsn_proposer bsn_proposer;
struct bsn_proposer {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Makes the proposal for `height`, when there is something to propose.
	 *
	 * Returns: BSN_OK; BSN_NOT_FOUND: nothing to propose now, the engine
	 *          calls bsn_consensus.pending when that changes.
	 * In:      height.
	 * Out:     proposal, of BSN_PROPOSAL_MAX bytes at most; digest: what
	 *          nodes vote on.
	 * Errors:  BSN_FULL, BSN_BUSY: not now, pending will be called.
	 * [strand] & open */
	int32_t (*propose)(bsn_proposer *proposer, uint64_t height,
			   bsn_sink *proposal, bsn_id *digest);

	/* Checks another node's proposal, executing it where the framework
	 * votes on state.
	 *
	 * Returns: BSN_OK, or why this node does not vote for it.
	 * In:      height, proposal.
	 * Out:     digest.
	 * [strand] & open */
	int32_t (*check)(bsn_proposer *proposer, uint64_t height,
			 bsn_slice proposal, bsn_id *digest, bsn_err *err);

	/* Delivers what was decided for `height`; each height once, in order.
	 * The engine makes it durable and then calls bsn_consensus.applied.
	 *
	 * Returns: BSN_OK; anything else stops the chain with the reason.
	 * In:      height; proposal; certificate, which proves the decision in
	 *          the protocol's own encoding (may be empty).
	 * Errors:  BSN_DUPLICATE: the engine has got this height by itself
	 *          meanwhile (see behind); the protocol goes on.
	 * [strand] & open */
	int32_t (*decide)(bsn_proposer *proposer, uint64_t height,
			  bsn_slice proposal, bsn_slice certificate,
			  bsn_err *err);

	/* What tells this chain from every other: the digest of its genesis,
	 * for example. A protocol with votes signs it into them, so that a
	 * vote counts on no other chain of the same nodes. Optional; such a
	 * protocol refuses an engine without it.
	 *
	 * Returns: BSN_OK. Out: id, the same on every node, 1 to BSN_ID_MAX
	 * bytes. [strand] */
	int32_t (*chain_id)(bsn_proposer *proposer, bsn_id *id);

	/* The protocol has learnt that others have decided all heights up to
	 * `height` and that this node has missed at least one of them. The
	 * engine fetches the blocks from its peers, verifies their
	 * certificates, makes them durable and calls bsn_consensus.applied. It
	 * may come again for the same height. Optional: without it a node that
	 * has missed decisions stays where it is.
	 *
	 * In: height; from_public_key, a member that has it.
	 * [strand] & open */
	void (*behind)(bsn_proposer *proposer, uint64_t height,
		       bsn_slice from_public_key);

	/* Whether there is something to propose, without making a proposal.
	 * Nodes that do not lead ask so before they complain of the leader.
	 * Optional: without it the protocol calls propose and discards what
	 * it gets.
	 *
	 * Returns: BSN_OK, or BSN_NOT_FOUND: pending will be called when that
	 * changes. [strand] & open */
	int32_t (*waiting)(bsn_proposer *proposer);

	/* `height` is not decided yet, but votes make it likely that it will be
	 * with this digest, of a proposal that the engine has made or checked.
	 * When the engine agrees, propose and check may come for height + 1
	 * before decide has come for `height`, and build upon that proposal:
	 * executing overlaps with voting. The protocol casts no vote on what
	 * was checked so until `height` is decided. Should it be decided with
	 * another digest, the engine drops what it has built upon this one.
	 * Optional.
	 *
	 * Returns: BSN_OK, or BSN_BUSY: not now. In: height, digest.
	 * [strand] & open */
	int32_t (*expect)(bsn_proposer *proposer, uint64_t height,
			  const bsn_id *digest);

	/* The engine's blocks as a tree, for protocols that build on blocks
	 * which are not final (ext/tree.h). Optional. */
	const struct bsn_tree *tree;
};

typedef struct bsn_consensus {
	BSN_TABLE_HEAD; /* flags: 0 */
	const char *name; /* "solo", "raft", "pbft" */

	/* Checks the protocol's part of a chain's config.
	 *
	 * Returns: BSN_OK.
	 * In:      config, JSON object; may be empty; member_count.
	 * Errors:  BSN_BAD_REQUEST: the reason names the wrong key and remedy.
	 * [any] */
	int32_t (*check_config)(bsn_slice config, uint64_t member_count,
				bsn_err *err);

	/* Joins the agreement of a chain.
	 *
	 * Returns: BSN_OK.
	 * In:      chain; proposer, valid until destroy; config as checked;
	 *          members, n: of the next height; height: the last one that
	 *          the engine has durable.
	 * Out:     agreement.
	 * Errors:  BSN_E_VERSION for a missing service; BSN_E_CORRUPT.
	 * [strand] */
	int32_t (*create)(bsn_chain *chain, bsn_proposer *proposer,
			  bsn_slice config, const bsn_member *members,
			  uint64_t n, uint64_t height,
			  bsn_agreement **agreement, bsn_err *err);

	/* Leaves it. destroy(NULL) does nothing. [strand] & closing */
	void (*destroy)(bsn_agreement *agreement);

	/* The engine has something to propose. [strand] & open */
	void (*pending)(bsn_agreement *agreement);

	/* The engine has made `height` durable: one that was decided, or one
	 * that it got by itself with its certificate, whose heights may jump
	 * ahead of what the protocol has decided; it then goes on after it.
	 * [strand] & open */
	void (*applied)(bsn_agreement *agreement, uint64_t height);

	/* A timer, a durable batch or a message of the protocol's own came.
	 * Optional each. [strand] & open */
	void (*timer)(bsn_agreement *agreement, uint64_t id);
	void (*durable)(bsn_agreement *agreement, uint64_t cookie);
	void (*message)(bsn_agreement *agreement, bsn_slice from_public_key,
			bsn_slice message);

	/* Where the protocol stands: a JSON object (leader, view, term, ...).
	 *
	 * Returns: BSN_OK. Out: json. [strand] & open */
	int32_t (*status)(bsn_agreement *agreement, bsn_sink *json);

	/* Verifies a certificate offline. Optional.
	 *
	 * Returns: BSN_OK or BSN_BAD_SIGNATURE.
	 * In:      members, n: those that agreed on `height`, in any order;
	 *          height; digest; certificate.
	 * [any] */
	int32_t (*verify)(const bsn_member *members, uint64_t n,
			  uint64_t height, bsn_slice digest,
			  bsn_slice certificate, bsn_err *err);

	/* Says who agrees on `height` and those after it: members as for
	 * create, observers among them or not; this node may be none of them,
	 * and then only watches. The engine calls it when a block has changed
	 * the members: inside decide (or when a decision that was put off is
	 * carried out), or, for a block that it got by itself, before applied.
	 * The chain decides the height, at least the one after that block's,
	 * so all nodes change at the same one; a later call replaces one that
	 * has not come to effect. Optional: a chain whose protocol lacks it
	 * keeps its members.
	 *
	 * Returns: BSN_OK.
	 * In:      height; members, n.
	 * Errors:  BSN_BAD_REQUEST when the protocol cannot agree among them;
	 *          BSN_E_STATE when `height` is being agreed on and this node
	 *          has taken part. Then the members are the ones before.
	 * [strand] & open */
	int32_t (*set_members)(bsn_agreement *agreement, uint64_t height,
			       const bsn_member *members, uint64_t n,
			       bsn_err *err);

	/* A member became reachable (1) or not (0): bsn_chain_ops.peer, passed
	 * on. Optional: it makes a dead leader known sooner, and messages that
	 * were lost are sent again. [strand] & open */
	void (*peer)(bsn_agreement *agreement, bsn_slice public_key,
		     uint32_t reachable);

	/* How many of so many members must take part in a decision, when all
	 * who do are correct. Optional: it lets an engine warn of a change of
	 * members after which there would be no further one.
	 *
	 * Returns: 1 to member_count. In: member_count, not 0. [any] */
	uint64_t (*quorum)(uint64_t member_count);

	/* As verify, and the certificate is this chain's: nodes that have
	 * several chains in common sign with the same keys for all of them.
	 * For who has no other block of the chain that this one follows.
	 * Optional.
	 *
	 * In: chain_id, as bsn_proposer.chain_id answers. [any] */
	int32_t (*verify_in)(const bsn_id *chain_id, const bsn_member *members,
			     uint64_t n, uint64_t height, bsn_slice digest,
			     bsn_slice certificate, bsn_err *err);

	/* Set by a protocol that grows a tree (ext/tree.h): its engine needs
	 * bsn_proposer.tree. Optional. */
	const struct bsn_tree_consensus *tree;

	/* How many blocks must follow one until a protocol with this config
	 * takes it to be final, which it then is by likelihood alone
	 * (BSN_FINALITY_DEPTH). Optional: what a protocol without it calls
	 * final cannot be undone (BSN_FINALITY_IMMEDIATE).
	 *
	 * Returns: the depth, at least 1. In: config, as checked. [any] */
	uint64_t (*depth)(bsn_slice config);
} bsn_consensus;

/* Required members, X(member). */
#define BSN_CONSENSUS_REQUIRED(X)                                              \
	X(name) X(check_config) X(create) X(destroy) X(pending) X(applied)     \
	X(status)

/* The consensus table of a plugin, or NULL. [any] */
static inline const bsn_consensus *
bsn_consensus_of(const bsn_plugin *plugin)
{
	return (const bsn_consensus *)plugin->query(BSN_CONSENSUS_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_CONSENSUS_H */
