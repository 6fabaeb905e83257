/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/powerloss-crash.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096u
#define SECTOR 512u

typedef struct {
	GByteArray *bytes; /* what is durable */
	GArray *pending;   /* gsize: writes and lengths that may be missing */
	GByteArray *left;  /* room for what is left, used again */
	GArray *pages;	   /* gsize of each page: events from this one on are
			    * newer than what is durable of it */
} File;

struct Disk {
	const DiskLog *log;
	gsize at;
	GPtrArray *files;  /* File */
	GHashTable *names; /* durable; to the number of the file */
	GArray *pending;   /* gsize: of names */
};

static const DiskEvent *
event_at(const DiskLog *log, gsize i)
{
	return &g_array_index(log->events, DiskEvent, i);
}

/* ---- what is durable ---------------------------------------------------- */

static void
free_file(gpointer data)
{
	File *file = data;

	g_byte_array_unref(file->bytes);
	g_byte_array_unref(file->left);
	g_array_unref(file->pending);
	g_array_unref(file->pages);
	g_free(file);
}

static File *
new_file(void)
{
	File *file = g_new(File, 1);

	file->bytes = g_byte_array_new();
	file->left = g_byte_array_new();
	file->pending = g_array_new(FALSE, TRUE, sizeof(gsize));
	file->pages = g_array_new(FALSE, TRUE, sizeof(gsize));
	return file;
}

Disk *
disk_new(const DiskLog *log)
{
	Disk *disk = g_new0(Disk, 1);

	disk->log = log;
	disk->files = g_ptr_array_new_with_free_func(free_file);
	disk->names = g_hash_table_new(g_str_hash, g_str_equal);
	disk->pending = g_array_new(FALSE, TRUE, sizeof(gsize));
	for (guint i = 0; i < log->files; i++)
		g_ptr_array_add(disk->files, new_file());
	for (guint i = 0; i < log->before->len; i++) {
		const DiskFile *before = log->before->pdata[i];
		File *file = disk->files->pdata[i];

		g_byte_array_append(file->bytes, before->bytes->data,
				    before->bytes->len);
		g_hash_table_insert(disk->names, before->name,
				    GUINT_TO_POINTER(i));
	}
	return disk;
}

void
disk_free(Disk *disk)
{
	if (disk == NULL)
		return;
	g_ptr_array_unref(disk->files);
	g_hash_table_unref(disk->names);
	g_array_unref(disk->pending);
	g_free(disk);
}

static void
set_length(GByteArray *bytes, guint64 length)
{
	const guint before = bytes->len;

	g_byte_array_set_size(bytes, (guint)length);
	if (length > before)
		memset(bytes->data + before, 0, length - before);
}

static guint64
end_of(const DiskEvent *write)
{
	return write->offset + g_bytes_get_size(write->data);
}

/* Calls `each` for every unit of `size` bytes that a write touches. */
typedef void (*UnitFunc)(gpointer owner, guint64 unit, guint64 offset,
			 const guint8 *data, gsize len);

static void
for_units(const DiskEvent *write, guint size, UnitFunc each, gpointer owner)
{
	const guint8 *data = g_bytes_get_data(write->data, NULL);
	guint64 at = write->offset;
	const guint64 end = end_of(write);

	while (at < end) {
		const guint64 unit = at / size;
		const guint64 next = MIN(end, (unit + 1) * size);

		each(owner, unit, at, data + (at - write->offset),
		     (gsize)(next - at));
		at = next;
	}
}

static gsize *
page_of(File *file, guint64 page)
{
	if (file->pages->len <= page)
		g_array_set_size(file->pages, (guint)page + 1);
	return &g_array_index(file->pages, gsize, (guint)page);
}

typedef struct {
	File *file;
	gsize event;
	guint64 first, last; /* pages */
} Applying;

static void
apply_page(gpointer owner, guint64 page, guint64 offset, const guint8 *data,
	   gsize len)
{
	Applying *applying = owner;
	GByteArray *bytes = applying->file->bytes;

	if (page < applying->first || page > applying->last ||
	    applying->event < *page_of(applying->file, page))
		return;
	if (bytes->len < offset + len)
		set_length(bytes, offset + len);
	memcpy(bytes->data + offset, data, len);
}

