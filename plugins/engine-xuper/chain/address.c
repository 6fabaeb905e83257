/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/address.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/config.h"
#include "plugins/engine-xuper/services.h"

static int32_t
address_of_key(bsn_slice config, bsn_slice public_key, bsn_sink *address,
	       bsn_err *err)
{
	g_autoptr(ChainConfig) parsed = NULL;
	char text[ADDRESS_MAX];
	Suite suite;
	int32_t status =
		config_parse(bsn_slice_str("chain"), config, &parsed, err);

	if (status == BSN_OK)
		status = suite_find(&suite, services.crypto, parsed->gm, err);
	if (status != BSN_OK)
		return status;
	if (public_key.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a public key has %u bytes", PUBLIC_KEY_LEN);
	address_of(&suite, public_key.data, text);
	return address->write(address, text, strlen(text));
}

const bsn_engine_address xuper_engine_address = {
	.size = sizeof(bsn_engine_address),
	.of_key = address_of_key,
};
