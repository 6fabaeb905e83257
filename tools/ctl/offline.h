/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/offline.h: a framework's engine without a host, for what it can do
 * with no chain. It finds algorithms and protocols of the other plugins of its
 * directory, and nothing else.
 */
#ifndef TOOLS_CTL_OFFLINE_H
#define TOOLS_CTL_OFFLINE_H

#include <bsn/bsn.h>
#include <glib.h>

/* Loads all plugins of a directory, each judged as a host judges one (note,
 * ABI, tables, known answers); those that are refused are as if they were not
 * there. Once per process.
 *
 * Returns: the framework's engine; NULL with an error when none offers it. */
const bsn_engine *offline_engine(const char *directory, const char *framework,
				 GError **error);

#endif
