/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/traffic.h"

const double traffic_bounds[TRAFFIC_BUCKETS] = {
	0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30,
};

void
traffic_count(RouteTraffic *route, int http, double seconds)
{
	guint bucket = 0;

	g_return_if_fail(http >= 0 && http < 600);
	while (bucket < TRAFFIC_BUCKETS && seconds > traffic_bounds[bucket])
		bucket++;
	route->answers[http / 100]++;
	route->latency[bucket]++;
	route->latency_sum += seconds;
}
