/* SPDX-License-Identifier: Apache-2.0
 *
 * The store: reads, scans, durability, spaces.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "tests/unit/store_fixture.h"

typedef struct {
	char *directory;
	StoreConfig config;
	Store *store;
	StoreSpace *space; /* prefix 1 */
	Durable durable;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->directory = make_directory();
	f->config = store_config(f->directory);
	f->store = open_store(&f->config);
	durable_init(&f->durable);
	f->space = store_space_open(f->store, 1, on_durable, &f->durable);
	g_assert_nonnull(f->space);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	store_space_close(f->space);
	store_close(f->store);
	durable_clear(&f->durable);
	remove_directory(f->directory);
}

static void
reopen(Fixture *f)
{
	store_space_close(f->space);
	store_close(f->store);
	f->store = open_store(&f->config);
	durable_clear(&f->durable);
	durable_init(&f->durable);
	f->space = store_space_open(f->store, 1, on_durable, &f->durable);
}

/* ---- reading what was written ---- */

static void
test_read_your_writes(Fixture *f, gconstpointer data)
{
	for (int i = 0; i < 500; i++) {
		g_autofree char *value = g_strdup_printf("%d", i);

		put(f->space, "counter", value);
		assert_get(f->space, "counter", value);
	}
	g_assert_cmpint(commit_one(f->space, delete_write("counter"), 0), ==,
			BSN_OK);
	assert_get(f->space, "counter", NULL);
	flush(f->space, &f->durable);
	assert_get(f->space, "counter", NULL);
}

static void
test_later_write_wins(Fixture *f, gconstpointer data)
{
	bsn_write writes[] = { put_write("a", "1"), put_write("a", "2"),
			       put_write("b", "1"), delete_write("b"),
			       delete_write("c"), put_write("c", "3") };

	g_assert_cmpint(store_commit(f->space, writes, G_N_ELEMENTS(writes), 1,
				     NULL),
			==, BSN_OK);
	for (int round = 0; round < 2; round++) {
		g_autofree char *all = range_text(f->space, NULL, NULL, 0);

		g_assert_cmpstr(all, ==, "a=2 c=3 ");
		g_assert_true(durable_wait(&f->durable, 1));
		flush(f->space, &f->durable);
	}
}

static void
test_survives_reopening(Fixture *f, gconstpointer data)
{
	put(f->space, "kept", "yes");
	put(f->space, "empty", "");
	reopen(f);
	assert_get(f->space, "kept", "yes");
	assert_get(f->space, "empty", "");
}

static void
test_spaces_are_separate(Fixture *f, gconstpointer data)
{
	StoreSpace *other = store_space_open(f->store, 2, NULL, NULL);
	g_autofree char *down = NULL;

	put(f->space, "k", "one");
	put(other, "k", "two");
	put(other, "l", "two");
	flush(f->space, &f->durable);
	assert_get(f->space, "k", "one");
	assert_get(other, "k", "two");
	down = range_text(f->space, NULL, NULL, BSN_SCAN_DESCENDING);
	g_assert_cmpstr(down, ==, "k=one ");
	g_assert_null(store_space_open(f->store, 2, NULL, NULL));
	store_space_close(other);
}

static void
test_strides_follow_the_first_size(Fixture *f, gconstpointer data)
{
	struct {
		bsn_write write;
		guint64 newer_member;
	} writes[2] = { { put_write("a", "1"), 7 }, { put_write("b", "2"), 7 } };
	g_autofree char *all = NULL;

	writes[0].write.size = sizeof(writes[0]);
	g_assert_cmpint(store_commit(f->space, &writes[0].write, 2, 0, NULL),
			==, BSN_OK);
	all = range_text(f->space, NULL, NULL, 0);
	g_assert_cmpstr(all, ==, "a=1 b=2 ");
}

