/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures made by arithmetic alone (see checks-forgery.c): those in range
 * are good, however rare, and the same modulo n but out of range are not.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/oracle-curve.h"
#include "tools/conform/scheme-checks.h"

#define NUMBER_LEN CURVE_NUMBER_LEN
#define POINT_LEN CURVE_POINT_LEN
#define RAW_LEN (2u * NUMBER_LEN)

/* A number, and whether r and s may be it. */
typedef struct {
	char name[16];
	guint8 bytes[NUMBER_LEN];
	gboolean in_range;
} Number;

#define NUMBERS 9u

static void
numbers_make(const Curve *curve, Number *numbers)
{
	static const struct {
		const char *name;
		gint64 add;
		gboolean in_range;
	} about_n[] = { { "n - 2", -2, TRUE },
			{ "n - 1", -1, TRUE },
			{ "n", 0, FALSE },
			{ "n + 1", 1, FALSE },
			{ "n + 7", 7, FALSE } };
	static const guint64 small[] = { 0, 1, 7 };
	Number *at = numbers;

	for (gsize i = 0; i < G_N_ELEMENTS(small); i++, at++) {
		g_snprintf(at->name, sizeof(at->name),
			   "%" G_GUINT64_FORMAT, small[i]);
		curve_small(small[i], at->bytes);
		at->in_range = small[i] > 0;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(about_n); i++, at++) {
		g_strlcpy(at->name, about_n[i].name, sizeof(at->name));
		curve_order(curve, about_n[i].add, at->bytes);
		at->in_range = about_n[i].in_range;
	}
	g_strlcpy(at->name, "2^256 - 1", sizeof(at->name));
	memset(at->bytes, 0xff, NUMBER_LEN);
	at->in_range = FALSE;
}

static void
judge(Scheme *scheme, const guint8 *key, const guint8 *e,
      const guint8 *signature, gboolean good, const char *what)
{
	bsn_verify_item item = scheme_item(scheme, BSN_SIGN_DIGEST, key,
					   bsn_slice_of(e, NUMBER_LEN),
					   signature);

	if (good)
		scheme_accepts(scheme, &item, what);
	else
		scheme_refuses(scheme, &item, what);
}

/* ---- SM2 ------------------------------------------------------------------ */

/* The signature fits as far as arithmetic goes; t = r + s = 0 mod n does not
 * (GB/T 32918.2 section 7.1, B5). */
static void
sm2_numbers(Scheme *scheme, const Curve *curve, const guint8 *key)
{
	Number numbers[NUMBERS];
	guint8 signature[RAW_LEN], e[NUMBER_LEN], opposite[NUMBER_LEN];

	numbers_make(curve, numbers);
	for (guint i = 0; i < NUMBERS; i++)
		for (guint j = 0; j < NUMBERS; j++) {
			const Number *r = &numbers[i], *s = &numbers[j];
			gboolean good = r->in_range && s->in_range;
			g_autofree char *what = g_strdup_printf(
				"a signature with r = %s and s = %s", r->name,
				s->name);

			memcpy(signature, r->bytes, NUMBER_LEN);
			memcpy(signature + NUMBER_LEN, s->bytes, NUMBER_LEN);
			if (!curve_sm2_number(curve, key, r->bytes, s->bytes,
					      e))
				continue;
			if (good) {
				curve_negative(curve, r->bytes, opposite);
				good = memcmp(opposite, s->bytes,
					      NUMBER_LEN) != 0;
			}
			judge(scheme, key, e, signature, good, what);
		}
	scheme_note(scheme, "r and s of 0, 1, 7, about n, and 2^256 - 1, each "
			    "with the digest that they fit");
}

/* sG + tP is the point at infinity, which has no x1. Who takes it as 0 accepts
 * e = r. */
