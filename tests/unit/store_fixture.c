/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store_fixture.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib/gstdio.h>

char *
make_directory(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = g_dir_make_tmp("bsn-store-XXXXXX", &error);

	g_assert_no_error(error);
	return directory;
}

void
remove_directory(char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path =
			g_build_filename(directory, name, NULL);

		g_assert_cmpint(g_remove(path), ==, 0);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_assert_cmpint(g_rmdir(directory), ==, 0);
	g_free(directory);
}

StoreConfig
store_config(const char *directory)
{
	return (StoreConfig){ .directory = directory,
			      .map_bytes = 16 * MIB,
			      .map_bytes_max = 1024 * MIB,
			      .pending_bytes_max = 64 * MIB };
}

Store *
open_store(const StoreConfig *config)
{
	g_autoptr(GError) error = NULL;
	Store *store = store_open(config, &error);

	g_assert_no_error(error);
	g_assert_nonnull(store);
	return store;
}

void
durable_init(Durable *durable)
{
	*durable = (Durable){ .last = 0 };
	g_mutex_init(&durable->lock);
	g_cond_init(&durable->changed);
}

void
durable_clear(Durable *durable)
{
	g_assert_false(durable->out_of_order);
	g_mutex_clear(&durable->lock);
	g_cond_clear(&durable->changed);
}

void
on_durable(void *owner, guint64 cookie)
{
	Durable *durable = owner;

	g_mutex_lock(&durable->lock);
	durable->out_of_order |= cookie != durable->last + 1;
	durable->last = cookie;
	g_cond_broadcast(&durable->changed);
	g_mutex_unlock(&durable->lock);
}

gboolean
durable_wait(Durable *durable, guint64 cookie)
{
	gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
	gboolean come = TRUE;

	g_mutex_lock(&durable->lock);
	while (come && durable->last < cookie)
		come = g_cond_wait_until(&durable->changed, &durable->lock,
					 deadline);
	g_mutex_unlock(&durable->lock);
	return come;
}

bsn_write
put_write(const char *key, const char *value)
{
	return (bsn_write){ .size = sizeof(bsn_write),
			    .op = BSN_WRITE_PUT,
			    .key = bsn_slice_str(key),
			    .value = bsn_slice_str(value) };
}

bsn_write
delete_write(const char *key)
{
	return (bsn_write){ .size = sizeof(bsn_write),
			    .op = BSN_WRITE_DELETE,
			    .key = bsn_slice_str(key) };
}

int32_t
commit_one(StoreSpace *space, bsn_write write, guint64 cookie)
{
	return store_commit(space, &write, 1, cookie, NULL);
}

void
put(StoreSpace *space, const char *key, const char *value)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_write write = put_write(key, value);

	g_assert_cmpint(store_commit(space, &write, 1, 0, &err), ==, BSN_OK);
	g_assert_cmpstr(err.reason, ==, "");
}

typedef struct {
	bsn_sink sink;
	GString *text;
} TextSink;

static int32_t
append(bsn_sink *sink, const void *data, uint64_t len)
{
	g_string_append_len(((TextSink *)sink)->text, data, (gssize)len);
	return BSN_OK;
}

char *
get(StoreSpace *space, const char *key)
{
	bsn_err err = BSN_ERR_INIT;
	TextSink sink = { { append }, g_string_new(NULL) };
	int32_t status = store_get(space, bsn_slice_str(key), &sink.sink, &err);

	if (status != BSN_NOT_FOUND)
		g_assert_cmpint(status, ==, BSN_OK);
	g_assert_cmpstr(err.reason, ==, "");
	return g_string_free(sink.text, status != BSN_OK);
}

typedef struct {
	bsn_scan_sink sink;
	GString *text;
} TextScan;

static int32_t
append_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	g_string_append_printf(((TextScan *)sink)->text, "%.*s=%.*s ",
			       (int)key.len, (const char *)key.data,
			       (int)value.len, (const char *)value.data);
	return BSN_OK;
}

char *
range_text(StoreSpace *space, const char *from, const char *to, guint32 flags)
{
	bsn_err err = BSN_ERR_INIT;
	TextScan scan = { { append_entry }, g_string_new(NULL) };

	g_assert_cmpint(store_scan(space, bsn_slice_str(from),
				   bsn_slice_str(to), flags, &scan.sink, &err),
			==, BSN_OK);
	return g_string_free(scan.text, FALSE);
}

void
flush(StoreSpace *space, Durable *durable)
{
	guint64 cookie = durable->last + 1;

	g_assert_cmpint(store_commit(space, NULL, 0, cookie, NULL), ==, BSN_OK);
	g_assert_true(durable_wait(durable, cookie));
}

void
wait_for_database(Store *store)
{
	gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
	StoreStatus status;

	do {
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		g_thread_yield();
		store_status(store, &status);
		g_assert_cmpint(status.health, !=, STORE_BROKEN);
	} while (status.overlay_bytes > 0);
}

static void
copy_file(const char *from, const char *to)
{
	g_autofree char *content = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(from, &content, &len, NULL));
	g_assert_true(g_file_set_contents(to, content, (gssize)len, NULL));
}

char *
copy_directory(const char *directory)
{
	char *copy = make_directory();
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *from = g_build_filename(directory, name, NULL);
		g_autofree char *to = g_build_filename(copy, name, NULL);

		copy_file(from, to);
	}
	g_dir_close(dir);
	return copy;
}