static void
test_limits(Fixture *f, gconstpointer data)
{
	g_autofree char *key = g_strnfill(BSN_STORE_KEY_MAX + 1, 'k');
	g_autofree char *long_key = g_strnfill(600, 'k');
	g_autofree char *value = g_malloc0(BSN_STORE_VALUE_MAX + 1);
	bsn_write write = put_write(key, "v");

	g_assert_cmpint(commit_one(f->space, write, 0), ==, BSN_TOO_LARGE);
	assert_get(f->space, key, NULL);
	assert_get(f->space, long_key, NULL);
	key[BSN_STORE_KEY_MAX] = '\0';
	put(f->space, key, "v");
	flush(f->space, &f->durable);
	assert_get(f->space, key, "v");
	assert_get(f->space, long_key, NULL);
	write = put_write("v", NULL);
	write.value = bsn_slice_of(value, BSN_STORE_VALUE_MAX + 1);
	g_assert_cmpint(commit_one(f->space, write, 0), ==, BSN_TOO_LARGE);
	write.op = 7;
	g_assert_cmpint(commit_one(f->space, write, 0), ==, BSN_E_INVALID);
	write = put_write("v", NULL);
	write.size = 8;
	g_assert_cmpint(commit_one(f->space, write, 0), ==, BSN_E_INVALID);
	write = put_write("v", NULL);
	write.value.len = 1;
	g_assert_cmpint(commit_one(f->space, write, 0), ==, BSN_E_INVALID);
}

static void
test_largest_value(Fixture *f, gconstpointer data)
{
	g_autofree char *value = g_strnfill(BSN_STORE_VALUE_MAX, 'v');
	StoreConfig config = f->config;

	config.pending_bytes_max = 2 * BSN_STORE_VALUE_MAX;
	f->config = config;
	reopen(f);
	put(f->space, "big", value);
	flush(f->space, &f->durable);
	assert_get(f->space, "big", value);
}

/* ---- scans ---- */

static void
test_scan_bounds(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *from, *to;
		guint32 flags;
		const char *expected;
	} cases[] = {
		{ NULL, NULL, 0, "=e a=1 b=2 c=3 d=4 " },
		{ "b", "d", 0, "b=2 c=3 " },
		{ "b", "d", BSN_SCAN_DESCENDING, "c=3 b=2 " },
		{ "bb", NULL, 0, "c=3 d=4 " },
		{ NULL, "bb", BSN_SCAN_DESCENDING, "b=2 a=1 =e " },
		{ NULL, NULL, BSN_SCAN_DESCENDING, "d=4 c=3 b=2 a=1 =e " },
		{ "d", "b", 0, "" },
		{ "d", "b", BSN_SCAN_DESCENDING, "" },
		{ "x", NULL, 0, "" },
	};

	put(f->space, "d", "4");
	put(f->space, "b", "2");
	flush(f->space, &f->durable);
	put(f->space, "a", "1");
	put(f->space, "c", "3");
	put(f->space, "", "e");
	for (guint round = 0; round < 2; round++) {
		for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
			g_autofree char *text =
				range_text(f->space, cases[i].from, cases[i].to,
					  cases[i].flags);

			g_assert_cmpstr(text, ==, cases[i].expected);
		}
		flush(f->space, &f->durable);
	}
}

/* Stops after a number of entries, and calls the store from inside. */
typedef struct {
	bsn_scan_sink sink;
	StoreSpace *space;
	int left;
	int32_t nested;
} Stopper;

static int32_t
stop(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Stopper *stopper = (Stopper *)sink;

	stopper->nested = store_scan(stopper->space, bsn_slice_str(NULL),
				     bsn_slice_str(NULL), 0, sink, NULL);
	return --stopper->left == 0 ? BSN_FROZEN : BSN_OK;
}

static void
test_scan_ends_as_the_sink_says(Fixture *f, gconstpointer data)
{
	Stopper stopper = { { stop }, f->space, 2, 0 };

	put(f->space, "a", "1");
	put(f->space, "b", "2");
	put(f->space, "c", "3");
	flush(f->space, &f->durable);
	g_assert_cmpint(store_scan(f->space, bsn_slice_str(NULL),
				   bsn_slice_str(NULL), 0, &stopper.sink, NULL),
			==, BSN_FROZEN);
	g_assert_cmpint(stopper.left, ==, 0);
	g_assert_cmpint(stopper.nested, ==, BSN_E_STATE);
}

/* ---- against a model ---- */

#define MODEL_STEPS 4000

