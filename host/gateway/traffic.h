/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/traffic.h: how many requests each route answered, how, and how
 * fast. Main loop only.
 */
#ifndef HOST_GATEWAY_TRAFFIC_H
#define HOST_GATEWAY_TRAFFIC_H

#include <glib.h>

/* Upper bounds of the latency histogram, in seconds; one more bucket holds what
 * is slower than the last. */
#define TRAFFIC_BUCKETS 12
extern const double traffic_bounds[TRAFFIC_BUCKETS];

typedef struct {
	guint64 answers[6]; /* by hundreds of the HTTP status; [0]: left */
	guint64 latency[TRAFFIC_BUCKETS + 1]; /* answers in each bucket */
	double latency_sum;		      /* seconds */
} RouteTraffic;

/* Counts an answer; http 0: the caller left before. */
void traffic_count(RouteTraffic *route, int http, double seconds);

#endif
