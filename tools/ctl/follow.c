/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/follow.h"

#include <stdio.h>

#include "tools/ctl/error.h"

/* Pauses before a reconnect: doubled from the first to the last. */
#define PAUSE_FIRST_MS 500u
#define PAUSE_LAST_MS 30000u

static gboolean
on_chunk(const char *data, gsize len, void *user)
{
	const Follow *follow = user;

	return sse_feed(follow->sse, data, len);
}

static void
pause_before_retry(const Follow *follow, guint attempt, const char *why)
{
	guint ms = MIN(PAUSE_FIRST_MS << MIN(attempt, 6u), PAUSE_LAST_MS);
	g_auto(GStrv) lines = g_strsplit(why, "\n", 2);

	ms = MAX(ms, sse_retry_ms(follow->sse));
	fprintf(stderr, "bsnctl: %s; trying again in %.1f s\n", lines[0],
		(double)ms / 1000.0);
	g_usleep((gulong)ms * 1000);
}

gboolean
follow_stream(Follow *follow, Client *client, const char *target,
	      GError **error)
{
	guint attempt = 0;

	for (;;) {
		g_autoptr(GError) why = NULL;
		ClientStreamEnd end;

		follow->received = 0;
		end = client_stream(client, target, sse_last_id(follow->sse),
				    on_chunk, follow, &why);
		if (sse_overflowed(follow->sse))
			return ctl_fail(error, CTL_ERROR_FAILED,
					"an event is larger than %u bytes",
					SSE_EVENT_MAX);
		if (end == CLIENT_STREAM_STOPPED)
			return TRUE;
		if (end == CLIENT_STREAM_REFUSED) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		attempt = follow->received > 0 ? 0 : attempt + 1;
		pause_before_retry(follow, attempt, why->message);
		sse_restart(follow->sse);
	}
}
