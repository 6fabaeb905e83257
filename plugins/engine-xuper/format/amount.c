/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/format/amount.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/u256.h"

G_STATIC_ASSERT(AMOUNT_LEN == U256_BYTES);

/* Decimal digits of the largest amount. */
#define DIGITS_MAX 78u

gboolean
amount_add(guint8 out[AMOUNT_LEN], const guint8 a[AMOUNT_LEN],
	   const guint8 b[AMOUNT_LEN])
{
	guint8 sum[AMOUNT_LEN];
	guint carry = 0;

	for (guint i = AMOUNT_LEN; i-- > 0; carry >>= 8) {
		carry += (guint)a[i] + b[i];
		sum[i] = (guint8)carry;
	}
	if (carry != 0)
		return FALSE;
	memcpy(out, sum, AMOUNT_LEN);
	return TRUE;
}

gboolean
amount_sub(guint8 out[AMOUNT_LEN], const guint8 a[AMOUNT_LEN],
	   const guint8 b[AMOUNT_LEN])
{
	guint8 rest[AMOUNT_LEN];
	guint borrow = 0;

	if (amount_compare(a, b) < 0)
		return FALSE;
	for (guint i = AMOUNT_LEN; i-- > 0;) {
		const guint less = b[i] + borrow;

		borrow = a[i] < less;
		rest[i] = (guint8)(a[i] - less);
	}
	memcpy(out, rest, AMOUNT_LEN);
	return TRUE;
}

int
amount_compare(const guint8 a[AMOUNT_LEN], const guint8 b[AMOUNT_LEN])
{
	return memcmp(a, b, AMOUNT_LEN);
}

gboolean
amount_is_zero(const guint8 a[AMOUNT_LEN])
{
	return amount_slice(a).len == 0;
}

void
amount_from_u64(guint64 value, guint8 out[AMOUNT_LEN])
{
	u256_from_u64(value, out);
}

gboolean
amount_read(bsn_slice bytes, guint8 out[AMOUNT_LEN])
{
	if (bytes.len > AMOUNT_LEN || (bytes.len > 0 && bytes.data[0] == 0))
		return FALSE;
	memset(out, 0, AMOUNT_LEN);
	if (bytes.len > 0)
		memcpy(out + AMOUNT_LEN - bytes.len, bytes.data,
		       (gsize)bytes.len);
	return TRUE;
}

bsn_slice
amount_slice(const guint8 amount[AMOUNT_LEN])
{
	guint skip = 0;

	while (skip < AMOUNT_LEN && amount[skip] == 0)
		skip++;
	return bsn_slice_of(amount + skip, AMOUNT_LEN - skip);
}

gboolean
amount_from_text(bsn_slice text, guint8 out[AMOUNT_LEN])
{
	static const U256Type type = { 256, FALSE };
	guint8 amount[AMOUNT_LEN];

	if (text.len == 0 || text.len > DIGITS_MAX ||
	    (text.len > 1 && text.data[0] == '0'))
		return FALSE;
	for (guint64 i = 0; i < text.len; i++)
		if (!g_ascii_isdigit(text.data[i]))
			return FALSE;
	if (u256_from_text((const char *)text.data, (gsize)text.len, type,
			   amount, NULL) != BSN_OK)
		return FALSE;
	memcpy(out, amount, AMOUNT_LEN);
	return TRUE;
}

char *
amount_to_text(const guint8 amount[AMOUNT_LEN])
{
	return u256_to_text(amount, FALSE);
}
