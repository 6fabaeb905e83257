/* SPDX-License-Identifier: Apache-2.0
 *
 * Challenges for those who have a key besides that of their certificate.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/access/challenge.h"
#include "host/gateway/hex.h"
#include "host/gateway/json.h"
#include "host/gateway/message_ask.h"
#include "host/gateway/routes.h"

static ChallengeFor
for_caller(const Exchange *exchange, const Chain *chain)
{
	return (ChallengeFor){
		.secret = exchange->gateway->challenge_secret,
		.chain = chain_name(chain),
		.fingerprint = exchange->caller->identity->fingerprint,
	};
}

void
messages_challenge(Exchange *exchange)
{
	Chain *chain = message_chain(exchange);
	gint64 expires_ms = g_get_real_time() / 1000 + CHALLENGE_LIFE_MS;
	guint8 challenge[CHALLENGE_LEN];
	g_autofree char *message = NULL;
	ChallengeFor caller;
	json_t *body;

	if (chain == NULL)
		return;
	caller = for_caller(exchange, chain);
	challenge_make(&caller, expires_ms, challenge);
	message = challenge_message(&caller, challenge);
	body = json_object();
	json_object_set_new(body, "challenge",
			    json_hex(challenge, sizeof(challenge)));
	json_object_set_new(body, "message", json_text(message));
	json_object_set_new(body, "expires_ms", json_u64((guint64)expires_ms));
	exchange_answer(exchange, 200, body);
}

/* A parameter in hex; answers and returns NULL when it is missing or wrong. */
static GBytes *
hex_param(Exchange *exchange, const char *name, gsize max)
{
	const char *text = exchange_param(exchange, name);
	const char *why = "it is missing";
	GBytes *bytes = text != NULL ? hex_decode(text, max, &why) : NULL;

	if (bytes == NULL)
		exchange_failf(exchange, BSN_BAD_REQUEST,
			       "A proof has challenge, algorithm, public_key "
			       "and signature.",
			       "%s: %s", name, why);
	return bytes;
}

static const bsn_signature *
scheme_param(Exchange *exchange)
{
	const char *name = exchange_param(exchange, "algorithm");
	const bsn_signature *scheme =
		name != NULL ? plugin_find_signature(name) : NULL;

	if (scheme == NULL)
		exchange_failf(exchange, BSN_BAD_REQUEST,
			       "GET /v1/plugins lists what plugins offer.",
			       "algorithm: there is no signature scheme %.40s",
			       name != NULL ? name : "without a name");
	return scheme;
}

gboolean
message_proven_key(Exchange *exchange, const Chain *chain, GBytes **key)
{
	g_autoptr(GBytes) challenge = NULL;
	g_autoptr(GBytes) public_key = NULL;
	g_autoptr(GBytes) signature = NULL;
	ChallengeFor caller = for_caller(exchange, chain);
	ChallengeProof proof = { .scheme = NULL };
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	*key = NULL;
	if (exchange_param(exchange, "challenge") == NULL)
		return TRUE;
	challenge = hex_param(exchange, "challenge", CHALLENGE_LEN);
	if (challenge != NULL)
		public_key = hex_param(exchange, "public_key",
				       BSN_PUBLIC_KEY_MAX);
	if (public_key != NULL)
		signature = hex_param(exchange, "signature",
				      BSN_SIGNATURE_MAX);
	if (signature != NULL)
		proof.scheme = scheme_param(exchange);
	if (proof.scheme == NULL)
		return FALSE;
	proof.challenge = bytes_slice(challenge);
	proof.public_key = bytes_slice(public_key);
	proof.signature = bytes_slice(signature);
	status = challenge_judge(&caller, &proof, g_get_real_time() / 1000,
				 &err);
	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		return FALSE;
	}
	*key = g_steal_pointer(&public_key);
	return TRUE;
}
