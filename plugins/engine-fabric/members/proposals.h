/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/proposals.h: a change that waits for signatures,
 * or would, as JSON. Internal to members/.
 */
#ifndef FABRIC_MEMBERS_PROPOSALS_H
#define FABRIC_MEMBERS_PROPOSALS_H

#include <jansson.h>

#include "plugins/engine-fabric/engine.h"

/* As bsn_chain_ops.proposals has it. In: signers: MspIdentity, who has signed;
 * update: ConfigUpdate; needs: UpdateNeed, of it. [strand] */
json_t *proposal_json(Channel *channel, const GPtrArray *signers,
		      bsn_slice update, const GArray *needs);

#endif
