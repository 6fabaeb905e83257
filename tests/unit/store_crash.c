/* SPDX-License-Identifier: Apache-2.0
 *
 * The store after kill -9, and what it refuses to open.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <lmdb.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store_fixture.h"

/* ---- kill -9 ---- */

#define KILLS 20
#define BATCH_KEYS 5

/* Tells the parent which batch is durable: pipes keep what was written when
 * the writer dies. */
static void
report(void *owner, guint64 cookie)
{
	if (write(*(int *)owner, &cookie, sizeof(cookie)) != sizeof(cookie))
		_exit(1);
}

/* Batch i puts i under a key of its own and under keys that all batches share,
 * and deletes the key that batch i-1 marked itself with. */
static void
commit_batch(StoreSpace *space, guint64 i)
{
	bsn_write writes[BATCH_KEYS];
	char value[24], own[32], before[32], mark[32];

	g_snprintf(value, sizeof(value), "%" G_GUINT64_FORMAT, i);
	g_snprintf(own, sizeof(own), "own-%" G_GUINT64_FORMAT, i);
	g_snprintf(before, sizeof(before), "mark-%" G_GUINT64_FORMAT, i - 1);
	writes[0] = put_write("first", value);
	writes[1] = put_write(own, value);
	writes[2] = delete_write(before);
	g_snprintf(mark, sizeof(mark), "mark-%" G_GUINT64_FORMAT, i);
	writes[3] = put_write(mark, value);
	writes[4] = put_write("last", value);
	while (store_commit(space, writes, BATCH_KEYS, i, NULL) == BSN_BUSY)
		g_thread_yield();
}

/* `folds`: the database is written all the time, not only when nothing comes.
 */
static void
write_until_killed(const char *directory, guint64 start, gboolean folds,
		   int out)
{
	StoreConfig config = store_config(directory);
	StoreSpace *space;
	Store *store;

	if (folds)
		config.pending_bytes_max = 64 << 10;
	store = open_store(&config);
	space = store_space_open(store, 1, report, &out);
	for (guint64 i = start;; i++)
		commit_batch(space, i);
}

/* The last batch that is in the store, all of which must be whole. */
static guint64
check_prefix(const char *directory)
{
	StoreConfig config = store_config(directory);
	Store *store = open_store(&config);
	StoreSpace *space = store_space_open(store, 1, NULL, NULL);
	g_autofree char *last = get(space, "last");
	g_autofree char *first = get(space, "first");
	g_autofree char *marks = range_text(space, "mark-", "mark.", 0);
	g_autofree char *mark = g_strdup_printf("mark-%s=%s ", last, last);
	guint64 n = last != NULL ? g_ascii_strtoull(last, NULL, 10) : 0;

	g_assert_cmpstr(first, ==, last);
	g_assert_true(strcmp(marks, n > 0 ? mark : "") == 0);
	for (guint64 i = 1; i <= n + 2; i++) {
		g_autofree char *key =
			g_strdup_printf("own-%" G_GUINT64_FORMAT, i);
		g_autofree char *value = get(space, key);

		g_assert_true((value != NULL) == (i <= n));
	}
	store_space_close(space);
	store_close(store);
	return n;
}

/* Kills after a random number of durable batches, at whatever the committer
 * does then. */
