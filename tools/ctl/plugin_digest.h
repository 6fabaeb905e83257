/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/plugin_digest.h: how a config names a plugin file that it trusts.
 */
#ifndef TOOLS_CTL_PLUGIN_DIGEST_H
#define TOOLS_CTL_PLUGIN_DIGEST_H

#include <glib.h>

/* "sm3:" and the SM3 digest of the file in 64 hex digits; a new string. */
char *plugin_digest(const char *file, GError **error);

#endif
