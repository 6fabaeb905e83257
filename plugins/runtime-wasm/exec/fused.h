/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/fused.h: two instructions that are one, for ops.h:
 * d = (a FIRST b) SECOND c. FIRST is arithmetic of two slots, or of a slot and a
 * number of 16 bits, or a load; SECOND commutes, so it does not matter on which
 * side of it FIRST was. They are named T_FIRST_SECOND; c is a slot. What is here pays
 * in loops that differ: each instruction makes clang take longer for all others.
 */
#ifndef WASM_FUSED_H
#define WASM_FUSED_H

/* X(T, FIRST, where b is, type, result). */
#define WASM_FIRSTS_OF(X, T, type, bits)                                       \
	X(T, ADD, S, type, a + b)                                              \
	X(T, AND, S, type, a &b)                                               \
	X(T, XOR, S, type, a ^ b)                                              \
	X(T, MUL, I, type, a *b)                                               \
	X(T, XOR, I, type, a ^ b)                                              \
	X(T, SHL, I, type, a << (b & bits))                                    \
	X(T, SHR_U, I, type, a >> (b & bits))                                  \
	X(T, ROTL, I, type, a << (b & bits) | a >> (-b & bits))
#define WASM_FIRSTS(X)                                                         \
	WASM_FIRSTS_OF(X, I32, guint32, 31)                                    \
	WASM_FIRSTS_OF(X, I64, guint64, 63)

/* X(T, FIRST, the load, its variant, type, address): a and an offset, or their
 * sum in 32 bits. */
#define WASM_FIRST_LOADS_OF(X, T, load, type)                                  \
	X(T, LOAD, load, type, (guint64)(guint32)fp[pc->a] + pc->b)            \
	X(T, LOAD_X, load, type,                                               \
	  (guint32)fp[pc->a] + (guint32)(gint16)pc->b)
#define WASM_FIRST_LOADS(X)                                                    \
	WASM_FIRST_LOADS_OF(X, I32, LOAD32_U, guint32)                         \
	WASM_FIRST_LOADS_OF(X, I64, LOAD64, guint64)

/* All of a FIRST: X(label, result, ...), in the order of WASM_COMMUTING. */
#define WASM_SECONDS(X, name, ...)                                             \
	X(name##_ADD, x + c, __VA_ARGS__)                                      \
	X(name##_MUL, x *c, __VA_ARGS__)                                       \
	X(name##_AND, x &c, __VA_ARGS__)                                       \
	X(name##_OR, x | c, __VA_ARGS__)                                       \
	X(name##_XOR, x ^ c, __VA_ARGS__)

#define WASM_FUSED_OP(name, ...) WASM_OP(name, PLAIN)
#define WASM_FUSED(T, first, from, ...)                                        \
	WASM_SECONDS(WASM_FUSED_OP, T##_##first##_S##from, )
#define WASM_FUSED_LOAD(T, first, ...)                                         \
	WASM_SECONDS(WASM_FUSED_OP, T##_##first, )

#endif
