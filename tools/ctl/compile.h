/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/compile.h: bsnctl contract compile.
 */
#ifndef TOOLS_CTL_COMPILE_H
#define TOOLS_CTL_COMPILE_H

#include "tools/ctl/ctl.h"

extern const Option compile_options[];

/* A verb's `run`. */
gboolean compile_run(Ctl *ctl, const Args *args, GError **error);

/* The artifact of what a host's compiler answered: the contracts of `file`, in
 * the form that artifact.h describes. `files` has the sources' texts. NULL with
 * an error when one of them cannot be deployed as it is. */
json_t *compile_artifact(const json_t *answer, const char *file,
			 const json_t *files, GError **error);

#endif
