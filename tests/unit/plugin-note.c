/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the ELF note: real modules with single bytes changed, and files of
 * other CPUs made by hand.
 */
#include "config.h"

#include <elf.h>
#include <string.h>

#include "host/plugin/note.h"
#include "tests/unit/plugin_fixture.h"

/* The bytes of a module, to be changed. */
static GByteArray *
module(const char *name)
{
	return g_bytes_unref_to_array(fixture_module(name));
}

static bsn_note *
note_in(const GByteArray *file)
{
	static const char head[] = "\x04\0\0\0\x90\0\0\0\x01\0\0\0BSN";
	guint8 *at = memmem(file->data, file->len, head, sizeof(head));

	g_assert_nonnull(at);
	return (bsn_note *)(void *)at;
}

static void
assert_refused(const GByteArray *file, PluginRule rule, const char *reason)
{
	Refusal refusal = { 0 };
	bsn_note_desc note;

	g_assert_false(
		plugin_note_parse(file->data, file->len, &note, &refusal));
	g_assert_cmpstr(plugin_rule_id(refusal.rule), ==, plugin_rule_id(rule));
	if (strstr(refusal.reason, reason) == NULL)
		g_assert_cmpstr(refusal.reason, ==, reason);
	refusal_clear(&refusal);
}

static void
good_note_is_read(void)
{
	g_autoptr(GByteArray) file = module("good");
	Refusal refusal = { 0 };
	bsn_note_desc note;

	g_assert_true(
		plugin_note_parse(file->data, file->len, &note, &refusal));
	g_assert_cmpstr(note.id, ==, "test.good");
	g_assert_cmpstr(note.version, ==, "1.0");
	g_assert_cmpuint(note.kinds, ==, BSN_KIND_ENGINE);
	g_assert_cmpuint(note.abi_major, ==, BSN_ABI_MAJOR);
	g_assert_cmpuint(note.abi_minor, ==, BSN_ABI_MINOR);
	g_assert_cmpint(refusal.rule, ==, RULE_NONE);
}

/* A linker script may make no note segment; then the section has it. */
static void
note_is_found_in_the_section_alone(void)
{
	g_autoptr(GByteArray) file = module("good");
	Elf64_Ehdr *head = (Elf64_Ehdr *)(void *)file->data;
	Elf64_Phdr *segments = (void *)(file->data + head->e_phoff);
	Refusal refusal = { 0 };
	bsn_note_desc note;

	for (guint i = 0; i < head->e_phnum; i++)
		if (segments[i].p_type == PT_NOTE)
			segments[i].p_type = PT_NULL;
	g_assert_true(
		plugin_note_parse(file->data, file->len, &note, &refusal));
	head->e_shnum = 0;
	assert_refused(file, RULE_NO_NOTE, "has no BSN note");
}

static void
every_truncation_is_refused(void)
{
	g_autoptr(GByteArray) file = module("good");

	for (guint len = 0; len < file->len; len++) {
		g_autofree guint8 *copy = g_memdup2(file->data, len);
		Refusal refusal = { 0 };
		bsn_note_desc note;

		g_assert_false(plugin_note_parse(copy, len, &note, &refusal));
		g_assert_cmpint(refusal.rule, ==,
				len < SELFMAG ? RULE_NOT_ELF :
						RULE_TRUNCATED_ELF);
		refusal_clear(&refusal);
	}
}

static void
other_cpus_are_named(void)
{
	static const struct {
		Elf64_Half machine;
		const char *name;
	} cpus[] = {
		{ EM_AARCH64, "is for AArch64, this host is " },
		{ EM_RISCV, "is for RISC-V, this host is " },
		{ 258, "is for LoongArch, this host is " },
		{ 4711, "is for ELF machine number 4711, this host is " },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cpus); i++) {
		g_autoptr(GByteArray) file = module("good");
		Elf64_Ehdr *head = (Elf64_Ehdr *)(void *)file->data;

		if (head->e_machine == cpus[i].machine)
			continue;
		head->e_machine = cpus[i].machine;
		assert_refused(file, RULE_OTHER_CPU, cpus[i].name);
	}
}

