/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/programs.h: what a new host is to run for others: a compiler for
 * Solidity, chaincodes on Node.js.
 */
#ifndef TOOLS_CTL_PROGRAMS_H
#define TOOLS_CTL_PROGRAMS_H

#include <glib.h>

/* The command that the package solc of an npm project is; NULL with an error
 * when it is not installed there. */
char *programs_solc(const char *project, GError **error);

/* The absolute node_modules of an npm project (or that directory itself) in
 * which fabric-shim is; NULL with an error when it is not, or when there is no
 * Node.js where a host's children look for it. */
char *programs_chaincode_modules(const char *project, GError **error);
/* The config's group for them. */
char *programs_chaincode_group(const char *modules);

#endif