static char *
model_key(GRand *rand)
{
	/* Short, long, and one a beginning of the other. */
	return g_strnfill((gsize)g_rand_int_range(rand, 0, 4),
			  (char)('a' + g_rand_int_range(rand, 0, 20)));
}

static void
model_batch(Fixture *f, GTree *model, GRand *rand, int step)
{
	bsn_write writes[8];
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	int n = g_rand_int_range(rand, 1, 9);

	for (int i = 0; i < n; i++) {
		char *key = model_key(rand);
		char *value = g_strdup_printf("%d.%d", step, i);

		g_ptr_array_add(texts, key);
		g_ptr_array_add(texts, value);
		if (g_rand_boolean(rand)) {
			writes[i] = put_write(key, value);
			g_tree_replace(model, g_strdup(key), g_strdup(value));
		} else {
			writes[i] = delete_write(key);
			g_tree_remove(model, key);
		}
	}
	g_assert_cmpint(store_commit(f->space, writes, (guint64)n, 0, NULL), ==,
			BSN_OK);
}

static char *
model_scan(GTree *model, const char *from, const char *to, gboolean down)
{
	GString *text = g_string_new(NULL);
	GTreeNode *node = down ? g_tree_node_last(model)
			       : g_tree_node_first(model);

	for (; node != NULL; node = down ? g_tree_node_previous(node)
					 : g_tree_node_next(node)) {
		const char *key = g_tree_node_key(node);

		if (strcmp(key, from) >= 0 &&
		    (to[0] == '\0' || strcmp(key, to) < 0))
			g_string_append_printf(
				text, "%s=%s ", key,
				(const char *)g_tree_node_value(node));
	}
	return g_string_free(text, FALSE);
}

static void
model_compare(Fixture *f, GTree *model, GRand *rand)
{
	g_autofree char *from = model_key(rand);
	g_autofree char *to = model_key(rand);
	gboolean down = g_rand_boolean(rand);
	g_autofree char *expected = model_scan(model, from, to, down);
	g_autofree char *text = range_text(f->space, from, to,
					  down ? BSN_SCAN_DESCENDING : 0);

	g_assert_cmpstr(text, ==, expected);
	assert_get(f->space, from, g_tree_lookup(model, from));
}

static int
compare_text(const void *a, const void *b, void *data)
{
	return strcmp(a, b);
}

static void
test_equals_a_model(Fixture *f, gconstpointer data)
{
	guint32 seed = (guint32)g_test_rand_int();
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	g_autoptr(GTree) model =
		g_tree_new_full(compare_text, NULL, g_free, g_free);

	g_test_message("seed %u", seed);
	for (int step = 0; step < MODEL_STEPS; step++) {
		model_batch(f, model, rand, step);
		model_compare(f, model, rand);
		if (step == MODEL_STEPS / 2)
			reopen(f);
	}
	flush(f->space, &f->durable);
	for (int i = 0; i < 100; i++)
		model_compare(f, model, rand);
}

/* ---- scans while others write ---- */

#define TORN_KEYS 50

typedef struct {
	bsn_scan_sink sink;
	char value[16];
	gsize len;
	guint entries, torn;
} TornScan;

static int32_t
compare_with_first(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	TornScan *scan = (TornScan *)sink;

	if (scan->entries++ == 0) {
		scan->len = (gsize)value.len;
		memcpy(scan->value, value.data, scan->len);
	} else if (scan->len != value.len ||
		   memcmp(scan->value, value.data, scan->len) != 0) {
		scan->torn = 1;
	}
	return BSN_OK;
}

typedef struct {
	StoreSpace *space;
	gint stop;
	guint scans, torn, incomplete;
} Scanner;

static void *
scan_on(void *data)
{
	Scanner *scanner = data;

	while (!g_atomic_int_get(&scanner->stop) || scanner->scans < 10) {
		TornScan scan = { .sink = { compare_with_first } };
		guint32 flags = scanner->scans++ % 2 ? BSN_SCAN_DESCENDING : 0;

		if (store_scan(scanner->space, bsn_slice_str(NULL),
			       bsn_slice_str(NULL), flags, &scan.sink,
			       NULL) != BSN_OK)
			scanner->incomplete++;
		scanner->torn += scan.torn;
		scanner->incomplete +=
			scan.entries != 0 && scan.entries != TORN_KEYS;
	}
	return NULL;
}

