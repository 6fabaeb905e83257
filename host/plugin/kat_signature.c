/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/kat.h"

#include <bsn/helpers/bytes.h>

#include "host/plugin/kat_vectors.h"

#define PRIVATE_KEY_LEN 32u
#define SEED_LEN 48u
#define MESSAGE_LEN 32u /* a digest's, so that every convention takes it */

/* A key pair, a message and its signature. */
typedef struct {
	const bsn_signature *scheme;
	guint32 convention;
	guint8 private_key[PRIVATE_KEY_LEN];
	guint8 public_key[BSN_PUBLIC_KEY_MAX];
	guint8 message[MESSAGE_LEN];
	guint8 signature[BSN_SIGNATURE_MAX];
} Sample;

static gboolean
fails(const bsn_signature *scheme, const char *how, Refusal *refusal)
{
	return refuse(refusal, RULE_FAILED_KNOWN_ANSWER,
		      "its signature scheme %s %s", scheme->name, how);
}

static bsn_verify_item
item_of(const Sample *sample)
{
	const bsn_signature *scheme = sample->scheme;

	return (bsn_verify_item){
		.size = sizeof(bsn_verify_item),
		.convention = sample->convention,
		.public_key = bsn_slice_of(sample->public_key,
					   scheme->public_key_len),
		.message = bsn_slice_of(sample->message, MESSAGE_LEN),
		.signature = bsn_slice_of(sample->signature,
					  scheme->signature_len),
	};
}

/* ---- published answers -------------------------------------------------- */

static gboolean
has_lengths(const bsn_signature *scheme, const GByteArray *public_key,
	    const GByteArray *signature)
{
	return scheme->public_key_len == public_key->len &&
	       scheme->signature_len == signature->len;
}

static gboolean
derives(const bsn_signature *scheme, const GByteArray *private_key,
	const GByteArray *public_key)
{
	guint8 got[BSN_PUBLIC_KEY_MAX];

	return scheme->public_key(private_key->data, got) == BSN_OK &&
	       memcmp(got, public_key->data, public_key->len) == 0;
}

static gboolean
signs_the_same(const bsn_signature *scheme, const SignatureVector *vector,
	       const GByteArray *private_key, bsn_slice message,
	       const GByteArray *signature)
{
	guint8 got[BSN_SIGNATURE_MAX];

	return !vector->deterministic ||
	       (scheme->sign(private_key->data, vector->convention,
			     bsn_slice_of(NULL, 0), message, got) == BSN_OK &&
		memcmp(got, signature->data, signature->len) == 0);
}

static gboolean
recovers(const bsn_signature *scheme, const SignatureVector *vector,
	 bsn_slice message, const GByteArray *signature,
	 const GByteArray *public_key)
{
	guint8 got[BSN_PUBLIC_KEY_MAX];

	if (!BSN_HAS(scheme, recover) || vector->convention != BSN_SIGN_DIGEST)
		return TRUE;
	return scheme->recover(message.data, signature->data, got) == BSN_OK &&
	       memcmp(got, public_key->data, public_key->len) == 0;
}

static gboolean
check_vector(const bsn_signature *scheme, const SignatureVector *vector,
	     Refusal *refusal)
{
	g_autoptr(GByteArray) private_key = kat_bytes(vector->private_key);
	g_autoptr(GByteArray) public_key = kat_bytes(vector->public_key);
	g_autoptr(GByteArray) message = kat_bytes(vector->message);
	g_autoptr(GByteArray) signature = kat_bytes(vector->signature);
	const bsn_verify_item item = {
		.size = sizeof(item),
		.convention = vector->convention,
		.public_key = bsn_slice_of(public_key->data, public_key->len),
		.message = bsn_slice_of(message->data, message->len),
		.signature = bsn_slice_of(signature->data, signature->len),
	};
	const char *what = NULL;

	if (!has_lengths(scheme, public_key, signature))
		what = "has other lengths than";
	else if (!derives(scheme, private_key, public_key))
		what = "derives another public key than";
	else if (scheme->verify(&item) != BSN_OK)
		what = "refuses the signature of";
	else if (!signs_the_same(scheme, vector, private_key, item.message,
				 signature))
		what = "makes another signature than";
	else if (!recovers(scheme, vector, item.message, signature, public_key))
		what = "recovers another public key than";
	if (what == NULL)
		return TRUE;
	return refuse(refusal, RULE_FAILED_KNOWN_ANSWER,
		      "its signature scheme %s %s %s", scheme->name, what,
		      vector->source);
}

/* ---- rules of bsn/crypto.h ----------------------------------------------- */

static gboolean
make_keys(Sample *sample, guint8 first, Refusal *refusal)
{
	const bsn_signature *scheme = sample->scheme;
	guint8 seed[SEED_LEN], derived[BSN_PUBLIC_KEY_MAX];

	for (guint i = 0; i < SEED_LEN; i++)
		seed[i] = (guint8)(first + i);
	if (scheme->generate(seed, sample->private_key, sample->public_key) !=
	    BSN_OK)
		return fails(scheme, "cannot generate a key", refusal);
	if (scheme->public_key(sample->private_key, derived) != BSN_OK ||
	    memcmp(derived, sample->public_key, scheme->public_key_len) != 0)
		return fails(scheme, "derives another public key than it "
				     "generated",
			     refusal);
	return TRUE;
}

