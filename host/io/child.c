/* SPDX-License-Identifier: Apache-2.0
 *
 * A child of a plugin: its directory is filled, it runs, its directory is
 * removed. Files are written and removed by a thread of their own, since there
 * may be thousands.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bsn/helpers/error.h>

#include "host/io/child_private.h"
#include "host/ops/log.h"


/* ---- work on the directory ---- */

typedef struct {
	bsn_io_child *child;
	int end; /* writing end */
} Work;

static gpointer
work(gpointer data)
{
	Work *task = data;
	bsn_io_child *child = task->child;

	if (child->stage == CHILD_FILLING)
		(void)io_directory_fill(child->directory, child->files,
					&child->trouble);
	else
		io_directory_remove(child->directory);
	close(task->end);
	g_free(task);
	return NULL;
}

static void
join(bsn_io_child *child)
{
	if (child->thread == NULL)
		return;
	g_thread_join(g_steal_pointer(&child->thread));
	g_clear_pointer(&child->thread_ended, event_free);
	close(child->thread_ends);
}

/* FALSE: errno has the reason. */
static gboolean
begin_work(bsn_io_child *child,
	   void (*ended)(evutil_socket_t fd, short what, void *data))
{
	int ends[2];
	Work *task;
	const int error = child_pipe(ends);

	if (error != 0) {
		errno = error;
		return FALSE;
	}
	task = g_new(Work, 1);
	*task = (Work){ child, ends[1] };
	child->thread_ends = ends[0];
	child->thread_ended = event_new(io_account_base(child->account),
					ends[0], EV_READ, ended, child);
	event_add(child->thread_ended, NULL);
	child->thread = g_thread_new("bsn-io-files", work, task);
	return TRUE;
}

/* ---- its end ---- */

static void
drop_events(bsn_io_child *child)
{
	g_clear_pointer(&child->ended, event_free);
	g_clear_pointer(&child->deadline, event_free);
	g_clear_pointer(&child->told, event_free);
	if (child->control >= 0)
		close(child->control);
	child->control = -1;
}

static void
child_free(bsn_io_child *child)
{
	g_queue_unlink(&child->account->children, &child->link);
	drop_events(child);
	io_listener_close(child->door);
	io_tls_unref(child->tls);
	io_files_free(child->files);
	g_free(child->cgroup);
	g_strfreev(child->argv);
	g_strfreev(child->env);
	g_string_free(child->missing, TRUE);
	g_free(child->trouble);
	g_free(child->reason);
	g_free(child->name);
	g_free(child->directory);
	g_free(child);
}

static void
reap(bsn_io_child *child, int *status)
{
	*status = child_reap(&child->process);
	child->has_process = FALSE;
	if (child->cgroup != NULL)
		(void)g_rmdir(child->cgroup);
	io_output_end(&child->output);
	io_output_end(&child->errors);
}

void
io_child_drop(bsn_io_child *child)
{
	int status;

	join(child);
	if (child->has_process)
		reap(child, &status);
	io_directory_remove(child->directory);
	child_free(child);
}

static void
tell_exited(bsn_io_child *child)
{
	bsn_io_parent *parent = child->parent;
	g_autofree char *reason = g_steal_pointer(&child->reason);
	const bsn_io_exit how = { .size = sizeof(how),
				  .status = child->status,
				  .code = child->code,
				  .signal = child->signal,
				  .reason = reason };

	child->account->child_ends++;
	child_free(child);
	parent->exited(parent, &how);
}

static void
removed(evutil_socket_t fd, short what, void *data)
{
	bsn_io_child *child = data;

	join(child);
	tell_exited(child);
}

static void
begin_removing(bsn_io_child *child)
{
	drop_events(child);
	child->stage = CHILD_REMOVING;
	if (child->door != NULL)
		io_listener_end_all(child->door, "the child has ended");
	io_listener_close(g_steal_pointer(&child->door));
	log_info("io", NULL, "%s: child %s: %s", io_account_name(child->account),
		 child->name, child->reason);
	if (begin_work(child, removed))
		return;
	io_directory_remove(child->directory);
	tell_exited(child);
}

static void G_GNUC_PRINTF(3, 4)
ends_with(bsn_io_child *child, int32_t status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	child->status = status;
	child->reason = g_strdup_vprintf(format, args);
	va_end(args);
}

/* The first of the reasons why it had to end is the one that is told. */
static void
judge(bsn_io_child *child, int status)
{
	child->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	child->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (child->trouble != NULL)
		child->code = -1;
	if (child->trouble != NULL)
		ends_with(child, BSN_UNAVAILABLE, "it cannot be started: %s",
			  child->trouble);
	else if (child->late)
		ends_with(child, BSN_TIMEOUT, "it was not ready in time");
	else if (child->killed)
		ends_with(child, BSN_FAULT, "it was killed on demand");
	else if (child->signal != 0)
		ends_with(child, BSN_FAULT, "it was ended by signal %d (%s)",
			  child->signal, strsignal(child->signal));
	else
		ends_with(child, child->code == 0 ? BSN_OK : BSN_FAULT,
			  "it exited with code %d", child->code);
}

/* ---- running ---- */

static void
told(evutil_socket_t fd, short what, void *data)
{
	io_child_listen(data);
}

