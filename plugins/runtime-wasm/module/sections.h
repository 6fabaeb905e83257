/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/module/sections.h: readers of sections. Each reads from
 * behind the section's length to its end, and validates what it reads with what
 * the sections before it gave.
 */
#ifndef WASM_SECTIONS_H
#define WASM_SECTIONS_H

#include "plugins/runtime-wasm/module/reader.h"

void wasm_read_types(Reader *reader);
void wasm_read_imports(Reader *reader);
void wasm_read_functions(Reader *reader);
void wasm_read_tables(Reader *reader);
void wasm_read_memories(Reader *reader);
void wasm_read_globals(Reader *reader);
void wasm_read_exports(Reader *reader);
void wasm_read_start(Reader *reader);
void wasm_read_elements(Reader *reader);
void wasm_read_data_count(Reader *reader);
void wasm_read_bodies(Reader *reader);
void wasm_read_data(Reader *reader);

/* A constant expression of that type. */
WasmInit wasm_read_init(Reader *reader, guint8 type);

/* Indices that are there; 0 when not, which fails. */
guint32 wasm_read_type_index(Reader *reader);
guint32 wasm_read_function_index(Reader *reader);
guint32 wasm_read_table_index(Reader *reader);
guint32 wasm_read_global_index(Reader *reader);
/* Fails when there is no memory. */
void wasm_need_memory(Reader *reader);

#endif
