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
extern const CheckGroup checks_load_file, checks_load, checks_load_tables;

/* Reads the subject's file; ends the check when it is no shared object. */
void load_read(Run *run, ElfDynamic *dynamic);

/* Loads the file; ends the check when it cannot be. */
bsn_plugin_open_fn load_module(Run *run);
/* The same and opens it, before a host without chains. */
const bsn_plugin *load_plugin(Run *run);

/* Why a plugin that reacts and asks its host for effects has no use for an
 * imported function: "opens sockets". NULL: it may have. `kinds`: what the
 * plugin is (BSN_KIND_*). */
const char *load_import_reason(const char *symbol, guint32 kinds);

#endif
