/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/private.h"

struct bsn_io_timer {
	GList link;
	bsn_io_account *account;
	bsn_io_alarm *alarm;
	struct event *event;
};

static void
rang(evutil_socket_t fd, short what, void *data)
{
	bsn_io_timer *timer = data;

	timer->alarm->rang(timer->alarm);
}

bsn_io_timer *
io_timer_new(bsn_io_account *account, bsn_io_alarm *alarm)
{
	bsn_io_timer *timer;

	if (account->timers.length >= IO_TIMERS_MAX)
		return NULL;
	timer = g_new0(bsn_io_timer, 1);
	timer->link.data = timer;
	timer->account = account;
	timer->alarm = alarm;
	timer->event = evtimer_new(io_account_base(account), rang, timer);
	g_queue_push_tail_link(&account->timers, &timer->link);
	return timer;
}

void
io_timer_set(bsn_io_timer *timer, guint64 delay_ms)
{
	const struct timeval delay = {
		.tv_sec = (time_t)(delay_ms / 1000),
		.tv_usec = (suseconds_t)(delay_ms % 1000 * 1000),
	};

	evtimer_add(timer->event, &delay);
}

void
io_timer_stop(bsn_io_timer *timer)
{
	evtimer_del(timer->event);
}

void
io_timer_free(bsn_io_timer *timer)
{
	if (timer == NULL)
		return;
	g_queue_unlink(&timer->account->timers, &timer->link);
	event_free(timer->event);
	g_free(timer);
}