/* Each batch gives every key the same value: a scan that meets two values, or
 * fewer keys, saw a batch in part or fell into a gap. */
static void
test_batches_are_seen_whole(Fixture *f, gconstpointer data)
{
	bsn_write writes[TORN_KEYS];
	char keys[TORN_KEYS][8];
	Scanner scanner = { .space = f->space };
	GThread *thread = g_thread_new("scanner", scan_on, &scanner);

	for (guint round = 0; round < 1500; round++) {
		g_autofree char *value = g_strdup_printf("%u", round);

		for (guint i = 0; i < TORN_KEYS; i++) {
			g_snprintf(keys[i], sizeof(keys[i]), "%u", i);
			writes[i] = put_write(keys[i], value);
		}
		g_assert_cmpint(store_commit(f->space, writes, TORN_KEYS, 0,
					     NULL),
				==, BSN_OK);
	}
	flush(f->space, &f->durable);
	g_atomic_int_set(&scanner.stop, 1);
	g_thread_join(thread);
	g_assert_cmpuint(scanner.torn, ==, 0);
	g_assert_cmpuint(scanner.incomplete, ==, 0);
}

/* ---- durability ---- */

static void
test_durable_in_order(Fixture *f, gconstpointer data)
{
	for (guint64 cookie = 1; cookie <= 2000; cookie++)
		g_assert_cmpint(commit_one(f->space, put_write("k", "v"),
					   cookie),
				==, BSN_OK);
	g_assert_true(durable_wait(&f->durable, 2000));
}

#define GROUP_THREADS 8
#define GROUP_BATCHES 300

static void *
commit_many(void *data)
{
	for (guint64 cookie = 1; cookie <= GROUP_BATCHES; cookie++) {
		g_autofree char *key =
			g_strdup_printf("%" G_GUINT64_FORMAT, cookie);

		g_assert_cmpint(commit_one(data, put_write(key, "v"), cookie),
				==, BSN_OK);
	}
	return NULL;
}

static void
test_one_sync_for_many(Fixture *f, gconstpointer data)
{
	StoreSpace *spaces[GROUP_THREADS];
	GThread *threads[GROUP_THREADS];
	Durable durable[GROUP_THREADS];
	StoreStatus status;

	for (guint i = 0; i < GROUP_THREADS; i++) {
		durable_init(&durable[i]);
		spaces[i] = store_space_open(f->store, 10 + i, on_durable,
					     &durable[i]);
		threads[i] = g_thread_new("commit", commit_many, spaces[i]);
	}
	for (guint i = 0; i < GROUP_THREADS; i++) {
		g_thread_join(threads[i]);
		g_assert_true(durable_wait(&durable[i], GROUP_BATCHES));
	}
	store_status(f->store, &status);
	g_assert_cmpuint(status.batches, ==, GROUP_THREADS * GROUP_BATCHES);
	g_assert_cmpuint(status.commits, <, status.batches / 2);
	g_assert_cmpuint(status.pending_bytes, ==, 0);
	for (guint i = 0; i < GROUP_THREADS; i++) {
		store_space_close(spaces[i]);
		durable_clear(&durable[i]);
	}
}

static void
test_closed_space_goes_on(Fixture *f, gconstpointer data)
{
	for (guint32 round = 0; round < 200; round++) {
		g_autofree char *value = g_strdup_printf("%u", round);

		if (round > 0) {
			g_autofree char *before =
				g_strdup_printf("%u", round - 1);

			assert_get(f->space, "k", before);
		}
		put(f->space, "k", value);
		store_space_close(f->space);
		f->space = store_space_open(f->store, 1, on_durable,
					    &f->durable);
		g_assert_nonnull(f->space);
	}
	reopen(f);
	assert_get(f->space, "k", "199");
}

#define CLOSERS 4
#define CLOSINGS 500

typedef struct {
	Store *store;
	guint32 prefix;
} Closer;

