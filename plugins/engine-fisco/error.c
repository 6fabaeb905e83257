/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/error.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/u256.h"

static void
put_number(GByteArray *out, guint64 number)
{
	guint8 word[U256_BYTES];

	u256_from_u64(number, word);
	g_byte_array_append(out, word, sizeof(word));
}

int32_t
error_write(gboolean sm3, const char *text, bsn_sink *output)
{
	static const guint8 keccak_selector[] = { 0x08, 0xc3, 0x79, 0xa0 };
	static const guint8 sm3_selector[] = { 0xc7, 0x03, 0xcb, 0x12 };
	static const guint8 zeros[U256_BYTES];
	g_autoptr(GByteArray) data = g_byte_array_new();
	gsize len = strlen(text);

	g_byte_array_append(data, sm3 ? sm3_selector : keccak_selector, 4);
	put_number(data, U256_BYTES);
	put_number(data, len);
	g_byte_array_append(data, (const guint8 *)text, (guint)len);
	g_byte_array_append(data, zeros, (guint)(-len % U256_BYTES));
	return output->write(output, data->data, data->len);
}
