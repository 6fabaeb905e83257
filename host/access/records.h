/* SPDX-License-Identifier: Apache-2.0
 *
 * host/access/records.h: what the host remembers of who may do what, in a part
 * of the store of its own. Main loop only.
 */
#ifndef HOST_ACCESS_RECORDS_H
#define HOST_ACCESS_RECORDS_H

#include <jansson.h>

#include "host/loop.h"
#include "host/service/store.h"

typedef struct AccessRecords AccessRecords;

AccessRecords *access_records_new(Loop *loop, Store *store);
/* Outside the running loop; what is not durable yet is not told any more. */
void access_records_free(AccessRecords *records);

/* Calls `each` for all records whose key begins with `prefix`, by key; `name`
 * is the rest of it. Damaged ones are errors. */
int32_t access_records_each(AccessRecords *records, const char *prefix,
			    void (*each)(void *owner, const char *name,
					 const json_t *record),
			    void *owner, bsn_err *err);

/* Sets a record, or deletes it when `record` is NULL. `done` comes from the
 * loop once that is durable; never after an error. */
int32_t access_records_set(AccessRecords *records, const char *key,
			   const json_t *record, void (*done)(void *owner),
			   void *owner, bsn_err *err);

#endif
