/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies of a store that another process writes meanwhile.
 */
#include <config.h>

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <lmdb.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/service/store_copy.h"
#include "tests/unit/store_fixture.h"

#define COPIES 4
/* Batches that are not durable yet, at most. */
#define AHEAD 50

typedef struct {
	StoreSpace *space;
	Durable durable;
	gint stop;
} Writer;

static char *
own_key(guint64 i)
{
	return g_strdup_printf("k%" G_GUINT64_FORMAT, i * 0x9e3779b97f4a7c15u);
}

/* Each batch has its number under two keys that are far apart, and under one of
 * its own. */
static void *
write_on(void *data)
{
	Writer *writer = data;

	for (guint64 i = 1; !g_atomic_int_get(&writer->stop); i++) {
		g_autofree char *number =
			g_strdup_printf("%" G_GUINT64_FORMAT, i);
		g_autofree char *own = own_key(i);
		bsn_write writes[] = { put_write("a", number),
				       put_write(own, number),
				       put_write("z", number) };

		while (store_commit(writer->space, writes, 3, i, NULL) ==
		       BSN_BUSY)
			g_thread_yield();
		if (i > AHEAD && !durable_wait(&writer->durable, i - AHEAD))
			break;
	}
	return NULL;
}

static guint64
durable_now(Writer *writer)
{
	guint64 last;

	g_mutex_lock(&writer->durable.lock);
	last = writer->durable.last;
	g_mutex_unlock(&writer->durable.lock);
	return last;
}

/* In a process of its own, since none opens a database twice. */
static void
copy(const char *from, const char *to)
{
	g_autoptr(GError) error = NULL;
	const char *argv[] = { "/proc/self/exe", "--copy", from, to, NULL };
	g_autofree char *self = g_file_read_link(argv[0], NULL);
	int status = 0;

	argv[0] = self;
	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT,
				   NULL, NULL, NULL, NULL, &status, &error));
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);
}

/* It has the first n batches whole, and no other. */
static void
check_copy(const char *directory, guint64 least)
{
	StoreConfig config = store_config(directory);
	Store *store = open_store(&config);
	StoreSpace *space = store_space_open(store, 1, NULL, NULL);
	StoreSpace *other = store_space_open(store, 2, NULL, NULL);
	g_autofree char *first = get(space, "a");
	g_autofree char *last = get(space, "z");
	guint64 n = first == NULL ? 0 : g_ascii_strtoull(first, NULL, 10);

	g_assert_cmpstr(first, ==, last);
	g_assert_cmpuint(n, >=, least);
	for (guint64 i = 1; i <= n + 1; i++) {
		g_autofree char *own = own_key(i);
		g_autofree char *value = get(space, own);

		g_assert_true((value != NULL) == (i <= n));
	}
	assert_get(other, "gone", NULL);
	assert_get(other, "kept", "1");
	store_space_close(other);
	store_space_close(space);
	store_close(store);
}

static void
test_while_it_is_written(void)
{
	char *directory = make_directory();
	StoreConfig config = store_config(directory);
	Writer writer = { .stop = 0 };
	StoreSpace *other;
	GThread *thread;
	Store *store;

	/* The database is written all the time. */
	config.pending_bytes_max = 128 << 10;
	store = open_store(&config);
	other = store_space_open(store, 2, NULL, NULL);
	put(other, "gone", "1");
	wait_for_database(store);
	put(other, "kept", "1");
	g_assert_cmpint(commit_one(other, delete_write("gone"), 0), ==, BSN_OK);
	durable_init(&writer.durable);
	writer.space = store_space_open(store, 1, on_durable, &writer.durable);
	thread = g_thread_new("writer", write_on, &writer);
	g_assert_true(durable_wait(&writer.durable, 1));
	for (guint i = 0; i < COPIES; i++) {
		char *to = make_directory();
		guint64 least = durable_now(&writer);

		copy(directory, to);
		check_copy(to, least);
		remove_directory(to);
	}
	g_atomic_int_set(&writer.stop, 1);
	g_thread_join(thread);
	store_space_close(other);
	store_space_close(writer.space);
	store_close(store);
	durable_clear(&writer.durable);
	remove_directory(directory);
}

/* ---- a database that grows after it was mapped ---- */

#define GROW "--copy-and-grow"

/* With it the copying process says that it has mapped the database, and goes on
 * when it is told. */
static gboolean waits;

