/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/votes.h: votes of those that agree on blocks for
 * changes of the members. They gather in the state: whoever of them has signed a
 * transaction has voted for the change that it asks for, and for no other one of
 * the same node: a later vote replaces an earlier one.
 *
 * Bucket "$memberVote": ADDRESS of the node -> {"CHANGE":["ADDRESS",...]}
 */
#ifndef XUPER_KERNEL_VOTES_H
#define XUPER_KERNEL_VOTES_H

#include "plugins/engine-xuper/kernel/terms.h"

#define BUCKET_MEMBER_VOTE "$memberVote"

typedef struct {
	gsize have; /* of present validators, with those that are new */
	gsize need;
} Votes;

/* Counts who has signed; with enough of them the votes on that node are gone.
 * Returns: BSN_OK. Errors: BSN_DENIED: none of the signers has a vote, or all of
 * them have voted so already; of the sandbox. Out: votes. */
int32_t votes_cast(Sandbox *box, const char *node, const char *change,
		   const json_t *validators, Votes *votes, bsn_err *err);
/* How many of n validators must be for a change. [any] */
gsize votes_needed(MemberVotes rule, gsize n);
/* Changes that wait: appends {"node","change":{},"votes":[]} for each. */
int32_t votes_list(Sandbox *box, json_t *all, bsn_err *err);

#endif
