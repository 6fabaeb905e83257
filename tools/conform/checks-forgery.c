/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures and keys that only somebody who means harm would send, and those
 * at the edge of what is good. What is malformed is decided by the texts:
 * GB/T 32918.2 section 7.1 (SM2), SEC 1 section 4.1.4 (ECDSA), RFC 8032 section
 * 5.1.7 (Ed25519), bsn/crypto.h (encodings).
 *
 * Whoever chooses the digest can make signatures that fit as far as arithmetic
 * goes while r or s is out of range: one that leaves out a range check accepts
 * them. For SM2 the number e is made for (r, s); for ECDSA the key is.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/oracle-curve.h"
#include "tools/conform/scheme-checks.h"

#define NUMBER_LEN CURVE_NUMBER_LEN
#define POINT_LEN CURVE_POINT_LEN
#define RAW_LEN (2u * NUMBER_LEN)
#define MESSAGE_LEN 40u

static const bsn_slice no_id = { NULL, 0 };

/* A good signature of the plugin's world, made by OpenSSL. */
typedef struct {
	OracleKeys keys;
	guint8 message[MESSAGE_LEN];
	guint8 signature[BSN_SIGNATURE_MAX];
} Sample;

static void
sample_make(Scheme *scheme, Sample *sample)
{
	scheme_keys(scheme, &sample->keys);
	sim_random_fill(&scheme->random, sample->message, MESSAGE_LEN);
	oracle_sign(scheme->name, BSN_SIGN_STANDARD, &sample->keys, no_id,
		    bsn_slice_of(sample->message, MESSAGE_LEN),
		    sample->signature);
}

static bsn_verify_item
sample_item(const Scheme *scheme, const Sample *sample)
{
	return scheme_item(scheme, BSN_SIGN_STANDARD, sample->keys.public_key,
			   bsn_slice_of(sample->message, MESSAGE_LEN),
			   sample->signature);
}

/* ---- changes -------------------------------------------------------------- */

/* Each bit of one part of it. */
static void
refuse_each_bit(Scheme *scheme, guint8 *bytes, gsize len,
		const bsn_verify_item *item, const char *part)
{
	for (gsize i = 0; i < len * 8; i++) {
		guint8 bit = (guint8)(1u << i % 8);
		g_autofree char *what = g_strdup_printf(
			"a signature with bits %02x of byte %zu of the %s "
			"changed",
			bit, i / 8, part);

		bytes[i / 8] ^= bit;
		scheme_refuses(scheme, item, what);
		bytes[i / 8] ^= bit;
	}
}

void
check_changed(Run *run)
{
	Scheme scheme;
	Sample sample, other;
	bsn_verify_item item;

	scheme_begin(&scheme, run);
	sample_make(&scheme, &sample);
	sample_make(&scheme, &other);
	item = sample_item(&scheme, &sample);
	scheme_accepts(&scheme, &item, "a signature of OpenSSL's");
	refuse_each_bit(&scheme, sample.signature,
			 scheme.table->signature_len, &item, "signature");
	refuse_each_bit(&scheme, sample.keys.public_key,
			 scheme.table->public_key_len, &item, "public key");
	refuse_each_bit(&scheme, sample.message, MESSAGE_LEN, &item,
			 "message");
	scheme_note(&scheme, "one signature with a bit changed in each byte of "
			     "signature, key and message");
	item.public_key = sample_item(&scheme, &other).public_key;
	scheme_refuses(&scheme, &item, "a signature under another key");
	item = sample_item(&scheme, &sample);
	item.message = bsn_slice_of(other.message, MESSAGE_LEN);
	scheme_refuses(&scheme, &item, "a signature of another message");
	item.message = bsn_slice_of(sample.message, 0);
	scheme_refuses(&scheme, &item, "a signature of an empty message");
	item.message = bsn_slice_of(sample.message, MESSAGE_LEN);
	scheme_accepts(&scheme, &item, "the unchanged signature");
	scheme_note(&scheme, "under another key, of another message, of none");
}

