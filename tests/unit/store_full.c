/* SPDX-License-Identifier: Apache-2.0
 *
 * The store when disk, map or memory run out, and when writing fails.
 */
#include <config.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store_fixture.h"

typedef struct {
	char *directory;
	StoreConfig config;
	Store *store;
	StoreSpace *space;
	Durable durable;
} Fixture;

static void
open_fixture(Fixture *f)
{
	durable_init(&f->durable);
	f->store = open_store(&f->config);
	f->space = store_space_open(f->store, 1, on_durable, &f->durable);
}

static void
close_fixture(Fixture *f)
{
	store_space_close(f->space);
	store_close(f->store);
	durable_clear(&f->durable);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	f->directory = make_directory();
	f->config = store_config(f->directory);
	open_fixture(f);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	close_fixture(f);
	remove_directory(f->directory);
}

static int32_t
try_put(StoreSpace *space, const char *key, const char *value, guint64 cookie,
	bsn_err *err)
{
	bsn_write write = put_write(key, value);

	*err = (bsn_err)BSN_ERR_INIT;
	return store_commit(space, &write, 1, cookie, err);
}

static void
assert_contains(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		g_error("\"%s\" is not in \"%s\"", part, text);
}

/* ---- another file under the store's descriptors ---- */

#define FDS_MAX 8

typedef struct {
	int fds[FDS_MAX], saved[FDS_MAX];
	guint n;
} Swap;

/* `name` is one of /proc/self/fd. */
static gboolean
is_file(const char *name, const char *directory, const char *prefix)
{
	g_autofree char *link = g_build_filename("/proc/self/fd", name, NULL);
	g_autofree char *file = g_build_filename(directory, prefix, NULL);
	g_autofree char *target = g_file_read_link(link, NULL);

	return target != NULL && g_str_has_prefix(target, file);
}

/* Which of the store's files. */
typedef enum { DATABASE, JOURNAL_TOO } Files;

/* From here on the store writes to `path`. */
static void
swap_file(Swap *swap, const char *directory, Files files, const char *path,
	  int flags)
{
	GDir *dir = g_dir_open("/proc/self/fd", 0, NULL);
	const char *name;
	int other = open(path, flags | O_CLOEXEC);

	g_assert_cmpint(other, >=, 0);
	swap->n = 0;
	while ((name = g_dir_read_name(dir)) != NULL) {
		int fd = (int)g_ascii_strtoll(name, NULL, 10);

		if (!is_file(name, directory, "data.mdb") &&
		    (files == DATABASE ||
		     !is_file(name, directory, "journal-")))
			continue;
		g_assert_cmpuint(swap->n, <, FDS_MAX);
		swap->saved[swap->n] = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		swap->fds[swap->n++] = fd;
	}
	g_dir_close(dir);
	g_assert_cmpuint(swap->n, >, 0);
	for (guint i = 0; i < swap->n; i++)
		g_assert_cmpint(dup2(other, swap->fds[i]), >=, 0);
	close(other);
}

static void
swap_back(Swap *swap)
{
	for (guint i = 0; i < swap->n; i++) {
		g_assert_cmpint(dup2(swap->saved[i], swap->fds[i]), >=, 0);
		close(swap->saved[i]);
	}
}

static void
wait_for_health(Store *store, StoreHealth health)
{
	gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
	StoreStatus status;

	do {
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		g_thread_yield();
		store_status(store, &status);
	} while (status.health != health);
}

/* ---- disk ---- */

static void
test_refused_at_the_door(Fixture *f, gconstpointer data)
{
	bsn_err err;
	StoreStatus status;

	put(f->space, "k", "before");
	close_fixture(f);
	f->config.reserve_bytes = (guint64)1 << 60;
	open_fixture(f);
	g_assert_cmpint(try_put(f->space, "k", "after", 0, &err), ==, BSN_FULL);
	assert_contains(err.reason, f->directory);
	assert_contains(err.reason, "bytes are free");
	assert_contains(err.reason, "make room");
	err = (bsn_err)BSN_ERR_INIT;
	g_assert_cmpint(store_writable(f->space, &err), ==, BSN_FULL);
	assert_contains(err.reason, f->directory);
	store_status(f->store, &status);
	g_assert_cmpint(status.health, ==, STORE_FULL);
	g_assert_cmpstr(status.reason, ==, err.reason);
	assert_get(f->space, "k", "before");
}

