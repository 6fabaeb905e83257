/* SPDX-License-Identifier: Apache-2.0
 *
 * check/lines.h: which line of source an instruction comes from, by a source
 * map of solc ("s:l:f:j:m;...", one entry for each instruction; see "Source
 * Mappings" of Solidity's documentation).
 */
#ifndef PLUGINS_RUNTIME_EVM_CHECK_LINES_H
#define PLUGINS_RUNTIME_EVM_CHECK_LINES_H

#include <jansson.h>

#include "plugins/runtime-evm/check/region.h"

typedef struct {
	const char *constructor; /* source maps; NULL: none. Borrowed. */
	const char *runtime;
	const json_t *sources; /* by solc's index: {"file","text"} */
} Lines;

/* "File.sol:12" for g_free; NULL when it is not known. Takes any text for a
 * map. [any] */
char *lines_where(const Lines *lines, const Region *region, guint64 at);

#endif
