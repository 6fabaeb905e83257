/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/crud.h: the JSON text of an entry.
 */
#ifndef FISCO_PRECOMPILED_CRUD_H
#define FISCO_PRECOMPILED_CRUD_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

/* Reads {"field":"value", ...}.
 *
 * Returns: 0 or PRECOMPILED_ENTRY.
 * Out:     json, for json_decref: what the fields point into, maybe NULL;
 *          fields: Field added in order. [any] */
gint64 crud_entry_parse(bsn_slice text, json_t **json, GArray *fields);

#endif
