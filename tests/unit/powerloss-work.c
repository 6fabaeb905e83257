/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/powerloss-work.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store_fixture.h"

#define WRITES_MAX 8u
#define SHARED_KEYS 40
#define VALUE_MAX 300
#define LARGE_MAX (48 << 10)
#define TEXT_MAX 400u

/* ---- batches ------------------------------------------------------------ */

typedef struct {
	bsn_write writes[WRITES_MAX];
	guint n;
	GPtrArray *owned;
} Batch;

static void
batch_clear(Batch *batch)
{
	g_ptr_array_unref(batch->owned);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

static char *
keep(Batch *batch, char *text)
{
	g_ptr_array_add(batch->owned, text);
	return text;
}

static void
add(Batch *batch, guint32 op, char *key, bsn_slice value)
{
	batch->writes[batch->n++] = (bsn_write){
		.size = sizeof(bsn_write),
		.op = op,
		.key = bsn_slice_str(keep(batch, key)),
		.value = value,
	};
}

static bsn_slice
chance_value(const Work *work, Batch *batch, GRand *rand)
{
	const gboolean large = work->large && g_rand_int_range(rand, 0, 6) == 0;
	const gsize len =
		(gsize)g_rand_int_range(rand, 0, large ? LARGE_MAX : VALUE_MAX);
	char *bytes = keep(batch, g_malloc(len + sizeof(guint32)));

	for (gsize i = 0; i < len; i += sizeof(guint32)) {
		const guint32 word = g_rand_int(rand);

		memcpy(bytes + i, &word, sizeof(word));
	}
	return bsn_slice_of(bytes, len);
}

/* What a space has after it is told by "last"; "own-I" is of batch I alone, the
 * last three of which stay; others all batches share. */
static Batch
make_batch(const Work *work, guint space, guint64 i)
{
	const guint32 seeds[] = { work->seed, space, (guint32)i };
	g_autoptr(GRand) rand =
		g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
	const guint more = (guint)g_rand_int_range(rand, 0, WRITES_MAX - 2);
	Batch batch = { .owned = g_ptr_array_new_with_free_func(g_free) };
	char *text;

	add(&batch, BSN_WRITE_PUT, g_strdup_printf("own-%" G_GUINT64_FORMAT, i),
	    chance_value(work, &batch, rand));
	if (i > 3)
		add(&batch, BSN_WRITE_DELETE,
		    g_strdup_printf("own-%" G_GUINT64_FORMAT, i - 3),
		    bsn_slice_of(NULL, 0));
	for (guint k = 0; batch.n < WRITES_MAX - 1 && k < more; k++) {
		char *key = g_strdup_printf(
			"shared-%d", g_rand_int_range(rand, 0, SHARED_KEYS));

		if (g_rand_int_range(rand, 0, 5) == 0)
			add(&batch, BSN_WRITE_DELETE, key,
			    bsn_slice_of(NULL, 0));
		else
			add(&batch, BSN_WRITE_PUT, key,
			    chance_value(work, &batch, rand));
	}
	text = keep(&batch, g_strdup_printf("%" G_GUINT64_FORMAT, i));
	add(&batch, BSN_WRITE_PUT, g_strdup("last"), bsn_slice_str(text));
	return batch;
}

/* ---- work --------------------------------------------------------------- */

typedef struct {
	guint space;
	Durable durable;
} Told;

static void
on_told(void *owner, guint64 cookie)
{
	Told *told = owner;

	disk_mark(told->space, cookie);
	on_durable(&told->durable, cookie);
}

static StoreConfig
config_of(const Work *work, const char *directory)
{
	StoreConfig config = store_config(directory);

	/* It grows, and there is less to write down for each state. */
	config.map_bytes = MIB;
	config.pending_bytes_max = work->unfolded_max;
	config.journal_bytes_max = work->journal_max;
	return config;
}

static void
commit_batch(const Work *work, StoreSpace *space, guint number, guint64 i)
{
	g_auto(Batch) batch = make_batch(work, number, i);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	disk_mark(number | WORK_GIVEN, i);
	do {
		status = store_commit(space, batch.writes, batch.n, i, &err);
		if (status == BSN_BUSY)
			g_thread_yield();
	} while (status == BSN_BUSY);
	g_assert_cmpint(status, ==, BSN_OK);
}

void
work_run(const Work *work, const char *directory, const WorkCount *from,
	 guint batches)
{
	const StoreConfig config = config_of(work, directory);
	g_autoptr(GRand) rand = g_rand_new_with_seed(work->seed);
	Store *store = open_store(&config);
	StoreSpace *spaces[WORK_SPACES];
	Told told[WORK_SPACES];
	WorkCount count = *from;

	disk_mark(WORK_OPENED, 0);
	disk_fault(work->faults);
	for (guint s = 0; s < WORK_SPACES; s++) {
		told[s].space = s;
		durable_init(&told[s].durable);
		told[s].durable.last = from->of[s];
		spaces[s] = store_space_open(store, s + 1, on_told, &told[s]);
	}
	for (guint i = 0; i < batches; i++) {
		guint s = (guint)g_rand_int_range(rand, 0, WORK_SPACES);

		commit_batch(work, spaces[s], s, ++count.of[s]);
		if (g_rand_int_range(rand, 0, 3) == 0)
			g_assert_true(
				durable_wait(&told[s].durable, count.of[s]));
		/* The database is idle at times, too. */
		if (g_rand_int_range(rand, 0, 40) == 0)
			wait_for_database(store);
	}
	for (guint s = 0; s < WORK_SPACES; s++)
		store_space_close(spaces[s]);
	store_close(store);
	for (guint s = 0; s < WORK_SPACES; s++)
		durable_clear(&told[s].durable);
}

void
work_count(const DiskLog *log, gsize until, WorkCount *told, WorkCount *given)
{
	for (gsize i = 0; i < until; i++) {
		const DiskEvent *event =
			&g_array_index(log->events, DiskEvent, i);

		if (event->kind != DISK_MARK || event->mark == WORK_OPENED)
			continue;
		if ((event->mark & WORK_GIVEN) != 0)
			given->of[event->mark & ~WORK_GIVEN] = event->offset;
		else
			told->of[event->mark] = event->offset;
	}
}

/* ---- what is right ------------------------------------------------------ */

static char *
key_text(bsn_slice key)
{
	return g_strndup((const char *)key.data, key.len);
}

/* After n batches: keys to GBytes. */
static GHashTable *
right_content(const Work *work, guint space, guint64 n)
{
	GHashTable *content = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);

	for (guint64 i = 1; i <= n; i++) {
		g_auto(Batch) batch = make_batch(work, space, i);

		for (guint k = 0; k < batch.n; k++) {
			const bsn_write *write = &batch.writes[k];
			g_autofree char *key = key_text(write->key);

			if (write->op == BSN_WRITE_DELETE)
				g_hash_table_remove(content, key);
			else
				g_hash_table_insert(
					content, g_steal_pointer(&key),
					g_bytes_new(write->value.data,
						    write->value.len));
		}
	}
	return content;
}

