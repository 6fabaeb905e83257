/* SPDX-License-Identifier: Apache-2.0
 *
 * What the store sustains: batches through store_commit until `durable`, over
 * keys that are there already. Only store.h is used, so that the same file is
 * built against an earlier store (store.sh).
 *
 *     store DIRECTORY KEYS SECONDS DEPTH [random|chain]
 *
 * Fills DIRECTORY up to KEYS keys when it has fewer, then commits for SECONDS,
 * with up to DEPTH batches on the way. random: 1,000 puts of 100 to 300 bytes
 * under 32-byte keys by chance, half of them new. chain: the same with 200
 * puts, and a block of 100 KB under the next number. One line of figures at the
 * end, and puts in each second on standard error.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/service/store.h"

#define FILL_BATCH 10000u
#define KEY_LEN 32u
#define VALUE_MIN 100u
#define VALUE_MAX 300u
#define BLOCK_LEN 100000u
#define BATCH_MAX FILL_BATCH
#define COUNT_KEY "count"
#define LATENCIES_MAX 1000000u

typedef struct {
	Store *store;
	StoreSpace *space, *notes;
	guint64 keys;	/* 0 .. keys - 1 are there, or on their way */
	guint64 random; /* state */
	guint64 cookie; /* of the last batch */
	GMutex lock;
	GCond changed;
	guint64 durable;
	gint64 *began_us; /* by cookie, modulo depth */
	guint64 depth;
	gint64 *latencies;
	guint64 measured;
} Bench;

static guint64
next_random(guint64 *state)
{
	guint64 z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static void
make_key(guint8 key[KEY_LEN], guint64 index)
{
	guint64 state = index * 4;

	for (guint i = 0; i < KEY_LEN; i += 8) {
		guint64 word = next_random(&state);

		memcpy(key + i, &word, 8);
	}
}

static void
on_durable(void *owner, guint64 cookie)
{
	Bench *bench = owner;
	gint64 now_us = g_get_monotonic_time();

	g_mutex_lock(&bench->lock);
	bench->durable = cookie;
	if (bench->measured < LATENCIES_MAX)
		bench->latencies[bench->measured++] =
			now_us - bench->began_us[cookie % bench->depth];
	g_cond_signal(&bench->changed);
	g_mutex_unlock(&bench->lock);
}

static void
wait_for(Bench *bench, guint64 cookie)
{
	g_mutex_lock(&bench->lock);
	while (bench->durable < cookie)
		g_cond_wait(&bench->changed, &bench->lock);
	g_mutex_unlock(&bench->lock);
}

static void
commit(Bench *bench, const bsn_write *writes, guint64 n)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	bench->cookie++;
	if (bench->cookie > bench->depth)
		wait_for(bench, bench->cookie - bench->depth);
	bench->began_us[bench->cookie % bench->depth] = g_get_monotonic_time();
	while ((status = store_commit(bench->space, writes, n, bench->cookie,
				      &err)) == BSN_BUSY)
		g_usleep(500);
	if (status != BSN_OK)
		g_error("%s", err.reason);
}

static void
set_put(bsn_write *write, const void *key, gsize key_len, const void *value,
	gsize value_len)
{
	*write = (bsn_write){ .size = sizeof(*write),
			      .op = BSN_WRITE_PUT,
			      .key = { key, key_len },
			      .value = { value, value_len } };
}

/* `fresh`: of 100 puts, how many have a new key. */
static void
make_puts(Bench *bench, bsn_write *writes, guint8 (*keys)[KEY_LEN],
	  const guint8 *noise, guint n, guint fresh)
{
	for (guint i = 0; i < n; i++) {
		guint64 chance = next_random(&bench->random);
		gsize len = VALUE_MIN +
			    (gsize)(chance >> 32) % (VALUE_MAX - VALUE_MIN + 1);
		guint64 index =
			chance % 100 < fresh || bench->keys == 0
				? bench->keys++
				: next_random(&bench->random) % bench->keys;

		make_key(keys[i], index);
		set_put(&writes[i], keys[i], KEY_LEN, noise + chance % 65536,
			len);
	}
}

typedef struct {
	bsn_sink sink;
	guint64 count;
} CountSink;

static int32_t
read_count(bsn_sink *sink, const void *data, uint64_t len)
{
	if (len != sizeof(guint64))
		return BSN_E_CORRUPT;
	memcpy(&((CountSink *)sink)->count, data, sizeof(guint64));
	return BSN_OK;
}

/* How many keys the directory has is written beside them. */
static void
find_keys(Bench *bench)
{
	CountSink found = { .sink = { read_count } };

	store_get(bench->notes, bsn_slice_str(COUNT_KEY), &found.sink, NULL);
	bench->keys = found.count;
}

static void
note_keys(Bench *bench)
{
	bsn_write write;

	set_put(&write, COUNT_KEY, strlen(COUNT_KEY), &bench->keys,
		sizeof(bench->keys));
	if (store_commit(bench->notes, &write, 1, 0, NULL) != BSN_OK)
		g_error("the number of keys could not be kept");
}

static gint64
cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) *
		       G_USEC_PER_SEC +
	       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* What this process had written to the disk. */
