/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/chain_change.h: bsnctl chain change.
 */
#ifndef TOOLS_CTL_CHAIN_CHANGE_H
#define TOOLS_CTL_CHAIN_CHANGE_H

#include "tools/ctl/ctl.h"

extern const Option chain_change_options[];
gboolean run_chain_change(Ctl *ctl, const Args *args, GError **error);

#endif