typedef struct {
	bsn_scan_sink sink;
	GHashTable *right; /* what has not come yet */
	char *wrong;	   /* the first of it, or NULL */
} Comparing;

static int32_t
compare_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Comparing *comparing = (Comparing *)sink;
	g_autofree char *text = key_text(key);
	GBytes *bytes = g_hash_table_lookup(comparing->right, text);

	if (comparing->wrong != NULL)
		return BSN_OK;
	if (bytes == NULL)
		comparing->wrong = g_strdup_printf("%s is there", text);
	else if (!bsn_slice_equal(value,
				  bsn_slice_of(g_bytes_get_data(bytes, NULL),
					       g_bytes_get_size(bytes))))
		comparing->wrong =
			g_strdup_printf("%s has another value", text);
	g_hash_table_remove(comparing->right, text);
	return BSN_OK;
}

static char *
compare(const Work *work, StoreSpace *space, guint number, guint64 n)
{
	bsn_err err = BSN_ERR_INIT;
	Comparing comparing = { { compare_entry },
				right_content(work, number, n),
				NULL };
	int32_t status =
		store_scan(space, bsn_slice_of(NULL, 0), bsn_slice_of(NULL, 0),
			   0, &comparing.sink, &err);
	const guint missing = g_hash_table_size(comparing.right);

	g_hash_table_unref(comparing.right);
	if (status != BSN_OK)
		return g_strdup_printf("it cannot be read: %s", err.reason);
	if (comparing.wrong == NULL && missing > 0)
		return g_strdup_printf("%u keys are missing", missing);
	return comparing.wrong;
}