static void *
commit_and_close(void *data)
{
	const Closer *closer = data;

	for (guint i = 1; i <= CLOSINGS; i++) {
		g_autofree char *value = g_strdup_printf("%u", i);
		StoreSpace *space = store_space_open(
			closer->store, closer->prefix, NULL, NULL);
		int32_t status;

		g_assert_nonnull(space);
		while ((status = commit_one(space, put_write("k", value), 1)) ==
		       BSN_BUSY)
			g_thread_yield();
		g_assert_cmpint(status, ==, BSN_OK);
		store_space_close(space);
	}
	return NULL;
}

/* Whenever a space is closed the folder may be about to take it, or be done
 * with it. */
static void
test_closed_while_folding(Fixture *f, gconstpointer data)
{
	Closer closers[CLOSERS];
	GThread *threads[CLOSERS];

	/* The database is written all the time. */
	f->config.pending_bytes_max = 16 << 10;
	reopen(f);
	for (guint32 i = 0; i < CLOSERS; i++) {
		closers[i] = (Closer){ f->store, 2 + i };
		threads[i] =
			g_thread_new("closer", commit_and_close, &closers[i]);
	}
	for (guint32 i = 0; i < CLOSERS; i++)
		g_thread_join(threads[i]);
	reopen(f);
	for (guint32 i = 0; i < CLOSERS; i++) {
		StoreSpace *space =
			store_space_open(f->store, 2 + i, NULL, NULL);

		assert_get(space, "k", G_STRINGIFY(CLOSINGS));
		store_space_close(space);
	}
}

/* ---- erasing ---- */

typedef struct {
	GMutex lock;
	GCond changed;
	gboolean done;
} Erased;

static void
on_erased(void *owner)
{
	Erased *erased = owner;

	g_mutex_lock(&erased->lock);
	erased->done = TRUE;
	g_cond_signal(&erased->changed);
	g_mutex_unlock(&erased->lock);
}

/* Nor do the files as they are now bring it back: neither the database nor what
 * is replayed. */
static void
assert_copy_lacks(const Fixture *f, guint32 prefix)
{
	char *copy = copy_directory(f->directory);
	StoreConfig config = f->config;
	g_autofree char *rest = NULL;
	StoreSpace *space;
	Store *store;

	config.directory = copy;
	store = open_store(&config);
	space = store_space_open(store, prefix, NULL, NULL);
	rest = range_text(space, NULL, NULL, 0);
	g_assert_cmpstr(rest, ==, "");
	store_space_close(space);
	store_close(store);
	remove_directory(copy);
}

static void
test_erase(Fixture *f, gconstpointer data)
{
	Erased erased = { .done = FALSE };
	gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
	StoreSpace *doomed = store_space_open(f->store, 2, NULL, NULL);
	StoreSpace *after = store_space_open(f->store, 3, NULL, NULL);
	g_autofree char *rest = NULL;

	put(f->space, "k", "one");
	put(after, "k", "three");
	for (int i = 0; i < 5000; i++) {
		g_autofree char *key = g_strdup_printf("%d", i);

		put(doomed, key, "v");
	}
	store_space_close(doomed);
	store_erase(f->store, 2, on_erased, &erased);
	g_mutex_lock(&erased.lock);
	while (!erased.done)
		g_assert_true(g_cond_wait_until(&erased.changed, &erased.lock,
						deadline));
	g_mutex_unlock(&erased.lock);
	assert_copy_lacks(f, 2);
	reopen(f);
	doomed = store_space_open(f->store, 2, NULL, NULL);
	rest = range_text(doomed, NULL, NULL, 0);
	g_assert_cmpstr(rest, ==, "");
	store_space_close(doomed);
	assert_get(f->space, "k", "one");
	after = store_space_open(f->store, 3, NULL, NULL);
	assert_get(after, "k", "three");
	store_space_close(after);
}

/* ---- many spaces ---- */

static guint
count_entries(const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	guint n = 0;

	g_assert_nonnull(dir);
	while (g_dir_read_name(dir) != NULL)
		n++;
	g_dir_close(dir);
	return n;
}

#define MANY 2000u

