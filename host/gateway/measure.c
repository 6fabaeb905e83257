/* SPDX-License-Identifier: Apache-2.0
 *
 * What the gateway tells of itself in numbers.
 */
#include "host/gateway/exchange.h"

static const char *
route_name(guint number)
{
	return number < route_count ? routes[number].pattern : "none";
}

static const char *
route_method(guint number)
{
	return number < route_count ? method_name(routes[number].method) : "";
}

static void
write_answers(MetricsWriter *w, const RouteTraffic *traffic, guint number)
{
	static const char *const classes[] = { "left", "1xx", "2xx",
					       "3xx",  "4xx", "5xx" };

	for (guint i = 0; i < G_N_ELEMENTS(classes); i++)
		if (traffic->answers[i] > 0)
			metrics_counter(w, "bsn_gateway_answers_total",
					"Requests answered, or left by their "
					"callers, by route and status.",
					traffic->answers[i], "route",
					route_name(number), "method",
					route_method(number), "status",
					classes[i], NULL);
}

static void
write_latency(MetricsWriter *w, const RouteTraffic *traffic, guint number)
{
	MetricsHistogram histogram = {
		.bounds = traffic_bounds,
		.counts = traffic->latency,
		.n = TRAFFIC_BUCKETS,
		.sum = traffic->latency_sum,
	};

	metrics_histogram(w, "bsn_gateway_answer_seconds",
			  "From the whole request to its answer, by route.",
			  &histogram, "route", route_name(number), "method",
			  route_method(number), NULL);
}

static gboolean
was_used(const RouteTraffic *traffic)
{
	for (guint i = 0; i < G_N_ELEMENTS(traffic->answers); i++)
		if (traffic->answers[i] > 0)
			return TRUE;
	return FALSE;
}

void
gateway_measure(MetricsWriter *w, void *owner)
{
	const Gateway *gateway = owner;

	metrics_gauge(w, "bsn_gateway_connections", "Connections open.",
		      server_connections(gateway->server), NULL);
	metrics_gauge(w, "bsn_gateway_event_streams", "Event streams open.",
		      hubs_streams(gateway->hubs), NULL);
	metrics_counter(w, "bsn_gateway_events_total",
			"Events given to readers of event streams.",
			hubs_events(gateway->hubs), NULL);
	metrics_counter(w, "bsn_gateway_event_bytes_total", "Bytes of them.",
			hubs_event_bytes(gateway->hubs), NULL);
	metrics_gauge(w, "bsn_gateway_websockets", "WebSockets open.",
		      gateway->websockets.length, NULL);
	metrics_gauge(w, "bsn_gateway_message_streams",
		      "Streams of messages open.", gateway->listeners.length,
		      NULL);
	metrics_gauge(w, "bsn_gateway_requests_held",
		      "Requests and streams that are being worked on.",
		      gateway->held.length, NULL);
	for (guint i = 0; i <= route_count; i++) {
		if (!was_used(&gateway->traffic[i]))
			continue;
		write_answers(w, &gateway->traffic[i], i);
		write_latency(w, &gateway->traffic[i], i);
	}
}
