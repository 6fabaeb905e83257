/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/oracle-sign.h: a second opinion on signatures: OpenSSL's own
 * signing and verifying, by the conventions of bsn/base.h.
 *
 * It is asked about good keys and signatures of full length only. What is
 * malformed is decided by the standards' texts, not by what OpenSSL lets pass.
 */
#ifndef TOOLS_CONFORM_ORACLE_SIGN_H
#define TOOLS_CONFORM_ORACLE_SIGN_H

#include <bsn/crypto.h>
#include <glib.h>
#include <openssl/evp.h>

/* In the encodings of bsn/crypto.h. */
typedef struct {
	guint8 private_key[32];
	guint8 public_key[BSN_PUBLIC_KEY_MAX];
} OracleKeys;

/* The schemes that it knows: "sm2" "ecdsa-p256" "ed25519" "secp256k1". */
gboolean oracle_knows(const char *scheme);
/* Whether the scheme has this convention at all (bsn/base.h). */
gboolean oracle_has_convention(const char *scheme, guint32 convention);

/* A key pair from 48 random bytes. */
void oracle_keys(const char *scheme, const guint8 *seed, OracleKeys *keys);

/* OpenSSL's own, of a good pair; private_key may be NULL. To be freed. */
EVP_PKEY *oracle_key(const char *scheme, const guint8 *private_key,
		     const guint8 *public_key);

/* What the arithmetic of sm2, ecdsa-p256 or secp256k1 works with: 32 bytes. A
 * user id of length 0 is SM2's default one. */
void oracle_number(const char *scheme, guint32 convention,
		   const guint8 *public_key, bsn_slice user_id,
		   bsn_slice message, guint8 *e);
/* Z_A (GB/T 32918.2 section 5.5), 32 bytes. */
void oracle_sm2_za(const guint8 *public_key, bsn_slice user_id, guint8 *za);

/* Signs; s is made low and v is found for secp256k1. */
void oracle_sign(const char *scheme, guint32 convention, const OracleKeys *keys,
		 bsn_slice user_id, bsn_slice message, guint8 *signature);
gboolean oracle_verify(const char *scheme, guint32 convention,
		       const guint8 *public_key, bsn_slice user_id,
		       bsn_slice message, const guint8 *signature);

#endif
