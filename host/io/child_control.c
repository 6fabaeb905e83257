/* SPDX-License-Identifier: Apache-2.0
 *
 * What bsn-confined says before it becomes the program:
 * host/process/confine.h.
 */
#include "host/io/child_private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/ops/log.h"

/* Of one word. */
#define CONTROL_BYTES 512u

static void
take_door(bsn_io_child *child, int fd)
{
	child->door = io_listen_on(child->account, fd,
				   g_steal_pointer(&child->tls), NULL,
				   child->acceptor);
	child->door->child = child;
}

static void
take_word(bsn_io_child *child, const char *word, int fd)
{
	static const char missing[] = "missing ", failed[] = "failed ";

	if (strcmp(word, "door") == 0 && fd >= 0 && child->acceptor != NULL &&
	    child->door == NULL) {
		take_door(child, fd);
		return;
	}
	if (fd >= 0)
		close(fd);
	if (g_str_has_prefix(word, missing)) {
		if (child->missing->len > 0)
			g_string_append(child->missing, "; ");
		g_string_append(child->missing, word + strlen(missing));
	} else if (g_str_has_prefix(word, failed) && child->trouble == NULL) {
		child->trouble = g_strdup(word + strlen(failed));
	}
}

/* Bytes of a word; 0: the program runs, or never will; -1: none now. */
static ssize_t
receive_word(int control, char word[CONTROL_BYTES], int *fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr head;
	} ancillary;
	struct iovec part = { word, CONTROL_BYTES - 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = ancillary.bytes,
				  .msg_controllen = sizeof(ancillary.bytes) };
	const struct cmsghdr *head;
	const ssize_t got = recvmsg(control, &message,
				    MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	*fd = -1;
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? -1 : 0;
	word[got] = '\0';
	head = CMSG_FIRSTHDR(&message);
	if (head != NULL && head->cmsg_level == SOL_SOCKET &&
	    head->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(head), sizeof(*fd));
	return got;
}

/* The machine's walls are the same for the next child: said once. */
static void
log_missing(const bsn_io_child *child)
{
	bsn_io_account *account = child->account;

	if (child->missing->len == 0 ||
	    g_strcmp0(account->missing, child->missing->str) == 0)
		return;
	g_free(account->missing);
	account->missing = g_strdup(child->missing->str);
	log_warning("io", NULL, "%s: children such as %s are without: %s",
		    io_account_name(account), child->name,
		    child->missing->str);
}

void
io_child_listen(bsn_io_child *child)
{
	char word[CONTROL_BYTES];
	int fd;
	ssize_t got;

	while (child->control >= 0 &&
	       (got = receive_word(child->control, word, &fd)) >= 0) {
		if (got > 0) {
			take_word(child, word, fd);
			continue;
		}
		g_clear_pointer(&child->told, event_free);
		close(child->control);
		child->control = -1;
		log_missing(child);
	}
}
