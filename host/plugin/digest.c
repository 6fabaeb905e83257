/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#define SM3_LEN 32

static gboolean
check_stat(int fd, struct stat *st, Refusal *refusal)
{
	if (fstat(fd, st) < 0)
		return refuse(refusal, RULE_UNREADABLE, "cannot be read: %s",
			      g_strerror(errno));
	if (!S_ISREG(st->st_mode))
		return refuse(refusal, RULE_UNREADABLE,
			      "cannot be read: it is not a regular file");
	if (st->st_size > PLUGIN_FILE_MAX)
		return refuse(refusal, RULE_TOO_LARGE,
			      "has %" G_GINT64_FORMAT " bytes, which is over "
			      "the limit of %u",
			      (gint64)st->st_size, PLUGIN_FILE_MAX);
	return TRUE;
}

/* Reads up to `len` bytes; fewer when the file has become shorter. */
static gssize
read_all(int fd, guint8 *data, gsize len)
{
	gsize used = 0;

	while (used < len) {
		ssize_t got = read(fd, data + used, len - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		used += (gsize)got;
	}
	return (gssize)used;
}

static GBytes *
read_open_file(int fd, Refusal *refusal)
{
	g_autofree guint8 *data = NULL;
	struct stat st;
	gssize len;

	if (!check_stat(fd, &st, refusal))
		return NULL;
	data = g_try_malloc((gsize)st.st_size + 1);
	len = data != NULL ? read_all(fd, data, (gsize)st.st_size) : -1;
	if (len < 0) {
		refuse(refusal, RULE_UNREADABLE, "cannot be read: %s",
		       g_strerror(data != NULL ? errno : ENOMEM));
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&data), (gsize)len);
}

GBytes *
plugin_file_read(const char *path, Refusal *refusal)
{
	/* O_NONBLOCK: a named pipe must not hold the host up. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	GBytes *bytes;

	if (fd < 0) {
		refuse(refusal, RULE_UNREADABLE, "cannot be read: %s",
		       g_strerror(errno));
		return NULL;
	}
	bytes = read_open_file(fd, refusal);
	close(fd);
	return bytes;
}

char *
plugin_digest(GBytes *bytes)
{
	guint8 digest[SM3_LEN];
	GString *text = g_string_new("sm3:");
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	/* NULL stands for no bytes. */
	if (EVP_Digest(data != NULL ? data : "", len, digest, NULL, EVP_sm3(),
		       NULL) != 1)
		g_error("OpenSSL cannot compute SM3");
	for (guint i = 0; i < SM3_LEN; i++)
		g_string_append_printf(text, "%02x", digest[i]);
	return g_string_free(text, FALSE);
}
