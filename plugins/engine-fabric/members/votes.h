/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/votes.h: signatures of config updates that wait
 * on the ledger until there are enough.
 *
 * They are entries of the namespace _config: under "MSP id.digest of the
 * certificate" a ConfigUpdateEnvelope with that signer's one signature. So each
 * signer has one vote, and a new one takes its place; nothing has to be cleaned
 * up. A transaction may write its creator's own entry alone (votes_judge), by
 * the word of any one peer: whoever reads an entry verifies it again, so a peer
 * cannot make up a vote.
 *
 * The system chaincode _config has one function: Vote(ConfigUpdate,
 * ConfigSignature), whose creator is who signed.
 */
#ifndef FABRIC_MEMBERS_VOTES_H
#define FABRIC_MEMBERS_VOTES_H

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/channel/update.h"

#define VOTES_NAME "_config"
/* Bytes of a ConfigUpdate that can be voted on. */
#define VOTE_UPDATE_MAX (2u << 20)

/* A vote that was found good. Borrowed from Votes. */
typedef struct {
	bsn_slice update; /* ConfigUpdate */
	const Common__ConfigSignature *signature;
	MspIdentity *who;
} Vote;

typedef struct {
	Arena arena;
	GArray *list; /* Vote, by the signers' keys in the state */
} Votes;

/* Reads the votes of the newest committed state that count by the present
 * config: the update fits it, the signature holds, and a policy of what changes
 * counts its signer; so what is kept is bounded by who may sign changes.
 *
 * Returns: BSN_OK and what votes_clear takes.
 * In:      update: those for this ConfigUpdate; empty: all.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. */
int32_t votes_load(Channel *channel, bsn_slice update, Votes *votes,
		   bsn_err *err);
void votes_clear(Votes *votes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Votes, votes_clear)

/* Who of them has voted for an update, and somebody besides, who may be NULL:
 * MspIdentity, borrowed, each once. */
GPtrArray *votes_signers(const Votes *votes, bsn_slice update,
			 MspIdentity *besides);
gboolean votes_has(const GPtrArray *signers, const MspIdentity *who);

/* Of what an update needs (update_needs): whether somebody's signature counts
 * for any of it; whether those of all are enough. */
gboolean votes_counts(const GArray *needs, const MspIdentity *who);
gboolean votes_hold(const GArray *needs, const GPtrArray *signers);

/* The functions of _config, as those of other system chaincodes. */
int32_t config_invoke(SystemCall *call, bsn_err *err);
/* Who must endorse a vote: peers of any one organisation of the application, by
 * that organisation's Endorsement policy.
 *
 * Out: below: an empty array that gets what `policy` borrows, until the config
 *      changes. */
void votes_policy(const Channel *channel, Policy *policy, GPtrArray *below);
/* For TxJudge.endorsed of the namespace _config.
 *
 * Returns: VALID; ENDORSEMENT_POLICY_FAILURE: votes_policy does not hold;
 *          ILLEGAL_WRITESET: it writes more than its creator's vote. */
TxCode votes_judge(Channel *channel, const BlockTx *tx, const gboolean *valid);

#endif
