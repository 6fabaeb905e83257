/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/suite.h"

#include "plugins/engine-fisco/services.h"
#include "plugins/kit/digests.h"

const char *
suite_algorithm(gboolean sm)
{
	return sm ? "sm2" : "secp256k1";
}

const bsn_hash *
suite_selector_hash(gboolean sm3)
{
	return services.crypto->hash(sm3 ? "sm3" : "keccak-256");
}

int32_t
suite_find(Suite *suite, gboolean sm, bsn_err *err)
{
	const char *hash = sm ? "sm3" : "keccak-256";

	*suite = (Suite){
		.sm = sm,
		.hash = services.crypto->hash(hash),
		.signature = services.crypto->signature(suite_algorithm(sm)),
		.convention = sm ? BSN_SIGN_STANDARD : BSN_SIGN_DIGEST,
		.signature_len = sm ? 64 : 65,
	};
	if (suite->hash == NULL || suite->hash->digest_len != HASH_LEN)
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers the hash %s; load %s",
				hash, sm ? "crypto-gm" : "crypto-std");
	if (suite->signature == NULL ||
	    suite->signature->signature_len != suite->signature_len ||
	    (!sm && !BSN_HAS(suite->signature, recover)))
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers %s signatures; load "
				"%s",
				suite_algorithm(sm),
				sm ? "crypto-gm" : "crypto-std");
	return BSN_OK;
}

int32_t
suite_digest(const Suite *suite, const bsn_slice *parts, guint64 n,
	     guint8 *digest)
{
	return suite->hash->digest(parts, n, digest);
}

int32_t
suite_digest1(const Suite *suite, bsn_slice data, guint8 *digest)
{
	return suite_digest(suite, &data, 1, digest);
}

int32_t
suite_digest_each(const Suite *suite, const bsn_slice *messages, guint64 n,
		  guint8 *digests)
{
	return digests_each(suite->hash, messages, n, digests);
}

int32_t
suite_address(const Suite *suite, bsn_slice public_key, guint8 *address)
{
	guint8 digest[HASH_LEN];
	int32_t status = suite_digest1(suite, public_key, digest);

	memcpy(address, digest + HASH_LEN - ADDRESS_LEN, ADDRESS_LEN);
	return status;
}
