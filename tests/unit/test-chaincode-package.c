/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages: what is written is read, and what no package is is refused.
 */
#include <archive.h>
#include <archive_entry.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/chaincode/archive.h"
#include "plugins/kit/sink.h"

#define METADATA "{\"path\":\"p\",\"type\":\"NODE\",\"label\":\"basic_1.0\"}"

static ChaincodeFile
file_of(const char *path, const char *text)
{
	return (ChaincodeFile){ path, FALSE, bsn_slice_str(text) };
}

static GByteArray *
zipped(const ChaincodeFile *files, gsize n)
{
	GByteArray *out = g_byte_array_new();

	g_assert_cmpint(archive_write_files(files, n, out, NULL), ==, BSN_OK);
	return out;
}

static GByteArray *
package_of(const char *metadata, const GByteArray *code)
{
	ChaincodeFile parts[] = {
		file_of("./metadata.json", metadata),
		{ "code.tar.gz", FALSE, buffer_slice(code) },
		file_of("README", "passed over"),
	};

	return zipped(parts, G_N_ELEMENTS(parts));
}

static void
assert_package_refused(bsn_slice bytes, int32_t expected, const char *reason)
{
	ChaincodePackage *package = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(chaincode_package_read(bytes, &package, &err), ==,
			expected);
	g_assert_null(package);
	g_assert_cmpstr(err.reason, ==, reason);
}

static int32_t
list_file(const ChaincodeFile *file, gpointer data)
{
	g_string_append_printf(data, "%s%s=%.*s;", file->path,
			       file->executable ? "*" : "",
			       (int)file->data.len,
			       (const char *)file->data.data);
	return strcmp(file->path, "stop") == 0 ? BSN_CONFLICT : BSN_OK;
}

static int32_t
list_files(const GByteArray *code, GString *list, bsn_err *err)
{
	return archive_read_files(buffer_slice(code), "code", 1u << 20, 1000,
				  list_file, list, err);
}

static void
assert_code_refused(const GByteArray *code, int32_t expected,
		    const char *reason)
{
	g_autoptr(GString) list = g_string_new(NULL);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(list_files(code, list, &err), ==, expected);
	g_assert_cmpstr(err.reason, ==, reason);
}

static void
test_round_trip(void)
{
	g_autoptr(ChaincodePackage) package = NULL;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) again = g_byte_array_new();
	g_autoptr(GString) list = g_string_new(NULL);
	ChaincodeFile files[] = { file_of("src/a.js", "1"),
				  file_of("src/空.js", "") };

	files[0].executable = TRUE;
	g_assert_cmpint(chaincode_package_write("basic_1.0", "node", "src",
						files, 2, bytes, NULL),
			==, BSN_OK);
	g_assert_cmpint(chaincode_package_write("basic_1.0", "node", "src",
						files, 2, again, NULL),
			==, BSN_OK);
	g_assert_true(
		bsn_slice_equal(buffer_slice(bytes), buffer_slice(again)));
	g_assert_cmpint(chaincode_package_read(buffer_slice(bytes), &package,
					       NULL),
			==, BSN_OK);
	g_assert_cmpstr(package->label, ==, "basic_1.0");
	g_assert_cmpstr(package->type, ==, "node");
	g_assert_cmpstr(package->path, ==, "src");
	g_assert_cmpint(chaincode_package_files(package, list_file, list, NULL),
			==, BSN_OK);
	g_assert_cmpstr(list->str, ==, "src/a.js*=1;src/空.js=;");
}

static void
test_type_is_lowered(void)
{
	g_autoptr(GByteArray) code = zipped(NULL, 0);
	g_autoptr(GByteArray) bytes = package_of(METADATA, code);
	g_autoptr(ChaincodePackage) package = NULL;

	g_assert_cmpint(chaincode_package_read(buffer_slice(bytes), &package,
					       NULL),
			==, BSN_OK);
	g_assert_cmpstr(package->type, ==, "node");
}

static void
assert_metadata_refused(const char *metadata, const char *reason)
{
	g_autoptr(GByteArray) code = zipped(NULL, 0);
	g_autoptr(GByteArray) bytes = package_of(metadata, code);

	assert_package_refused(buffer_slice(bytes), BSN_BAD_REQUEST, reason);
}

