/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"
#include "plugins/runtime-chaincode/node.h"

#define PACKAGE_JSON "package.json"
#define PACKAGE_JSON_MAX (1u << 20)
#define START_MAX 1024u
#define SHIM_PROGRAM "fabric-shim/cli.js"
#define DEFAULT_FILE "server.js"

/* Characters that mean something to a shell. */
#define SHELL_MARKS "\"'`$&|;<>()*?[]{}~#\\\n"

/* ---- files ---- */

static int32_t
keep_file(const ChaincodeFile *file, gpointer data)
{
	NodeProgram *program = data;
	bsn_io_file kept = { .size = sizeof(kept) };

	if (!g_str_has_prefix(file->path, NODE_SOURCE) ||
	    file->path[strlen(NODE_SOURCE)] == '\0')
		return BSN_OK;
	kept.flags = file->executable ? BSN_IO_FILE_EXECUTABLE : 0;
	kept.path = g_strdup(file->path + strlen(NODE_SOURCE));
	kept.data = bsn_slice_of(g_memdup2(file->data.data, file->data.len),
				 file->data.len);
	g_array_append_val(program->files, kept);
	return BSN_OK;
}

static void
clear_file(gpointer data)
{
	bsn_io_file *file = data;

	g_free((char *)file->path);
	g_free((guint8 *)file->data.data);
}

const bsn_io_file *
node_program_find(const NodeProgram *program, const char *path)
{
	for (guint i = 0; i < program->files->len; i++) {
		const bsn_io_file *file =
			&g_array_index(program->files, bsn_io_file, i);

		if (strcmp(file->path, path) == 0)
			return file;
	}
	return NULL;
}

void
node_program_add(NodeProgram *program, const char *path, char *data)
{
	const bsn_io_file file = { .size = sizeof(file),
				   .path = g_strdup(path),
				   .data = bsn_slice_str(data) };

	g_array_append_val(program->files, file);
}

/* ---- package.json ---- */

/* The words of a line, without the empty ones that more than one blank makes.
 */
static GPtrArray *
words_of(const char *line)
{
	g_auto(GStrv) parts = g_strsplit_set(line, " \t", -1);
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	for (gsize i = 0; parts[i] != NULL; i++)
		if (*parts[i] != '\0')
			g_ptr_array_add(words, g_strdup(parts[i]));
	return words;
}

static void
add_word(NodeProgram *program, const char *word)
{
	g_ptr_array_add(program->argv, g_strdup(word));
}

static int32_t
add_shim(NodeProgram *program, const char *node_path, bsn_err *err)
{
	if (node_program_find(program, "node_modules/" SHIM_PROGRAM) != NULL) {
		add_word(program, "node_modules/" SHIM_PROGRAM);
		return BSN_OK;
	}
	if (node_path == NULL || *node_path == '\0')
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the package has no node_modules/fabric-shim, "
				"and this host has none either: set node_path");
	g_ptr_array_add(program->argv,
			g_build_filename(node_path, SHIM_PROGRAM, NULL));
	return BSN_OK;
}

static int32_t
not_understood(const char *start, bsn_err *err)
{
	g_autofree char *quoted = quote_text(bsn_slice_str(start));

	return bsn_fail(err, BSN_BAD_REQUEST,
			"package.json: the script \"start\" is %s, and may be "
			"\"fabric-chaincode-node start\" or \"node FILE\"",
			quoted);
}

/* The file that the program begins with must be there. */
static int32_t
add_script(NodeProgram *program, const char *file, bsn_err *err)
{
	const char *name = g_str_has_prefix(file, "./") ? file + 2 : file;
	g_autofree char *with_js = g_strconcat(name, ".js", NULL);
	g_autofree char *quoted = NULL;

	if (node_program_find(program, name) != NULL ||
	    node_program_find(program, with_js) != NULL) {
		add_word(program, file);
		return BSN_OK;
	}
	quoted = quote_text(bsn_slice_str(file));
	return bsn_fail(err, BSN_BAD_REQUEST,
			"package.json: the script \"start\" begins with %s, "
			"which is not in the package",
			quoted);
}

static int32_t
read_start(NodeProgram *program, const char *start, const char *node_path,
	   bsn_err *err)
{
	g_autoptr(GPtrArray) words = words_of(start);
	const char *const *word = (const char *const *)words->pdata;
	int32_t status;

	if (strpbrk(start, SHELL_MARKS) != NULL || words->len < 2 ||
	    strlen(start) > START_MAX)
		return not_understood(start, err);
	add_word(program, "node");
	if (strcmp(word[0], "fabric-chaincode-node") == 0) {
		status = add_shim(program, node_path, err);
		add_word(program, word[1]);
	} else if (strcmp(word[0], "node") == 0 && *word[1] != '-') {
		status = add_script(program, word[1], err);
	} else {
		return not_understood(start, err);
	}
	for (guint i = 2; i < words->len; i++)
		add_word(program, word[i]);
	return status;
}

static const char *
start_of(const NodeProgram *program, const json_t *json)
{
	const char *start = json_string_value(
		json_object_get(json_object_get(json, "scripts"), "start"));

	if (start != NULL || node_program_find(program, DEFAULT_FILE) == NULL)
		return start;
	return "node " DEFAULT_FILE;
}

/* ---- reading it ---- */

static int32_t
read_package_json(NodeProgram *program, const char *node_path, bsn_err *err)
{
	const bsn_io_file *file = node_program_find(program, PACKAGE_JSON);
	g_autoptr(json_t) json = NULL;
	const char *start;
	int32_t status;

	if (file == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the package has no " NODE_SOURCE PACKAGE_JSON);
	json = json_parse_object(file->data, PACKAGE_JSON_MAX, PACKAGE_JSON,
				 &status, err);
	if (json == NULL)
		return status;
	program->main =
		g_strdup(json_string_value(json_object_get(json, "main")));
	start = start_of(program, json);
	if (start == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"package.json has no script \"start\": write "
				"\"scripts\": {\"start\": "
				"\"fabric-chaincode-node start\"}");
	return read_start(program, start, node_path, err);
}

int32_t
node_program_read(const ChaincodePackage *package, const char *node_path,
		  NodeProgram **out, bsn_err *err)
{
	g_autoptr(NodeProgram) program = g_new0(NodeProgram, 1);
	int32_t status;

	program->files = g_array_new(FALSE, FALSE, sizeof(bsn_io_file));
	g_array_set_clear_func(program->files, clear_file);
	program->argv = g_ptr_array_new_with_free_func(g_free);
	status = chaincode_package_files(package, keep_file, program, err);
	if (status == BSN_OK)
		status = read_package_json(program, node_path, err);
	if (status == BSN_OK)
		*out = g_steal_pointer(&program);
	return status;
}

void
node_program_free(NodeProgram *program)
{
	if (program == NULL)
		return;
	g_array_unref(program->files);
	g_ptr_array_unref(program->argv);
	g_free(program->main);
	g_free(program);
}
