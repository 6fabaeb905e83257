/* SPDX-License-Identifier: Apache-2.0
 *
 * A part of a snapshot after block 99, whose config is in block 0. What is
 * accepted has nothing but what a snapshot may have, and is put together again
 * as the same bytes.
 */
#include <string.h>

#include "plugins/engine-fabric/snapshot/join_private.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fake-host.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_accepted(bsn_slice bytes)
{
	g_autoptr(GByteArray) again = g_byte_array_new();
	bsn_slice rest = bytes;
	Entry entry;

	while (entry_take(&rest, &entry)) {
		g_assert_nonnull(strchr("bcist", entry.key.data[0]));
		entry_put(again, entry.key, entry.value);
	}
	g_assert_true(bsn_slice_equal(buffer_slice(again), bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_slice bytes = bsn_slice_of(data, size);
	const Suite suite = fabric_suite(FALSE);
	const LedgerHead head = { .height = 100 };
	g_auto(Manifest) manifest = { .parts = NULL };
	g_autoptr(ChannelConfig) config = NULL;
	bsn_slice rest = bytes;
	bsn_err err = { .size = sizeof(err) };
	guint n = 0;
	Entry entry;

	while (entry_take(&rest, &entry))
		n++;
	services.crypto = bsn_host_crypto(fake_host());
	manifest_init(&manifest, &head, 0);
	g_assert_cmpint(manifest_add(&suite, &manifest, bytes, n), ==, BSN_OK);
	if (part_check(&suite, &manifest, 0, bytes, &err) == BSN_OK)
		check_accepted(bytes);
	else
		g_assert_cmpstr(err.reason, !=, "");
	(void)part_config(&manifest, bytes, &config, NULL);
	return 0;
}
