/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "host/ops/notify.h"

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>

static void arm(struct event_base *base);

static void
beat(evutil_socket_t fd, short what, void *base)
{
	(void)sd_notify(0, "WATCHDOG=1");
	arm(base);
}

/* Events that come once belong to the base, which frees them with itself. */
static void
arm(struct event_base *base)
{
	uint64_t us = 0;
	struct timeval delay;

	if (sd_watchdog_enabled(0, &us) <= 0)
		return;
	delay.tv_sec = (time_t)(us / 2 / G_USEC_PER_SEC);
	delay.tv_usec = (suseconds_t)(us / 2 % G_USEC_PER_SEC);
	event_base_once(base, -1, EV_TIMEOUT, beat, base, &delay);
}

void
notify_ready(Loop *loop)
{
	(void)sd_notify(0, "READY=1");
	arm(loop_base(loop));
}

void
notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}

#else

void
notify_ready(Loop *loop)
{
}

void
notify_stopping(void)
{
}

#endif
