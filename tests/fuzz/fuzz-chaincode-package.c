/* SPDX-License-Identifier: Apache-2.0
 *
 * Chaincode packages: bounds and clean names hold whatever comes. An input
 * that is no gzip is a tar, zipped here, so that changed bytes reach what reads
 * behind gzip's checksum.
 */
#include <archive.h>
#include <archive_entry.h>
#include <bsn/helpers/bytes.h>

#include "plugins/chaincode/archive.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int32_t
check_file(const ChaincodeFile *file, gpointer data)
{
	guint64 *total = data;

	g_assert_true(g_utf8_validate(file->path, -1, NULL));
	g_assert_true(*file->path != '/' && *file->path != '\0');
	g_assert_false(g_str_has_prefix(file->path, "../"));
	g_assert_null(strstr(file->path, "/../"));
	g_assert_null(strstr(file->path, "//"));
	*total += file->data.len;
	g_assert_cmpuint(*total, <=, CHAINCODE_CODE_MAX);
	return BSN_OK;
}

static void
read_package(bsn_slice bytes)
{
	g_autoptr(ChaincodePackage) package = NULL;
	guint64 total = 0;

	if (chaincode_package_read(bytes, &package, NULL) != BSN_OK)
		return;
	g_assert_cmpuint(strlen(package->label), <=, CHAINCODE_LABEL_MAX);
	chaincode_package_files(package, check_file, &total, NULL);
}

static la_ssize_t
append(struct archive *writer, void *user, const void *bytes, size_t len)
{
	(void)writer;
	g_byte_array_append(user, bytes, (guint)len);
	return (la_ssize_t)len;
}

static GByteArray *
zip(const void *data, gsize size)
{
	GByteArray *out = g_byte_array_new();
	struct archive *writer = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	archive_write_add_filter_gzip(writer);
	archive_write_set_format_raw(writer);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_write_open(writer, out, NULL, append, NULL);
	archive_write_header(writer, entry);
	archive_write_data(writer, data, size);
	archive_entry_free(entry);
	archive_write_free(writer);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) zipped = NULL;
	guint64 total = 0;

	read_package(bsn_slice_of(data, size));
	if (size >= 2 && data[0] == 0x1f && data[1] == 0x8b)
		return 0;
	zipped = zip(data, size);
	read_package(buffer_slice(zipped));
	archive_read_files(buffer_slice(zipped), "code", CHAINCODE_CODE_MAX,
			   CHAINCODE_CODE_MAX, check_file, &total, NULL);
	return 0;
}