static void
process_ended(evutil_socket_t fd, short what, void *data)
{
	bsn_io_child *child = data;
	int status;

	event_del(child->ended); /* its descriptor goes with the process */
	io_child_listen(child);
	reap(child, &status);
	judge(child, status);
	begin_removing(child);
}

static void
too_late(evutil_socket_t fd, short what, void *data)
{
	bsn_io_child *child = data;

	child->late = !child->killed;
	child_kill(&child->process);
}

static void
watch(bsn_io_child *child, int output, int errors)
{
	struct event_base *base = io_account_base(child->account);
	const char *plugin = io_account_name(child->account);

	io_output_begin(&child->output, base, output, plugin, child->name);
	io_output_begin(&child->errors, base, errors, plugin, child->name);
	child->ended = event_new(base, child->process.pidfd, EV_READ,
				 process_ended, child);
	event_add(child->ended, NULL);
	child->told = event_new(base, child->control, EV_READ | EV_PERSIST,
				told, child);
	event_add(child->told, NULL);
}

/* Its cgroup.procs; -1: there is none. */
static int
make_cgroup(bsn_io_child *child)
{
	const char *parent = child->account->service->config.child_cgroup;
	g_autofree char *name =
		g_strdup_printf("%s.%s.%" G_GUINT64_FORMAT,
				io_account_name(child->account), child->name,
				child->starts->starts);
	int procs = -1;

	if (parent[0] == '\0')
		errno = 0;
	else
		child->cgroup = io_cgroup_make(parent, name, &child->limits,
					       &procs);
	if (procs < 0)
		g_string_append_printf(child->missing, "share of the CPU: %s",
				       errno != 0 ?
					       g_strerror(errno) :
					       "[io] child_cgroup is not set");
	return procs;
}

static int
spawn(bsn_io_child *child, int output, int errors, int control)
{
	const int procs = make_cgroup(child);
	const ChildSpec spec = { .argv = (const char *const *)child->argv,
				 .env = (const char *const *)child->env,
				 .directory = child->directory,
				 .fds = { -1, output, errors, control, procs },
				 .fd_count = procs >= 0 ? 5 : 4 };
	const int error = child_start(&spec, &child->process);

	if (procs >= 0)
		close(procs);
	child->has_process = error == 0;
	return error == 0 && child->process.pidfd < 0 ? ENOSYS : error;
}

static int
run(bsn_io_child *child)
{
	int output[2] = { -1, -1 }, errors[2] = { -1, -1 };
	int control[2] = { -1, -1 };
	int error = child_pipe(output);

	if (error == 0)
		error = child_pipe(errors);
	if (error == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				     control) != 0)
		error = errno;
	if (error == 0)
		error = spawn(child, output[1], errors[1], control[1]);
	for (guint i = 0; i < 2; i++) {
		int *pair = i == 0 ? output : errors;

		if (pair[1] >= 0)
			close(pair[1]);
		if (error != 0 && pair[0] >= 0)
			close(pair[0]);
	}
	if (control[1] >= 0)
		close(control[1]);
	child->control = control[0];
	if (error == 0)
		watch(child, output[0], errors[0]);
	return error;
}

static void
filled(evutil_socket_t fd, short what, void *data)
{
	bsn_io_child *child = data;
	int status = 126 << 8, error;

	join(child);
	g_clear_pointer(&child->files, io_files_free);
	if (child->trouble == NULL && !child->killed && !child->late) {
		child->stage = CHILD_RUNNING;
		error = run(child);
		if (error == 0)
			return;
		child->trouble = g_strdup_printf("%s: %s", child->argv[0],
						 g_strerror(error));
		if (child->has_process)
			(void)child_reap(&child->process);
		child->has_process = FALSE;
	}
	judge(child, status);
	child->code = -1; /* there was no process */
	begin_removing(child);
}

static void
deadline_rang(evutil_socket_t fd, short what, void *data)
{
	bsn_io_child *child = data;

	if (child->has_process)
		too_late(fd, what, data);
	else
		child->late = TRUE;
}

void
io_child_ready(bsn_io_child *child)
{
	child->ready = TRUE;
	if (child->deadline != NULL)
		evtimer_del(child->deadline);
}

void
io_child_kill(bsn_io_child *child)
{
	if (child->killed)
		return;
	child->killed = TRUE;
	if (child->has_process)
		child_kill(&child->process);
}

void
io_child_tell(const bsn_io_child *child, IoChildStatus *status)
{
	*status = (IoChildStatus){
		.name = child->name,
		.pid = child->has_process ? child->process.pid : 0,
		.ready = child->ready,
		.restarts = (guint)(child->starts->starts - 1),
		.connections =
			child->door != NULL ? child->door->streams.length : 0,
		.missing = child->missing->str,
	};
}

/* ---- beginning ---- */

gboolean
io_child_begin(bsn_io_child *child, guint start_ms)
{
	struct event_base *base = io_account_base(child->account);
	const struct timeval delay = { start_ms / 1000,
				       (suseconds_t)(start_ms % 1000) * 1000 };

	g_queue_push_tail_link(&child->account->children, &child->link);
	child->deadline = evtimer_new(base, deadline_rang, child);
	evtimer_add(child->deadline, &delay);
	if (begin_work(child, filled))
		return TRUE;
	child_free(child);
	return FALSE;
}