static void
test_bad_metadata(void)
{
	assert_metadata_refused("{\"label\":\"a\"}",
				"metadata.json of the package names no type: "
				"\"node\", \"ccaas\", ...");
	assert_metadata_refused("{\"type\":\"node\",\"label\":\"a:b\"}",
				"metadata.json of the package: the label "
				"\"a:b\" must begin with a letter or digit and "
				"have only those and _.+-, at most 128 in all");
	assert_metadata_refused("{\"type\":\"node\",\"label\":\"-a\"}",
				"metadata.json of the package: the label "
				"\"-a\" must begin with a letter or digit and "
				"have only those and _.+-, at most 128 in all");
	assert_metadata_refused("{\"type\":", "metadata.json of the package, "
					      "line 1 column 8: unexpected "
					      "token near end of file");
}

static void
test_missing_parts(void)
{
	ChaincodeFile metadata = file_of("metadata.json", METADATA);
	ChaincodeFile code = file_of("code.tar.gz", "");
	g_autoptr(GByteArray) without_code = zipped(&metadata, 1);
	g_autoptr(GByteArray) without_metadata = zipped(&code, 1);

	assert_package_refused(buffer_slice(without_code), BSN_BAD_REQUEST,
			       "the package has no code.tar.gz");
	assert_package_refused(buffer_slice(without_metadata), BSN_BAD_REQUEST,
			       "the package has no metadata.json");
}

static void
test_no_archive(void)
{
	ChaincodeFile file = file_of("a", "1");
	g_autoptr(GByteArray) whole = zipped(&file, 1);
	g_autoptr(GByteArray) code = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	assert_package_refused(bsn_slice_str(""), BSN_BAD_REQUEST,
			       "the package is no gzipped tar: it does not "
			       "begin with 1f 8b");
	/* Cut anywhere, it is refused. */
	for (guint len = 2; len < whole->len - 8; len += 3) {
		g_autoptr(GString) list = g_string_new(NULL);

		g_byte_array_set_size(code, 0);
		g_byte_array_append(code, whole->data, len);
		g_assert_cmpint(list_files(code, list, &err), ==,
				BSN_BAD_REQUEST);
		g_assert_true(g_str_has_prefix(err.reason, "code "));
	}
}

static void
assert_name_refused(const char *name, const char *reason)
{
	ChaincodeFile file = file_of(name, "1");
	g_autoptr(GByteArray) code = zipped(&file, 1);

	assert_code_refused(code, BSN_BAD_REQUEST, reason);
}

static void
test_bad_names(void)
{
	ChaincodeFile twice[] = { file_of("a/b", "1"), file_of("./a/b", "2") };
	g_autoptr(GByteArray) code = zipped(twice, 2);

	assert_name_refused("/etc/passwd", "code: \"/etc/passwd\" is no clean "
					   "relative path");
	assert_name_refused("a/../b",
			    "code: \"a/../b\" is no clean relative path");
	assert_name_refused("..", "code: \"..\" is no clean relative path");
	assert_name_refused("a//b", "code: \"a//b\" is no clean relative path");
	assert_name_refused("a/./b",
			    "code: \"a/./b\" is no clean relative path");
	assert_code_refused(code, BSN_BAD_REQUEST,
			    "code: \"a/b\" is there twice");
}

static la_ssize_t
append(struct archive *writer, void *user, const void *bytes, size_t len)
{
	(void)writer;
	g_byte_array_append(user, bytes, (guint)len);
	return (la_ssize_t)len;
}

/* An archive of one entry that the writer under test would not write. */
static GByteArray *
odd_archive(struct archive_entry *entry, guint filters)
{
	static const char zeros[900];
	GByteArray *out = g_byte_array_new();
	struct archive *writer = archive_write_new();

	for (guint i = 0; i < filters; i++)
		archive_write_add_filter_gzip(writer);
	archive_write_set_format_pax(writer);
	g_assert_cmpint(archive_write_open(writer, out, NULL, append, NULL),
			==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_header(writer, entry), ==, ARCHIVE_OK);
	archive_write_data(writer, zeros,
			   (size_t)archive_entry_size(entry));
	g_assert_cmpint(archive_write_free(writer), ==, ARCHIVE_OK);
	archive_entry_free(entry);
	return out;
}

static struct archive_entry *
entry_of(const char *name, mode_t type)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, (unsigned)type);
	archive_entry_set_perm(entry, 0644);
	return entry;
}

