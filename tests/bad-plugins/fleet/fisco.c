/* SPDX-License-Identifier: Apache-2.0
 *
 * The good engine, without what makes it a plugin of its own.
 */
#include <bsn/bsn.h>

#undef BSN_PLUGIN_NOTE
#define BSN_PLUGIN_NOTE(id, version, kinds) struct fleet_has_its_own_note
#define bsn_plugin_open fleet_good_open

int32_t fleet_good_open(const bsn_host *host, const bsn_plugin **plugin,
			bsn_err *err);

#include "plugins/engine-fisco/plugin.c"
