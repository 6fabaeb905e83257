/* SPDX-License-Identifier: Apache-2.0
 *
 * check/paths.h: the ways that control can take through code: basic blocks,
 * apart by where they return to, and what their stacks hold at most.
 *
 * Bounds, whatever the code: PATHS_STEPS_MAX instructions and stack items
 * looked at, PATHS_NODES_MAX nodes, PATHS_ITEMS_MAX stack items kept. That is
 * some 0.15 s of a core and 20 MB, measured on 48 KiB of labels, jump tables and
 * recursion. Beyond, the region is `incomplete`.
 */
#ifndef PLUGINS_RUNTIME_EVM_CHECK_PATHS_H
#define PLUGINS_RUNTIME_EVM_CHECK_PATHS_H

#include "plugins/runtime-evm/check/machine.h"

#define PATHS_STEPS_MAX 4000000u
#define PATHS_NODES_MAX 32768u
#define PATHS_ITEMS_MAX 1048576u
#define PATHS_NEXT_MAX 2u

typedef struct {
	guint32 at;
	guint16 depth;
	guint8 open;
	guint8 guarded;
	guint8 copied;
	guint8 queued;
	guint8 ends;    /* it can succeed here */
	guint8 next_n;
	guint32 next[PATHS_NEXT_MAX]; /* indexes of nodes */
	guint8 condition; /* FROM_* of what decides between them */
	Work work;
	guint64 context;
	Value scratch[2];
	Value *stack; /* depth items */
} Node;

typedef struct {
	GArray *nodes;     /* Node; the first one is the entry */
	GHashTable *index; /* of at, depth and context */
	GArray *queue;     /* guint32 */
	Machine *machine;
	guint64 steps;
	guint64 items;
	gboolean unresolved; /* a jump whose target is not known */
} Paths;

/* Follows all of them and marks the region. The same on every machine. [any] */
void paths_follow(Paths *paths, Region *region);
void paths_clear(Paths *paths);

#endif
