/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys that a space has not are told without a look into the database, and those
 * that it has are never missed: not while the database is looked through, nor after
 * a crash, nor without room for a filter.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "host/service/store_filter.h"
#include "tests/unit/store_fixture.h"

#define KEYS 100000u

/* ---- the filter alone ---- */

/* Keys of several lengths, alike in front as a contract's are. */
static guint64
hash_of(const StoreFilter *filter, guint number)
{
	g_autofree char *key = g_strdup_printf(
		"%.*s%u", (int)(number % 40),
		"the same in front of many a key, and so on", number);

	return store_filter_hash(filter, key, strlen(key));
}

static void
test_has_what_was_added(void)
{
	gint64 room = 1 << 30;
	StoreFilter *filter = store_filter_new(&room);
	guint wrong = 0;

	for (guint i = 0; i < KEYS; i++) {
		store_filter_add(filter, hash_of(filter, i));
		/* Layers come on the way: what is in earlier ones stays. */
		g_assert_true(store_filter_may_have(filter,
						    hash_of(filter, i / 2)));
	}
	for (guint i = 0; i < KEYS; i++) {
		g_assert_true(
			store_filter_may_have(filter, hash_of(filter, i)));
		if (store_filter_may_have(filter, hash_of(filter, KEYS + i)))
			wrong++;
	}
	g_assert_cmpuint(wrong, <, KEYS / 25);
	g_assert_cmpint((1 << 30) - room, <, KEYS * 8);
	store_filter_free(filter);
	g_assert_cmpint(room, ==, 1 << 30);
}

static void
test_gives_up_without_room(void)
{
	gint64 room = 4096;
	StoreFilter *filter = store_filter_new(&room);

	for (guint i = 0; i < KEYS / 10; i++)
		store_filter_add(filter, hash_of(filter, i));
	g_assert_true(store_filter_is_given_up(filter));
	for (guint i = 0; i < KEYS / 5; i++)
		g_assert_true(
			store_filter_may_have(filter, hash_of(filter, i)));
	g_assert_cmpint(room, >=, 0);
	store_filter_free(filter);
	g_assert_cmpint(room, ==, 4096);
}

/* ---- in a store ---- */

typedef struct {
	char *directory;
	StoreConfig config;
	Store *store;
	StoreSpace *space;
	Durable durable;
} Fixture;

static void
open_again(Fixture *f)
{
	f->durable.last = 0;
	f->store = open_store(&f->config);
	f->space = store_space_open(f->store, 7, on_durable, &f->durable);
	g_assert_nonnull(f->space);
}

static void
end(Fixture *f)
{
	store_space_close(f->space);
	store_close(f->store);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	f->directory = make_directory();
	f->config = store_config(f->directory);
	durable_init(&f->durable);
	open_again(f);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	end(f);
	durable_clear(&f->durable);
	remove_directory(f->directory);
}

static void
put_some(StoreSpace *space, guint from, guint to)
{
	for (guint i = from; i < to; i++) {
		g_autofree char *key = g_strdup_printf("key-%u", i);

		put(space, key, "there");
	}
}

static void
expect(StoreSpace *space, guint from, guint to, const char *value)
{
	for (guint i = from; i < to; i++) {
		g_autofree char *key = g_strdup_printf("key-%u", i);

		assert_get(space, key, value);
	}
}

static void
wait_until_filtered(Store *store)
{
	const gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
	StoreStatus status;

	for (;;) {
		store_status(store, &status);
		if (status.unfiltered == 0)
			break;
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		g_thread_yield();
	}
	g_assert_cmpuint(status.filter_bytes, >, 0);
}

typedef struct {
	bsn_scan_sink sink;
	StoreSpace *space;
	const char *key;
	int32_t answer;
} Nested;

static int32_t
ask_inside(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Nested *nested = (Nested *)sink;

	nested->answer = store_get(nested->space, bsn_slice_str(nested->key),
				   NULL, NULL);
	return BSN_DENIED;
}

