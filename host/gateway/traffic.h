/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/traffic.h: how many requests each route answered, how, and how
 * fast. Written on the main loop, read from any thread.
 */
#ifndef HOST_GATEWAY_TRAFFIC_H
#define HOST_GATEWAY_TRAFFIC_H

#include <glib.h>

/* Upper bounds of the latency histogram, microseconds; one more bucket holds
 * what is slower than the last. */
#define TRAFFIC_BUCKETS 12
extern const guint32 traffic_bucket_us[TRAFFIC_BUCKETS];

typedef struct {
	guint64 answers[6]; /* by hundreds of the HTTP status; [0]: left */
	guint64 latency[TRAFFIC_BUCKETS + 1]; /* answers in each bucket */
	guint64 latency_us;                   /* sum */
} RouteTraffic;

typedef struct Traffic Traffic;

Traffic *traffic_new(guint routes);
void traffic_free(Traffic *traffic);
/* Counts an answer; http 0: the caller left before. */
void traffic_count(Traffic *traffic, guint route, int http, gint64 us);
void traffic_read(const Traffic *traffic, guint route, RouteTraffic *out);

#endif
