/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks of a plugin's file, of its loading and of its tables: each finds
 * what it is for, and finds nothing in a good plugin.
 */
#include <elf.h>
#include <string.h>

#include "tests/unit/conform-wrong.h"
#include "tools/conform/load.h"

static const CheckGroup *const groups[] = { &checks_load_file, &checks_load,
					    &checks_load_tables,
					    &checks_load_features, NULL };

/* ---- files ---------------------------------------------------------------- */

static GBytes *
corpus(const char *name)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "tests/fuzz/corpus/conform-elf", name, NULL);
	char *data = NULL;
	gsize len;

	g_assert_true(g_file_get_contents(path, &data, &len, NULL));
	return g_bytes_new_take(data, len);
}

static void
read_dynamic(GBytes *bytes, ElfDynamic *dynamic)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(bytes, &len);
	Refusal refusal = { 0 };
	ElfFile elf;

	g_assert_true(elf_file_parse(&elf, data, len, &refusal));
	if (!elf_dynamic_read(dynamic, &elf, &refusal))
		g_error("%s", refusal.reason);
}

static const ElfSymbol *
symbol(const ElfDynamic *dynamic, const char *name)
{
	for (guint i = 0; i < dynamic->symbols->len; i++) {
		const ElfSymbol *at =
			&g_array_index(dynamic->symbols, ElfSymbol, i);

		if (strcmp(at->name, name) == 0)
			return at;
	}
	g_error("no symbol %s", name);
}

static void
symbols_are_found_by_both_hash_tables(void)
{
	static const char *const files[] = { "gnu-hash", "sysv-hash" };

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GBytes) bytes = corpus(files[i]);
		ElfDynamic dynamic;

		read_dynamic(bytes, &dynamic);
		g_assert_true(symbol(&dynamic, "bsn_plugin_open")->defined);
		g_assert_cmpuint(symbol(&dynamic, "bsn_plugin_open")->type, ==,
				 STT_FUNC);
		g_assert_true(symbol(&dynamic, "extra")->defined);
		g_assert_cmpuint(symbol(&dynamic, "vague")->binding, ==,
				 STB_WEAK);
		g_assert_false(symbol(&dynamic, "socket")->defined);
		g_assert_false(symbol(&dynamic, "puts")->defined);
		g_assert_cmpuint(dynamic.constructors, ==, 1);
		g_assert_cmpuint(dynamic.bss_len, >=, 400);
		g_assert_false(dynamic.executable_stack);
		g_assert_false(dynamic.writable_code);
		g_assert_false(dynamic.text_relocations);
		elf_dynamic_clear(&dynamic);
	}
}

static void
libraries_and_protections_are_read(void)
{
	g_autoptr(GBytes) libraries = corpus("needs-libraries");
	g_autoptr(GBytes) open_to_all = corpus("writable-code");
	g_autoptr(GBytes) big_endian = corpus("powerpc-32");
	ElfDynamic dynamic;

	read_dynamic(libraries, &dynamic);
	g_assert_cmpuint(dynamic.needed->len, >=, 1);
	g_assert_cmpstr(dynamic.needed->pdata[0], ==, "libc.so.6");
	elf_dynamic_clear(&dynamic);
	read_dynamic(open_to_all, &dynamic);
	g_assert_true(dynamic.executable_stack);
	g_assert_true(dynamic.writable_code);
	elf_dynamic_clear(&dynamic);
	/* Other byte order, other class, no hints for the stack. */
	read_dynamic(big_endian, &dynamic);
	g_assert_true(symbol(&dynamic, "bsn_plugin_open")->defined);
	g_assert_false(symbol(&dynamic, "socket")->defined);
	g_assert_cmpstr(dynamic.needed->pdata[0], ==, "libc.so.6");
	g_assert_cmpuint(dynamic.constructors, ==, 3);
	g_assert_cmpuint(dynamic.bss_len, ==, 64);
	g_assert_true(dynamic.executable_stack);
	elf_dynamic_clear(&dynamic);
}

