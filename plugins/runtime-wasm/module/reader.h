/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/module/reader.h: what all readers of a module's parts
 * share: where they are, and what went wrong first.
 *
 * After the first failure every read gives zero and moves nothing, so that
 * fields are read straight down; loops ask reader_ok.
 * Source: WebAssembly Core Specification 2.0, chapter 5.
 */
#ifndef WASM_READER_H
#define WASM_READER_H

#include "plugins/runtime-wasm/module/module.h"

typedef struct {
	WasmModule *module;   /* being filled in */
	const guint8 *bytes;  /* the module's */
	gsize at, end;        /* of the section or body that is read */
	gsize item;           /* where the item or instruction begins */
	gint64 function;      /* whose body is read; -1: none */
	gboolean counts_data; /* there is a data count section, */
	guint32 data_count;   /* and what it says */
	guint n_bodies;
	guint n_locals, n_items; /* in all so far */
	int32_t status;
	bsn_err *err;
} Reader;

static inline gboolean
reader_ok(const Reader *reader)
{
	return reader->status == BSN_OK;
}

/* The first failure is kept; the text says what, these add where. */
void reader_malformed(Reader *reader, const char *format, ...)
	G_GNUC_PRINTF(2, 3);
void reader_invalid(Reader *reader, const char *format, ...)
	G_GNUC_PRINTF(2, 3);
void reader_too_large(Reader *reader, guint max, const char *what);

guint8 reader_u8(Reader *reader);
guint32 reader_u32(Reader *reader);  /* LEB128 */
gint64 reader_s33(Reader *reader);
guint32 reader_i32(Reader *reader);  /* signed LEB128, its bits */
guint64 reader_i64(Reader *reader);
guint64 reader_bits(Reader *reader, guint len); /* little-endian */
bsn_slice reader_bytes(Reader *reader, gsize len);
bsn_slice reader_name(Reader *reader); /* UTF-8, its length first */

/* A vector's length: its items, of at least a byte each, are there, and with
 * the `have` earlier ones not more than `max`. */
guint32 reader_count(Reader *reader, guint have, guint max, const char *what);
/* `array` with room for `more` zeroed items behind `have`. */
gpointer reader_grow(gpointer array, guint have, guint more, gsize size);

/* Types. Floats are noted. */
void reader_note_float(Reader *reader, gsize at);
guint8 reader_value_type(Reader *reader);
guint8 reader_ref_type(Reader *reader);

#endif
