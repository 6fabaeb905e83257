/* SPDX-License-Identifier: Apache-2.0 */
#include "note.h"

#include <bsn/helpers/error.h>

/* ---- arguments ---------------------------------------------------------- */

static void
skip_space(bsn_slice *json)
{
	while (json->len > 0 && strchr(" \t\r\n", *json->data) != NULL &&
	       *json->data != '\0')
		*json = bsn_slice_of(json->data + 1, json->len - 1);
}

static int
take(bsn_slice *json, char c)
{
	skip_space(json);
	if (json->len == 0 || *json->data != (uint8_t)c)
		return 0;
	*json = bsn_slice_of(json->data + 1, json->len - 1);
	return 1;
}

/* A string without escapes: what one would stand for is not taken anyway. */
static int
take_string(bsn_slice *json, bsn_slice *out)
{
	const uint8_t *end;

	if (!take(json, '"'))
		return 0;
	end = memchr(json->data, '"', (size_t)json->len);
	if (end == NULL)
		return 0;
	*out = bsn_slice_of(json->data, (uint64_t)(end - json->data));
	if (out->len > 0 && memchr(out->data, '\\', (size_t)out->len) != NULL)
		return 0;
	*json = bsn_slice_of(end + 1, json->len - out->len - 1);
	return 1;
}

int32_t
note_args(bsn_slice args, bsn_slice *out, uint32_t n, bsn_err *err)
{
	int ok = take(&args, '[');

	for (uint32_t i = 0; ok && i < n; i++)
		ok = (i == 0 || take(&args, ',')) &&
		     take_string(&args, &out[i]);
	ok = ok && take(&args, ']');
	skip_space(&args);
	if (ok && args.len == 0)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"args: give an array of %u string%s without quotes "
			"or backslashes inside",
			(unsigned)n, n == 1 ? "" : "s");
}

/* ---- what a chain takes ------------------------------------------------- */

/* Bytes of the UTF-8 sequence at the front (RFC 3629, section 4), or 0. */
static uint64_t
utf8_len(const uint8_t *at, uint64_t room)
{
	uint64_t n = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;

	if ((*at >= 0x80 && *at < 0xc2) || *at > 0xf4 || n > room)
		return 0;
	for (uint64_t i = 1; i < n; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) ||
	    (*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f))
		return 0;
	return n;
}

static int
is_text(bsn_slice text)
{
	uint64_t at = 0, n = 1;

	for (; at < text.len && n > 0; at += n) {
		uint8_t c = text.data[at];

		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			return 0;
		n = utf8_len(text.data + at, text.len - at);
	}
	return n > 0;
}

static int
is_key(bsn_slice key)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";

	for (uint64_t i = 0; i < key.len; i++)
		if (memchr(allowed, key.data[i], sizeof(allowed) - 1) == NULL)
			return 0;
	return key.len > 0 && key.len <= KEY_MAX;
}

int32_t
note_check(bsn_slice key, bsn_slice text, bsn_err *err)
{
	if (!is_key(key))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the key must be 1 to %u of a-z 0-9 . -",
				KEY_MAX);
	if (text.len > TEXT_MAX || !is_text(text))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the text must be at most %u bytes of UTF-8 "
				"without quotes, backslashes and control "
				"characters",
				TEXT_MAX);
	return BSN_OK;
}

/* ---- encoding ----------------------------------------------------------- */

static uint8_t *
put(uint8_t *at, bsn_slice bytes)
{
	if (bytes.len > 0)
		memcpy(at, bytes.data, (size_t)bytes.len);
	return at + bytes.len;
}

uint64_t
note_encode(const note *parts, uint8_t *out)
{
	uint8_t *at = put(put(out, parts->chain), parts->signer);

	*at++ = (uint8_t)parts->key.len;
	at = put(put(at, parts->key), parts->text);
	return (uint64_t)(at - out);
}

static bsn_slice
cut(bsn_slice *from, uint64_t len)
{
	bsn_slice front = bsn_slice_of(from->data, len);

	*from = bsn_slice_of(from->data + len, from->len - len);
	return front;
}

int32_t
note_decode(bsn_slice tx, note *out, bsn_err *err)
{
	bsn_slice rest = tx;
	uint64_t key_len;

	if (tx.len < HASH_LEN + SIGNER_LEN + 1u + SIGNATURE_LEN ||
	    tx.len > TX_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%llu bytes are no transaction of this "
				"framework",
				(unsigned long long)tx.len);
	out->signed_part = cut(&rest, tx.len - SIGNATURE_LEN);
	out->signature = rest;
	rest = out->signed_part;
	out->chain = cut(&rest, HASH_LEN);
	out->signer = cut(&rest, SIGNER_LEN);
	key_len = *cut(&rest, 1).data;
	if (key_len > rest.len)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the transaction ends inside its key");
	out->key = cut(&rest, key_len);
	out->text = rest;
	return note_check(out->key, out->text, err);
}
