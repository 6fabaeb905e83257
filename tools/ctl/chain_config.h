/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/chain_config.h: what a command line says of a chain's configuration.
 */
#ifndef TOOLS_CTL_CHAIN_CONFIG_H
#define TOOLS_CTL_CHAIN_CONFIG_H

#include "tools/ctl/ctl.h"

/* What --config, --set and --org say, as one object; to be released. NULL with
 * an error. */
json_t *chain_config_read(const Args *args, GError **error);

#endif