static void
test_accepted_batch_outlasts_a_full_disk(Fixture *f, gconstpointer data)
{
	bsn_err err;
	Swap swap;

	put(f->space, "old", "1");
	flush(f->space, &f->durable);
	swap_file(&swap, f->directory, JOURNAL_TOO, "/dev/full", O_RDWR);
	g_assert_cmpint(try_put(f->space, "new", "2", 2, &err), ==, BSN_OK);
	wait_for_health(f->store, STORE_FULL);
	g_assert_cmpint(try_put(f->space, "new", "3", 0, &err), ==, BSN_FULL);
	assert_contains(err.reason, f->directory);
	assert_contains(err.reason, "make room");
	assert_get(f->space, "old", "1");
	assert_get(f->space, "new", "2");
	g_assert_cmpuint(f->durable.last, ==, 1);
	swap_back(&swap);
	g_assert_true(durable_wait(&f->durable, 2));
	wait_for_health(f->store, STORE_OK);
	g_assert_cmpint(try_put(f->space, "new", "4", 3, &err), ==, BSN_OK);
	close_fixture(f);
	open_fixture(f);
	assert_get(f->space, "new", "4");
}

/* What is in the journal is durable; it is there after a crash though the
 * database cannot take it then either. */
static void
test_full_database_stops_nothing_accepted(Fixture *f, gconstpointer data)
{
	StoreConfig config = f->config;
	StoreSpace *space;
	char *copy;
	Store *store;
	bsn_err err;
	Swap swap;

	swap_file(&swap, f->directory, DATABASE, "/dev/full", O_RDWR);
	g_assert_cmpint(try_put(f->space, "k", "1", 1, &err), ==, BSN_OK);
	g_assert_true(durable_wait(&f->durable, 1));
	wait_for_health(f->store, STORE_FULL);
	g_assert_cmpint(try_put(f->space, "k", "2", 0, &err), ==, BSN_FULL);
	assert_get(f->space, "k", "1");
	copy = copy_directory(f->directory);
	config.directory = copy;
	config.reserve_bytes = (guint64)1 << 60;
	store = open_store(&config);
	space = store_space_open(store, 1, NULL, NULL);
	assert_get(space, "k", "1");
	store_space_close(space);
	store_close(store);
	remove_directory(copy);
	swap_back(&swap);
	wait_for_database(f->store);
	wait_for_health(f->store, STORE_OK);
	assert_get(f->space, "k", "1");
}

static void
flip_byte(const char *file, off_t offset)
{
	int fd = open(file, O_RDWR | O_CLOEXEC);
	guint8 byte;

	g_assert_cmpint(pread(fd, &byte, 1, offset), ==, 1);
	byte ^= 1;
	g_assert_cmpint(pwrite(fd, &byte, 1, offset), ==, 1);
	close(fd);
}

/* Two records that the database does not have, the first of them damaged:
 * rather than without what was answered, the store does not open, and says
 * where. */
static void
test_damaged_journal_is_not_opened(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	StoreConfig config = f->config;
	g_autofree char *journal = NULL;
	char *copy;
	bsn_err err;
	Swap swap;

	swap_file(&swap, f->directory, DATABASE, "/dev/full", O_RDWR);
	for (guint64 i = 1; i <= 2; i++) {
		g_assert_cmpint(try_put(f->space, "k", "v", i, &err), ==,
				BSN_OK);
		g_assert_true(durable_wait(&f->durable, i));
	}
	config.directory = copy = copy_directory(f->directory);
	swap_back(&swap);
	journal = g_build_filename(copy, "journal-0", NULL);
	flip_byte(journal, 4096 + 70);
	g_assert_null(store_open(&config, &error));
	assert_contains(error->message, copy);
	assert_contains(error->message, "offset 4096 of journal-0");
	assert_contains(error->message, "from a backup");
	flip_byte(journal, 4096 + 70);
	store_close(open_store(&config));
	remove_directory(copy);
}

