/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/oracle-curve.h"

#include <openssl/obj_mac.h>
#include <string.h>

#include "tools/conform/openssl.h"

#define SEED_LEN 48
#define UNCOMPRESSED 0x04
#define EVEN 0x02

struct Curve {
	EC_GROUP *group;
	BIGNUM *p;
	BN_CTX *bn;
};

/* Nothing here fails but for want of memory. */
#define MUST(done)                                                             \
	do {                                                                   \
		if (!(done))                                                   \
			g_error("OpenSSL cannot compute: %s", #done);          \
	} while (0)

static const struct {
	const char *scheme;
	int nid;
} curves[] = {
	{ "sm2", NID_sm2 },
	{ "ecdsa-p256", NID_X9_62_prime256v1 },
	{ "secp256k1", NID_secp256k1 },
};

Curve *
curve_new(const char *scheme)
{
	Curve *curve;

	for (gsize i = 0; i < G_N_ELEMENTS(curves); i++) {
		if (strcmp(curves[i].scheme, scheme) != 0)
			continue;
		curve = g_new0(Curve, 1);
		curve->bn = BN_CTX_new();
		curve->p = BN_new();
		curve->group = EC_GROUP_new_by_curve_name(curves[i].nid);
		MUST(curve->group != NULL &&
		     EC_GROUP_get_curve(curve->group, curve->p, NULL, NULL,
					curve->bn));
		return curve;
	}
	return NULL;
}

void
curve_free(Curve *curve)
{
	if (curve == NULL)
		return;
	EC_GROUP_free(curve->group);
	BN_free(curve->p);
	BN_CTX_free(curve->bn);
	g_free(curve);
}

/* ---- numbers ------------------------------------------------------------- */

static const BIGNUM *
order_of(const Curve *curve)
{
	return EC_GROUP_get0_order(curve->group);
}

static BIGNUM *
number_read(const guint8 *bytes)
{
	BIGNUM *number = BN_bin2bn(bytes, CURVE_NUMBER_LEN, NULL);

	MUST(number != NULL);
	return number;
}

static void
number_write(const BIGNUM *number, guint8 *bytes)
{
	MUST(BN_bn2binpad(number, bytes, CURVE_NUMBER_LEN) >= 0);
}

/* -number mod n, of one in [0, n). */
static void
negate(const Curve *curve, BIGNUM *number)
{
	if (!BN_is_zero(number))
		MUST(BN_sub(number, order_of(curve), number));
}

void
curve_order(const Curve *curve, gint64 add, guint8 *number)
{
	g_autoptr(BIGNUM) n = BN_dup(order_of(curve));

	MUST(n != NULL && (add < 0 ? BN_sub_word(n, (BN_ULONG)-add) :
				     BN_add_word(n, (BN_ULONG)add)));
	number_write(n, number);
}

void
curve_prime(const Curve *curve, guint8 *number)
{
	number_write(curve->p, number);
}

void
curve_small(guint64 value, guint8 *number)
{
	memset(number, 0, CURVE_NUMBER_LEN);
	for (guint i = 0; i < sizeof(value); i++)
		number[CURVE_NUMBER_LEN - 1 - i] = (guint8)(value >> (8 * i));
}

void
curve_reduce(const Curve *curve, const guint8 *seed, guint less,
	     guint8 *number)
{
	g_autoptr(BIGNUM) wide = BN_bin2bn(seed, SEED_LEN, NULL);
	g_autoptr(BIGNUM) modulus = BN_dup(order_of(curve));

	MUST(wide != NULL && modulus != NULL && BN_sub_word(modulus, less) &&
	     BN_nnmod(wide, wide, modulus, curve->bn) && BN_add_word(wide, 1));
	number_write(wide, number);
}

gboolean
curve_add_plain(const guint8 *a, const guint8 *b, guint8 *sum)
{
	g_autoptr(BIGNUM) x = number_read(a);
	g_autoptr(BIGNUM) y = number_read(b);

	MUST(BN_add(x, x, y));
	return BN_bn2binpad(x, sum, CURVE_NUMBER_LEN) >= 0;
}

void
curve_negative(const Curve *curve, const guint8 *a, guint8 *number)
{
	g_autoptr(BIGNUM) x = number_read(a);

	MUST(BN_sub(x, order_of(curve), x));
	number_write(x, number);
}

gboolean
curve_is_high(const Curve *curve, const guint8 *a)
{
	g_autoptr(BIGNUM) twice = number_read(a);

	MUST(BN_lshift1(twice, twice));
	return BN_cmp(twice, order_of(curve)) > 0;
}

/* ---- points -------------------------------------------------------------- */

static EC_POINT *
point_read(const Curve *curve, const guint8 *bytes)
{
	guint8 octets[1 + CURVE_POINT_LEN] = { UNCOMPRESSED };
	EC_POINT *point = EC_POINT_new(curve->group);

	memcpy(octets + 1, bytes, CURVE_POINT_LEN);
	MUST(point != NULL && EC_POINT_oct2point(curve->group, point, octets,
						 sizeof(octets), curve->bn));
	return point;
}

static void
point_write(const Curve *curve, const EC_POINT *point, guint8 *bytes)
{
	guint8 octets[1 + CURVE_POINT_LEN];

	MUST(EC_POINT_point2oct(curve->group, point,
				POINT_CONVERSION_UNCOMPRESSED, octets,
				sizeof(octets), curve->bn) == sizeof(octets));
	memcpy(bytes, octets + 1, CURVE_POINT_LEN);
}

/* a G + b P, P may be NULL. */
static EC_POINT *
combine(const Curve *curve, const BIGNUM *a, const EC_POINT *P,
	const BIGNUM *b)
{
	EC_POINT *sum = EC_POINT_new(curve->group);

	MUST(sum != NULL &&
	     EC_POINT_mul(curve->group, sum, a, P, b, curve->bn));
	return sum;
}

gboolean
curve_public_key(const Curve *curve, const guint8 *d, guint8 *point)
{
	g_autoptr(BIGNUM) scalar = number_read(d);
	g_autoptr(EC_POINT) P = combine(curve, scalar, NULL, NULL);

	if (EC_POINT_is_at_infinity(curve->group, P))
		return FALSE;
	point_write(curve, P, point);
	return TRUE;
}

void
curve_point_from(const Curve *curve, const guint8 *x, guint8 *point)
{
	g_autoptr(BIGNUM) number = number_read(x);
	g_autoptr(EC_POINT) P = EC_POINT_new(curve->group);
	guint8 octets[1 + CURVE_NUMBER_LEN] = { EVEN };

	for (number_write(number, octets + 1);
	     !EC_POINT_oct2point(curve->group, P, octets, sizeof(octets),
				 curve->bn);
	     number_write(number, octets + 1))
		MUST(BN_add_word(number, 1));
	point_write(curve, P, point);
}

/* ---- SM2 ------------------------------------------------------------------ */

/* r + s mod n. */
static BIGNUM *
sm2_t(const Curve *curve, const BIGNUM *r, const BIGNUM *s)
{
	BIGNUM *t = BN_new();

	MUST(t != NULL && BN_mod_add(t, r, s, order_of(curve), curve->bn));
	return t;
}

gboolean
curve_sm2_number(const Curve *curve, const guint8 *public_key,
		 const guint8 *r, const guint8 *s, guint8 *e)
{
	g_autoptr(BIGNUM) r_number = number_read(r);
	g_autoptr(BIGNUM) s_number = number_read(s);
	g_autoptr(BIGNUM) t = sm2_t(curve, r_number, s_number);
	g_autoptr(BIGNUM) x = BN_new();
	g_autoptr(EC_POINT) P = point_read(curve, public_key);
	g_autoptr(EC_POINT) sum = combine(curve, s_number, P, t);

	if (EC_POINT_is_at_infinity(curve->group, sum))
		return FALSE;
	MUST(x != NULL &&
	     EC_POINT_get_affine_coordinates(curve->group, sum, x, NULL,
					     curve->bn) &&
	     BN_mod_sub(x, r_number, x, order_of(curve), curve->bn));
	number_write(x, e);
	return TRUE;
}

void
curve_sm2_key(const Curve *curve, const guint8 *sum, const guint8 *r,
	      const guint8 *s, guint8 *public_key)
{
	const BIGNUM *n = order_of(curve);
	g_autoptr(BIGNUM) r_number = number_read(r);
	g_autoptr(BIGNUM) s_number = number_read(s);
	g_autoptr(BIGNUM) t = sm2_t(curve, r_number, s_number);
	g_autoptr(EC_POINT) Q = point_read(curve, sum);
	g_autoptr(EC_POINT) P = NULL;

	MUST(BN_mod_inverse(t, t, n, curve->bn) != NULL &&
	     BN_mod_mul(s_number, s_number, t, n, curve->bn));
	negate(curve, s_number);
	P = combine(curve, s_number, Q, t);
	point_write(curve, P, public_key);
}

void
curve_sm2_infinite(const Curve *curve, const guint8 *d, const guint8 *r,
		   guint8 *s)
{
	const BIGNUM *n = order_of(curve);
	g_autoptr(BIGNUM) d_number = number_read(d);
	g_autoptr(BIGNUM) number = number_read(r);

	MUST(BN_mod_mul(number, number, d_number, n, curve->bn) &&
	     BN_sub(number, n, number) && BN_add_word(d_number, 1) &&
	     BN_mod_inverse(d_number, d_number, n, curve->bn) != NULL &&
	     BN_mod_mul(number, number, d_number, n, curve->bn));
	number_write(number, s);
}

void
curve_sm2_nonce(const Curve *curve, const guint8 *d, const guint8 *signature,
		guint8 *nonce_point)
{
	const BIGNUM *n = order_of(curve);
	g_autoptr(BIGNUM) r = number_read(signature);
	g_autoptr(BIGNUM) s = number_read(signature + CURVE_NUMBER_LEN);
	g_autoptr(BIGNUM) d_number = number_read(d);
	g_autoptr(BIGNUM) k = sm2_t(curve, r, s);
	g_autoptr(EC_POINT) point = NULL;

	MUST(BN_mod_mul(k, k, d_number, n, curve->bn) &&
	     BN_mod_add(k, k, s, n, curve->bn));
	point = combine(curve, k, NULL, NULL);
	point_write(curve, point, nonce_point);
}

/* ---- ECDSA ---------------------------------------------------------------- */

void
curve_ecdsa_key(const Curve *curve, const guint8 *R, const guint8 *s,
		const guint8 *e, guint8 *public_key)
{
	const BIGNUM *n = order_of(curve);
	g_autoptr(BIGNUM) r = number_read(R);
	g_autoptr(BIGNUM) s_number = number_read(s);
	g_autoptr(BIGNUM) e_number = number_read(e);
	g_autoptr(EC_POINT) point = point_read(curve, R);
	g_autoptr(EC_POINT) P = NULL;

	MUST(BN_mod_inverse(r, r, n, curve->bn) != NULL &&
	     BN_mod_mul(s_number, s_number, r, n, curve->bn) &&
	     BN_mod_mul(e_number, e_number, r, n, curve->bn));
	negate(curve, e_number);
	P = combine(curve, e_number, point, s_number);
	point_write(curve, P, public_key);
}

void
curve_ecdsa_any(const Curve *curve, const guint8 *public_key, guint8 *r,
		gboolean *odd)
{
	g_autoptr(EC_POINT) P = point_read(curve, public_key);
	g_autoptr(EC_POINT) R =
		combine(curve, BN_value_one(), P, BN_value_one());
	g_autoptr(BIGNUM) x = BN_new();
	guint8 point[CURVE_POINT_LEN];

	point_write(curve, R, point);
	*odd = point[CURVE_POINT_LEN - 1] & 1;
	MUST(x != NULL && BN_bin2bn(point, CURVE_NUMBER_LEN, x) != NULL &&
	     BN_nnmod(x, x, order_of(curve), curve->bn));
	number_write(x, r);
}