static guint64
bytes_written(void)
{
	g_autofree char *text = NULL;
	const char *at;

	if (!g_file_get_contents("/proc/self/io", &text, NULL, NULL))
		return 0;
	at = strstr(text, "\nwrite_bytes: ");
	return at == NULL ? 0 : g_ascii_strtoull(at + 14, NULL, 10);
}

static int
by_time(const void *a, const void *b)
{
	gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

	return left < right ? -1 : left > right;
}

static void
run(Bench *bench, double seconds, gboolean chain, const guint8 *noise)
{
	static bsn_write writes[BATCH_MAX];
	static guint8 keys[BATCH_MAX][KEY_LEN];
	const guint n = chain ? 200 : 1000;
	guint8 block_key[12] = "block";
	guint64 began = bench->cookie, last = began, block = 0;
	gint64 start_us, cpu, end_us, tick_us;
	guint64 written, puts;
	struct rusage usage;
	double took;

	bench->measured = 0;
	written = bytes_written();
	cpu = cpu_us();
	start_us = tick_us = g_get_monotonic_time();
	end_us = start_us + (gint64)(seconds * G_USEC_PER_SEC);
	while (g_get_monotonic_time() < end_us) {
		guint64 number = GUINT64_TO_BE(block);

		make_puts(bench, writes, keys, noise, n, 50);
		memcpy(block_key + 4, &number, 8);
		set_put(&writes[n], block_key, sizeof(block_key), noise,
			BLOCK_LEN);
		block++;
		commit(bench, writes, n + (chain ? 1 : 0));
		if (g_get_monotonic_time() - tick_us > G_USEC_PER_SEC) {
			tick_us = g_get_monotonic_time();
			fprintf(stderr, "%" G_GUINT64_FORMAT " ",
				(bench->cookie - last) * n);
			last = bench->cookie;
		}
	}
	wait_for(bench, bench->cookie);
	took = (double)(g_get_monotonic_time() - start_us) / G_USEC_PER_SEC;
	puts = (bench->cookie - began) * n;
	written = bytes_written() - written;
	cpu = cpu_us() - cpu;
	getrusage(RUSAGE_SELF, &usage);
	qsort(bench->latencies, bench->measured, sizeof(gint64), by_time);
	printf("%s keys %" G_GUINT64_FORMAT " depth %" G_GUINT64_FORMAT
	       " puts/s %.0f batches/s %.1f p50_ms %.2f p99_ms %.2f "
	       "cpu_us/put %.2f written_bytes/put %.0f peak_MB %.0f\n",
	       chain ? "chain" : "random", bench->keys, bench->depth,
	       (double)puts / took, (double)(bench->cookie - began) / took,
	       (double)bench->latencies[bench->measured / 2] / 1e3,
	       (double)bench->latencies[bench->measured * 99 / 100] / 1e3,
	       (double)cpu / (double)puts, (double)written / (double)puts,
	       (double)usage.ru_maxrss / 1024);
}

static void
fill(Bench *bench, guint64 wanted, const guint8 *noise)
{
	static bsn_write writes[FILL_BATCH];
	static guint8 keys[FILL_BATCH][KEY_LEN];

	while (bench->keys < wanted) {
		guint n = (guint)MIN(FILL_BATCH, wanted - bench->keys);

		make_puts(bench, writes, keys, noise, n, 100);
		commit(bench, writes, n);
		wait_for(bench, bench->cookie);
		note_keys(bench);
	}
}

int
main(int argc, char **argv)
{
	g_autofree guint8 *noise = g_malloc(65536 + BLOCK_LEN);
	StoreConfig config = { .map_bytes = (guint64)64 << 20,
			       .map_bytes_max = (guint64)64 << 30,
			       .pending_bytes_max = (guint64)256 << 20 };
	Bench bench = { .random = 1 };
	GError *error = NULL;
	guint64 state = 7;

	if (argc < 5)
		g_error("store DIRECTORY KEYS SECONDS DEPTH [random|chain]");
	for (guint i = 0; i < 65536 + BLOCK_LEN; i++)
		noise[i] = (guint8)next_random(&state);
	config.directory = argv[1];
	bench.depth = MAX(g_ascii_strtoull(argv[4], NULL, 10), 1);
	bench.began_us = g_new0(gint64, bench.depth);
	bench.latencies = g_new0(gint64, LATENCIES_MAX);
	bench.store = store_open(&config, &error);
	if (bench.store == NULL)
		g_error("%s", error->message);
	bench.space = store_space_open(bench.store, 1, on_durable, &bench);
	bench.notes = store_space_open(bench.store, 0, NULL, NULL);
	find_keys(&bench);
	bench.random = bench.keys + 1;
	fill(&bench, g_ascii_strtoull(argv[2], NULL, 10), noise);
	if (g_ascii_strtod(argv[3], NULL) > 0)
		run(&bench, g_ascii_strtod(argv[3], NULL),
		    g_strcmp0(argv[5], "chain") == 0, noise);
	note_keys(&bench);
	store_space_close(bench.space);
	store_space_close(bench.notes);
	store_close(bench.store);
	return 0;
}
