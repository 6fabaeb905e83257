/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2 public-key encryption (GB/T 32918.4).
 */
#include "plugins/crypto-gm/sm2_encrypt.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/secret.h"
#include "plugins/crypto-gm/sm2_cipher_der.h"
#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_kdf.h"
#include "plugins/crypto-gm/sm2_nonce.h"

#define SEED_LEN 48
#define UNCOMPRESSED 0x04
/* C1 and C3 before C2. */
#define RAW_HEAD_LEN (1 + SM2_POINT_LEN + SM3_LEN)
/* One attempt fails with a chance of 2^-8 for the shortest text. */
#define ATTEMPTS 32u

/* ---- what both have ------------------------------------------------------ */

/* What the two parties share, as bytes: x2 || y2. */
typedef struct {
	uint8_t xy[SM2_POINT_LEN];
} Shared;

static void
share(Shared *shared, const Sc *k, const Affine *point)
{
	Affine product;

	(void)sm2_mul(&product, k, point);
	sm2_point_write(shared->xy, &product);
	OPENSSL_cleanse(&product, sizeof(product));
}

/* in and the key stream, into out, which is apart from it. Mask: whether the
 * stream is not all zeros, which would hide nothing. */
static uint64_t
mask_text(const Shared *shared, bsn_slice in, uint8_t *out)
{
	uint64_t any = 0;
	Sm3 begin;

	sm3_init(&begin);
	sm3_update(&begin, shared->xy, SM2_POINT_LEN);
	sm2_kdf(&begin, out, in.len);
	for (size_t i = 0; i < in.len; i++) {
		any |= out[i];
		out[i] ^= in.data[i];
	}
	OPENSSL_cleanse(&begin, sizeof(begin));
	return limb_barrier(0 - ((any | (0 - any)) >> 63));
}

/* C3 = SM3(x2 || M || y2). */
static void
digest_text(const Shared *shared, bsn_slice text, uint8_t *digest)
{
	Sm3 sm3;

	sm3_init(&sm3);
	sm3_update(&sm3, shared->xy, SM2_SCALAR_LEN);
	sm3_update(&sm3, text.data, text.len);
	sm3_update(&sm3, shared->xy + SM2_SCALAR_LEN, SM2_SCALAR_LEN);
	sm3_final(&sm3, digest);
	OPENSSL_cleanse(&sm3, sizeof(sm3));
}

static int32_t
check_form(uint32_t form)
{
	return form <= BSN_ENCRYPTED_DER ? BSN_OK : BSN_NOT_OFFERED;
}

/* ---- encryption ---------------------------------------------------------- */

/* The seed itself at first, then digests of it. */
static void
number_from_seed(Sc *k, const uint8_t *seed, unsigned attempt)
{
	uint8_t more[SC_WIDE_LEN];
	Sm3 begin;

	if (attempt == 0) {
		sc_read_key(k, seed, SEED_LEN);
		return;
	}
	sm3_init(&begin);
	sm3_update(&begin, seed, SEED_LEN);
	sm2_wide_digest(&begin, attempt, more);
	sc_read_key(k, more, sizeof(more));
	OPENSSL_cleanse(more, sizeof(more));
	OPENSSL_cleanse(&begin, sizeof(begin));
}

/* Steps A1 to A6 of section 6.1, but for C3. FALSE when another k is wanted. */
static uint64_t
encrypt_with(const Sc *k, const Affine *key, bsn_slice text, Shared *shared,
	     Sm2Cipher *cipher, uint8_t *masked)
{
	uint64_t good;
	Affine point;

	sm2_mul_base(&point, k);
	sm2_point_write(cipher->point, &point);
	secret_reveal(cipher->point, SM2_POINT_LEN); /* C1 is sent */
	share(shared, k, key);
	good = mask_text(shared, text, masked);
	secret_reveal(&good, sizeof(good)); /* whether there is another C1 */
	return good;
}

static int32_t
write_cipher(const Sm2Cipher *cipher, uint32_t form, bsn_sink *sink)
{
	uint8_t head[SM2_CIPHER_HEAD_MAX];
	size_t len = RAW_HEAD_LEN;
	int32_t status;

	if (form == BSN_ENCRYPTED_DER) {
		len = sm2_cipher_head(cipher, head);
	} else {
		head[0] = UNCOMPRESSED;
		memcpy(head + 1, cipher->point, SM2_POINT_LEN);
		memcpy(head + 1 + SM2_POINT_LEN, cipher->digest, SM3_LEN);
	}
	status = sink->write(sink, head, len);
	if (status != BSN_OK)
		return status;
	return sink->write(sink, cipher->text.data, cipher->text.len);
}