static void
apply(const Disk *disk, File *file, gsize i)
{
	const DiskEvent *event = event_at(disk->log, i);
	Applying applying = { file, i, 0, G_MAXUINT64 };

	if (event->kind == DISK_WRITE)
		for_units(event, PAGE, apply_page, &applying);
	else
		set_length(file->bytes, event->offset);
}

static void
sync_file(Disk *disk, File *file, gsize begun)
{
	guint done = 0;

	while (done < file->pending->len) {
		const gsize i = g_array_index(file->pending, gsize, done);

		if (i >= begun)
			break;
		apply(disk, file, i);
		done++;
	}
	g_array_remove_range(file->pending, 0, done);
}

/* Its pages are durable as they are now, with what was written into them
 * before. */
static void
write_through(const Disk *disk, File *file, gsize i)
{
	const DiskEvent *write = event_at(disk->log, i);
	Applying applying = { file, i, write->offset / PAGE,
			      (end_of(write) - 1) / PAGE };

	for (guint k = 0; k < file->pending->len; k++) {
		applying.event = g_array_index(file->pending, gsize, k);
		if (event_at(disk->log, applying.event)->kind == DISK_WRITE)
			for_units(event_at(disk->log, applying.event), PAGE,
				  apply_page, &applying);
	}
	apply(disk, file, i);
	for (guint64 page = applying.first; page <= applying.last; page++)
		*page_of(file, page) = i + 1;
}

static void
apply_name(const Disk *disk, GHashTable *names, gsize i)
{
	const DiskEvent *event = event_at(disk->log, i);

	if (event->kind == DISK_UNLINK) {
		g_hash_table_remove(names, event->name);
		return;
	}
	if (event->before != NULL)
		g_hash_table_remove(names, event->before);
	g_hash_table_insert(names, event->name, GUINT_TO_POINTER(event->file));
}

static void
sync_names(Disk *disk, gsize begun)
{
	guint done = 0;

	while (done < disk->pending->len) {
		const gsize i = g_array_index(disk->pending, gsize, done);

		if (i >= begun)
			break;
		apply_name(disk, disk->names, i);
		done++;
	}
	g_array_remove_range(disk->pending, 0, done);
}

static void
run_event(Disk *disk, gsize i)
{
	const DiskEvent *event = event_at(disk->log, i);
	File *file = disk->files->pdata[event->file];

	switch (event->kind) {
	case DISK_WRITE:
		if (event->through)
			write_through(disk, file, i);
		else
			g_array_append_val(file->pending, i);
		return;
	case DISK_LENGTH:
		g_array_append_val(file->pending, i);
		return;
	case DISK_SYNC:
		sync_file(disk, file, event->begun);
		return;
	case DISK_LINK:
	case DISK_UNLINK:
		g_array_append_val(disk->pending, i);
		return;
	case DISK_SYNC_NAMES:
		sync_names(disk, event->begun);
		return;
	case DISK_MARK:
		return;
	}
}

void
disk_run(Disk *disk, gsize until)
{
	for (; disk->at < until; disk->at++)
		run_event(disk, disk->at);
}

/* ---- what is left ------------------------------------------------------- */

typedef enum {
	NOTHING, /* of what was not synced */
	EVERYTHING,
	A_PREFIX, /* of all that was done */
	SOME_PAGES,
	SOME_SECTORS,
	ONE_LOST, /* page */
	ONE_KEPT,
	WAYS,
} Way;

static const char *const way_names[WAYS] = {
	[NOTHING] = "nothing that was not synced",
	[EVERYTHING] = "everything",
	[A_PREFIX] = "a prefix",
	[SOME_PAGES] = "some pages",
	[SOME_SECTORS] = "some sectors",
	[ONE_LOST] = "all but one page",
	[ONE_KEPT] = "one page",
};

typedef struct {
	const Disk *disk;
	GRand *rand;
	Way way;
	gsize oldest; /* event that may be missing */
	gsize prefix;
	guint unit;	  /* PAGE or SECTOR */
	guint64 only;	  /* of ONE_LOST and ONE_KEPT: a key of `cuts` */
	GHashTable *cuts; /* of a unit, by file and number: events before this
			   * one are on the disk */
} Crash;

