/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/tally.h: what happened how often, by its name. One thread.
 */
#ifndef TOOLS_BENCH_TALLY_H
#define TOOLS_BENCH_TALLY_H

#include <glib.h>

/* Names and how often. */
typedef GHashTable Tally; /* char * to guint64 * */

Tally *tally_new(void);
void tally_add(Tally *tally, const char *name, guint64 n);
guint64 tally_get(const Tally *tally, const char *name);
guint64 tally_total(const Tally *tally);
/* The names by how often, the most first, then by alphabet; borrowed; free the
 * array with g_ptr_array_unref. */
GPtrArray *tally_names(const Tally *tally);

#endif
