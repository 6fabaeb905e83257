/* SPDX-License-Identifier: Apache-2.0
 *
 * make-variant BUILD NAME FILE: writes the plugin of the fleet that has this
 * fault; BUILD is the build's directory. "none" is the engine without a fault,
 * "crypto-none" the algorithms without one.
 *
 * make-variant --list: all of them, one a line: name, kind, verdict, check and
 * sentence with tabs between.
 */
#define _GNU_SOURCE
#include <bsn/plugin.h>
#include <elf.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "tests/bad-plugins/fleet/faults.h"
#include "tests/bad-plugins/fleet/mark.h"

typedef enum { ENGINE, CRYPTO, BYTES, LINK, BUILT } Kind;

typedef struct {
	const char *symbol;
	Kind kind;
	const char *kind_name, *verdict, *check, *sentence;
} Row;

#define FITS(symbol, kind, verdict, check, sentence)                           \
	_Static_assert(sizeof(#symbol) <= FLEET_NAME_MAX,                      \
		       "a fault's name is too long");
FLEET_FAULTS(FITS)

static const Row rows[] = {
#define ROW(symbol, kind, verdict, check, sentence)                            \
	{ #symbol, kind, #kind, #verdict, check, sentence },
	FLEET_FAULTS(ROW)
#undef ROW
};

static char *
with_dashes(const char *symbol)
{
	return g_strdelimit(g_strdup(symbol), "_", '-');
}

static void
list_all(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = with_dashes(rows[i].symbol);

		printf("%s\t%s\t%s\t%s\t%s\n", name, rows[i].kind_name,
		       rows[i].verdict, rows[i].check, rows[i].sentence);
	}
}

static const Row *
find_row(const char *name)
{
	static const Row none = { "none", ENGINE, NULL, NULL, NULL, NULL };
	static const Row crypto_none = { "none", CRYPTO, NULL, NULL, NULL,
					 NULL };

	if (strcmp(name, "none") == 0)
		return &none;
	if (strcmp(name, "crypto-none") == 0)
		return &crypto_none;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *its = with_dashes(rows[i].symbol);

		if (strcmp(name, its) == 0)
			return &rows[i];
	}
	g_printerr("make-variant: there is no fault \"%s\"\n", name);
	return NULL;
}

/* ---- changing a file's bytes ---------------------------------------------- */

typedef struct {
	char *data;
	gsize len;
} Module;

static char *
find_bytes(const Module *module, const void *wanted, gsize len)
{
	char *found = memmem(module->data, module->len, wanted, len);

	if (found == NULL)
		g_printerr("make-variant: the module has not what is to be "
			   "changed\n");
	return found;
}

static gboolean
patch_mark(Module *module, const char *symbol)
{
	char *at = find_bytes(module, FLEET_MAGIC, sizeof(FLEET_MAGIC) - 1);

	if (at == NULL)
		return FALSE;
	g_strlcpy(at + offsetof(FleetMark, fault), symbol, FLEET_NAME_MAX);
	return TRUE;
}

static bsn_note *
find_note(Module *module)
{
	const struct {
		guint32 namesz, descsz, type;
		char name[4];
	} head = { 4, sizeof(bsn_note_desc), BSN_NOTE_TYPE, "BSN" };

	return (void *)find_bytes(module, &head, sizeof(head));
}

/* FALSE: it is none of the note's. */
static gboolean
patch_note(bsn_note *note, const char *symbol)
{
	if (strcmp(symbol, "another_abi") == 0)
		note->desc.abi_major++;
	else if (strcmp(symbol, "another_minor") == 0)
		note->desc.abi_minor++;
	else if (strcmp(symbol, "note_of_nobody") == 0)
		note->name[0] = 'X';
	else if (strcmp(symbol, "note_cut") == 0)
		note->descsz -= BSN_NOTE_TEXT_MAX;
	else if (strcmp(symbol, "note_without_end") == 0)
		memset(note->desc.id, 'x', sizeof(note->desc.id));
	else if (strcmp(symbol, "note_of_another") == 0)
		note->desc.id[0] = 'x';
	else if (strcmp(symbol, "note_of_last_year") == 0)
		note->desc.version[0] = '0';
	else if (strcmp(symbol, "note_claims_crypto") == 0)
		note->desc.kinds |= BSN_KIND_CRYPTO;
	else if (strcmp(symbol, "note_hides_engine") == 0)
		note->desc.kinds = BSN_KIND_CONSENSUS;
	else
		return FALSE;
	return TRUE;
}

static gboolean
patch_file(Module *module, const char *symbol)
{
	Elf64_Ehdr *elf = (void *)module->data;
	bsn_note *note = find_note(module);

	if (note == NULL || patch_note(note, symbol))
		return note != NULL;
	if (strcmp(symbol, "a_text") == 0)
		module->len = (gsize)g_snprintf(module->data, module->len,
						"This is no plugin.\n");
	else if (strcmp(symbol, "an_empty_file") == 0)
		module->len = 0;
	else if (strcmp(symbol, "truncated") == 0)
		module->len /= 2;
	else if (strcmp(symbol, "another_cpu") == 0)
		elf->e_machine = elf->e_machine == EM_S390 ? EM_MIPS : EM_S390;
	else
		return FALSE;
	return TRUE;
}

/* ---- writing a variant ------------------------------------------------------ */

static char *
module_of(const char *build, const Row *row)
{
	g_autofree char *name = with_dashes(row->symbol);
	g_autofree char *file = g_strconcat(name, ".so", NULL);

	switch (row->kind) {
	case ENGINE:
	case BYTES:
		return g_build_filename(build,
					"tests/bad-plugins/fleet/modules",
					"engine-fleet.so", NULL);
	case CRYPTO:
		return g_build_filename(build,
					"tests/bad-plugins/fleet/modules",
					"crypto-fleet.so", NULL);
	case LINK:
		return g_build_filename(build,
					"tests/bad-plugins/fleet/modules", file,
					NULL);
	case BUILT:
		return g_build_filename(build, "tests/bad-plugins/modules", file,
					NULL);
	}
	return NULL;
}

static gboolean
change(Module *module, const Row *row)
{
	switch (row->kind) {
	case ENGINE:
	case CRYPTO:
		return patch_mark(module, row->symbol);
	case BYTES:
		return patch_file(module, row->symbol);
	case LINK:
	case BUILT:
		return TRUE;
	}
	return FALSE;
}

static gboolean
make_variant(const char *build, const Row *row, const char *path)
{
	g_autofree char *from = module_of(build, row);
	g_autoptr(GError) error = NULL;
	Module module;
	gboolean made;

	if (strcmp(row->symbol, "a_directory") == 0)
		return g_mkdir_with_parents(path, 0700) == 0;
	if (!g_file_get_contents(from, &module.data, &module.len, &error)) {
		g_printerr("make-variant: %s\n", error->message);
		return FALSE;
	}
	made = change(&module, row);
	if (made && !g_file_set_contents(path, module.data,
					 (gssize)module.len, &error)) {
		g_printerr("make-variant: %s\n", error->message);
		made = FALSE;
	}
	g_free(module.data);
	return made;
}

int
main(int argc, char **argv)
{
	const Row *row;

	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		list_all();
		return 0;
	}
	if (argc != 4) {
		g_printerr("Usage: make-variant --list\n"
			   "       make-variant BUILD NAME FILE\n");
		return 2;
	}
	row = find_row(argv[2]);
	return row != NULL && make_variant(argv[1], row, argv[3]) ? 0 : 1;
}
