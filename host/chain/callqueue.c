/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/callqueue.h"

int
call_queue_push(CallQueue *queue, StrandCall *call)
{
	/* Counted before it is pushed, so that a consumer that has emptied the
	 * stack never takes the queue for idle while a push is under way. */
	gint before = g_atomic_int_add(&queue->pending, 1);
	StrandCall *newest = g_atomic_pointer_get(&queue->newest);

	do
		call->next = newest;
	while (!g_atomic_pointer_compare_and_exchange_full(
		&queue->newest, newest, call, &newest));
	return before == 0;
}

StrandCall *
call_queue_take(CallQueue *queue)
{
	StrandCall *newest = g_atomic_pointer_exchange(&queue->newest, NULL);
	StrandCall *oldest = NULL;

	while (newest != NULL) {
		StrandCall *next = newest->next;

		newest->next = oldest;
		oldest = newest;
		newest = next;
	}
	return oldest;
}

int
call_queue_finish(CallQueue *queue, gint n)
{
	return g_atomic_int_add(&queue->pending, -n) != n;
}

int
call_queue_run(CallQueue *queue)
{
	StrandCall *call = call_queue_take(queue);
	gint n = 0;

	while (call != NULL) {
		StrandCall *next = call->next;

		call->run(call);
		call = next;
		n++;
	}
	return call_queue_finish(queue, n);
}
