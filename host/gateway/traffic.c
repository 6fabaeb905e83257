/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/traffic.h"

const guint32 traffic_bucket_us[TRAFFIC_BUCKETS] = {
	500,	1000,	2500,	 5000,	  10000,   25000,
	50000, 100000, 250000, 1000000, 5000000, 30000000,
};

struct Traffic {
	guint count;
	RouteTraffic routes[];
};

Traffic *
traffic_new(guint routes)
{
	Traffic *traffic = g_malloc0(sizeof(*traffic) +
				     routes * sizeof(traffic->routes[0]));

	traffic->count = routes;
	return traffic;
}

void
traffic_free(Traffic *traffic)
{
	g_free(traffic);
}

/* Each counter is atomic on its own: a reader may see a sum without its last
 * addend, never a torn number. */
static void
add(guint64 *counter, guint64 n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

void
traffic_count(Traffic *traffic, guint route, int http, gint64 us)
{
	RouteTraffic *at;
	guint bucket = 0;

	g_return_if_fail(route < traffic->count && http >= 0 && http < 600);
	at = &traffic->routes[route];
	while (bucket < TRAFFIC_BUCKETS && us > traffic_bucket_us[bucket])
		bucket++;
	add(&at->answers[http / 100], 1);
	add(&at->latency[bucket], 1);
	add(&at->latency_us, (guint64)MAX(us, 0));
}

void
traffic_read(const Traffic *traffic, guint route, RouteTraffic *out)
{
	const guint64 *from;
	guint64 *to = (guint64 *)out;

	g_return_if_fail(route < traffic->count);
	from = (const guint64 *)&traffic->routes[route];
	for (gsize i = 0; i < sizeof(*out) / sizeof(*to); i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}
