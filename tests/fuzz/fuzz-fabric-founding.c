/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain's JSON config: what is founded from it is read or refused, and makes
 * a block.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/channel/config.h"
#include "plugins/engine-fabric/channel/founding.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fake-host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX (64u << 10)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Suite suite;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(json_t) object = json_parse_object(
		bsn_slice_of(data, size), TEXT_MAX, "channel", NULL, NULL);
	g_autoptr(ChannelConfig) read = NULL;
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(GByteArray) block = g_byte_array_new();
	Founding founding = { &suite, "raft", { NULL, 0 } };
	Common__Config *config = NULL;
	bsn_err err = { .size = sizeof(err) };

	if (suite.hash == NULL)
		suite = fabric_suite(FALSE);
	if (object == NULL)
		return 0;
	if (founding_config(&arena, &founding, object, &config, &err) !=
	    BSN_OK) {
		g_assert_cmpstr(err.reason, !=, "");
		return 0;
	}
	bytes = message_pack(config);
	if (channel_config_read(bsn_host_crypto(fake_host()),
				buffer_slice(bytes), &read, &err) != BSN_OK)
		g_assert_cmpstr(err.reason, !=, "");
	g_assert_cmpint(founding_block(&suite, "one", config, 0, block), ==,
			BSN_OK);
	return 0;
}
