/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/pack.h: bsnctl contract pack.
 */
#ifndef TOOLS_CTL_PACK_H
#define TOOLS_CTL_PACK_H

#include "tools/ctl/ctl.h"

extern const Option pack_options[];

/* Makes a chaincode package of a directory, or of a WebAssembly module. The same files give the same
 * bytes, wherever and whenever that is. */
gboolean pack_run(Ctl *ctl, const Args *args, GError **error);

#endif
