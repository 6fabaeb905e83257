/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/node.h: BSN_TX_MEMBER: a node comes, goes or
 * changes its role. Internal to members/.
 */
#ifndef FABRIC_MEMBERS_NODE_H
#define FABRIC_MEMBERS_NODE_H

#include <jansson.h>

#include "plugins/engine-fabric/engine.h"

/* Changes a copy of the present config as a request says.
 *
 * Returns: BSN_OK.
 * In:      args: of BSN_TX_MEMBER (bsn/engine.h).
 * Out:     force: whether the request insists.
 * Errors:  BSN_BAD_REQUEST; BSN_NOT_FOUND for no such node; BSN_CONFLICT: it
 *          is so already. */
int32_t node_change(Channel *channel, const json_t *args, Arena *arena,
		    Common__ConfigGroup *copy, gboolean *force, bsn_err *err);

/* Takes an organisation's nodes away, as far as this node knows whose they are:
 * who is no member of the channel gets no block of it.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST. */
int32_t node_remove_organisation(const Channel *channel, const char *msp_id,
				 Arena *arena, Common__ConfigGroup *copy,
				 bsn_err *err);

/* Whether, after a change of those that agree, enough of them could be reached
 * from here to agree on the next block: only a block can take a change back.
 *
 * Returns: BSN_OK. In: config: after the change. Errors: BSN_CONFLICT. */
int32_t node_check_quorum(const Channel *channel, const ChannelConfig *config,
			  bsn_err *err);

#endif
