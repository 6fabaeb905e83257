/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/native.h: paths below /native/{chain}: with an access token in
 * front, or without.
 */
#ifndef HOST_GATEWAY_NATIVE_H
#define HOST_GATEWAY_NATIVE_H

#include "host/gateway/target.h"

/* The token in front of the path, borrowed; NULL: there is none. */
const char *native_token(const Target *target);

#endif
