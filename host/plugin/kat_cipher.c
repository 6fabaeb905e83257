/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/kat.h"

#include <bsn/helpers/bytes.h>

#include "host/plugin/kat_vectors.h"

/* Longest message tried, and room for its padding. */
#define MESSAGE_MAX 100u
#define ROOM (MESSAGE_MAX + 64u)
/* Longest key or initial value that any table may ask for. */
#define KEY_MAX 64u

static gboolean
fails(const bsn_cipher *cipher, const char *how, Refusal *refusal)
{
	return refuse(refusal, RULE_FAILED_KNOWN_ANSWER, "its cipher %s %s",
		      cipher->name, how);
}

/* Runs one direction into `out`, of ROOM bytes; FALSE on any status but OK. */
static gboolean
crypt_into(const bsn_cipher *cipher, guint32 encrypt, const guint8 *key,
	   const guint8 *iv, bsn_slice input, guint8 *out, guint64 *len)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(out, ROOM);
	int32_t status = cipher->crypt(encrypt, key, iv, input, &sink.sink);

	*len = sink.len;
	return status == BSN_OK;
}

static gboolean
check_vector(const bsn_cipher *cipher, const CipherVector *vector,
	     Refusal *refusal)
{
	g_autoptr(GByteArray) key = kat_bytes(vector->key);
	g_autoptr(GByteArray) iv = kat_bytes(vector->iv);
	g_autoptr(GByteArray) plain = kat_bytes(vector->plain);
	g_autoptr(GByteArray) expected = kat_bytes(vector->cipher);
	bsn_slice input = bsn_slice_of(plain->data, plain->len);
	guint8 got[ROOM];
	guint64 len;

	if (cipher->key_len == key->len && cipher->iv_len == iv->len &&
	    crypt_into(cipher, 1, key->data, iv->data, input, got, &len) &&
	    len >= expected->len &&
	    memcmp(got, expected->data, expected->len) == 0)
		return TRUE;
	return refuse(refusal, RULE_FAILED_KNOWN_ANSWER,
		      "its cipher %s does not give the ciphertext of %s",
		      cipher->name, vector->source);
}

static gboolean
check_round_trip(const bsn_cipher *cipher, bsn_slice message, Refusal *refusal)
{
	guint8 key[KEY_MAX], iv[KEY_MAX], there[ROOM], back[ROOM];
	guint64 there_len, back_len;

	memset(key, 0x4b, sizeof(key));
	memset(iv, 0x56, sizeof(iv));
	if (!crypt_into(cipher, 1, key, iv, message, there, &there_len))
		return fails(cipher, "cannot encrypt", refusal);
	if (!crypt_into(cipher, 0, key, iv, bsn_slice_of(there, there_len),
			back, &back_len))
		return fails(cipher, "cannot decrypt what it encrypted",
			     refusal);
	if (!bsn_slice_equal(message, bsn_slice_of(back, back_len)))
		return fails(cipher, "decrypts to something else than what it "
				     "encrypted",
			     refusal);
	return TRUE;
}

/* CBC input is whole blocks with good padding, or an error. */
static gboolean
check_padding(const bsn_cipher *cipher, Refusal *refusal)
{
	const guint8 key[KEY_MAX] = { 0 }, iv[KEY_MAX] = { 0 };
	const guint8 input[15] = { 0 };
	guint8 out[ROOM];
	guint64 len;

	if (!g_str_has_suffix(cipher->name, "-cbc") ||
	    !crypt_into(cipher, 0, key, iv, bsn_slice_of(input, sizeof(input)),
			out, &len))
		return TRUE;
	return fails(cipher, "decrypts input that is not whole blocks",
		     refusal);
}

gboolean
kat_cipher(const bsn_cipher *cipher, Refusal *refusal)
{
	static const guint lengths[] = { 0, 1, 15, 16, 17, MESSAGE_MAX };
	guint8 text[MESSAGE_MAX];

	for (gsize i = 0; i < kat_cipher_vector_count; i++)
		if (strcmp(kat_cipher_vectors[i].algorithm, cipher->name) ==
			    0 &&
		    !check_vector(cipher, &kat_cipher_vectors[i], refusal))
			return FALSE;
	for (guint i = 0; i < sizeof(text); i++)
		text[i] = (guint8)i;
	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
		if (!check_round_trip(cipher, bsn_slice_of(text, lengths[i]),
				      refusal))
			return FALSE;
	return check_padding(cipher, refusal);
}
