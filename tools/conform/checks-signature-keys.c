/* SPDX-License-Identifier: Apache-2.0
 *
 * Private keys and nonces of signature schemes.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/status.h"
#include "tools/conform/oracle-curve.h"
#include "tools/conform/scheme-checks.h"
#include "tools/conform/text.h"

#define SEED_LEN 48u
#define NUMBER_LEN CURVE_NUMBER_LEN

static const bsn_slice no_id = { NULL, 0 };

/* ---- keys ----------------------------------------------------------------- */

static void
generate(Scheme *scheme, const guint8 *seed, OracleKeys *keys)
{
	guint32 len = scheme->table->public_key_len;
	guint8 private_key[32 + CRYPTO_FENCE_LEN];
	guint8 public_key[BSN_PUBLIC_KEY_MAX + CRYPTO_FENCE_LEN] = { 0 };
	guint8 derived[BSN_PUBLIC_KEY_MAX] = { 0 };
	int32_t status;

	crypto_fence(private_key + 32);
	crypto_fence(public_key + len);
	page_at(scheme->run->page, "bsn_signature.generate");
	status = scheme->table->generate(seed, private_key, public_key);
	page_at(scheme->run->page, NULL);
	EXPECT(scheme->run, status == BSN_OK,
	       "generate makes keys of any seed; it answered %s",
	       status_name(status));
	EXPECT(scheme->run,
	       crypto_fence_is_whole(private_key + 32) &&
		       crypto_fence_is_whole(public_key + len),
	       "generate writes 32 and public_key_len bytes; it wrote more");
	page_at(scheme->run->page, "bsn_signature.public_key");
	status = scheme->table->public_key(private_key, derived);
	page_at(scheme->run->page, NULL);
	EXPECT(scheme->run,
	       status == BSN_OK && memcmp(derived, public_key, len) == 0,
	       "public_key derives the key that generate gave; it answered "
	       "%s%s",
	       status_name(status), status == BSN_OK ? ", another key" : "");
	memcpy(keys->private_key, private_key, 32);
	memcpy(keys->public_key, public_key, len);
}

/* FIPS 186-5 A.2.1: d = seed mod (n - 1) + 1; for SM2, whose keys go to n - 2
 * (GB/T 32918.1 section 6.1), mod (n - 2). */
static void
expect_reduced(Scheme *scheme, const guint8 *seed, const char *what)
{
	OracleKeys got = { 0 }, want;
	g_autofree char *got_hex = NULL;
	g_autofree char *want_hex = NULL;

	oracle_keys(scheme->name, seed, &want);
	generate(scheme, seed, &got);
	got_hex = conform_hex(got.private_key, 32);
	want_hex = conform_hex(want.private_key, 32);
	EXPECT(scheme->run,
	       memcmp(got.private_key, want.private_key, 32) == 0,
	       "generate reduces a seed of %s to %s; it gave %s", what,
	       want_hex, got_hex);
	EXPECT(scheme->run,
	       memcmp(got.public_key, want.public_key,
		      scheme->table->public_key_len) == 0,
	       "generate gives the public key of its private key; of a seed "
	       "of %s it gave another",
	       what);
}

void
check_generate(Run *run)
{
	guint8 seed[SEED_LEN] = { 0 };
	Scheme scheme;
	g_autoptr(Curve) curve = NULL;

	scheme_begin(&scheme, run);
	curve = curve_new(scheme.name);
	expect_reduced(&scheme, seed, "zeros");
	for (gint64 add = -3; curve != NULL && add <= 1; add++) {
		curve_order(curve, add, seed + SEED_LEN - NUMBER_LEN);
		expect_reduced(&scheme, seed, "about the order");
	}
	memset(seed, 0xff, sizeof(seed));
	expect_reduced(&scheme, seed, "ones");
	for (guint i = 0; i < run->cases; i++) {
		sim_random_fill(&scheme.random, seed, sizeof(seed));
		expect_reduced(&scheme, seed, "random bytes");
	}
	run_note(run, "seeds of zeros, ones, about the order and %u random "
		      "ones: reduced as FIPS 186-5 A.2.1 says",
		 run->cases);
}

