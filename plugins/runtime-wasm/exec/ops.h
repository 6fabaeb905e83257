/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/ops.h: the interpreter's instructions, once for the
 * translator and the interpreter.
 *
 * An instruction's operands are slots of its function's frame, numbers in the
 * instruction, or the result register, which has what the instruction before left
 * in its destination. Letters at the end of a name say where operands come from:
 * S a slot, I a number, R the result register. Variants of one instruction follow
 * each other in the order that WASM_COMMUTING_VARIANTS and so on have.
 *
 * An i32 or f32 in a slot has zeroes in its upper half, so that widening without
 * sign is no instruction; a reinterpretation is none, either.
 */
#ifndef WASM_OPS_H
#define WASM_OPS_H

#include <glib.h>

#include "plugins/runtime-wasm/exec/fused.h"

/* X(name, opcode, type of a and b, result), all unsigned. */
#define WASM_COMMUTING(X)                                                      \
	X(I32_ADD, 0x6a, guint32, a + b)                                       \
	X(I32_MUL, 0x6c, guint32, a *b)                                        \
	X(I32_AND, 0x71, guint32, a &b)                                        \
	X(I32_OR, 0x72, guint32, a | b)                                        \
	X(I32_XOR, 0x73, guint32, a ^ b)                                       \
	X(I64_ADD, 0x7c, guint64, a + b)                                       \
	X(I64_MUL, 0x7e, guint64, a *b)                                        \
	X(I64_AND, 0x83, guint64, a &b)                                        \
	X(I64_OR, 0x84, guint64, a | b)                                        \
	X(I64_XOR, 0x85, guint64, a ^ b)

#define WASM_ORDERED(X)                                                        \
	X(I32_SUB, 0x6b, guint32, a - b)                                       \
	X(I32_SHL, 0x74, guint32, a << (b & 31))                               \
	X(I32_SHR_S, 0x75, guint32, (guint32)((gint32)a >> (b & 31)))          \
	X(I32_SHR_U, 0x76, guint32, a >> (b & 31))                             \
	X(I32_ROTL, 0x77, guint32, a << (b & 31) | a >> (-b & 31))             \
	X(I32_ROTR, 0x78, guint32, a >> (b & 31) | a << (-b & 31))             \
	X(I64_SUB, 0x7d, guint64, a - b)                                       \
	X(I64_SHL, 0x86, guint64, a << (b & 63))                               \
	X(I64_SHR_S, 0x87, guint64, (guint64)((gint64)a >> (b & 63)))          \
	X(I64_SHR_U, 0x88, guint64, a >> (b & 63))                             \
	X(I64_ROTL, 0x89, guint64, a << (b & 63) | a >> (-b & 63))             \
	X(I64_ROTR, 0x8a, guint64, a >> (b & 63) | a << (-b & 63))             \
	X(F32_COPYSIGN, 0x98, guint32,                                         \
	  (a & 0x7fffffffu) | (b & 0x80000000u))                               \
	X(F64_COPYSIGN, 0xa6, guint64,                                         \
	  (a & G_MAXINT64) | (b & ((guint64)1 << 63)))

/* X(name, opcode, type, whether it overflows, result): b is not 0. */
#define WASM_DIVISIONS(X)                                                      \
	X(I32_DIV_S, 0x6d, guint32, a == 0x80000000u && b == G_MAXUINT32,      \
	  (guint32)((gint32)a / (gint32)b))                                    \
	X(I32_DIV_U, 0x6e, guint32, FALSE, a / b)                              \
	X(I32_REM_S, 0x6f, guint32, FALSE,                                     \
	  b == G_MAXUINT32 ? 0 : (guint32)((gint32)a % (gint32)b))             \
	X(I32_REM_U, 0x70, guint32, FALSE, a % b)                              \
	X(I64_DIV_S, 0x7f, guint64,                                            \
	  a == (guint64)1 << 63 && b == G_MAXUINT64,                           \
	  (guint64)((gint64)a / (gint64)b))                                    \
	X(I64_DIV_U, 0x80, guint64, FALSE, a / b)                              \
	X(I64_REM_S, 0x81, guint64, FALSE,                                     \
	  b == G_MAXUINT64 ? 0 : (guint64)((gint64)a % (gint64)b))             \
	X(I64_REM_U, 0x82, guint64, FALSE, a % b)

/* X(name, opcode, type, result, the comparison with a and b swapped, the one
 * that is its negation). */
