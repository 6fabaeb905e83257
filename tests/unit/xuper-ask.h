/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-ask.h: bsn.chains/1 of the fake host: questions of other chains
 * are kept, and answered as the test says for each node.
 */
#ifndef TESTS_UNIT_XUPER_ASK_H
#define TESTS_UNIT_XUPER_ASK_H

#include "plugins/engine-xuper/cross/private.h"
#include "tests/unit/xuper-nodes.h"

/* What the other chain says on a node's host. */
typedef struct {
	int32_t status; /* not BSN_OK: it fails with `value` as the reason */
	guint64 height;
	const char *value; /* NULL: there is none */
	guint8 version;	   /* first byte of the version's txid */
	gboolean silent;   /* it never answers */
} XuperSaid;

/* Offers it; node i's questions are answered by said[i], which may change. */
void ask_offer(XuperNodes *all, const XuperSaid *said);
void ask_end(void);
/* Questions that were put so far. */
guint ask_count(void);
/* Until nothing is on its way, on the network or between chains. */
void ask_settle(XuperNodes *all);
/* The question that a node was last asked, in `arena`. */
const Bsn__Cross__Inquiry *ask_last(Arena *arena);

#endif
