/* SPDX-License-Identifier: Apache-2.0
 *
 * host/status.h: what a status code is called, in HTTP and in words.
 */
#ifndef HOST_STATUS_H
#define HOST_STATUS_H

#include <stdint.h>

/* All take any int32; an unknown code is treated as BSN_E_INTERNAL. */
const char *status_name(int32_t status);
int status_http(int32_t status);
const char *status_sentence(int32_t status);

#endif