#define WASM_COMPARISONS(X)                                                    \
	X(I32_EQ, 0x46, guint32, a == b, 0x46, 0x47)                           \
	X(I32_NE, 0x47, guint32, a != b, 0x47, 0x46)                           \
	X(I32_LT_S, 0x48, gint32, a < b, 0x4a, 0x4e)                           \
	X(I32_LT_U, 0x49, guint32, a < b, 0x4b, 0x4f)                          \
	X(I32_GT_S, 0x4a, gint32, a > b, 0x48, 0x4c)                           \
	X(I32_GT_U, 0x4b, guint32, a > b, 0x49, 0x4d)                          \
	X(I32_LE_S, 0x4c, gint32, a <= b, 0x4e, 0x4a)                          \
	X(I32_LE_U, 0x4d, guint32, a <= b, 0x4f, 0x4b)                         \
	X(I32_GE_S, 0x4e, gint32, a >= b, 0x4c, 0x48)                          \
	X(I32_GE_U, 0x4f, guint32, a >= b, 0x4d, 0x49)                         \
	X(I64_EQ, 0x51, guint64, a == b, 0x51, 0x52)                           \
	X(I64_NE, 0x52, guint64, a != b, 0x52, 0x51)                           \
	X(I64_LT_S, 0x53, gint64, a < b, 0x55, 0x59)                           \
	X(I64_LT_U, 0x54, guint64, a < b, 0x56, 0x5a)                          \
	X(I64_GT_S, 0x55, gint64, a > b, 0x53, 0x57)                           \
	X(I64_GT_U, 0x56, guint64, a > b, 0x54, 0x58)                          \
	X(I64_LE_S, 0x57, gint64, a <= b, 0x59, 0x55)                          \
	X(I64_LE_U, 0x58, guint64, a <= b, 0x5a, 0x56)                         \
	X(I64_GE_S, 0x59, gint64, a >= b, 0x57, 0x53)                          \
	X(I64_GE_U, 0x5a, guint64, a >= b, 0x58, 0x54)

/* X(name, opcode, type of a, result). */
#define WASM_UNARY(X)                                                          \
	X(I32_CLZ, 0x67, guint32, a ? __builtin_clz(a) : 32)                   \
	X(I32_CTZ, 0x68, guint32, a ? __builtin_ctz(a) : 32)                   \
	X(I32_POPCNT, 0x69, guint32, __builtin_popcount(a))                    \
	X(I64_CLZ, 0x79, guint64, a ? __builtin_clzll(a) : 64)                 \
	X(I64_CTZ, 0x7a, guint64, a ? __builtin_ctzll(a) : 64)                 \
	X(I64_POPCNT, 0x7b, guint64, __builtin_popcountll(a))                  \
	X(I32_WRAP, 0xa7, guint32, a)                                          \
	X(I64_EXTEND_S, 0xac, gint32, a)                                       \
	X(I32_EXTEND8_S, 0xc0, gint8, (guint32)a)                              \
	X(I32_EXTEND16_S, 0xc1, gint16, (guint32)a)                            \
	X(I64_EXTEND8_S, 0xc2, gint8, a)                                       \
	X(I64_EXTEND16_S, 0xc3, gint16, a)                                     \
	X(I64_EXTEND32_S, 0xc4, gint32, a)                                     \
	X(F32_ABS, 0x8b, guint32, a & 0x7fffffffu)                             \
	X(F32_NEG, 0x8c, guint32, a ^ 0x80000000u)                             \
	X(F64_ABS, 0x99, guint64, a &G_MAXINT64)                               \
	X(F64_NEG, 0x9a, guint64, a ^ ((guint64)1 << 63))

/* Floats. X(name, opcode, type of a and b and the result, result). */
#define WASM_FLOAT_BINARY(X)                                                   \
	X(F32_ADD, 0x92, f32, a + b)                                           \
	X(F32_SUB, 0x93, f32, a - b)                                           \
	X(F32_MUL, 0x94, f32, a *b)                                            \
	X(F32_DIV, 0x95, f32, f32_div(a, b))                                   \
	X(F32_MIN, 0x96, f32, f32_min(a, b))                                   \
	X(F32_MAX, 0x97, f32, f32_max(a, b))                                   \
	X(F64_ADD, 0xa0, f64, a + b)                                           \
	X(F64_SUB, 0xa1, f64, a - b)                                           \
	X(F64_MUL, 0xa2, f64, a *b)                                            \
	X(F64_DIV, 0xa3, f64, f64_div(a, b))                                   \
	X(F64_MIN, 0xa4, f64, f64_min(a, b))                                   \
	X(F64_MAX, 0xa5, f64, f64_max(a, b))

