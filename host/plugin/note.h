/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/note.h: reads a plugin's ELF note (bsn/plugin.h) from the bytes
 * of its file, so that nothing of it runs under an ABI that it was not
 * compiled for.
 */
#ifndef HOST_PLUGIN_NOTE_H
#define HOST_PLUGIN_NOTE_H

#include <bsn/plugin.h>

#include "host/plugin/rule.h"

/* Judges the file's ELF headers and note against this host: CPU, kind of file,
 * note, ABI. The bytes may be hostile. Follows the System V gABI, chapters
 * "ELF Header", "Program Header" (note segments first) and "Sections".
 *
 * Returns TRUE and the descriptor in this host's byte order, or FALSE and the
 * refusal. `note` is filled in as soon as its texts are known to be good, thus
 * for RULE_WRONG_ABI too; all zero otherwise. Any thread. */
gboolean plugin_note_parse(const guint8 *data, gsize len, bsn_note_desc *note,
			   Refusal *refusal);

/* Whether a host of one version of the ABI takes a plugin that was compiled for
 * another one (bsn/base.h, BSN_ABI_MAJOR). */
gboolean plugin_abi_fits(guint host_major, guint host_minor, guint major,
			 guint minor);

/* 1 when `text` can be the id of a plugin or the name of what it offers: 1 to
 * 63 of a-z 0-9 . _ -, the first a letter or digit. */
int plugin_name_is_valid(const char *text);

#endif
