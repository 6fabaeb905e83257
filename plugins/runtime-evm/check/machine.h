/* SPDX-License-Identifier: Apache-2.0
 *
 * check/machine.h: the EVM on values of which only some things are known: a
 * number, or where it came from.
 */
#ifndef PLUGINS_RUNTIME_EVM_CHECK_MACHINE_H
#define PLUGINS_RUNTIME_EVM_CHECK_MACHINE_H

#include "plugins/runtime-evm/check/region.h"
#include "plugins/runtime-evm/gas.h"

#define FROM_CALLDATA 1u /* chosen by whoever calls */
#define FROM_STORAGE 2u
#define FROM_ORIGIN 4u /* ORIGIN, or kept under it, or compared with it */
#define FROM_CALLER 8u /* CALLER, or kept under it, or compared with it */
#define FROM_MEMORY 16u

typedef struct {
	guint64 number;  /* when known */
	guint32 call;    /* 1 + offset of the call whose result it is; or 0 */
	guint8 from;     /* FROM_* */
	guint8 known;
	guint8 literal;  /* known as it was pushed: it may be a label */
	guint8 reserved; /* 0 */
} Value;

/* What was seen in a block that a loop is judged by. */
typedef struct {
	guint16 storage; /* SLOAD, SSTORE */
	guint8 other;    /* KECCAK256 and calls */
	guint8 halves;   /* of a search by halves */
} Work;

typedef struct {
	guint depth;
	gboolean open;    /* below its items there are more, unknown ones */
	gboolean guarded; /* whoever calls was compared with something */
	gboolean copied;  /* code of its own stands in memory */
	Value scratch[2]; /* memory 0 to 63, where keys are hashed */
	Value stack[EVM_STACK_MAX];
	Work work;
} Machine;

typedef enum {
	FLOW_ON,
	FLOW_END,    /* by STOP, RETURN, SELFDESTRUCT */
	FLOW_FAIL,   /* by REVERT or a fault */
	FLOW_JUMP,   /* to `target` */
	FLOW_BRANCH, /* there, or on */
} Flow;

typedef struct {
	Flow flow;
	Value target;
	Value condition;
} Step;

typedef struct {
	guint64 from;
	guint64 len;
} CodeCopy;

/* Runs the instruction at `at`. With `copies`, a GArray of CodeCopy, it also
 * marks what is to be said, which wants values that no longer change. */
Step machine_step(Machine *machine, Region *region, guint64 at,
		  GArray *copies);

#endif