#define WASM_FLOAT_COMPARISONS(X)                                              \
	X(F32_EQ, 0x5b, f32, a == b)                                           \
	X(F32_NE, 0x5c, f32, a != b)                                           \
	X(F32_LT, 0x5d, f32, a < b)                                            \
	X(F32_GT, 0x5e, f32, a > b)                                            \
	X(F32_LE, 0x5f, f32, a <= b)                                           \
	X(F32_GE, 0x60, f32, a >= b)                                           \
	X(F64_EQ, 0x61, f64, a == b)                                           \
	X(F64_NE, 0x62, f64, a != b)                                           \
	X(F64_LT, 0x63, f64, a < b)                                            \
	X(F64_GT, 0x64, f64, a > b)                                            \
	X(F64_LE, 0x65, f64, a <= b)                                           \
	X(F64_GE, 0x66, f64, a >= b)

/* X(name, opcode, type of a, type of the result, result). */
#define WASM_FLOAT_UNARY(X)                                                    \
	X(F32_CEIL, 0x8d, f32, f32, ceilf(a))                                  \
	X(F32_FLOOR, 0x8e, f32, f32, floorf(a))                                \
	X(F32_TRUNC, 0x8f, f32, f32, truncf(a))                                \
	X(F32_NEAREST, 0x90, f32, f32, rintf(a))                               \
	X(F32_SQRT, 0x91, f32, f32, sqrtf(a))                                  \
	X(F64_CEIL, 0x9b, f64, f64, ceil(a))                                   \
	X(F64_FLOOR, 0x9c, f64, f64, floor(a))                                 \
	X(F64_TRUNC, 0x9d, f64, f64, trunc(a))                                 \
	X(F64_NEAREST, 0x9e, f64, f64, rint(a))                                \
	X(F64_SQRT, 0x9f, f64, f64, sqrt(a))                                   \
	X(F32_CONVERT_I32_S, 0xb2, s32, f32, (float)a)                         \
	X(F32_CONVERT_I32_U, 0xb3, u32, f32, (float)a)                         \
	X(F32_CONVERT_I64_S, 0xb4, s64, f32, (float)a)                         \
	X(F32_CONVERT_I64_U, 0xb5, u64, f32, (float)a)                         \
	X(F32_DEMOTE, 0xb6, f64, f32, (float)a)                                \
	X(F64_CONVERT_I32_S, 0xb7, s32, f64, (double)a)                        \
	X(F64_CONVERT_I32_U, 0xb8, u32, f64, (double)a)                        \
	X(F64_CONVERT_I64_S, 0xb9, s64, f64, (double)a)                        \
	X(F64_CONVERT_I64_U, 0xba, u64, f64, (double)a)                        \
	X(F64_PROMOTE, 0xbb, f32, f64, (double)a)

/* X(name, opcode, its number behind 0xfc that saturates, type of a, type of the
 * result, and without sign, its least and greatest value, whether a is not below
 * and not above what has a result). */
#define WASM_TRUNCATIONS(X)                                                    \
	X(I32_TRUNC_F32_S, 0xa8, 0, f32, gint32, guint32, G_MININT32,          \
	  G_MAXINT32, a >= -2147483648.0f, a < 2147483648.0f)                  \
	X(I32_TRUNC_F32_U, 0xa9, 1, f32, guint32, guint32, 0, G_MAXUINT32,     \
	  a > -1.0f, a < 4294967296.0f)                                        \
	X(I32_TRUNC_F64_S, 0xaa, 2, f64, gint32, guint32, G_MININT32,          \
	  G_MAXINT32, a > -2147483649.0, a < 2147483648.0)                     \
	X(I32_TRUNC_F64_U, 0xab, 3, f64, guint32, guint32, 0, G_MAXUINT32,     \
	  a > -1.0, a < 4294967296.0)                                          \
	X(I64_TRUNC_F32_S, 0xae, 4, f32, gint64, guint64, G_MININT64,          \
	  G_MAXINT64, a >= -9223372036854775808.0f,                            \
	  a < 9223372036854775808.0f)                                          \
	X(I64_TRUNC_F32_U, 0xaf, 5, f32, guint64, guint64, 0, G_MAXUINT64,     \
	  a > -1.0f, a < 18446744073709551616.0f)                              \
	X(I64_TRUNC_F64_S, 0xb0, 6, f64, gint64, guint64, G_MININT64,          \
	  G_MAXINT64, a >= -9223372036854775808.0,                             \
	  a < 9223372036854775808.0)                                           \
	X(I64_TRUNC_F64_U, 0xb1, 7, f64, guint64, guint64, 0, G_MAXUINT64,     \
	  a > -1.0, a < 18446744073709551616.0)

