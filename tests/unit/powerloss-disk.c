/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/unit/powerloss-disk.h"

#define FDS_MAX 1024

/* What a descriptor is open on. */
typedef enum { ELSEWHERE, DIRECTORY, A_FILE } Kind;

typedef struct {
	Kind kind;
	guint file;
	gboolean through;
} Open;

static GMutex lock;
static gint recording; /* atomic */
static char *directory;
static guint faults;
static DiskLog *current;
static GHashTable *names; /* to the number of the file */
static GArray *lengths;	  /* of each file, guint64 */
static Open opened[FDS_MAX];

/* ---- the log ------------------------------------------------------------ */

static void
clear_event(gpointer data)
{
	DiskEvent *event = data;

	g_clear_pointer(&event->data, g_bytes_unref);
	g_free(event->name);
	g_free(event->before);
}

static void
free_file(gpointer data)
{
	DiskFile *file = data;

	g_free(file->name);
	g_byte_array_unref(file->bytes);
	g_free(file);
}

static guint
new_file(const char *name, guint64 length)
{
	guint file = current->files++;

	g_array_append_val(lengths, length);
	g_hash_table_insert(names, g_strdup(name), GUINT_TO_POINTER(file));
	return file;
}

static void
read_before(void)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		DiskFile *file = g_new(DiskFile, 1);
		guint8 *bytes;
		gsize len;

		g_assert_true(
			g_file_get_contents(path, (char **)&bytes, &len, NULL));
		file->name = g_strdup(name);
		file->bytes = g_byte_array_new_take(bytes, len);
		g_ptr_array_add(current->before, file);
		new_file(name, len);
	}
	g_dir_close(dir);
}

void
disk_record(const char *path)
{
	g_assert_null(current);
	directory = g_strdup(path);
	faults = DISK_HONEST;
	current = g_new0(DiskLog, 1);
	current->before = g_ptr_array_new_with_free_func(free_file);
	current->events = g_array_new(FALSE, TRUE, sizeof(DiskEvent));
	g_array_set_clear_func(current->events, clear_event);
	names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	lengths = g_array_new(FALSE, FALSE, sizeof(guint64));
	read_before();
	g_atomic_int_set(&recording, TRUE);
}

void
disk_fault(guint with)
{
	g_mutex_lock(&lock);
	faults = with;
	g_mutex_unlock(&lock);
}

DiskLog *
disk_stop(void)
{
	DiskLog *log = current;

	g_atomic_int_set(&recording, FALSE);
	current = NULL;
	g_clear_pointer(&directory, g_free);
	g_clear_pointer(&names, g_hash_table_unref);
	g_clear_pointer(&lengths, g_array_unref);
	memset(opened, 0, sizeof(opened));
	return log;
}

void
disk_log_free(DiskLog *log)
{
	if (log == NULL)
		return;
	g_ptr_array_unref(log->before);
	g_array_unref(log->events);
	g_free(log);
}

/* ---- events, under the lock --------------------------------------------- */

static void
note(DiskEvent event)
{
	g_array_append_val(current->events, event);
}

static guint64 *
length_of(guint file)
{
	return &g_array_index(lengths, guint64, file);
}

static void
note_length(guint file, guint64 length)
{
	*length_of(file) = length;
	note((DiskEvent){
		.kind = DISK_LENGTH, .file = file, .offset = length });
}

static void
note_write(const Open *open, guint64 offset, GBytes *data)
{
	guint64 *length = length_of(open->file);

	*length = MAX(*length, offset + g_bytes_get_size(data));
	note((DiskEvent){ .kind = DISK_WRITE,
			  .file = open->file,
			  .offset = offset,
			  .data = data,
			  .through = open->through });
}

void
disk_mark(guint mark, guint64 value)
{
	g_mutex_lock(&lock);
	if (current != NULL)
		note((DiskEvent){
			.kind = DISK_MARK, .mark = mark, .offset = value });
	g_mutex_unlock(&lock);
}

/* ---- descriptors -------------------------------------------------------- */

/* The lock is held from here to `unlock` when it returns TRUE. */
static gboolean
is_ours(int fd, Open *open)
{
	if (!g_atomic_int_get(&recording) || fd < 0 || fd >= FDS_MAX)
		return FALSE;
	g_mutex_lock(&lock);
	*open = opened[fd];
	if (current != NULL && open->kind != ELSEWHERE)
		return TRUE;
	g_mutex_unlock(&lock);
	return FALSE;
}

/* What a path names in the directory: "" itself, NULL nothing. */
static char *
name_in_directory(int at, const char *path)
{
	g_autofree char *full = NULL;
	gsize len = strlen(directory);

	if (path[0] == '/')
		full = g_strdup(path);
	else if (at >= 0 && at < FDS_MAX && opened[at].kind == DIRECTORY)
		full = g_build_filename(directory, path, NULL);
	if (full == NULL || strncmp(full, directory, len) != 0)
		return NULL;
	if (full[len] == '\0' || strcmp(full + len, "/.") == 0 ||
	    strcmp(full + len, "/") == 0)
		return g_strdup("");
	if (full[len] != '/' || strchr(full + len + 1, '/') != NULL)
		return NULL;
	return g_strdup(full + len + 1);
}

