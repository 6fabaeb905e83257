/* SPDX-License-Identifier: Apache-2.0
 *
 * Precompiles 2 (SHA-256), 3 (RIPEMD-160) and 4 (identity).
 */
#include <bsn/helpers/error.h>
#include <openssl/evp.h>

#include "plugins/runtime-evm/precompiles/precompiles.h"

#define RIPEMD160_LEN 20u

static EVP_MD *sha256;
static EVP_MD *ripemd160;

int32_t
precompiles_open(bsn_err *err)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	ripemd160 = EVP_MD_fetch(NULL, "RIPEMD160", NULL);
	if (sha256 == NULL || ripemd160 == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"OpenSSL does not offer SHA-256 and "
				"RIPEMD-160: OpenSSL 3.0.7 or later does in "
				"its default provider");
	return BSN_OK;
}

static uint64_t
linear_gas(bsn_slice input, uint64_t base, uint64_t per_word)
{
	return base + gas_words(input.len) * per_word;
}

/* The digest at the end of a word. */
static bool
put_digest(Evm *evm, const EVP_MD *md, bsn_slice input, unsigned zeroes)
{
	uint8_t *out = evm_output(evm, 32);

	memset(out, 0, 32);
	if (EVP_Digest(input.len > 0 ? input.data : out, input.len,
		       out + zeroes, NULL, md, NULL) == 1)
		return true;
	evm->journal.status = BSN_E_INTERNAL;
	return false;
}

uint64_t
sha256_gas(Fork fork, bsn_slice input)
{
	return linear_gas(input, 60, 12);
}

bool
sha256_run(Evm *evm, bsn_slice input)
{
	return put_digest(evm, sha256, input, 0);
}

uint64_t
ripemd160_gas(Fork fork, bsn_slice input)
{
	return linear_gas(input, 600, 120);
}

bool
ripemd160_run(Evm *evm, bsn_slice input)
{
	return put_digest(evm, ripemd160, input, 32 - RIPEMD160_LEN);
}

uint64_t
identity_gas(Fork fork, bsn_slice input)
{
	return linear_gas(input, 15, 3);
}

bool
identity_run(Evm *evm, bsn_slice input)
{
	uint8_t *out = evm_output(evm, input.len);

	if (input.len > 0)
		memcpy(out, input.data, input.len);
	return true;
}
