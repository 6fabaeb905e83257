/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/reserved_config.h: "reserved_contracts" of a
 * config.
 */
#ifndef XUPER_CONTRACT_RESERVED_CONFIG_H
#define XUPER_CONTRACT_RESERVED_CONFIG_H

#include "plugins/engine-xuper/config.h"
#include "plugins/kit/json.h"

/* Requests that one config may reserve. */
#define RESERVED_MAX 8u
/* Arguments of one. */
#define RESERVED_ARGS_MAX 16u

/* Reads them into config->reserved, which is there also when there are none; the
 * first error stays in `fields`. [any] */
void reserved_read(JsonFields *fields, ChainConfig *config);

#endif
