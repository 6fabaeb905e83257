/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/compute.h: what an update must say to lead from
 * one config to another.
 */
#ifndef FABRIC_CHANNEL_COMPUTE_H
#define FABRIC_CHANNEL_COMPUTE_H

#include <bsn/base.h>

#include "common/configtx.pb-c.h"
#include "plugins/kit/codec/arena.h"

/* Makes the read set and the write set of a ConfigUpdate, as small as can be.
 *
 * Returns: BSN_OK.
 * In:      before: the channel's group as it is; after: as it is to be, of
 *          which versions do not matter. Both passed items_map, and live as long
 *          as the sets.
 * Out:     read_set, write_set: in the arena.
 * Errors:  BSN_BAD_REQUEST: they are the same. */
int32_t compute_update(Arena *arena, const Common__ConfigGroup *before,
		       const Common__ConfigGroup *after,
		       Common__ConfigGroup **read_set,
		       Common__ConfigGroup **write_set, bsn_err *err);

#endif
