/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/route.h: which channel a first message is for
 * (Method.route), where it is in a header. Internal to gateway/. [any]
 */
#ifndef FABRIC_GATEWAY_ROUTE_H
#define FABRIC_GATEWAY_ROUTE_H

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/codec/arena.h"

/* Returns: BSN_OK. Out: channel, in the arena; "" is none.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t route_envelope(Arena *arena, bsn_slice envelope, const char **channel,
		       bsn_err *err);
int32_t route_proposal(Arena *arena, bsn_slice signed_proposal,
		       const char **channel, bsn_err *err);

#endif
