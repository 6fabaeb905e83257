/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <bsn/helpers/bytes.h>
#include <openssl/rand.h>

#include "tools/bench/crypto_reference.h"
#include "tools/bench/crypto_signers.h"
#include "tools/bench/crypto_suites.h"

#define SEED_LEN 48

/* A scheme of the plugin and the same one of OpenSSL, on the same signatures.
 */
typedef struct {
	Signers *signers;
	Reference *reference; /* NULL: none */
	EVP_PKEY *keys[TRIAL_OPS];
	guint8 signatures[TRIAL_OPS][REFERENCE_SIGNATURE_MAX];
	gsize lengths[TRIAL_OPS];
} Pair;

/* ---- the plugin --------------------------------------------------------- */

static gboolean
renew(gpointer data)
{
	const Pair *pair = data;

	return signers_renew(pair->signers);
}

static gboolean
verify(gpointer data)
{
	const Pair *pair = data;

	return signers_verify(pair->signers);
}

static gboolean
verify_each(gpointer data)
{
	const Pair *pair = data;

	return signers_verify_each(pair->signers);
}

static gboolean
sign(gpointer data)
{
	const Pair *pair = data;
	Signers *signers = pair->signers;

	for (guint i = 0; i < TRIAL_OPS; i++)
		if (signers->scheme->sign(
			    signers->private_keys[0], BSN_SIGN_STANDARD,
			    bsn_slice_of(NULL, 0), signers->items[i].message,
			    signers->signatures[i]) != BSN_OK)
			return FALSE;
	return TRUE;
}

static gboolean
generate(gpointer data)
{
	const Pair *pair = data;
	guint8 seed[SEED_LEN], private_key[32], public_key[BSN_PUBLIC_KEY_MAX];

	for (guint i = 0; i < TRIAL_OPS; i++)
		if (RAND_bytes(seed, sizeof(seed)) <= 0 ||
		    pair->signers->scheme->generate(seed, private_key,
						    public_key) != BSN_OK)
			return FALSE;
	return TRUE;
}

/* ---- OpenSSL ------------------------------------------------------------ */

static gboolean
decode(gpointer data)
{
	Pair *pair = data;
	const Signers *signers = pair->signers;

	for (guint i = 0; i < TRIAL_OPS; i++) {
		EVP_PKEY_free(pair->keys[i]);
		pair->keys[i] = reference_key(pair->reference, NULL,
					      signers->public_keys[i]);
		if (pair->keys[i] == NULL ||
		    !reference_encode(pair->reference, signers->signatures[i],
				      pair->signatures[i], &pair->lengths[i]))
			return FALSE;
	}
	return TRUE;
}

static gboolean
reference_verify_all(gpointer data)
{
	const Pair *pair = data;

	for (guint i = 0; i < TRIAL_OPS; i++)
		if (!reference_verify(pair->reference, pair->keys[i],
				      pair->signers->items[i].message,
				      bsn_slice_of(pair->signatures[i],
						   pair->lengths[i])))
			return FALSE;
	return TRUE;
}

static gboolean
decode_signer(gpointer data)
{
	Pair *pair = data;

	EVP_PKEY_free(pair->keys[0]);
	pair->keys[0] =
		reference_key(pair->reference, pair->signers->private_keys[0],
			      pair->signers->public_keys[0]);
	return pair->keys[0] != NULL;
}

static gboolean
reference_sign_all(gpointer data)
{
	const Pair *pair = data;

	for (guint i = 0; i < TRIAL_OPS; i++)
		if (!reference_sign(pair->reference, pair->keys[0],
				    pair->signers->items[i].message))
			return FALSE;
	return TRUE;
}

static gboolean
reference_generate_all(gpointer data)
{
	const Pair *pair = data;

	for (guint i = 0; i < TRIAL_OPS; i++)
		if (!reference_generate(pair->reference))
			return FALSE;
	return TRUE;
}

/* ---- trials ------------------------------------------------------------- */

/* A plugin may want to see a key some times before it prepares for it. */
static Pair *
pair_new(const bsn_signature *scheme)
{
	Pair *pair = g_new0(Pair, 1);
	gboolean good;

	pair->signers = signers_new(scheme);
	pair->reference = reference_new(scheme->name);
	good = signers_renew(pair->signers);
	for (guint i = 0; i < 4 && good; i++)
		good = signers_verify(pair->signers) &&
		       signers_verify_each(pair->signers);
	if (good && pair->reference != NULL)
		good = decode(pair) && reference_verify_all(pair);
	return good ? pair : NULL;
}

static Trial *
add(GPtrArray *trials, Pair *pair, const char *operation, const char *what)
{
	return trial_add(trials, pair->signers->scheme->name, operation, what,
			 pair);
}

static void
add_first(GPtrArray *trials, Pair *pair)
{
	Trial *batch = add(trials, pair, "verify-first",
			   "verify, new keys, 64 in a call");
	Trial *single =
		add(trials, pair, "verify-first-single", "verify, new keys");

	batch->is_headline = TRUE;
	batch->prepare = renew;
	batch->run = verify;
	single->prepare = renew;
	single->run = verify_each;
	if (pair->reference == NULL)
		return;
	batch->prepare_reference = single->prepare_reference = decode;
	batch->reference = single->reference = reference_verify_all;
}

static void
add_cached(GPtrArray *trials, Pair *pair)
{
	Trial *batch = add(trials, pair, "verify-cached",
			   "verify, known keys, 64 in a call");
	Trial *single =
		add(trials, pair, "verify-cached-single", "verify, known keys");

	batch->is_headline = TRUE;
	batch->run = verify;
	single->run = verify_each;
	if (pair->reference != NULL)
		batch->reference = single->reference = reference_verify_all;
}

static void
add_private(GPtrArray *trials, Pair *pair)
{
	Trial *signing = add(trials, pair, "sign", "sign");
	Trial *generating = add(trials, pair, "keygen", "make a key pair");

	signing->is_headline = TRUE;
	signing->run = sign;
	generating->run = generate;
	if (pair->reference == NULL)
		return;
	signing->prepare_reference = decode_signer;
	signing->reference = reference_sign_all;
	generating->reference = reference_generate_all;
}

gboolean
crypto_add_signature(GPtrArray *trials, const bsn_signature *scheme)
{
	Pair *first = pair_new(scheme), *cached = pair_new(scheme),
	     *private = pair_new(scheme);

	if (first == NULL || cached == NULL || private == NULL)
		return FALSE;
	add_first(trials, first);
	add_cached(trials, cached);
	add_private(trials, private);
	return TRUE;
}
