/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/pbft-byzantine.h: nodes that lie. Each runs the protocol, and what
 * it sends is twisted on its way, with the node's own key and nobody else's.
 */
#ifndef TESTS_UNIT_PBFT_BYZANTINE_H
#define TESTS_UNIT_PBFT_BYZANTINE_H

#include "tests/unit/pbft-net.h"

/* Makes `count` nodes of the network Byzantine, and sets its filter: which they
 * are and what each does the seed tells. */
void byzantine_choose(PbftNet *net, guint count);

/* One node of one kind. */
typedef enum {
	BYZANTINE_SILENT,      /* sends nothing */
	BYZANTINE_EQUIVOCATE,  /* leads with two proposals, votes for all */
	BYZANTINE_USURP,       /* leads later views with what it likes */
	BYZANTINE_CORRUPT,     /* wrong signatures */
	BYZANTINE_FORGET_LOCK, /* changes views as if never locked */
	BYZANTINE_INVENT_LOCK, /* changes views with a lock of its own */
	BYZANTINE_STALE,       /* votes and changes views for any view */
	BYZANTINE_LIE,         /* false certificates, heights and bodies */
	BYZANTINE_KINDS,
} ByzantineKind;
/* What twists their messages; byzantine_set makes it the network's. */
void byzantine_filter(PbftNet *net, Node *from, Node *to, GBytes **bytes);
void byzantine_set(PbftNet *net, guint node, ByzantineKind kind);

#endif
