/* SPDX-License-Identifier: Apache-2.0
 *
 * The store: large values, which leave memory when they are in the journal.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "tests/unit/store_fixture.h"

#define LARGE ((gsize)200 << 10)

typedef struct {
	char *directory;
	StoreConfig config;
	Store *store;
	StoreSpace *space; /* prefix 1 */
	Durable durable;
	char *values[8];   /* large ones, as strings, all different */
	guint64 cookie;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->directory = make_directory();
	f->config = store_config(f->directory);
	f->store = open_store(&f->config);
	durable_init(&f->durable);
	f->space = store_space_open(f->store, 1, on_durable, &f->durable);
	for (guint i = 0; i < G_N_ELEMENTS(f->values); i++) {
		f->values[i] = g_strnfill(LARGE + i, (char)('a' + (int)i));
		f->values[i][i] = 'Z';
	}
}

static void
close_all(Fixture *f)
{
	store_space_close(f->space);
	store_close(f->store);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	close_all(f);
	durable_clear(&f->durable);
	remove_directory(f->directory);
	for (guint i = 0; i < G_N_ELEMENTS(f->values); i++)
		g_free(f->values[i]);
}

/* Until it is in the journal, and more than that. */
static void
commit(Fixture *f, const bsn_write *writes, guint64 n)
{
	g_assert_cmpint(
		store_commit(f->space, writes, n, ++f->cookie, NULL), ==,
		BSN_OK);
	g_assert_true(durable_wait(&f->durable, f->cookie));
	g_assert_cmpint(store_commit(f->space, NULL, 0, ++f->cookie, NULL), ==,
			BSN_OK);
	g_assert_true(durable_wait(&f->durable, f->cookie));
}

/* Large and small ones by turns, some keys twice. */
static void
commit_mixed(Fixture *f)
{
	bsn_write writes[] = {
		put_write("a", "1"),
		put_write("b", f->values[0]),
		put_write("c", f->values[1]),
		put_write("d", "2"),
		put_write("b", f->values[2]), /* large, then large */
		put_write("c", "3"),	      /* large, then small */
		put_write("d", f->values[3]), /* small, then large */
		put_write("e", f->values[4]),
		delete_write("e"),
		put_write("f", f->values[5]),
	};

	commit(f, writes, G_N_ELEMENTS(writes));
}

static void
check_mixed(const Fixture *f, StoreSpace *space)
{
	g_autofree char *all = range_text(space, NULL, NULL, 0);
	g_autofree char *expected =
		g_strdup_printf("a=1 b=%s c=3 d=%s f=%s ", f->values[2],
				f->values[3], f->values[5]);

	g_assert_true(strcmp(all, expected) == 0);
	assert_get(space, "a", "1");
	assert_get(space, "b", f->values[2]);
	assert_get(space, "c", "3");
	assert_get(space, "d", f->values[3]);
	assert_get(space, "e", NULL);
	assert_get(space, "f", f->values[5]);
}

static guint64
in_memory(Store *store)
{
	StoreStatus status;

	store_status(store, &status);
	return status.overlay_bytes;
}

static void
test_leave_memory(Fixture *f, gconstpointer data)
{
	commit_mixed(f);
	g_assert_cmpuint(in_memory(f->store), <, LARGE / 10);
	check_mixed(f, f->space);
	wait_for_database(f->store);
	check_mixed(f, f->space);
}

/* A crash leaves the journal, or what was folded of it. */
static void
test_come_back_from_the_journal(Fixture *f, gconstpointer data)
{
	for (guint folded = 0; folded < 2; folded++) {
		g_autofree char *left = NULL;
		StoreConfig config = f->config;
		StoreSpace *space;
		Store *store;

		if (folded)
			wait_for_database(f->store);
		else
			commit_mixed(f);
		left = copy_directory(f->directory);
		config.directory = left;
		store = open_store(&config);
		space = store_space_open(store, 1, NULL, NULL);
		g_assert_cmpuint(in_memory(store), <, LARGE / 10);
		check_mixed(f, space);
		wait_for_database(store);
		check_mixed(f, space);
		store_space_close(space);
		store_close(store);
		remove_directory(g_steal_pointer(&left));
	}
}

typedef struct {
	bsn_scan_sink sink;
	Fixture *f;
	void (*meanwhile)(Fixture *f);
	guint seen;
} Slow;

/* Something happens while the scan stands at the first key. */
static int32_t
compare_slowly(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Slow *slow = (Slow *)sink;
	const char *expected = slow->f->values[slow->seen];

	if (slow->seen++ == 0)
		slow->meanwhile(slow->f);
	g_assert_cmpuint(value.len, ==, strlen(expected));
	g_assert_cmpint(memcmp(value.data, expected, value.len), ==, 0);
	return BSN_OK;
}

static void
scan_slowly(Fixture *f, void (*meanwhile)(Fixture *f))
{
	Slow slow = { { compare_slowly }, f, meanwhile, 0 };

	g_assert_cmpint(store_scan(f->space, bsn_slice_str(NULL),
				   bsn_slice_str(NULL), 0, &slow.sink, NULL),
			==, BSN_OK);
	g_assert_cmpuint(slow.seen, ==, G_N_ELEMENTS(f->values));
}

static void
put_all(Fixture *f)
{
	bsn_write writes[G_N_ELEMENTS(f->values)];
	const char *keys[] = { "0", "1", "2", "3", "4", "5", "6", "7" };

	for (guint i = 0; i < G_N_ELEMENTS(writes); i++)
		writes[i] = put_write(keys[i], f->values[i]);
	g_assert_cmpint(store_commit(f->space, writes, G_N_ELEMENTS(writes),
				     ++f->cookie, NULL),
			==, BSN_OK);
}

static void
leave(Fixture *f)
{
	g_assert_true(durable_wait(&f->durable, f->cookie));
	commit(f, NULL, 0);
}

/* It goes on with what was in memory when it began. */
static void
test_leave_memory_under_a_scan(Fixture *f, gconstpointer data)
{
	for (guint i = 0; i < 20; i++) {
		put_all(f);
		scan_slowly(f, leave);
	}
}

/* All of the journal's files, twice: those that are folded are written first. */
static void
use_journal_again(Fixture *f)
{
	for (guint i = 0; i < 80; i++) {
		bsn_write write = put_write("x", f->values[0]);

		if (i % 40 == 0)
			wait_for_database(f->store);
		commit(f, &write, 1);
	}
}

static void
test_stay_while_a_scan_reads(Fixture *f, gconstpointer data)
{
	put_all(f);
	leave(f);
	scan_slowly(f, use_journal_again);
}

#define ADD(path, test)                                                        \
	g_test_add("/store/large-values/" path, Fixture, NULL, set_up, test,   \
		   tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("leave-memory", test_leave_memory);
	ADD("come-back-from-the-journal", test_come_back_from_the_journal);
	ADD("leave-memory-under-a-scan", test_leave_memory_under_a_scan);
	ADD("stay-while-a-scan-reads", test_stay_while_a_scan_reads);
	return g_test_run();
}
