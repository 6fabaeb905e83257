/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that stream take turns: one piece each, so much in all at a time, and
 * the strand does other things before it goes on.
 */
#include "plugins/engine-fabric/gateway/call.h"
#include "plugins/kit/cpu.h"

/* Bytes of one turn of the strand, about; a step counts as so many at least. */
#define TURN_BYTES (512u << 10)
#define STEP_BYTES 4096u

static void
push(Call *call)
{
	call->woken = TRUE;
	g_queue_push_tail_link(&call->channel->gateway->turns, &call->turn);
}

static void
arm(Channel *channel)
{
	if (channel->gateway->turns.length > 0)
		(void)services.timer->set(channel->chain, TIMER_GATEWAY, 0);
}

void
call_wake(Call *call)
{
	const GQueue *turns = &call->channel->gateway->turns;

	if (call->woken || call->finished || call->busy ||
	    call->method->step == NULL)
		return;
	push(call);
	if (turns->length == 1)
		arm(call->channel);
}

void
turns_wake_all(FabricGateway *gateway)
{
	for (GList *link = gateway->calls.head; link != NULL; link = link->next)
		call_wake(link->data);
}

void
turns_drop(Call *call)
{
	if (call->woken)
		g_queue_unlink(&call->channel->gateway->turns, &call->turn);
	call->woken = FALSE;
}

void
gateway_timer(Channel *channel)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	FabricGateway *gateway = channel->gateway;
	gsize spent = 0;
	GList *link;

	if (gateway == NULL)
		return;
	while (spent < TURN_BYTES &&
	       (link = g_queue_pop_head_link(&gateway->turns)) != NULL) {
		Call *call = link->data;
		gsize bytes;

		call->woken = FALSE;
		bytes = call->method->step(call);
		spent += MAX(bytes, STEP_BYTES);
		if (bytes > 0 && !call->finished && !call->busy && !call->woken)
			push(call);
	}
	arm(channel);
}
