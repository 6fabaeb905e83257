/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/elf_file.h"

#include <elf.h>
#include <string.h>

/* A member of an ELF structure that stands at `at`, in either class. */
#define MEMBER(elf, at, type, member)                                          \
	((elf)->wide ? elf_file_number(elf,                                    \
				       (at) + offsetof(Elf64_##type, member),  \
				       sizeof(((Elf64_##type *)0)->member)) :  \
		       elf_file_number(elf,                                    \
				       (at) + offsetof(Elf32_##type, member),  \
				       sizeof(((Elf32_##type *)0)->member)))
#define SIZE(elf, type)                                                        \
	((elf)->wide ? sizeof(Elf64_##type) : sizeof(Elf32_##type))

static const struct {
	guint machine;
	const char *name;
} machines[] = {
	{ EM_386, "x86" },	   { EM_X86_64, "x86-64" },
	{ EM_ARM, "ARM" },	   { EM_AARCH64, "AArch64" },
	{ EM_RISCV, "RISC-V" },	   { EM_PPC, "PowerPC" },
	{ EM_PPC64, "PowerPC64" }, { EM_S390, "s390" },
	{ EM_MIPS, "MIPS" },	   { EM_SPARCV9, "SPARC" },
	{ 258, "LoongArch" },	   { 0x9916, "Sunway" },
};

#if defined(__x86_64__)
#define HOST_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define HOST_MACHINE EM_AARCH64
#elif defined(__riscv)
#define HOST_MACHINE EM_RISCV
#elif defined(__loongarch__)
#define HOST_MACHINE 258
#elif defined(__powerpc64__)
#define HOST_MACHINE EM_PPC64
#elif defined(__s390x__)
#define HOST_MACHINE EM_S390
#elif defined(__mips__)
#define HOST_MACHINE EM_MIPS
#elif defined(__i386__)
#define HOST_MACHINE EM_386
#elif defined(__arm__)
#define HOST_MACHINE EM_ARM
#else
#error "Say which ELF machine number this CPU has."
#endif

guint64
elf_file_number(const ElfFile *elf, gsize at, gsize size)
{
	guint64 value = 0;

	for (gsize i = 0; i < size; i++)
		value = value << 8 |
			elf->data[at + (elf->big ? i : size - 1 - i)];
	return value;
}

static int
is_inside(const ElfFile *elf, guint64 at, guint64 size)
{
	return at <= elf->len && size <= elf->len - at;
}

/* What the file begins with, for people. */
static char *
beginning_of(const guint8 *data, gsize len)
{
	GString *text = g_string_new(NULL);
	gsize n = MIN(len, 16);

	for (gsize i = 0; i < n && g_ascii_isprint((char)data[i]); i++)
		g_string_append_c(text, (char)data[i]);
	if (text->len >= 4) {
		g_string_prepend_c(text, '"');
		g_string_append_c(text, '"');
		return g_string_free(text, FALSE);
	}
	g_string_assign(text, "bytes");
	for (gsize i = 0; i < MIN(n, 4); i++)
		g_string_append_printf(text, " %02x", data[i]);
	return g_string_free(text, FALSE);
}

static gboolean
refuse_not_elf(const guint8 *data, gsize len, Refusal *refusal)
{
	g_autofree char *beginning = NULL;

	if (len == 0)
		return refuse(refusal, RULE_NOT_ELF,
			      "is not an ELF file: it is empty");
	beginning = beginning_of(data, len);
	return refuse(refusal, RULE_NOT_ELF,
		      "is not an ELF file: it begins with %s", beginning);
}

static gboolean
parse_ident(ElfFile *elf, Refusal *refusal)
{
	const guint8 *ident = elf->data;

	if (elf->len < SELFMAG || memcmp(ident, ELFMAG, SELFMAG) != 0)
		return refuse_not_elf(elf->data, elf->len, refusal);
	if (elf->len < EI_NIDENT)
		return refuse(refusal, RULE_TRUNCATED_ELF,
			      "ends after %zu bytes, inside the ELF header",
			      elf->len);
	if ((ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64) ||
	    (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB) ||
	    ident[EI_VERSION] != EV_CURRENT)
		return refuse(refusal, RULE_NOT_ELF,
			      "is not an ELF file of a known form: class %u, "
			      "byte order %u, version %u",
			      ident[EI_CLASS], ident[EI_DATA],
			      ident[EI_VERSION]);
	elf->wide = ident[EI_CLASS] == ELFCLASS64;
	elf->big = ident[EI_DATA] == ELFDATA2MSB;
	return TRUE;
}

/* A table of `n` entries is inside the file and its entries have the size that
 * the ELF specification gives them. */
static gboolean
check_table(const ElfFile *elf, const char *name, guint64 at, guint n,
	    guint64 entry_size, gsize right_size, Refusal *refusal)
{
	if (n == 0 || at == 0)
		return TRUE;
	if (entry_size != right_size)
		return refuse(refusal, RULE_NOT_ELF,
			      "is not an ELF file of a known form: an entry of "
			      "its %s table has %" G_GUINT64_FORMAT
			      " bytes instead of %zu",
			      name, entry_size, right_size);
	if (!is_inside(elf, at, (guint64)n * right_size))
		return refuse(refusal, RULE_TRUNCATED_ELF,
			      "ends after %zu bytes, before the end of its %s "
			      "table (%u entries from byte %" G_GUINT64_FORMAT
			      " on)",
			      elf->len, name, n, at);
	return TRUE;
}

static gboolean
check_segments(const ElfFile *elf, Refusal *refusal)
{
	for (guint i = 0; i < elf->segments; i++) {
		gsize at = elf->segments_at + i * SIZE(elf, Phdr);
		guint64 from = MEMBER(elf, at, Phdr, p_offset);
		guint64 size = MEMBER(elf, at, Phdr, p_filesz);

		if (MEMBER(elf, at, Phdr, p_type) != PT_NULL &&
		    !is_inside(elf, from, size))
			return refuse(refusal, RULE_TRUNCATED_ELF,
				      "ends after %zu bytes, inside its "
				      "segment %u (%" G_GUINT64_FORMAT
				      " bytes from byte %" G_GUINT64_FORMAT
				      " on)",
				      elf->len, i, size, from);
	}
	return TRUE;
}

gboolean
elf_file_parse(ElfFile *elf, const guint8 *data, gsize len, Refusal *refusal)
{
	guint64 phdr_size, shdr_size;

	*elf = (ElfFile){ .data = data, .len = len };
	if (!parse_ident(elf, refusal))
		return FALSE;
	if (len < SIZE(elf, Ehdr))
		return refuse(refusal, RULE_TRUNCATED_ELF,
			      "ends after %zu bytes, inside the ELF header",
			      len);
	elf->type = (guint)MEMBER(elf, 0, Ehdr, e_type);
	elf->machine = (guint)MEMBER(elf, 0, Ehdr, e_machine);
	elf->segments_at = MEMBER(elf, 0, Ehdr, e_phoff);
	elf->segments = (guint)MEMBER(elf, 0, Ehdr, e_phnum);
	phdr_size = MEMBER(elf, 0, Ehdr, e_phentsize);
	elf->sections_at = MEMBER(elf, 0, Ehdr, e_shoff);
	elf->sections = (guint)MEMBER(elf, 0, Ehdr, e_shnum);
	shdr_size = MEMBER(elf, 0, Ehdr, e_shentsize);
	if (elf->segments_at == 0)
		elf->segments = 0;
	if (elf->sections_at == 0)
		elf->sections = 0;
	return check_table(elf, "segment", elf->segments_at, elf->segments,
			   phdr_size, SIZE(elf, Phdr), refusal) &&
	       check_table(elf, "section", elf->sections_at, elf->sections,
			   shdr_size, SIZE(elf, Shdr), refusal) &&
	       check_segments(elf, refusal);
}

/* "AArch64"; with class and byte order when only they tell it from the host. */
static char *
machine_name(const ElfFile *elf)
{
	const char *name = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(machines); i++)
		if (machines[i].machine == elf->machine)
			name = machines[i].name;
	if (name == NULL)
		return g_strdup_printf("ELF machine number %u", elf->machine);
	if (elf->machine != HOST_MACHINE)
		return g_strdup(name);
	return g_strdup_printf("%s-bit %s-endian %s", elf->wide ? "64" : "32",
			       elf->big ? "big" : "little", name);
}

static const char *
host_machine_name(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(machines); i++)
		if (machines[i].machine == HOST_MACHINE)
			return machines[i].name;
	g_assert_not_reached();
}

static const char *
type_name(guint type)
{
	switch (type) {
	case ET_REL:
		return "an object file that is not linked yet";
	case ET_EXEC:
		return "a program";
	case ET_CORE:
		return "a core dump";
	}
	return "an ELF file of an unknown type";
}

gboolean
elf_file_fits_host(const ElfFile *elf, Refusal *refusal)
{
	g_autofree char *name = NULL;

	if (elf->machine != HOST_MACHINE ||
	    elf->wide != (sizeof(void *) == 8) ||
	    elf->big != (G_BYTE_ORDER == G_BIG_ENDIAN)) {
		name = machine_name(elf);
		return refuse(refusal, RULE_OTHER_CPU,
			      "is for %s, this host is %s", name,
			      host_machine_name());
	}
	if (elf->type != ET_DYN)
		return refuse(refusal, RULE_NOT_SHARED_OBJECT,
			      "is %s, not a shared object",
			      type_name(elf->type));
	return TRUE;
}

/* Names and descriptors in an area of alignment 8 are padded to 8, in all
 * others to 4, as the GNU tools do. */
static gboolean
notes_area(const ElfFile *elf, guint64 at, guint64 len, guint64 align,
	   ElfNotes *out)
{
	if (!is_inside(elf, at, len))
		return FALSE;
	out->at = (gsize)at;
	out->len = (gsize)len;
	out->align = align == 8 ? 8 : 4;
	return TRUE;
}

gboolean
elf_file_note_segment(const ElfFile *elf, guint index, ElfNotes *out)
{
	gsize at = elf->segments_at + index * SIZE(elf, Phdr);

	return MEMBER(elf, at, Phdr, p_type) == PT_NOTE &&
	       notes_area(elf, MEMBER(elf, at, Phdr, p_offset),
			  MEMBER(elf, at, Phdr, p_filesz),
			  MEMBER(elf, at, Phdr, p_align), out);
}

ElfSegment
elf_file_segment(const ElfFile *elf, guint index)
{
	gsize at = elf->segments_at + index * SIZE(elf, Phdr);

	return (ElfSegment){
		.type = (guint32)MEMBER(elf, at, Phdr, p_type),
		.flags = (guint32)MEMBER(elf, at, Phdr, p_flags),
		.at = MEMBER(elf, at, Phdr, p_offset),
		.size = MEMBER(elf, at, Phdr, p_filesz),
		.address = MEMBER(elf, at, Phdr, p_vaddr),
		.memory_size = MEMBER(elf, at, Phdr, p_memsz),
	};
}

gboolean
elf_file_note_section(const ElfFile *elf, guint index, ElfNotes *out)
{
	gsize at = elf->sections_at + index * SIZE(elf, Shdr);

	return MEMBER(elf, at, Shdr, sh_type) == SHT_NOTE &&
	       notes_area(elf, MEMBER(elf, at, Shdr, sh_offset),
			  MEMBER(elf, at, Shdr, sh_size),
			  MEMBER(elf, at, Shdr, sh_addralign), out);
}
