/* SPDX-License-Identifier: Apache-2.0
 *
 * check/region.h: one piece of code that runs on its own, the constructor or
 * the contract that it makes, and what the analysis found out of it.
 */
#ifndef PLUGINS_RUNTIME_EVM_CHECK_REGION_H
#define PLUGINS_RUNTIME_EVM_CHECK_REGION_H

#include <bsn/base.h>
#include <glib.h>

/* What is said of an instruction. The first ones are findings in the order in
 * which they are listed; the rest is for the analysis itself. */
typedef enum {
	MARK_UNDEFINED,
	MARK_FORBIDDEN,
	MARK_DELEGATE_CHOSEN,
	MARK_SELFDESTRUCT,
	MARK_ORIGIN,
	MARK_LOOP_STORAGE,
	MARK_CREATE_CHOSEN,
	MARK_UNCHECKED,
	MARK_CALLCODE,
	MARK_DELEGATE,
	MARK_LOOP_CALLER,
	MARK_FINDINGS, /* their number */
	MARK_POPPED = MARK_FINDINGS, /* a call whose result was dropped */
	MARK_USED                    /* or looked at */
} Mark;

typedef struct {
	bsn_slice code;   /* borrowed */
	guint64 base;     /* where it begins in the code given */
	gboolean runtime; /* not the constructor */
	guint8 *labels;   /* by offset: 1 for a JUMPDEST */
	guint16 *marks;   /* by offset: bits 1 << Mark */
	const guint8 *forbidden; /* by opcode; 256 */
	gboolean incomplete;     /* there was more than the bounds allow */
	gboolean returns;        /* it can end by a RETURN of something */
	guint64 made_at; /* what a constructor returns of its own code; */
	guint64 made_len; /* 0: not found */
} Region;

/* Begins with nothing found. [any] */
void region_init(Region *region, bsn_slice code, guint64 base,
		 gboolean runtime, const guint8 *forbidden);
void region_clear(Region *region);

static inline void
region_mark(Region *region, guint64 at, Mark mark)
{
	region->marks[at] |= (guint16)(1u << mark);
}

static inline gboolean
region_has(const Region *region, guint64 at, Mark mark)
{
	return (region->marks[at] >> mark & 1u) != 0;
}

/* Marks what is dangerous anywhere, reachable or not: for code that is too
 * much to follow. */
void region_sweep(Region *region);

#endif
