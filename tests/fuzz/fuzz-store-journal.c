/* SPDX-License-Identifier: Apache-2.0
 *
 * A segment of the store's journal: it is refused with a sentence, or what
 * comes out is whole batches, the same each time, and a record that is appended
 * is found behind them.
 *
 * The input is pieces, each a little-endian u16 and so many bytes, which lie at
 * the boundaries of blocks; bit 0 of the first byte has the checksums of those
 * that begin as a record made right, bit 1 has one appended.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "host/service/store_crc.h"
#include "host/service/store_journal.h"
#include "host/service/store_record.h"

#define ID 7u
#define HEAD_LEN 24u
#define FILE_MAX (64u * RECORD_BLOCK)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *directory;
static int directory_fd = -1;

static void
remove_all(void)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		(void)unlinkat(directory_fd, name, 0);
	if (dir != NULL)
		g_dir_close(dir);
}

static void
at_exit(void)
{
	remove_all();
	close(directory_fd);
	(void)g_rmdir(directory);
	g_free(directory);
}

static void
need_directory(void)
{
	if (directory != NULL)
		return;
	directory = g_dir_make_tmp("bsn-fuzz-XXXXXX", NULL);
	g_assert_nonnull(directory);
	directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_assert_cmpint(directory_fd, >=, 0);
	(void)atexit(at_exit);
}

/* Frames as far as they go; returns the checksum of their heads. */
static guint32
seal_frames(guint8 *at, guint64 left, guint32 frames)
{
	guint32 crc = 0;

	for (; frames > 0 && left >= FRAME_HEAD_LEN; frames--) {
		FrameHead head;

		frame_head_read(&head, at);
		left -= FRAME_HEAD_LEN;
		head.len = MIN(head.len, left);
		head.crc = store_crc(0, at + FRAME_HEAD_LEN, (gsize)head.len);
		frame_head_write(at, &head);
		crc = store_crc(crc, at, FRAME_HEAD_LEN);
		at += FRAME_HEAD_LEN + head.len;
		left -= head.len;
	}
	return crc;
}

static void
seal(guint8 *piece, gsize len)
{
	RecordHead head = { .id = ID };
	guint64 sequence;

	if (len < RECORD_HEAD_LEN || memcmp(piece, "BSNJ", 4) != 0)
		return;
	memcpy(&sequence, piece + 16, sizeof(sequence));
	head.sequence = GUINT64_FROM_LE(sequence);
	head.len = len - RECORD_HEAD_LEN;
	head.frames = record_get_u32(piece + 32);
	head.frames_crc =
		seal_frames(piece + RECORD_HEAD_LEN, head.len, head.frames);
	record_head_write(piece, &head);
}

/* What a segment of the input's pieces has; the head is that of a good one. */
static gsize
build(const guint8 *data, gsize size, guint8 *file)
{
	guint64 id = GUINT64_TO_LE(ID);
	gboolean sealed = size > 0 && (data[0] & 1) != 0;
	gsize at = RECORD_BLOCK, from = 1;

	memset(file, 0, FILE_MAX);
	memcpy(file, "BSNJRNAL\1\0\0", 11);
	memcpy(file + 16, &id, sizeof(id));
	record_put_u32(file + 12, store_crc(0, file + 16, HEAD_LEN - 16));
	while (from + 2 <= size && at < FILE_MAX) {
		gsize len = data[from] | (gsize)data[from + 1] << 8;

		from += 2;
		len = MIN(MIN(len, size - from), FILE_MAX - at);
		memcpy(file + at, data + from, len);
		if (sealed)
			seal(file + at, len);
		from += len;
		at += (len / RECORD_BLOCK + 1) * RECORD_BLOCK;
	}
	return MIN(at, FILE_MAX);
}

static void
write_segment(const guint8 *file, gsize len)
{
	int fd = openat(directory_fd, "journal-0",
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, file, len), ==, (gssize)len);
	close(fd);
}

static void
collect(void *owner, StoreBatch *batch)
{
	for (guint64 i = 0; i < batch->n; i++) {
		const StoreEntry *entry = &batch->entries[i];

		g_assert_cmpuint(entry->key_len, >=, STORE_PREFIX_LEN);
		g_string_append_len(owner, (const char *)entry->key,
				    (gssize)entry->key_len);
		g_string_append_c(owner, entry->deleted ? '-' : '=');
		g_string_append_len(owner, (const char *)entry->value,
				    (gssize)entry->value_len);
	}
	g_string_append_c(owner, '|');
	store_batch_unref(batch);
}

static StoreBatch *
make_batch(void)
{
	bsn_write write = { .size = sizeof(write),
			    .op = BSN_WRITE_PUT,
			    .key = { (const guint8 *)"k", 1 },
			    .value = { (const guint8 *)"v", 1 } };
	StoreBatchSize size;
	StoreBatch *batch;

	g_assert_cmpint(
		store_batch_measure(&write, 1, G_MAXUINT64, &size, NULL), ==,
		BSN_OK);
	batch = store_batch_new(1, &write, 1, &size);
	batch->recorded = TRUE;
	return batch;
}

/* The journal goes on after what was found. */
static void
append(StoreJournal *journal, GString *text)
{
	StoreBatch *batch = make_batch();

	g_assert_cmpint(store_journal_append(journal, batch), ==, 0);
	collect(text, batch);
}

static void
open_again(const GString *before)
{
	g_autoptr(GString) text = g_string_new(NULL);
	StoreJournal *journal =
		store_journal_open(directory_fd, ID, 0, collect, text, NULL);

	g_assert_nonnull(journal);
	g_assert_true(g_string_equal(text, before));
	store_journal_close(journal);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static guint8 file[FILE_MAX];
	g_autoptr(GString) read = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	StoreJournal *journal;
	gboolean readable;

	need_directory();
	remove_all();
	write_segment(file, build(data, size, file));
	readable = store_journal_read(directory_fd, ID, 0, collect, read, NULL);
	journal =
		store_journal_open(directory_fd, ID, 0, collect, text, &error);
	g_assert_true(readable == (journal != NULL));
	if (journal == NULL) {
		g_assert_cmpstr(error->message, !=, "");
		return 0;
	}
	g_assert_true(g_string_equal(read, text));
	if (size > 0 && (data[0] & 2) != 0)
		append(journal, text);
	store_journal_close(journal);
	open_again(text);
	return 0;
}
