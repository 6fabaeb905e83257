/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/public_key.h: what key pairs are good for beside signing: encryption to
 * a public key, and agreement of two parties on a key that nobody else knows
 * (`bsn.public_key/1`, what the query of a crypto plugin answers). Since 1.1;
 * optional.
 *
 * Names and keys are those of bsn/crypto.h: key pairs of a scheme, also those that
 * are used once, come from its bsn_signature.generate. The host runs known-answer
 * tests on each algorithm before anybody can find it, and lends them to other
 * plugins by name (`bsn.public_key_by_name/1`).
 *
 * Names: "sm2" (GB/T 32918.4 and 32918.3).
 */
#ifndef BSN_EXT_PUBLIC_KEY_H
#define BSN_EXT_PUBLIC_KEY_H

#include "../crypto.h"
#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_PUBLIC_KEY_ID "bsn.public_key/1"

/* ---- encryption --------------------------------------------------------- */

/* Forms of what is encrypted. */
#define BSN_ENCRYPTED_RAW 0u /* SM2: C1 || C3 || C2, C1 as 0x04 || x || y */
#define BSN_ENCRYPTED_DER 1u /* SM2: SM2Cipher of GM/T 0009 section 7.2 */

/* Longest text that is encrypted, in bytes; the shortest is 1. */
#define BSN_ENCRYPTION_TEXT_MAX (1u << 20)
/* Bytes by which any form of it is longer than the text, at most. */
#define BSN_ENCRYPTION_OVERHEAD_MAX 256u

/* Encryption to a public key. */
typedef struct bsn_encryption {
	BSN_TABLE_HEAD; /* flags: 0 */
	const char *name;
	uint32_t public_key_len; /* bytes, at most BSN_PUBLIC_KEY_MAX */
	uint32_t reserved;

	/* Encrypts. The same seed, key and text give the same ciphertext; a
	 * seed that comes twice, or that somebody knows, gives texts away.
	 *
	 * Returns: BSN_OK.
	 * In:      seed, 48 bytes from a good generator; public_key,
	 *          public_key_len bytes; form, BSN_ENCRYPTED_*; text.
	 * Out:     encrypted.
	 * Errors:  BSN_NOT_OFFERED for another form; BSN_BAD_REQUEST when the
	 *          key is none or the text is empty; BSN_TOO_LARGE;
	 *          BSN_E_NOMEM; what the sink returns.
	 * [any] */
	int32_t (*encrypt)(const uint8_t *seed, const uint8_t *public_key,
			   uint32_t form, bsn_slice text, bsn_sink *encrypted);

	/* Decrypts. Nothing is written unless all of it is as it was made: who
	 * asks again and again learns no more than that it is not.
	 *
	 * Returns: BSN_OK.
	 * In:      private_key, 32 bytes; form, BSN_ENCRYPTED_*; encrypted.
	 * Out:     text.
	 * Errors:  BSN_NOT_OFFERED for another form; BSN_BAD_REQUEST when the
	 *          private key is out of range, or encrypted malformed, changed
	 *          or for another key; BSN_TOO_LARGE; BSN_E_NOMEM; what the sink
	 *          returns.
	 * [any] */
	int32_t (*decrypt)(const uint8_t *private_key, uint32_t form,
			   bsn_slice encrypted, bsn_sink *text);
} bsn_encryption;

/* ---- agreement ---------------------------------------------------------- */

#define BSN_KEY_AGREEMENT_INITIATOR 0u
#define BSN_KEY_AGREEMENT_RESPONDER 1u

/* Longest key that is agreed upon, and a confirmation, in bytes. */
#define BSN_AGREED_KEY_MAX 1024u
#define BSN_CONFIRMATION_MAX 32u

/* What one party knows. Each has two key pairs: one by which it is known, and one
 * that is made for this agreement and forgotten after it. */
typedef struct bsn_key_agreement_side {
	uint32_t size;
	uint32_t role;			 /* BSN_KEY_AGREEMENT_* */
	bsn_slice private_key;           /* 32 bytes */
	bsn_slice once_private_key;      /* 32 bytes */
	bsn_slice user_id;               /* empty: BSN_SM2_DEFAULT_ID */
	bsn_slice peer_public_key;       /* public_key_len bytes */
	bsn_slice peer_once_public_key;  /* public_key_len bytes */
	bsn_slice peer_user_id;          /* empty: BSN_SM2_DEFAULT_ID */
} bsn_key_agreement_side;

/* Agreement on a key with authentication by public keys. */
typedef struct bsn_key_agreement {
	BSN_TABLE_HEAD; /* flags: 0 */
	const char *name;
	uint32_t public_key_len;   /* bytes, at most BSN_PUBLIC_KEY_MAX */
	uint32_t confirmation_len; /* bytes, at most BSN_CONFIRMATION_MAX */

	/* The key, and how each side proves to the other that it has it: the
	 * peer has the same key if what comes from it is what is expected, to be
	 * compared in constant time. Without that the key is only known to
	 * nobody but the peer.
	 *
	 * Returns: BSN_OK.
	 * In:      side; key_len, 1 to BSN_AGREED_KEY_MAX.
	 * Out:     key, key_len bytes; confirmation, what to send to the peer,
	 *          and expected, what must come from it, confirmation_len bytes
	 *          each; both may be NULL.
	 * Errors:  BSN_BAD_REQUEST when a key of either side is none, a user id
	 *          too long, or nothing can be agreed upon with these keys;
	 *          BSN_E_INVALID.
	 * [any] */
	int32_t (*agree)(const bsn_key_agreement_side *side, uint64_t key_len,
			 uint8_t *key, uint8_t *confirmation,
			 uint8_t *expected);
} bsn_key_agreement;

/* ---- the tables --------------------------------------------------------- */

/* What a plugin offers: arrays of pointers, each ended by NULL. */
typedef struct bsn_public_key {
	BSN_TABLE_HEAD; /* flags: 0 */
	const bsn_encryption *const *encryptions; /* optional */
	const bsn_key_agreement *const *agreements; /* optional */
} bsn_public_key;

/* Required members, X(member). */
#define BSN_ENCRYPTION_REQUIRED(X) X(name) X(encrypt) X(decrypt)
#define BSN_KEY_AGREEMENT_REQUIRED(X) X(name) X(agree)

/* The table of a plugin, or NULL. [any] */
static inline const bsn_public_key *
bsn_public_key_of(const bsn_plugin *plugin)
{
	return (const bsn_public_key *)plugin->query(BSN_PUBLIC_KEY_ID);
}

#define BSN_PUBLIC_KEY_BY_NAME_ID "bsn.public_key_by_name/1"

/* Those of all loaded plugins that passed their known-answer tests; see
 * bsn_crypto_by_name. Each returns NULL when there is none of that name. [any] */
typedef struct bsn_public_key_by_name {
	BSN_TABLE_HEAD; /* flags: 0 */
	const bsn_encryption *(*encryption)(const char *name);
	const bsn_key_agreement *(*agreement)(const char *name);
} bsn_public_key_by_name;

BSN_HOST_SERVICE(bsn_public_key_by_name, bsn_host_public_key,
		 BSN_PUBLIC_KEY_BY_NAME_ID)

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_PUBLIC_KEY_H */
