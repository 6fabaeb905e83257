/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/objects.h: contracts that live only as long
 * as an execution: entries, conditions and results of tables.
 *
 * Each has an address of its own from OBJECT_FIRST on, in order of making, and
 * a list that is only ever added to; so going back to a mark is cutting off.
 * Another execution finds nothing at these addresses. One thread at a time.
 */
#ifndef FISCO_PRECOMPILED_OBJECTS_H
#define FISCO_PRECOMPILED_OBJECTS_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/engine-fisco/precompiled/contract.h"

/* FISCO BCOS 2.x begins there too. */
#define OBJECT_FIRST 0x10000u
#define OBJECTS_MAX 65536u

/* What `tag` says is the contract's own. */
typedef struct {
	guint8 tag;
	bsn_slice name;
	bsn_slice value;
} ObjectItem;

typedef struct {
	const PrecompiledContract *contract;
	GPtrArray *items; /* ObjectItem, borrowed by readers */
} Object;

typedef struct {
	GPtrArray *all;  /* Object; NULL at first */
	GArray *changes; /* guint: index of what was added to, or made */
} Objects;

/* Zeroed objects are fine. */
void objects_clear(Objects *objects);

guint objects_mark(const Objects *objects);
void objects_revert(Objects *objects, guint mark);

/* The object at an address as a number, or NULL. */
Object *objects_find(const Objects *objects, guint32 address);
/* Makes one. Returns its address, 0 when there are OBJECTS_MAX. */
guint32 objects_make(Objects *objects, const PrecompiledContract *contract);
/* Adds a copy of an item. */
void objects_add(Objects *objects, guint32 address, const ObjectItem *item);

#endif
