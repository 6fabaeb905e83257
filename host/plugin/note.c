/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/note.h"

#include <elf.h>
#include <string.h>

#include "host/plugin/elf_file.h"

/* Notes looked at in one file; a linker writes a handful. */
#define NOTES_MAX 1024u
#define KINDS_KNOWN                                                            \
	(BSN_KIND_ENGINE | BSN_KIND_CONSENSUS | BSN_KIND_RUNTIME |             \
	 BSN_KIND_CRYPTO)

typedef struct {
	ElfFile elf;
	guint seen;     /* notes looked at */
	gsize found_at; /* of the descriptor; 0: not found */
	gsize found_len;
	Refusal *refusal;
} Search;

int
plugin_name_is_valid(const char *text)
{
	gsize len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return text[len] == '\0' && len > 0 && len < BSN_NOTE_TEXT_MAX &&
	       strchr("._-", text[0]) == NULL;
}

static int
version_is_valid(const char *text)
{
	gsize len = strspn(text, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789._+~-");

	return text[len] == '\0' && len > 0;
}

static int
is_ours(const Search *search, gsize at, gsize name_len)
{
	return name_len == sizeof("BSN") &&
	       elf_file_number(&search->elf, at + 8, 4) == BSN_NOTE_TYPE &&
	       memcmp(search->elf.data + at + sizeof(Elf32_Nhdr), "BSN",
		      sizeof("BSN")) == 0;
}

static gboolean
take(Search *search, gsize at, gsize len)
{
	/* A segment and a section, or two segments, may show the same one. */
	if (search->found_at != 0 && search->found_at != at)
		return refuse(search->refusal, RULE_BAD_NOTE,
			      "has two BSN notes, at bytes %zu and %zu",
			      search->found_at, at);
	search->found_at = at;
	search->found_len = len;
	return TRUE;
}

static gboolean
refuse_cut_note(Search *search, gsize at)
{
	return refuse(search->refusal, RULE_BAD_NOTE,
		      "has a malformed ELF note at byte %zu: it is longer than "
		      "the area that it stands in",
		      at);
}

/* Looks for the BSN note in one area of notes. */
static gboolean
search_area(Search *search, const ElfNotes *area)
{
	gsize used = 0;

	while (area->len - used >= sizeof(Elf32_Nhdr)) {
		gsize at = area->at + used, room = area->len - used;
		gsize name = elf_file_number(&search->elf, at, 4);
		gsize desc = elf_file_number(&search->elf, at + 4, 4);
		guint64 desc_at, end;

		if (++search->seen > NOTES_MAX)
			return refuse(search->refusal, RULE_BAD_NOTE,
				      "has more than %u ELF notes", NOTES_MAX);
		desc_at = (sizeof(Elf32_Nhdr) + (guint64)name + area->align -
			   1) &
			  ~(guint64)(area->align - 1);
		end = desc_at + desc;
		if (end > room)
			return refuse_cut_note(search, at);
		if (is_ours(search, at, name) &&
		    !take(search, at + (gsize)desc_at, desc))
			return FALSE;
		end = (end + area->align - 1) & ~(guint64)(area->align - 1);
		used += (gsize)MIN(end, room);
	}
	return TRUE;
}

static gboolean
search_file(Search *search)
{
	const ElfFile *elf = &search->elf;
	ElfNotes area;

	for (guint i = 0; i < elf->segments; i++)
		if (elf_file_note_segment(elf, i, &area) &&
		    !search_area(search, &area))
			return FALSE;
	for (guint i = 0; i < elf->sections && search->found_at == 0; i++)
		if (elf_file_note_section(elf, i, &area) &&
		    !search_area(search, &area))
			return FALSE;
	if (search->found_at == 0)
		return refuse(search->refusal, RULE_NO_NOTE,
			      "has no BSN note: it is a shared object, but not "
			      "a BSN plugin");
	return TRUE;
}

gboolean
plugin_abi_fits(guint host_major, guint host_minor, guint major, guint minor)
{
	return major == host_major &&
	       (host_major == 0 ? minor == host_minor : minor <= host_minor);
}

static gboolean
check_abi(guint major, guint minor, Refusal *refusal)
{
	const guint host_major = BSN_ABI_MAJOR, host_minor = BSN_ABI_MINOR;

	if (!plugin_abi_fits(host_major, host_minor, major, minor))
		return refuse(refusal, RULE_WRONG_ABI,
			      "was compiled for ABI %u.%u, this host offers "
			      "%u.%u",
			      major, minor, host_major, host_minor);
	return TRUE;
}

static guint32
number_at(const Search *search, gsize offset)
{
	return (guint32)elf_file_number(&search->elf, search->found_at + offset,
					4);
}

/* Copies the descriptor when its texts are good. */
static gboolean
read_desc(const Search *search, bsn_note_desc *out)
{
	bsn_note_desc note;

	memcpy(&note, search->elf.data + search->found_at, sizeof(note));
	note.abi_major =
		number_at(search, offsetof(bsn_note_desc, abi_major));
	note.abi_minor =
		number_at(search, offsetof(bsn_note_desc, abi_minor));
	note.kinds = number_at(search, offsetof(bsn_note_desc, kinds));
	if (memchr(note.id, '\0', sizeof(note.id)) == NULL ||
	    memchr(note.version, '\0', sizeof(note.version)) == NULL ||
	    !plugin_name_is_valid(note.id) || !version_is_valid(note.version))
		return FALSE;
	*out = note;
	return TRUE;
}

/* The ABI comes first: another one's descriptor may have another shape. */
static gboolean
judge_desc(const Search *search, bsn_note_desc *note)
{
	gsize len = search->found_len;
	int whole = len == sizeof(bsn_note_desc);
	int readable = whole && read_desc(search, note);

	if (len >= 8 && !check_abi(number_at(search, 0), number_at(search, 4),
				   search->refusal))
		return FALSE;
	if (!whole)
		return refuse(search->refusal, RULE_BAD_NOTE,
			      "has a BSN note of %zu bytes instead of %zu", len,
			      sizeof(bsn_note_desc));
	if (!readable)
		return refuse(search->refusal, RULE_BAD_NOTE,
			      "has a BSN note whose id or version is not a "
			      "text of 1 to %d characters a-z 0-9 . _ -",
			      BSN_NOTE_TEXT_MAX - 1);
	if (note->kinds == 0 || (note->kinds & ~KINDS_KNOWN) != 0)
		return refuse(search->refusal, RULE_BAD_NOTE,
			      "has a BSN note with the kinds 0x%x, of which "
			      "0x%x are known and at least one is needed",
			      note->kinds, KINDS_KNOWN);
	return TRUE;
}

gboolean
plugin_note_parse(const guint8 *data, gsize len, bsn_note_desc *note,
		  Refusal *refusal)
{
	Search search = { .refusal = refusal };

	memset(note, 0, sizeof(*note));
	return elf_file_parse(&search.elf, data, len, refusal) &&
	       elf_file_fits_host(&search.elf, refusal) &&
	       search_file(&search) && judge_desc(&search, note);
}
