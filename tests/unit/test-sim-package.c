/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages of contract code: what is written is read by libarchive.
 */
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "tools/sim/package.h"
#include "tools/sim/workload.h"

#define WORKLOAD(package)                                                      \
	"{\"requests\": [{\"contract\": \"k\", \"function\": \"f\"}],"         \
	" \"contract\": {\"name\": \"c\", \"versions\": [{\"code\":"           \
	" {\"package\": " package "}}]}}"

typedef struct {
	char *name;
	GBytes *data;
} Entry;

static void
entry_clear(gpointer data)
{
	Entry *entry = data;

	g_free(entry->name);
	g_bytes_unref(entry->data);
}

static GBytes *
read_data(struct archive *from, struct archive_entry *about)
{
	gsize len = (gsize)archive_entry_size(about);
	guint8 *data = g_malloc(len + 1);

	g_assert_cmpint(archive_read_data(from, data, len + 1), ==,
			(gssize)len);
	return g_bytes_new_take(data, len);
}

/* Entry, in order. */
static GArray *
unpack(GBytes *package)
{
	struct archive *from = archive_read_new();
	GArray *entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	struct archive_entry *about;
	int status;

	g_array_set_clear_func(entries, entry_clear);
	archive_read_support_format_tar(from);
	archive_read_support_filter_gzip(from);
	g_assert_cmpint(archive_read_open_memory(
				from, g_bytes_get_data(package, NULL),
				g_bytes_get_size(package)),
			==, ARCHIVE_OK);
	while ((status = archive_read_next_header(from, &about)) ==
	       ARCHIVE_OK) {
		Entry entry = { g_strdup(archive_entry_pathname(about)),
				read_data(from, about) };

		g_assert_cmpint(archive_entry_filetype(about), ==, AE_IFREG);
		g_assert_cmpint(archive_entry_perm(about), ==, 0644);
		g_assert_cmpint(archive_entry_mtime(about), ==, 0);
		g_array_append_val(entries, entry);
	}
	g_assert_cmpint(status, ==, ARCHIVE_EOF);
	g_assert_cmpint(archive_filter_code(from, 0), ==,
			ARCHIVE_FILTER_GZIP);
	archive_read_free(from);
	return entries;
}

static const Entry *
entry_at(const GArray *entries, guint i)
{
	return &g_array_index(entries, Entry, i);
}

static void
assert_entry(const GArray *entries, guint i, const char *name,
	     const char *text)
{
	const Entry *entry = entry_at(entries, i);
	g_autoptr(GBytes) wanted = g_bytes_new(text, strlen(text));

	g_assert_cmpstr(entry->name, ==, name);
	g_assert_true(g_bytes_equal(entry->data, wanted));
}

static SimWorkload *
read_workload(const char *text)
{
	g_autofree char *message = NULL;
	SimWorkload *workload =
		sim_workload_parse(text, strlen(text), NULL, &message);

	if (workload == NULL)
		g_error("%s", message);
	return workload;
}

static void
test_a_package_is_two_archives(void)
{
	SimWorkload *workload = read_workload(WORKLOAD(
		"{\"type\": \"native\", \"label\": \"conform_1\", \"files\":"
		" {\"native.json\": {\"version\": 2},"
		"  \"src/a\": \"text:program\", \"empty\": \"hex:\"}}"));
	const SimVersion *version =
		&g_array_index(workload->contract->versions, SimVersion, 0);
	g_autoptr(GArray) outer = unpack(version->code);
	g_autoptr(GArray) inner = NULL;

	g_assert_cmpuint(outer->len, ==, 2);
	assert_entry(outer, 0, "metadata.json",
		     "{\"path\":\"\",\"type\":\"native\",\"label\":"
		     "\"conform_1\"}");
	g_assert_cmpstr(entry_at(outer, 1)->name, ==, "code.tar.gz");
	inner = unpack(entry_at(outer, 1)->data);
	g_assert_cmpuint(inner->len, ==, 3);
	assert_entry(inner, 0, "native.json", "{\"version\":2}");
	assert_entry(inner, 1, "src/a", "program");
	assert_entry(inner, 2, "empty", "");
	sim_workload_free(workload);
}

/* Around the sizes of blocks of either format. */
static void
test_sizes_are_kept(void)
{
	static const gsize sizes[] = { 0,     1,     511,   512,    513,
				       64000, 65535, 65536, 131070, 200000 };

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		GByteArray *tar = g_byte_array_new();
		guint8 *bytes = g_malloc0(sizes[i] + 1);
		g_autoptr(GBytes) data = NULL;
		g_autoptr(GBytes) package = NULL;
		g_autoptr(GArray) entries = NULL;

		for (gsize k = 0; k < sizes[i]; k++)
			bytes[k] = (guint8)(k * k >> 3);
		data = g_bytes_new_take(bytes, sizes[i]);
		sim_tar_add(tar, "one", data);
		sim_tar_add(tar, "two", data);
		package = sim_tar_gzip(tar);
		entries = unpack(package);
		g_assert_cmpuint(entries->len, ==, 2);
		g_assert_true(g_bytes_equal(entry_at(entries, 0)->data, data));
		g_assert_true(g_bytes_equal(entry_at(entries, 1)->data, data));
	}
}

static void
test_wrong_packages_say_where_and_why(void)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{ WORKLOAD("7"), "code.package: give a JSON object" },
		{ WORKLOAD("{}"), "code.package.type: give a string" },
		{ WORKLOAD("{\"type\": \"a\"}"),
		  "code.package.label: give a string" },
		{ WORKLOAD("{\"type\": \"a\", \"label\": \"b\"}"),
		  "code.package.files: give at least one" },
		{ WORKLOAD("{\"type\": \"a\", \"label\": \"b\", \"files\": 1}"),
		  "code.package.files: give a JSON object" },
		{ WORKLOAD("{\"typ\": \"a\"}"), "code.package.typ: there is" },
		{ WORKLOAD("{\"type\": \"a\", \"label\": \"b\", \"files\":"
			   " {\"../x\": \"text:\"}}"),
		  "code.package.files.../x: give a relative path" },
		{ WORKLOAD("{\"type\": \"a\", \"label\": \"b\", \"files\":"
			   " {\"/x\": \"text:\"}}"),
		  "give a relative path" },
		{ WORKLOAD("{\"type\": \"a\", \"label\": \"b\", \"files\":"
			   " {\"x\": 7}}"),
		  "code.package.files.x: give a string, or" },
		{ WORKLOAD("{\"type\": \"a\", \"label\": \"b\", \"files\":"
			   " {\"x\": \"program\"}}"),
		  "code.package.files.x: begin with hex:" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *message = NULL;

		g_assert_null(sim_workload_parse(wrong[i].text,
						 strlen(wrong[i].text), NULL,
						 &message));
		if (strstr(message, wrong[i].says) == NULL)
			g_error("%s: %s", wrong[i].text, message);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sim/package/is-two-archives",
			test_a_package_is_two_archives);
	g_test_add_func("/sim/package/sizes-are-kept", test_sizes_are_kept);
	g_test_add_func("/sim/package/wrong-ones-say-where-and-why",
			test_wrong_packages_say_where_and_why);
	return g_test_run();
}
