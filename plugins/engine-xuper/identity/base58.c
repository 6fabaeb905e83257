/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/identity/base58.h"

#include <string.h>

static const char alphabet[] =
	"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

#define BASE 58u

/* Divides by 58; returns the remainder. */
static guint
divide(guint8 number[BASE58_BYTES])
{
	guint rest = 0;

	for (guint i = 0; i < BASE58_BYTES; i++) {
		rest = rest << 8 | number[i];
		number[i] = (guint8)(rest / BASE);
		rest %= BASE;
	}
	return rest;
}

/* FALSE: it has no room for 58 times itself and the digit. */
static gboolean
multiply(guint8 number[BASE58_BYTES], guint digit)
{
	for (guint i = BASE58_BYTES; i-- > 0; digit >>= 8) {
		digit += number[i] * BASE;
		number[i] = (guint8)digit;
	}
	return digit == 0;
}

static guint
leading(const guint8 *bytes, guint len, guint8 what)
{
	guint n = 0;

	while (n < len && bytes[n] == what)
		n++;
	return n;
}

void
base58_encode(const guint8 bytes[BASE58_BYTES], char text[BASE58_TEXT_MAX + 1])
{
	const guint zeros = leading(bytes, BASE58_BYTES, 0);
	guint8 number[BASE58_BYTES];
	char backwards[BASE58_TEXT_MAX];
	guint n = 0;

	memcpy(number, bytes, sizeof(number));
	while (leading(number, BASE58_BYTES, 0) < BASE58_BYTES)
		backwards[n++] = alphabet[divide(number)];
	memset(text, alphabet[0], zeros);
	for (guint i = 0; i < n; i++)
		text[zeros + i] = backwards[n - 1 - i];
	text[zeros + n] = '\0';
}

gboolean
base58_decode(bsn_slice text, guint8 bytes[BASE58_BYTES])
{
	guint8 number[BASE58_BYTES] = { 0 };
	guint ones;

	if (text.len == 0 || text.len > BASE58_TEXT_MAX)
		return FALSE;
	for (guint i = 0; i < text.len; i++) {
		const char *digit = text.data[i] != '\0'
					    ? strchr(alphabet, text.data[i])
					    : NULL;

		if (digit == NULL ||
		    !multiply(number, (guint)(digit - alphabet)))
			return FALSE;
	}
	/* A one in front is a byte of zero in front; then nothing else can be
	 * one of these texts. */
	ones = leading(text.data, (guint)text.len, (guint8)alphabet[0]);
	if (ones != leading(number, BASE58_BYTES, 0))
		return FALSE;
	memcpy(bytes, number, sizeof(number));
	return TRUE;
}
