/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/filtered.h: a block without what its
 * transactions say, for clients that only want to know what became of theirs.
 */
#ifndef FABRIC_GATEWAY_FILTERED_H
#define FABRIC_GATEWAY_FILTERED_H

#include "peer/events.pb-c.h"
#include "plugins/engine-fabric/engine.h"

/* Makes it of a stored block, as Fabric 2.5's core/peer/deliverevents.go: ids,
 * types and codes of its transactions, and the events of endorser transactions,
 * valid or not, without their payloads.
 *
 * Returns: the message, in the arena; it borrows channel_id and the block.
 * In:      codes: one byte a transaction. [any] */
Protos__FilteredBlock *filtered_block(Arena *arena, const char *channel_id,
				      const Common__Block *block,
				      bsn_slice codes);

#endif
