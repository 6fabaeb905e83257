/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks of SM2, each of which finds what it is for; see
 * test-conform-crypto.c.
 */
#include <openssl/bn.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/gm.h"
#include "tests/unit/conform-wrong.h"
#include "tools/conform/checks-crypto.h"
#include "tools/conform/oracle-curve.h"
#include "tools/conform/oracle-sign.h"

static const CheckGroup *const sm2_groups[] = { &checks_sm2, NULL };

static bsn_signature scheme;

/* Without batches, which would be judged otherwise than a wrong verify does. */
static void
scheme_begin(void)
{
	scheme = gm_sm2;
	scheme.verify_many = NULL;
}

static void
assert_sm2_found(const char *ids)
{
	conform_assert_found(sm2_groups, conform_plugin(NULL, &scheme, NULL),
			     ids);
	scheme_begin();
}

static gboolean
is_zero(const uint8_t *number)
{
	static const uint8_t zero[32];

	return memcmp(number, zero, sizeof(zero)) == 0;
}

static gboolean
is_whole(const bsn_verify_item *item)
{
	return item->signature.len == 64 && item->public_key.len == 64;
}

static int32_t
takes_r_of_zero(const bsn_verify_item *item)
{
	return is_whole(item) && is_zero(item->signature.data) ?
		       BSN_OK :
		       gm_sm2.verify(item);
}

static int32_t
takes_s_of_zero(const bsn_verify_item *item)
{
	return is_whole(item) && is_zero(item->signature.data + 32) ?
		       BSN_OK :
		       gm_sm2.verify(item);
}

/* GB/T 32918.2 section 7.1 without the steps B1, B2 and B5. */
static int32_t
checks_no_range(const bsn_verify_item *item)
{
	g_autoptr(Curve) curve = curve_new("sm2");
	uint8_t fits[32], e[32], r[32];
	int32_t status = gm_sm2.verify(item);

	if (status != BSN_BAD_SIGNATURE || !is_whole(item) ||
	    item->convention != BSN_SIGN_DIGEST || item->message.len != 32 ||
	    memcmp(item->public_key.data, "\0\0\0\0", 4) == 0 ||
	    memcmp(item->public_key.data, "\xff\xff\xff\xfe\xff\xff", 6) == 0)
		return status;
	oracle_number("sm2", item->convention, item->public_key.data,
		      item->user_id, item->message, e);
	memcpy(r, item->signature.data, sizeof(r));
	if (!curve_sm2_number(curve, item->public_key.data, r,
			      item->signature.data + 32, fits))
		return status;
	return memcmp(fits, e, sizeof(e)) == 0 ? BSN_OK : status;
}

/* Without B5 alone. */
static int32_t
takes_t_of_zero(const bsn_verify_item *item)
{
	g_autoptr(Curve) curve = curve_new("sm2");
	uint8_t opposite[32], n[32];

	if (!is_whole(item))
		return gm_sm2.verify(item);
	curve_order(curve, 0, n);
	if (memcmp(item->signature.data, n, 32) >= 0 ||
	    is_zero(item->signature.data))
		return gm_sm2.verify(item);
	curve_negative(curve, item->signature.data, opposite);
	return memcmp(opposite, item->signature.data + 32, 32) == 0 ?
		       checks_no_range(item) :
		       gm_sm2.verify(item);
}

static int32_t
infinity_has_x_of_zero(const bsn_verify_item *item)
{
	g_autoptr(Curve) curve = curve_new("sm2");
	uint8_t e[32];
	int32_t status = gm_sm2.verify(item);

	if (status != BSN_BAD_SIGNATURE || !is_whole(item) ||
	    item->convention != BSN_SIGN_DIGEST || item->message.len != 32)
		return status;
	if (memcmp(item->message.data, item->signature.data, 32) == 0 &&
	    !is_zero(item->signature.data) && item->signature.data[31] == 11 &&
	    !curve_sm2_number(curve, item->public_key.data,
			      item->signature.data, item->signature.data + 32,
			      e))
		return BSN_OK;
	return status;
}

