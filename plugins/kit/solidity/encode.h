/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/solidity/encode.h: JSON to contract ABI bytes.
 *
 *   uintN intN    JSON integer, decimal string, "0x.." (see u256.h)
 *   address       "0x" and 40 hex digits, any case
 *   bool          true, false
 *   bytes bytesN  "0x" and hex digits, two a byte; bytesN exactly N bytes
 *   function      "0x" and 48 hex digits
 *   string        JSON string, as UTF-8
 *   T[] T[k]      JSON array; exactly k elements for T[k]
 *   tuple         JSON array in order, or object by the members' names: all of
 *                 them and no others
 */
#ifndef KIT_SOLIDITY_ENCODE_H
#define KIT_SOLIDITY_ENCODE_H

#include "plugins/kit/solidity/type.h"

/* Bytes that one list of arguments may take. */
#define ABI_ENCODED_MAX (4u << 20)

/* Appends the encoding of the parameters `params` (a tuple), without selector.
 *
 * Returns: BSN_OK.
 * In:      args: JSON array or object; NULL for none.
 * Errors:  BSN_BAD_REQUEST: "args[1].items[3]: uint8 goes from 0 to 255, got
 *          256"; BSN_TOO_LARGE. Nothing is appended then.
 * [any] */
int32_t abi_encode(const AbiType *params, const json_t *args, GByteArray *out,
		   bsn_err *err);

#endif
