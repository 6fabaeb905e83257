/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/elf-dynamic.h"

#include <elf.h>
#include <string.h>

#define MEMBER(elf, at, type, member)                                          \
	((elf)->wide ? elf_file_number(elf,                                    \
				       (at) + offsetof(Elf64_##type, member),  \
				       sizeof(((Elf64_##type *)0)->member)) :  \
		       elf_file_number(elf,                                    \
				       (at) + offsetof(Elf32_##type, member),  \
				       sizeof(((Elf32_##type *)0)->member)))
#define SIZE(elf, type)                                                        \
	((elf)->wide ? sizeof(Elf64_##type) : sizeof(Elf32_##type))
#define WORD(elf) ((elf)->wide ? 8u : 4u)

/* A table in the file. */
typedef struct {
	gsize at, len; /* len: to the end of the segment that it stands in */
} Area;

/* Addresses and sizes from the dynamic section; 0: not there. */
typedef struct {
	const ElfFile *elf;
	ElfDynamic *out;
	guint64 strings, strings_len;
	guint64 symbols;
	guint64 hash, gnu_hash;
	guint64 init, init_array_len;
	Refusal *refusal;
} Reader;

static gboolean
malformed(Reader *reader, const char *what)
{
	return refuse(reader->refusal, RULE_NOT_ELF,
		      "is not an ELF file of a known form: %s", what);
}

/* Where the bytes at an address come from. */
static gboolean
find(const Reader *reader, guint64 address, Area *area)
{
	for (guint i = 0; i < reader->elf->segments; i++) {
		ElfSegment segment = elf_file_segment(reader->elf, i);

		if (segment.type != PT_LOAD || address < segment.address ||
		    address - segment.address >= segment.size)
			continue;
		area->at = (gsize)(segment.at + address - segment.address);
		area->len = (gsize)(segment.size -
				    (address - segment.address));
		return TRUE;
	}
	return FALSE;
}

/* ---- segments ------------------------------------------------------------- */

static gboolean
read_segments(Reader *reader, Area *dynamic)
{
	ElfDynamic *out = reader->out;
	gboolean found = FALSE;

	out->executable_stack = TRUE;
	for (guint i = 0; i < reader->elf->segments; i++) {
		ElfSegment segment = elf_file_segment(reader->elf, i);
		gboolean writable = (segment.flags & PF_W) != 0;
		gboolean executable = (segment.flags & PF_X) != 0;

		if (segment.type == PT_GNU_STACK)
			out->executable_stack = executable;
		if (segment.type == PT_DYNAMIC) {
			*dynamic = (Area){ (gsize)segment.at,
					   (gsize)segment.size };
			found = TRUE;
		}
		if (segment.type != PT_LOAD || !writable)
			continue;
		out->writable_code |= executable;
		out->data_len += segment.size;
		if (segment.memory_size > segment.size)
			out->bss_len += segment.memory_size - segment.size;
	}
	return found ? TRUE : malformed(reader, "it has no dynamic section");
}

/* ---- the dynamic section -------------------------------------------------- */

static void
take_entry(Reader *reader, guint64 tag, guint64 value)
{
	switch (tag) {
	case DT_STRTAB:
		reader->strings = value;
		break;
	case DT_STRSZ:
		reader->strings_len = value;
		break;
	case DT_SYMTAB:
		reader->symbols = value;
		break;
	case DT_HASH:
		reader->hash = value;
		break;
	case DT_GNU_HASH:
		reader->gnu_hash = value;
		break;
	case DT_INIT:
		reader->init = value;
		break;
	case DT_INIT_ARRAYSZ:
		reader->init_array_len = value;
		break;
	case DT_TEXTREL:
		reader->out->text_relocations = TRUE;
		break;
	case DT_FLAGS:
		reader->out->text_relocations |= (value & DF_TEXTREL) != 0;
		break;
	}
}

/* The text at an offset of the string table; NULL when it has no end. */
static const char *
text_at(const Reader *reader, const Area *strings, guint64 offset)
{
	gsize len = (gsize)MIN(strings->len, reader->strings_len);
	const char *text;

	if (offset >= len)
		return NULL;
	text = (const char *)reader->elf->data + strings->at + offset;
	return memchr(text, '\0', len - (gsize)offset) != NULL ? text : NULL;
}

/* Goes over the entries twice: names need the string table, which may come
 * after them. */
static gboolean
read_needed(Reader *reader, const Area *dynamic, const Area *strings)
{
	const ElfFile *elf = reader->elf;

	for (gsize i = 0; i + SIZE(elf, Dyn) <= dynamic->len;
	     i += SIZE(elf, Dyn)) {
		guint64 tag = MEMBER(elf, dynamic->at + i, Dyn, d_tag);
		const char *name;

		if (tag == DT_NULL)
			break;
		if (tag != DT_NEEDED)
			continue;
		name = text_at(reader, strings,
			       MEMBER(elf, dynamic->at + i, Dyn, d_un.d_val));
		if (name == NULL)
			return malformed(reader, "the name of a library that "
						 "it needs is outside of it");
		g_ptr_array_add(reader->out->needed, (gpointer)name);
	}
	return TRUE;
}

static void
read_entries(Reader *reader, const Area *dynamic)
{
	const ElfFile *elf = reader->elf;

	for (gsize i = 0; i + SIZE(elf, Dyn) <= dynamic->len;
	     i += SIZE(elf, Dyn)) {
		guint64 tag = MEMBER(elf, dynamic->at + i, Dyn, d_tag);

		if (tag == DT_NULL)
			break;
		take_entry(reader, tag,
			   MEMBER(elf, dynamic->at + i, Dyn, d_un.d_val));
	}
	reader->out->constructors = reader->init_array_len / WORD(elf) +
				    (reader->init != 0);
}

/* ---- symbols -------------------------------------------------------------- */

/* A word of 4 bytes in an area; FALSE beyond its end. */
static gboolean
word_at(const Reader *reader, const Area *area, guint64 offset, guint64 *word)
{
	if (offset > area->len || area->len - offset < 4)
		return FALSE;
	*word = elf_file_number(reader->elf, area->at + (gsize)offset, 4);
	return TRUE;
}

/* GNU's hash table: buckets, shift words, filter, buckets, chains; a chain's
 * last word is odd. Symbols before the first hashed one are not defined. */
static gboolean
count_gnu(const Reader *reader, const Area *table, guint64 *count)
{
	guint64 buckets, first, filter, last = 0, word = 0, chains;

	if (!word_at(reader, table, 0, &buckets) ||
	    !word_at(reader, table, 4, &first) ||
	    !word_at(reader, table, 8, &filter))
		return FALSE;
	chains = 16 + filter * WORD(reader->elf) + buckets * 4;
	for (guint64 i = 0; i < buckets; i++) {
		if (!word_at(reader, table, chains - (buckets - i) * 4,
			     &word))
			return FALSE;
		last = MAX(last, word);
	}
	*count = first;
	if (last < first)
		return TRUE;
	for (word = 0; (word & 1) == 0; last++)
		if (!word_at(reader, table, chains + (last - first) * 4,
			     &word))
			return FALSE;
	*count = last;
	return TRUE;
}

static gboolean
count_symbols(const Reader *reader, guint64 *count)
{
	Area table = { 0, 0 };

	if (reader->hash != 0 && find(reader, reader->hash, &table))
		return word_at(reader, &table, 4, count);
	if (reader->gnu_hash != 0 && find(reader, reader->gnu_hash, &table))
		return count_gnu(reader, &table, count);
	return FALSE;
}

static gboolean
read_symbol(Reader *reader, gsize at, const Area *strings)
{
	const ElfFile *elf = reader->elf;
	guint section = (guint)MEMBER(elf, at, Sym, st_shndx);
	guint info = (guint)MEMBER(elf, at, Sym, st_info);
	guint visibility = (guint)MEMBER(elf, at, Sym, st_other) & 3;
	ElfSymbol symbol = {
		.name = text_at(reader, strings,
				MEMBER(elf, at, Sym, st_name)),
		.binding = info >> 4,
		.type = info & 15,
		.defined = section != SHN_UNDEF,
		.hidden = visibility == STV_HIDDEN ||
			  visibility == STV_INTERNAL,
		.absolute = section == SHN_ABS,
	};

	if (symbol.name == NULL)
		return malformed(reader,
				 "the name of a symbol is outside of it");
	g_array_append_val(reader->out->symbols, symbol);
	return TRUE;
}

/* The first entry is reserved. */
static gboolean
read_symbols(Reader *reader, const Area *strings)
{
	gsize size = SIZE(reader->elf, Sym);
	guint64 count = 0;
	Area table = { 0, 0 };

	if (!find(reader, reader->symbols, &table) ||
	    !count_symbols(reader, &count))
		return malformed(reader, "it has no table of symbols");
	if (count > ELF_SYMBOLS_MAX || count * size > table.len)
		return malformed(reader,
				 "its table of symbols is too long");
	for (guint64 i = 1; i < count; i++)
		if (!read_symbol(reader, table.at + (gsize)i * size, strings))
			return FALSE;
	return TRUE;
}

/* ---- the whole ------------------------------------------------------------ */

gboolean
elf_dynamic_read(ElfDynamic *dynamic, const ElfFile *elf, Refusal *refusal)
{
	Reader reader = { .elf = elf, .out = dynamic, .refusal = refusal };
	Area table = { 0, 0 }, strings = { 0, 0 };

	*dynamic = (ElfDynamic){
		.symbols = g_array_new(FALSE, FALSE, sizeof(ElfSymbol)),
		.needed = g_ptr_array_new(),
	};
	if (!read_segments(&reader, &table))
		return FALSE;
	read_entries(&reader, &table);
	if (!find(&reader, reader.strings, &strings))
		return malformed(&reader, "it has no table of names");
	return read_needed(&reader, &table, &strings) &&
	       read_symbols(&reader, &strings);
}

void
elf_dynamic_clear(ElfDynamic *dynamic)
{
	g_clear_pointer(&dynamic->symbols, g_array_unref);
	g_clear_pointer(&dynamic->needed, g_ptr_array_unref);
}
