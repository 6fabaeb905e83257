/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a shared object: whatever its tables say is read from inside the
 * file, and every name has an end there.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tools/conform/elf-dynamic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect_inside(const char *name, const uint8_t *data, size_t size)
{
	const char *begin = (const char *)data;

	if (name < begin || name + strlen(name) >= begin + size)
		abort();
}

static void
expect_names(const ElfDynamic *dynamic, const uint8_t *data, size_t size)
{
	for (guint i = 0; i < dynamic->needed->len; i++)
		expect_inside(dynamic->needed->pdata[i], data, size);
	for (guint i = 0; i < dynamic->symbols->len; i++)
		expect_inside(
			g_array_index(dynamic->symbols, ElfSymbol, i).name,
			data, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Refusal refusal = { 0 };
	ElfDynamic dynamic;
	ElfFile elf;

	if (elf_file_parse(&elf, data, size, &refusal)) {
		gboolean good = elf_dynamic_read(&dynamic, &elf, &refusal);

		if (good != (refusal.rule == RULE_NONE))
			abort();
		expect_names(&dynamic, data, size);
		elf_dynamic_clear(&dynamic);
	}
	refusal_clear(&refusal);
	return 0;
}
