/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/target.h: the target of a request, taken apart (RFC 9112 section
 * 3.2, RFC 3986 section 3). Pure functions; any thread.
 */
#ifndef HOST_GATEWAY_TARGET_H
#define HOST_GATEWAY_TARGET_H

#include <bsn/base.h>
#include <glib.h>

#define TARGET_SEGMENTS_MAX 8
#define TARGET_PARAMS_MAX 16

/* Segments and parameters are decoded, valid UTF-8 without control characters.
 * A "%2F" is part of its segment and not a separator. */
typedef struct {
	char *segments[TARGET_SEGMENTS_MAX];
	guint segment_count;
	struct {
		char *name, *value;
	} params[TARGET_PARAMS_MAX];
	guint param_count;
} Target;

/* Takes a request target apart: "/path?query" or "https://host/path?query".
 *
 * Returns: BSN_OK.
 * Out:     out, for target_clear, after an error too.
 * Errors:  BSN_BAD_REQUEST: the reason says what is wrong where. */
int32_t target_parse(const char *uri, Target *out, bsn_err *err);
void target_clear(Target *target);

/* A parameter's value; NULL when it was not given. */
const char *target_param(const Target *target, const char *name);

#endif
