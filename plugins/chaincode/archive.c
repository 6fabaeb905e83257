/* SPDX-License-Identifier: Apache-2.0
 *
 * Two of libarchive's readers, one behind the other: the first unzips, and what
 * it gives is counted before the second takes it apart as a tar. So the bound
 * holds for headers and for what is skipped as well.
 */
#include "plugins/chaincode/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <errno.h>

#include "plugins/chaincode/utf8_locale.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

#define CHUNK (64u << 10)

typedef struct archive Reader;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, archive_read_free)

/* One reading. */
typedef struct {
	Reader *zipped;
	Reader *tar;
	const char *what;
	guint64 left; /* bytes that may still come out of `zipped` */
	guint64 file_max;
	gboolean too_large;
	GHashTable *names;
	GByteArray *data; /* of the file at hand */
	ArchiveVisit visit;
	gpointer visitor;
	bsn_err *err;
} Reading;

static int32_t
broken(const Reading *reading, Reader *reader)
{
	const char *reason = archive_error_string(reader);

	if (reading->too_large)
		return bsn_fail(reading->err, BSN_TOO_LARGE,
				"%s unpacks to too many bytes", reading->what);
	return bsn_fail(reading->err, BSN_BAD_REQUEST,
			"%s is no gzipped tar, or is broken: %s",
			reading->what, reason != NULL ? reason : "it ends early");
}

static la_ssize_t
unzip(Reader *tar, void *user, const void **block)
{
	Reading *reading = user;
	size_t len = 0;
	la_int64_t at;
	int status =
		archive_read_data_block(reading->zipped, block, &len, &at);

	if (status == ARCHIVE_EOF)
		return 0;
	if (status != ARCHIVE_OK) {
		archive_set_error(tar, EINVAL, "%s",
				  archive_error_string(reading->zipped));
		return -1;
	}
	reading->too_large = len > reading->left;
	reading->left -= MIN(len, reading->left);
	return reading->too_large ? -1 : (la_ssize_t)len;
}

/* Not with the filters that libarchive would stack when what comes out of one
 * is zipped again. */
static int32_t
open_zipped(Reading *reading, bsn_slice bytes)
{
	struct archive_entry *entry;

	if (bytes.len < 2 || bytes.data[0] != 0x1f || bytes.data[1] != 0x8b)
		return bsn_fail(reading->err, BSN_BAD_REQUEST,
				"%s is no gzipped tar: it does not begin with "
				"1f 8b",
				reading->what);
	archive_read_support_filter_gzip(reading->zipped);
	archive_read_support_format_raw(reading->zipped);
	if (archive_read_open_memory(reading->zipped, bytes.data, bytes.len) !=
	    ARCHIVE_OK)
		return broken(reading, reading->zipped);
	if (archive_filter_count(reading->zipped) != 2)
		return bsn_fail(reading->err, BSN_BAD_REQUEST,
				"%s must be a tar that is gzipped once",
				reading->what);
	if (archive_read_next_header(reading->zipped, &entry) != ARCHIVE_OK)
		return broken(reading, reading->zipped);
	return BSN_OK;
}

static int32_t
open_tar(Reading *reading)
{
	archive_read_support_format_tar(reading->tar);
	if (archive_read_open(reading->tar, reading, NULL, unzip, NULL) !=
	    ARCHIVE_OK)
		return broken(reading, reading->tar);
	return BSN_OK;
}

static int32_t
bad_name(const Reading *reading, const char *name, const char *problem)
{
	g_autofree char *quoted =
		quote_text(bsn_slice_str(name != NULL ? name : ""));

	return bsn_fail(reading->err, BSN_BAD_REQUEST, "%s: %s %s",
			reading->what, quoted, problem);
}

static gboolean
clean_path(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);

	for (gsize i = 0; parts[i] != NULL; i++)
		if (*parts[i] == '\0' || g_str_has_prefix(parts[i], "..") ||
		    strcmp(parts[i], ".") == 0)
			return FALSE;
	return parts[0] != NULL;
}

