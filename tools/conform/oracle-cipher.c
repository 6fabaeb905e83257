/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/oracle-cipher.h"

#include <openssl/asn1t.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <string.h>

#define UNCOMPRESSED 0x04
#define NUMBER_LEN 32u
#define DIGEST_LEN 32u
#define HEAD_LEN (1u + 2u * NUMBER_LEN + DIGEST_LEN)

/* SM2Cipher, GM/T 0009 section 7.2. */
typedef struct {
	BIGNUM *x, *y;
	ASN1_OCTET_STRING *digest, *text;
} Cipher;

ASN1_SEQUENCE(Cipher) = {
	ASN1_SIMPLE(Cipher, x, BIGNUM),
	ASN1_SIMPLE(Cipher, y, BIGNUM),
	ASN1_SIMPLE(Cipher, digest, ASN1_OCTET_STRING),
	ASN1_SIMPLE(Cipher, text, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END(Cipher)

static void
cipher_free(Cipher *cipher)
{
	ASN1_item_free((ASN1_VALUE *)cipher, ASN1_ITEM_rptr(Cipher));
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cipher, cipher_free)

GByteArray *
oracle_cipher_der(bsn_slice raw)
{
	g_autoptr(Cipher) cipher =
		(Cipher *)ASN1_item_new(ASN1_ITEM_rptr(Cipher));
	const guint8 *at = raw.data + 1;
	GByteArray *der = NULL;
	guint8 *bytes = NULL;
	int len;

	if (cipher == NULL || raw.len <= HEAD_LEN ||
	    raw.data[0] != UNCOMPRESSED)
		return NULL;
	BN_bin2bn(at, NUMBER_LEN, cipher->x);
	BN_bin2bn(at + NUMBER_LEN, NUMBER_LEN, cipher->y);
	at += 2 * (gsize)NUMBER_LEN;
	ASN1_OCTET_STRING_set(cipher->digest, at, DIGEST_LEN);
	ASN1_OCTET_STRING_set(cipher->text, at + DIGEST_LEN,
			      (int)(raw.len - HEAD_LEN));
	len = ASN1_item_i2d((ASN1_VALUE *)cipher, &bytes,
			    ASN1_ITEM_rptr(Cipher));
	if (len > 0)
		der = g_byte_array_append(g_byte_array_new(), bytes,
					  (guint)len);
	OPENSSL_free(bytes);
	return der;
}

GByteArray *
oracle_cipher_raw(bsn_slice der)
{
	const guint8 *at = der.data;
	g_autoptr(Cipher) cipher = (Cipher *)ASN1_item_d2i(
		NULL, &at, (long)der.len, ASN1_ITEM_rptr(Cipher));
	guint8 head[HEAD_LEN] = { UNCOMPRESSED };
	GByteArray *raw;

	if (cipher == NULL ||
	    BN_bn2binpad(cipher->x, head + 1, NUMBER_LEN) < 0 ||
	    BN_bn2binpad(cipher->y, head + 1 + NUMBER_LEN, NUMBER_LEN) < 0 ||
	    ASN1_STRING_length(cipher->digest) != DIGEST_LEN)
		return NULL;
	memcpy(head + 1 + 2 * (gsize)NUMBER_LEN,
	       ASN1_STRING_get0_data(cipher->digest), DIGEST_LEN);
	raw = g_byte_array_append(g_byte_array_new(), head, HEAD_LEN);
	return g_byte_array_append(raw, ASN1_STRING_get0_data(cipher->text),
				   (guint)ASN1_STRING_length(cipher->text));
}