static void
sm2_infinite(Scheme *scheme, const Curve *curve)
{
	guint8 signature[RAW_LEN];
	OracleKeys keys;

	scheme_keys(scheme, &keys);
	curve_small(11, signature);
	curve_sm2_infinite(curve, keys.private_key, signature,
			   signature + NUMBER_LEN);
	judge(scheme, keys.public_key, signature, signature, FALSE,
	      "a signature whose sG + tP is the point at infinity");
}

/* x1 is a field element and may be n or more; R = e + x1 mod n. */
static void
sm2_large_x(Scheme *scheme, const Curve *curve)
{
	guint8 sum[POINT_LEN], key[POINT_LEN], e[NUMBER_LEN];
	guint8 signature[RAW_LEN];

	curve_small(21, signature);
	curve_small(22, signature + NUMBER_LEN);
	curve_order(curve, 1, sum);
	curve_point_from(curve, sum, sum);
	curve_sm2_key(curve, sum, signature, signature + NUMBER_LEN, key);
	g_assert_true(curve_sm2_number(curve, key, signature,
				       signature + NUMBER_LEN, e));
	judge(scheme, key, e, signature, TRUE, "a signature with x1 > n");
}

/* e is 256 bits of digest, and may be 0, or n and more. */
static void
sm2_digests(Scheme *scheme)
{
	static const guint8 firsts[] = { 0x00, 0xff };
	guint8 digest[NUMBER_LEN], signature[BSN_SIGNATURE_MAX];
	OracleKeys keys;

	for (gsize i = 0; i < G_N_ELEMENTS(firsts); i++) {
		memset(digest, firsts[i], sizeof(digest));
		scheme_keys(scheme, &keys);
		oracle_sign(scheme->name, BSN_SIGN_DIGEST, &keys,
			    bsn_slice_of(NULL, 0),
			    bsn_slice_of(digest, sizeof(digest)), signature);
		judge(scheme, keys.public_key, digest, signature, TRUE,
		      "a signature of a digest of zeros or of ones");
	}
}

/* ---- ECDSA ---------------------------------------------------------------- */

/* R with the smallest x from `x` on, and the key under which (x(R) mod n, s) is
 * a signature of e. */
typedef struct {
	guint8 R[POINT_LEN], key[POINT_LEN];
	guint8 e[NUMBER_LEN];
	guint8 signature[BSN_SIGNATURE_MAX]; /* v: R's y is even */
} Made;

static void
ecdsa_make(const Curve *curve, const guint8 *x, const guint8 *s, Made *made)
{
	memset(made, 0, sizeof(*made));
	memset(made->e, 0x42, NUMBER_LEN);
	curve_point_from(curve, x, made->R);
	curve_ecdsa_key(curve, made->R, s, made->e, made->key);
	memcpy(made->signature, made->R, NUMBER_LEN);
	memcpy(made->signature + NUMBER_LEN, s, NUMBER_LEN);
}

/* r and s + n instead of themselves. */
static void
ecdsa_plus_n(Scheme *scheme, const Curve *curve)
{
	guint8 number[NUMBER_LEN], n[NUMBER_LEN];
	Made made;

	curve_small(1, number);
	curve_order(curve, 0, n);
	ecdsa_make(curve, number, number, &made);
	judge(scheme, made.key, made.e, made.signature, TRUE,
	      "a signature with r of a few bits and s = 1");
	for (guint at = 0; at < RAW_LEN; at += NUMBER_LEN) {
		Made changed = made;

		g_assert_true(curve_add_plain(changed.signature + at, n,
					      changed.signature + at));
		judge(scheme, changed.key, changed.e, changed.signature,
		      FALSE, at == 0 ? "a signature with r + n" :
				       "a signature with s + n");
	}
}

