/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/precompiles/precompiles.h"

static const Precompile precompiles[PRECOMPILE_LAST + 1] = {
	[1] = { ecrecover_gas, ecrecover_run },
	[2] = { sha256_gas, sha256_run },
	[3] = { ripemd160_gas, ripemd160_run },
	[4] = { identity_gas, identity_run },
	[5] = { modexp_gas, modexp_run },
	[6] = { bn254_add_gas, bn254_add_run },
	[7] = { bn254_mul_gas, bn254_mul_run },
	[8] = { bn254_pairing_gas, bn254_pairing_run },
	[9] = { blake2f_gas, blake2f_run },
	[10] = { kzg_gas, kzg_run },
};

const Precompile *
precompile_find(Fork fork, const Address *address)
{
	static const uint8_t zeroes[ADDRESS_LEN - 1];
	uint8_t last = address->bytes[ADDRESS_LEN - 1];

	if (last == 0 || last > (fork < FORK_CANCUN ? PRECOMPILE_LAST - 1 :
						      PRECOMPILE_LAST) ||
	    memcmp(address->bytes, zeroes, sizeof(zeroes)) != 0)
		return NULL;
	return &precompiles[last];
}
