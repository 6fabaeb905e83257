/* SPDX-License-Identifier: Apache-2.0
 *
 * A channel's config and a change of it: four bytes with a length, a Config of
 * that length, a ConfigUpdateEnvelope.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/channel/update.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fake-host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Suite suite;
	Wire wire = wire_of(bsn_slice_of(data, size));
	const bsn_slice bytes = wire_bytes(&wire, wire_u32(&wire));
	g_autoptr(ChannelConfig) config = NULL;
	g_autoptr(ChannelConfig) after = NULL;
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = { .size = sizeof(err) };

	if (suite.hash == NULL)
		suite = fabric_suite(FALSE);
	if (wire.bad)
		return 0;
	if (channel_config_read(bsn_host_crypto(fake_host()), bytes, &config,
				&err) != BSN_OK) {
		g_assert_cmpstr(err.reason, !=, "");
		return 0;
	}
	if (update_apply(config, "one", wire.rest, out, &err) == BSN_OK)
		(void)channel_config_read(bsn_host_crypto(fake_host()),
					  buffer_slice(out), &after, &err);
	else
		g_assert_cmpuint(out->len, ==, 0);
	return 0;
}
