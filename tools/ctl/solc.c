/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/solc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/ctl/error.h"
#include "tools/ctl/progress.h"

/* How often the progress line moves while nothing else happens. */
#define TICK_MS 250

typedef struct {
	int fd; /* -1 once at its end */
	GString *text;
} Stream;

static char **
command_line(const char *file, const SolcOptions *options)
{
	GStrvBuilder *words = g_strv_builder_new();
	char **argv;

	g_strv_builder_add_many(words, options->node, options->driver, file,
				NULL);
	if (options->solc != NULL)
		g_strv_builder_add_many(words, "--solc", options->solc, NULL);
	for (const char *const *dir = options->include; *dir != NULL; dir++)
		g_strv_builder_add_many(words, "--include", *dir, NULL);
	argv = g_strv_builder_end(words);
	g_strv_builder_unref(words);
	return argv;
}

/* Its own process group, so that a compiler that the driver started ends with
 * it. */
static void
in_child(gpointer user)
{
	setpgid(0, 0);
}

static gboolean
start(char **argv, GPid *pid, Stream *out, Stream *err, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (g_spawn_async_with_pipes(
		    NULL, argv, NULL,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, in_child,
		    NULL, pid, NULL, &out->fd, &err->fd, &why))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"the compiler cannot be started: %s\nInstall Node.js "
			"18 or later.",
			why->message);
}

/* Reads what there is. FALSE when it is over the limit. */
static gboolean
read_some(Stream *stream, gsize max)
{
	char part[65536];
	ssize_t n = read(stream->fd, part, sizeof(part));

	if (n < 0 && errno == EINTR)
		return TRUE;
	if (n <= 0) {
		close(stream->fd);
		stream->fd = -1;
		return TRUE;
	}
	g_string_append_len(stream->text, part, n);
	return stream->text->len <= max;
}

/* Reads both to their ends. NULL, or what limit was met. */
static const char *
read_all(Stream *out, Stream *err, const SolcOptions *options)
{
	gint64 deadline =
		g_get_monotonic_time() + (gint64)options->timeout_ms * 1000;

	while (out->fd >= 0 || err->fd >= 0) {
		struct pollfd fds[] = { { out->fd, POLLIN, 0 },
					{ err->fd, POLLIN, 0 } };

		if (g_get_monotonic_time() > deadline)
			return "took too long";
		poll(fds, G_N_ELEMENTS(fds), TICK_MS);
		progress_tick();
		if (fds[0].revents != 0 && !read_some(out, options->output_max))
			return "wrote too much";
		if (fds[1].revents != 0 && !read_some(err, options->output_max))
			return "said too much";
	}
	return NULL;
}

static void
close_stream(Stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
}

static gboolean
judge(const char *file, const char *limit, int status,
      const SolcOptions *options, GError **error)
{
	if (limit != NULL)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"compiling %s %s and was ended\nThe limits are "
				"%u s (--timeout) and %" G_GSIZE_FORMAT
				" bytes.",
				file, limit, options->timeout_ms / 1000,
				options->output_max);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return TRUE;
	if (WIFSIGNALED(status))
		return ctl_fail(error, CTL_ERROR_FAILED,
				"the compiler was ended by signal %d",
				WTERMSIG(status));
	return ctl_fail(error, CTL_ERROR_FAILED, "%s does not compile", file);
}

char *
solc_compile(const char *file, const SolcOptions *options, char **messages,
	     GError **error)
{
	g_auto(GStrv) argv = command_line(file, options);
	Stream out = { -1, NULL };
	Stream err = { -1, NULL };
	const char *limit;
	int status = 0;
	gboolean ok;
	GPid pid;

	*messages = NULL;
	if (!start(argv, &pid, &out, &err, error))
		return NULL;
	out.text = g_string_new(NULL);
	err.text = g_string_new(NULL);
	progress_begin("compiling %s", file);
	limit = read_all(&out, &err, options);
	progress_end();
	if (limit != NULL)
		kill(-pid, SIGKILL);
	close_stream(&out);
	close_stream(&err);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	ok = judge(file, limit, status, options, error);
	*messages = g_string_free(err.text, FALSE);
	return g_string_free(out.text, !ok);
}
