/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/solc.h: compiles Solidity in a child process, bounded in time and
 * output.
 */
#ifndef TOOLS_CTL_SOLC_H
#define TOOLS_CTL_SOLC_H

#include <glib.h>

typedef struct {
	const char *node;   /* the JavaScript program: "node" */
	const char *driver; /* solc-compile.js */
	const char *const *words; /* further ones for it; ended by NULL */
	guint timeout_ms;
	gsize output_max; /* bytes of artifact, and of messages */
} SolcOptions;

/* Has the driver compile `file`, or do with it what the words say. Returns what
 * it wrote; `messages` gets what the compiler said (warnings too), to be shown
 * as it is. NULL with an error when it failed, did not run, or met a limit; the
 * child is gone then. */
char *solc_compile(const char *file, const SolcOptions *options,
		   char **messages, GError **error);

#endif