static guint64
unit_key(guint file, guint64 unit)
{
	return (guint64)file << 40 | unit;
}

static gsize
chance_cut(const Crash *crash)
{
	switch (g_rand_int_range(crash->rand, 0, 3)) {
	case 0:
		return 0;
	case 1:
		return crash->disk->at;
	}
	return (gsize)g_rand_int_range(crash->rand, (gint32)crash->oldest,
				       (gint32)crash->disk->at + 1);
}

static gsize
new_cut(const Crash *crash, guint64 key)
{
	switch (crash->way) {
	case NOTHING:
		return 0;
	case EVERYTHING:
		return crash->disk->at;
	case A_PREFIX:
		return crash->prefix;
	case SOME_PAGES:
	case SOME_SECTORS:
		return chance_cut(crash);
	case ONE_LOST:
		return key == crash->only ? 0 : crash->disk->at;
	case ONE_KEPT:
		return key == crash->only ? crash->disk->at : 0;
	case WAYS:
		break;
	}
	g_assert_not_reached();
}

static gsize
cut_of(const Crash *crash, guint64 key)
{
	gpointer cut;
	guint64 *stored;

	if (g_hash_table_lookup_extended(crash->cuts, &key, NULL, &cut))
		return GPOINTER_TO_SIZE(cut);
	cut = GSIZE_TO_POINTER(new_cut(crash, key));
	stored = g_memdup2(&key, sizeof(key));
	g_hash_table_insert(crash->cuts, stored, cut);
	return GPOINTER_TO_SIZE(cut);
}

typedef struct {
	const Crash *crash;
	guint number;
	const File *file;
	GByteArray *bytes;
	gsize event;
} Leaving;

static void
leave_unit(gpointer owner, guint64 unit, guint64 offset, const guint8 *data,
	   gsize len)
{
	const Leaving *leaving = owner;
	const guint64 page = offset / PAGE;
	const GArray *pages = leaving->file->pages;

	if (page < pages->len &&
	    leaving->event < g_array_index(pages, gsize, (guint)page))
		return;
	if (leaving->event >=
	    cut_of(leaving->crash, unit_key(leaving->number, unit)))
		return;
	/* Beyond the length nothing is. */
	if (offset >= leaving->bytes->len)
		return;
	memcpy(leaving->bytes->data + offset, data,
	       MIN(len, leaving->bytes->len - offset));
}

#define LENGTH_UNIT (((guint64)1 << 40) - 1)

static guint64
length_left(const Leaving *leaving)
{
	const gsize cut =
		cut_of(leaving->crash, unit_key(leaving->number, LENGTH_UNIT));
	guint64 length = leaving->file->bytes->len;

	for (guint k = 0; k < leaving->file->pending->len; k++) {
		const gsize i = g_array_index(leaving->file->pending, gsize, k);
		const DiskEvent *event = event_at(leaving->crash->disk->log, i);

		if (i >= cut)
			continue;
		length = event->kind == DISK_LENGTH
				 ? event->offset
				 : MAX(length, end_of(event));
	}
	return length;
}

static const GByteArray *
file_left(const Crash *crash, guint number)
{
	const File *file = crash->disk->files->pdata[number];
	Leaving leaving = { crash, number, file, file->left, 0 };

	g_byte_array_set_size(leaving.bytes, 0);
	g_byte_array_append(leaving.bytes, file->bytes->data, file->bytes->len);
	set_length(leaving.bytes, length_left(&leaving));
	for (guint k = 0; k < file->pending->len; k++) {
		const DiskEvent *event;

		leaving.event = g_array_index(file->pending, gsize, k);
		event = event_at(crash->disk->log, leaving.event);
		if (event->kind == DISK_WRITE)
			for_units(event, crash->unit, leave_unit, &leaving);
	}
	return leaving.bytes;
}