/* Memory. X(name, type in memory, result): floats are loaded and stored as
 * integers of their size, and i64 without sign as i32. */
#define WASM_LOADS(X)                                                          \
	X(LOAD8_U, guint8, v)                                                  \
	X(LOAD16_U, guint16, v)                                                \
	X(LOAD32_U, guint32, v)                                                \
	X(LOAD64, guint64, v)                                                  \
	X(LOAD8_S32, gint8, (guint32)v)                                        \
	X(LOAD16_S32, gint16, (guint32)v)                                      \
	X(LOAD8_S64, gint8, v)                                                 \
	X(LOAD16_S64, gint16, v)                                               \
	X(LOAD32_S64, gint32, v)

#define WASM_STORES(X)                                                         \
	X(STORE8, guint8)                                                      \
	X(STORE16, guint16)                                                    \
	X(STORE32, guint32)                                                    \
	X(STORE64, guint64)

/* What calls a function of memory.c: X(name, function). */
#define WASM_OUTSIDE(X)                                                        \
	X(MEMORY_GROW, wasm_memory_grow)                                       \
	X(MEMORY_INIT, wasm_memory_init)                                       \
	X(MEMORY_COPY, wasm_memory_copy)                                       \
	X(MEMORY_FILL, wasm_memory_fill)                                       \
	X(DATA_DROP, wasm_data_drop)                                           \
	X(TABLE_GET, wasm_table_get)                                           \
	X(TABLE_SET, wasm_table_set)                                           \
	X(TABLE_SIZE, wasm_table_size)                                         \
	X(TABLE_GROW, wasm_table_grow)                                         \
	X(TABLE_INIT, wasm_table_init)                                         \
	X(TABLE_COPY, wasm_table_copy)                                         \
	X(TABLE_FILL, wasm_table_fill)                                         \
	X(ELEM_DROP, wasm_elem_drop)

/* Shapes: how many units an instruction has, and where gas is in it. */
#define WASM_SHAPE_PLAIN 0  /* one unit */
#define WASM_SHAPE_WIDE 1   /* two, the second one a value */
#define WASM_SHAPE_JUMP 2   /* one: gas, where to */
#define WASM_SHAPE_BRANCH 3 /* two, the second one gas when taken, and when not */

/* All instructions: WASM_OP(name, shape), which is to be defined by whoever uses
 * WASM_OPS, and undefined again. */