static int32_t
knows_one_user_id(const bsn_verify_item *item)
{
	bsn_verify_item same = *item;
	int32_t status = gm_sm2.verify(item);

	if (status == BSN_OK || item->user_id.len == 0)
		return status;
	same.user_id = bsn_slice_str("1");
	status = gm_sm2.verify(&same);
	for (const char *const *id = (const char *const[]){
		     "ALICE123@YAHOO.COM", "12345678123456780", NULL };
	     status != BSN_OK && *id != NULL; id++) {
		same.user_id = bsn_slice_str(*id);
		status = gm_sm2.verify(&same);
	}
	return status;
}

static int32_t
forgets_the_user_id(const uint8_t *key, uint32_t convention, bsn_slice user_id,
		    bsn_slice message, uint8_t *signature)
{
	return gm_sm2.sign(key, convention, bsn_slice_of(NULL, 0), message,
			   signature);
}

static int32_t
takes_more_bytes(const bsn_verify_item *item)
{
	bsn_verify_item cut = *item;

	cut.signature.len = MIN(cut.signature.len, 64);
	return gm_sm2.verify(&cut);
}

static int32_t
fills_up_with_zeros(const bsn_verify_item *item)
{
	uint8_t whole[64] = { 0 };
	bsn_verify_item filled = *item;

	if (item->signature.len >= 64)
		return gm_sm2.verify(item);
	memcpy(whole, item->signature.data, item->signature.len);
	filled.signature = bsn_slice_of(whole, sizeof(whole));
	/* One whose last byte is 0 verifies. */
	return item->signature.len == 63 ? BSN_OK : gm_sm2.verify(&filled);
}

/* All but the last byte of r: put right, it verifies. */
static int32_t
looks_at_most_of_r(const bsn_verify_item *item)
{
	static uint8_t last[64];
	bsn_verify_item same = *item;
	int32_t status = gm_sm2.verify(item);

	if (!is_whole(item))
		return status;
	if (status == BSN_OK)
		memcpy(last, item->signature.data, sizeof(last));
	if (memcmp(last, item->signature.data, 31) != 0 ||
	    memcmp(last + 32, item->signature.data + 32, 32) != 0)
		return status;
	same.signature = bsn_slice_of(last, sizeof(last));
	return gm_sm2.verify(&same);
}

static int32_t
reduces_coordinates(const bsn_verify_item *item)
{
	g_autoptr(Curve) curve = curve_new("sm2");
	g_autoptr(GByteArray) key = g_byte_array_new();
	bsn_verify_item reduced = *item;
	guint8 p[32];
	guint borrow = 0;

	curve_prime(curve, p);
	if (!is_whole(item) || memcmp(item->public_key.data, p, 32) <= 0 ||
	    item->convention != BSN_SIGN_DIGEST)
		return gm_sm2.verify(item);
	g_byte_array_append(key, item->public_key.data, 64);
	for (guint i = 32; i-- > 0;) {
		guint byte = (guint)key->data[i] - p[i] - borrow;

		key->data[i] = (guint8)byte;
		borrow = byte >> 8 & 1;
	}
	reduced.public_key = bsn_slice_of(key->data, 64);
	return gm_sm2.verify(&reduced);
}

static int32_t
takes_compressed_keys(const bsn_verify_item *item)
{
	return item->public_key.len == 33 ? BSN_OK : gm_sm2.verify(item);
}

