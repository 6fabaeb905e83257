/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/listen.h: bsnctl message listen.
 */
#ifndef TOOLS_CTL_LISTEN_H
#define TOOLS_CTL_LISTEN_H

#include "tools/ctl/ctl.h"

extern const Option listen_options[];
gboolean run_listen(Ctl *ctl, const Args *args, GError **error);

#endif