/* In place of LMDB's. */
int
mdb_env_open(MDB_env *env, const char *path, unsigned int flags,
	     mdb_mode_t mode)
{
	int (*open)(MDB_env *, const char *, unsigned int, mdb_mode_t);
	int code;
	char told;

	*(void **)&open = dlsym(RTLD_NEXT, "mdb_env_open");
	code = open(env, path, flags, mode);
	if (!waits)
		return code;
	waits = FALSE;
	if (write(STDOUT_FILENO, "m", 1) != 1 ||
	    read(STDIN_FILENO, &told, 1) != 1)
		_exit(2);
	return code;
}

static void
grow(Store *store, StoreSpace *space)
{
	g_autofree char *value = g_strnfill(MIB, 'v');
	StoreStatus before, after;

	store_status(store, &before);
	put(space, "large", value);
	wait_for_database(store);
	store_status(store, &after);
	g_assert_cmpuint(after.map_bytes, >, before.map_bytes);
}

static void
copy_and_grow(const char *from, const char *to, Store *store, StoreSpace *space)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	const char *argv[] = { self, GROW, from, to, NULL };
	int in, out, status = 0;
	GPid pid;
	char told;

	g_assert_true(g_spawn_async_with_pipes(
		NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
		NULL, &pid, &in, &out, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpint(read(out, &told, 1), ==, 1);
	grow(store, space);
	g_assert_cmpint(write(in, "g", 1), ==, 1);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_cmpint(status, ==, 0);
	close(in);
	close(out);
}

static void
test_grows_meanwhile(void)
{
	char *directory = make_directory(), *to = make_directory();
	StoreConfig config = store_config(directory);
	g_autofree char *large = NULL;
	StoreSpace *space;
	Store *store;

	config.map_bytes = MIB / 4;
	store = open_store(&config);
	space = store_space_open(store, 1, NULL, NULL);
	copy_and_grow(directory, to, store, space);
	store_space_close(space);
	store_close(store);
	config.directory = to;
	store = open_store(&config);
	space = store_space_open(store, 1, NULL, NULL);
	large = get(space, "large");
	g_assert_cmpuint(strlen(large), ==, MIB);
	store_space_close(space);
	store_close(store);
	remove_directory(to);
	remove_directory(directory);
}

static void
assert_refused(const char *from, const char *to, const char *part)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(store_copy(from, to, &error));
	if (strstr(error->message, part) == NULL)
		g_error("\"%s\" is not in \"%s\"", part, error->message);
}

static void
test_refuses(void)
{
	char *directory = make_directory();
	char *to = make_directory();
	g_autofree char *file = g_build_filename(to, "file", NULL);
	g_autofree char *journal =
		g_build_filename(directory, "journal-0", NULL);
	StoreConfig config = store_config(directory);

	assert_refused(directory, to, "cannot be opened");
	store_close(open_store(&config));
	g_assert_true(g_file_set_contents(file, "", 0, NULL));
	assert_refused(directory, to, "is not empty");
	g_assert_cmpint(g_remove(journal), ==, 0);
	assert_refused(directory, to, "has no journal");
	remove_directory(to);
	remove_directory(directory);
}

/* Files may not grow meanwhile, as if the disk had ended. */
static void
copy_without_disk(const char *from, const char *to)
{
	struct rlimit before, none;

	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	none = (struct rlimit){ 1, before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &none), ==, 0);
	assert_refused(from, to, to);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
}

static void
test_interrupted(void)
{
	char *directory = make_directory();
	char *to = make_directory(), *again = make_directory();
	StoreConfig config = store_config(directory);
	g_autoptr(GError) error = NULL;

	store_close(open_store(&config));
	copy_without_disk(directory, to);
	config.directory = to;
	g_assert_null(store_open(&config, &error));
	g_assert_nonnull(strstr(error->message, "was not finished"));
	assert_refused(to, again, "was not finished");
	g_assert_true(store_copy(directory, again, NULL));
	config.directory = again;
	store_close(open_store(&config));
	remove_directory(again);
	remove_directory(to);
	remove_directory(directory);
}

int
main(int argc, char **argv)
{
	waits = argc == 4 && strcmp(argv[1], GROW) == 0;
	if (waits || (argc == 4 && strcmp(argv[1], "--copy") == 0))
		return store_copy(argv[2], argv[3], NULL) ? 0 : 1;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/copy/is-whole-while-the-store-is-written",
			test_while_it_is_written);
	g_test_add_func("/store/copy/follows-a-database-that-grows",
			test_grows_meanwhile);
	g_test_add_func("/store/copy/says-what-is-wrong", test_refuses);
	g_test_add_func("/store/copy/is-no-store-before-its-end",
			test_interrupted);
	return g_test_run();
}
