/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/elf_file.h: the parts of an ELF file (System V gABI) that say
 * what it is, of any class and byte order, read from hostile bytes.
 */
#ifndef HOST_PLUGIN_ELF_FILE_H
#define HOST_PLUGIN_ELF_FILE_H

#include "host/plugin/rule.h"

typedef struct {
	const guint8 *data;
	gsize len;
	int wide; /* ELFCLASS64 */
	int big;  /* ELFDATA2MSB */
	guint type, machine; /* ET_*, EM_* */
	guint64 segments_at, sections_at;
	guint segments, sections; /* how many */
} ElfFile;

/* Where notes stand in the file. */
typedef struct {
	gsize at, len;
	gsize align; /* of names and descriptors: 4 or 8 */
} ElfNotes;

/* Reads the header and sees to it that every segment and table is inside the
 * file: RULE_NOT_ELF or RULE_TRUNCATED_ELF otherwise. */
gboolean elf_file_parse(ElfFile *elf, const guint8 *data, gsize len,
			Refusal *refusal);

/* Refuses what this host's loader could never load: RULE_OTHER_CPU,
 * RULE_NOT_SHARED_OBJECT. */
gboolean elf_file_fits_host(const ElfFile *elf, Refusal *refusal);

/* Note segment or section number `index`, counting from 0 over all segments or
 * sections; FALSE when that one holds no notes. */
gboolean elf_file_note_segment(const ElfFile *elf, guint index, ElfNotes *out);
gboolean elf_file_note_section(const ElfFile *elf, guint index, ElfNotes *out);

/* One entry of the table of segments. Its bytes are inside the file. */
typedef struct {
	guint32 type, flags; /* PT_*, PF_* */
	guint64 at, size;    /* in the file */
	guint64 address, memory_size;
} ElfSegment;

/* Segment number `index`, below `segments`. */
ElfSegment elf_file_segment(const ElfFile *elf, guint index);

/* A number of `size` bytes (1 to 8) in the file's byte order; it must be inside
 * the file. */
guint64 elf_file_number(const ElfFile *elf, gsize at, gsize size);

#endif
