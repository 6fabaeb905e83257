/* SPDX-License-Identifier: Apache-2.0
 *
 * Deadlines of runs and of gathering: many, on one timer of the host's.
 */
#include "plugins/engine-fabric/endorse/endorse_private.h"

/* Has the timer come for the soonest. */
static void
arm_timer(Channel *channel)
{
	const Deadline *first =
		g_queue_peek_head(&channel->endorsing->deadlines);
	const guint64 now = services_mono_ms(channel->chain);

	if (first == NULL)
		services.timer->cancel(channel->chain, TIMER_RUNS);
	else
		(void)services.timer->set(
			channel->chain, TIMER_RUNS,
			first->due_ms > now ? first->due_ms - now : 0);
}

void
deadline_arm(Channel *channel, Deadline *deadline, guint timeout_ms,
	     void (*passed)(Deadline *deadline))
{
	GQueue *all = &channel->endorsing->deadlines;
	GList *before = all->tail;

	deadline->passed = passed;
	deadline->due_ms = services_mono_ms(channel->chain) + timeout_ms;
	deadline->link.data = deadline;
	deadline->armed = TRUE;
	/* There are two different timeouts, so this looks at few. */
	while (before != NULL &&
	       ((const Deadline *)before->data)->due_ms > deadline->due_ms)
		before = before->prev;
	if (before != NULL)
		g_queue_insert_after_link(all, before, &deadline->link);
	else
		g_queue_push_head_link(all, &deadline->link);
	if (all->head == &deadline->link)
		arm_timer(channel);
}

void
deadline_disarm(Channel *channel, Deadline *deadline)
{
	GQueue *all = &channel->endorsing->deadlines;

	if (!deadline->armed)
		return;
	deadline->armed = FALSE;
	g_queue_unlink(all, &deadline->link);
	/* A timer that comes too early finds nothing, and is set anew. */
	if (all->length == 0)
		arm_timer(channel);
}

void
endorse_timer(Channel *channel)
{
	GQueue *all = &channel->endorsing->deadlines;
	const guint64 now = services_mono_ms(channel->chain);
	Deadline *first;

	while ((first = g_queue_peek_head(all)) != NULL &&
	       first->due_ms <= now) {
		first->armed = FALSE;
		g_queue_unlink(all, &first->link);
		first->passed(first);
	}
	trials_start(channel);
	arm_timer(channel);
}
