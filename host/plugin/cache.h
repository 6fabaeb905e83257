/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/cache.h: verdicts of scans by the digest of the file, so that a
 * plugin is scanned once and not at every start.
 *
 * A key file. It holds what the last run saw, and is of no use to another
 * version of the host or of the ABI. Whoever can write it can have a file
 * scanned again or refused, but cannot make it trusted.
 */
#ifndef HOST_PLUGIN_CACHE_H
#define HOST_PLUGIN_CACHE_H

#include "host/plugin/report.h"

/* Largest cache file that is read, in bytes. */
#define VERDICT_CACHE_MAX (4u << 20)

typedef struct VerdictCache VerdictCache;

/* Reads `file`; NULL: remembers nothing. One that is missing, of another
 * version or corrupt counts as empty; corruption is logged. */
VerdictCache *verdict_cache_open(const char *file);
/* Writes what was found or added since it was opened, replacing the file as a
 * whole, and frees the cache. */
void verdict_cache_close(VerdictCache *cache);

/* TRUE and a copy of the verdict when there is one that still holds: a hang
 * only counts when it was given at least timeout_ms. */
gboolean verdict_cache_find(VerdictCache *cache, const char *digest,
			    guint timeout_ms, ScanVerdict *out);
/* Remembers a verdict. One that depends on more than the file, such as a
 * missing library, is not remembered. */
void verdict_cache_add(VerdictCache *cache, const char *digest,
		       guint timeout_ms, const ScanVerdict *verdict);

#endif
