/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/wasm/random/generate.h: between the files of the generator.
 *
 * It walks at random: the types on the stack are known, and an instruction that is
 * chosen takes what is there if it fits, and has made what is missing.
 */
#ifndef TESTS_WASM_RANDOM_GENERATE_H
#define TESTS_WASM_RANDOM_GENERATE_H

#include "tests/wasm/random/random.h"

#define GEN_ARITY 6u
#define GEN_TYPES 12u
#define GEN_FUNCS 24u
#define GEN_GLOBALS 12u
#define GEN_LOCALS 64u
#define GEN_STACK 1024u
#define GEN_FRAMES 24u
#define GEN_TABLE 7u
#define GEN_DATA 2u     /* segments; the second is passive */
#define GEN_ELEMENTS 2u /* so */

typedef struct {
	guint n_params, n_results;
	guint8 params[8], results[GEN_ARITY];
} GenType;

typedef struct {
	guint op;   /* 0: the function's own */
	guint base; /* of the stack below its parameters */
	GenType type;
} GenFrame;

typedef struct {
	Random *random;
	gboolean floats;
	GByteArray *out; /* of this function */
	guint n_types;
	GenType types[GEN_TYPES];
	guint n_imports, n_funcs;    /* imported ones included */
	GenType func_types[GEN_FUNCS];
	guint func_type_indices[GEN_FUNCS];
	guint table_at, table[GEN_TABLE]; /* what table 0 begins with */
	guint n_globals;
	guint8 globals[GEN_GLOBALS]; /* the first two do not change */

	guint function; /* whose body this is */
	guint n_params, n_locals;
	guint8 locals[GEN_LOCALS]; /* the last one counts rounds */
	guint top, floor;	   /* below it nothing is taken */
	guint8 stack[GEN_STACK];
	guint n_frames;
	GenFrame frames[GEN_FRAMES];
	gboolean dead;
	guint budget; /* of values and statements */
} Generator;

/* encode.c */
void gen_byte(GByteArray *out, guint byte);
void gen_leb(GByteArray *out, guint64 value);
void gen_signed(GByteArray *out, gint64 value);
void gen_constant(GByteArray *out, guint8 type, guint64 value);
void gen_vector(GByteArray *out, const GByteArray *bytes);

/* values.c */
void gen_op(Generator *g, guint op);
void gen_push(Generator *g, guint8 type);
void gen_pop(Generator *g, guint n);
guint8 gen_type(Generator *g);
/* Exactly one more on the stack. */
void gen_value(Generator *g, guint8 type);
/* The topmost ones are of these types. */
void gen_need(Generator *g, guint n, const guint8 *types);
gboolean gen_numeric(Generator *g, guint8 result); /* 0: any */
/* Makes an end of the stack of a block: these, and no more. */
void gen_close(Generator *g, const GenType *type);

/* storage.c: instructions of memory, tables and globals. */
void gen_load(Generator *g, guint8 type);
void gen_storage(Generator *g);

/* body.c */
void gen_block(Generator *g, const GenType *type, guint index);
void gen_call(Generator *g, guint function);
/* One to be called: mostly of the host, or behind this one, so that calls end. */
guint gen_callee(Generator *g);
void gen_body(Generator *g, const GenType *type, guint statements);

#endif
