/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a plugin file: a note that is accepted is a good one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/plugin/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Refusal refusal = { 0 };
	bsn_note_desc note;
	gboolean good = plugin_note_parse(data, size, &note, &refusal);

	if (good != (refusal.rule == RULE_NONE))
		abort();
	if (good && (!plugin_name_is_valid(note.id) || note.kinds == 0))
		abort();
	if (!good && refusal.reason[0] == '\0')
		abort();
	refusal_clear(&refusal);
	return 0;
}
