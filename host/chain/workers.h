/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/workers.h: how strands and parallel runs get onto the workers;
 * for strand.c only.
 */
#ifndef HOST_CHAIN_WORKERS_H
#define HOST_CHAIN_WORKERS_H

#include "host/chain/strand.h"

/* Something ready to run on a worker; embedded. */
typedef struct Ready Ready;
struct Ready {
	Ready *next;
	void (*run)(Ready *ready);
};

/* Any thread: runs it once on some worker. `urgent` goes before the rest. */
void workers_ready(Workers *workers, Ready *ready, int urgent);

#endif