static int32_t
encrypt(const uint8_t *seed, const Affine *key, bsn_slice text, uint8_t *masked,
	Sm2Cipher *cipher)
{
	uint64_t good = 0;
	Shared shared;
	Sc k;

	for (unsigned i = 0; i < ATTEMPTS && !good; i++) {
		number_from_seed(&k, seed, i);
		good = encrypt_with(&k, key, text, &shared, cipher, masked);
	}
	digest_text(&shared, text, cipher->digest);
	cipher->text = bsn_slice_of(masked, text.len);
	secret_reveal(cipher->digest, SM3_LEN); /* C3 and C2 are sent */
	secret_reveal(masked, text.len);
	OPENSSL_cleanse(&shared, sizeof(shared));
	OPENSSL_cleanse(&k, sizeof(k));
	return good ? BSN_OK : BSN_E_INTERNAL;
}

int32_t
sm2_encrypt(const uint8_t *seed, const uint8_t *public_key, uint32_t form,
	    bsn_slice text, bsn_sink *encrypted)
{
	g_autofree uint8_t *masked = NULL;
	Sm2Cipher cipher;
	int32_t status;
	Affine key;

	if (seed == NULL || public_key == NULL || encrypted == NULL ||
	    (text.data == NULL && text.len > 0))
		return BSN_E_INVALID;
	status = check_form(form);
	if (status != BSN_OK)
		return status;
	if (text.len > BSN_ENCRYPTION_TEXT_MAX)
		return BSN_TOO_LARGE;
	if (text.len == 0 || !sm2_point_read(&key, public_key))
		return BSN_BAD_REQUEST;
	masked = g_try_malloc(text.len);
	if (masked == NULL)
		return BSN_E_NOMEM;
	status = encrypt(seed, &key, text, masked, &cipher);
	return status == BSN_OK ? write_cipher(&cipher, form, encrypted) :
				  status;
}

/* ---- decryption ---------------------------------------------------------- */

static int
read_raw(bsn_slice raw, Sm2Cipher *cipher)
{
	if (raw.len < RAW_HEAD_LEN || raw.data[0] != UNCOMPRESSED)
		return 0;
	memcpy(cipher->point, raw.data + 1, SM2_POINT_LEN);
	memcpy(cipher->digest, raw.data + 1 + SM2_POINT_LEN, SM3_LEN);
	cipher->text = bsn_slice_of(raw.data + RAW_HEAD_LEN,
				    raw.len - RAW_HEAD_LEN);
	return 1;
}

/* Mask. */
static uint64_t
digests_are_equal(const uint8_t *a, const uint8_t *b)
{
	uint64_t differ = 0;

	for (size_t i = 0; i < SM3_LEN; i++)
		differ |= (uint64_t)(a[i] ^ b[i]);
	return limb_barrier((differ | (0 - differ)) >> 63) - 1;
}

/* Steps B2 to B6 of section 7.1. The mask is all that may be known of the text
 * when it is 0. */
static uint64_t
decrypt(const Sc *d, const Affine *point, const Sm2Cipher *cipher,
	uint8_t *text)
{
	uint8_t digest[SM3_LEN];
	uint64_t good;
	Shared shared;

	share(&shared, d, point);
	good = mask_text(&shared, cipher->text, text);
	digest_text(&shared, bsn_slice_of(text, cipher->text.len), digest);
	good &= digests_are_equal(digest, cipher->digest);
	OPENSSL_cleanse(&shared, sizeof(shared));
	OPENSSL_cleanse(digest, sizeof(digest));
	return good;
}

static int32_t
decrypt_into(const Sc *d, const Sm2Cipher *cipher, bsn_sink *sink)
{
	uint64_t good;
	uint8_t *text;
	Affine point;
	int32_t status = BSN_BAD_REQUEST;

	if (!sm2_point_read(&point, cipher->point))
		return BSN_BAD_REQUEST;
	text = g_try_malloc(cipher->text.len);
	if (text == NULL)
		return BSN_E_NOMEM;
	good = decrypt(d, &point, cipher, text);
	secret_reveal(&good, sizeof(good)); /* what the caller is told */
	if (good)
		status = sink->write(sink, text, cipher->text.len);
	OPENSSL_cleanse(text, cipher->text.len);
	g_free(text);
	return status;
}

int32_t
sm2_decrypt(const uint8_t *private_key, uint32_t form, bsn_slice encrypted,
	    bsn_sink *text)
{
	Sm2Cipher cipher;
	uint64_t valid;
	int32_t status;
	Sc d;

	if (private_key == NULL || text == NULL ||
	    (encrypted.data == NULL && encrypted.len > 0))
		return BSN_E_INVALID;
	status = check_form(form);
	if (status != BSN_OK)
		return status;
	if (encrypted.len >
	    BSN_ENCRYPTION_TEXT_MAX + BSN_ENCRYPTION_OVERHEAD_MAX)
		return BSN_TOO_LARGE;
	if (!(form == BSN_ENCRYPTED_DER ? sm2_cipher_read(encrypted, &cipher) :
					  read_raw(encrypted, &cipher)) ||
	    cipher.text.len == 0)
		return BSN_BAD_REQUEST;
	valid = sm2_private_read(&d, private_key);
	secret_reveal(&valid, sizeof(valid)); /* what the caller is told */
	status = valid ? decrypt_into(&d, &cipher, text) : BSN_BAD_REQUEST;
	OPENSSL_cleanse(&d, sizeof(d));
	return status;
}
