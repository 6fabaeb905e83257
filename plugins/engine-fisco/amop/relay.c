/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages on their way, and those that wait for their receiver's answer.
 */
#include <string.h>

#include "plugins/engine-fisco/amop/hub-private.h"
#include "plugins/engine-fisco/amop/private.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/services.h"

/* A message that somebody must answer. */
typedef struct {
	guint8 id[AMOP_ID_LEN];
	guint64 until_ms;
	GSequenceIter *place; /* in hub->relays */
	GList link;           /* in to->waiting; data points here */
	AmopMember *to;
	AmopSender sender;
} Relay;

/* The one that ends first; NULL: none waits. */
static Relay *
first_of(const AmopHub *hub)
{
	GSequenceIter *first = g_sequence_get_begin_iter(hub->relays);

	return g_sequence_iter_is_end(first) ? NULL : g_sequence_get(first);
}

static void
arm(const AmopHub *hub)
{
	const Relay *first = first_of(hub);
	const guint64 now = services_mono_ms(hub->chain);

	if (first == NULL)
		return;
	(void)services.timer->set(hub->chain, TIMER_AMOP,
				  first->until_ms > now ? first->until_ms - now
							: 0);
}

static int
by_time(gconstpointer a, gconstpointer b, gpointer unused)
{
	const Relay *one = a, *other = b;

	return (one->until_ms > other->until_ms) -
	       (one->until_ms < other->until_ms);
}

static void
tell(const AmopSender *sender, AmopOutcome outcome)
{
	const AmopStatus status = { .outcome = outcome };

	sender->done(sender->owner, &status);
}

static void
finish(Relay *relay, const AmopStatus *status)
{
	g_sequence_remove(relay->place);
	g_queue_unlink(&relay->to->waiting, &relay->link);
	if (relay->sender.self != NULL)
		relay->sender.self->sent--;
	relay->sender.done(relay->sender.owner, status);
	g_free(relay);
}

static void
finish_with(Relay *relay, AmopOutcome outcome)
{
	const AmopStatus status = { .outcome = outcome };

	finish(relay, &status);
}

/* ---- to one ------------------------------------------------------------ */

static gboolean
has_room(const AmopHub *hub, const AmopSender *sender)
{
	if (g_sequence_get_length(hub->relays) >= (gint)AMOP_WAITING_MAX)
		return FALSE;
	return sender->self == NULL || sender->self->sent < AMOP_SENT_MAX;
}

/* Moves the receiver to the end, so that the next message is another's. */
static AmopMember *
deliver_to_one(AmopHub *hub, const AmopMember *self,
	       const AmopMessage *message)
{
	for (GList *link = hub->members.head; link != NULL;
	     link = link->next) {
		AmopMember *member = link->data;

		if (member == self ||
		    !amop_receives(member, message->topic, self) ||
		    !member->kind->deliver(member, message))
			continue;
		g_queue_unlink(&hub->members, link);
		g_queue_push_tail_link(&hub->members, link);
		return member;
	}
	return NULL;
}

static void
await(AmopHub *hub, const AmopSender *sender, AmopMember *to,
      const AmopMessage *message, guint64 timeout_ms)
{
	Relay *relay = g_new0(Relay, 1);

	memcpy(relay->id, message->id, AMOP_ID_LEN);
	relay->until_ms = services_mono_ms(hub->chain) + timeout_ms;
	relay->link.data = relay;
	relay->to = to;
	relay->sender = *sender;
	if (sender->self != NULL)
		sender->self->sent++;
	relay->place =
		g_sequence_insert_sorted(hub->relays, relay, by_time, NULL);
	g_queue_push_tail_link(&to->waiting, &relay->link);
	if (first_of(hub) == relay)
		arm(hub);
}

void
amop_send(AmopHub *hub, const AmopSender *sender, const AmopMessage *message,
	  guint64 timeout_ms)
{
	AmopMember *to;

	if (!has_room(hub, sender)) {
		tell(sender, AMOP_FULL);
		return;
	}
	to = amop_may_send(hub, message->topic, message->from.public_key)
		     ? deliver_to_one(hub, sender->self, message)
		     : NULL;
	if (to == NULL)
		tell(sender, AMOP_NOBODY);
	else
		await(hub, sender, to, message, timeout_ms);
}

gboolean
amop_answer(AmopHub *hub, AmopMember *member, const guint8 id[AMOP_ID_LEN],
	    gint32 result, bsn_slice answer)
{
	const AmopStatus status = { AMOP_ANSWERED, result, answer };

	for (GList *link = member->waiting.head; link != NULL;
	     link = link->next) {
		Relay *relay = link->data;

		if (memcmp(relay->id, id, AMOP_ID_LEN) != 0)
			continue;
		finish(relay, &status);
		return TRUE;
	}
	return FALSE;
}

void
amop_hub_timer(AmopHub *hub)
{
	const guint64 now = services_mono_ms(hub->chain);
	Relay *relay;

	while ((relay = first_of(hub)) != NULL && relay->until_ms <= now)
		finish_with(relay, AMOP_TIMED_OUT);
	arm(hub);
}

void
amop_relays_end(AmopHub *hub, AmopMember *member)
{
	GSequenceIter *at;
	Relay *relay;

	while ((relay = g_queue_peek_head(&member->waiting)) != NULL)
		finish_with(relay, AMOP_LEFT);
	at = g_sequence_get_begin_iter(hub->relays);
	while (member->sent > 0 && !g_sequence_iter_is_end(at)) {
		relay = g_sequence_get(at);
		at = g_sequence_iter_next(at);
		if (relay->sender.self == member)
			finish_with(relay, AMOP_SENDER_LEFT);
	}
}

void
amop_relays_free(AmopHub *hub)
{
	Relay *relay;

	while ((relay = first_of(hub)) != NULL)
		finish_with(relay, AMOP_CLOSING);
	g_sequence_free(hub->relays);
}

/* ---- to all ------------------------------------------------------------ */

guint
amop_send_all(AmopHub *hub, const AmopMember *self,
	      const AmopMessage *message)
{
	guint reached = 0;

	if (!amop_may_send(hub, message->topic, message->from.public_key))
		return 0;
	for (GList *link = hub->members.head; link != NULL;
	     link = link->next) {
		AmopMember *member = link->data;

		if (member != self &&
		    amop_receives(member, message->topic, self) &&
		    member->kind->deliver(member, message))
			reached++;
	}
	return reached;
}
