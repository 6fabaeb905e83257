/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/names.h: what the loaded plugins offer, by kind and name
 * ("signature", "sm2"). One for the process, since the ABI's services carry no
 * handle.
 */
#ifndef HOST_PLUGIN_NAMES_H
#define HOST_PLUGIN_NAMES_H

#include <bsn/bsn.h>
#include <glib.h>

/* Adds all that an opened plugin offers; `path` must live until
 * plugin_names_clear. Of engines, only those whose framework is among
 * `frameworks` (NULL-ended; may be NULL). Main thread. */
void plugin_names_add(const bsn_plugin *plugin, const char *path,
		      const char *const *frameworks);
/* The path of the plugin that has taken an offer ("signature sm2") or an id
 * ("plugin bsn.crypto-gm"); NULL when it is free. Main thread. */
const char *plugin_names_owner(const char *offer);
/* Main thread, when nobody asks any more. */
void plugin_names_clear(void);

#endif
