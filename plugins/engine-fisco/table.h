/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/table.h: hashing for GHashTable whose keys outsiders
 * choose: with a seed, so that nobody can make them collide.
 */
#ifndef FISCO_TABLE_H
#define FISCO_TABLE_H

#include <bsn/host.h>
#include <glib.h>

/* Draws the process's seed, once, before the first table is made.
 *
 * Returns: BSN_OK. Errors: as bsn_random.fill. [any] */
int32_t table_seed(void);

/* Of bytes that follow what has the hash `before`, 0 for nothing. [any] */
guint64 table_hash64(guint64 before, const guint8 *data, gsize len);
/* [any] */
guint table_hash(const guint8 *data, gsize len);

/* GHashFunc and GEqualFunc of keys of 32 bytes. [any] */
guint table_hash32(gconstpointer key);
gboolean table_equal32(gconstpointer a, gconstpointer b);

#endif
