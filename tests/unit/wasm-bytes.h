/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/wasm-bytes.h: WebAssembly modules written as text, for tests of what
 * no other tool would write.
 */
#ifndef TESTS_UNIT_WASM_BYTES_H
#define TESTS_UNIT_WASM_BYTES_H

#include <glib.h>

/* Bytes in hexadecimal, "quoted" text, and { } around what its length is put in
 * front of as a LEB128; behind a module's magic number and version. So a section
 * is "01 { 01 60 00 00 }". The caller frees it. */
GByteArray *wasm_bytes(const char *text);

#endif
