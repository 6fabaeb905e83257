/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/digest.h: a plugin file's bytes and their SM3 digest.
 */
#ifndef HOST_PLUGIN_DIGEST_H
#define HOST_PLUGIN_DIGEST_H

#include "host/plugin/rule.h"

/* Largest plugin file, in bytes: several times what a contract runtime with
 * its compiler takes. */
#define PLUGIN_FILE_MAX (256u << 20)

/* All of a regular file, read once, so that everything that is judged is judged
 * on the same bytes. NULL and RULE_UNREADABLE or RULE_TOO_LARGE. */
GBytes *plugin_file_read(const char *path, Refusal *refusal);

/* "sm3:" and the 64 lower-case hex digits of SM3 (GB/T 32905). */
char *plugin_digest(GBytes *bytes);

#endif