/* A header of 32 bits in big-endian order, of a PowerPC's shared object. */
static void
other_class_and_byte_order_are_understood(void)
{
	g_autoptr(GByteArray) file = g_byte_array_new();
	Elf32_Ehdr head = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2MSB,
			     EV_CURRENT },
		.e_type = GUINT16_TO_BE(ET_DYN),
		.e_machine = GUINT16_TO_BE(EM_PPC),
		.e_phoff = GUINT32_TO_BE(sizeof(head)),
		.e_phentsize = GUINT16_TO_BE(sizeof(Elf32_Phdr)),
		.e_phnum = GUINT16_TO_BE(1),
	};
	Elf32_Phdr segment = { .p_type = GUINT32_TO_BE(PT_LOAD),
			       .p_filesz = GUINT32_TO_BE(100) };

	g_byte_array_append(file, (guint8 *)&head, sizeof(head));
	g_byte_array_append(file, (guint8 *)&segment, sizeof(segment));
	assert_refused(file, RULE_TRUNCATED_ELF,
		       "inside its segment 0 (100 bytes from byte 0 on)");
	g_byte_array_set_size(file, 100);
	assert_refused(file, RULE_OTHER_CPU, "is for PowerPC, this host is ");
}

static void
class_alone_tells_a_cpu_apart(void)
{
	g_autoptr(GByteArray) file = module("good");
	Elf32_Ehdr head = { 0 };

	memcpy(&head, file->data, EI_NIDENT);
	head.e_ident[EI_CLASS] = ELFCLASS32;
	head.e_machine = ((Elf64_Ehdr *)(void *)file->data)->e_machine;
	head.e_type = ET_DYN;
	g_byte_array_set_size(file, sizeof(head));
	memcpy(file->data, &head, sizeof(head));
	assert_refused(file, RULE_OTHER_CPU, "is for 32-bit little-endian ");
}

static void
programs_and_objects_are_told_apart(void)
{
	g_autoptr(GByteArray) file = module("good");
	Elf64_Ehdr *head = (Elf64_Ehdr *)(void *)file->data;

	head->e_type = ET_EXEC;
	assert_refused(file, RULE_NOT_SHARED_OBJECT,
		       "is a program, not a shared object");
	head->e_type = ET_REL;
	assert_refused(file, RULE_NOT_SHARED_OBJECT,
		       "is an object file that is not linked yet");
}

/* To 100 bytes; what is cut off is a note of its own, without a name. */
static void
shorten(bsn_note *note)
{
	const Elf32_Nhdr rest = {
		.n_descsz = sizeof(note->desc) - 100 - sizeof(rest),
	};

	note->descsz = 100;
	memcpy((guint8 *)&note->desc + 100, &rest, sizeof(rest));
}

static void
bad_notes_are_refused(void)
{
	g_autoptr(GByteArray) file = module("good");
	bsn_note *note = note_in(file);
	const bsn_note good = *note;

	note->desc.kinds = 0;
	assert_refused(file, RULE_BAD_NOTE, "kinds 0x0");
	note->desc.kinds = 0x10;
	assert_refused(file, RULE_BAD_NOTE, "kinds 0x10");
	*note = good;
	memset(note->desc.id, 'a', sizeof(note->desc.id));
	assert_refused(file, RULE_BAD_NOTE, "id or version");
	*note = good;
	note->desc.id[0] = '\0';
	assert_refused(file, RULE_BAD_NOTE, "id or version");
	*note = good;
	note->desc.version[1] = '\n';
	assert_refused(file, RULE_BAD_NOTE, "id or version");
	*note = good;
	shorten(note);
	assert_refused(file, RULE_BAD_NOTE,
		       "a BSN note of 100 bytes instead of 144");
	*note = good;
	note->descsz = 0xffffffff;
	assert_refused(file, RULE_BAD_NOTE, "longer than the area");
	*note = good;
	note->namesz = 0xffffffff;
	assert_refused(file, RULE_BAD_NOTE, "longer than the area");
	*note = good;
	note->type = 2;
	assert_refused(file, RULE_NO_NOTE, "");
}