/* s at both ends of its range; secp256k1's ends in the middle (BIP 62). */
static void
ecdsa_s(Scheme *scheme, const Curve *curve)
{
	guint8 x[NUMBER_LEN], s[NUMBER_LEN];
	gboolean low = scheme->kind == SCHEME_SECP256K1;
	Made made;

	curve_small(1000, x);
	curve_order(curve, -1, s);
	ecdsa_make(curve, x, s, &made);
	judge(scheme, made.key, made.e, made.signature, !low,
	      "a signature with s = n - 1");
	/* (n - 1) / 2, the last of the lower half, and the next. */
	for (guint i = 0, carry = 0; i < NUMBER_LEN; i++) {
		guint byte = s[i];

		s[i] = (guint8)(byte >> 1 | carry << 7);
		carry = byte & 1;
	}
	ecdsa_make(curve, x, s, &made);
	judge(scheme, made.key, made.e, made.signature, TRUE,
	      "a signature with s = (n - 1) / 2");
	curve_negative(curve, s, s);
	ecdsa_make(curve, x, s, &made);
	judge(scheme, made.key, made.e, made.signature, !low,
	      "a signature with s = (n + 1) / 2");
}

/* x(R) of n or more is r + n, and r is small. With secp256k1 that would need v
 * of 2 or 3, which bsn/crypto.h does not have. */
static void
ecdsa_large_x(Scheme *scheme, const Curve *curve)
{
	guint8 x[NUMBER_LEN], n[NUMBER_LEN], opposite[NUMBER_LEN];
	Made made;

	curve_order(curve, 1, x);
	curve_small(3, n);
	ecdsa_make(curve, x, n, &made);
	/* r = x - n: n - x is below 0, so by way of 2^256 - n. */
	curve_order(curve, 0, n);
	for (guint i = NUMBER_LEN, borrow = 0; i-- > 0;) {
		guint byte = (guint)made.R[i] - n[i] - borrow;

		opposite[i] = (guint8)byte;
		borrow = byte >> 8 & 1;
	}
	memcpy(made.signature, opposite, NUMBER_LEN);
	if (scheme->kind == SCHEME_SECP256K1) {
		for (guint v = 0; v < 4; v++) {
			made.signature[RAW_LEN] = (guint8)v;
			judge(scheme, made.key, made.e, made.signature, FALSE,
			      "a signature with x(R) > n");
		}
		return;
	}
	judge(scheme, made.key, made.e, made.signature, TRUE,
	      "a signature with x(R) > n");
}

/* r = s = 0 fits every message where 1/0 is taken as 0. */
static void
ecdsa_zeros(Scheme *scheme, const guint8 *key)
{
	guint8 e[NUMBER_LEN] = { 0 }, signature[BSN_SIGNATURE_MAX] = { 0 };

	judge(scheme, key, e, signature, FALSE,
	      "a signature of zeros of a digest of zeros");
	signature[RAW_LEN - 1] = 1;
	judge(scheme, key, e, signature, FALSE,
	      "a signature with r = 0 of a digest of zeros");
	e[0] = 1;
	judge(scheme, key, e, signature, FALSE, "a signature with r = 0");
	signature[RAW_LEN - 1] = 0;
	signature[NUMBER_LEN - 1] = 1;
	judge(scheme, key, e, signature, FALSE, "a signature with s = 0");
}

void
check_edges(Run *run)
{
	Scheme scheme;
	g_autoptr(Curve) curve = NULL;
	OracleKeys keys;

	scheme_begin(&scheme, run);
	scheme_needs_convention(&scheme, BSN_SIGN_DIGEST);
	curve = curve_new(scheme.name);
	scheme_keys(&scheme, &keys);
	if (scheme.kind == SCHEME_SM2) {
		sm2_numbers(&scheme, curve, keys.public_key);
		sm2_infinite(&scheme, curve);
		sm2_large_x(&scheme, curve);
		sm2_digests(&scheme);
	} else {
		ecdsa_plus_n(&scheme, curve);
		ecdsa_s(&scheme, curve);
		ecdsa_large_x(&scheme, curve);
		ecdsa_zeros(&scheme, keys.public_key);
	}
	scheme_note(&scheme, "signatures at the edge, made by arithmetic");
}