/* Every change makes a signature bad: none of these items may verify. */
static gboolean
refuses_changes(const Sample *sample, const Sample *other, Refusal *refusal)
{
	const bsn_signature *scheme = sample->scheme;
	Sample changed = *sample;
	bsn_verify_item item = item_of(&changed);

	changed.message[0] ^= 1;
	if (scheme->verify(&item) != BSN_BAD_SIGNATURE)
		return fails(scheme, "does not refuse a changed message",
			     refusal);
	changed = *sample;
	changed.signature[PRIVATE_KEY_LEN - 1] ^= 1;
	if (scheme->verify(&item) != BSN_BAD_SIGNATURE)
		return fails(scheme, "does not refuse a changed r", refusal);
	changed = *sample;
	changed.signature[2 * PRIVATE_KEY_LEN - 1] ^= 1;
	if (scheme->verify(&item) != BSN_BAD_SIGNATURE)
		return fails(scheme, "does not refuse a changed s", refusal);
	changed = *sample;
	memset(changed.signature, 0, sizeof(changed.signature));
	if (scheme->verify(&item) != BSN_BAD_SIGNATURE)
		return fails(scheme, "does not refuse a signature of zeros",
			     refusal);
	changed = *sample;
	memcpy(changed.public_key, other->public_key, BSN_PUBLIC_KEY_MAX);
	if (scheme->verify(&item) != BSN_BAD_SIGNATURE)
		return fails(scheme, "does not refuse another signer's key",
			     refusal);
	return TRUE;
}

static gboolean
check_many(const Sample *sample, Refusal *refusal)
{
	const bsn_signature *scheme = sample->scheme;
	Sample bad = *sample;
	const bsn_verify_item items[] = { item_of(sample), item_of(&bad),
					  item_of(sample) };
	int32_t results[3] = { BSN_E_INTERNAL, BSN_E_INTERNAL, BSN_E_INTERNAL };

	if (!BSN_HAS(scheme, verify_many))
		return TRUE;
	bad.message[MESSAGE_LEN - 1] ^= 0x80;
	if (scheme->verify_many(items, 3, results) != BSN_OK ||
	    results[0] != BSN_OK || results[1] != BSN_BAD_SIGNATURE ||
	    results[2] != BSN_OK)
		return fails(scheme, "judges otherwise in verify_many than in "
				     "verify",
			     refusal);
	return TRUE;
}

static gboolean
check_recover(const Sample *sample, Refusal *refusal)
{
	const bsn_signature *scheme = sample->scheme;
	guint8 got[BSN_PUBLIC_KEY_MAX];

	if (!BSN_HAS(scheme, recover) || sample->convention != BSN_SIGN_DIGEST)
		return TRUE;
	if (scheme->recover(sample->message, sample->signature, got) !=
		    BSN_OK ||
	    memcmp(got, sample->public_key, scheme->public_key_len) != 0)
		return fails(scheme, "does not recover the signer's public key",
			     refusal);
	return TRUE;
}

/* Signs by one convention and checks all that can be done with it. */
static gboolean
check_convention(Sample *sample, const Sample *other, Refusal *refusal)
{
	const bsn_signature *scheme = sample->scheme;
	bsn_verify_item item = item_of(sample);
	int32_t status = scheme->sign(sample->private_key, sample->convention,
				      bsn_slice_of(NULL, 0), item.message,
				      sample->signature);

	if (status == BSN_NOT_OFFERED &&
	    sample->convention != BSN_SIGN_STANDARD)
		return TRUE;
	if (status != BSN_OK)
		return fails(scheme, "cannot sign", refusal);
	if (scheme->verify(&item) != BSN_OK)
		return fails(scheme, "refuses its own signature", refusal);
	return refuses_changes(sample, other, refusal) &&
	       check_many(sample, refusal) && check_recover(sample, refusal);
}

/* SM2, PREHASHED: a signature of "abc" is the standard one of SM3("abc"). */
static gboolean
check_sm2_prehashed(const Sample *sample, Refusal *refusal)
{
	const bsn_signature *scheme = sample->scheme;
	const HashVector *abc = &kat_hash_vectors[0];
	g_autoptr(GByteArray) digest = kat_bytes(abc->digest);
	Sample signed_one = *sample;
	bsn_verify_item item = item_of(&signed_one);

	if (strcmp(scheme->name, "sm2") != 0)
		return TRUE;
	if (scheme->sign(sample->private_key, BSN_SIGN_PREHASHED,
			 bsn_slice_of(NULL, 0), bsn_slice_str(abc->message),
			 signed_one.signature) != BSN_OK)
		return fails(scheme, "cannot sign by BSN_SIGN_PREHASHED",
			     refusal);
	item.convention = BSN_SIGN_STANDARD;
	item.message = bsn_slice_of(digest->data, digest->len);
	if (scheme->verify(&item) != BSN_OK)
		return fails(scheme, "has another BSN_SIGN_PREHASHED than "
				     "SM3(Z_A || SM3(message))",
			     refusal);
	return TRUE;
}

gboolean
kat_signature(const bsn_signature *scheme, Refusal *refusal)
{
	static const guint32 conventions[] = { BSN_SIGN_STANDARD,
					       BSN_SIGN_PREHASHED,
					       BSN_SIGN_DIGEST };
	Sample sample = { .scheme = scheme }, other = { .scheme = scheme };

	for (gsize i = 0; i < kat_signature_vector_count; i++)
		if (strcmp(kat_signature_vectors[i].algorithm, scheme->name) ==
			    0 &&
		    !check_vector(scheme, &kat_signature_vectors[i], refusal))
			return FALSE;
	if (!make_keys(&sample, 1, refusal) || !make_keys(&other, 2, refusal))
		return FALSE;
	memset(sample.message, 0x42, MESSAGE_LEN);
	for (gsize i = 0; i < G_N_ELEMENTS(conventions); i++) {
		sample.convention = conventions[i];
		if (!check_convention(&sample, &other, refusal))
			return FALSE;
	}
	return check_sm2_prehashed(&sample, refusal);
}
