/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of a plugin's file that run none of it.
 */
#include <dlfcn.h>
#include <elf.h>
#include <string.h>

#include "host/plugin/note.h"
#include "tools/conform/load.h"

static void
parse(Run *run, ElfFile *elf)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(run->subject->bytes, &len);
	Refusal refusal = { 0 };

	EXPECT(run,
	       elf_file_parse(elf, data, len, &refusal) &&
		       elf_file_fits_host(elf, &refusal),
	       "the file must be a shared object for this machine; it %s",
	       refusal.reason);
}

void
load_read(Run *run, ElfDynamic *dynamic)
{
	Refusal refusal = { 0 };
	ElfFile elf;

	parse(run, &elf);
	EXPECT(run, elf_dynamic_read(dynamic, &elf, &refusal),
	       "the file must be a shared object; it %s", refusal.reason);
}

static void
check_file(Run *run)
{
	ElfDynamic dynamic;

	load_read(run, &dynamic);
	run_note(run, "%s, %zu bytes, %s", run->subject->file,
		 g_bytes_get_size(run->subject->bytes), run->subject->digest);
	/* State of a plugin's own is legal; that it is kept apart for each
	 * chain is what function.multi-chain-* find out. */
	run_note(run, "%" G_GUINT64_FORMAT " bytes of writable data, "
		      "%" G_GUINT64_FORMAT " of zeros, %" G_GUINT64_FORMAT
		      " constructors",
		 dynamic.data_len, dynamic.bss_len, dynamic.constructors);
	elf_dynamic_clear(&dynamic);
}

/* ---- the note ------------------------------------------------------------- */

static void
read_note(Run *run, GBytes *bytes, bsn_note_desc *note)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(bytes, &len);
	Refusal refusal = { 0 };

	EXPECT(run, plugin_note_parse(data, len, note, &refusal),
	       "the file must have a BSN note; it %s", refusal.reason);
}

static void
check_note(Run *run)
{
	bsn_note_desc note;

	read_note(run, run->subject->bytes, &note);
	run_note(run, "id %s, version %s, kinds 0x%x", note.id, note.version,
		 note.kinds);
}

static void
check_abi(Run *run)
{
	bsn_note_desc note;

	read_note(run, run->subject->bytes, &note);
	run_note(run, "compiled for ABI %u.%u", note.abi_major,
		 note.abi_minor);
	EXPECT(run,
	       plugin_abi_fits(BSN_ABI_MAJOR, BSN_ABI_MINOR, note.abi_major,
			       note.abi_minor),
	       "it must be compiled for an ABI that goes with %u.%u; it was "
	       "for %u.%u",
	       BSN_ABI_MAJOR, BSN_ABI_MINOR, note.abi_major, note.abi_minor);
}

/* As strip --strip-section-headers leaves the file: what is not in a segment
 * is not found. */
static void
check_strip(Run *run)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(run->subject->bytes, &len);
	guint8 *copy = g_memdup2(data, len);
	g_autoptr(GBytes) stripped = g_bytes_new_take(copy, len);
	bsn_note_desc note;
	ElfFile elf;

	parse(run, &elf);
	if (elf.wide)
		memset(copy + offsetof(Elf64_Ehdr, e_shoff), 0, 8);
	else
		memset(copy + offsetof(Elf32_Ehdr, e_shoff), 0, 4);
	read_note(run, stripped, &note);
	run_note(run, "the note is in a segment of notes");
}

/* ---- symbols -------------------------------------------------------------- */

/* What a linker adds to every shared object. */
static gboolean
is_linkers(const ElfSymbol *symbol)
{
	static const char *const names[] = { "_init", "_fini", "_edata",
					     "_end", "__bss_start",
					     "_DYNAMIC",
					     "_GLOBAL_OFFSET_TABLE_" };

	if (symbol->absolute)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(symbol->name, names[i]) == 0)
			return TRUE;
	return FALSE;
}

/* Others get in each other's way between two plugins. Weak and unique ones are
 * what C++ makes of templates, one for the process by its rules. */
static void
check_exports(Run *run)
{
	g_autoptr(GString) extra = g_string_new(NULL);
	gboolean opens = FALSE;
	guint vague = 0, many = 0;
	ElfDynamic dynamic;

	load_read(run, &dynamic);
	for (guint i = 0; i < dynamic.symbols->len; i++) {
		const ElfSymbol *symbol =
			&g_array_index(dynamic.symbols, ElfSymbol, i);

		if (!symbol->defined || symbol->hidden ||
		    symbol->binding == STB_LOCAL || is_linkers(symbol))
			continue;
		if (strcmp(symbol->name, BSN_PLUGIN_OPEN_SYMBOL) == 0)
			opens = symbol->type == STT_FUNC;
		else if (symbol->binding != STB_GLOBAL)
			vague++;
		else if (many++ < 8)
			g_string_append_printf(extra, " %s", symbol->name);
	}
	EXPECT(run, opens, "%s must be exported; it is not",
	       BSN_PLUGIN_OPEN_SYMBOL);
	EXPECT(run, many == 0,
	       "%s must be the one exported symbol; there are %u others:%s%s",
	       BSN_PLUGIN_OPEN_SYMBOL, many, extra->str,
	       many > 8 ? " ..." : "");
	run_note(run, "exported: %s, and %u weak symbols of its language",
		 BSN_PLUGIN_OPEN_SYMBOL, vague);
	elf_dynamic_clear(&dynamic);
}

