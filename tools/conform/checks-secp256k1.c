/* SPDX-License-Identifier: Apache-2.0
 *
 * What secp256k1 has and other schemes have not: recovery of the public key,
 * and one s of the two (BIP 62).
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/status.h"
#include "tools/conform/oracle-curve.h"
#include "tools/conform/scheme-checks.h"

#define NUMBER_LEN CURVE_NUMBER_LEN
#define RAW_LEN (2u * NUMBER_LEN)

static const bsn_slice no_id = { NULL, 0 };

/* ---- recovery ------------------------------------------------------------- */

static int32_t
recover(Scheme *scheme, const guint8 *digest, const guint8 *signature,
	guint8 *key)
{
	guint32 len = scheme->table->public_key_len;
	guint8 room[BSN_PUBLIC_KEY_MAX + CRYPTO_FENCE_LEN] = { 0 };
	int32_t status;

	crypto_fence(room + len);
	page_at(scheme->run->page, "bsn_signature.recover");
	status = scheme->table->recover(digest, signature, room);
	page_at(scheme->run->page, NULL);
	EXPECT(scheme->run, crypto_fence_is_whole(room + len),
	       "recover writes public_key_len bytes; it wrote more");
	memcpy(key, room, len);
	return status;
}

/* The signer, from OpenSSL's signature; and somebody else with the other v. */
static void
expect_signer(Scheme *scheme, const OracleKeys *keys, const guint8 *digest,
	      guint8 *signature)
{
	guint32 len = scheme->table->public_key_len;
	guint8 key[BSN_PUBLIC_KEY_MAX] = { 0 };
	int32_t status = recover(scheme, digest, signature, key);

	EXPECT(scheme->run,
	       status == BSN_OK && memcmp(key, keys->public_key, len) == 0,
	       "recover gives the signer's public key; it answered %s%s",
	       status_name(status), status == BSN_OK ? ", another key" : "");
	signature[RAW_LEN] ^= 1;
	status = recover(scheme, digest, signature, key);
	EXPECT(scheme->run,
	       status == BSN_BAD_SIGNATURE ||
		       (status == BSN_OK &&
			memcmp(key, keys->public_key, len) != 0),
	       "recover gives another key for the other v; it answered %s",
	       status_name(status));
	signature[RAW_LEN] ^= 1;
}

static void
refuse_recovery(Scheme *scheme, const guint8 *digest, const guint8 *signature,
		const char *what)
{
	guint8 key[BSN_PUBLIC_KEY_MAX];
	int32_t status = recover(scheme, digest, signature, key);

	EXPECT(scheme->run, status == BSN_BAD_SIGNATURE,
	       "recover answers bad-signature to %s; it answered %s", what,
	       status_name(status));
	scheme->refused++;
}

static void
refuse_recoveries(Scheme *scheme, const guint8 *digest,
		  const guint8 *signature)
{
	g_autoptr(Curve) curve = curve_new(scheme->name);
	guint8 changed[BSN_SIGNATURE_MAX];

	for (guint v = 2; v < 256; v += v < 5 ? 1 : 25) {
		memcpy(changed, signature, sizeof(changed));
		changed[RAW_LEN] = (guint8)v;
		refuse_recovery(scheme, digest, changed, "v over 1");
	}
	for (guint at = 0; at < RAW_LEN; at += NUMBER_LEN) {
		memcpy(changed, signature, sizeof(changed));
		curve_small(0, changed + at);
		refuse_recovery(scheme, digest, changed, "r or s = 0");
		curve_order(curve, 0, changed + at);
		refuse_recovery(scheme, digest, changed, "r or s = n");
		memset(changed + at, 0xff, NUMBER_LEN);
		refuse_recovery(scheme, digest, changed,
				"r or s = 2^256 - 1");
	}
	memcpy(changed, signature, sizeof(changed));
	curve_negative(curve, changed + NUMBER_LEN, changed + NUMBER_LEN);
	refuse_recovery(scheme, digest, changed, "s in the upper half");
	changed[RAW_LEN] ^= 1;
	refuse_recovery(scheme, digest, changed,
			"s in the upper half, with the v that fits it");
	/* No point has x = 5: 5^3 + 7 is not a square. */
	memcpy(changed, signature, sizeof(changed));
	curve_small(5, changed);
	refuse_recovery(scheme, digest, changed,
			"an r that is no x of the curve");
}

void
check_recover(Run *run)
{
	guint8 digest[NUMBER_LEN], signature[BSN_SIGNATURE_MAX];
	Scheme scheme;
	OracleKeys keys;

	scheme_begin(&scheme, run);
	if (!BSN_HAS(scheme.table, recover))
		run_not_claimed(run, "%s has no recover", scheme.name);
	for (guint i = 0; i < run->cases; i++) {
		scheme_keys(&scheme, &keys);
		sim_random_fill(&scheme.random, digest, sizeof(digest));
		oracle_sign(scheme.name, BSN_SIGN_DIGEST, &keys, no_id,
			    bsn_slice_of(digest, sizeof(digest)), signature);
		expect_signer(&scheme, &keys, digest, signature);
	}
	run_note(run, "%u signatures of OpenSSL's, each with a key of its own: "
		      "the signer recovered",
		 run->cases);
	refuse_recoveries(&scheme, digest, signature);
	scheme_note(&scheme, "recovery from malformed signatures");
}

/* ---- one s, one v --------------------------------------------------------- */

/* n - s fits as well where nobody looks, and makes another signature of the
 * same transaction. */
static void
refuse_twins(Scheme *scheme, const Curve *curve, const OracleKeys *keys,
	     bsn_slice message, const guint8 *signature)
{
	guint8 changed[BSN_SIGNATURE_MAX];
	bsn_verify_item item = scheme_item(scheme, BSN_SIGN_STANDARD,
					   keys->public_key, message, changed);

	memcpy(changed, signature, sizeof(changed));
	scheme_accepts(scheme, &item, "its own signature");
	for (guint v = 1; v < 256; v += v < 5 ? 1 : 50) {
		changed[RAW_LEN] = (guint8)(signature[RAW_LEN] ^ v);
		scheme_refuses(scheme, &item, "a signature with another v");
	}
	curve_negative(curve, changed + NUMBER_LEN, changed + NUMBER_LEN);
	for (guint v = 0; v < 4; v++) {
		changed[RAW_LEN] = (guint8)v;
		scheme_refuses(scheme, &item, "a signature with n - s");
	}
}

void
check_low_s(Run *run)
{
	g_autoptr(Curve) curve = NULL;
	Scheme scheme;

	scheme_begin(&scheme, run);
	curve = curve_new(scheme.name);
	for (guint i = 0; i < run->cases; i++) {
		g_autoptr(GBytes) text = scheme_message(&scheme, 40);
		guint8 signature[BSN_SIGNATURE_MAX];
		OracleKeys keys;

		scheme_keys(&scheme, &keys);
		scheme_signs(&scheme, BSN_SIGN_STANDARD, &keys, no_id,
			     scheme_slice(text), signature);
		EXPECT(run, !curve_is_high(curve, signature + NUMBER_LEN),
		       "s of a signature is in the lower half; it is in the "
		       "upper");
		EXPECT(run, signature[RAW_LEN] <= 1,
		       "v of a signature is 0 or 1; it is %u",
		       signature[RAW_LEN]);
		if (i < 4)
			refuse_twins(&scheme, curve, &keys,
				     scheme_slice(text), signature);
	}
	run_note(run, "%u signatures: all with a low s", run->cases);
	scheme_note(&scheme, "signatures with n - s or another v");
}