static void
imports_have_reasons(void)
{
	static const struct {
		const char *symbol;
		guint32 kinds;
		gboolean found;
	} cases[] = {
		{ "socket", BSN_KIND_ENGINE, TRUE },
		{ "pthread_create", BSN_KIND_ENGINE, TRUE },
		{ "g_spawn_async", BSN_KIND_ENGINE, TRUE },
		{ "clock_gettime", BSN_KIND_CONSENSUS, TRUE },
		{ "getrandom", BSN_KIND_ENGINE, TRUE },
		{ "getrandom", BSN_KIND_CRYPTO, FALSE },
		{ "RAND_priv_bytes", BSN_KIND_RUNTIME, TRUE },
		{ "socket", BSN_KIND_CRYPTO, TRUE },
		{ "malloc", BSN_KIND_ENGINE, FALSE },
		{ "snprintf", BSN_KIND_ENGINE, FALSE },
		{ "socketlike", BSN_KIND_ENGINE, FALSE },
		{ "open64", BSN_KIND_ENGINE, FALSE },
		{ "g_hash_table_new", BSN_KIND_ENGINE, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(load_import_reason(cases[i].symbol,
						   cases[i].kinds) != NULL,
				==, cases[i].found);
}

/* ---- checks --------------------------------------------------------------- */

/* With LOAD_FAULT as `fault`, these and only these checks fail. */
static void
assert_found(const char *module, const char *fault, const char *ids)
{
	g_autofree char *file = g_strconcat(module, ".so", NULL);
	g_autofree char *path = g_test_build_filename(
		G_TEST_BUILT, "tests/unit/modules", file, NULL);
	g_autofree char *message = NULL;
	Subject *subject = subject_new(path, NULL, &message);

	if (subject == NULL)
		g_error("%s", message);
	g_assert_true(g_setenv("LOAD_FAULT", fault, TRUE));
	g_test_message("%s", fault);
	conform_subject = subject;
	conform_assert_found(groups, NULL, ids);
	conform_subject = NULL;
	subject_free(subject);
}

static void
good_plugin_passes(void)
{
	assert_found("load-faults", "", "");
}

static void
wrong_files_are_found(void)
{
	assert_found("load-exports", "", "exports");
	assert_found("load-stack", "", "no-executable-stack");
}

static void
imports_are_told_and_are_no_fault(void)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_BUILT, "tests/unit/modules", "load-faults.so", NULL);
	g_autofree char *message = NULL;
	Subject *subject = subject_new(path, NULL, &message);

	g_assert_nonnull(subject);
	conform_subject = subject;
	for (gsize i = 0; i < checks_load_file.n; i++) {
		const Check *check = &checks_load_file.checks[i];
		Outcome outcome;

		if (strcmp(check->id, "load.imports") != 0)
			continue;
		outcome = conform_run(check, NULL);
		g_assert_cmpint(outcome.verdict, ==, VERDICT_WARN);
		g_assert_nonnull(strstr(outcome.summary,
					"pthread_create, which starts "
					"threads"));
		subject->flags = BSN_PLUGIN_DOES_IO;
		g_assert_cmpint(conform_run(check, NULL).verdict, ==,
				VERDICT_NOT_CLAIMED);
	}
	conform_subject = NULL;
	subject_free(subject);
}

static void
what_is_left_behind_is_found(void)
{
	static const char *const effects[] = {
		"file",	   "thread", "child",	  "variable",
		"handler", "mask",   "locale",	  "directory",
		"umask",   "timer",  "rounding",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(effects); i++) {
		g_autofree char *early =
			g_strconcat("constructor-", effects[i], NULL);
		g_autofree char *open =
			g_strconcat("open-", effects[i], NULL);
		g_autofree char *late =
			g_strconcat("close-", effects[i], NULL);

		assert_found("load-faults", early, "constructor-effects");
		assert_found("load-faults", open, "open-effects");
		assert_found("load-faults", late, "close");
	}
}

#define NEEDS_OPEN                                                             \
	"tables table-sizes texts note-agrees query-unknown query-stable "     \
	"features feature-details required-rows"

static void
wrong_opening_is_found(void)
{
	assert_found("load-faults", "open-fails",
		     "open open-null-err close " NEEDS_OPEN);
	assert_found("load-faults", "open-fails-silently",
		     "open open-null-err open-bare-host close " NEEDS_OPEN);
	assert_found("load-faults", "open-gives-nothing",
		     "open open-null-err open-bare-host close " NEEDS_OPEN);
	assert_found("load-faults", "open-needs-err",
		     "open-null-err open-bare-host");
	assert_found("load-faults", "bare-host-crashes", "open-bare-host");
	assert_found("load-faults", "bare-host-no-reason", "open-bare-host");
	assert_found("load-faults", "crash-in-constructor",
		     "dependencies undefined constructor-effects open "
		     "open-effects open-null-err open-bare-host "
		     "close " NEEDS_OPEN);
}

static void
wrong_tables_are_found(void)
{
	assert_found("load-faults", "table-too-small", "tables table-sizes");
	assert_found("load-faults", "table-too-large", "table-sizes");
	assert_found("load-faults", "member-missing", "tables");
	assert_found("load-faults", "other-id", "tables note-agrees");
	assert_found("load-faults", "other-version", "tables note-agrees");
	assert_found("load-faults", "no-vendor", "texts");
	assert_found("load-faults", "odd-licence", "texts");
	assert_found("load-faults", "odd-flags", "open");
	assert_found("load-faults", "query-hides-engine",
		     "tables note-agrees features feature-details "
		     "required-rows");
	assert_found("load-faults", "query-takes-prefixes", "query-unknown");
	assert_found("load-faults", "query-changes", "query-stable");
}

static void
wrong_features_are_found(void)
{
	assert_found("load-faults", "row-twice", "features");
	assert_found("load-faults", "row-of-nobody", "features");
	assert_found("load-faults", "row-misspelt", "features");
	assert_found("load-faults", "offered-twice", "features");
	assert_found("load-faults", "row-left-out", "required-rows");
	assert_found("load-faults", "detail-list", "tables feature-details");
	assert_found("load-faults", "detail-text", "tables feature-details");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/conform-load/" #test, test)
	ADD(symbols_are_found_by_both_hash_tables);
	ADD(libraries_and_protections_are_read);
	ADD(imports_have_reasons);
	ADD(good_plugin_passes);
	ADD(wrong_files_are_found);
	ADD(imports_are_told_and_are_no_fault);
	ADD(what_is_left_behind_is_found);
	ADD(wrong_opening_is_found);
	ADD(wrong_tables_are_found);
	ADD(wrong_features_are_found);
	return g_test_run();
}
