/* SPDX-License-Identifier: Apache-2.0
 *
 * The manifest of a snapshot, of a channel whose first block's hash is zero: one
 * that is read has one encoding.
 */
#include "plugins/engine-fabric/snapshot/manifest.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char id[] = "one";
	Channel channel = { .id = id, .suite = fabric_suite(FALSE) };
	g_auto(Manifest) manifest = { .parts = NULL };
	g_autoptr(GByteArray) again = g_byte_array_new();
	bsn_err err = { .size = sizeof(err) };
	const int32_t status = manifest_read(
		&channel, bsn_slice_of(data, size), &manifest, &err);

	g_assert_true((status == BSN_OK) == (err.reason[0] == '\0'));
	if (status != BSN_OK)
		return 0;
	g_assert_cmpuint(manifest.parts->len, >, 0);
	g_assert_cmpint(manifest_put(&channel, &manifest, again), ==, BSN_OK);
	g_assert_true(bsn_slice_equal(buffer_slice(again),
				      bsn_slice_of(data, size)));
	return 0;
}