static void
expect_scalar(Scheme *scheme, const guint8 *d, gboolean good, const char *what)
{
	int32_t want = good ? BSN_OK : BSN_BAD_REQUEST;
	static const guint8 text[NUMBER_LEN] = { 7 };
	guint8 signature[BSN_SIGNATURE_MAX];
	OracleKeys keys = { 0 };
	int32_t derived, made;

	memcpy(keys.private_key, d, sizeof(keys.private_key));
	page_at(scheme->run->page, "bsn_signature.public_key");
	derived = scheme->table->public_key(keys.private_key, keys.public_key);
	page_at(scheme->run->page, NULL);
	made = scheme_sign(scheme, BSN_SIGN_STANDARD, &keys, no_id,
			   bsn_slice_of(text, sizeof(text)), signature);
	EXPECT(scheme->run, derived == want,
	       "public_key answers %s to the private key %s; it answered %s",
	       status_name(want), what, status_name(derived));
	EXPECT(scheme->run, made == want,
	       "sign answers %s to the private key %s; it answered %s",
	       status_name(want), what, status_name(made));
	run_note(scheme->run, "private key %s: %s", what, status_name(want));
}

/* In [1, n - 1] for ECDSA (SEC 1 section 3.2.1), in [1, n - 2] for SM2, whose
 * signing divides by 1 + d (GB/T 32918.1 section 6.1). */
void
check_scalars(Run *run)
{
	static const char *const names[] = { "n - 2", "n - 1", "n", "n + 1" };
	guint8 d[NUMBER_LEN];
	Scheme scheme;
	g_autoptr(Curve) curve = NULL;
	gint64 last;

	scheme_begin(&scheme, run);
	curve = curve_new(scheme.name);
	last = scheme.kind == SCHEME_SM2 ? -2 : -1;
	curve_small(0, d);
	expect_scalar(&scheme, d, FALSE, "0");
	curve_small(1, d);
	expect_scalar(&scheme, d, TRUE, "1");
	for (gint64 add = -2; add <= 1; add++) {
		curve_order(curve, add, d);
		expect_scalar(&scheme, d, add <= last, names[add + 2]);
	}
	memset(d, 0xff, sizeof(d));
	expect_scalar(&scheme, d, FALSE, "2^256 - 1");
}

/* ---- nonces --------------------------------------------------------------- */

/* What stands for the nonce: two signatures that share it give the private key
 * to anybody who can subtract. SM2's r is not it, since e is added. */
static void
nonce_of(const Scheme *scheme, const Curve *curve, const OracleKeys *keys,
	 const guint8 *signature, guint8 *nonce)
{
	guint8 point[CURVE_POINT_LEN];

	memcpy(nonce, signature, NUMBER_LEN);
	if (scheme->kind != SCHEME_SM2)
		return;
	curve_sm2_nonce(curve, keys->private_key, signature, point);
	memcpy(nonce, point, NUMBER_LEN);
}

void
check_nonces(Run *run)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	Scheme scheme;
	g_autoptr(Curve) curve = NULL;
	OracleKeys keys[2];

	scheme_begin(&scheme, run);
	curve = curve_new(scheme.name);
	scheme_keys(&scheme, &keys[0]);
	scheme_keys(&scheme, &keys[1]);
	for (guint i = 0; i < MAX(run->cases, 16u); i++) {
		const OracleKeys *signer = &keys[i % 2];
		/* Each message is signed by both. */
		guint8 text[NUMBER_LEN] = { (guint8)(i / 2),
					    (guint8)(i / 512) };
		guint8 signature[BSN_SIGNATURE_MAX], nonce[NUMBER_LEN];

		scheme_signs(&scheme, BSN_SIGN_STANDARD, signer, no_id,
			     bsn_slice_of(text, sizeof(text)), signature);
		nonce_of(&scheme, curve, signer, signature, nonce);
		EXPECT(run,
		       g_hash_table_add(seen,
					g_bytes_new(nonce, sizeof(nonce))),
		       "every message is signed with a nonce of its own; "
		       "signature %u has one that was used before",
		       i);
	}
	run_note(run, "%u signatures, each with another nonce",
		 g_hash_table_size(seen));
}
