/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/code_config.h: "contracts" and "contract_check" of a
 * config: the code that a chain takes.
 */
#ifndef XUPER_CONTRACT_CODE_CONFIG_H
#define XUPER_CONTRACT_CODE_CONFIG_H

#include "plugins/engine-xuper/config.h"
#include "plugins/kit/json.h"

/* Reads both; the first error stays in `fields`. [any] */
void code_read(JsonFields *fields, ChainConfig *config);

#endif
