/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/lane.h"

#include <string.h>

/* What a lane may send in one turn, before the next one's. */
#define QUANTUM (64 << 10)

void
lanes_init(Lanes *lanes, gsize lane_max, gsize all_max)
{
	memset(lanes, 0, sizeof(*lanes));
	lanes->lane_max = lane_max;
	lanes->all_max = all_max;
	g_queue_init(&lanes->active);
}

void
lane_init(Lane *lane, Lanes *lanes)
{
	memset(lane, 0, sizeof(*lane));
	lane->lanes = lanes;
	lane->link.data = lane;
	g_queue_init(&lane->messages);
}

static gboolean
is_active(const Lane *lane)
{
	return lane->messages.head != NULL;
}

static GBytes *
pop(Lane *lane)
{
	GBytes *message = g_queue_pop_head(&lane->messages);
	const gsize cost = net_message_cost(g_bytes_get_size(message));

	lane->waiting -= cost;
	lane->lanes->waiting -= cost;
	if (!is_active(lane)) {
		g_queue_unlink(&lane->lanes->active, &lane->link);
		lane->deficit = 0;
	}
	return message;
}

void
lane_clear(Lane *lane)
{
	while (is_active(lane))
		g_bytes_unref(pop(lane));
}

static void
drop_oldest(Lane *lane)
{
	g_bytes_unref(pop(lane));
	lane->dropped++;
	lane->lost = lane->lanes->lost = TRUE;
}

gboolean
lane_is_full(const Lane *lane, gsize len)
{
	const gsize cost = net_message_cost(len);
	const Lanes *lanes = lane->lanes;

	return lane->waiting + cost > lanes->lane_max ||
	       lanes->waiting + cost > lanes->all_max;
}

static Lane *
longest(const Lanes *lanes)
{
	Lane *best = lanes->active.head->data;

	for (GList *at = lanes->active.head; at != NULL; at = at->next)
		if (((Lane *)at->data)->waiting > best->waiting)
			best = at->data;
	return best;
}

void
lane_push(Lane *lane, GBytes *message)
{
	Lanes *lanes = lane->lanes;
	const gsize cost = net_message_cost(g_bytes_get_size(message));

	while (is_active(lane) && lane->waiting + cost > lanes->lane_max)
		drop_oldest(lane);
	while (lanes->active.head != NULL &&
	       lanes->waiting + cost > lanes->all_max)
		drop_oldest(longest(lanes));
	if (!is_active(lane))
		g_queue_push_tail_link(&lanes->active, &lane->link);
	g_queue_push_tail(&lane->messages, message);
	lane->waiting += cost;
	lanes->waiting += cost;
}

static void
end_turn(Lanes *lanes)
{
	g_queue_push_tail_link(&lanes->active,
			       g_queue_pop_head_link(&lanes->active));
}

static gboolean
some_has_credit(const Lanes *lanes)
{
	for (const GList *at = lanes->active.head; at != NULL; at = at->next)
		if (((const Lane *)at->data)->credit > 0)
			return TRUE;
	return FALSE;
}

/* Each turn of a lane that has credit adds to its deficit, so the loop ends. */
GBytes *
lanes_next(Lanes *lanes, Lane **out)
{
	if (!some_has_credit(lanes))
		return NULL;
	for (;;) {
		Lane *lane = lanes->active.head->data;
		const GBytes *first = g_queue_peek_head(&lane->messages);
		const gint64 cost = (gint64)net_message_cost(
			g_bytes_get_size((GBytes *)first));

		if (lane->credit > 0 && lane->deficit >= cost) {
			lane->deficit -= cost;
			lane->credit -= cost;
			*out = lane;
			return pop(lane);
		}
		end_turn(lanes);
		if (lane->credit > 0)
			lane->deficit += QUANTUM;
	}
}
