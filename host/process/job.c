/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "host/process/job.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/process/child.h"

typedef struct {
	Job *job;
	int fd; /* reading end */
	GString *text;
	JobEnd over; /* how a job that is over its limit here ends */
	struct event *readable;
} Stream;

struct Job {
	Child child;
	gsize output_max;
	JobEnd end;
	Stream output, messages;
	struct event *ended, *late;
	void (*done)(void *owner, JobResult *result);
	void *owner;
};

/* ---- its end ------------------------------------------------------------ */

static void
stream_clear(Stream *stream)
{
	if (stream->readable != NULL)
		event_free(stream->readable);
	if (stream->fd >= 0)
		close(stream->fd);
	if (stream->text != NULL)
		g_string_free(stream->text, TRUE);
}

/* All but the process. */
static void
release(Job *job)
{
	stream_clear(&job->output);
	stream_clear(&job->messages);
	if (job->ended != NULL)
		event_free(job->ended);
	if (job->late != NULL)
		event_free(job->late);
	g_free(job);
}

void
job_free(Job *job)
{
	if (job == NULL)
		return;
	child_reap(&job->child);
	release(job);
}

/* ---- running ------------------------------------------------------------ */

/* The first reason to end it counts. Its end is seen as any other. */
static void
end_early(Job *job, JobEnd end)
{
	if (job->end != JOB_ENDED)
		return;
	job->end = end;
	child_kill(&job->child);
}

static void
read_all(Stream *stream)
{
	char part[65536];
	ssize_t got = 1;

	while (got > 0 && stream->text->len <= stream->job->output_max) {
		got = read(stream->fd, part, sizeof(part));
		if (got > 0)
			g_string_append_len(stream->text, part, got);
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got == 0)
		event_del(stream->readable);
	if (stream->text->len > stream->job->output_max)
		end_early(stream->job, stream->over);
}

static void
on_readable(evutil_socket_t fd, short what, void *data)
{
	read_all(data);
}

static void
on_late(evutil_socket_t fd, short what, void *data)
{
	end_early(data, JOB_TOOK_TOO_LONG);
}

static void
on_ended(evutil_socket_t fd, short what, void *data)
{
	Job *job = data;
	JobResult result = { .output = NULL };

	/* The pidfd of the event goes with the child. */
	event_del(job->ended);
	result.status = child_reap(&job->child);
	read_all(&job->output);
	read_all(&job->messages);
	result.end = job->end;
	result.output = job->output.text;
	result.messages = job->messages.text;
	job->done(job->owner, &result);
	job->output.text = result.output;
	job->messages.text = result.messages;
	release(job);
}

/* ---- starting ----------------------------------------------------------- */

/* Returns a descriptor at the text's beginning; -1 with errno set. */
static int
file_of(GBytes *input)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	gsize len = 0;
	const char *at = g_bytes_get_data(input, &len);

	while (fd >= 0 && len > 0) {
		ssize_t wrote = write(fd, at, len);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0) {
			int error = errno;

			close(fd);
			errno = error;
			return -1;
		}
		at += wrote;
		len -= (gsize)wrote;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static int
start_child(Job *job, const JobSpec *spec, int input)
{
	int output[2], messages[2];
	int error = child_pipe(output);

	if (error != 0)
		return error;
	error = child_pipe(messages);
	if (error == 0) {
		ChildSpec child = { .argv = spec->argv,
				    .env = spec->env,
				    .directory = spec->directory,
				    .fds = { input, output[1], messages[1] },
				    .fd_count = 3 };

		error = child_start(&child, &job->child);
		close(messages[1]);
		job->messages.fd = messages[0];
	}
	close(output[1]);
	job->output.fd = output[0];
	return error;
}

static int
start_with_input(Job *job, const JobSpec *spec)
{
	int input = -1;
	int error;

	if (spec->input != NULL) {
		input = file_of(spec->input);
		if (input < 0)
			return errno;
	}
	error = start_child(job, spec, input);
	if (input >= 0)
		close(input);
	return error;
}

static void
watch_stream(struct event_base *base, Job *job, Stream *stream, JobEnd over)
{
	stream->job = job;
	stream->over = over;
	stream->text = g_string_new(NULL);
	stream->readable = event_new(base, stream->fd, EV_READ | EV_PERSIST,
				     on_readable, stream);
	event_add(stream->readable, NULL);
}

static void
watch(struct event_base *base, Job *job, guint timeout_ms)
{
	struct timeval timeout = { timeout_ms / 1000,
				   (suseconds_t)(timeout_ms % 1000) * 1000 };

	watch_stream(base, job, &job->output, JOB_WROTE_TOO_MUCH);
	watch_stream(base, job, &job->messages, JOB_SAID_TOO_MUCH);
	job->ended = event_new(base, job->child.pidfd, EV_READ, on_ended, job);
	event_add(job->ended, NULL);
	job->late = evtimer_new(base, on_late, job);
	event_add(job->late, &timeout);
}

int
job_start(struct event_base *base, const JobSpec *spec,
	  void (*done)(void *owner, JobResult *result), void *owner, Job **out)
{
	Job *job = g_new0(Job, 1);
	int error;

	job->output.fd = job->messages.fd = -1;
	job->output_max = spec->output_max;
	job->done = done;
	job->owner = owner;
	error = start_with_input(job, spec);
	if (error == 0 && job->child.pidfd < 0) {
		error = errno;
		child_reap(&job->child);
	}
	if (error != 0) {
		release(job);
		return error;
	}
	watch(base, job, spec->timeout_ms);
	*out = job;
	return 0;
}