static char *
judge_space(const Work *work, Store *store, guint number, guint64 told,
	    guint64 given, guint64 *found)
{
	StoreSpace *space = store_space_open(store, number + 1, NULL, NULL);
	g_autofree char *last = get(space, "last");
	g_autofree char *wrong = NULL;

	*found = last != NULL ? g_ascii_strtoull(last, NULL, 10) : 0;
	if (*found < told)
		wrong = g_strdup_printf("batch %" G_GUINT64_FORMAT
					" was told to be durable",
					told);
	else if (*found > given)
		wrong = g_strdup_printf("only %" G_GUINT64_FORMAT " were given",
					given);
	else
		wrong = compare(work, space, number, *found);
	store_space_close(space);
	if (wrong == NULL)
		return NULL;
	return g_strdup_printf("space %u after batch %" G_GUINT64_FORMAT ": %s",
			       number, *found, wrong);
}

char *
work_judge(const Work *work, const char *directory, const WorkCount *told,
	   const WorkCount *given, WorkCount *found)
{
	const StoreConfig config = config_of(work, directory);
	g_autoptr(GError) error = NULL;
	Store *store = store_open(&config, &error);
	char *wrong = NULL;

	if (store == NULL)
		return g_strdup_printf("not opened: %s", error->message);
	for (guint s = 0; s < WORK_SPACES && wrong == NULL; s++)
		wrong = judge_space(work, store, s, told->of[s], given->of[s],
				    &found->of[s]);
	if (wrong == NULL)
		store_close(store);
	return wrong;
}

/* ---- in a process of its own --------------------------------------------- */

typedef struct {
	WorkCount found;
	char wrong[TEXT_MAX]; /* empty: nothing */
} Verdict;

G_GNUC_NORETURN static void
judge_and_exit(const Work *work, const char *directory, const WorkCount *told,
	       const WorkCount *given, int out)
{
	Verdict verdict = { 0 };
	char *wrong = work_judge(work, directory, told, given, &verdict.found);

	if (wrong != NULL)
		g_strlcpy(verdict.wrong, wrong, sizeof(verdict.wrong));
	_exit(write(out, &verdict, sizeof(verdict)) == sizeof(verdict) ? 0 : 1);
}

char *
work_judge_apart(const Work *work, const char *directory, const WorkCount *told,
		 const WorkCount *given, WorkCount *found)
{
	Verdict verdict = { 0 };
	int pipes[2];
	int status;
	gboolean answered;
	pid_t child;

	g_assert_cmpint(pipe(pipes), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		judge_and_exit(work, directory, told, given, pipes[1]);
	close(pipes[1]);
	answered = read(pipes[0], &verdict, sizeof(verdict)) == sizeof(verdict);
	close(pipes[0]);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	if (!answered)
		return g_strdup_printf("the store crashed, status %d", status);
	*found = verdict.found;
	return verdict.wrong[0] != '\0' ? g_strdup(verdict.wrong) : NULL;
}