/* Out: path, inside the entry. */
static int32_t
check_name(Reading *reading, struct archive_entry *entry, const char **path)
{
	const char *name = archive_entry_pathname(entry);

	if (name == NULL || !g_utf8_validate(name, -1, NULL))
		return bad_name(reading, name, "is a name that is no UTF-8");
	if (archive_entry_filetype(entry) != AE_IFREG ||
	    archive_entry_hardlink(entry) != NULL)
		return bad_name(reading, name,
				"is no file: links and devices are not taken");
	while (g_str_has_prefix(name, "./"))
		name += 2;
	if (strlen(name) > ARCHIVE_NAME_MAX || !clean_path(name))
		return bad_name(reading, name, "is no clean relative path");
	if (g_hash_table_size(reading->names) >= CHAINCODE_FILES_MAX)
		return bsn_fail(reading->err, BSN_TOO_LARGE,
				"%s has more than %u files", reading->what,
				CHAINCODE_FILES_MAX);
	if (!g_hash_table_add(reading->names, g_strdup(name)))
		return bad_name(reading, name, "is there twice");
	*path = name;
	return BSN_OK;
}

/* The size that a header claims is not believed. */
static int32_t
read_data(Reading *reading, const char *path)
{
	guint8 chunk[CHUNK];
	la_ssize_t len;

	g_byte_array_set_size(reading->data, 0);
	while ((len = archive_read_data(reading->tar, chunk, CHUNK)) > 0) {
		g_autofree char *quoted = NULL;

		if (reading->data->len + (guint64)len <= reading->file_max) {
			g_byte_array_append(reading->data, chunk, (guint)len);
			continue;
		}
		quoted = quote_text(bsn_slice_str(path));
		return bsn_fail(reading->err, BSN_TOO_LARGE,
				"%s: %s has more than %" G_GUINT64_FORMAT
				" bytes",
				reading->what, quoted, reading->file_max);
	}
	return len < 0 ? broken(reading, reading->tar) : BSN_OK;
}

static int32_t
visit_entry(Reading *reading, struct archive_entry *entry)
{
	ChaincodeFile file = { 0 };
	int32_t status;

	if (archive_entry_filetype(entry) == AE_IFDIR)
		return BSN_OK;
	/* Bytes that are not in the archive cost it nothing. */
	if (archive_entry_sparse_count(entry) > 0)
		return bad_name(reading, archive_entry_pathname(entry),
				"is a sparse file");
	status = check_name(reading, entry, &file.path);
	if (status == BSN_OK)
		status = read_data(reading, file.path);
	if (status != BSN_OK)
		return status;
	file.executable = (archive_entry_perm(entry) & 0111) != 0;
	file.data = buffer_slice(reading->data);
	return reading->visit(&file, reading->visitor);
}

static int32_t
visit_all(Reading *reading)
{
	struct archive_entry *entry;
	int32_t status = BSN_OK;

	while (status == BSN_OK) {
		int read = archive_read_next_header(reading->tar, &entry);

		if (read == ARCHIVE_EOF)
			return BSN_OK;
		status = read == ARCHIVE_OK || read == ARCHIVE_WARN
				 ? visit_entry(reading, entry)
				 : broken(reading, reading->tar);
	}
	return status;
}

static int32_t
read_within(Reading *reading, bsn_slice bytes)
{
	G_GNUC_UNUSED g_auto(Utf8Locale) locale = utf8_locale_enter();
	int32_t status = open_zipped(reading, bytes);

	if (status == BSN_OK)
		status = open_tar(reading);
	return status == BSN_OK ? visit_all(reading) : status;
}

int32_t
archive_read_files(bsn_slice bytes, const char *what, guint64 max,
		   guint64 file_max, ArchiveVisit visit, gpointer data,
		   bsn_err *err)
{
	g_autoptr(Reader) zipped = archive_read_new();
	g_autoptr(Reader) tar = archive_read_new();
	g_autoptr(GByteArray) content = g_byte_array_new();
	g_autoptr(GHashTable) names =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint64 ratio = ARCHIVE_SMALL + bytes.len * ARCHIVE_RATIO_MAX;
	Reading reading = { zipped,   tar,   what,    MIN(max, ratio),
			    file_max, FALSE, names,   content,
			    visit,    data,  err };

	return read_within(&reading, bytes);
}
