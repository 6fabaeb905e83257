/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/token.h: access tokens for a chain's JSON-RPC, the verbs of
 * `bsnctl chain token`.
 */
#ifndef TOOLS_CTL_TOKEN_H
#define TOOLS_CTL_TOKEN_H

#include "tools/ctl/command.h"

extern const Option token_create_options[];
extern const Option token_revoke_options[];

gboolean run_token_create(Ctl *ctl, const Args *args, GError **error);
gboolean run_token_list(Ctl *ctl, const Args *args, GError **error);
gboolean run_token_revoke(Ctl *ctl, const Args *args, GError **error);

#endif
