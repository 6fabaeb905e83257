/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/authority.h: certificate authorities that an admin is asked about.
 */
#ifndef TOOLS_CTL_AUTHORITY_H
#define TOOLS_CTL_AUTHORITY_H

#include "tools/ctl/ctl.h"

/* Shows each certificate of a PEM text, name and SHA-256, and asks whether
 * hosts that it issues certificates for are to be spoken to on the chain. What
 * is no certificate is refused. */
gboolean authority_confirm(const Args *args, const char *chain, const char *pem,
			   GError **error);

#endif
