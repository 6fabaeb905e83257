/* SPDX-License-Identifier: Apache-2.0
 *
 * The interpreter: one function, so that its state stays in registers (pc, the
 * frame, the result of the last instruction, gas, memory and its length).
 * Instructions jump to the next one through its label. What there is of each
 * family is in the .inc files.
 */
#if defined(__GNUC__) && !defined(__clang__)
/* The first two would merge the jumps to the next instruction again. */
#pragma GCC optimize("O2", "no-gcse", "no-crossjumping",                       \
		     "no-tree-slp-vectorize", "no-stack-protector")
#endif

#include "plugins/runtime-wasm/exec/float.h"
#include "plugins/runtime-wasm/exec/instance.h"

/* Each jump may go to each label. With sanitizers in between that takes a compiler
 * minutes: there all jumps share one, which clang is told to leave alone. */
#if defined(__SANITIZE_ADDRESS__)
#define SHARED_JUMP
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHARED_JUMP __attribute__((optnone, no_sanitize("coverage")))
#endif
#endif
#ifdef SHARED_JUMP
#define JUMP goto next
#else
#define SHARED_JUMP
#define JUMP goto *pc->label
#endif
#define NEXT(units)                                                            \
	do {                                                                   \
		pc += (units);                                                 \
		JUMP;                                                          \
	} while (0)
/* The result of an instruction. */
#define SET(value)                                                             \
	do {                                                                   \
		result = (guint64)(value);                                     \
		fp[pc->d] = result;                                            \
		NEXT(1);                                                       \
	} while (0)
#define TRAP(text)                                                             \
	do {                                                                   \
		trap = text;                                                   \
		goto trapped;                                                  \
	} while (0)
#define TAKE(amount)                                                           \
	do {                                                                   \
		gas -= (amount);                                               \
		if (G_UNLIKELY(gas < 0))                                       \
			goto out_of_gas;                                       \
	} while (0)
#define SAVE() (in->pc = pc, in->fp = fp, in->frame = frame, in->gas = gas)

static const void *const *all_labels;

/* A copy of the function would have labels of its own. */
#if defined(__clang__)
#define ONE_COPY __attribute__((noinline))
#else
#define ONE_COPY __attribute__((noinline, noclone))
#endif

/* in NULL: only tells its labels. */
ONE_COPY SHARED_JUMP static int
run(WasmInstance *in)
{
	static const void *const labels[] = {
#define WASM_OP(name, shape) [WASM_##name] = &&L_##name,
		WASM_OPS
#undef WASM_OP
	};
	register const WasmOp *pc;
	register guint64 *fp;
	register guint64 result = 0;
	register gint64 gas;
	register guint8 *memory;
	register guint64 memory_len;
	WasmFrame *frame;
	const WasmFrame *last_frame;
	const guint64 *last_value;
	const WasmBody *bodies;
	const WasmBody *body;
	const char *trap;

	if (in == NULL) {
		all_labels = labels;
		return 0;
	}
	bodies = in->code->bodies;
	pc = in->pc;
	fp = in->fp;
	gas = in->gas;
	memory = in->memory;
	memory_len = in->memory_len;
	frame = in->frame;
	last_frame = in->frames + in->bounds.depth;
	last_value = in->values + in->bounds.values;
next: __attribute__((unused));
	goto *pc->label;

#include "plugins/runtime-wasm/exec/integer.inc"
#include "plugins/runtime-wasm/exec/float.inc"
#include "plugins/runtime-wasm/exec/memory.inc"
#include "plugins/runtime-wasm/exec/fused.inc"
#include "plugins/runtime-wasm/exec/control.inc"

out_of_gas:
	gas = 0;
	SAVE();
	return WASM_OUT_OF_GAS;
out_of_bounds:
	trap = "out of bounds memory access";
trapped:
	SAVE();
	in->trap = trap;
	return WASM_TRAP;
}

int
wasm_run(WasmInstance *instance)
{
	return run(instance);
}

const void *const *
wasm_labels(void)
{
	static gsize once;

	if (g_once_init_enter(&once)) {
		run(NULL);
		g_once_init_leave(&once, 1);
	}
	return all_labels;
}
