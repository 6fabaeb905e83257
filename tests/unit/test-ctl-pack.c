/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl contract pack: what goes into a package, and what does not.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "plugins/chaincode/package.h"

typedef struct {
	char *directory, *output;
} Place;

static void
put(const Place *place, const char *path, const char *text)
{
	g_autofree char *full = g_build_filename(place->directory, path, NULL);
	g_autofree char *parent = g_path_get_dirname(full);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_assert_true(g_file_set_contents(full, text, -1, NULL));
}

static void
set_up(Place *place, gconstpointer data)
{
	place->directory = g_dir_make_tmp("bsn-pack-XXXXXX", NULL);
	place->output = g_build_filename(place->directory, "out.tgz", NULL);
	put(place, "package.json", "{}");
	put(place, "lib/b.js", "b");
	put(place, "lib/a.js", "a");
	put(place, "META-INF/statedb/couchdb/indexes/i.json", "{}");
	put(place, "lib/META-INF/i.json", "{}");
	put(place, ".env", "SECRET=1");
	put(place, ".git/config", "git");
	put(place, "node_modules/m/index.js", "m");
	put(place, "node_modules/.bin/m", "m");
}

static void
remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *full = g_build_filename(path, name, NULL);

		remove_all(full);
	}
	g_remove(path);
}

static void
tear_down(Place *place, gconstpointer data)
{
	remove_all(place->directory);
	g_free(place->directory);
	g_free(place->output);
}

/* The exit code; `extra` may be NULL. */
static int
run_on(const Place *place, const char *packed, const char *label,
       const char *extra, char **said)
{
	g_autofree char *program =
		g_test_build_filename(G_TEST_BUILT, "bsnctl", NULL);
	const char *argv[] = { program,	  "contract",
			       "pack",	  packed,
			       "-o",	  place->output,
			       "--label", label,
			       extra,	  NULL };
	g_autofree char *err = NULL;
	int status = -1;

	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
				   G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
				   &err, &status, NULL));
	if (said != NULL)
		*said = g_steal_pointer(&err);
	return g_spawn_check_wait_status(status, NULL) ? 0 : 1;
}

static int
run(const Place *place, const char *label, const char *extra, char **said)
{
	return run_on(place, place->directory, label, extra, said);
}

static int32_t
list_file(const ChaincodeFile *file, gpointer data)
{
	g_string_append_printf(data, "%s;", file->path);
	return BSN_OK;
}

static ChaincodePackage *
read_package(const Place *place)
{
	ChaincodePackage *package = NULL;
	g_autofree char *bytes = NULL;
	gsize len;

	g_assert_true(g_file_get_contents(place->output, &bytes, &len, NULL));
	g_assert_cmpint(
		chaincode_package_read((bsn_slice){ (guint8 *)bytes, len },
				       &package, NULL),
		==, BSN_OK);
	return package;
}

static char *
files_of(const Place *place)
{
	g_autoptr(ChaincodePackage) package = read_package(place);
	GString *list = g_string_new(NULL);

	g_assert_cmpint(chaincode_package_files(package, list_file, list, NULL),
			==, BSN_OK);
	return g_string_free(list, FALSE);
}

static void
test_contents(Place *place, gconstpointer data)
{
	g_autofree char *first = NULL;
	g_autofree char *again = NULL;
	g_autofree char *files = NULL;
	gsize len, len_again;

	g_assert_cmpint(run(place, "a_1", NULL, NULL), ==, 0);
	files = files_of(place);
	g_assert_cmpstr(files, ==,
			"META-INF/statedb/couchdb/indexes/i.json;"
			"src/lib/META-INF/i.json;src/lib/a.js;src/lib/b.js;"
			"src/package.json;");
	g_assert_true(g_file_get_contents(place->output, &first, &len, NULL));
	/* The package that is there is not packed, and times do not count. */
	put(place, "lib/a.js", "a");
	g_assert_cmpint(run(place, "a_1", NULL, NULL), ==, 0);
	g_assert_true(
		g_file_get_contents(place->output, &again, &len_again, NULL));
	g_assert_cmpuint(len, ==, len_again);
	g_assert_true(memcmp(first, again, len) == 0);
}

static void
test_modules(Place *place, gconstpointer data)
{
	g_autofree char *files = NULL;

	g_assert_cmpint(run(place, "a_1", "--with-modules", NULL), ==, 0);
	files = files_of(place);
	g_assert_cmpstr(files, ==,
			"META-INF/statedb/couchdb/indexes/i.json;"
			"src/lib/META-INF/i.json;src/lib/a.js;src/lib/b.js;"
			"src/node_modules/m/index.js;src/package.json;");
}

static void
test_wasm(Place *place, gconstpointer data)
{
	g_autofree char *module =
		g_build_filename(place->directory, "lib/a.wasm", NULL);
	g_autoptr(ChaincodePackage) package = NULL;
	g_autofree char *files = NULL;

	put(place, "lib/a.wasm", "module");
	g_assert_cmpint(run_on(place, module, "a_1", NULL, NULL), ==, 0);
	package = read_package(place);
	g_assert_cmpstr(package->type, ==, "wasm");
	files = files_of(place);
	g_assert_cmpstr(files, ==, "a.wasm;");
}

static void
test_refused(Place *place, gconstpointer data)
{
	g_autofree char *link =
		g_build_filename(place->directory, "lib/link.js", NULL);
	g_autofree char *said = NULL;

	g_assert_cmpint(run(place, "a:1", NULL, NULL), ==, 1);
	g_assert_false(g_file_test(place->output, G_FILE_TEST_EXISTS));
	g_assert_cmpint(symlink("/etc/passwd", link), ==, 0);
	g_assert_cmpint(run(place, "a_1", NULL, &said), ==, 1);
	g_assert_nonnull(strstr(said, "link.js is a link"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name, function) \
	g_test_add("/ctl/pack/" name, Place, NULL, set_up, function, tear_down)
	T("files-are-packed-in-order-and-always-the-same", test_contents);
	T("modules-are-packed-when-asked-for", test_modules);
	T("a-wasm-module-is-a-package-alone", test_wasm);
	T("labels-and-links-are-refused", test_refused);
#undef T
	return g_test_run();
}
