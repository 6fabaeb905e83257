/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/module/checks.h: the check of each instruction that is
 * not plain: it reads the immediates, and takes and gives what the table of
 * opcodes does not say.
 */
#ifndef WASM_CHECKS_H
#define WASM_CHECKS_H

#include "plugins/runtime-wasm/module/body.h"

/* What check_local and check_global do with the stack. */
#define TAKES 1
#define GIVES 2

/* control.c */
void check_block(Body *body, guint8 op);
void check_else(Body *body, guint8 arg);
void check_end(Body *body, guint8 arg);
void check_unreachable(Body *body, guint8 arg);
void check_br(Body *body, guint8 arg);
void check_br_if(Body *body, guint8 arg);
void check_br_table(Body *body, guint8 arg);
void check_return(Body *body, guint8 arg);
void check_call(Body *body, guint8 arg);
void check_call_indirect(Body *body, guint8 arg);

/* instructions.c */
void check_memarg(Body *body, guint8 natural);
void check_memories(Body *body, guint8 n);
void check_data(Body *body, guint8 n_memories);
void check_i32(Body *body, guint8 arg);
void check_i64(Body *body, guint8 arg);
void check_bits(Body *body, guint8 len);
void check_drop(Body *body, guint8 arg);
void check_select(Body *body, guint8 arg);
void check_typed_select(Body *body, guint8 arg);
void check_local(Body *body, guint8 arg);
void check_global(Body *body, guint8 arg);
void check_table_get(Body *body, guint8 arg);
void check_table_set(Body *body, guint8 arg);
void check_table_grow(Body *body, guint8 arg);
void check_table_fill(Body *body, guint8 arg);
void check_table(Body *body, guint8 arg);
void check_table_copy(Body *body, guint8 arg);
void check_elements(Body *body, guint8 arg);
void check_table_init(Body *body, guint8 arg);
void check_ref_null(Body *body, guint8 arg);
void check_ref_is_null(Body *body, guint8 arg);
void check_ref_func(Body *body, guint8 arg);

#endif
