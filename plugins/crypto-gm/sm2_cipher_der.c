/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_cipher_der.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#define TAG_INTEGER 0x02
#define TAG_OCTETS 0x04
#define TAG_SEQUENCE 0x30
#define LONG_FORM 0x80u
/* Bytes of a length in the long form, at most. */
#define LENGTH_MAX 4u

/* ---- writing ------------------------------------------------------------ */

static size_t
length_put(uint64_t len, uint8_t *out)
{
	size_t n = 0;

	if (len < LONG_FORM) {
		out[0] = (uint8_t)len;
		return 1;
	}
	while (len >> (8 * n) != 0)
		n++;
	out[0] = (uint8_t)(LONG_FORM | n);
	for (size_t i = 0; i < n; i++)
		out[1 + i] = (uint8_t)(len >> (8 * (n - 1 - i)));
	return 1 + n;
}

/* Without leading zeros, but one in front of a first bit that is set. */
static size_t
integer_put(const uint8_t *number, uint8_t *out)
{
	size_t zeros = 0, sign, len;

	while (zeros < SM2_SCALAR_LEN - 1 && number[zeros] == 0)
		zeros++;
	sign = number[zeros] >> 7;
	len = SM2_SCALAR_LEN - zeros;
	out[0] = TAG_INTEGER;
	out[1] = (uint8_t)(sign + len);
	out[2] = 0;
	memcpy(out + 2 + sign, number + zeros, len);
	return 2 + sign + len;
}

size_t
sm2_cipher_head(const Sm2Cipher *cipher, uint8_t *head)
{
	uint8_t body[SM2_CIPHER_HEAD_MAX];
	size_t len = 0, at;

	len += integer_put(cipher->point, body);
	len += integer_put(cipher->point + SM2_SCALAR_LEN, body + len);
	body[len++] = TAG_OCTETS;
	body[len++] = SM3_LEN;
	memcpy(body + len, cipher->digest, SM3_LEN);
	len += SM3_LEN;
	body[len++] = TAG_OCTETS;
	len += length_put(cipher->text.len, body + len);
	head[0] = TAG_SEQUENCE;
	at = 1 + length_put(len + cipher->text.len, head + 1);
	memcpy(head + at, body, len);
	return at + len;
}

/* ---- reading ------------------------------------------------------------ */

static int
length_get(bsn_slice *in, uint64_t *len)
{
	uint64_t n;

	if (in->len == 0)
		return 0;
	*len = in->data[0];
	*in = bsn_slice_of(in->data + 1, in->len - 1);
	if (*len < LONG_FORM)
		return 1;
	n = *len - LONG_FORM;
	if (n == 0 || n > LENGTH_MAX || n > in->len || in->data[0] == 0)
		return 0;
	*len = 0;
	for (uint64_t i = 0; i < n; i++)
		*len = *len << 8 | in->data[i];
	*in = bsn_slice_of(in->data + n, in->len - n);
	return *len >= LONG_FORM;
}

/* Takes one element of that tag off the front. */
static int
element_get(bsn_slice *in, uint8_t tag, bsn_slice *content)
{
	uint64_t len;

	if (in->len == 0 || in->data[0] != tag)
		return 0;
	*in = bsn_slice_of(in->data + 1, in->len - 1);
	if (!length_get(in, &len) || len > in->len)
		return 0;
	*content = bsn_slice_of(in->data, len);
	*in = bsn_slice_of(in->data + len, in->len - len);
	return 1;
}

/* Not negative, of at most 32 bytes, in as few as it takes. */
static int
integer_get(bsn_slice *in, uint8_t *number)
{
	bsn_slice content;

	if (!element_get(in, TAG_INTEGER, &content) || content.len == 0 ||
	    content.data[0] >> 7 != 0)
		return 0;
	if (content.len > 1 && content.data[0] == 0) {
		if (content.data[1] >> 7 == 0)
			return 0;
		content = bsn_slice_of(content.data + 1, content.len - 1);
	}
	if (content.len > SM2_SCALAR_LEN)
		return 0;
	memset(number, 0, SM2_SCALAR_LEN);
	memcpy(number + SM2_SCALAR_LEN - content.len, content.data,
	       content.len);
	return 1;
}

int
sm2_cipher_read(bsn_slice der, Sm2Cipher *cipher)
{
	bsn_slice body, digest;

	if (!element_get(&der, TAG_SEQUENCE, &body) || der.len != 0 ||
	    !integer_get(&body, cipher->point) ||
	    !integer_get(&body, cipher->point + SM2_SCALAR_LEN) ||
	    !element_get(&body, TAG_OCTETS, &digest) ||
	    digest.len != SM3_LEN ||
	    !element_get(&body, TAG_OCTETS, &cipher->text) || body.len != 0)
		return 0;
	memcpy(cipher->digest, digest.data, SM3_LEN);
	return 1;
}
