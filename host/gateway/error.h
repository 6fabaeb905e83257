/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/error.h: the one shape in which the gateway says no.
 */
#ifndef HOST_GATEWAY_ERROR_H
#define HOST_GATEWAY_ERROR_H

#include <bsn/base.h>
#include <jansson.h>

/* {"code","name","reason","remedy","native"}, the value of "error".
 *
 * In: err, may be NULL or without a reason: the status's sentence then;
 *     remedy, or NULL for the status's own. */
json_t *error_object(int32_t status, const bsn_err *err, const char *remedy);

/* {"error": {...}}. */
json_t *error_body(int32_t status, const bsn_err *err, const char *remedy);

/* What usually helps. */
const char *status_remedy(int32_t status);

#endif
