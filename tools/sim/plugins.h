/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/plugins.h: loads plugins and knows what they offer.
 */
#ifndef TOOLS_SIM_PLUGINS_H
#define TOOLS_SIM_PLUGINS_H

#include <bsn/bsn.h>

#include "tools/sim/options.h"

/* Opens a file, or "NAME" as PLUGIN_DIR/NAME.so: judged as the host judges one
 * (note, ABI, tables, known answers) before any of it is used. A plugin that
 * does input and output of its own is refused. NULL with a reason in *message,
 * g_free it. The same file again is the same plugin. */
const bsn_plugin *sim_plugin_load(const SimOptions *options, const char *name,
				  char **message);
/* Which file such a name means. */
char *sim_plugin_path(const SimOptions *options, const char *name);
/* Loads everything that the options name, and every plugin of the directory
 * that algorithms, runtimes or a protocol of that name come from; the engine's
 * table, or NULL with a reason. */
const bsn_engine *sim_plugins_load(const SimOptions *options, char **message);

/* Loads those of these names (char *), of the directory, that are not loaded yet.
 * FALSE with a reason. */
gboolean sim_plugins_of(const SimOptions *options, const GPtrArray *names,
			char **message);

/* The protocol of that name which is loaded, or NULL. */
const bsn_consensus *sim_plugins_consensus(const char *name);

/* Told before each piece of a plugin's code is run while it is loaded, in words
 * that follow "in"; NULL: nobody. */
void sim_plugins_watch(void (*at)(const char *where));

/* Loads all crypto, runtime and consensus plugins of the directory, in the
 * order of their names, but for one file and those that do input and output. What is loaded later goes before what
 * has the same name. FALSE with a reason. */
gboolean sim_plugins_companions(const SimOptions *options, const char *but_for,
				char **message);

#endif