/* Inside a read the database must not be looked into: an answer came without. */
static int32_t
answer_without_database(StoreSpace *space, const char *key)
{
	const bsn_slice none = { NULL, 0 };
	Nested nested = { { ask_inside }, space, key, BSN_OK };

	g_assert_cmpint(store_scan(space, none, none, 0, &nested.sink, NULL),
			==, BSN_DENIED);
	return nested.answer;
}

/* Nearly all keys from one on, which are not there: some seem to be by chance. */
static void
expect_missed(StoreSpace *space, guint from)
{
	guint missed = 0;

	for (guint i = from; i < from + 200; i++) {
		g_autofree char *key = g_strdup_printf("key-%u", i);

		missed += answer_without_database(space, key) == BSN_NOT_FOUND;
	}
	g_assert_cmpuint(missed, >, 150);
}

static void
test_misses_without_database(Fixture *f, gconstpointer data)
{
	put_some(f->space, 0, 3000);
	flush(f->space, &f->durable);
	wait_for_database(f->store);
	wait_until_filtered(f->store);
	g_assert_cmpint(answer_without_database(f->space, "key-17"), ==,
			BSN_E_STATE);
	expect_missed(f->space, 3000);
}

/* Asked from the first moment on, with more being written. */
static void
test_finds_all_after_reopening(Fixture *f, gconstpointer data)
{
	put_some(f->space, 0, 5000);
	flush(f->space, &f->durable);
	end(f);
	open_again(f);
	put_some(f->space, 5000, 5500);
	expect(f->space, 0, 5500, "there");
	wait_until_filtered(f->store);
	expect(f->space, 0, 5500, "there");
	expect(f->space, 5500, 8000, NULL);
	expect_missed(f->space, 5500);
}

/* Some in the database, some in the journal alone. */
static void
test_finds_all_after_a_crash(Fixture *f, gconstpointer data)
{
	char *copy;

	put_some(f->space, 0, 2000);
	flush(f->space, &f->durable);
	wait_for_database(f->store);
	put_some(f->space, 2000, 2500);
	flush(f->space, &f->durable);
	copy = copy_directory(f->directory);
	end(f);
	remove_directory(f->directory);
	f->directory = copy;
	f->config.directory = copy;
	open_again(f);
	wait_until_filtered(f->store);
	expect(f->space, 0, 2500, "there");
	expect(f->space, 2500, 3000, NULL);
}

static void
test_many_keep_apart(Fixture *f, gconstpointer data)
{
	StoreSpace *other =
		store_space_open(f->store, 8, on_durable, &f->durable);

	put_some(f->space, 0, 1000);
	put_some(other, 1000, 2000);
	wait_until_filtered(f->store);
	expect(f->space, 0, 1000, "there");
	expect(f->space, 1000, 2000, NULL);
	expect(other, 1000, 2000, "there");
	expect(other, 0, 1000, NULL);
	store_space_close(other);
}

/* Opened and closed while it is looked through. */
static void
test_closed_meanwhile(Fixture *f, gconstpointer data)
{
	put_some(f->space, 0, 5000);
	flush(f->space, &f->durable);
	for (guint i = 0; i < 20; i++) {
		end(f);
		open_again(f);
		assert_get(f->space, "key-4999", "there");
	}
	expect(f->space, 0, 5000, "there");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store-filter/has-what-was-added",
			test_has_what_was_added);
	g_test_add_func("/store-filter/gives-up-without-room",
			test_gives_up_without_room);
#define ADD(name, test) \
	g_test_add("/store-filter/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("misses-without-the-database", test_misses_without_database);
	ADD("finds-all-after-reopening", test_finds_all_after_reopening);
	ADD("finds-all-after-a-crash", test_finds_all_after_a_crash);
	ADD("keeps-spaces-apart", test_many_keep_apart);
	ADD("is-closed-meanwhile", test_closed_meanwhile);
	return g_test_run();
}
