/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/load.h: what the checks of a plugin's file and of its opening
 * share.
 */
#ifndef TOOLS_CONFORM_LOAD_H
#define TOOLS_CONFORM_LOAD_H

#include "tools/conform/elf-dynamic.h"
#include "tools/conform/run.h"

/* The file, without running any of it; its parts, opened by hand. */
extern const CheckGroup checks_load_file, checks_load, checks_load_tables,
	checks_load_features;

/* Reads the subject's file; ends the check when it is no shared object. */
void load_read(Run *run, ElfDynamic *dynamic);

/* Loads the file; ends the check when it cannot be. */
bsn_plugin_open_fn load_module(Run *run);
/* The same and opens it, before a host without chains. */
const bsn_plugin *load_plugin(Run *run);

/* bsn_plugin.query of it. */
const void *load_query(Run *run, const bsn_plugin *plugin, const char *id);

/* What an imported function does that a plugin leaves to its host: "uses
 * sockets". NULL: nothing. `kinds`: what the plugin is (BSN_KIND_*). */
const char *load_import_reason(const char *symbol, guint32 kinds);

#endif
