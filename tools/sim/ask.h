/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/ask.h: a call to one process, answered while the world goes on.
 */
#ifndef TOOLS_SIM_ASK_H
#define TOOLS_SIM_ASK_H

#include "tools/sim/workload.h"
#include "tools/sim/world.h"

/* Calls what a request says, as an account, and waits as long as a healed chain
 * has to settle. A reply for world->old_replies. */
bsn_reply *sim_ask_once(bsn_chain *chain, const SimRequest *request,
			guint account);
/* The same, asked again within that time while the process is busy or lacks
 * something, and, unless `wanted` is NULL, while it answers anything else. */
bsn_reply *sim_ask(bsn_chain *chain, const SimRequest *request, guint account,
		   const char *wanted);
/* Lets the world go on for a moment. FALSE: nothing happens any more, or the
 * moment was after `until_us`. */
gboolean sim_ask_pause(SimWorld *world, guint64 until_us);
/* The answer's result, or what a pointer finds in it, as text; NULL: there is
 * none. g_free it. */
char *sim_ask_answer(const bsn_reply *reply, const char *pointer);

#endif
