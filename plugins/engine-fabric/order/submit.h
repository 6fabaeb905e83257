/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/submit.h: envelopes at the door; order.h has what
 * others call. [strand]
 */
#ifndef FABRIC_ORDER_SUBMIT_H
#define FABRIC_ORDER_SUBMIT_H

#include "plugins/engine-fabric/order/private.h"

/* The config is another one: what waits is judged by it, and what it does not
 * admit is refused. */
void submit_judge_anew(Channel *channel);
/* Those whose creator's certificate has expired meanwhile are refused. */
void submit_drop_expired(Channel *channel);
/* The chain closes: answers whoever still waits. */
void submit_abandon(Channel *channel);

#endif
