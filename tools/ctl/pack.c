/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/pack.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/chaincode/package.h"

#define MODULES "node_modules"
#define META "META-INF"
#define DEPTH_MAX 64u

/* What a directory is packed into. */
typedef struct {
	GArray *files; /* of ChaincodeFile, which own their parts */
	guint64 bytes;
	gboolean with_modules;
	const char *output; /* not packed into itself */
} Packing;

static void
clear_file(gpointer data)
{
	ChaincodeFile *file = data;

	g_free((char *)file->path);
	g_free((guint8 *)file->data.data);
}

/* Beside what was asked for: no hidden files, among which are those of git and
 * people's secrets. */
static gboolean
left_out(const Packing *packing, const char *name, const char *path)
{
	return *name == '.' || strcmp(path, packing->output) == 0 ||
	       (!packing->with_modules && strcmp(name, MODULES) == 0);
}

static gboolean
add_file(Packing *packing, const char *path, const char *inside, GError **error)
{
	ChaincodeFile file = { .path = NULL };
	char *data;
	gsize len;

	if (packing->files->len >= CHAINCODE_FILES_MAX)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"there are more than %u files to be packed",
				CHAINCODE_FILES_MAX);
	if (!g_file_get_contents(path, &data, &len, error))
		return FALSE;
	file.path = g_strdup(inside);
	file.executable = g_file_test(path, G_FILE_TEST_IS_EXECUTABLE);
	file.data = bsn_slice_of(data, len);
	g_array_append_val(packing->files, file);
	packing->bytes += len;
	if (packing->bytes > CHAINCODE_CODE_MAX)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"there are more than %u bytes to be packed",
				CHAINCODE_CODE_MAX);
	return TRUE;
}

static gboolean add_directory(Packing *packing, const char *directory,
			      const char *inside, guint depth, GError **error);

static gboolean
add_entry(Packing *packing, const char *path, const char *inside, guint depth,
	  GError **error)
{
	/* npm links programs in .bin only, which is left out. */
	if (g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s is a link\nA package has files only: put "
				"a copy there.",
				path);
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return add_directory(packing, path, inside, depth + 1, error);
	return add_file(packing, path, inside, error);
}

/* Where something in a directory goes, for g_free: as in Fabric what is about
 * the chaincode, its indexes say, beside the sources. */
static char *
place_in(const char *inside, const char *name, guint depth)
{
	if (*inside == '\0' || (depth == 0 && strcmp(name, META) == 0))
		return g_strdup(name);
	return g_strconcat(inside, "/", name, NULL);
}

static gboolean
add_directory(Packing *packing, const char *directory, const char *inside,
	      guint depth, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, error);
	const char *name;

	if (dir == NULL)
		return FALSE;
	if (depth > DEPTH_MAX)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s is more than %u directories deep",
				directory, DEPTH_MAX);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		g_autofree char *deeper = place_in(inside, name, depth);

		if (!left_out(packing, name, path) &&
		    !add_entry(packing, path, deeper, depth, error))
			return FALSE;
	}
	return TRUE;
}

static int
by_path(gconstpointer a, gconstpointer b)
{
	return strcmp(((const ChaincodeFile *)a)->path,
		      ((const ChaincodeFile *)b)->path);
}

static GByteArray *
package_of(const Packing *packing, const char *label, const char *type,
	   const char *path, GError **error)
{
	g_autoptr(GByteArray) package = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	g_array_sort(packing->files, by_path);
	if (chaincode_package_write(
		    label, type, path,
		    (const ChaincodeFile *)(gpointer)packing->files->data,
		    packing->files->len, package, &err) == BSN_OK)
		return g_steal_pointer(&package);
	ctl_fail(error, CTL_ERROR_USAGE, "%s", err.reason);
	return NULL;
}

static gboolean
write_package(Ctl *ctl, const Packing *packing, const GByteArray *package,
	      const char *label, GError **error)
{
	g_autofree char *hash = g_compute_checksum_for_data(
		G_CHECKSUM_SHA256, package->data, package->len);
	g_autofree char *id = g_strconcat(label, ":", hash, NULL);

	if (!g_file_set_contents(packing->output, (const char *)package->data,
				 package->len, error))
		return FALSE;
	return ctl_show_done(ctl,
			     json_pack("{s:s,s:s,s:I,s:I}", "file",
				       packing->output, "package_id", id,
				       "files", (json_int_t)packing->files->len,
				       "bytes", (json_int_t)package->len),
			     "%s: package %s, %u files.", packing->output, id,
			     packing->files->len);
}

/* A module alone is a package of its own. */
static gboolean
is_module(const char *path)
{
	return g_str_has_suffix(path, ".wasm") &&
	       g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static gboolean
add_operand(Packing *packing, const char *path, const char *type,
	    GError **error)
{
	g_autofree char *name = g_path_get_basename(path);

	if (is_module(path))
		return add_file(packing, path, name, error);
	return add_directory(packing, path,
			     strcmp(type, "node") == 0 ? "src" : "", 0, error);
}

static gboolean
pack(Ctl *ctl, Packing *packing, const Args *args, const char *type,
     GError **error)
{
	const char *label = args_option(args, "label");
	g_autofree char *path =
		g_canonicalize_filename(args_operand(args, 0), NULL);
	g_autoptr(GByteArray) package = NULL;

	if (!add_operand(packing, path, type, error))
		return FALSE;
	package = package_of(packing, label, type, "", error);
	return package != NULL &&
	       write_package(ctl, packing, package, label, error);
}

/* What the package is of: as --type says; a module is "wasm" anyway. NULL with
 * an error. */
static const char *
type_of(const Args *args, GError **error)
{
	static const char *const types[] = { "node", "ccaas", "wasm", NULL };
	gboolean module = is_module(args_operand(args, 0));

	return args_choice(args, "type", module ? types + 2 : types, error);
}

gboolean
pack_run(Ctl *ctl, const Args *args, GError **error)
{
	const char *type = type_of(args, error);
	const char *output = args_option(args, "output");
	g_autofree char *full = NULL;
	Packing packing = { .with_modules = args_flag(args, "with-modules") };
	gboolean good;

	if (type == NULL)
		return FALSE;
	if (output == NULL || args_option(args, "label") == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--output or --label is missing\nSay where the "
				"package goes and what it is called: -o "
				"basic.tgz --label basic_1.0.");
	full = g_canonicalize_filename(output, NULL);
	packing.output = full;
	packing.files = g_array_new(FALSE, FALSE, sizeof(ChaincodeFile));
	g_array_set_clear_func(packing.files, clear_file);
	good = pack(ctl, &packing, args, type, error);
	g_array_unref(packing.files);
	return good;
}

const Option pack_options[] = {
	{ "output", 'o', "FILE", "where the package goes" },
	{ "label", 0, "LABEL", "what its owners call it: basic_1.0" },
	{ "type", 0, "TYPE",
	  "node (a program that hosts start), ccaas (connection.json of a "
	  "service) or wasm, which FILE.wasm is anyway" },
	{ "with-modules", 0, NULL, "with node_modules, as npm ci leaves it" },
	{ NULL, 0, NULL, NULL },
};
