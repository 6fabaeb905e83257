/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/query/events/filter.h: XuperChain's BlockFilter: which
 * blocks a subscriber wants, and what of them. Internal to query/events/.
 */
#ifndef XUPER_QUERY_EVENTS_FILTER_H
#define XUPER_QUERY_EVENTS_FILTER_H

#include "plugins/engine-xuper/format/block.h"
#include "plugins/engine-xuper/query/events/pattern.h"

typedef struct {
	char *bcname;
	guint64 start, end;   /* heights; end is not included */
	gboolean from_latest; /* start was not given */
	gboolean exclude_tx, exclude_tx_event;
	Pattern *contract, *event_name;
	Pattern *initiator, *auth_require, *from_addr, *to_addr;
} BlockFilter;

/* The chain that a SubscribeRequest is for; the caller frees.
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
int32_t filter_chain(bsn_slice request, char **chain, bsn_err *err);
/* Reads a SubscribeRequest; filter_clear after an error, too.
 * Returns: BSN_OK. Errors: as filter_chain. [any] */
int32_t filter_read(bsn_slice request, BlockFilter *filter, bsn_err *err);
void filter_clear(BlockFilter *filter);

/* Appends the Event that a block is to the subscriber: a FilteredBlock with the
 * transactions that match, perhaps none. [strand] */
void filter_block(const BlockFilter *filter, const Block *block,
		  GByteArray *event);

#endif