/* The ABI is judged even when its descriptor has another shape. */
static void
other_abis_are_named_whatever_their_shape(void)
{
	g_autoptr(GByteArray) file = module("good");
	bsn_note *note = note_in(file);

	note->desc.abi_major = 3;
	note->desc.abi_minor = 14;
	assert_refused(file, RULE_WRONG_ABI,
		       "was compiled for ABI 3.14, this host offers ");
	shorten(note);
	assert_refused(file, RULE_WRONG_ABI, "was compiled for ABI 3.14");
}

static void
older_minors_fit_and_no_others(void)
{
	/* the host's, the plugin's */
	static const guint fits[][4] = {
		{ 0, 1, 0, 1 }, { 1, 0, 1, 0 }, { 1, 2, 1, 0 }, { 2, 3, 2, 3 },
	};
	static const guint differs[][4] = {
		{ 0, 2, 0, 1 }, { 0, 1, 0, 2 }, { 1, 0, 0, 1 }, { 1, 0, 1, 1 },
		{ 2, 0, 1, 0 }, { 1, 9, 2, 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(fits); i++)
		g_assert_true(plugin_abi_fits(fits[i][0], fits[i][1],
					      fits[i][2], fits[i][3]));
	for (gsize i = 0; i < G_N_ELEMENTS(differs); i++)
		g_assert_false(plugin_abi_fits(differs[i][0], differs[i][1],
					       differs[i][2], differs[i][3]));
}

/* What its note says is what counts. An older minor is there from 1.1 on. */
static void
notes_of_other_minors_are_judged(void)
{
	g_autoptr(GByteArray) file = module("good");
	bsn_note *note = note_in(file);
	const guint minor = note->desc.abi_minor;

	note->desc.abi_minor = minor + 1;
	assert_refused(file, RULE_WRONG_ABI, "was compiled for ABI ");
	for (guint older = 0; older < minor; older++) {
		Refusal refusal = { 0 };
		bsn_note_desc read;

		note->desc.abi_minor = older;
		g_assert_true(plugin_note_parse(file->data, file->len, &read,
						&refusal) ==
			      (BSN_ABI_MAJOR > 0));
		refusal_clear(&refusal);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plugin-note/good-note-is-read", good_note_is_read);
	g_test_add_func("/plugin-note/section-alone-is-enough",
			note_is_found_in_the_section_alone);
	g_test_add_func("/plugin-note/every-truncation-is-refused",
			every_truncation_is_refused);
	g_test_add_func("/plugin-note/other-cpus-are-named",
			other_cpus_are_named);
	g_test_add_func("/plugin-note/other-class-and-byte-order-are-read",
			other_class_and_byte_order_are_understood);
	g_test_add_func("/plugin-note/class-alone-tells-a-cpu-apart",
			class_alone_tells_a_cpu_apart);
	g_test_add_func("/plugin-note/programs-and-objects-are-told-apart",
			programs_and_objects_are_told_apart);
	g_test_add_func("/plugin-note/bad-notes-are-refused",
			bad_notes_are_refused);
	g_test_add_func("/plugin-note/other-abis-are-named",
			other_abis_are_named_whatever_their_shape);
	g_test_add_func("/plugin-note/older-minors-fit",
			older_minors_fit_and_no_others);
	g_test_add_func("/plugin-note/notes-of-other-minors",
			notes_of_other_minors_are_judged);
	return g_test_run();
}