/* ---- lengths -------------------------------------------------------------- */

void
check_signature_lengths(Run *run)
{
	guint8 room[2 * BSN_SIGNATURE_MAX] = { 0 };
	Scheme scheme;
	Sample sample;
	bsn_verify_item item;

	scheme_begin(&scheme, run);
	sample_make(&scheme, &sample);
	item = sample_item(&scheme, &sample);
	memcpy(room, sample.signature, scheme.table->signature_len);
	for (gsize len = 0; len <= sizeof(room); len++) {
		g_autofree char *what = g_strdup_printf(
			"a signature cut or extended to %zu bytes", len);

		item.signature = bsn_slice_of(room, len);
		if (len == scheme.table->signature_len)
			scheme_accepts(&scheme, &item, what);
		else
			scheme_refuses(&scheme, &item, what);
	}
	/* Bytes before it; its two numbers without the zeros before them. */
	memset(room, 0, sizeof(room));
	memcpy(room + 1, sample.signature, scheme.table->signature_len);
	item.signature = bsn_slice_of(room, scheme.table->signature_len + 1u);
	scheme_refuses(&scheme, &item, "a signature with a zero before it");
	scheme_note(&scheme, "signatures cut to and extended to each length");
}

/* ---- numbers out of range ------------------------------------------------- */

/* Puts a number in the place of r or s. */
static void
refuse_number(Scheme *scheme, Sample *sample, guint at, const guint8 *number,
	      const char *name)
{
	bsn_verify_item item = sample_item(scheme, sample);
	guint8 old[NUMBER_LEN];
	g_autofree char *what = g_strdup_printf(
		"a signature with %s = %s", at == 0 ? "r" : "s", name);

	memcpy(old, sample->signature + at, NUMBER_LEN);
	memcpy(sample->signature + at, number, NUMBER_LEN);
	scheme_refuses(scheme, &item, what);
	memcpy(sample->signature + at, old, NUMBER_LEN);
}

static void
refuse_both(Scheme *scheme, const Sample *sample, const guint8 *r,
	    const guint8 *s, const char *what)
{
	Sample changed = *sample;
	bsn_verify_item item = sample_item(scheme, &changed);

	memcpy(changed.signature, r, NUMBER_LEN);
	memcpy(changed.signature + NUMBER_LEN, s, NUMBER_LEN);
	scheme_refuses(scheme, &item, what);
}

static void
refuse_out_of_range(Scheme *scheme, Sample *sample, const Curve *curve)
{
	static const char *const names[] = { "0", "n", "n + 1", "2^256 - 1" };
	guint8 numbers[4][NUMBER_LEN], sum[NUMBER_LEN];

	curve_small(0, numbers[0]);
	curve_order(curve, 0, numbers[1]);
	curve_order(curve, 1, numbers[2]);
	memset(numbers[3], 0xff, NUMBER_LEN);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		refuse_number(scheme, sample, 0, numbers[i], names[i]);
		refuse_number(scheme, sample, NUMBER_LEN, numbers[i],
			      names[i]);
		for (gsize j = 0; j < G_N_ELEMENTS(numbers); j++)
			refuse_both(scheme, sample, numbers[i], numbers[j],
				    "a signature with r and s out of range");
	}
	for (guint at = 0; at < RAW_LEN; at += NUMBER_LEN)
		if (curve_add_plain(sample->signature + at, numbers[1], sum))
			refuse_number(scheme, sample, at, sum,
				      "itself plus n");
}

/* r + s = n leaves nothing of the public key: t = 0 (section 7.1, B5). */
static void
refuse_t_zero(Scheme *scheme, Sample *sample, const Curve *curve)
{
	guint8 number[NUMBER_LEN];

	if (scheme->kind != SCHEME_SM2)
		return;
	curve_negative(curve, sample->signature, number);
	refuse_number(scheme, sample, NUMBER_LEN, number, "n - r");
	curve_negative(curve, sample->signature + NUMBER_LEN, number);
	refuse_number(scheme, sample, 0, number, "n - s");
}

