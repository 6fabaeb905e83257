/* SPDX-License-Identifier: Apache-2.0 */
#include "host/loop.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "host/ops/cpu.h"

struct Loop {
	struct event_base *base;
	struct event *wake;
	int wake_fd;
	CallQueue calls;
	StrandCall stop;
};

static void
wake(Loop *loop)
{
	guint64 one = 1;

	while (write(loop->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void
woken(evutil_socket_t fd, short what, void *data)
{
	const guint32 part = cpu_part();
	Loop *loop = data;
	guint64 count;

	while (read(fd, &count, sizeof(count)) < 0 && errno == EINTR)
		;
	/* More calls wait for the next turn, so that sockets get theirs. */
	if (call_queue_run(&loop->calls))
		wake(loop);
	cpu_enter(part);
}

Loop *
loop_new(void)
{
	Loop *loop = g_new0(Loop, 1);

	loop->base = event_base_new();
	loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (loop->base == NULL || loop->wake_fd < 0)
		g_error("cannot make an event loop: %s", g_strerror(errno));
	loop->wake = event_new(loop->base, loop->wake_fd, EV_READ | EV_PERSIST,
			       woken, loop);
	event_add(loop->wake, NULL);
	return loop;
}

void
loop_free(Loop *loop)
{
	if (loop == NULL)
		return;
	event_free(loop->wake);
	close(loop->wake_fd);
	event_base_free(loop->base);
	g_free(loop);
}

struct event_base *
loop_base(Loop *loop)
{
	return loop->base;
}

void
loop_run(Loop *loop)
{
	event_base_dispatch(loop->base);
}

void
loop_run_pending(Loop *loop)
{
	while (call_queue_run(&loop->calls))
		;
}

static void
stop(StrandCall *call)
{
	Loop *loop = (Loop *)((char *)call - G_STRUCT_OFFSET(Loop, stop));

	event_base_loopbreak(loop->base);
}

void
loop_stop(Loop *loop)
{
	loop->stop.run = stop;
	loop_post(loop, &loop->stop);
}

void
loop_post(Loop *loop, StrandCall *call)
{
	if (call_queue_push(&loop->calls, call))
		wake(loop);
}
