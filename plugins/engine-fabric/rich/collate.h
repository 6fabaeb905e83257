/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/collate.h: CouchDB's order of JSON values, as bytes
 * that memcmp compares: null, false, true, numbers, strings, arrays, objects
 * (CouchDB 3 documentation, "Views collation"). Strings stand in ICU's root
 * collation. Equal bytes mean that CouchDB holds the values for equal.
 *
 * An object is compared member by member, in the order of their names' bytes:
 * Fabric's peer writes documents for CouchDB so, and selectors too.
 *
 * All functions: [any].
 */
#ifndef FABRIC_RICH_COLLATE_H
#define FABRIC_RICH_COLLATE_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

/* How strings compare: by ICU; or by their bytes, as CouchDB has it for what a
 * selector says of _id. */
typedef enum { COLLATE_ICU, COLLATE_BYTES } CollateStrings;

/* Appends a value's place in the order. No place is the beginning of another, so
 * places one behind the other compare as tuples. (By bytes this holds only
 * between strings without NUL.) */
void collate_put(GByteArray *out, const json_t *value, CollateStrings strings);

/* Two members' order in an object, as a GCompareFunc on pointers to names. */
gint collate_compare_names(gconstpointer a, gconstpointer b);

/* Appends what an order that is kept must be made again for when it changes:
 * versions of ICU's library and of its rules. */
void collate_put_version(GByteArray *out);

#endif
