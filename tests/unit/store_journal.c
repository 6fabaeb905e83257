/* SPDX-License-Identifier: Apache-2.0
 *
 * The store's journal: what is read back, after what damage.
 */
#include <bsn/helpers/bytes.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/service/store_crc.h"
#include "host/service/store_journal.h"
#include "host/service/store_record.h"
#include "tests/unit/store_fixture.h"

#define ID 0x1122334455667788u

typedef struct {
	char *directory;
	int fd;
	StoreJournal *journal;
	guint64 folded;	   /* the database's position */
	GString *replayed; /* "prefix:key=value " of each write, "|" after each
			    * batch */
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->directory = make_directory();
	f->fd = open(f->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->replayed = g_string_new(NULL);
	g_assert_cmpint(store_journal_make(f->fd, ID), ==, 0);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	store_journal_close(f->journal);
	close(f->fd);
	g_string_free(f->replayed, TRUE);
	remove_directory(f->directory);
}

static void
collect(void *owner, StoreBatch *batch)
{
	Fixture *f = owner;

	for (guint64 i = 0; i < batch->n; i++) {
		const StoreEntry *entry = &batch->entries[i];
		guint32 prefix;

		memcpy(&prefix, entry->key, sizeof(prefix));
		g_string_append_printf(f->replayed, "%u:%.*s",
				       GUINT32_FROM_BE(prefix),
				       (int)(entry->key_len - STORE_PREFIX_LEN),
				       entry->key + STORE_PREFIX_LEN);
		if (!entry->deleted)
			g_string_append_printf(f->replayed, "=%.*s",
					       (int)entry->value_len,
					       entry->value);
		g_string_append_c(f->replayed, ' ');
	}
	g_string_append_c(f->replayed, '|');
	store_batch_unref(batch);
}

static gboolean
try_open(Fixture *f, GError **error)
{
	store_journal_close(f->journal);
	g_string_truncate(f->replayed, 0);
	f->journal =
		store_journal_open(f->fd, ID, f->folded, collect, f, error);
	return f->journal != NULL;
}

static void
assert_opens(Fixture *f, const char *replayed)
{
	g_autoptr(GError) error = NULL;

	try_open(f, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(f->replayed->str, ==, replayed);
}

static void
assert_refused(Fixture *f, const char *part)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(try_open(f, &error));
	if (strstr(error->message, part) == NULL)
		g_error("\"%s\" is not in \"%s\"", part, error->message);
}

static StoreBatch *
make_batch(guint32 prefix, const bsn_write *writes, guint64 n)
{
	StoreBatchSize size;
	StoreBatch *batch;

	g_assert_cmpint(
		store_batch_measure(writes, n, G_MAXUINT64, &size, NULL), ==,
		BSN_OK);
	batch = store_batch_new(prefix, writes, n, &size);
	batch->recorded = TRUE;
	return batch;
}

static int
try_append(Fixture *f, guint32 prefix, const char *key, const char *value)
{
	bsn_write write = put_write(key, value);
	StoreBatch *batch = make_batch(prefix, &write, 1);
	int code = store_journal_append(f->journal, batch);

	store_batch_unref(batch);
	return code;
}

static void
append(Fixture *f, guint32 prefix, const char *key, const char *value)
{
	g_assert_cmpint(try_append(f, prefix, key, value), ==, 0);
}

static void
fold(Fixture *f)
{
	StoreJournalMark mark;

	store_journal_mark(f->journal, &mark);
	store_journal_folded(f->journal, &mark);
	f->folded = mark.sequence;
}

static int
open_file(const Fixture *f, guint index)
{
	g_autofree char *name = g_strdup_printf("journal-%u", index);
	int fd = openat(f->fd, name, O_RDWR | O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

static void
flip(const Fixture *f, guint index, off_t offset)
{
	int fd = open_file(f, index);
	guint8 byte;

	g_assert_cmpint(pread(fd, &byte, 1, offset), ==, 1);
	byte ^= 0x40;
	g_assert_cmpint(pwrite(fd, &byte, 1, offset), ==, 1);
	close(fd);
}

static off_t
file_size(const Fixture *f, guint index)
{
	int fd = open_file(f, index);
	struct stat file;

	g_assert_cmpint(fstat(fd, &file), ==, 0);
	close(fd);
	return file.st_size;
}

/* ---- checksums ---- */

static void
test_crc(void)
{
	/* RFC 3720, B.4. */
	guint8 bytes[48 + 8];

	memset(bytes, 0, 32);
	g_assert_cmphex(store_crc(0, bytes, 32), ==, 0x8a9136aa);
	memset(bytes, 0xff, 32);
	g_assert_cmphex(store_crc(0, bytes, 32), ==, 0x62a8ab43);
	for (guint8 i = 0; i < 32; i++)
		bytes[i] = i;
	g_assert_cmphex(store_crc(0, bytes, 32), ==, 0x46dd794e);
	g_assert_cmphex(store_crc(0, "123456789", 9), ==, 0xe3069283);
	for (guint i = 0; i < sizeof(bytes); i++)
		bytes[i] = (guint8)g_test_rand_int();
	for (gsize from = 0; from < 8; from++)
		for (gsize len = 0; len <= 48; len++) {
			guint32 whole =
				store_crc_portable(7, bytes + from, len);
			guint32 first = store_crc(7, bytes + from, len / 3);

			g_assert_cmphex(store_crc(7, bytes + from, len), ==,
					whole);
			g_assert_cmphex(store_crc(first, bytes + from + len / 3,
						  len - len / 3),
					==, whole);
		}
}

/* ---- in order ---- */

static void
test_reads_back(Fixture *f, gconstpointer data)
{
	bsn_write writes[] = { put_write("a", "1"), delete_write("b"),
			       put_write("", "") };
	StoreBatch *first, *second, *unwanted;

	assert_opens(f, "");
	first = make_batch(3, writes, G_N_ELEMENTS(writes));
	second = make_batch(0, writes, 1);
	unwanted = make_batch(9, writes, 1);
	unwanted->recorded = FALSE;
	first->next = unwanted;
	unwanted->next = second;
	g_assert_cmpint(store_journal_append(f->journal, first), ==, 0);
	append(f, 1, "c", "2");
	store_batch_unref(first);
	store_batch_unref(unwanted);
	store_batch_unref(second);
	assert_opens(f, "3:a=1 3:b 3:= |0:a=1 |1:c=2 |");
	append(f, 1, "c", "3");
	assert_opens(f, "3:a=1 3:b 3:= |0:a=1 |1:c=2 |1:c=3 |");
	f->folded = 2;
	assert_opens(f, "1:c=3 |");
	f->folded = 3;
	assert_opens(f, "");
	append(f, 1, "c", "4");
	assert_opens(f, "1:c=4 |");
}

static void
test_nothing_recorded(Fixture *f, gconstpointer data)
{
	StoreBatch *batch = make_batch(1, NULL, 0);
	StoreJournalUsage usage;

	assert_opens(f, "");
	batch->recorded = FALSE;
	g_assert_cmpint(store_journal_append(f->journal, batch), ==, 0);
	store_batch_unref(batch);
	store_journal_usage(f->journal, &usage);
	g_assert_cmpuint(usage.records, ==, 0);
	g_assert_cmpuint(usage.unfolded, ==, 0);
}

/* Old records lie between and behind the new ones, whole and cut. */
static void
test_segments_are_used_again(Fixture *f, gconstpointer data)
{
	g_autofree char *value = g_strnfill(300000, 'v');
	StoreJournalUsage usage;
	guint64 bytes = 0;

	assert_opens(f, "");
	for (guint round = 0; round < 40; round++) {
		append(f, 1, "big", value);
		append(f, 1, "small", "1");
		fold(f);
		append(f, 1, "last", "2");
		store_journal_usage(f->journal, &usage);
		g_assert_cmpuint(usage.unfolded, ==, RECORD_BLOCK);
		if (round == 20)
			bytes = usage.bytes;
		if (round % 7 == 6)
			assert_opens(f, "1:last=2 |");
		fold(f);
	}
	store_journal_usage(f->journal, &usage);
	g_assert_cmpuint(usage.unfolded, ==, 0);
	g_assert_cmpuint(usage.bytes, ==, bytes);
	g_assert_cmpuint(bytes, <=, 8 * MIB);
}

static void
test_larger_than_a_segment(Fixture *f, gconstpointer data)
{
	g_autofree char *value = g_strnfill(20 * MIB, 'v');
	g_autofree char *want = g_strdup_printf("1:big=%s |1:k=v |", value);
	StoreJournalUsage usage;

	assert_opens(f, "");
	append(f, 1, "big", value);
	append(f, 1, "k", "v");
	assert_opens(f, want);
	fold(f);
	append(f, 1, "k", "v");
	store_journal_usage(f->journal, &usage);
	g_assert_cmpuint(usage.bytes, <, 20 * MIB);
	assert_opens(f, "1:k=v |");
}

/* ---- cut and damaged ---- */

/* Whatever of the last record is wrong, it is gone and the others are there;
 * its number is used again. */
static void
test_torn_tail(Fixture *f, gconstpointer data)
{
	static const off_t places[] = { 0, 5, 20, 30, 47, 48, 60, 66, 72, 77 };

	assert_opens(f, "");
	append(f, 1, "a", "1");
	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		assert_opens(f, "1:a=1 |");
		append(f, 1, "b", "2");
		assert_opens(f, "1:a=1 |1:b=2 |");
		/* Opened again, the next record goes into another file. */
		flip(f, 1, RECORD_BLOCK + places[i]);
		assert_opens(f, "1:a=1 |");
		append(f, 1, "c", "3");
		assert_opens(f, "1:a=1 |1:c=3 |");
		flip(f, 1, RECORD_BLOCK + 50);
	}
}

static void
test_damage_in_the_middle(Fixture *f, gconstpointer data)
{
	static const off_t places[] = { 0, 5, 20, 30, 47, 48, 60, 66, 72, 77 };

	assert_opens(f, "");
	append(f, 1, "a", "1");
	append(f, 1, "b", "2");
	append(f, 1, "c", "3");
	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		flip(f, 0, 2 * RECORD_BLOCK + places[i]);
		assert_refused(f, "record 2 of the journal");
		assert_refused(f, "of journal-0");
		assert_refused(f, "restore the store from a backup");
		flip(f, 0, 2 * RECORD_BLOCK + places[i]);
		assert_opens(f, "1:a=1 |1:b=2 |1:c=3 |");
	}
	flip(f, 0, RECORD_BLOCK + 70);
	assert_refused(f, "at offset 4096 of journal-0");
	/* What the database has need not be whole. */
	f->folded = 1;
	assert_opens(f, "1:b=2 |1:c=3 |");
}

static void
test_missing_files(Fixture *f, gconstpointer data)
{
	g_autofree char *value = g_strnfill(800000, 'v');

	assert_opens(f, "");
	append(f, 1, "a", value);
	append(f, 1, "b", value);
	append(f, 1, "c", "3");
	g_assert_cmpint(unlinkat(f->fd, "journal-0", 0), ==, 0);
	assert_refused(f, "record 1 of the journal is missing");
	f->folded = 1;
	g_assert_true(try_open(f, NULL));
	store_journal_close(g_steal_pointer(&f->journal));
	g_assert_cmpint(unlinkat(f->fd, "journal-1", 0), ==, 0);
	assert_refused(f, "has no journal");
}

/* The head of a file says nothing that is needed to find its records. */
static void
test_damaged_file_head(Fixture *f, gconstpointer data)
{
	g_autofree char *value = g_strnfill(800000, 'v');
	g_autofree char *want =
		g_strdup_printf("1:a=%s |1:b=%s |", value, value);

	assert_opens(f, "");
	append(f, 1, "a", value);
	append(f, 1, "b", value);
	flip(f, 1, 17);
	assert_opens(f, want);
	g_assert_cmpint(unlinkat(f->fd, "journal-0", 0), ==, 0);
	f->folded = 1;
	g_assert_true(try_open(f, NULL)); /* it was mended */
}

static void
test_interrupted_making(Fixture *f, gconstpointer data)
{
	int fd = openat(f->fd, "journal-7", O_WRONLY | O_CREAT, 0600);

	assert_opens(f, "");
	g_assert_cmpint(faccessat(f->fd, "journal-7", F_OK, 0), !=, 0);
	close(fd);
	append(f, 1, "a", "1");
	assert_opens(f, "1:a=1 |");
}

static void
test_other_files(Fixture *f, gconstpointer data)
{
	int fd;

	g_assert_cmpint(store_journal_make(f->fd, ID + 1), ==, 0);
	assert_refused(f, "belongs to another store");
	g_assert_cmpint(store_journal_make(f->fd, ID), ==, 0);
	fd = open_file(f, 0);
	g_assert_cmpint(pwrite(fd, "\x02", 1, 8), ==, 1);
	close(fd);
	assert_refused(f, "of a newer format");
}

/* Cut to any length, it opens with a prefix of the records, or is refused. */
static void
test_cut_files(Fixture *f, gconstpointer data)
{
	off_t size;
	int fd;

	assert_opens(f, "");
	append(f, 1, "a", "1");
	append(f, 1, "b", "2");
	size = file_size(f, 0);
	fd = open_file(f, 0);
	g_assert_cmpint(size, ==, MIB);
	g_assert_cmpint(ftruncate(fd, 2 * RECORD_BLOCK + 10), ==, 0);
	assert_opens(f, "1:a=1 |");
	g_assert_cmpint(ftruncate(fd, RECORD_BLOCK), ==, 0);
	assert_opens(f, "");
	g_assert_cmpint(ftruncate(fd, 100), ==, 0);
	assert_refused(f, "has no journal");
	close(fd);
}

/* ---- reading while another process writes ---- */

static gboolean
try_read(Fixture *f, StoreJournalReplay replay, GError **error)
{
	g_string_truncate(f->replayed, 0);
	return store_journal_read(f->fd, ID, 0, replay, f, error);
}

/* As the process does that goes on to use the segment again. */
static void
overwrite_second(void *owner, StoreBatch *batch)
{
	const Fixture *f = owner;
	g_autofree char *other = g_strnfill(RECORD_BLOCK, 'x');
	int fd = open_file(f, 0);

	g_assert_cmpint(pwrite(fd, other, RECORD_BLOCK, 2 * RECORD_BLOCK), ==,
			RECORD_BLOCK);
	close(fd);
	collect(owner, batch);
}

static void
test_read_while_written(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	assert_opens(f, "");
	append(f, 1, "a", "1");
	append(f, 1, "b", "2");
	g_assert_true(try_read(f, collect, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(f->replayed->str, ==, "1:a=1 |1:b=2 |");
	/* Its value: the rest of it is not there yet. */
	flip(f, 0,
	     2 * RECORD_BLOCK + RECORD_HEAD_LEN + FRAME_HEAD_LEN +
		     WRITE_HEAD_LEN + STORE_PREFIX_LEN + 1);
	g_assert_true(try_read(f, collect, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(f->replayed->str, ==, "1:a=1 |");
	/* It was found, and is gone when it is read. */
	g_assert_false(try_read(f, overwrite_second, &error));
	g_assert_nonnull(strstr(error->message, "overwritten meanwhile"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                 \
	g_test_add("/store/journal/" name, Fixture, NULL, set_up, test, \
		   tear_down)
	g_test_add_func("/store/journal/crc-is-castagnoli", test_crc);
	ADD("reads-back-what-was-appended", test_reads_back);
	ADD("writes-nothing-for-nothing", test_nothing_recorded);
	ADD("uses-segments-again", test_segments_are_used_again);
	ADD("takes-what-is-larger-than-a-segment", test_larger_than_a_segment);
	ADD("forgets-a-torn-tail", test_torn_tail);
	ADD("refuses-damage-in-the-middle", test_damage_in_the_middle);
	ADD("refuses-missing-files", test_missing_files);
	ADD("mends-the-head-of-a-file", test_damaged_file_head);
	ADD("removes-a-file-that-was-never-ready", test_interrupted_making);
	ADD("refuses-files-of-others", test_other_files);
	ADD("opens-cut-files-with-a-prefix", test_cut_files);
	ADD("is-read-while-it-is-written", test_read_while_written);
	return g_test_run();
}