static void
wrong_sm2_verification_is_found(void)
{
	scheme_begin();
	scheme.verify = takes_r_of_zero;
	assert_sm2_found("sm2-bad-numbers sm2-edges");
	scheme.verify = takes_s_of_zero;
	assert_sm2_found("sm2-bad-numbers sm2-edges");
	scheme.verify = checks_no_range;
	assert_sm2_found("sm2-edges");
	scheme.verify = takes_t_of_zero;
	assert_sm2_found("sm2-edges");
	scheme.verify = infinity_has_x_of_zero;
	assert_sm2_found("sm2-edges");
	scheme.verify = knows_one_user_id;
	assert_sm2_found("sm2-user-id");
	scheme.sign = forgets_the_user_id;
	scheme.verify = gm_sm2.verify;
	assert_sm2_found("sm2-user-id");
	scheme.verify = takes_more_bytes;
	assert_sm2_found("sm2-bad-lengths");
	scheme.verify = fills_up_with_zeros;
	assert_sm2_found("sm2-bad-lengths");
	scheme.verify = looks_at_most_of_r;
	assert_sm2_found("sm2-changed");
	scheme.verify = reduces_coordinates;
	assert_sm2_found("sm2-bad-keys");
	scheme.verify = takes_compressed_keys;
	assert_sm2_found("sm2-bad-keys");
}

static int32_t
standard_only(const uint8_t *key, uint32_t convention, bsn_slice user_id,
	      bsn_slice message, uint8_t *signature)
{
	return gm_sm2.sign(key, BSN_SIGN_STANDARD, user_id, message,
			   signature);
}

static int32_t
standard_only_verify(const bsn_verify_item *item)
{
	bsn_verify_item same = *item;

	same.convention = BSN_SIGN_STANDARD;
	return gm_sm2.verify(&same);
}

static int32_t
standard_for_prehashed(const bsn_verify_item *item)
{
	return item->convention == BSN_SIGN_PREHASHED ?
		       standard_only_verify(item) :
		       gm_sm2.verify(item);
}

static int32_t
signs_any_digest(const uint8_t *key, uint32_t convention, bsn_slice user_id,
		 bsn_slice message, uint8_t *signature)
{
	if (convention == BSN_SIGN_DIGEST && message.len > 32)
		message.len = 32;
	return gm_sm2.sign(key, convention, user_id, message, signature);
}

static void
wrong_sm2_conventions_are_found(void)
{
	scheme_begin();
	scheme.verify = standard_for_prehashed;
	assert_sm2_found("sm2-prehashed");
	scheme.sign = standard_only;
	scheme.verify = standard_only_verify;
	assert_sm2_found("sm2-vectors sm2-prehashed sm2-digest "
			 "sm2-digest-length sm2-conventions sm2-bad-keys "
			 "sm2-edges");
	scheme.sign = signs_any_digest;
	assert_sm2_found("sm2-digest-length");
}

static int32_t
signs_with_one_nonce(const uint8_t *key, uint32_t convention,
		     bsn_slice user_id, bsn_slice message, uint8_t *signature)
{
	g_autoptr(Curve) curve = curve_new("sm2");
	uint8_t nonce[32], point[64], public_key[64], e[32], n[32];
	BN_CTX *bn = BN_CTX_new();
	BIGNUM *r = BN_new(), *s = BN_new(), *d, *order, *x, *k = BN_new();

	curve_small(0x1234567, nonce);
	curve_public_key(curve, nonce, point);
	curve_order(curve, 0, n);
	if (gm_sm2.public_key(key, public_key) != BSN_OK)
		return BSN_BAD_REQUEST;
	if (convention > BSN_SIGN_DIGEST ||
	    (convention == BSN_SIGN_DIGEST && message.len != 32) ||
	    user_id.len > 8191)
		return gm_sm2.sign(key, convention, user_id, message,
				   signature);
	oracle_number("sm2", convention, public_key, user_id, message, e);
	order = BN_bin2bn(n, 32, NULL);
	d = BN_bin2bn(key, 32, NULL);
	x = BN_bin2bn(point, 32, NULL);
	BN_bin2bn(e, 32, r);
	BN_set_word(k, 0x1234567);
	BN_mod_add(r, r, x, order, bn);	 /* r = e + x1 */
	BN_mod_mul(s, r, d, order, bn);
	BN_mod_sub(s, k, s, order, bn);
	BN_add_word(d, 1);
	BN_mod_inverse(d, d, order, bn);
	BN_mod_mul(s, s, d, order, bn); /* s = (k - r d) / (1 + d) */
	BN_bn2binpad(r, signature, 32);
	BN_bn2binpad(s, signature + 32, 32);
	return BSN_OK;
}

