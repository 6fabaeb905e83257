/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/identity/suite.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/services.h"
#include "plugins/kit/codec/der.h"
#include "plugins/kit/cpu.h"

G_STATIC_ASSERT(DER_SIGNATURE_RAW_LEN == SIGNATURE_RAW_LEN);

int32_t
suite_find(Suite *suite, const bsn_crypto_by_name *crypto, gboolean sm,
	   bsn_err *err)
{
	const char *hash = sm ? "sm3" : "sha-256";

	*suite = (Suite){
		.sm = sm,
		.algorithm = sm ? "sm2" : "ecdsa-p256",
		.curve = sm ? "SM2-P-256" : "P-256",
		.address_version = sm ? 2 : 1,
	};
	suite->hash = crypto->hash(hash);
	suite->signature = crypto->signature(suite->algorithm);
	if (suite->hash != NULL && suite->signature != NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_E_VERSION,
			"no plugin of this host offers %s, which chains with "
			"\"crypto\": \"%s\" need",
			suite->hash == NULL ? hash : suite->algorithm,
			sm ? "gm" : "default");
}

static void
must_digest(const Suite *suite, int32_t status)
{
	if (status != BSN_OK)
		g_error("%s fails: memory ran out", suite->hash->name);
}

void
suite_double(const Suite *suite, const bsn_slice *parts, guint64 n,
	     guint8 digest[HASH_LEN])
{
	guint8 once[HASH_LEN];
	const bsn_slice again = bsn_slice_of(once, HASH_LEN);

	must_digest(suite, suite->hash->digest(parts, n, once));
	must_digest(suite, suite->hash->digest(&again, 1, digest));
}

/* All at once: there are hashes that gain by it. */
static void
digest_each(const Suite *suite, const bsn_slice *messages, guint64 n,
	    guint8 *digests)
{
	const bsn_hash *hash = suite->hash;

	if (BSN_HAS(hash, digest_many)) {
		must_digest(suite, hash->digest_many(messages, n, digests));
		return;
	}
	for (guint64 i = 0; i < n; i++)
		must_digest(suite, hash->digest(&messages[i], 1,
						digests + i * HASH_LEN));
}

void
suite_double_each(const Suite *suite, const bsn_slice *messages, guint64 n,
		  guint8 *digests)
{
	g_autofree guint8 *once = g_malloc_n(n, HASH_LEN);
	g_autofree bsn_slice *again = g_new(bsn_slice, n);

	digest_each(suite, messages, n, once);
	for (guint64 i = 0; i < n; i++)
		again[i] = bsn_slice_of(once + i * HASH_LEN, HASH_LEN);
	digest_each(suite, again, n, digests);
}

static void
verify_all(const Suite *suite, const bsn_verify_item *items, guint64 n,
	   int32_t *results)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CRYPTO);
	const bsn_signature *scheme = suite->signature;
	int32_t status;

	if (n > 1 && scheme->verify_many != NULL) {
		status = scheme->verify_many(items, n, results);
		for (guint64 i = 0; status != BSN_OK && i < n; i++)
			results[i] = status;
		return;
	}
	for (guint64 i = 0; i < n; i++)
		results[i] = scheme->verify(&items[i]);
}

void
suite_verify(const Suite *suite, const SuiteItem *items, guint64 n,
	     int32_t *results)
{
	g_autofree bsn_verify_item *plain = g_new0(bsn_verify_item, n);
	g_autofree guint8 *raw = g_malloc0(n * SIGNATURE_RAW_LEN);

	/* What is no DER stays zeros, which no scheme takes. */
	for (guint64 i = 0; i < n; i++) {
		guint8 *signature = raw + i * SIGNATURE_RAW_LEN;

		if (!der_read_signature(items[i].signature, signature))
			memset(signature, 0, SIGNATURE_RAW_LEN);
		plain[i] = (bsn_verify_item){
			.size = sizeof(plain[i]),
			.convention = BSN_SIGN_DIGEST,
			.public_key = bsn_slice_of(items[i].public_key,
						   PUBLIC_KEY_LEN),
			.message = bsn_slice_of(items[i].digest, HASH_LEN),
			.signature = bsn_slice_of(signature, SIGNATURE_RAW_LEN),
		};
	}
	verify_all(suite, plain, n, results);
}
