/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/chaincode/package.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/chaincode/archive.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

#define METADATA "metadata.json"
#define CODE "code.tar.gz"
#define METADATA_MAX (64u << 10)

/* What the two files of a package are called when something is wrong. */
#define THE_PACKAGE "the package"
#define THE_METADATA METADATA " of the package"
#define THE_CODE CODE " of the package"

#define LABEL_MARKS "_.+-"

/* What was found of a package. */
typedef struct {
	GBytes *metadata;
	GBytes *code;
} Parts;

static void
parts_clear(Parts *parts)
{
	g_clear_pointer(&parts->metadata, g_bytes_unref);
	g_clear_pointer(&parts->code, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

/* Other files at the top are let be, as Fabric lets them. */
static int32_t
take_part(const ChaincodeFile *file, gpointer data)
{
	Parts *parts = data;
	GBytes **part = strcmp(file->path, METADATA) == 0 ? &parts->metadata
			: strcmp(file->path, CODE) == 0   ? &parts->code
							  : NULL;

	if (part != NULL)
		*part = g_bytes_new(file->data.data, file->data.len);
	return BSN_OK;
}

static gboolean
good_label(const char *label)
{
	gsize len = strlen(label);

	if (len == 0 || len > CHAINCODE_LABEL_MAX || !g_ascii_isalnum(*label))
		return FALSE;
	for (; *label != '\0'; label++)
		if (!g_ascii_isalnum(*label) &&
		    strchr(LABEL_MARKS, *label) == NULL)
			return FALSE;
	return TRUE;
}

static int32_t
check_label(const char *label, bsn_err *err)
{
	g_autofree char *quoted = NULL;

	if (good_label(label))
		return BSN_OK;
	quoted = quote_text(bsn_slice_str(label));
	return bsn_fail(err, BSN_BAD_REQUEST,
			THE_METADATA ": the label %s must begin with a letter "
				     "or digit and have only those and "
				     LABEL_MARKS ", at most %u in all",
			quoted, CHAINCODE_LABEL_MAX);
}

static const char *
text_member(const json_t *metadata, const char *name)
{
	const char *text = json_string_value(json_object_get(metadata, name));

	return text != NULL ? text : "";
}

static int32_t
read_metadata(const Parts *parts, ChaincodePackage *package, bsn_err *err)
{
	int32_t status;
	g_autoptr(json_t) metadata =
		json_parse_object(bytes_slice(parts->metadata), METADATA_MAX,
				  THE_METADATA, &status, err);

	if (metadata == NULL)
		return status;
	package->label = g_strdup(text_member(metadata, "label"));
	package->path = g_strdup(text_member(metadata, "path"));
	package->type = g_ascii_strdown(text_member(metadata, "type"), -1);
	if (*package->type == '\0')
		return bsn_fail(err, BSN_BAD_REQUEST,
				THE_METADATA " names no type: \"node\", "
					     "\"ccaas\", ...");
	return check_label(package->label, err);
}

int32_t
chaincode_package_read(bsn_slice bytes, ChaincodePackage **package,
		       bsn_err *err)
{
	g_autoptr(ChaincodePackage) read = g_new0(ChaincodePackage, 1);
	g_auto(Parts) parts = { NULL, NULL };
	int32_t status;

	if (bytes.len > CHAINCODE_PACKAGE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				THE_PACKAGE " has more than %u bytes",
				CHAINCODE_PACKAGE_MAX);
	status = archive_read_files(bytes, THE_PACKAGE,
				    2 * (guint64)CHAINCODE_PACKAGE_MAX,
				    CHAINCODE_PACKAGE_MAX, take_part, &parts,
				    err);
	if (status != BSN_OK)
		return status;
	if (parts.metadata == NULL || parts.code == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, THE_PACKAGE " has no %s",
				parts.metadata == NULL ? METADATA : CODE);
	status = read_metadata(&parts, read, err);
	if (status != BSN_OK)
		return status;
	read->code = g_steal_pointer(&parts.code);
	*package = g_steal_pointer(&read);
	return BSN_OK;
}

void
chaincode_package_free(ChaincodePackage *package)
{
	if (package == NULL)
		return;
	g_free(package->label);
	g_free(package->type);
	g_free(package->path);
	g_clear_pointer(&package->code, g_bytes_unref);
	g_free(package);
}

int32_t
chaincode_package_files(const ChaincodePackage *package,
			int32_t (*visit)(const ChaincodeFile *file,
					 gpointer data),
			gpointer data, bsn_err *err)
{
	return archive_read_files(bytes_slice(package->code), THE_CODE,
				  CHAINCODE_CODE_MAX, CHAINCODE_CODE_MAX,
				  visit, data, err);
}

int32_t
chaincode_package_write(const char *label, const char *type, const char *path,
			const ChaincodeFile *files, gsize n, GByteArray *out,
			bsn_err *err)
{
	g_autoptr(GByteArray) code = g_byte_array_new();
	g_autoptr(json_t) metadata = json_pack("{s:s,s:s,s:s}", "path", path,
					       "type", type, "label", label);
	g_autofree char *text = json_text(metadata);
	ChaincodeFile parts[] = { { METADATA, FALSE, bsn_slice_str(text) },
				  { CODE, FALSE, { NULL, 0 } } };
	int32_t status = check_label(label, err);

	if (status == BSN_OK)
		status = archive_write_files(files, n, code, err);
	parts[1].data = buffer_slice(code);
	return status == BSN_OK ? archive_write_files(parts,
						      G_N_ELEMENTS(parts), out,
						      err)
				: status;
}
