/* SPDX-License-Identifier: Apache-2.0
 *
 * crypto-fleet.so: SM2 and SM3 that are wrong in one way, around good ones.
 */
#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_digest.h"
#include "tests/bad-plugins/fleet/fleet.h"

#define PLUGIN_ID "test.crypto-fleet"
#define PLUGIN_VERSION "1.0"
#define OTHER_ID "ALICE123@YAHOO.COM"

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_CRYPTO);

/* ---- SM3 ------------------------------------------------------------------ */

static gboolean
is_wrong_at(guint64 len)
{
	return (IS(sm3_wrong_at_55) && len == 55) ||
	       (IS(sm3_wrong_at_56) && len == 56) ||
	       (IS(sm3_wrong_at_63) && len == 63) ||
	       (IS(sm3_wrong_at_64) && len == 64);
}

static int32_t
digest(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	guint64 len = 0;
	int32_t status = gm_sm3.digest(
		parts, IS(sm3_takes_one_part) ? MIN(n, 1) : n, digest);

	for (guint64 i = 0; i < n; i++)
		len += parts[i].len;
	if (is_wrong_at(len))
		digest[0] ^= 1;
	return status;
}

static int32_t
digest_many(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	int32_t status = gm_sm3.digest_many(messages, n, digests);

	for (guint64 i = 0; i < n; i++)
		if (is_wrong_at(messages[i].len) ||
		    (IS(sm3_many_differs) && i > 0))
			digests[i * SM3_LEN] ^= 1;
	return status;
}

/* ---- SM2: what is not a signature ----------------------------------------- */

/* Whether a scalar is 0, or the order, as the fault has it. */
static gboolean
is_out_of_range(const guint8 *scalar, gboolean zero, gboolean n)
{
	static const guint8 zeros[SM2_SCALAR_LEN] = { 0 };
	guint8 order[SM2_SCALAR_LEN];

	sc_write(order, &sc_n);
	return (zero && memcmp(scalar, zeros, SM2_SCALAR_LEN) == 0) ||
	       (n && memcmp(scalar, order, SM2_SCALAR_LEN) == 0);
}

/* r + s = n. */
static gboolean
sums_to_order(const guint8 *signature)
{
	guint8 order[SM2_SCALAR_LEN];
	guint carry = 0;

	sc_write(order, &sc_n);
	for (guint i = SM2_SCALAR_LEN; i-- > 0;) {
		carry += (guint)signature[i] + signature[SM2_SCALAR_LEN + i];
		if ((guint8)carry != order[i])
			return FALSE;
		carry >>= 8;
	}
	return carry == 0;
}

static gboolean
takes_numbers(const guint8 *signature)
{
	return is_out_of_range(signature, IS(sm2_takes_r_0),
			       IS(sm2_takes_r_n)) ||
	       is_out_of_range(signature + SM2_SCALAR_LEN, IS(sm2_takes_s_0),
			       IS(sm2_takes_s_n)) ||
	       (IS(sm2_takes_t_0) && sums_to_order(signature));
}

static gboolean
verifies_with(const bsn_verify_item *item, const guint8 *signature)
{
	bsn_verify_item other = *item;

	other.signature = bsn_slice_of(signature, SM2_SIGNATURE_LEN);
	return gm_sm2.verify(&other) == BSN_OK;
}

/* Guesses the byte that is missing. */
static gboolean
verifies_with_any_end(const bsn_verify_item *item, guint8 *signature)
{
	for (guint last = 0; last < 256; last++) {
		signature[SM2_SIGNATURE_LEN - 1] = (guint8)last;
		if (verifies_with(item, signature))
			return TRUE;
	}
	return FALSE;
}

static gboolean
takes_malformed(const bsn_verify_item *item)
{
	guint8 signature[SM2_SIGNATURE_LEN] = { 0 };
	guint64 len = item->signature.len;

	if (len == 0)
		return FALSE;
	memcpy(signature, item->signature.data, MIN(len, SM2_SIGNATURE_LEN));
	if (IS(sm2_takes_truncated) && len == SM2_SIGNATURE_LEN - 1)
		return verifies_with_any_end(item, signature);
	if (IS(sm2_takes_longer) && len == SM2_SIGNATURE_LEN + 1)
		return verifies_with(item, signature);
	if (len != SM2_SIGNATURE_LEN)
		return FALSE;
	if (IS(sm2_takes_flipped_bit))
		signature[SM2_SIGNATURE_LEN - 1] ^= 1;
	if (IS(sm2_takes_high_bit))
		signature[0] ^= 0x80;
	return takes_numbers(signature) || verifies_with(item, signature);
}

static gboolean
takes_key(const bsn_verify_item *item)
{
	Affine point;

	if (!IS(sm2_takes_any_key) || item->public_key.len != SM2_POINT_LEN ||
	    item->signature.len != SM2_SIGNATURE_LEN)
		return FALSE;
	return !sm2_point_read(&point, item->public_key.data);
}

/* ---- SM2: conventions ----------------------------------------------------- */

typedef struct {
	uint32_t convention;
	bsn_slice user_id, message;
	guint8 digest[SM3_LEN];
} Terms;

