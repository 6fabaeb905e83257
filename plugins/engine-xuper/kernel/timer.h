/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/timer.h: what the chain does by itself at a height.
 * A transaction cannot know in which block it will be, so a task may have been
 * due already when it comes: it is then done in the next block. Tasks are done
 * in the order of their heights and, at one height, of their coming; one block
 * does TIMER_TASKS_MAX of them, so that its first transaction is bounded.
 *
 * Bucket "timer": height and number, of 20 digits each with '_' between -> the
 * task; "task_id" -> the newest number; "done" -> up to which height all is done,
 * so that nobody comes past old ones again. What is added for a height that is done
 * goes to the next one.
 */
#ifndef XUPER_KERNEL_TIMER_H
#define XUPER_KERNEL_TIMER_H

#include "plugins/engine-xuper/contract/sandbox.h"
#include "plugins/kit/json.h"

#define BUCKET_TIMER "timer"
#define TIMER_TASKS_MAX 16u

/* A call of a kernel contract, as XuperChain describes it: `args` reaches the
 * method as the one argument "args".
 * Returns: BSN_OK. Errors: of the sandbox. */
int32_t timer_add(Sandbox *box, guint64 height, const char *contract,
		  const char *method, const json_t *args, bsn_err *err);
/* Does what is due up to a height. A task that fails leaves nothing behind and is
 * not done again.
 * Returns: BSN_OK, and *done says how many. Errors: below 0. */
int32_t timer_run(Sandbox *box, guint64 height, guint *done, bsn_err *err);

#endif