static void
test_closing_does_not_wait_for_the_disk(Fixture *f, gconstpointer data)
{
	bsn_err err;
	Swap swap;

	put(f->space, "k", "1");
	flush(f->space, &f->durable);
	swap_file(&swap, f->directory, JOURNAL_TOO, "/dev/full", O_RDWR);
	g_assert_cmpint(try_put(f->space, "k", "2", 2, &err), ==, BSN_OK);
	wait_for_health(f->store, STORE_FULL);
	close_fixture(f);
	g_assert_cmpuint(f->durable.last, ==, 1);
	for (guint i = 0; i < swap.n; i++)
		close(swap.saved[i]);
	open_fixture(f);
	assert_get(f->space, "k", "1");
}

static void
test_broken_until_restart(Fixture *f, gconstpointer data)
{
	bsn_err err;
	Swap swap;

	put(f->space, "old", "1");
	flush(f->space, &f->durable);
	swap_file(&swap, f->directory, JOURNAL_TOO, "/dev/null", O_RDONLY);
	g_assert_cmpint(try_put(f->space, "new", "2", 2, &err), ==, BSN_OK);
	wait_for_health(f->store, STORE_BROKEN);
	swap_back(&swap);
	g_assert_cmpint(try_put(f->space, "new", "3", 0, &err), ==, BSN_E_IO);
	assert_contains(err.reason, f->directory);
	assert_contains(err.reason, "restart");
	g_assert_cmpint(store_writable(f->space, NULL), ==, BSN_FULL);
	assert_get(f->space, "old", "1");
	assert_get(f->space, "new", "2");
	g_assert_cmpuint(f->durable.last, ==, 1);
	close_fixture(f);
	open_fixture(f);
	assert_get(f->space, "old", "1");
	assert_get(f->space, "new", NULL);
	put(f->space, "new", "4");
}

static void
never(void *owner, guint64 cookie)
{
	g_assert_not_reached();
}

static void
test_no_call_after_closing(Fixture *f, gconstpointer data)
{
	StoreSpace *closed = store_space_open(f->store, 2, never, NULL);
	bsn_err err;
	Swap swap;

	swap_file(&swap, f->directory, JOURNAL_TOO, "/dev/full", O_RDWR);
	g_assert_cmpint(try_put(closed, "k", "v", 1, &err), ==, BSN_OK);
	wait_for_health(f->store, STORE_FULL);
	store_space_close(closed);
	closed = store_space_open(f->store, 2, on_durable, &f->durable);
	assert_get(closed, "k", "v");
	swap_back(&swap);
	wait_for_health(f->store, STORE_OK);
	flush(closed, &f->durable);
	assert_get(closed, "k", "v");
	store_space_close(closed);
}

/* ---- a disk that is really full ---- */

#define SKIPPED 77

static gboolean
mount_small_disk(const char *directory)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", directory, "tmpfs", 0, "size=8m") == 0;
}

static void
fill_disk(const char *file)
{
	static const char block[65536];
	FILE *out = fopen(file, "w");

	g_assert_nonnull(out);
	setvbuf(out, NULL, _IONBF, 0);
	while (fwrite(block, 1, sizeof(block), out) == sizeof(block))
		;
	fclose(out);
}

