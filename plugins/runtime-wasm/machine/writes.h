/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/writes.h: what an execution has written, in order
 * of keys, which can be taken back to any earlier moment.
 *
 * One thread's at a time.
 */
#ifndef WASM_WRITES_H
#define WASM_WRITES_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/kit/slices.h"

/* Of one execution, taken back or not: what holds its memory when its budget
 * does not. */
#define WRITES_MAX (1u << 18)
#define WRITES_BYTES_MAX (64u << 20)

typedef struct {
	GBytes *key;
	GBytes *value; /* NULL: deleted */
} Write;

typedef struct {
	GTree *tree;  /* Write */
	GArray *undo; /* what was before each change */
	guint64 bytes;
	guint n;
} Writes;

void wasm_writes_init(Writes *writes);
void wasm_writes_clear(Writes *writes);

/* Returns: BSN_OK. Errors: BSN_OUT_OF_BUDGET: it is more than one execution may
 * write. */
int32_t wasm_writes_put(Writes *writes, bsn_slice key, bsn_slice value);
int32_t wasm_writes_del(Writes *writes, bsn_slice key);
/* NULL: nothing was written there. */
const Write *wasm_writes_find(const Writes *writes, bsn_slice key);
/* The first one from `key` on; and the one behind, NULL at the end. */
GTreeNode *wasm_writes_from(const Writes *writes, bsn_slice key);
static inline const Write *
wasm_writes_at(GTreeNode *node)
{
	return g_tree_node_value(node);
}

guint wasm_writes_mark(const Writes *writes);
void wasm_writes_revert(Writes *writes, guint mark);

#endif
