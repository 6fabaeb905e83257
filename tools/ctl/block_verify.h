/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/block_verify.h: a block proven without a host.
 */
#ifndef TOOLS_CTL_BLOCK_VERIFY_H
#define TOOLS_CTL_BLOCK_VERIFY_H

#include "tools/ctl/ctl.h"

extern const Option block_verify_options[];

gboolean run_block_verify(Ctl *ctl, const Args *args, GError **error);

#endif