static void
test_many_spaces_are_cheap(Fixture *f, gconstpointer data)
{
	g_autofree StoreSpace **spaces = g_new(StoreSpace *, MANY);
	guint files = count_entries("/proc/self/fd");
	guint threads = count_entries("/proc/self/task");

	for (guint i = 0; i < MANY; i++) {
		spaces[i] = store_space_open(f->store, 100 + i, on_durable,
					     &f->durable);
		put(spaces[i], "k", "v");
	}
	g_assert_cmpuint(count_entries("/proc/self/fd"), ==, files);
	g_assert_cmpuint(count_entries("/proc/self/task"), ==, threads);
	flush(spaces[MANY - 1], &f->durable);
	for (guint i = 0; i < MANY; i++) {
		assert_get(spaces[i], "k", "v");
		store_space_close(spaces[i]);
	}
}

/* ---- growth ---- */

typedef struct {
	StoreSpace *space;
	gint stop;
	guint reads, failed;
} Reader;

static void *
read_on(void *data)
{
	Reader *reader = data;

	while (!g_atomic_int_get(&reader->stop)) {
		g_autofree char *value = get(reader->space, "fixed");
		g_autofree char *scan =
			range_text(reader->space, "fixed", "fixee", 0);

		reader->reads++;
		reader->failed += g_strcmp0(value, "here") != 0 ||
				  g_strcmp0(scan, "fixed=here ") != 0;
	}
	return NULL;
}

static void
test_map_grows_under_readers(Fixture *f, gconstpointer data)
{
	g_autofree char *value = g_strnfill(20000, 'v');
	Reader readers[2] = { { .stop = 0 } };
	GThread *threads[2];
	StoreStatus before, after;

	f->config.map_bytes = MIB / 4;
	reopen(f);
	put(f->space, "fixed", "here");
	flush(f->space, &f->durable);
	store_status(f->store, &before);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
		readers[i].space = f->space;
		threads[i] = g_thread_new("reader", read_on, &readers[i]);
	}
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *key = g_strdup_printf("k%u", i);

		put(f->space, key, value);
	}
	wait_for_database(f->store);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
		g_atomic_int_set(&readers[i].stop, 1);
		g_thread_join(threads[i]);
		g_assert_cmpuint(readers[i].failed, ==, 0);
	}
	store_status(f->store, &after);
	g_assert_cmpuint(after.map_bytes, >=, 16 * before.map_bytes);
	g_assert_cmpuint(after.used_bytes, >, 16 * MIB);
	assert_get(f->space, "k999", value);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
	g_test_add(name, Fixture, NULL, set_up, test, tear_down)
	ADD("/store/get/sees-every-accepted-batch", test_read_your_writes);
	ADD("/store/commit/later-write-of-a-key-wins", test_later_write_wins);
	ADD("/store/commit/survives-reopening", test_survives_reopening);
	ADD("/store/commit/strides-by-the-first-size",
	    test_strides_follow_the_first_size);
	ADD("/store/commit/refuses-what-is-over-a-limit", test_limits);
	ADD("/store/commit/takes-the-largest-value", test_largest_value);
	ADD("/store/space/sees-only-its-own", test_spaces_are_separate);
	ADD("/store/space/two-thousand-are-cheap", test_many_spaces_are_cheap);
	ADD("/store/space/closed-one-is-written-all-the-same",
	    test_closed_space_goes_on);
	ADD("/store/space/may-be-closed-while-it-is-folded",
	    test_closed_while_folding);
	ADD("/store/scan/keeps-to-its-bounds", test_scan_bounds);
	ADD("/store/scan/ends-as-the-sink-says",
	    test_scan_ends_as_the_sink_says);
	ADD("/store/scan/equals-a-model", test_equals_a_model);
	ADD("/store/scan/sees-batches-whole", test_batches_are_seen_whole);
	ADD("/store/durable/comes-in-order", test_durable_in_order);
	ADD("/store/durable/many-batches-share-a-sync",
	    test_one_sync_for_many);
	ADD("/store/erase/leaves-nothing-and-nobody-else-touched", test_erase);
	ADD("/store/map/grows-under-readers", test_map_grows_under_readers);
	return g_test_run();
}
