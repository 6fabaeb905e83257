/* SPDX-License-Identifier: Apache-2.0
 *
 * host/loop.h: the main loop (libevent), and how other threads reach it.
 */
#ifndef HOST_LOOP_H
#define HOST_LOOP_H

#include <event2/event.h>

#include "host/chain/strand.h"

typedef struct Loop Loop;

Loop *loop_new(void);
void loop_free(Loop *loop);
struct event_base *loop_base(Loop *loop);
/* Runs until loop_stop. */
void loop_run(Loop *loop);
/* Runs what is queued, without waiting for more. */
void loop_run_pending(Loop *loop);
/* Ends loop_run after the calls queued so far; from any thread. */
void loop_stop(Loop *loop);
/* Runs call->run on the main loop; lock-free, from any thread, in order per
 * caller. */
void loop_post(Loop *loop, StrandCall *call);

#endif
