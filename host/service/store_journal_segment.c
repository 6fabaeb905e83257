/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal's files.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/service/store_crc.h"
#include "host/service/store_journal_private.h"

#define NAME "journal-"
#define FORMAT 1u
#define ZEROES_LEN ((gsize)256 << 10)

static const guint8 magic[8] = { 'B', 'S', 'N', 'J', 'R', 'N', 'A', 'L' };

enum {
	AT_FORMAT = 8,
	AT_CRC = 12,
	AT_ID = 16,
};

static char *
segment_name(guint32 index)
{
	return g_strdup_printf(NAME "%u", index);
}

void
segment_free(Segment *segment)
{
	store_view_unref(segment->view);
	if (segment->fd >= 0)
		close(segment->fd);
	g_free(segment);
}

void
segment_remove(int directory_fd, guint32 index)
{
	g_autofree char *name = segment_name(index);

	(void)unlinkat(directory_fd, name, 0);
}

/* ---- reading and writing ---- */

gboolean
segment_read(const Segment *segment, void *out, gsize len, guint64 offset)
{
	for (gsize got = 0; got < len;) {
		ssize_t n = pread(segment->fd, (guint8 *)out + got, len - got,
				  (off_t)(offset + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return FALSE;
		got += (gsize)n;
	}
	return TRUE;
}

StoreView *
segment_view(Segment *segment)
{
	if (segment->view == NULL)
		segment->view = store_view_new(segment->fd,
					       (gsize)segment->size);
	return segment->view;
}

int
segment_write(const Segment *segment, const void *data, gsize len,
	      guint64 offset)
{
	for (gsize put = 0; put < len;) {
		ssize_t n = pwrite(segment->fd, (const guint8 *)data + put,
				   len - put, (off_t)(offset + put));

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			return EIO;
		if (n < 0)
			return errno;
		put += (gsize)n;
	}
	return 0;
}

/* ---- the head ---- */

static void
make_head(guint8 head[SEGMENT_HEAD_LEN], guint64 id)
{
	guint64 little_endian = GUINT64_TO_LE(id);

	memcpy(head, magic, sizeof(magic));
	memcpy(head + AT_ID, &little_endian, sizeof(little_endian));
	record_put_u32(head + AT_FORMAT, FORMAT);
	record_put_u32(head + AT_CRC,
		       store_crc(0, head + AT_ID, SEGMENT_HEAD_LEN - AT_ID));
}

int
segment_write_head(Segment *segment, guint64 id)
{
	guint8 head[SEGMENT_HEAD_LEN];
	int code;

	make_head(head, id);
	code = segment_write(segment, head, sizeof(head), 0);
	if (code == 0 && fdatasync(segment->fd) != 0)
		code = errno;
	segment->headed = code == 0;
	return code;
}

SegmentKind
segment_kind(const Segment *segment, guint64 id)
{
	guint8 head[SEGMENT_HEAD_LEN], ours[SEGMENT_HEAD_LEN];

	if (segment->size < RECORD_BLOCK)
		return SEGMENT_BLANK;
	if (!segment_read(segment, head, sizeof(head), 0))
		return SEGMENT_UNREADABLE;
	if (memcmp(head, magic, sizeof(magic)) != 0)
		return SEGMENT_BLANK;
	if (record_get_u32(head + AT_FORMAT) != FORMAT)
		return SEGMENT_NEWER;
	if (record_get_u32(head + AT_CRC) !=
	    store_crc(0, head + AT_ID, SEGMENT_HEAD_LEN - AT_ID))
		return SEGMENT_BLANK;
	make_head(ours, id);
	return memcmp(head, ours, sizeof(head)) == 0 ? SEGMENT_OURS
						     : SEGMENT_FOREIGN;
}

/* ---- opening and making ---- */

Segment *
segment_open(int directory_fd, guint32 index, int mode)
{
	g_autofree char *name = segment_name(index);
	int fd = openat(directory_fd, name, mode | O_CLOEXEC | O_NOFOLLOW);
	struct stat file;
	Segment *segment;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) {
		close(fd);
		errno = EINVAL;
		return NULL;
	}
	segment = g_new0(Segment, 1);
	segment->index = index;
	segment->fd = fd;
	segment->size = (guint64)file.st_size / RECORD_BLOCK * RECORD_BLOCK;
	segment->end = RECORD_BLOCK;
	return segment;
}

/* Zeroes, not a hole nor blocks that only count as written: what is written
 * over them later changes no metadata, needs no room, and one sync of data is
 * enough. */
static int
fill(const Segment *segment)
{
	g_autofree guint8 *zeroes = g_malloc0(ZEROES_LEN);
	int code = 0;

	for (guint64 at = 0; code == 0 && at < segment->size; at += ZEROES_LEN)
		code = segment_write(segment, zeroes,
				     (gsize)MIN(segment->size - at, ZEROES_LEN),
				     at);
	return code;
}

int
segment_make(int directory_fd, guint64 id, guint32 index, guint64 size,
	     Segment **out)
{
	g_autofree char *name = segment_name(index);
	Segment *segment;
	int code;
	int fd = openat(directory_fd, name,
			O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	*out = NULL;
	if (fd < 0)
		return errno;
	segment = g_new0(Segment, 1);
	segment->index = index;
	segment->fd = fd;
	segment->size = size;
	segment->end = RECORD_BLOCK;
	code = fill(segment);
	if (code == 0)
		code = segment_write_head(segment, id);
	/* The length and the name have to be as durable as the contents. */
	if (code == 0 && (fsync(fd) != 0 || fsync(directory_fd) != 0))
		code = errno;
	if (code == 0) {
		*out = segment;
		return 0;
	}
	segment_remove(directory_fd, index);
	segment_free(segment);
	return code;
}

int
segment_check_unused(int directory_fd, guint32 index)
{
	g_autofree guint8 *block = g_malloc(RECORD_BLOCK);
	Segment *segment = segment_open(directory_fd, index, O_RDONLY);
	int code = segment == NULL ? errno : 0;

	for (guint64 at = RECORD_BLOCK; code == 0 && at < segment->size;
	     at += RECORD_BLOCK) {
		if (!segment_read(segment, block, RECORD_BLOCK, at))
			code = errno;
		else if (block[0] != 0 ||
			 memcmp(block, block + 1, RECORD_BLOCK - 1) != 0)
			code = EEXIST;
	}
	if (segment != NULL)
		segment_free(segment);
	return code;
}

static int
by_number(const void *a, const void *b)
{
	guint32 left = *(const guint32 *)a, right = *(const guint32 *)b;

	return left < right ? -1 : left > right;
}

static gboolean
parse_name(const char *name, guint32 *index)
{
	g_autofree char *same = NULL;
	guint64 number;

	if (!g_str_has_prefix(name, NAME) ||
	    !g_ascii_string_to_unsigned(name + strlen(NAME), 10, 0,
					G_MAXUINT32 - 1, &number, NULL))
		return FALSE;
	*index = (guint32)number;
	same = segment_name(*index);
	return strcmp(name, same) == 0;
}

GArray *
segment_list(int directory_fd)
{
	int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	GArray *found;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	found = g_array_new(FALSE, FALSE, sizeof(guint32));
	while ((entry = readdir(dir)) != NULL) {
		guint32 index;

		if (parse_name(entry->d_name, &index))
			g_array_append_val(found, index);
	}
	closedir(dir);
	g_array_sort(found, by_number);
	return found;
}
