/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/private.h"

static void
account_tell(const bsn_io_account *account, IoAccountStatus *out)
{
	*out = (IoAccountStatus){
		.plugin = io_account_name(account),
		.listeners = account->listeners.length,
		.connections = account->streams.length,
		.children = account->children.length,
		.accepted = account->accepted,
		.refused = account->refused,
		.connected = account->connected,
		.received = account->received,
		.sent = account->sent,
		.starts = account->child_starts,
		.restarts = account->child_restarts,
		.ends = account->child_ends,
	};
}

void
io_service_visit(const IoService *service, const IoVisitor *visitor)
{
	for (guint i = 0; i < service->accounts->len; i++) {
		const bsn_io_account *account = service->accounts->pdata[i];
		IoAccountStatus status;
		IoChildStatus child;

		account_tell(account, &status);
		visitor->account(visitor->owner, &status);
		for (GList *link = account->children.head; link != NULL;
		     link = link->next) {
			io_child_tell(link->data, &child);
			visitor->child(visitor->owner, &child);
		}
	}
}

static void
measure_connections(MetricsWriter *w, const IoAccountStatus *s)
{
	static const char by[] = "Connections of plugins by how they began.";

	metrics_gauge(w, "bsn_io_connections", "Open connections of plugins.",
		      s->connections, "plugin", s->plugin, NULL);
	metrics_counter(w, "bsn_io_connections_total", by, s->accepted,
			"plugin", s->plugin, "outcome", "accepted", NULL);
	metrics_counter(w, "bsn_io_connections_total", by, s->refused,
			"plugin", s->plugin, "outcome", "refused", NULL);
	metrics_counter(w, "bsn_io_connections_total", by, s->connected,
			"plugin", s->plugin, "outcome", "connected", NULL);
	metrics_counter(w, "bsn_io_received_bytes_total",
			"Bytes that plugins received, without TLS.",
			s->received, "plugin", s->plugin, NULL);
	metrics_counter(w, "bsn_io_sent_bytes_total",
			"Bytes that plugins sent, without TLS.", s->sent,
			"plugin", s->plugin, NULL);
}

static void
measure_account(void *owner, const IoAccountStatus *s)
{
	MetricsWriter *w = owner;

	measure_connections(w, s);
	metrics_gauge(w, "bsn_io_children", "Child processes of plugins.",
		      s->children, "plugin", s->plugin, NULL);
	metrics_counter(w, "bsn_io_child_starts_total",
			"Starts of child processes.", s->starts, "plugin",
			s->plugin, NULL);
	metrics_counter(w, "bsn_io_child_restarts_total",
			"Starts of a name that was started before.",
			s->restarts, "plugin", s->plugin, NULL);
	metrics_counter(w, "bsn_io_child_ends_total",
			"Ends of child processes.", s->ends, "plugin",
			s->plugin, NULL);
}

static void
measure_child(void *owner, const IoChildStatus *status)
{
}

void
io_service_measure(MetricsWriter *w, void *owner)
{
	const IoVisitor visitor = { measure_account, measure_child, w };

	io_service_visit(owner, &visitor);
}