/* In a process of its own: the mount is seen by nobody else. */
static void
run_on_small_disk(const char *directory)
{
	g_autofree char *ballast = g_build_filename(directory, "ballast", NULL);
	g_autofree char *value = g_strnfill(300000, 'v');
	Fixture f = { .directory = (char *)directory };
	bsn_err err;

	if (!mount_small_disk(directory))
		_exit(SKIPPED);
	f.config = store_config(directory);
	open_fixture(&f);
	put(f.space, "old", "1");
	flush(f.space, &f.durable);
	fill_disk(ballast);
	g_assert_cmpint(try_put(f.space, "new", value, 2, &err), ==, BSN_OK);
	/* The journal's room was there before. */
	g_assert_true(durable_wait(&f.durable, 2));
	wait_for_health(f.store, STORE_FULL);
	g_assert_cmpint(store_writable(f.space, NULL), ==, BSN_FULL);
	assert_get(f.space, "old", "1");
	g_assert_cmpint(g_remove(ballast), ==, 0);
	wait_for_database(f.store);
	wait_for_health(f.store, STORE_OK);
	close_fixture(&f);
	open_fixture(&f);
	assert_get(f.space, "new", value);
	close_fixture(&f);
	_exit(0);
}

static void
test_full_disk(void)
{
	char *directory = make_directory();
	pid_t child = fork();
	int status = 0;

	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		run_on_small_disk(directory);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	remove_directory(directory);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
		g_test_skip("this user may not mount a tmpfs");
		return;
	}
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

/* ---- memory ---- */

static void
hold_up(void *gate, guint64 cookie)
{
	g_mutex_lock(gate);
	g_mutex_unlock(gate);
}

static void
test_busy(Fixture *f, gconstpointer data)
{
	g_autofree char *value = g_strnfill(100000, 'v');
	StoreSpace *slow;
	GMutex gate;
	guint accepted = 0;
	bsn_err err;

	close_fixture(f);
	f->config.pending_bytes_max = MIB;
	open_fixture(f);
	g_mutex_init(&gate);
	g_mutex_lock(&gate);
	slow = store_space_open(f->store, 2, hold_up, &gate);
	g_assert_cmpint(try_put(slow, "k", "v", 1, &err), ==, BSN_OK);
	/* One group may go with the first, the next ones wait for it. */
	while (try_put(f->space, "k", value, 0, &err) == BSN_OK)
		g_assert_cmpuint(++accepted, <, 100);
	g_assert_cmpuint(accepted, >=, 5);
	assert_contains(err.reason, "wait for the disk");
	g_assert_cmpint(try_put(f->space, "k", value, 0, &err), ==, BSN_BUSY);
	g_assert_cmpint(store_writable(f->space, &err), ==, BSN_BUSY);
	g_assert_cmpint(store_writable(slow, &err), ==, BSN_OK);
	g_mutex_unlock(&gate);
	wait_for_database(f->store);
	g_assert_cmpint(store_writable(f->space, &err), ==, BSN_OK);
	g_free(value);
	value = g_strnfill(2 * MIB, 'v');
	g_assert_cmpint(try_put(f->space, "k", value, 0, &err), ==,
			BSN_TOO_LARGE);
	store_space_close(slow);
	g_mutex_clear(&gate);
}

/* ---- map ---- */

static void
set_true(void *owner)
{
	g_atomic_int_set((gint *)owner, 1);
}

/* Puts new keys until one is refused; `n` counts them. */
static void
fill(StoreSpace *space, guint *n, bsn_err *err)
{
	g_autofree char *value = g_strnfill(1500, 'v');
	int32_t status;

	do {
		g_autofree char *key = g_strdup_printf("%u", *n * 2654435761u);

		status = try_put(space, key, value, 0, err);
		*n += status == BSN_OK;
		if (status == BSN_BUSY)
			g_thread_yield();
	} while (status == BSN_OK || status == BSN_BUSY);
	g_assert_cmpint(status, ==, BSN_FULL);
}

/* Until nothing more is accepted even when nothing waits. */
static guint
fill_up(Store *store, StoreSpace *space, bsn_err *err)
{
	guint n = 0, before;

	do {
		before = n;
		fill(space, &n, err);
		wait_for_database(store);
	} while (n > before);
	return n;
}

/* What leads to room is taken by a full store, and becomes durable. */
static void
put_to_free(Fixture *f, const char *key, const char *value)
{
	bsn_write write = put_write(key, value);
	bsn_err err;

	g_assert_cmpint(try_put(f->space, key, value, 0, &err), ==, BSN_FULL);
	g_assert_cmpint(store_commit_to_free(f->space, &write, 1, 0, &err), ==,
			BSN_OK);
	wait_for_database(f->store);
	assert_get(f->space, key, value);
}

