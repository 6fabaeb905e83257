/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/sse.h: reads text/event-stream (WHATWG HTML, section 9.2.6) as it
 * comes in, in pieces of any size.
 */
#ifndef TOOLS_CTL_SSE_H
#define TOOLS_CTL_SSE_H

#include <glib.h>

/* Most bytes of one event's lines; a longer one ends the stream. A message of
 * 1 MiB may take six times that as JSON. */
#define SSE_EVENT_MAX (8u * 1024 * 1024)

/* One event; all borrowed for the call. `id` is the last one that was given,
 * as a client repeats it in Last-Event-ID. FALSE ends the stream. */
typedef gboolean (*SseEvent)(const char *id, const char *event,
			     const char *data, void *user);

typedef struct Sse Sse;
Sse *sse_new(SseEvent event, void *user);
void sse_free(Sse *sse);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sse, sse_free)

/* Reads on. FALSE when the callback said so or an event is too large. */
gboolean sse_feed(Sse *sse, const char *data, gsize len);
/* Forgets a half-read event: the connection is a new one. The last id stays. */
void sse_restart(Sse *sse);
/* The last id; NULL before the first. Borrowed until the next call. */
const char *sse_last_id(const Sse *sse);
/* What the server last asked for as the pause before a reconnect; 0: nothing.
 */
guint sse_retry_ms(const Sse *sse);
/* An event was too large. */
gboolean sse_overflowed(const Sse *sse);

#endif
