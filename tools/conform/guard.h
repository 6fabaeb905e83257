/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/guard.h: an engine that stands between the tool and the engine
 * under judgement, so that it is always known which of its functions runs.
 *
 * When asked it also watches what the ABI says of inputs (bsn/base.h, rule 3):
 * what the engine is given are copies in pages of their own, which can only be
 * read while the call runs and not at all afterwards. An engine that writes to
 * its inputs, or keeps one, trespasses, and the check ends with a verdict that
 * says in which call.
 */
#ifndef TOOLS_CONFORM_GUARD_H
#define TOOLS_CONFORM_GUARD_H

#include <bsn/engine.h>

#include "tools/conform/page.h"

/* The engine's tables, wrapped, as long as the process. One for each process:
 * a further call replaces the engine. Notes calls in `page`. */
const bsn_engine *guard_engine(const bsn_engine *engine, Page *page);

/* Watches inputs from now on (or no longer). */
void guard_watch_inputs(gboolean watch);

/* Called after each function of the engine has returned, with its name
 * ("bsn_tx_ops.submit"); NULL: nothing is. */
void guard_set_after(void (*after)(const char *call, void *data), void *data);

/* How many calls there were, for evidence. */
guint64 guard_calls(void);

/* In the child, once: names a crash by the call, and a trespass as what it is. */
void guard_catch_signals(Page *page);

#endif
