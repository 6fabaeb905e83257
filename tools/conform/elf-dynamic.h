/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/elf-dynamic.h: what a shared object tells the loader: its
 * symbols, what it needs, how its memory is protected. Read from hostile bytes,
 * by the tables that the loader itself goes by (System V gABI, "Dynamic
 * Linking"), not by sections, which may be stripped or lie.
 */
#ifndef TOOLS_CONFORM_ELF_DYNAMIC_H
#define TOOLS_CONFORM_ELF_DYNAMIC_H

#include "host/plugin/elf_file.h"

/* Symbols that are read; a plugin exports one. */
#define ELF_SYMBOLS_MAX 65536u

typedef struct {
	const char *name; /* inside the file */
	guint binding;    /* STB_* */
	guint type;       /* STT_* */
	gboolean defined;
	gboolean hidden;   /* STV_HIDDEN or STV_INTERNAL: for nobody else */
	gboolean absolute; /* a linker's own */
} ElfSymbol;

typedef struct {
	GArray *symbols;   /* ElfSymbol */
	GPtrArray *needed; /* const char *, inside the file: DT_NEEDED */
	gboolean text_relocations; /* DT_TEXTREL or DF_TEXTREL */
	gboolean executable_stack; /* PT_GNU_STACK says so, or is not there */
	gboolean writable_code;    /* a segment is both */
	guint64 constructors;      /* entries of DT_INIT_ARRAY, and DT_INIT */
	guint64 data_len, bss_len; /* bytes of writable segments: of the file,
				    * and zeros */
} ElfDynamic;

/* FALSE and a refusal when there is no such table, or one points outside the
 * file. `elf` was parsed, and its bytes stay. */
gboolean elf_dynamic_read(ElfDynamic *dynamic, const ElfFile *elf,
			  Refusal *refusal);
/* Frees what is inside. */
void elf_dynamic_clear(ElfDynamic *dynamic);

#endif
