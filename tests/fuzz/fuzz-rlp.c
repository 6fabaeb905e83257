/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads any bytes as one RLP value. What is accepted must come out byte for
 * byte the same when it is written again: there is one encoding of a value.
 */
#include <bsn/helpers/bytes.h>
#include <glib.h>

#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void rewrite(RlpReader *reader, GByteArray *out);

static void
rewrite_list(RlpReader *reader, GByteArray *out)
{
	g_autoptr(GByteArray) content = g_byte_array_new();
	RlpItem raw;

	rlp_enter(reader, "list");
	while (rlp_more(reader))
		rewrite(reader, content);
	rlp_leave(reader);
	raw = rlp_raw(buffer_slice(content));
	rlp_put_list(out, &raw, 1);
}

static void
rewrite(RlpReader *reader, GByteArray *out)
{
	RlpItem item;

	if (rlp_at_list(reader)) {
		rewrite_list(reader, out);
		return;
	}
	item = rlp_bytes(rlp_read_bytes(reader, "bytes", 0, G_MAXUINT64));
	rlp_put(out, &item);
}

static void
read_fields(bsn_slice input)
{
	RlpReader reader = rlp_reader(input);
	guint8 fixed[4];

	rlp_enter(&reader, "fields");
	rlp_read_u64(&reader, "number");
	rlp_read_integer(&reader, "integer", 32);
	rlp_read_fixed(&reader, "fixed", fixed, sizeof(fixed));
	rlp_read_raw(&reader, "raw");
	rlp_leave(&reader);
	rlp_finish(&reader, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_slice input = bsn_slice_of(data, size);
	RlpReader skipper = rlp_reader(input);
	RlpReader reader = rlp_reader(input);
	int32_t skipped;

	read_fields(input);
	rlp_skip(&skipper, "value");
	skipped = rlp_finish(&skipper, NULL);
	rewrite(&reader, out);
	g_assert_cmpint(rlp_finish(&reader, NULL), ==, skipped);
	if (skipped == BSN_OK)
		g_assert_true(bsn_slice_equal(input, buffer_slice(out)));
	return 0;
}
