/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <bsn/helpers/bytes.h>
#include <openssl/rand.h>
#include <string.h>

#include "tools/bench/crypto_reference.h"
#include "tools/bench/crypto_suites.h"
#include "tools/bench/crypto_trial.h"

#define MESSAGE_LEN 300u

typedef struct {
	const bsn_hash *hash;
	EVP_MD *md; /* NULL: none */
	EVP_MD_CTX *context;
	guint8 text[TRIAL_OPS][MESSAGE_LEN];
	bsn_slice messages[TRIAL_OPS];
	guint8 digests[TRIAL_OPS * BSN_DIGEST_MAX];
	guint8 reference_digests[TRIAL_OPS * BSN_DIGEST_MAX];
} Pair;

static gboolean
digest_each(gpointer data)
{
	Pair *pair = data;

	for (guint i = 0; i < TRIAL_OPS; i++)
		if (pair->hash->digest(
			    &pair->messages[i], 1,
			    pair->digests +
				    (gsize)i * pair->hash->digest_len) !=
		    BSN_OK)
			return FALSE;
	return TRUE;
}

static gboolean
digest_many(gpointer data)
{
	Pair *pair = data;

	if (!BSN_HAS(pair->hash, digest_many))
		return digest_each(data);
	return pair->hash->digest_many(pair->messages, TRIAL_OPS,
				       pair->digests) == BSN_OK;
}

static gboolean
reference_digest(gpointer data)
{
	Pair *pair = data;

	for (guint i = 0; i < TRIAL_OPS; i++)
		if (EVP_DigestInit_ex2(pair->context, pair->md, NULL) <= 0 ||
		    EVP_DigestUpdate(pair->context, pair->text[i],
				     MESSAGE_LEN) <= 0 ||
		    EVP_DigestFinal_ex(pair->context,
				       pair->reference_digests +
					       (gsize)i *
						       pair->hash->digest_len,
				       NULL) <= 0)
			return FALSE;
	return TRUE;
}

static gboolean
agree(Pair *pair)
{
	return pair->md == NULL ||
	       (reference_digest(pair) &&
		memcmp(pair->digests, pair->reference_digests,
		       (gsize)TRIAL_OPS * pair->hash->digest_len) == 0);
}

gboolean
crypto_add_hash(GPtrArray *trials, const bsn_hash *hash)
{
	Pair *pair = g_new0(Pair, 1);
	Trial *batch = trial_add(trials, hash->name, "batch",
				 "300 bytes, 64 in a call", pair);
	Trial *single =
		trial_add(trials, hash->name, "single", "300 bytes", pair);

	pair->hash = hash;
	pair->md = reference_hash(hash->name);
	pair->context = EVP_MD_CTX_new();
	(void)RAND_bytes(&pair->text[0][0], sizeof(pair->text));
	for (guint i = 0; i < TRIAL_OPS; i++)
		pair->messages[i] = bsn_slice_of(pair->text[i], MESSAGE_LEN);
	batch->is_headline = TRUE;
	batch->run = digest_many;
	single->run = digest_each;
	if (pair->md != NULL)
		batch->reference = single->reference = reference_digest;
	return digest_many(pair) && agree(pair) && digest_each(pair) &&
	       agree(pair);
}
