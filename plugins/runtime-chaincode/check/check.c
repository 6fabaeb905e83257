/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn_runtime.check: a package before it is installed. Whatever its program can
 * load is read: from package.json's "main" and what it is started with, on from
 * file to file; all of it, when something is loaded by a name that is made at
 * run time.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/json.h"
#include "plugins/runtime-chaincode/check/findings.h"
#include "plugins/runtime-chaincode/connection.h"
#include "plugins/runtime-chaincode/node.h"
#include "plugins/runtime-chaincode/runtime.h"

/* Bytes of a file that is read. */
#define SOURCE_MAX (4u << 20)
#define MODULES "node_modules/"

typedef struct {
	const NodeProgram *program;
	GHashTable *paths; /* of the program's files, to a bsn_io_file */
	GHashTable *seen;  /* paths */
	GQueue *next;	   /* bsn_io_file */
	gboolean read_all;
	Findings findings;
} Check;

/* ---- modules ---- */

static const char *const builtin_modules[] = {
	"assert",	  "async_hooks", "buffer",	"child_process",
	"cluster",	  "console",	 "constants",	"crypto",
	"dgram",	  "dns",	 "domain",	"events",
	"fs",		  "fs/promises", "http",	"http2",
	"https",	  "inspector",	 "module",	"net",
	"os",		  "path",	 "path/posix",	"perf_hooks",
	"process",	  "punycode",	 "querystring", "readline",
	"repl",		  "stream",	 "string_decoder", "timers",
	"timers/promises", "tls",	 "tty",		"url",
	"util",		  "v8",		 "vm",		"worker_threads",
	"zlib",		  NULL
};

/* "@scope/name/file" is of "@scope/name". */
static char *
module_of(const char *name)
{
	const char *slash = strchr(name, '/');

	if (*name == '@' && slash != NULL)
		slash = strchr(slash + 1, '/');
	return slash != NULL ? g_strndup(name, (gsize)(slash - name))
			     : g_strdup(name);
}

