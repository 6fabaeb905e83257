/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/epoch_members.h: who agrees in an epoch.
 */
#ifndef CHAINEDBFT_EPOCH_MEMBERS_H
#define CHAINEDBFT_EPOCH_MEMBERS_H

#include <bsn/ext/tree.h>

#include "plugins/kit/votes/members.h"

/* Who reasons and errors are of. */
#define WHO "chained BFT"

/* Those who agree on what is built upon a block of the tree, in the chain's
 * order, which is that of their turns. Errors: those of members_new and of
 * bsn_tree.members. [strand] */
int32_t members_of_block(bsn_proposer *proposer, const bsn_id *block,
			 Members **out, bsn_err *err);

#endif