#define WASM_FOUR(n, shape)                                                    \
	WASM_OP(n##_SS, shape)                                                 \
	WASM_OP(n##_SI, shape)                                                 \
	WASM_OP(n##_RS, shape)                                                 \
	WASM_OP(n##_RI, shape)
#define WASM_FOUR_PLAIN(n, ...) WASM_FOUR(n, PLAIN)
#define WASM_FIVE_PLAIN(n, ...)                                                \
	WASM_FOUR(n, PLAIN)                                                    \
	WASM_OP(n##_SR, PLAIN)
#define WASM_SLOT_PLAIN(n, ...)                                                \
	WASM_OP(n##_SS, PLAIN)                                                 \
	WASM_OP(n##_SI, PLAIN)
#define WASM_FOUR_BRANCH(n, ...) WASM_FOUR(IF_##n, BRANCH)
/* An addition of a number and a branch by its result: loops' ends. */
#define WASM_STEPS(n, opcode, type, ...) WASM_STEPS_##type(n)
#define WASM_STEPS_guint32(n)                                                  \
	WASM_OP(STEP_##n##_S, BRANCH)                                          \
	WASM_OP(STEP_##n##_I, BRANCH)
#define WASM_STEPS_gint32(n) WASM_STEPS_guint32(n)
#define WASM_STEPS_guint64(n)
#define WASM_STEPS_gint64(n)
#define WASM_TWO_PLAIN(n, ...)                                                 \
	WASM_OP(n##_S, PLAIN)                                                  \
	WASM_OP(n##_R, PLAIN)
#define WASM_ONE_PLAIN(n, ...) WASM_OP(n, PLAIN)
#define WASM_SATURATING(n, ...)                                                \
	WASM_OP(n, PLAIN)                                                      \
	WASM_OP(n##_SAT, PLAIN)
/* The address: a slot, the result, a number; a sum of slots, of the result and a
 * slot, of a slot and a number, of the result and a number; and of a slot times the
 * width and a slot or a number (Y): elements of arrays. */
#define WASM_LOAD_OPS(n, ...)                                                  \
	WASM_OP(n##_S, PLAIN)                                                  \
	WASM_OP(n##_R, PLAIN)                                                  \
	WASM_OP(n##_I, PLAIN)                                                  \
	WASM_OP(n##_XSS, PLAIN)                                                \
	WASM_OP(n##_XRS, PLAIN)                                                \
	WASM_OP(n##_XSI, PLAIN)                                                \
	WASM_OP(n##_XRI, PLAIN)                                                \
	WASM_OP(n##_YSS, PLAIN)                                                \
	WASM_OP(n##_YSI, PLAIN)
/* The address, then the value (N: a number of 16 bits); or the address is a sum, the
 * value a slot (XSN: of a slot and a number, the value a number). */
#define WASM_STORE_OPS(n, ...)                                                 \
	WASM_OP(n##_SS, PLAIN)                                                 \
	WASM_OP(n##_RS, PLAIN)                                                 \
	WASM_OP(n##_SR, PLAIN)                                                 \
	WASM_OP(n##_IS, PLAIN)                                                 \
	WASM_OP(n##_IR, PLAIN)                                                 \
	WASM_OP(n##_SN, PLAIN)                                                 \
	WASM_OP(n##_XSS, PLAIN)                                                \
	WASM_OP(n##_XSI, PLAIN)                                                \
	WASM_OP(n##_YSS, PLAIN)                                                \
	WASM_OP(n##_YSI, PLAIN)                                                \
	WASM_OP(n##_XSN, PLAIN)
#define WASM_OPS                                                               \
	WASM_COMMUTING(WASM_FOUR_PLAIN)                                        \
	WASM_ORDERED(WASM_FIVE_PLAIN)                                          \
	WASM_DIVISIONS(WASM_SLOT_PLAIN)                                        \
	WASM_COMPARISONS(WASM_SLOT_PLAIN)                                      \
	WASM_COMPARISONS(WASM_FOUR_BRANCH)                                     \
	WASM_COMPARISONS(WASM_STEPS)                                           \
	WASM_UNARY(WASM_TWO_PLAIN)                                             \
	WASM_FLOAT_BINARY(WASM_ONE_PLAIN)                                      \
	WASM_FLOAT_COMPARISONS(WASM_ONE_PLAIN)                                 \
	WASM_FLOAT_UNARY(WASM_ONE_PLAIN)                                       \
	WASM_TRUNCATIONS(WASM_SATURATING)                                      \
	WASM_LOADS(WASM_LOAD_OPS)                                              \
	WASM_STORES(WASM_STORE_OPS)                                            \
	WASM_FIRSTS(WASM_FUSED)                                                \
	WASM_FIRST_LOADS(WASM_FUSED_LOAD)                                      \
	WASM_OUTSIDE(WASM_ONE_PLAIN)                                           \
	WASM_OP(CONST32, PLAIN)                                                \
	WASM_OP(CONST64, WIDE)                                                 \
	WASM_OP(MOVE, PLAIN)                                                   \
	WASM_OP(MOVE_TWO, PLAIN)                                               \
	WASM_OP(MOVE_MANY, PLAIN)                                              \
	WASM_OP(SELECT_S, PLAIN)                                               \
	WASM_OP(SELECT_R, PLAIN)                                               \
	WASM_OP(GLOBAL_GET, PLAIN)                                             \
	WASM_OP(GLOBAL_SET, PLAIN)                                             \
	WASM_OP(MEMORY_SIZE, PLAIN)                                            \
	WASM_OP(JUMP, JUMP)                                                    \
	WASM_OP(TABLE_JUMP, PLAIN)                                             \
	WASM_OP(RETURN, PLAIN)                                                 \
	WASM_OP(RETURN_S, PLAIN)                                               \
	WASM_OP(RETURN_R, PLAIN)                                               \
	WASM_OP(RETURN_MANY, PLAIN)                                            \
	WASM_OP(CALL, BRANCH)                                                  \
	WASM_OP(CALL_HOST, BRANCH)                                             \
	WASM_OP(CALL_TABLE, BRANCH)                                            \
	WASM_OP(UNREACHABLE, PLAIN)                                            \
	WASM_OP(EXIT, PLAIN)

enum {
#define WASM_OP(name, shape) WASM_##name,
	WASM_OPS
#undef WASM_OP
	WASM_N_OPS
};

#endif
