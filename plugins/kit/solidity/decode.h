/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/solidity/decode.h: contract ABI bytes to JSON.
 *
 *   uintN intN    number up to 48 bits wide, decimal string from 56 bits on:
 *                 by the type and not the value, so that readers can rely on
 *                 it, and no reader rounds (JSON numbers hold 53 bits)
 *   address       "0x" and 40 lower-case digits
 *   bool          true, false
 *   bytes bytesN  "0x" and lower-case digits
 *   function      as bytes24
 *   string        JSON string; bytes that are not UTF-8 become U+FFFD
 *   T[] T[k]      array
 *   tuple         object when every member has a name and none has it twice,
 *                 else array
 *
 * Values must be clean (no bits beyond a type's width) and offsets and lengths
 * inside the data; what follows the last value is ignored, as the EVM does.
 * Data from contracts is untrusted: overlapping offsets can describe far more
 * than they hold, so values and bytes of one answer are bounded in all.
 */
#ifndef KIT_SOLIDITY_DECODE_H
#define KIT_SOLIDITY_DECODE_H

#include "plugins/kit/solidity/type.h"

/* Bounds of one answer: values, and bytes in strings and bytes. */
#define ABI_DECODED_VALUES_MAX 65536u
#define ABI_DECODED_BYTES_MAX (4u << 20)

/* Decodes a list of parameters (a tuple).
 *
 * Returns: a new reference to an array in the order of the parameters; NULL
 *          with a reason: "[1].items: offset 4096 is beyond the 320 bytes".
 * [any] */
json_t *abi_decode(const AbiType *params, bsn_slice data, bsn_err *err);

/* Decodes one value of a type that takes one word (abi_type_is_word), e.g. the
 * topic of an indexed parameter. [any] */
json_t *abi_decode_word(const AbiType *type, bsn_slice word, bsn_err *err);

/* The same as abi_decode, as an object by name; a parameter without a name, or
 * with one that came before, is called "argN", N from 0. [any] */
json_t *abi_decode_named(const AbiType *params, bsn_slice data, bsn_err *err);

/* Sets the value of parameter i in an object by its name, or by "argN", as
 * abi_decode_named does; takes the value. [any] */
void abi_name_value(json_t *object, const AbiType *params, guint i,
		    json_t *value);

#endif
