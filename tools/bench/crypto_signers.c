/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/crypto_signers.h"

#include <bsn/helpers/bytes.h>
#include <openssl/rand.h>

#define SEED_LEN 48

Signers *
signers_new(const bsn_signature *scheme)
{
	Signers *signers = g_new0(Signers, 1);

	signers->scheme = scheme;
	for (guint i = 0; i < TRIAL_OPS; i++)
		signers->items[i] = (bsn_verify_item){
			.size = sizeof(bsn_verify_item),
			.convention = BSN_SIGN_STANDARD,
			.public_key = bsn_slice_of(signers->public_keys[i],
						   scheme->public_key_len),
			.message = bsn_slice_of(signers->messages[i],
						SIGNERS_MESSAGE_LEN),
			.signature = bsn_slice_of(signers->signatures[i],
						  scheme->signature_len),
		};
	return signers;
}

static gboolean
renew_one(Signers *signers, guint i)
{
	const bsn_signature *scheme = signers->scheme;
	guint8 seed[SEED_LEN];

	return RAND_bytes(seed, sizeof(seed)) > 0 &&
	       RAND_bytes(signers->messages[i], SIGNERS_MESSAGE_LEN) > 0 &&
	       scheme->generate(seed, signers->private_keys[i],
				signers->public_keys[i]) == BSN_OK &&
	       scheme->sign(signers->private_keys[i], BSN_SIGN_STANDARD,
			    bsn_slice_of(NULL, 0), signers->items[i].message,
			    signers->signatures[i]) == BSN_OK;
}

gboolean
signers_renew(Signers *signers)
{
	for (guint i = 0; i < TRIAL_OPS; i++)
		if (!renew_one(signers, i))
			return FALSE;
	return TRUE;
}

gboolean
signers_verify(const Signers *signers)
{
	const bsn_signature *scheme = signers->scheme;
	int32_t results[TRIAL_OPS];

	if (!BSN_HAS(scheme, verify_many))
		return signers_verify_each(signers);
	if (scheme->verify_many(signers->items, TRIAL_OPS, results) != BSN_OK)
		return FALSE;
	for (guint i = 0; i < TRIAL_OPS; i++)
		if (results[i] != BSN_OK)
			return FALSE;
	return TRUE;
}

gboolean
signers_verify_each(const Signers *signers)
{
	for (guint i = 0; i < TRIAL_OPS; i++)
		if (signers->scheme->verify(&signers->items[i]) != BSN_OK)
			return FALSE;
	return TRUE;
}
