/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/snapshot.h: a node begins with a snapshot of a chain.
 */
#ifndef TOOLS_CTL_SNAPSHOT_H
#define TOOLS_CTL_SNAPSHOT_H

#include "tools/ctl/ctl.h"

#define SNAPSHOT_HASH_OPTION                                                 \
	{                                                                    \
		"hash", 0, "HASH",                                           \
			"believe this snapshot alone, instead of what enough " \
			"nodes vouch for"                                    \
	}

/* Has the host's node of a chain begin with one; --hash in `args`. */
gboolean snapshot_join(Ctl *ctl, const Args *args, const char *chain,
		       GError **error);

#endif
