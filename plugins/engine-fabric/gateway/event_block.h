/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/event_block.h: what chaincodes said in a block,
 * read once for all who listen. All functions: [strand].
 */
#ifndef FABRIC_GATEWAY_EVENT_BLOCK_H
#define FABRIC_GATEWAY_EVENT_BLOCK_H

#include "peer/chaincode_event.pb-c.h"
#include "plugins/engine-fabric/gateway/call.h"

/* Blocks that are kept, and bytes of their events: who listens is mostly at the
 * newest one, who catches up mostly alone. */
#define EVENT_BLOCKS_MAX 16u
#define EVENT_BLOCKS_BYTES_MAX (8u << 20)

typedef struct EventBlock EventBlock;

/* The events of a durable block's valid transactions, borrowed until the next
 * call.
 *
 * Returns: BSN_OK. Out: block; cost: bytes that were read for it.
 * Errors:  BSN_NOT_FOUND; BSN_E_CORRUPT, BSN_E_IO. */
int32_t event_block_find(Channel *channel, guint64 number, EventBlock **block,
			 gsize *cost, bsn_err *err);

/* A ChaincodeEventsResponse with a chaincode's events, in their order; borrowed
 * as the block is. Empty: there are none. */
bsn_slice event_block_response(EventBlock *block, const char *chaincode);
/* The same of transactions at a position or behind; for g_byte_array_unref. */
GByteArray *event_block_from(const EventBlock *block, const char *chaincode,
			     guint64 first_tx);

void event_blocks_clear(FabricGateway *gateway);

#endif