static void
test_links_and_devices(void)
{
	struct archive_entry *soft = entry_of("soft", AE_IFLNK);
	struct archive_entry *hard = entry_of("hard", AE_IFREG);
	struct archive_entry *hole = entry_of("hole", AE_IFREG);
	g_autoptr(GByteArray) fifo =
		odd_archive(entry_of("fifo", AE_IFIFO), 1);
	g_autoptr(GByteArray) archive = NULL;
	g_autoptr(GByteArray) linked = NULL;
	g_autoptr(GByteArray) sparse = NULL;

	archive_entry_set_symlink(soft, "/etc/passwd");
	archive_entry_set_hardlink(hard, "other");
	archive_entry_set_size(hole, 900);
	archive_entry_sparse_add_entry(hole, 899, 1);
	archive = odd_archive(soft, 1);
	linked = odd_archive(hard, 1);
	sparse = odd_archive(hole, 1);
	assert_code_refused(fifo, BSN_BAD_REQUEST,
			    "code: \"fifo\" is no file: links and devices are "
			    "not taken");
	assert_code_refused(archive, BSN_BAD_REQUEST,
			    "code: \"soft\" is no file: links and devices are "
			    "not taken");
	assert_code_refused(linked, BSN_BAD_REQUEST,
			    "code: \"hard\" is no file: links and devices are "
			    "not taken");
	assert_code_refused(sparse, BSN_BAD_REQUEST,
			    "code: \"hole\" is a sparse file");
}

static void
test_directories_are_passed_over(void)
{
	g_autoptr(GByteArray) code = odd_archive(entry_of("a/", AE_IFDIR), 1);
	g_autoptr(GString) list = g_string_new(NULL);

	g_assert_cmpint(list_files(code, list, NULL), ==, BSN_OK);
	g_assert_cmpstr(list->str, ==, "");
}

static void
test_zipped_twice(void)
{
	g_autoptr(GByteArray) code = odd_archive(entry_of("a", AE_IFREG), 2);

	assert_code_refused(code, BSN_BAD_REQUEST,
			    "code must be a tar that is gzipped once");
}

static void
test_too_large(void)
{
	g_autofree char *zeros = g_malloc0(32u << 20);
	ChaincodeFile file = { "zeros", FALSE, bsn_slice_of(zeros, 1001) };
	g_autoptr(GByteArray) one_more = zipped(&file, 1);
	g_autoptr(GByteArray) bomb = NULL;
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(GString) list = g_string_new(NULL);

	assert_code_refused(one_more, BSN_TOO_LARGE,
			    "code: \"zeros\" has more than 1000 bytes");
	file.data.len = 32u << 20;
	bomb = zipped(&file, 1);
	g_assert_cmpuint(bomb->len, <, 64u << 10);
	g_assert_cmpint(archive_read_files(buffer_slice(bomb), "code",
					   G_MAXUINT32, G_MAXUINT32, list_file,
					   list, &err),
			==, BSN_TOO_LARGE);
	g_assert_cmpstr(err.reason, ==, "code unpacks to too many bytes");
}

static void
test_too_many_files(void)
{
	gsize n = CHAINCODE_FILES_MAX + 1;
	g_autofree ChaincodeFile *files = g_new0(ChaincodeFile, n);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GByteArray) code = NULL;
	g_autoptr(GString) list = g_string_new(NULL);
	bsn_err err = BSN_ERR_INIT;

	for (gsize i = 0; i < n; i++) {
		g_ptr_array_add(names, g_strdup_printf("%zu", i));
		files[i].path = g_ptr_array_index(names, i);
	}
	code = zipped(files, n);
	g_assert_cmpint(archive_read_files(buffer_slice(code), "code",
					   G_MAXUINT32, 1000, list_file, list,
					   &err),
			==, BSN_TOO_LARGE);
	g_assert_cmpstr(err.reason, ==, "code has more than 65536 files");
}

static void
test_visitor_ends_it(void)
{
	ChaincodeFile files[] = { file_of("stop", "1"), file_of("b", "2") };
	g_autoptr(GByteArray) code = zipped(files, 2);
	g_autoptr(GString) list = g_string_new(NULL);

	g_assert_cmpint(list_files(code, list, NULL), ==, BSN_CONFLICT);
	g_assert_cmpstr(list->str, ==, "stop=1;");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name, function) g_test_add_func("/chaincode/package/" name, function)
	T("what-is-written-is-read-and-always-the-same", test_round_trip);
	T("types-are-read-in-lower-case", test_type_is_lowered);
	T("bad-metadata-is-refused", test_bad_metadata);
	T("a-missing-part-is-named", test_missing_parts);
	T("what-is-no-archive-is-refused", test_no_archive);
	T("unclean-names-are-refused", test_bad_names);
	T("links-and-devices-are-refused", test_links_and_devices);
	T("directories-are-passed-over", test_directories_are_passed_over);
	T("gzip-in-gzip-is-refused", test_zipped_twice);
	T("what-unpacks-to-too-much-is-refused", test_too_large);
	T("too-many-files-are-refused", test_too_many_files);
	T("a-visitor-ends-the-reading", test_visitor_ends_it);
#undef T
	return g_test_run();
}
