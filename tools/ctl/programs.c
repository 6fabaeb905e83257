/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/programs.h"

#include "tools/ctl/error.h"

/* ---- the compiler ------------------------------------------------------- */

char *
programs_solc(const char *project, GError **error)
{
	g_autofree char *absolute = g_canonicalize_filename(project, NULL);
	g_autofree char *package =
		g_build_filename(absolute, "node_modules", "solc", NULL);
	g_autofree char *node = g_find_program_in_path("node");
	g_autofree char *quoted_node = NULL;
	g_autofree char *quoted = g_shell_quote(absolute);

	if (!g_file_test(package, G_FILE_TEST_IS_DIR)) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the npm package \"solc\" is not installed in %s\nRun "
			 "'npm ci' (or 'npm install solc') there.",
			 absolute);
		return NULL;
	}
	if (node == NULL) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "there is no program node\nInstall Node.js 18 or "
			 "later.");
		return NULL;
	}
	quoted_node = g_shell_quote(node);
	return g_strdup_printf("%s %s --standard-json --project %s",
			       quoted_node, BSN_PKGDATADIR "/solc-compile.js",
			       quoted);
}

/* ---- chaincodes --------------------------------------------------------- */

/* The runtime's id (plugins/runtime-chaincode). */
#define CHAINCODE_RUNTIME "bsn.runtime-chaincode"

/* Children of a host have this PATH (host/io/child_start.c). */
static const char *const program_directories[] = { "/usr/local/bin", "/usr/bin",
						   "/bin" };

static gboolean
has_program(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(program_directories); i++) {
		g_autofree char *file =
			g_build_filename(program_directories[i], name, NULL);

		if (g_file_test(file, G_FILE_TEST_IS_EXECUTABLE))
			return TRUE;
	}
	return FALSE;
}

/* The directory, if the package is in it. */
static char *
modules_in(const char *directory)
{
	g_autofree char *package =
		g_build_filename(directory, "fabric-shim", NULL);

	return g_file_test(package, G_FILE_TEST_IS_DIR) ? g_strdup(directory)
							: NULL;
}

char *
programs_chaincode_modules(const char *project, GError **error)
{
	g_autofree char *absolute = g_canonicalize_filename(project, NULL);
	g_autofree char *inside =
		g_build_filename(absolute, "node_modules", NULL);
	g_autofree char *modules = modules_in(inside);

	if (modules == NULL)
		modules = modules_in(absolute);
	if (modules == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the npm package \"fabric-shim\" is not installed in "
			 "%s\nRun 'npm ci' (or 'npm install fabric-shim "
			 "fabric-contract-api') there.",
			 absolute);
	else if (!has_program("node"))
		ctl_fail(error, CTL_ERROR_FAILED,
			 "there is no program node in /usr/local/bin, /usr/bin "
			 "or /bin, where chaincodes are started with it\n"
			 "Install Node.js 18 or later there.");
	else
		return g_steal_pointer(&modules);
	return NULL;
}

char *
programs_chaincode_group(const char *modules)
{
	return g_strdup_printf(
		"\n[plugin " CHAINCODE_RUNTIME "]\n\n"
		"# Where fabric-shim and fabric-contract-api are, for\n"
		"# chaincodes that do not bring them; [io] child_paths has "
		"it,\n"
		"# too.\nnode_path = %s\n",
		modules);
}
