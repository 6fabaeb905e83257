/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/wasm_section.h: a WebAssembly module as the sections that it is
 * (WebAssembly Core Specification, 5.5), for whoever looks for one of them and
 * leaves the rest to the runtime. Each takes something off the front of `rest`;
 * FALSE: that is not there, and `rest` may be anywhere.
 */
#ifndef BSN_KIT_WASM_SECTION_H
#define BSN_KIT_WASM_SECTION_H

#include <bsn/base.h>
#include <glib.h>

/* The custom section with the arguments of a create (bsn/runtime.h,
 * "Arguments"). */
#define WASM_ARGUMENTS "bsn.arguments"
#define WASM_HEADER_LEN 8u /* "\0asm", version: what is before the sections */

/* A number in LEB128 of at most five bytes. [any] */
gboolean wasm_take_number(bsn_slice *rest, guint64 *number);
/* Bytes behind their number. [any] */
gboolean wasm_take_bytes(bsn_slice *rest, bsn_slice *bytes);
/* A section: its id, and what is in it. [any] */
gboolean wasm_take_section(bsn_slice *rest, guint8 *id, bsn_slice *contents);

#endif
