/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/helpers/hex.h: bytes as hexadecimal digits, eight digits at a time. A
 * convenience for plugin authors; not part of the ABI.
 */
#ifndef BSN_HELPERS_HEX_H
#define BSN_HELPERS_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Each byte of a word having this value. */
#define BSN_HEX_EACH(value) (UINT64_C(0x0101010101010101) * (uint64_t)(value))

/* Words and their bytes, the first of which is the lowest. Compilers make no
 * single access of the loops. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static inline uint64_t
bsn_hex_load(const void *from, size_t n)
{
	uint64_t word = 0;

	memcpy(&word, from, n);
	return word;
}

static inline void
bsn_hex_store(void *to, uint64_t word, size_t n)
{
	memcpy(to, &word, n);
}
#else
static inline uint64_t
bsn_hex_load(const void *from, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)((const uint8_t *)from)[i] << 8 * i;
	return word;
}

static inline void
bsn_hex_store(void *to, uint64_t word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((uint8_t *)to)[i] = (uint8_t)(word >> 8 * i & 0xff);
}
#endif

/* ---- reading ------------------------------------------------------------- */

/* The value of a digit in either case, or -1. [any] */
static inline int
bsn_hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* The top bits of a word's bytes, all below 0x80, that are not below `limit`.
 */
static inline uint64_t
bsn_hex_from_on(uint64_t word, unsigned limit)
{
	return ((word | BSN_HEX_EACH(0x80)) - BSN_HEX_EACH(limit)) &
	       BSN_HEX_EACH(0x80);
}

/* 1 when eight bytes are digits in either case. */
static inline int
bsn_hex_are_digits(uint64_t word)
{
	const uint64_t low = word & ~BSN_HEX_EACH(0x80);
	const uint64_t letter = low | BSN_HEX_EACH(0x20);
	const uint64_t figures =
		bsn_hex_from_on(low, '0') & ~bsn_hex_from_on(low, '9' + 1);
	const uint64_t letters = bsn_hex_from_on(letter, 'a') &
				 ~bsn_hex_from_on(letter, 'f' + 1);

	return ((figures | letters) & ~word) == BSN_HEX_EACH(0x80);
}

/* Eight digits to four bytes: each digit's value, then pairs of those, then the
 * bytes side by side. */
static inline uint64_t
bsn_hex_bytes(uint64_t word)
{
	uint64_t value =
		(word & BSN_HEX_EACH(0x0f)) + 9 * (word >> 6 & BSN_HEX_EACH(1));

	value = (value << 4 | value >> 8) & UINT64_C(0x00ff00ff00ff00ff);
	value = (value | value >> 8) & UINT64_C(0x0000ffff0000ffff);
	return (value | value >> 16) & UINT64_C(0xffffffff);
}

/* Decodes 2 * n digits, in either case, to n bytes. 0 when a character is no
 * digit; `out` holds anything then. [any] */
static inline int
bsn_hex_read(const char *digits, size_t n, void *out)
{
	uint8_t *to = (uint8_t *)out;
	size_t i = 0;

	for (; n - i >= 4; i += 4) {
		const uint64_t word = bsn_hex_load(digits + 2 * i, 8);

		if (!bsn_hex_are_digits(word))
			return 0;
		bsn_hex_store(to + i, bsn_hex_bytes(word), 4);
	}
	for (; i < n; i++) {
		const int high = bsn_hex_value(digits[2 * i]);
		const int low = bsn_hex_value(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return 0;
		to[i] = (uint8_t)(high << 4 | low);
	}
	return 1;
}

/* ---- writing ------------------------------------------------------------- */

/* Four bytes, the first of which is the lowest, to eight lower-case digits. */
static inline uint64_t
bsn_hex_digits(uint64_t word)
{
	uint64_t letters;

	word = (word | word << 16) & UINT64_C(0x0000ffff0000ffff);
	word = (word | word << 8) & UINT64_C(0x00ff00ff00ff00ff);
	word = (word >> 4 | word << 8) & BSN_HEX_EACH(0x0f);
	letters = (word + BSN_HEX_EACH(6)) >> 4 & BSN_HEX_EACH(1);
	return word + BSN_HEX_EACH('0') + letters * ('a' - '9' - 1);
}

/* Writes n bytes as 2 * n lower-case digits, and nothing around them. [any] */
static inline void
bsn_hex_write(const void *data, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *from = (const uint8_t *)data;
	size_t i = 0;

	for (; n - i >= 4; i += 4)
		bsn_hex_store(out + 2 * i,
			      bsn_hex_digits(bsn_hex_load(from + i, 4)), 8);
	for (; i < n; i++) {
		out[2 * i] = digits[from[i] >> 4];
		out[2 * i + 1] = digits[from[i] & 15];
	}
}

#endif
