/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/module/module.h: a WebAssembly module, read and validated.
 *
 * What is taken is the WebAssembly Core Specification 2.0 without vector
 * instructions: the first version, and sign extension, saturating conversions,
 * multiple values, bulk memory and reference types. A module that was read is
 * valid by chapter 3 of the specification, so whoever translates its bodies need
 * not look again. Nothing of it changes afterwards; it may be shared by threads.
 */
#ifndef WASM_MODULE_H
#define WASM_MODULE_H

#include <bsn/base.h>
#include <glib.h>

/* Value types, as they are encoded. */
#define WASM_I32 0x7f
#define WASM_I64 0x7e
#define WASM_F32 0x7d
#define WASM_F64 0x7c
#define WASM_FUNCREF 0x70
#define WASM_EXTERNREF 0x6f

#define WASM_PAGE 65536u
#define WASM_NO_MAX G_MAXUINT32

/* What a module may have; beyond it BSN_TOO_LARGE. */
#define WASM_BYTES_MAX (2u << 20)
#define WASM_TYPES_MAX 4096u
#define WASM_FUNCS_MAX 16384u   /* imported ones included */
#define WASM_IMPORTS_MAX 256u
#define WASM_EXPORTS_MAX 4096u
#define WASM_GLOBALS_MAX 1024u
#define WASM_TABLES_MAX 16u
#define WASM_SEGMENTS_MAX 4096u /* of elements, and of data */
#define WASM_PARAMS_MAX 128u    /* of a function; and results */
#define WASM_LOCALS_MAX 4096u   /* of a function, parameters included */
#define WASM_ALL_LOCALS_MAX (1u << 20) /* of all functions */
#define WASM_ITEMS_MAX 65536u   /* elements, of all segments */
#define WASM_CUSTOMS_MAX 256u   /* custom sections */
#define WASM_BODY_MAX (256u << 10) /* bytes of one function */
#define WASM_NESTING_MAX 1024u  /* blocks in blocks */
#define WASM_OPERANDS_MAX 65536u /* on the stack of one function */

typedef struct {
	guint n_params, n_results;
	const guint8 *params, *results; /* value types */
} WasmType;

#define WASM_FUNC 0
#define WASM_TABLE 1
#define WASM_MEMORY 2
#define WASM_GLOBAL 3

typedef struct {
	bsn_slice module, name; /* UTF-8 */
	guint8 kind;            /* WASM_FUNC, ... */
	guint32 index;          /* in the index space of its kind */
} WasmImport;

typedef struct {
	guint32 type;     /* index of its type */
	gboolean imported;
	gsize at;         /* of its code: where the instructions begin in `bytes`, */
	gsize len;        /* and their length, the last `end` included */
	guint n_locals;   /* parameters included */
	const guint8 *locals; /* their value types, parameters first */
	gboolean named;   /* ref.func may name it (it is exported, or in a
			   * segment or a global) */
} WasmFunc;

typedef struct {
	guint8 type;         /* WASM_FUNCREF or WASM_EXTERNREF */
	guint32 min, max;    /* elements; WASM_NO_MAX: none */
} WasmTable;

/* A constant expression: one value. */
typedef struct {
	guint8 op;       /* 0x41 0x42 0x43 0x44 *.const; 0x23 global.get; 0xd0
			  * ref.null; 0xd2 ref.func */
	guint64 value;   /* bits of the constant, or an index */
} WasmInit;

typedef struct {
	guint8 type;
	gboolean changes;  /* mut */
	gboolean imported;
	WasmInit init;     /* unless imported */
} WasmGlobal;

typedef struct {
	bsn_slice name;  /* UTF-8 */
	guint8 kind;
	guint32 index;
} WasmExport;

#define WASM_ACTIVE 0
#define WASM_PASSIVE 1
#define WASM_DECLARED 2 /* elements only */

typedef struct {
	guint8 mode;
	guint8 type;
	guint32 table;
	WasmInit offset;        /* active */
	guint32 n;
	const WasmInit *items;  /* ref.null, ref.func or global.get */
} WasmElements;

typedef struct {
	guint8 mode;
	WasmInit offset;    /* active */
	bsn_slice bytes;
} WasmData;

typedef struct {
	bsn_slice name, bytes;
	gsize at, end;      /* of the whole section, in `bytes` of the module */
} WasmCustom;

typedef struct {
	guint8 *bytes;      /* own copy; slices point into it */
	gsize len;
	WasmType *types;
	guint n_types;
	WasmImport *imports;
	guint n_imports;
	WasmFunc *funcs;    /* imported ones first; so tables and globals */
	guint n_funcs, n_imported_funcs;
	WasmTable *tables;
	guint n_tables, n_imported_tables;
	gboolean has_memory, imports_memory;
	guint32 memory_min, memory_max; /* pages; WASM_NO_MAX: none */
	WasmGlobal *globals;
	guint n_globals, n_imported_globals;
	WasmExport *exports;
	guint n_exports;
	gint64 start;       /* function; -1: none */
	WasmElements *elements;
	guint n_elements;
	WasmData *data;
	guint n_data;
	WasmCustom *customs;
	guint n_customs;
	gboolean uses_floats; /* a type, global or instruction has f32 or f64 */
	gsize float_at;     /* where the first one is */
} WasmModule;

/* Reads and validates.
 * Returns: BSN_OK and a module for wasm_module_free. Errors: BSN_FAULT, whose
 * reason begins with "malformed: " (chapter 5) or "invalid: " (chapter 3) and
 * names the place ("..., at byte 214, in function 3"); BSN_TOO_LARGE. [any] */
int32_t wasm_module_read(bsn_slice bytes, WasmModule **module, bsn_err *err);
void wasm_module_free(WasmModule *module); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WasmModule, wasm_module_free)

/* The export of that kind and name, or NULL. */
const WasmExport *wasm_module_export(const WasmModule *module, guint8 kind,
				     bsn_slice name);

#endif
