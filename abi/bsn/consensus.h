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
	 * Out:     proposal; digest: what nodes vote on.
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
	 * [strand] & open */
	int32_t (*decide)(bsn_proposer *proposer, uint64_t height,
			  bsn_slice proposal, bsn_slice certificate,
			  bsn_err *err);
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
	 *          members, n; height: the last one that the engine has.
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

	/* The engine has made `height` durable. [strand] & open */
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
	 * In:      members, n; height; digest; certificate.
	 * [any] */
	int32_t (*verify)(const bsn_member *members, uint64_t n,
			  uint64_t height, bsn_slice digest,
			  bsn_slice certificate, bsn_err *err);
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
