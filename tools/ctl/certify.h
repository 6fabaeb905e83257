/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/certify.h: certificates for keys that the host holds, so that an
 * organisation's people and nodes are known on chains that ask for such.
 */
#ifndef TOOLS_CTL_CERTIFY_H
#define TOOLS_CTL_CERTIFY_H

#include "tools/ctl/ctl.h"

extern const Option certify_hosted_options[];
extern const Option certify_node_options[];

gboolean run_hosted_certify(Ctl *ctl, const Args *args, GError **error);
gboolean run_node_certify(Ctl *ctl, const Args *args, GError **error);

#endif