/* A block that does not fit is tried again: nothing else is let in meanwhile,
 * though it is small. */
static void
test_refused_batch_closes_the_door(Fixture *f, gconstpointer data)
{
	enum { MANY = 1000 };
	g_autofree bsn_write *writes = g_new(bsn_write, MANY);
	bsn_err err = BSN_ERR_INIT;

	close_fixture(f);
	f->config.map_bytes = MIB;
	f->config.map_bytes_max = 8 * MIB;
	open_fixture(f);
	for (guint i = 0; i < MANY; i++)
		writes[i] = put_write("k", "v");
	g_assert_cmpint(store_writable(f->space, NULL), ==, BSN_OK);
	g_assert_cmpint(store_commit(f->space, writes, MANY, 0, &err), ==,
			BSN_FULL);
	assert_contains(err.reason, "bytes are needed");
	g_assert_cmpint(store_writable(f->space, NULL), ==, BSN_FULL);
	g_assert_cmpint(store_commit(f->space, writes, 1, 0, &err), ==, BSN_OK);
	g_assert_cmpint(store_writable(f->space, NULL), ==, BSN_OK);
}

static void
test_full_map(Fixture *f, gconstpointer data)
{
	gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
	StoreSpace *doomed;
	StoreStatus status;
	gint erased = 0;
	guint first;
	bsn_err err;

	close_fixture(f);
	f->config.map_bytes = MIB;
	f->config.map_bytes_max = 8 * MIB;
	f->config.pending_bytes_max = MIB;
	open_fixture(f);
	doomed = store_space_open(f->store, 2, NULL, NULL);
	put(f->space, "k", "kept");
	first = fill_up(f->store, doomed, &err);
	g_assert_cmpuint(first, >, 1000);
	assert_contains(err.reason, f->directory);
	assert_contains(err.reason, "map_size_max");
	store_status(f->store, &status);
	g_assert_cmpuint(status.map_bytes, <=, f->config.map_bytes_max);
	g_assert_cmpint(store_writable(f->space, NULL), ==, BSN_FULL);
	assert_get(f->space, "k", "kept");
	put_to_free(f, "doomed", "2");
	store_space_close(doomed);
	store_erase(f->store, 2, set_true, &erased);
	while (!g_atomic_int_get(&erased)) {
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		g_thread_yield();
	}
	wait_for_health(f->store, STORE_OK);
	g_assert_cmpuint(fill_up(f->store, f->space, &err), >, first / 2);
	assert_get(f->space, "k", "kept");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
	g_test_add(name, Fixture, NULL, set_up, test, tear_down)
	/* First, while this process has only one thread. */
	g_test_add_func("/store/full/goes-on-when-the-disk-has-room-again",
			test_full_disk);
	ADD("/store/full/refused-at-the-door-with-a-reason",
	    test_refused_at_the_door);
	ADD("/store/full/accepted-batch-outlasts-a-full-disk",
	    test_accepted_batch_outlasts_a_full_disk);
	ADD("/store/full/full-database-stops-nothing-that-was-accepted",
	    test_full_database_stops_nothing_accepted);
	ADD("/store/broken/damaged-journal-is-not-opened",
	    test_damaged_journal_is_not_opened);
	ADD("/store/full/closing-does-not-wait-for-the-disk",
	    test_closing_does_not_wait_for_the_disk);
	ADD("/store/full/a-batch-that-was-refused-closes-the-door",
	    test_refused_batch_closes_the_door);
	ADD("/store/full/erasing-makes-room-in-a-full-map", test_full_map);
	ADD("/store/broken/reads-go-on-until-a-restart",
	    test_broken_until_restart);
	ADD("/store/space/closed-one-gets-no-call", test_no_call_after_closing);
	ADD("/store/busy/when-too-much-waits-for-the-disk", test_busy);
	return g_test_run();
}
