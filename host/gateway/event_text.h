/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/event_text.h: an event in the words of a server-sent event
 * stream (WHATWG HTML section 9.2), written once for all readers.
 */
#ifndef HOST_GATEWAY_EVENT_TEXT_H
#define HOST_GATEWAY_EVENT_TEXT_H

#include <event2/buffer.h>
#include <glib.h>

#include "host/gateway/event_where.h"

typedef struct {
	guint32 kind; /* BSN_EVENT_* */
	guint64 block, position;
	char *contract, *name;
	GBytes *text;		 /* "id: 7.1\nevent: ...\ndata: {...}\n\n" */
	gsize data_at, data_len; /* the JSON in it */
} EventText;

/* Puts ReplyEvents into words, in order; positions count from 0 in each block.
 * `events` may be NULL: none. Returns EventTexts, or NULL when an event is out
 * of order, outside from..next-1, or has a payload that is not JSON. */
GPtrArray *event_texts_new(const GPtrArray *events, guint64 from, guint64 next);

/* Whether what it says fulfils conditions. (What is parsed is not kept: many
 * events wait for slow readers.) */
gboolean event_text_holds(const EventText *event, const EventWhere *where);

/* Appends the text: by reference when it is long, else by copying. */
void event_text_add(const EventText *event, struct evbuffer *to);

#endif
