/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/members.h: the first nodes of a chain, each described by its own
 * host.
 */
#ifndef TOOLS_CTL_MEMBERS_H
#define TOOLS_CTL_MEMBERS_H

#include "tools/ctl/ctl.h"

extern const Option node_member_options[];

gboolean run_node_member(Ctl *ctl, const Args *args, GError **error);

/* What the host says of its nodes' key for --algorithm; it has a "public_key". */
json_t *members_ask_key(Ctl *ctl, const Args *args, GError **error);

/* Puts what the files of --member hold into the body's "members". */
gboolean members_add(json_t *body, const Args *args, GError **error);

#endif
