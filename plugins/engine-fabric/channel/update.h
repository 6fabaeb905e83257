/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/update.h: changing a channel's config.
 *
 * A ConfigUpdate has a read set, what it builds on, and a write set, in which
 * whatever changes has a version one above. For each change the policy that the
 * current config names for it must be fulfilled by who signed. A group lists all
 * that is in it; what an unchanged part says is taken from the current config.
 */
#ifndef FABRIC_CHANNEL_UPDATE_H
#define FABRIC_CHANNEL_UPDATE_H

#include "plugins/engine-fabric/channel/config.h"
#include "plugins/engine-fabric/channel/items.h"

/* Signatures of one update. */
#define UPDATE_SIGNATURES_MAX SIGNERS_MAX

/* Judges an update and makes the config that it leads to, which has the next
 * sequence. Whether that config is a right one, the caller finds out by
 * channel_config_read and then update_keeps.
 *
 * Returns: BSN_OK and a Config's bytes appended to `out`.
 * In:      channel_id: of this channel; envelope: a ConfigUpdateEnvelope.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: it is malformed, or changes nothing;
 *          BSN_CONFLICT: it builds on another version; BSN_DENIED: a policy is
 *          not fulfilled. The reason has the path of the part. */
int32_t update_apply(ChannelConfig *current, const char *channel_id,
		     bsn_slice envelope, GByteArray *out, bsn_err *err);

/* A part that an update changes. */
typedef struct {
	const Item *item;     /* as the update writes it */
	const Policy *policy; /* to be fulfilled; of the current config; NULL:
			       * the part is new, and the policy is that of
			       * the group it is in */
} UpdateNeed;

/* Judges an update as update_apply does, but for who signed, and lists what it
 * changes.
 *
 * Returns: BSN_OK.
 * In:      config_update: a ConfigUpdate.
 * Out:     arena: ARENA_INIT before; what needs point into, set in any case;
 *          needs: UpdateNeed, by key.
 * Errors:  those of update_apply; BSN_DENIED only for what nobody may change. */
int32_t update_needs(ChannelConfig *current, const char *channel_id,
		     bsn_slice config_update, Arena *arena, GArray *needs,
		     bsn_err *err);

/* Whether a config keeps what no update may change: the algorithms, the
 * consensus, and the MSP's id of each organisation.
 *
 * Returns: BSN_OK. Errors: BSN_CONFLICT. */
int32_t update_keeps(const ChannelConfig *before, const ChannelConfig *after,
		     bsn_err *err);

#endif
