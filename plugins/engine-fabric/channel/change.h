/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/change.h: what people want to change in a
 * channel's config, in founding.h's words:
 *
 *	{
 *	  "batch": { "max_messages": 100 },
 *	  "acls": { "qscc/GetBlockByNumber": "Admins", "cscc/GetConfigBlock":
 *null }, "policies": { "Endorsement": "ANY Endorsement" }, "organisations": [
 *	    { "msp_id": "Org3MSP", "root_certs": [...] },
 *	    { "msp_id": "Org2MSP", "remove": true },
 *	    { "msp_id": "Org1MSP", "anchor_peers": ["peer:7051"] }
 *	  ]
 *	}
 *
 * What is not named stays; null takes a policy or an ACL away. An organisation
 * that the channel does not have is added as it would be founded; of one that
 *it has, what is named is replaced: all of its MSP when root_certs is there.
 */
#ifndef FABRIC_CHANNEL_CHANGE_H
#define FABRIC_CHANNEL_CHANGE_H

#include <jansson.h>

#include "plugins/engine-fabric/channel/config.h"

/* A copy of a config's outermost group, to be changed; in the arena. */
Common__ConfigGroup *change_copy(Arena *arena, const ChannelConfig *config);

/* Changes a copy. Certificates and policies are not judged, as when a channel
 * is founded.
 *
 * Returns: BSN_OK.
 * In:      config: that it is a copy of; set: borrowed as long as the copy.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE, BSN_NOT_FOUND: the reason names the
 *          member and what to write. */
int32_t change_apply(Arena *arena, const ChannelConfig *config,
		     const json_t *set, Common__ConfigGroup *channel,
		     bsn_err *err);

/* Replaces what a value says, which stays whose it is; adds one that is not
 * there. In: message: any of protobuf-c's. */
void change_value(Arena *arena, Common__ConfigGroup *group, const char *key,
		  const void *message);

#endif
