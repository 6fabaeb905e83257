/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/follow.h: a stream of events that is connected to again when it is
 * lost.
 */
#ifndef TOOLS_CTL_FOLLOW_H
#define TOOLS_CTL_FOLLOW_H

#include "tools/ctl/client.h"
#include "tools/ctl/sse.h"

typedef struct {
	Sse *sse;
	guint received; /* in this connection; its event callback counts */
} Follow;

/* Connects again and again until an event callback ends it. FALSE with an error
 * when trying again is of no use. */
gboolean follow_stream(Follow *follow, Client *client, const char *target,
		       GError **error);

#endif
