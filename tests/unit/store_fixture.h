/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/store_fixture.h: a store in a temporary directory, and short
 * words for what tests do with it.
 */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "host/service/store.h"

#define MIB ((guint64)1 << 20)
/* How long an event may take before a test calls it missing. */
#define DEADLINE_US (60 * G_TIME_SPAN_SECOND)

/* A new directory; free with remove_directory. */
char *make_directory(void);
void remove_directory(char *directory);

/* Sizes that suit most tests. */
StoreConfig store_config(const char *directory);
Store *open_store(const StoreConfig *config);

/* Counts `durable` calls and checks that cookies come in order 1, 2, 3, ... */
typedef struct {
	GMutex lock;
	GCond changed;
	guint64 last;
	gboolean out_of_order;
} Durable;
void durable_init(Durable *durable);
void durable_clear(Durable *durable);
void on_durable(void *durable, guint64 cookie);
/* FALSE at the deadline. */
gboolean durable_wait(Durable *durable, guint64 cookie);

bsn_write put_write(const char *key, const char *value);
bsn_write delete_write(const char *key);
int32_t commit_one(StoreSpace *space, bsn_write write, guint64 cookie);
void put(StoreSpace *space, const char *key, const char *value);
/* NULL when not found; any other failure fails the test. */
char *get(StoreSpace *space, const char *key);
#define assert_get(space, key, expected)                                       \
	do {                                                                   \
		g_autofree char *got_ = get((space), (key));                   \
		g_assert_cmpstr(got_, ==, (expected));                         \
	} while (0)

/* "k=v k=v " of a range; NULL stands for an empty bound. */
char *range_text(StoreSpace *space, const char *from, const char *to,
		guint32 flags);
/* Commits an empty batch and waits for it, hence for all before it. */
void flush(StoreSpace *space, Durable *durable);
/* Waits until all that was accepted is in the database. */
void wait_for_database(Store *store);
/* A copy of a store's directory as it is now; what a crash would leave if the
 * page cache outlived it. Free with remove_directory. */
char *copy_directory(const char *directory);

#endif