static gboolean
keeps_name(const Crash *crash, gsize i, gboolean any)
{
	const guint names = crash->disk->log->files;

	if (crash->way != SOME_PAGES && crash->way != SOME_SECTORS)
		return i < cut_of(crash, unit_key(names, i));
	/* In the order in which they were done, as most file systems have it,
	 * or not. */
	return any ? g_rand_boolean(crash->rand)
		   : i < cut_of(crash, unit_key(names, 0));
}

static GHashTable *
names_left(const Crash *crash)
{
	GHashTable *left = g_hash_table_new(g_str_hash, g_str_equal);
	const gboolean any = g_rand_int_range(crash->rand, 0, 4) == 0;
	GHashTableIter iter;
	gpointer name, file;

	g_hash_table_iter_init(&iter, crash->disk->names);
	while (g_hash_table_iter_next(&iter, &name, &file))
		g_hash_table_insert(left, name, file);
	for (guint k = 0; k < crash->disk->pending->len; k++) {
		const gsize i = g_array_index(crash->disk->pending, gsize, k);

		if (keeps_name(crash, i, any))
			apply_name(crash->disk, left, i);
	}
	return left;
}

static void
write_file(const char *directory, const char *name, const GByteArray *bytes)
{
	static const guint8 zeros[PAGE];
	g_autofree char *path = g_build_filename(directory, name, NULL);
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(ftruncate(fd, bytes->len), ==, 0);
	for (guint at = 0; at < bytes->len; at += PAGE) {
		const guint len = MIN(PAGE, bytes->len - at);

		if (memcmp(bytes->data + at, zeros, len) != 0)
			g_assert_cmpint(pwrite(fd, bytes->data + at, len, at),
					==, len);
	}
	g_assert_cmpint(close(fd), ==, 0);
}

/* ---- a crash ------------------------------------------------------------ */

static gsize
oldest_pending(const Disk *disk)
{
	gsize oldest = disk->at;

	if (disk->pending->len > 0)
		oldest = g_array_index(disk->pending, gsize, 0);
	for (guint f = 0; f < disk->files->len; f++) {
		const File *file = disk->files->pdata[f];

		if (file->pending->len > 0)
			oldest = MIN(oldest,
				     g_array_index(file->pending, gsize, 0));
	}
	return oldest;
}

static void
count_unit(gpointer owner, guint64 unit, guint64 offset, const guint8 *data,
	   gsize len)
{
	g_array_append_val((GArray *)owner, unit);
}

/* Any page of what may be missing. */
static guint64
chance_unit(const Crash *crash)
{
	const Disk *disk = crash->disk;
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint f = 0; f < disk->files->len; f++) {
		const File *file = disk->files->pdata[f];
		const guint before = keys->len;

		for (guint k = 0; k < file->pending->len; k++) {
			const DiskEvent *event =
				event_at(disk->log, g_array_index(file->pending,
								  gsize, k));

			if (event->kind == DISK_WRITE)
				for_units(event, PAGE, count_unit, keys);
		}
		for (guint k = before; k < keys->len; k++) {
			guint64 *key = &g_array_index(keys, guint64, k);

			*key = unit_key(f, *key);
		}
	}
	if (keys->len == 0)
		return G_MAXUINT64;
	return g_array_index(
		keys, guint64,
		(guint)g_rand_int_range(crash->rand, 0, (gint32)keys->len));
}

const char *
disk_crash(const Disk *disk, GRand *rand, const char *directory)
{
	Crash crash = { .disk = disk,
			.rand = rand,
			.way = (Way)g_rand_int_range(rand, 0, WAYS) };
	g_autoptr(GHashTable) names = NULL;
	GHashTableIter iter;
	gpointer name, file;

	crash.oldest = oldest_pending(disk);
	crash.prefix = (gsize)g_rand_int_range(rand, (gint32)crash.oldest,
					       (gint32)disk->at + 1);
	crash.unit = crash.way == SOME_SECTORS ? SECTOR : PAGE;
	crash.only = chance_unit(&crash);
	crash.cuts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
					   NULL);
	names = names_left(&crash);
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, &file))
		write_file(directory, name,
			   file_left(&crash, GPOINTER_TO_UINT(file)));
	g_hash_table_unref(crash.cuts);
	return way_names[crash.way];
}
