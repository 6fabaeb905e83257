/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/load.h: brings a plugin's code into the host; all of libltdl is
 * behind this. Loaded code stays until the process ends.
 */
#ifndef HOST_PLUGIN_LOAD_H
#define HOST_PLUGIN_LOAD_H

#include <bsn/plugin.h>

#include "host/plugin/rule.h"

/* Loads the file, whose bytes must still have this digest, and answers its
 * bsn_plugin_open. NULL: RULE_CHANGED, RULE_UNREADABLE, RULE_LOAD_FAILED or
 * RULE_NO_OPEN_SYMBOL. Any thread. */
bsn_plugin_open_fn plugin_load(const char *path, const char *digest,
			       Refusal *refusal);

#endif