static gboolean
module_is_there(const Check *check, const char *name)
{
	g_autofree char *module = module_of(name);
	g_autofree char *prefix = g_strconcat(MODULES, module, "/", NULL);
	g_autofree char *path = NULL;

	if (g_str_has_prefix(name, "node:") ||
	    g_strv_contains(builtin_modules, name) ||
	    strcmp(module, "fabric-shim") == 0 ||
	    strcmp(module, "fabric-contract-api") == 0)
		return TRUE;
	for (guint i = 0; i < check->program->files->len; i++)
		if (g_str_has_prefix(g_array_index(check->program->files,
						   bsn_io_file, i)
					     .path,
				     prefix))
			return TRUE;
	if (runtime_host.node_path == NULL || strstr(module, "..") != NULL)
		return FALSE;
	path = g_build_filename(runtime_host.node_path, module, NULL);
	return g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* ---- files ---- */

static void
visit(Check *check, const bsn_io_file *file)
{
	if (!g_str_has_prefix(file->path, MODULES) &&
	    strstr(file->path, "/" MODULES) == NULL &&
	    g_hash_table_add(check->seen, (gpointer)file->path))
		g_queue_push_tail(check->next, (gpointer)file);
}

/* "a/./b/../c" without its steps back; NULL: it leaves the program. */
static char *
resolve(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	g_autoptr(GPtrArray) clean = g_ptr_array_new();

	for (gsize i = 0; parts[i] != NULL; i++) {
		if (strcmp(parts[i], "..") == 0 && clean->len == 0)
			return NULL;
		if (strcmp(parts[i], "..") == 0)
			g_ptr_array_set_size(clean, (gint)clean->len - 1);
		else if (*parts[i] != '\0' && strcmp(parts[i], ".") != 0)
			g_ptr_array_add(clean, parts[i]);
	}
	g_ptr_array_add(clean, NULL);
	return g_strjoinv("/", (char **)clean->pdata);
}

static gboolean
visit_path(Check *check, const char *path)
{
	static const char *const endings[] = {
		"",    ".js",	   ".cjs",	".mjs",	     ".json",
		".ts", "/index.js", "/index.ts", "/index.mjs", NULL
	};
	g_autofree char *clean = resolve(path);

	for (gsize i = 0; clean != NULL && endings[i] != NULL; i++) {
		g_autofree char *name =
			g_strconcat(clean, *clean == '\0' && *endings[i] == '/'
						   ? endings[i] + 1
						   : endings[i],
				    NULL);
		const bsn_io_file *file =
			g_hash_table_lookup(check->paths, name);

		if (file == NULL)
			continue;
		visit(check, file);
		return TRUE;
	}
	return FALSE;
}

/* A module that a file asks for by name. */
static void
visit_import(Check *check, const bsn_io_file *from, const Token *token)
{
	g_autofree char *name = g_strndup(token->text, token->len);
	g_autofree char *directory = g_path_get_dirname(from->path);
	g_autofree char *path = g_strconcat(directory, "/", name, NULL);

	if (*name == '.' ? visit_path(check, path)
			 : module_is_there(check, name))
		return;
	findings_add(&check->findings, RULE_MODULE, from->path, token->line,
		     name);
}

static void
visit_imports(Check *check, const bsn_io_file *from, const GArray *tokens)
{
	for (gint64 i = 0; i < tokens->len; i++) {
		const Token *word = token_at(tokens, i);
		const Token *next = token_at(tokens, i + 1);
		const Token *name = token_at(tokens, i + 2);
		const gboolean call =
			(token_is_name(word, "require") ||
			 token_is_name(word, "import")) &&
			token_is_mark(next, "(") &&
			!token_is_mark(token_at(tokens, i - 1), ".");

		if (call && name->kind == TOKEN_STRING) {
			visit_import(check, from, name);
		} else if (call) {
			findings_add(&check->findings, RULE_REQUIRE,
				     from->path, word->line, NULL);
			check->read_all = TRUE;
		} else if ((token_is_name(word, "from") ||
			    token_is_name(word, "import")) &&
			   next->kind == TOKEN_STRING) {
			visit_import(check, from, next);
		}
	}
}

static gboolean
is_source(const char *path)
{
	static const char *const endings[] = { ".js", ".cjs", ".mjs", ".ts",
					       NULL };

	for (gsize i = 0; endings[i] != NULL; i++)
		if (g_str_has_suffix(path, endings[i]))
			return TRUE;
	return FALSE;
}

static void
read_file(Check *check, const bsn_io_file *file)
{
	g_autoptr(GArray) tokens = NULL;

	if (!is_source(file->path))
		return;
	if (file->data.len > SOURCE_MAX) {
		findings_add(&check->findings, RULE_REQUIRE, file->path, 0,
			     "it is too large to be read");
		return;
	}
	tokens = tokens_of(file->data);
	rules_apply(tokens, file->path, &check->findings);
	statements_apply(tokens, file->path, &check->findings);
	state_apply(tokens, file->path, &check->findings);
	visit_imports(check, file, tokens);
}

static void
read_files(Check *check)
{
	const GArray *files = check->program->files;

	for (guint i = 0; i < files->len; i++)
		g_hash_table_insert(
			check->paths,
			(gpointer)g_array_index(files, bsn_io_file, i).path,
			&g_array_index(files, bsn_io_file, i));
	for (const bsn_io_file *file = g_queue_pop_head(check->next);
	     file != NULL; file = g_queue_pop_head(check->next))
		read_file(check, file);
}

static void
read_rest(Check *check)
{
	const GArray *files = check->program->files;

	for (guint i = 0; i < files->len; i++)
		visit(check, &g_array_index(files, bsn_io_file, i));
	read_files(check);
}

/* ---- where it begins ---- */

static void
visit_beginnings(Check *check)
{
	const NodeProgram *program = check->program;
	const char *script = g_ptr_array_index(program->argv, 1);
	const gboolean by_shim =
		g_str_has_suffix(script, "fabric-shim/cli.js");

	if (by_shim && program->main == NULL)
		findings_add(&check->findings, RULE_PACKAGE, "package.json", 0,
			     "it has no \"main\", which fabric-chaincode-node "
			     "loads the contracts from");
	if (!by_shim)
		visit_path(check, script);
	if (program->main != NULL && !visit_path(check, program->main))
		findings_add(&check->findings, RULE_PACKAGE, "package.json", 0,
			     "its \"main\" is not in the package; a program "
			     "in TypeScript is packed after it was compiled");
}

static void
check_program(const NodeProgram *program, Findings *findings)
{
	g_autoptr(GHashTable) paths =
		g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GQueue) next = g_queue_new();
	Check check = { .program = program,
			.paths = paths,
			.seen = seen,
			.next = next,
			.findings = *findings };

	read_files(&check); /* none yet: the paths */
	visit_beginnings(&check);
	read_files(&check);
	if (check.read_all)
		read_rest(&check);
	*findings = check.findings;
}

static int32_t
check_package(const ChaincodePackage *package, Findings *findings,
	      bsn_err *err)
{
	g_autoptr(NodeProgram) program = NULL;
	g_autoptr(Connection) connection = NULL;
	int32_t status;

	if (strcmp(package->type, "node") != 0) {
		status = connection_read(package, &connection, err);
	} else {
		status = node_program_read(package, runtime_host.node_path,
					   &program, err);
		if (status == BSN_OK)
			check_program(program, findings);
	}
	return status;
}

int32_t
runtime_check(bsn_slice bytes, bsn_sink *out, bsn_err *err)
{
	g_autoptr(ChaincodePackage) package = NULL;
	g_autoptr(json_t) list = json_array();
	Findings findings = { list, FALSE };
	bsn_err why = BSN_ERR_INIT;
	int32_t status = chaincode_package_read(bytes, &package, &why);
	int32_t written;

	if (status == BSN_OK)
		status = check_package(package, &findings, &why);
	if (status != BSN_OK && status != BSN_TOO_LARGE)
		findings_add(&findings, RULE_PACKAGE, "package", 0,
			     why.reason);
	written = json_write(list, out);
	if (written != BSN_OK)
		return written;
	if (status == BSN_TOO_LARGE)
		return bsn_fail(err, status, "%s", why.reason);
	return findings.broken
		       ? bsn_fail(err, BSN_FAULT,
				  "the package cannot run: see the findings")
		       : BSN_OK;
}
