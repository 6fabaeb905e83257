/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/node-change.h: the rules by which a transaction changes
 * the chain's members (0x1003):
 *
 * - On a chain with a committee its members vote on each change, and it is made
 *   with the vote that is enough (access/node-votes.h). Without one, whoever may
 *   write _sys_consensus_ makes it at once.
 * - The last consensus node stays, and consensus must run with the number that
 *   a change leaves.
 * - One block changes the consensus nodes once, by one node. Nodes agree on the
 *   block after it as the new set, so any quorum of that one has a node that
 *   took part in the block before (Ongaro 2014, section 4.1), and an operator
 *   sees that the chain goes on before the next step.
 *
 * All functions: [strand], or on a trial: [any].
 */
#ifndef FISCO_NODE_CHANGE_H
#define FISCO_NODE_CHANGE_H

#include "plugins/engine-fisco/access/node-votes.h"
#include "plugins/engine-fisco/ledger.h"

/* Makes a change, or casts the actor's vote for it.
 *
 * Returns: BSN_OK. In: change: public_key of PUBLIC_KEY_LEN bytes.
 * Out:     result: 1 when it was made, 0 when more votes are needed, or a code
 *          below 0 (precompiled/codes.h), and then nothing has changed.
 * Errors:  as bsn_store.get. */
int32_t node_change(const Ledger *ledger, const Actor *actor,
		    const NodeChange *change, gint64 *result);

/* The list as a change would leave it, whoever may make it.
 *
 * Returns: BSN_OK and a list for member_list_clear, valid as long as `change`
 *          and the ledger.
 * Out:     code: 0, or why the chain refuses it; sealers: other nodes than now
 *          agree then.
 * Errors:  as bsn_store.get. */
int32_t node_change_list(const Ledger *ledger, Overlay *state,
			 const NodeChange *change, MemberList *list,
			 gboolean *sealers, gint64 *code);

/* A role's word: "consensus", "observer", "none". [any] */
gboolean node_role_read(bsn_slice word, guint32 *role);
const char *node_role_word(guint32 role);

/* What a code below 0 says, for people. [any] */
const char *node_change_sentence(gint64 code);

#endif
