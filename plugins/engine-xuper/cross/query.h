/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/query.h: questions of other chains, put together.
 */
#ifndef XUPER_CROSS_QUERY_H
#define XUPER_CROSS_QUERY_H

#include "plugins/engine-xuper/cross/fact.h"

/* Adds an argument where it belongs; all that is added lies in the arena. [any] */
void question_arg(Arena *arena, Bsn__Cross__Question *question,
		  const char *name, bsn_slice value);

#endif