/* s + L is the same number to the arithmetic (RFC 8032 section 5.1.7: s is in
 * [0, L)). Little-endian. */
static void
refuse_ed25519(Scheme *scheme, Sample *sample)
{
	static const guint8 L[NUMBER_LEN] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		0,    0,    0,	  0,	0,    0,    0,	  0,
		0,    0,    0,	  0,	0,    0,    0,	  0x10,
	};
	bsn_verify_item item = sample_item(scheme, sample);
	guint carry = 0;

	for (guint i = 0; i < NUMBER_LEN; i++) {
		carry += (guint)sample->signature[NUMBER_LEN + i] + L[i];
		sample->signature[NUMBER_LEN + i] = (guint8)carry;
		carry >>= 8;
	}
	scheme_refuses(scheme, &item, "a signature with s = itself plus L");
}

void
check_numbers(Run *run)
{
	guint8 zero[NUMBER_LEN] = { 0 };
	Scheme scheme;
	Sample sample;
	g_autoptr(Curve) curve = NULL;

	scheme_begin(&scheme, run);
	curve = curve_new(scheme.name);
	sample_make(&scheme, &sample);
	refuse_both(&scheme, &sample, zero, zero, "a signature of zeros");
	refuse_both(&scheme, &sample, sample.signature + NUMBER_LEN,
		    sample.signature, "a signature with r and s exchanged");
	if (curve != NULL) {
		refuse_out_of_range(&scheme, &sample, curve);
		refuse_t_zero(&scheme, &sample, curve);
	} else {
		refuse_ed25519(&scheme, &sample);
	}
	scheme_note(&scheme, "numbers out of range in the place of r and s");
}

/* ---- public keys ---------------------------------------------------------- */

static void
refuse_key(Scheme *scheme, const Sample *sample, const guint8 *key, gsize len,
	   const char *what)
{
	bsn_verify_item item = sample_item(scheme, sample);

	item.public_key = bsn_slice_of(key, len);
	scheme_refuses(scheme, &item, what);
}

/* As other encodings write a key (SEC 1 section 2.3.3), cut and extended. */
static void
refuse_other_encodings(Scheme *scheme, const Sample *sample)
{
	gsize len = scheme->table->public_key_len;
	guint8 room[2 + BSN_PUBLIC_KEY_MAX] = { 0 };

	memcpy(room, sample->keys.public_key, len);
	refuse_key(scheme, sample, room, 0, "a key of no bytes");
	refuse_key(scheme, sample, room, len - 1, "a key without its end");
	refuse_key(scheme, sample, room, len + 1, "a key with a byte more");
	refuse_key(scheme, sample, room, len / 2, "half a key");
	room[0] = 0x04;
	memcpy(room + 1, sample->keys.public_key, len);
	refuse_key(scheme, sample, room, len + 1, "a key with 04 before it");
	room[0] = (guint8)(0x02 + (sample->keys.public_key[len - 1] & 1));
	refuse_key(scheme, sample, room, 33, "a compressed key");
	room[0] = 0;
	refuse_key(scheme, sample, room, 1, "the point at infinity");
}

static void
refuse_no_points(Scheme *scheme, const Sample *sample, const Curve *curve)
{
	guint8 key[POINT_LEN] = { 0 };

	refuse_key(scheme, sample, key, POINT_LEN, "a key of zeros");
	memset(key, 0xff, sizeof(key));
	refuse_key(scheme, sample, key, POINT_LEN, "a key of ones");
	memcpy(key, sample->keys.public_key, POINT_LEN);
	curve_prime(curve, key);
	refuse_key(scheme, sample, key, POINT_LEN, "a key with X = p");
	memcpy(key, sample->keys.public_key, POINT_LEN);
	curve_prime(curve, key + NUMBER_LEN);
	refuse_key(scheme, sample, key, POINT_LEN, "a key with Y = p");
	memcpy(key, sample->keys.public_key + NUMBER_LEN, NUMBER_LEN);
	memcpy(key + NUMBER_LEN, sample->keys.public_key, NUMBER_LEN);
	refuse_key(scheme, sample, key, POINT_LEN, "a key with X and Y "
						   "exchanged");
}