static guint64
run_and_kill(const char *directory, guint64 start, gboolean folds, GRand *rand)
{
	int pipes[2];
	guint64 cookie, reported = start - 1;
	guint64 until = start + (guint64)g_rand_int_range(rand, 0, 400);
	pid_t child;

	g_assert_cmpint(pipe(pipes), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		write_until_killed(directory, start, folds, pipes[1]);
	close(pipes[1]);
	while (read(pipes[0], &cookie, sizeof(cookie)) == sizeof(cookie)) {
		g_assert_cmpuint(cookie, ==, reported + 1);
		reported = cookie;
		if (cookie == until)
			kill(child, SIGKILL);
	}
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	g_assert_cmpuint(reported, >=, until);
	close(pipes[0]);
	return reported;
}

static void
test_kill(void)
{
	char *directory = make_directory();
	guint32 seed = (guint32)g_test_rand_int();
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	guint64 present = 0;

	g_test_message("seed %u", seed);
	for (guint i = 0; i < KILLS; i++) {
		guint64 reported =
			run_and_kill(directory, present + 1, i % 2 == 1, rand);

		/* The store's threads would not survive the next fork. */
		present = check_prefix(directory);
		g_assert_cmpuint(present, >=, reported);
	}
	remove_directory(directory);
}

/* ---- what is not opened ---- */

static char *
open_refused(const char *directory)
{
	StoreConfig config = store_config(directory);
	GError *error = NULL;
	char *text;

	g_assert_null(store_open(&config, &error));
	g_assert_nonnull(error);
	g_assert_nonnull(strstr(error->message, directory));
	text = g_strdup(error->message);
	g_error_free(error);
	return text;
}

static void
assert_refused(const char *directory, const char *part)
{
	g_autofree char *text = open_refused(directory);

	if (strstr(text, part) == NULL)
		g_error("\"%s\" is not in \"%s\"", part, text);
}

static void
make_store(const char *directory, guint entries)
{
	StoreConfig config = store_config(directory);
	Store *store = open_store(&config);
	StoreSpace *space = store_space_open(store, 1, NULL, NULL);

	for (guint i = 0; i < entries; i++) {
		g_autofree char *key = g_strdup_printf("%u", i);

		put(space, key, "some value that takes a little room");
	}
	store_space_close(space);
	store_close(store);
}

static void
set_format(const char *directory, guint32 format)
{
	guint32 big_endian = GUINT32_TO_BE(format);
	MDB_val key = { 6, (void *)"format" };
	MDB_val value = { sizeof(big_endian), &big_endian };
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	g_assert_cmpint(mdb_env_create(&env), ==, 0);
	mdb_env_set_maxdbs(env, 2);
	g_assert_cmpint(mdb_env_open(env, directory, 0, 0600), ==, 0);
	g_assert_cmpint(mdb_txn_begin(env, NULL, 0, &txn), ==, 0);
	g_assert_cmpint(mdb_dbi_open(txn, "meta", 0, &dbi), ==, 0);
	g_assert_cmpint(mdb_put(txn, dbi, &key, &value, 0), ==, 0);
	g_assert_cmpint(mdb_txn_commit(txn), ==, 0);
	mdb_env_close(env);
}

static void
test_newer_format(void)
{
	char *directory = make_directory();

	make_store(directory, 1);
	set_format(directory, 3);
	assert_refused(directory, "has format 3");
	set_format(directory, 2);
	make_store(directory, 1);
	remove_directory(directory);
}

/* A store as it was before there was a journal. */
static void
make_earlier(const char *directory)
{
	MDB_val key = { 5, (void *)"\0\0\0\1k" };
	MDB_val value = { 5, (void *)"value" };
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	g_assert_cmpint(mdb_env_create(&env), ==, 0);
	mdb_env_set_maxdbs(env, 2);
	g_assert_cmpint(mdb_env_open(env, directory, 0, 0600), ==, 0);
	g_assert_cmpint(mdb_txn_begin(env, NULL, 0, &txn), ==, 0);
	g_assert_cmpint(mdb_dbi_open(txn, "meta", MDB_CREATE, &dbi), ==, 0);
	g_assert_cmpint(mdb_dbi_open(txn, "data", MDB_CREATE, &dbi), ==, 0);
	g_assert_cmpint(mdb_put(txn, dbi, &key, &value, 0), ==, 0);
	g_assert_cmpint(mdb_txn_commit(txn), ==, 0);
	mdb_env_close(env);
	set_format(directory, 1);
}

static void
test_earlier_format(void)
{
	char *directory = make_directory();
	g_autofree char *left = g_build_filename(directory, "journal-3", NULL);
	StoreConfig config = store_config(directory);
	StoreSpace *space;
	Store *store;

	make_earlier(directory);
	/* An attempt that did not come to its end. */
	g_assert_true(g_file_set_contents(left, "x", 1, NULL));
	for (guint round = 0; round < 2; round++) {
		store = open_store(&config);
		space = store_space_open(store, 1, NULL, NULL);
		assert_get(space, "k", "value");
		assert_get(space, "new", round == 0 ? NULL : "1");
		put(space, "new", "1");
		store_space_close(space);
		store_close(store);
		g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
	}
	remove_directory(directory);
}

static void
test_second_opener(void)
{
	char *directory = make_directory();
	StoreConfig config = store_config(directory);
	Store *store = open_store(&config);
	g_autofree char *pid = g_strdup_printf("(pid %ld)", (long)getpid());

	assert_refused(directory, "in use by another process");
	assert_refused(directory, pid);
	store_close(store);
	make_store(directory, 1);
	remove_directory(directory);
}

static void
test_garbage(void)
{
	char *directory = make_directory();
	g_autofree char *data = g_build_filename(directory, "data.mdb", NULL);
	g_autofree char *noise = g_strnfill(100000, 'x');

	g_assert_true(g_file_set_contents(data, noise, 100000, NULL));
	assert_refused(directory, "damaged or no store");
	g_assert_true(g_file_set_contents(data, noise, 10, NULL));
	assert_refused(directory, "store");
	remove_directory(directory);
}

static void
test_cut_short(void)
{
	char *directory = make_directory();
	g_autofree char *data = g_build_filename(directory, "data.mdb", NULL);

	make_store(directory, 20000);
	g_assert_cmpint(truncate(data, 500000), ==, 0);
	assert_refused(directory, "damaged or no store");
	remove_directory(directory);
}

static void
move_file(const char *directory, const char *from, const char *to)
{
	g_autofree char *old = g_build_filename(directory, from, NULL);
	g_autofree char *new = g_build_filename(directory, to, NULL);

	g_assert_cmpint(g_rename(old, new), ==, 0);
}

static void
assert_has(const char *directory, guint entries)
{
	StoreConfig config = store_config(directory);
	Store *store = open_store(&config);
	StoreSpace *space = store_space_open(store, 1, NULL, NULL);

	for (guint i = 0; i < entries; i++) {
		g_autofree char *key = g_strdup_printf("%u", i);

		assert_get(space, key, "some value that takes a little room");
	}
	store_space_close(space);
	store_close(store);
}

/* What is there stays, so that the file can be put back. */
static void
test_lost_database(void)
{
	char *directory = make_directory();
	g_autofree char *data = g_build_filename(directory, "data.mdb", NULL);

	make_store(directory, 10);
	move_file(directory, "data.mdb", "elsewhere");
	for (guint i = 0; i < 2; i++)
		assert_refused(directory, "has journal-0 but no data.mdb");
	assert_refused(directory, "put back the data.mdb");
	g_assert_false(g_file_test(data, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_set_contents(data, "", 0, NULL));
	assert_refused(directory, "has journal-0 but no data.mdb");
	move_file(directory, "elsewhere", "data.mdb");
	assert_has(directory, 10);
	remove_directory(directory);
}

/* LMDB's tools make an empty one, too. */
static void
make_empty_database(const char *directory)
{
	MDB_env *env;

	g_assert_cmpint(mdb_env_create(&env), ==, 0);
	g_assert_cmpint(mdb_env_open(env, directory, 0, 0600), ==, 0);
	mdb_env_close(env);
}

static void
test_database_without_the_journals_records(void)
{
	char *directory = make_directory();

	make_store(directory, 10);
	move_file(directory, "data.mdb", "elsewhere");
	make_empty_database(directory);
	assert_refused(directory, "put back the data.mdb");
	make_earlier(directory);
	assert_refused(directory, "put back the data.mdb");
	move_file(directory, "elsewhere", "data.mdb");
	assert_has(directory, 10);
	remove_directory(directory);
}

/* The first segment as making it leaves it: its name, some of its zeroes, all
 * of it with its head. */
static void
test_interrupted_making(void)
{
	static const gsize lengths[] = { 0, 100, 300000 };

	for (guint i = 0; i <= G_N_ELEMENTS(lengths); i++) {
		char *directory = make_directory();
		g_autofree char *data =
			g_build_filename(directory, "data.mdb", NULL);
		g_autofree char *journal =
			g_build_filename(directory, "journal-0", NULL);
		g_autofree char *zeroes = g_malloc0(300000);

		g_assert_true(g_file_set_contents(data, "", 0, NULL));
		make_store(directory, 0);
		g_assert_cmpint(g_remove(data), ==, 0);
		if (i < G_N_ELEMENTS(lengths))
			g_assert_true(g_file_set_contents(
				journal, zeroes, (gssize)lengths[i], NULL));
		make_empty_database(directory);
		make_store(directory, 10);
		assert_has(directory, 10);
		remove_directory(directory);
	}
}

static void
test_directory(void)
{
	char *parent = make_directory();
	char *directory = g_build_filename(parent, "node", NULL);
	g_autofree char *file = g_build_filename(directory, "data.mdb", NULL);
	GStatBuf info;

	make_store(directory, 1);
	g_assert_cmpint(g_stat(directory, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0700);
	assert_refused(file, "cannot be made");
	remove_directory(directory);
	remove_directory(parent);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/crash/kill-leaves-a-prefix-of-whole-batches",
			test_kill);
	g_test_add_func("/store/open/makes-a-private-directory",
			test_directory);
	g_test_add_func("/store/open/converts-the-earlier-format",
			test_earlier_format);
	g_test_add_func("/store/open/refuses-a-newer-format",
			test_newer_format);
	g_test_add_func("/store/open/refuses-a-second-opener",
			test_second_opener);
	g_test_add_func("/store/open/refuses-garbage", test_garbage);
	g_test_add_func("/store/open/refuses-a-file-cut-short",
			test_cut_short);
	g_test_add_func("/store/open/refuses-a-journal-without-its-database",
			test_lost_database);
	g_test_add_func("/store/open/refuses-an-empty-database-beside-records",
			test_database_without_the_journals_records);
	g_test_add_func("/store/open/goes-on-after-interrupted-making",
			test_interrupted_making);
	return g_test_run();
}
