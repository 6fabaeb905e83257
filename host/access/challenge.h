/* SPDX-License-Identifier: Apache-2.0
 *
 * host/access/challenge.h: a caller proves that it has one more key besides
 * that of its certificate, by signing a challenge. A challenge is bound to its
 * caller and chain and good for a minute; the host keeps nothing of it but the
 * secret that they are all made with.
 */
#ifndef HOST_ACCESS_CHALLENGE_H
#define HOST_ACCESS_CHALLENGE_H

#include <bsn/crypto.h>
#include <glib.h>

#define CHALLENGE_SECRET_LEN 32
/* When it ends, milliseconds since 1970, big-endian; HMAC-SHA-256. */
#define CHALLENGE_LEN 40
#define CHALLENGE_LIFE_MS 60000

/* Whom a challenge is for; borrowed. */
typedef struct {
	const guint8 *secret; /* CHALLENGE_SECRET_LEN bytes */
	const char *chain;
	const char *fingerprint; /* of the caller's certificate */
} ChallengeFor;

void challenge_make(const ChallengeFor *for_whom, gint64 expires_ms,
		    guint8 out[CHALLENGE_LEN]);
/* What is to be signed, by the scheme's standard convention; for secp256k1 its
 * SHA-256 digest is. g_free it. Lines: "BSN-PROOF-1", chain, fingerprint,
 * the challenge after 0x. */
char *challenge_message(const ChallengeFor *for_whom,
			const guint8 challenge[CHALLENGE_LEN]);

/* An answer to a challenge. */
typedef struct {
	const bsn_signature *scheme;
	bsn_slice challenge, public_key, signature;
} ChallengeProof;

/* Returns: BSN_OK. Errors: BSN_DENIED: it is another's, or over;
 *          BSN_BAD_SIGNATURE. */
int32_t challenge_judge(const ChallengeFor *for_whom,
			const ChallengeProof *proof, gint64 now_ms,
			bsn_err *err);

#endif
