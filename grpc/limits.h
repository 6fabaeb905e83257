/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/limits.h: how much one connection may cost. What the other side can make
 * a connection hold is at most
 *   streams_max * (stream_window + headers_max) + assembly_max
 * bytes of messages that nobody asked for or that are not whole yet.
 */
#ifndef GRPC_LIMITS_H
#define GRPC_LIMITS_H

#include <glib.h>

typedef struct {
	/* Bytes of one message, received or sent. */
	gsize message_max;
	/* Bytes of the messages that are being received, of all calls together;
	 * a call whose next message does not fit waits. At least message_max.
	 */
	gsize assembly_max;
	/* Bytes that a call may receive before somebody reads them. */
	guint32 stream_window;
	/* Bytes on their way to this side, of all calls together. */
	guint32 connection_window;
	/* Calls at once: a server's clients are told, a client's further calls
	 * fail. */
	guint32 streams_max;
	/* Bytes of a header list as HTTP/2 counts them: names, values, and 32
	 * for each field. */
	gsize headers_max;
	/* A call with so many bytes waiting to be sent takes no more. */
	gsize send_queue;
	/* Microseconds without a byte from the other side until it is asked
	 * (PING), and from then until it is given up; no asking when 0. */
	gint64 keepalive_interval;
	gint64 keepalive_timeout;
	/* Microseconds without a call until a server leaves; never when 0. */
	gint64 idle_timeout;
	/* Calls that a client may end early, at once and each second
	 * (CVE-2023-44487), or begin beyond streams_max before it has heard of
	 * that. */
	guint resets_burst, resets_rate;
	/* Frames that bring no message any further (PING, SETTINGS, PRIORITY,
	 * empty DATA, window updates that nothing was sent for), at once and
	 * each second. */
	guint chores_burst, chores_rate;
} GrpcLimits;

extern const GrpcLimits grpc_limits_default;

#endif