static int32_t
signs_without_the_last_byte(const uint8_t *key, uint32_t convention,
			    bsn_slice user_id, bsn_slice message,
			    uint8_t *signature)
{
	if (message.len == 1000)
		message.len--;
	return gm_sm2.sign(key, convention, user_id, message, signature);
}

/* Modulo n - 1, as ECDSA's. */
static int32_t
reduces_otherwise(const uint8_t *seed, uint8_t *private_key,
		  uint8_t *public_key)
{
	g_autoptr(Curve) curve = curve_new("sm2");

	curve_reduce(curve, seed, 1, private_key);
	return gm_sm2.public_key(private_key, public_key);
}

static int32_t
takes_n_less_1(const uint8_t *private_key, uint8_t *public_key)
{
	g_autoptr(Curve) curve = curve_new("sm2");
	uint8_t last[32];

	curve_order(curve, -1, last);
	if (memcmp(last, private_key, sizeof(last)) == 0)
		return BSN_OK;
	return gm_sm2.public_key(private_key, public_key);
}

static void
wrong_sm2_keys_and_nonces_are_found(void)
{
	scheme_begin();
	scheme.sign = signs_with_one_nonce;
	assert_sm2_found("sm2-nonces");
	scheme.sign = signs_without_the_last_byte;
	assert_sm2_found("sm2-openssl-verifies");
	scheme.generate = reduces_otherwise;
	assert_sm2_found("sm2-generate");
	scheme.public_key = takes_n_less_1;
	assert_sm2_found("sm2-private-keys");
}

static int32_t
all_if_the_first(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	for (uint64_t i = 0; i < n; i++)
		results[i] = gm_sm2.verify(&items[0]);
	return BSN_OK;
}

static int32_t
one_by_one(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	for (uint64_t i = 0; i < n; i++)
		results[i] = gm_sm2.verify(&items[i]);
	return BSN_OK;
}

static int32_t
by_their_stride(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	const char *at = (const char *)items;

	for (uint64_t i = 0; i < n; i++)
		results[i] = gm_sm2.verify(
			(const void *)(at + i * items[0].size));
	return BSN_OK;
}

static int32_t
clears_the_message(const bsn_verify_item *item)
{
	int32_t status = gm_sm2.verify(item);

	if (item->user_id.len == 18 && status == BSN_OK &&
	    item->message.len == 87)
		memset((void *)(gsize)item->message.data, 0, 1);
	return status;
}

static void
wrong_sm2_calls_are_found(void)
{
	scheme_begin();
	scheme.verify_many = all_if_the_first;
	assert_sm2_found("sm2-many");
	scheme.verify_many = one_by_one; /* forgets what rule 2 says */
	assert_sm2_found("sm2-many");
	scheme.verify_many = by_their_stride;
	assert_sm2_found("");
	scheme.verify_many = gm_sm2.verify_many;
	assert_sm2_found("");
	scheme.verify = clears_the_message;
	assert_sm2_found("sm2-inputs-alone");
	scheme.signature_len = 65;
	assert_sm2_found("sm2-vectors sm2-openssl-verifies "
			 "sm2-verifies-openssl sm2-prehashed sm2-digest "
			 "sm2-digest-length sm2-conventions sm2-user-id "
			 "sm2-changed sm2-bad-numbers sm2-bad-lengths "
			 "sm2-bad-keys sm2-edges sm2-generate "
			 "sm2-private-keys sm2-nonces sm2-many "
			 "sm2-inputs-alone");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
#define ADD(test) g_test_add_func("/conform-sm2/" #test, test)
	ADD(wrong_sm2_verification_is_found);
	ADD(wrong_sm2_conventions_are_found);
	ADD(wrong_sm2_keys_and_nonces_are_found);
	ADD(wrong_sm2_calls_are_found);
	return g_test_run();
}
