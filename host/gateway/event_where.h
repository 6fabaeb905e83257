/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/event_where.h: filters by what is in an event's payload:
 * where.NAME=VALUE. NAME may lead into objects ("args.owner"); where an array
 * stands, one of its elements is enough. VALUE is compared with a string as it
 * is, with numbers, true, false and null as JSON writes them. Main loop only.
 */
#ifndef HOST_GATEWAY_EVENT_WHERE_H
#define HOST_GATEWAY_EVENT_WHERE_H

#include <glib.h>
#include <jansson.h>

#include "host/gateway/target.h"

/* Conditions, all of which must hold. */
typedef struct EventWhere EventWhere;

/* Those of a request's parameters. Returns: a new reference; NULL: none. */
EventWhere *event_where_new(const Target *target);
EventWhere *event_where_ref(EventWhere *where); /* NULL is fine */
void event_where_unref(EventWhere *where);	/* NULL is fine */

/* Whether an event's data (its member "payload") fulfils them; NULL: any does.
 */
gboolean event_where_holds(const EventWhere *where, const json_t *data);

#endif