static void
note_open(int fd, int flags, const char *name)
{
	gpointer file;

	g_assert_cmpint(fd, <, FDS_MAX);
	if (*name == '\0') {
		opened[fd] = (Open){ .kind = DIRECTORY };
		return;
	}
	if (!g_hash_table_lookup_extended(names, name, NULL, &file)) {
		file = GUINT_TO_POINTER(new_file(name, 0));
		note((DiskEvent){ .kind = DISK_LINK,
				  .file = GPOINTER_TO_UINT(file),
				  .name = g_strdup(name) });
	} else if ((flags & O_TRUNC) != 0) {
		note_length(GPOINTER_TO_UINT(file), 0);
	}
	opened[fd] = (Open){ A_FILE, GPOINTER_TO_UINT(file),
			     (flags & O_DSYNC) != 0 };
}

static int
open_at(int at, const char *path, int flags, mode_t mode)
{
	g_autofree char *name = NULL;
	int fd;

	if (!g_atomic_int_get(&recording))
		return (int)syscall(SYS_openat, at, path, flags, mode);
	g_mutex_lock(&lock);
	fd = (int)syscall(SYS_openat, at, path, flags, mode);
	if (fd >= 0 && current != NULL)
		name = name_in_directory(at, path);
	if (name != NULL)
		note_open(fd, flags, name);
	g_mutex_unlock(&lock);
	return fd;
}

/* ---- in the place of libc's --------------------------------------------- */

#pragma GCC visibility push(default)

#define MODE(flags, mode)                    \
	mode_t mode = 0;                     \
	if (((flags)&O_CREAT) != 0) {        \
		va_list list;                \
                                             \
		va_start(list, flags);       \
		mode = va_arg(list, mode_t); \
		va_end(list);                \
	}

int open(const char *path, int flags, ...);
int open64(const char *path, int flags, ...);
int openat(int at, const char *path, int flags, ...);
int openat64(int at, const char *path, int flags, ...);

int
open(const char *path, int flags, ...)
{
	MODE(flags, mode)
	return open_at(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	MODE(flags, mode)
	return open_at(AT_FDCWD, path, flags, mode);
}

int
openat(int at, const char *path, int flags, ...)
{
	MODE(flags, mode)
	return open_at(at, path, flags, mode);
}

int
openat64(int at, const char *path, int flags, ...)
{
	MODE(flags, mode)
	return open_at(at, path, flags, mode);
}

int
close(int fd)
{
	Open open;

	if (is_ours(fd, &open)) {
		opened[fd] = (Open){ .kind = ELSEWHERE };
		g_mutex_unlock(&lock);
	}
	return (int)syscall(SYS_close, fd);
}

static GBytes *
gather(const struct iovec *vec, int n, gsize len)
{
	GByteArray *bytes = g_byte_array_sized_new((guint)len);

	for (int i = 0; i < n && bytes->len < len; i++)
		g_byte_array_append(
			bytes, vec[i].iov_base,
			(guint)MIN(vec[i].iov_len, len - bytes->len));
	return g_byte_array_free_to_bytes(bytes);
}

/* At an offset, or where the descriptor is: -1. */
static ssize_t
write_all_of(int fd, const struct iovec *vec, int n, off_t offset)
{
	const off_t at = offset >= 0 ? offset : lseek(fd, 0, SEEK_CUR);
	Open open;
	gboolean ours = is_ours(fd, &open);
	ssize_t done = offset >= 0
			       ? syscall(SYS_pwritev, fd, vec, n, offset, 0L)
			       : syscall(SYS_writev, fd, vec, n);

	if (!ours)
		return done;
	if (done > 0)
		note_write(&open, (guint64)at, gather(vec, n, (gsize)done));
	g_mutex_unlock(&lock);
	return done;
}

ssize_t
write(int fd, const void *data, size_t len)
{
	const struct iovec vec = { (void *)(gsize)data, len };

	return write_all_of(fd, &vec, 1, -1);
}

ssize_t
writev(int fd, const struct iovec *vec, int n)
{
	return write_all_of(fd, vec, n, -1);
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t offset)
{
	const struct iovec vec = { (void *)(gsize)data, len };

	return write_all_of(fd, &vec, 1, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t offset);

ssize_t
pwrite64(int fd, const void *data, size_t len, off_t offset)
{
	return pwrite(fd, data, len, offset);
}

ssize_t
pwritev(int fd, const struct iovec *vec, int n, off_t offset)
{
	return write_all_of(fd, vec, n, offset);
}

ssize_t pwritev64(int fd, const struct iovec *vec, int n, off_t offset);

ssize_t
pwritev64(int fd, const struct iovec *vec, int n, off_t offset)
{
	return write_all_of(fd, vec, n, offset);
}

int
ftruncate(int fd, off_t length)
{
	Open open;
	gboolean ours = is_ours(fd, &open);
	int result = (int)syscall(SYS_ftruncate, fd, length);

	if (!ours)
		return result;
	if (result == 0)
		note_length(open.file, (guint64)length);
	g_mutex_unlock(&lock);
	return result;
}

int ftruncate64(int fd, off_t length);

int
ftruncate64(int fd, off_t length)
{
	return ftruncate(fd, length);
}

int
fallocate(int fd, int mode, off_t offset, off_t len)
{
	const guint64 end = (guint64)offset + (guint64)len;
	Open open;
	gboolean ours = is_ours(fd, &open);
	int result = (int)syscall(SYS_fallocate, fd, mode, offset, len);

	if (!ours)
		return result;
	/* Nothing but zeros is made by it: anything else would be a write. */
	g_assert_cmpint(mode & ~FALLOC_FL_KEEP_SIZE, ==, 0);
	if (result == 0 && (mode & FALLOC_FL_KEEP_SIZE) == 0 &&
	    end > *length_of(open.file))
		note_length(open.file, end);
	g_mutex_unlock(&lock);
	return result;
}

int
posix_fallocate(int fd, off_t offset, off_t len)
{
	return fallocate(fd, 0, offset, len) == 0 ? 0 : errno;
}

static const char *
name_of(guint file)
{
	GHashTableIter iter;
	gpointer name, value;

	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, &value))
		if (GPOINTER_TO_UINT(value) == file)
			return name;
	return "";
}

