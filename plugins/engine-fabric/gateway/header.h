/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/header.h: channel headers, of what clients send
 * and of what is in blocks: which channel it is for, and what it is. Internal
 * to gateway/. [any]
 */
#ifndef FABRIC_GATEWAY_HEADER_H
#define FABRIC_GATEWAY_HEADER_H

#include <bsn/helpers/error.h>

#include "common/common.pb-c.h"
#include "plugins/kit/codec/arena.h"

/* Opens an Envelope as far as its channel header; in the arena.
 *
 * Returns: BSN_OK. Out: payload; header, NULL when it has none.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t header_of_envelope(Arena *arena, bsn_slice envelope,
			   const Common__Payload **payload,
			   const Common__ChannelHeader **header, bsn_err *err);

/* As Method.route. */
int32_t route_envelope(Arena *arena, bsn_slice envelope, const char **channel,
		       bsn_err *err);
int32_t route_proposal(Arena *arena, bsn_slice signed_proposal,
		       const char **channel, bsn_err *err);

#endif
