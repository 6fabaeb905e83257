/* SPDX-License-Identifier: Apache-2.0 */
#include <archive.h>
#include <archive_entry.h>
#include <bsn/helpers/error.h>

#include "plugins/chaincode/archive.h"
#include "plugins/chaincode/utf8_locale.h"

typedef struct archive Writer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, archive_write_free)
typedef struct archive_entry Entry;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entry, archive_entry_free)

static la_ssize_t
append(Writer *writer, void *user, const void *bytes, size_t len)
{
	g_byte_array_append(user, bytes, (guint)len);
	return (la_ssize_t)len;
}

static gboolean
put_file(Writer *writer, const ChaincodeFile *file)
{
	g_autoptr(Entry) entry = archive_entry_new();

	archive_entry_set_pathname(entry, file->path);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, file->executable ? 0755 : 0644);
	archive_entry_set_size(entry, (la_int64_t)file->data.len);
	archive_entry_set_mtime(entry, 0, 0);
	if (archive_write_header(writer, entry) != ARCHIVE_OK)
		return FALSE;
	return file->data.len == 0 ||
	       archive_write_data(writer, file->data.data, file->data.len) ==
		       (la_ssize_t)file->data.len;
}

/* Numbers in the zip's header that differ from one run to the next are off. */
static gboolean
begin(Writer *writer, GByteArray *out)
{
	return archive_write_add_filter_gzip(writer) == ARCHIVE_OK &&
	       archive_write_set_format_pax_restricted(writer) == ARCHIVE_OK &&
	       archive_write_set_options(writer, "gzip:!timestamp") ==
		       ARCHIVE_OK &&
	       archive_write_set_bytes_in_last_block(writer, 1) ==
		       ARCHIVE_OK &&
	       archive_write_open(writer, out, NULL, append, NULL) ==
		       ARCHIVE_OK;
}

int32_t
archive_write_files(const ChaincodeFile *files, gsize n, GByteArray *out,
		    bsn_err *err)
{
	G_GNUC_UNUSED g_auto(Utf8Locale) locale = utf8_locale_enter();
	g_autoptr(Writer) writer = archive_write_new();
	gboolean good = begin(writer, out);

	for (gsize i = 0; i < n && good; i++)
		good = put_file(writer, &files[i]);
	good = good && archive_write_close(writer) == ARCHIVE_OK;
	return good ? BSN_OK
		    : bsn_fail(err, BSN_E_INTERNAL, "libarchive: %s",
			       archive_error_string(writer));
}