static gboolean
is_left_out(const Open *open)
{
	const char *name;

	if (open->kind == DIRECTORY)
		return (faults & DISK_NO_SYNC_OF_NAMES) != 0;
	name = name_of(open->file);
	return ((faults & DISK_NO_SYNC_OF_JOURNAL) != 0 &&
		g_str_has_prefix(name, "journal-")) ||
	       ((faults & DISK_NO_SYNC_OF_DATABASE) != 0 &&
		strcmp(name, "data.mdb") == 0);
}

/* Other threads have their chance to write in the middle. */
static int
sync_file(int fd)
{
	DiskEvent event = { .kind = DISK_SYNC };
	Open open;
	gboolean left_out;

	if (!is_ours(fd, &open))
		return 0;
	event.begun = current->events->len;
	left_out = is_left_out(&open);
	g_mutex_unlock(&lock);
	sched_yield();
	if (left_out)
		return 0;
	if (open.kind == DIRECTORY)
		event.kind = DISK_SYNC_NAMES;
	event.file = open.file;
	g_mutex_lock(&lock);
	note(event);
	g_mutex_unlock(&lock);
	return 0;
}

int
fsync(int fd)
{
	return sync_file(fd);
}

int
fdatasync(int fd)
{
	return sync_file(fd);
}

/* It promises nothing. */
int
sync_file_range(int fd, off64_t offset, off64_t len, unsigned flags)
{
	return 0;
}

static void
note_rename(char *from, char *to)
{
	gpointer file;

	g_assert_true(g_hash_table_lookup_extended(names, from, NULL, &file));
	g_hash_table_remove(names, from);
	g_hash_table_insert(names, g_strdup(to), file);
	note((DiskEvent){ .kind = DISK_LINK,
			  .file = GPOINTER_TO_UINT(file),
			  .name = g_strdup(to),
			  .before = g_strdup(from) });
}

int
renameat(int from_at, const char *from, int to_at, const char *to)
{
	g_autofree char *from_name = NULL;
	g_autofree char *to_name = NULL;
	int result;

	g_mutex_lock(&lock);
	result = (int)syscall(SYS_renameat2, from_at, from, to_at, to, 0);
	if (current != NULL && result == 0) {
		from_name = name_in_directory(from_at, from);
		to_name = name_in_directory(to_at, to);
		/* Into the directory or out of it nobody moves. */
		g_assert_true((from_name == NULL) == (to_name == NULL));
		if (from_name != NULL)
			note_rename(from_name, to_name);
	}
	g_mutex_unlock(&lock);
	return result;
}

int
rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int
unlinkat(int at, const char *path, int flags)
{
	g_autofree char *name = NULL;
	int result;

	g_mutex_lock(&lock);
	result = (int)syscall(SYS_unlinkat, at, path, flags);
	if (current != NULL && result == 0)
		name = name_in_directory(at, path);
	if (name != NULL) {
		g_hash_table_remove(names, name);
		note((DiskEvent){ .kind = DISK_UNLINK,
				  .name = g_steal_pointer(&name) });
	}
	g_mutex_unlock(&lock);
	return result;
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

#pragma GCC visibility pop
