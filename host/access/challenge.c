/* SPDX-License-Identifier: Apache-2.0 */
#include "host/access/challenge.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <openssl/crypto.h>

#include "host/gateway/hex.h"

#define TIME_LEN 8
#define MAC_LEN (CHALLENGE_LEN - TIME_LEN)

static void
add_text(GHmac *hmac, const char *text)
{
	/* With its end, so that no two make one. */
	g_hmac_update(hmac, (const guint8 *)text, (gssize)strlen(text) + 1);
}

void
challenge_make(const ChallengeFor *for_whom, gint64 expires_ms,
	       guint8 out[CHALLENGE_LEN])
{
	GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, for_whom->secret,
				 CHALLENGE_SECRET_LEN);
	const guint64 time = GUINT64_TO_BE((guint64)expires_ms);
	gsize len = MAC_LEN;

	memcpy(out, &time, TIME_LEN);
	g_hmac_update(hmac, out, TIME_LEN);
	add_text(hmac, for_whom->chain);
	add_text(hmac, for_whom->fingerprint);
	g_hmac_get_digest(hmac, out + TIME_LEN, &len);
	g_hmac_unref(hmac);
}

char *
challenge_message(const ChallengeFor *for_whom,
		  const guint8 challenge[CHALLENGE_LEN])
{
	g_autofree char *hex = hex_encode(challenge, CHALLENGE_LEN);

	return g_strdup_printf("BSN-PROOF-1\n%s\n%s\n%s\n", for_whom->chain,
			       for_whom->fingerprint, hex);
}

static int32_t
judge_challenge(const ChallengeFor *for_whom, bsn_slice given, gint64 now_ms,
		bsn_err *err)
{
	guint8 expected[CHALLENGE_LEN];
	guint64 time;
	gint64 expires_ms;

	if (given.len != CHALLENGE_LEN)
		return bsn_fail(err, BSN_DENIED,
				"the challenge is none of this host's");
	memcpy(&time, given.data, TIME_LEN);
	expires_ms = (gint64)GUINT64_FROM_BE(time);
	challenge_make(for_whom, expires_ms, expected);
	if (CRYPTO_memcmp(expected, given.data, CHALLENGE_LEN) != 0)
		return bsn_fail(err, BSN_DENIED,
				"the challenge was not made for you on this "
				"chain since the host began");
	if (expires_ms < now_ms)
		return bsn_fail(err, BSN_DENIED,
				"the challenge is over a minute old: get "
				"another one");
	return BSN_OK;
}

/* secp256k1's usual hash, Keccak-256, is not at hand everywhere that such keys
 * are: SHA-256 is. */
static gboolean
signs_digest(const bsn_signature *scheme)
{
	return strcmp(scheme->name, "secp256k1") == 0;
}

static int32_t
verify(const ChallengeProof *proof, const char *message)
{
	guint8 digest[32];
	gsize len = sizeof(digest);
	bsn_verify_item item = { .size = sizeof(item),
				 .convention = BSN_SIGN_STANDARD,
				 .public_key = proof->public_key,
				 .message = bsn_slice_str(message),
				 .signature = proof->signature };
	GChecksum *sha256;

	if (signs_digest(proof->scheme)) {
		sha256 = g_checksum_new(G_CHECKSUM_SHA256);
		g_checksum_update(sha256, item.message.data,
				  (gssize)item.message.len);
		g_checksum_get_digest(sha256, digest, &len);
		g_checksum_free(sha256);
		item.convention = BSN_SIGN_DIGEST;
		item.message = bsn_slice_of(digest, sizeof(digest));
	}
	return proof->scheme->verify(&item);
}

int32_t
challenge_judge(const ChallengeFor *for_whom, const ChallengeProof *proof,
		gint64 now_ms, bsn_err *err)
{
	int32_t status =
		judge_challenge(for_whom, proof->challenge, now_ms, err);
	g_autofree char *message = NULL;

	if (status != BSN_OK)
		return status;
	message = challenge_message(for_whom, proof->challenge.data);
	if (verify(proof, message) == BSN_OK)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE,
			"the signature is not the public key's over the "
			"challenge's message");
}