/* A signature that fits a given key, whoever has its private key; its message
 * is the digest. */
static void
forge(const Scheme *scheme, const Curve *curve, const guint8 *key,
      guint8 *signature, guint8 *e)
{
	gboolean odd;

	if (scheme->kind == SCHEME_SM2) {
		curve_small(5, signature);
		curve_small(7, signature + NUMBER_LEN);
		g_assert_true(curve_sm2_number(curve, key, signature,
					       signature + NUMBER_LEN, e));
		return;
	}
	curve_ecdsa_any(curve, key, e, &odd);
	memcpy(signature, e, NUMBER_LEN);
	memcpy(signature + NUMBER_LEN, e, NUMBER_LEN);
	if (scheme->kind != SCHEME_SECP256K1)
		return;
	signature[RAW_LEN] = (guint8)odd;
	if (curve_is_high(curve, e)) {
		curve_negative(curve, e, signature + NUMBER_LEN);
		signature[RAW_LEN] ^= 1;
	}
}

/* A key has one encoding: X + p is not another one (SEC 1 section 2.3.4). The
 * digest is chosen, so the signature fits both if either. */
static void
refuse_unreduced(Scheme *scheme, const Curve *curve)
{
	guint8 key[POINT_LEN], p[NUMBER_LEN], e[NUMBER_LEN];
	guint8 signature[BSN_SIGNATURE_MAX] = { 0 };
	bsn_verify_item item = scheme_item(scheme, BSN_SIGN_DIGEST, key,
					   bsn_slice_of(e, NUMBER_LEN),
					   signature);

	curve_small(1, key);
	curve_point_from(curve, key, key);
	forge(scheme, curve, key, signature, e);
	if (scheme_verify(scheme, &item) == BSN_NOT_OFFERED)
		return;
	scheme_accepts(scheme, &item, "a signature under a key with small X");
	curve_prime(curve, p);
	g_assert_true(curve_add_plain(key, p, key));
	scheme_refuses(scheme, &item, "a signature under a key with X + p");
}

/* RFC 8032 section 5.1.3: y is below p. y = p + 1 is 1, the neutral point, under
 * which (B, 1) fits every message. */
static void
refuse_ed25519_keys(Scheme *scheme, const Sample *sample)
{
	Sample forged = *sample;
	guint8 *signature = forged.signature;
	guint8 key[NUMBER_LEN];

	memset(key, 0xff, sizeof(key));
	key[0] = 0xee;
	key[NUMBER_LEN - 1] = 0x7f;
	memset(signature, 0x66, NUMBER_LEN); /* B has y = 4/5 */
	signature[0] = 0x58;
	memset(signature + NUMBER_LEN, 0, NUMBER_LEN);
	signature[NUMBER_LEN] = 1;
	refuse_key(scheme, &forged, key, sizeof(key),
		   "a signature under a key with y >= p");
}

void
check_bad_keys(Run *run)
{
	Scheme scheme;
	Sample sample;
	g_autoptr(Curve) curve = NULL;

	scheme_begin(&scheme, run);
	curve = curve_new(scheme.name);
	sample_make(&scheme, &sample);
	refuse_other_encodings(&scheme, &sample);
	if (curve != NULL) {
		refuse_no_points(&scheme, &sample, curve);
		refuse_unreduced(&scheme, curve);
	} else {
		refuse_ed25519_keys(&scheme, &sample);
	}
	scheme_note(&scheme, "keys that are none");
}