static void
change_terms(Terms *terms)
{
	if (IS(sm2_ignores_user_id))
		terms->user_id = bsn_slice_of(NULL, 0);
	if (IS(sm2_other_user_id) && terms->user_id.len == 0)
		terms->user_id = bsn_slice_str(OTHER_ID);
	if (IS(sm2_one_convention) && terms->convention == BSN_SIGN_PREHASHED)
		terms->convention = BSN_SIGN_STANDARD;
	if (IS(sm2_ignores_z) && terms->convention == BSN_SIGN_STANDARD) {
		gm_sm3.digest(&terms->message, 1, terms->digest);
		terms->message = bsn_slice_of(terms->digest, SM3_LEN);
		terms->convention = BSN_SIGN_DIGEST;
	}
}

static int32_t
verify(const bsn_verify_item *given)
{
	Terms terms = { given->convention, given->user_id, given->message,
			{ 0 } };
	bsn_verify_item item = *given;
	int32_t status;

	change_terms(&terms);
	item.convention = terms.convention;
	item.user_id = terms.user_id;
	item.message = terms.message;
	status = gm_sm2.verify(&item);
	if (status == BSN_BAD_SIGNATURE && fleet_fault() != FAULT_NONE &&
	    (takes_malformed(&item) || takes_key(&item)))
		return BSN_OK;
	return status;
}

static const bsn_verify_item *
item_at(const bsn_verify_item *items, guint64 index)
{
	return (const void *)((const char *)items + index * items->size);
}

static int32_t
verify_many(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	gboolean any = FALSE;

	for (guint64 i = 0; i < n; i++) {
		if (IS(sm2_many_forgets_one) && n > 1 && i == n - 1)
			break;
		results[i] = verify(item_at(items, i));
		any |= results[i] == BSN_OK;
	}
	for (guint64 i = 0; i < n && any && IS(sm2_many_takes_all); i++)
		results[i] = BSN_OK;
	return BSN_OK;
}

/* ---- SM2: signing --------------------------------------------------------- */

/* With 2 for a nonce, ever again: r = e + x(2G), s = (2 - r d) / (1 + d). */
static gboolean
sign_with_2(const guint8 *private_key, const guint8 *e, guint8 *signature)
{
	Sc d, k, r, s;
	guint64 x[FE_LIMBS];
	Affine point;

	if (!sm2_private_read(&d, private_key))
		return FALSE;
	sc_add(&k, &sc_one, &sc_one);
	sm2_mul_base(&point, &k);
	fe_to_plain(x, &point.x);
	sc_from_plain(&r, x);
	sc_read_mod(&s, e);
	sc_add(&r, &r, &s);
	sc_mul(&s, &r, &d);
	sc_sub(&s, &k, &s);
	sc_add(&d, &d, &sc_one);
	sc_inv(&d, &d);
	sc_mul(&s, &s, &d);
	sc_write(signature, &r);
	sc_write(signature + SM2_SCALAR_LEN, &s);
	return TRUE;
}

static int32_t
sign(const uint8_t *private_key, uint32_t convention, bsn_slice user_id,
     bsn_slice message, uint8_t *signature)
{
	Terms terms = { convention, user_id, message, { 0 } };
	guint8 public_key[SM2_POINT_LEN];
	guint8 e[SM3_LEN];

	change_terms(&terms);
	if (IS(sm2_repeats_nonce) &&
	    gm_sm2.public_key(private_key, public_key) == BSN_OK &&
	    sm2_digest(convention, public_key, NULL, user_id, message, e) ==
		    BSN_OK &&
	    sign_with_2(private_key, e, signature))
		return BSN_OK;
	return gm_sm2.sign(private_key, terms.convention, terms.user_id,
			   terms.message, signature);
}

static int32_t
generate(const uint8_t *seed, uint8_t *private_key, uint8_t *public_key)
{
	static const uint8_t one[48] = { 1 };

	return gm_sm2.generate(IS(sm2_one_key) ? one : seed, private_key,
			       public_key);
}

/* ---- the plugin ------------------------------------------------------------ */

static bsn_hash sm3;
static bsn_signature sm2;

static const bsn_hash *const hashes[] = { &sm3, NULL };
static const bsn_signature *const signatures[] = { &sm2, NULL };
static const bsn_cipher *const ciphers[] = { &gm_sm4_cbc, &gm_sm4_ctr, NULL };

static const bsn_crypto crypto = {
	.size = sizeof(bsn_crypto),
	.hashes = hashes,
	.signatures = signatures,
	.ciphers = ciphers,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CRYPTO_ID) == 0 ? &crypto : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "algorithms of the fleet",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	int32_t status = gm_sm3_open(err);

	if (status == BSN_OK)
		status = gm_sm2_open(err);
	if (status == BSN_OK)
		status = gm_sm4_open(err);
	if (status != BSN_OK)
		return status;
	sm3 = gm_sm3;
	sm3.digest = digest;
	if (BSN_HAS(&gm_sm3, digest_many))
		sm3.digest_many = digest_many;
	sm2 = gm_sm2;
	sm2.generate = generate;
	sm2.sign = sign;
	sm2.verify = verify;
	/* The good one would not have the faults of verify. */
	sm2.verify_many = IS(sm2_many_takes_all) || IS(sm2_many_forgets_one)
				  ? verify_many
				  : NULL;
	*out = &plugin;
	return BSN_OK;
}
