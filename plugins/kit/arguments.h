/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/arguments.h: what contracts that are called by name are given, in
 * the encoding of bsn_call.input (bsn/runtime.h, "Arguments"): for each argument
 * the length of its name, its name, the length of its value, its value; lengths
 * are 32 bits, little-endian. An argument without a name has its place.
 */
#ifndef BSN_KIT_ARGUMENTS_H
#define BSN_KIT_ARGUMENTS_H

#include <bsn/base.h>
#include <glib.h>

#define ARGUMENTS_MAX 256u /* of one call */
/* Bytes of all of one call, and of the JSON that they are read from. */
#define ARGUMENTS_BYTES_MAX (2u << 20)

/* Appends one argument. */
void arguments_add(GByteArray *out, bsn_slice name, bsn_slice value);
/* Appends those of a request: a JSON array, each without a name, or an object. A
 * text is its UTF-8 bytes; whatever else is its compact JSON text. Empty: none.
 * Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
int32_t arguments_from_json(bsn_slice json, GByteArray *out, bsn_err *err);
/* Takes the next one off the front of `rest`.
 * Returns: BSN_OK; BSN_NOT_FOUND: there is none. Errors: BSN_BAD_REQUEST. */
int32_t arguments_next(bsn_slice *rest, bsn_slice *name, bsn_slice *value);

/* Where bsn_call.function is empty `input` begins with the function: its length in
 * 32 bits, little-endian, and its name; then the arguments. */
void arguments_call(GByteArray *out, bsn_slice function);
/* Takes the function off the front again, and leaves the arguments.
 * Errors: BSN_BAD_REQUEST. [any] */
int32_t arguments_function(bsn_slice *rest, bsn_slice *function);

/* A WebAssembly module that is deployed with arguments: the module, and behind it
 * a custom section "bsn.arguments" with them; none when there are none. */
void arguments_module(GByteArray *out, bsn_slice module, bsn_slice arguments);

#endif
