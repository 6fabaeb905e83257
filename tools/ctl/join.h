/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/join.h: verbs of join tickets.
 */
#ifndef TOOLS_CTL_JOIN_H
#define TOOLS_CTL_JOIN_H

#include "tools/ctl/ctl.h"

extern const Option node_invite_options[];
extern const Option chain_join_options[];

gboolean run_node_invite(Ctl *ctl, const Args *args, GError **error);
gboolean run_chain_join(Ctl *ctl, const Args *args, GError **error);

#endif
