/* SPDX-License-Identifier: Apache-2.0
 *
 * Events: of blocks and contracts, as they become durable or from earlier on.
 */
#include <string.h>

#include "host/gateway/event_where.h"
#include "host/gateway/routes.h"

/* "7.1": block 7, position 1. */
static gboolean
parse_event_id(const char *text, Subscription *out)
{
	g_auto(GStrv) parts = g_strsplit(text, ".", 3);

	return g_strv_length(parts) == 2 &&
	       g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64,
					  &out->block, NULL) &&
	       g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXINT64,
					  &out->position, NULL);
}

/* Where to begin: after the last event that the client has, or `from`, or
 * now. */
static gboolean
parse_start(Exchange *exchange, Subscription *out)
{
	const char *last = exchange_header(exchange, "Last-Event-ID");

	if (last == NULL) {
		out->from_now = exchange_param(exchange, "from") == NULL;
		return exchange_number(exchange, "from", 0, 0, G_MAXINT64,
				       &out->block);
	}
	if (parse_event_id(last, out)) {
		out->position++;
		return TRUE;
	}
	exchange_failf(exchange, BSN_BAD_REQUEST,
		       "Send the id of the last event that came, as it came.",
		       "Last-Event-ID \"%.40s\" is no event's id", last);
	return FALSE;
}

static gboolean
parse_kind(Exchange *exchange, Subscription *out)
{
	const char *kind = exchange_param(exchange, "kind");

	if (kind == NULL)
		return TRUE;
	if (strcmp(kind, "block") == 0)
		out->kind = BSN_EVENT_BLOCK;
	else if (strcmp(kind, "contract") == 0)
		out->kind = BSN_EVENT_CONTRACT;
	else
		exchange_failf(exchange, BSN_BAD_REQUEST, NULL,
			       "kind=%.40s is neither block nor contract",
			       kind);
	return out->kind != 0;
}

void
events_stream(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	Subscription wanted = { 0 };

	if (chain == NULL || !parse_start(exchange, &wanted) ||
	    !parse_kind(exchange, &wanted))
		return;
	wanted.contract = exchange_param(exchange, "contract");
	wanted.name = exchange_param(exchange, "name");
	if (exchange->method == EVHTTP_REQ_HEAD) {
		exchange_answer(exchange, 200, NULL);
		return;
	}
	wanted.where = event_where_new(&exchange->target);
	hubs_subscribe(exchange->gateway->hubs, exchange, chain, &wanted);
	event_where_unref(wanted.where);
}
