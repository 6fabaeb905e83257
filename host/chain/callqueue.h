/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/callqueue.h: a lock-free queue of calls, many producers and one
 * consumer; what strands and the main loop are made of.
 */
#ifndef HOST_CHAIN_CALLQUEUE_H
#define HOST_CHAIN_CALLQUEUE_H

#include <glib.h>

/* One call on its way. Embedded in what the call is about; queues neither
 * allocate nor free. `run` may free it. */
typedef struct StrandCall StrandCall;
struct StrandCall {
	StrandCall *next;
	void (*run)(StrandCall *call);
};

typedef struct {
	StrandCall *newest; /* atomic; a stack, newest first */
	gint pending;       /* atomic; pushed and not yet finished */
} CallQueue;

/* Any thread. Returns 1 when the queue was idle: the caller must then see to
 * it that the consumer runs. */
int call_queue_push(CallQueue *queue, StrandCall *call);

/* Consumer only: all calls pushed so far as a list, oldest first. */
StrandCall *call_queue_take(CallQueue *queue);

/* Consumer only: `n` taken calls are finished. Returns 1 when more are pending
 * (the consumer must run again), 0 when the queue is idle. */
int call_queue_finish(CallQueue *queue, gint n);

/* Consumer only: takes, runs, finishes; returns as call_queue_finish. */
int call_queue_run(CallQueue *queue);

#endif
