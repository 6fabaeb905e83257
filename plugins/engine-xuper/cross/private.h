/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/private.h: the inside of cross/. All functions:
 * [strand].
 */
#ifndef XUPER_CROSS_PRIVATE_H
#define XUPER_CROSS_PRIVATE_H

#include "plugins/engine-xuper/cross/cross.h"
#include "plugins/engine-xuper/cross/parachain.h"

struct Cross {
	/* Of a root chain. */
	gboolean changed;  /* by blocks that are not on disk */
	gboolean armed;	   /* TIMER_CROSS */
	GHashTable *asked; /* name -> whether it was to be begun, or to end */
	/* Of a parallel chain. */
	GHashTable *group; /* addresses; NULL: not known */
};

/* Reads a value of $parachain as the newest final block has it; key PREFIX NAME.
 * Returns: BSN_OK, also when there is none. */
int32_t cross_read(const bsn_ledger *ledger, const char *prefix,
		   const char *name, GByteArray *value, bsn_err *err);

/* group.c: a root chain tells a parallel chain its group. */
void group_tell(const bsn_ledger *ledger, const char *name);
/* A parallel chain asks its root chain for it. */
void group_ask(bsn_ledger *ledger);
void group_answered(bsn_ledger *ledger, bsn_slice answer);
/* It was told: {"group":{...}}. */
void group_set(bsn_ledger *ledger, const json_t *group);

int32_t cross_asked(bsn_ledger *ledger, bsn_slice from, bsn_slice question,
		    bsn_reply *reply, bsn_err *err);

#endif