/* What a file could do is no fault yet: code that is linked in may never run.
 * What it does is found by abi.* and sim.*. So these are told, and no more. */
static void
check_imports(Run *run)
{
	g_autoptr(GString) line = g_string_new(NULL);
	guint all = 0;
	ElfDynamic dynamic;

	if ((run->subject->flags & BSN_PLUGIN_DOES_IO) != 0)
		run_not_claimed(run, "it says that it does input and output");
	load_read(run, &dynamic);
	for (guint i = 0; i < dynamic.symbols->len; i++) {
		const ElfSymbol *symbol =
			&g_array_index(dynamic.symbols, ElfSymbol, i);
		const char *reason;

		if (symbol->defined || symbol->binding != STB_GLOBAL)
			continue;
		all++;
		reason = load_import_reason(symbol->name,
					    run->subject->note.kinds);
		if (reason == NULL)
			continue;
		run_note(run, "imports %s, which %s", symbol->name, reason);
		g_string_append_printf(line, "%s%s, which %s",
				       line->len > 0 ? "; " : "",
				       symbol->name, reason);
	}
	elf_dynamic_clear(&dynamic);
	run_note(run, "%u functions imported", all);
	if (line->len > 0)
		run_warn(run, "what a plugin asks its host for it imports: %s",
			 line->str);
}

/* ---- libraries ------------------------------------------------------------ */

static void
check_dependencies(Run *run)
{
	ElfDynamic dynamic;

	load_read(run, &dynamic);
	(void)load_module(run);
	for (guint i = 0; i < dynamic.needed->len; i++) {
		const char *name = dynamic.needed->pdata[i];
		void *library = dlopen(name, RTLD_NOW | RTLD_NOLOAD);

		EXPECT(run, library != NULL,
		       "the library %s, which it needs, must be there; it is "
		       "not",
		       name);
		dlclose(library);
		run_note(run, "needs %s: found", name);
	}
	elf_dynamic_clear(&dynamic);
}

static void
check_undefined(Run *run)
{
	(void)load_module(run);
	run_note(run, "every function that it calls is there");
}

/* ---- memory --------------------------------------------------------------- */

static void
check_text_relocations(Run *run)
{
	ElfDynamic dynamic;

	load_read(run, &dynamic);
	EXPECT(run, !dynamic.text_relocations,
	       "its code must be position-independent (-fPIC); the loader has "
	       "to write to it (DT_TEXTREL)");
	run_note(run, "no relocations in its code");
	elf_dynamic_clear(&dynamic);
}

static void
check_stack(Run *run)
{
	ElfDynamic dynamic;

	load_read(run, &dynamic);
	EXPECT(run, !dynamic.executable_stack,
	       "it must not ask for a stack that can be executed (-z "
	       "noexecstack); it does, for the whole process");
	run_note(run, "stack: not executable");
	elf_dynamic_clear(&dynamic);
}

static void
check_code(Run *run)
{
	ElfDynamic dynamic;

	load_read(run, &dynamic);
	EXPECT(run, !dynamic.writable_code,
	       "no part of it may be writable and executable at once; one is");
	run_note(run, "no segment is writable and executable");
	elf_dynamic_clear(&dynamic);
}

#define FILE_CHECK(id, sentence, clause, run)                                  \
	{ "load." id, sentence ".", NULL, clause, LEVEL_LOADS, 1, 0, run, 0 }

static const Check checks[] = {
	FILE_CHECK("file", "It is a shared object for this machine",
		   "plugin.h: what makes a plugin", check_file),
	FILE_CHECK("note", "It has one BSN note, well formed",
		   "plugin.h: BSN_PLUGIN_NOTE", check_note),
	FILE_CHECK("abi-version", "It was compiled for this ABI",
		   "base.h: BSN_ABI_MAJOR", check_abi),
	FILE_CHECK("strip", "Its note survives when it is stripped",
		   "plugin.h: bsn_note", check_strip),
	FILE_CHECK("exports", "It exports bsn_plugin_open and nothing else",
		   "plugin.h: BSN_EXPORT", check_exports),
	FILE_CHECK("imports", "It imports nothing that its host does for it",
		   "plugin.h: BSN_PLUGIN_DOES_IO", check_imports),
	FILE_CHECK("dependencies", "The libraries that it needs are there",
		   "plugin.h: what makes a plugin", check_dependencies),
	FILE_CHECK("undefined", "Every symbol that it uses is defined",
		   "plugin.h: what makes a plugin", check_undefined),
	FILE_CHECK("no-text-relocations", "Its code is shared as it is",
		   "plugin.h: what makes a plugin", check_text_relocations),
	FILE_CHECK("no-executable-stack", "It needs no executable stack",
		   "plugin.h: what makes a plugin", check_stack),
	FILE_CHECK("no-writable-code", "None of its code can be written to",
		   "plugin.h: what makes a plugin", check_code),
};

CHECK_GROUP(checks_load_file, checks);
