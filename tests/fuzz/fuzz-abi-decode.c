/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of types up to a line feed, then data of these types. What is decoded
 * must survive encoding and decoding again.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <glib.h>

#include "plugins/kit/solidity/decode.h"
#include "plugins/kit/solidity/encode.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_round_trip(const AbiType *params, const json_t *values)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(json_t) again = NULL;
	int32_t status = abi_encode(params, values, out, NULL);

	if (status == BSN_TOO_LARGE)
		return;
	g_assert_cmpint(status, ==, BSN_OK);
	again = abi_decode(params, buffer_slice(out), NULL);
	g_assert_true(json_equal(values, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	g_autoptr(AbiType) params = NULL;
	g_autoptr(json_t) values = NULL;
	g_autoptr(json_t) named = NULL;
	bsn_slice rest;
	gsize name;

	if (end == NULL)
		return 0;
	params = abi_signature_parse(
		bsn_slice_of(data, (guint64)(end - data)), &name, NULL);
	if (params == NULL)
		return 0;
	rest = bsn_slice_of(end + 1, size - (gsize)(end + 1 - data));
	values = abi_decode(params, rest, NULL);
	named = abi_decode_named(params, rest, NULL);
	g_assert_cmpint(values != NULL, ==, named != NULL);
	if (values != NULL)
		check_round_trip(params, values);
	return 0;
}
