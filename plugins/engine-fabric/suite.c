/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/suite.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/der.h"

/* Signatures that are looked at together. */
#define BATCH 64u

/* The order of P-256 (FIPS 186-5), and half of it, rounded down. */
static const guint8 p256_order[DER_SCALAR_LEN] = {
	0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
	0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51
};
static const guint8 p256_half[DER_SCALAR_LEN] = {
	0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b,
	0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8
};

int32_t
suite_find(Suite *suite, const bsn_crypto_by_name *crypto, gboolean sm,
	   bsn_err *err)
{
	const char *hash = sm ? "sm3" : "sha-256";

	*suite = (Suite){
		.sm = sm,
		.algorithm = sm ? "sm2" : "ecdsa-p256",
		.hash_name = sm ? "SM3" : "SHA256",
		.convention = sm ? BSN_SIGN_PREHASHED : BSN_SIGN_STANDARD,
		.hash = crypto->hash(hash),
	};
	suite->signature = crypto->signature(suite->algorithm);
	if (suite->hash == NULL || suite->hash->digest_len != HASH_LEN)
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers the hash %s; load %s",
				hash, sm ? "crypto-gm" : "crypto-std");
	if (suite->signature == NULL ||
	    suite->signature->signature_len != DER_SIGNATURE_RAW_LEN ||
	    suite->signature->public_key_len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers %s signatures; load "
				"%s",
				suite->algorithm,
				sm ? "crypto-gm" : "crypto-std");
	return BSN_OK;
}

int32_t
suite_digest(const Suite *suite, const bsn_slice *parts, guint64 n,
	     guint8 *digest)
{
	return suite->hash->digest(parts, n, digest);
}

/* From DER to what algorithms take; FALSE when it is not valid whatever the
 * message is. */
static gboolean
read_signature(const Suite *suite, bsn_slice der, guint8 *raw)
{
	return der_read_signature(der, raw) &&
	       (suite->sm ||
		memcmp(raw + DER_SCALAR_LEN, p256_half, DER_SCALAR_LEN) <= 0);
}

static void
verify_items(const Suite *suite, const bsn_verify_item *items, guint n,
	     int32_t *results)
{
	int32_t status;

	if (n == 0)
		return;
	if (BSN_HAS(suite->signature, verify_many)) {
		status = suite->signature->verify_many(items, n, results);
		for (guint i = 0; i < n && status != BSN_OK; i++)
			results[i] = status;
		return;
	}
	for (guint i = 0; i < n; i++)
		results[i] = suite->signature->verify(&items[i]);
}

/* Up to BATCH: those that are well-formed in one call. */
static void
verify_batch(const Suite *suite, const SuiteItem *items, guint n,
	     int32_t *results)
{
	guint8 raw[BATCH][DER_SIGNATURE_RAW_LEN];
	bsn_verify_item list[BATCH];
	int32_t judged[BATCH];
	guint places[BATCH];
	guint used = 0;

	for (guint i = 0; i < n; i++) {
		results[i] = BSN_BAD_SIGNATURE;
		if (!read_signature(suite, items[i].signature, raw[used]))
			continue;
		list[used] = (bsn_verify_item){
			.size = sizeof(list[0]),
			.convention = suite->convention,
			.public_key = bsn_slice_of(items[i].public_key,
						   PUBLIC_KEY_LEN),
			.message = items[i].message,
			.signature = bsn_slice_of(raw[used], sizeof(raw[0])),
		};
		places[used++] = i;
	}
	verify_items(suite, list, used, judged);
	for (guint i = 0; i < used; i++)
		results[places[i]] = judged[i];
}

void
suite_verify(const Suite *suite, const SuiteItem *items, guint64 n,
	     int32_t *results)
{
	for (guint64 at = 0; at < n; at += BATCH)
		verify_batch(suite, items + at, (guint)MIN(BATCH, n - at),
			     results + at);
}

/* order - s */
static void
negate(guint8 *s)
{
	gint borrow = 0;

	for (guint i = DER_SCALAR_LEN; i-- > 0;) {
		const gint digit = p256_order[i] - s[i] - borrow;

		borrow = digit < 0;
		s[i] = (guint8)(digit & 0xff);
	}
}

gsize
suite_finish_signature(const Suite *suite, const guint8 raw[SIGNATURE_RAW_LEN],
		       guint8 *der)
{
	guint8 low[DER_SIGNATURE_RAW_LEN];

	memcpy(low, raw, sizeof(low));
	if (!suite->sm &&
	    memcmp(low + DER_SCALAR_LEN, p256_half, DER_SCALAR_LEN) > 0)
		negate(low + DER_SCALAR_LEN);
	return der_put_signature(low, der);
}
