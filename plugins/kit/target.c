/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/target.h"

#include <string.h>

#define LIMBS 8u

static const Target target_most = { { G_MAXUINT32, G_MAXUINT32, G_MAXUINT32,
				      G_MAXUINT32, G_MAXUINT32, G_MAXUINT32,
				      G_MAXUINT32, G_MAXUINT32 } };

/* ---- bytes --------------------------------------------------------------- */

void
target_from_bytes(const guint8 bytes[TARGET_BYTES], Target *target)
{
	for (guint i = 0; i < LIMBS; i++) {
		guint32 big;

		memcpy(&big, bytes + 4 * (LIMBS - 1 - i), sizeof(big));
		target->limb[i] = GUINT32_FROM_BE(big);
	}
}

void
target_to_bytes(const Target *target, guint8 bytes[TARGET_BYTES])
{
	for (guint i = 0; i < LIMBS; i++) {
		const guint32 big = GUINT32_TO_BE(target->limb[i]);

		memcpy(bytes + 4 * (LIMBS - 1 - i), &big, sizeof(big));
	}
}

/* ---- compact ------------------------------------------------------------- */

gboolean
target_from_bits(guint32 bits, Target *target)
{
	const guint length = bits >> 24;
	const guint32 mantissa = bits & 0x7fffffu;
	guint8 bytes[TARGET_BYTES] = { 0 };

	if ((bits & 0x800000u) != 0 || length > TARGET_BYTES)
		return FALSE;
	for (guint i = 0; i < 3 && i < length; i++)
		bytes[TARGET_BYTES - length + i] =
			(guint8)(mantissa >> (16 - 8 * i));
	target_from_bytes(bytes, target);
	return target_compare(target, &(Target){ { 0 } }) != 0;
}

guint32
target_to_bits(const Target *target)
{
	guint8 bytes[TARGET_BYTES + 3] = { 0 };
	guint length = TARGET_BYTES;
	guint32 mantissa;

	target_to_bytes(target, bytes);
	while (length > 0 && bytes[TARGET_BYTES - length] == 0)
		length--;
	mantissa = (guint32)bytes[TARGET_BYTES - length] << 16 |
		   (guint32)bytes[TARGET_BYTES - length + 1] << 8 |
		   bytes[TARGET_BYTES - length + 2];
	/* The sign's bit is not the number's. */
	if ((mantissa & 0x800000u) != 0) {
		mantissa >>= 8;
		length++;
	}
	return length << 24 | mantissa;
}

/* ---- comparing ----------------------------------------------------------- */

gint
target_compare(const Target *a, const Target *b)
{
	for (guint i = LIMBS; i-- > 0;)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}

gboolean
target_is_met(const Target *target, const guint8 id[TARGET_BYTES])
{
	Target number;

	target_from_bytes(id, &number);
	return target_compare(&number, target) <= 0;
}

/* ---- arithmetic ---------------------------------------------------------- */

Target
target_add(Target a, const Target *b)
{
	guint64 carry = 0;

	for (guint i = 0; i < LIMBS; i++) {
		carry += (guint64)a.limb[i] + b->limb[i];
		a.limb[i] = (guint32)carry;
		carry >>= 32;
	}
	return carry == 0 ? a : target_most;
}

/* a * by in ten limbs: 256 and 64 bits. */
static void
multiply(const Target *a, guint64 by, guint32 out[LIMBS + 2])
{
	const guint32 parts[2] = { (guint32)by, (guint32)(by >> 32) };

	memset(out, 0, (LIMBS + 2) * sizeof(guint32));
	for (guint j = 0; j < 2; j++) {
		guint64 carry = 0;

		for (guint i = 0; i < LIMBS; i++) {
			carry += (guint64)a->limb[i] * parts[j] + out[i + j];
			out[i + j] = (guint32)carry;
			carry >>= 32;
		}
		out[LIMBS + j] = (guint32)carry;
	}
}

/* Bit by bit: the remainder stays below `over`, and so in 64 bits with the one
 * that it loses looked at. */
static void
divide(guint32 number[LIMBS + 2], guint64 over)
{
	guint64 rest = 0;

	for (guint i = LIMBS + 2; i-- > 0;) {
		guint32 quotient = 0;

		for (guint bit = 32; bit-- > 0;) {
			const gboolean lost = rest >> 63 != 0;

			rest = rest << 1 | (number[i] >> bit & 1u);
			if (!lost && rest < over)
				continue;
			rest -= over;
			quotient |= 1u << bit;
		}
		number[i] = quotient;
	}
}

Target
target_scale(const Target *a, guint64 by, guint64 over)
{
	guint32 wide[LIMBS + 2];
	Target out;

	multiply(a, by, wide);
	divide(wide, over);
	if (wide[LIMBS] != 0 || wide[LIMBS + 1] != 0)
		return target_most;
	memcpy(out.limb, wide, sizeof(out.limb));
	return out;
}

/* One bit more at the end; whether one was lost at the front. */
static gboolean
shift_in(Target *number, guint bit)
{
	guint32 carry = bit;

	for (guint i = 0; i < LIMBS; i++) {
		const guint32 next = number->limb[i] >> 31;

		number->limb[i] = number->limb[i] << 1 | carry;
		carry = next;
	}
	return carry != 0;
}

static void
subtract(Target *a, const Target *b)
{
	guint64 borrow = 0;

	for (guint i = 0; i < LIMBS; i++) {
		const guint64 part = (guint64)b->limb[i] + borrow;

		borrow = a->limb[i] < part;
		a->limb[i] = (guint32)(a->limb[i] - part);
	}
}

/* 2^256 / (T + 1) is (2^256 - 1 - T) / (T + 1) + 1, which fits. */
Target
target_work(const Target *target)
{
	const Target one = { { 1 } };
	const Target divisor = target_add(*target, &one);
	Target rest = { { 0 } }, quotient = { { 0 } };

	if (target_compare(target, &target_most) == 0)
		return one;
	for (guint i = LIMBS * 32; i-- > 0;) {
		const guint bit = ~target->limb[i / 32] >> (i % 32) & 1u;
		const gboolean lost = shift_in(&rest, bit);
		const gboolean fits =
			lost || target_compare(&rest, &divisor) >= 0;

		if (fits)
			subtract(&rest, &divisor);
		(void)shift_in(&quotient, fits ? 1u : 0u);
	}
	return target_add(quotient, &one);
}
