/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/child_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host/ops/log.h"

/* Bytes of a line that are logged, lines of a child in one minute, and bytes
 * that are read before others have their turn. */
#define LINE_MAX_BYTES 800u
#define LINES_PER_MINUTE 600u
#define TURN_BYTES (64u << 10)

static void
log_line(IoOutput *output)
{
	g_autofree char *text = NULL;
	guint missed;

	if (output->line->len > 0 &&
	    io_rate_allows(&output->rate, g_get_monotonic_time(),
			   LINES_PER_MINUTE, &missed)) {
		if (missed > 0)
			log_info("child", NULL, "%s: %s: %u lines are left out",
				 output->plugin, output->child, missed);
		text = g_utf8_make_valid(output->line->str,
					 (gssize)output->line->len);
		log_info("child", NULL, "%s: %s: %s%s", output->plugin,
			 output->child, text, output->cut ? " ..." : "");
	}
	g_string_truncate(output->line, 0);
	output->cut = FALSE;
}

static void
take(IoOutput *output, const char *data, gsize len)
{
	while (len > 0) {
		const char *end = memchr(data, '\n', len);
		const gsize piece = end != NULL ? (gsize)(end - data) : len;
		const gsize room = LINE_MAX_BYTES - output->line->len;

		g_string_append_len(output->line, data,
				    (gssize)MIN(piece, room));
		output->cut |= piece > room;
		if (end != NULL)
			log_line(output);
		data += piece + (end != NULL);
		len -= piece + (end != NULL);
	}
}

/* FALSE: nothing more comes, or not now. */
static gboolean
read_some(IoOutput *output)
{
	char part[4096];
	const ssize_t got = read(output->fd, part, sizeof(part));

	if (got > 0)
		take(output, part, (gsize)got);
	else if (got == 0 && output->readable != NULL)
		event_del(output->readable);
	return got > 0 || (got < 0 && errno == EINTR);
}

static void
readable(evutil_socket_t fd, short what, void *data)
{
	IoOutput *output = data;

	for (guint left = TURN_BYTES / 4096; left > 0 && read_some(output);)
		left--;
}

void
io_output_begin(IoOutput *output, struct event_base *base, int fd,
		const char *plugin, const char *child)
{
	output->plugin = plugin;
	output->child = child;
	output->fd = fd;
	output->line = g_string_new(NULL);
	output->readable = event_new(base, fd, EV_READ | EV_PERSIST, readable,
				     output);
	event_add(output->readable, NULL);
}

void
io_output_end(IoOutput *output)
{
	if (output->line == NULL)
		return;
	/* Whoever wrote is gone: what is in the pipe is all, and the pipe is
	 * small. */
	while (read_some(output))
		;
	log_line(output);
	event_free(output->readable);
	close(output->fd);
	g_string_free(output->line, TRUE);
	memset(output, 0, sizeof(*output));
}
