/* SPDX-License-Identifier: Apache-2.0
 *
 * Encryption and agreement can only be tried with key pairs, which they do not
 * make themselves: so all is done with those of the published examples.
 */
#include "host/plugin/kat.h"

#include <bsn/helpers/bytes.h>

#include "host/plugin/kat_vectors.h"

/* Longest text of a vector, and room for what it becomes. */
#define TEXT_MAX 64u
#define ROOM (TEXT_MAX + BSN_ENCRYPTION_OVERHEAD_MAX)

/* ---- encryption --------------------------------------------------------- */

typedef struct {
	const bsn_encryption *encryption;
	GByteArray *seed, *private_key, *public_key, *text, *encrypted;
} Sample;

static void
sample_clear(Sample *sample)
{
	g_byte_array_unref(sample->seed);
	g_byte_array_unref(sample->private_key);
	g_byte_array_unref(sample->public_key);
	g_byte_array_unref(sample->text);
	g_byte_array_unref(sample->encrypted);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sample, sample_clear)

static bsn_slice
slice_of(const GByteArray *bytes)
{
	return bsn_slice_of(bytes->data, bytes->len);
}

static int32_t
encrypt(const Sample *sample, guint32 form, guint8 *out, guint64 *len)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(out, ROOM);
	int32_t status = sample->encryption->encrypt(
		sample->seed->data, sample->public_key->data, form,
		slice_of(sample->text), &sink.sink);

	*len = sink.len;
	return status;
}

static int32_t
decrypt(const Sample *sample, guint32 form, bsn_slice encrypted, guint8 *out,
	guint64 *len)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(out, ROOM);
	int32_t status = sample->encryption->decrypt(
		sample->private_key->data, form, encrypted, &sink.sink);

	*len = sink.len;
	return status;
}

static gboolean
encrypts(const Sample *sample)
{
	guint8 out[ROOM];
	guint64 len;

	return encrypt(sample, BSN_ENCRYPTED_RAW, out, &len) == BSN_OK &&
	       bsn_slice_equal(bsn_slice_of(out, len),
			       slice_of(sample->encrypted));
}

static gboolean
decrypts(const Sample *sample, guint32 form, bsn_slice encrypted)
{
	guint8 out[ROOM];
	guint64 len;

	return decrypt(sample, form, encrypted, out, &len) == BSN_OK &&
	       bsn_slice_equal(bsn_slice_of(out, len), slice_of(sample->text));
}

static gboolean
both_forms_come_back(const Sample *sample)
{
	guint8 out[ROOM];
	guint64 len;

	return encrypt(sample, BSN_ENCRYPTED_DER, out, &len) == BSN_OK &&
	       len <= sample->text->len + BSN_ENCRYPTION_OVERHEAD_MAX &&
	       decrypts(sample, BSN_ENCRYPTED_DER, bsn_slice_of(out, len));
}

/* The first byte of the point, of the digest and of the text: any change. */
static gboolean
refuses_changes(const Sample *sample)
{
	const guint places[] = { 1, sample->encrypted->len / 2,
				 sample->encrypted->len - 1 };
	guint8 out[ROOM], changed[ROOM];
	guint64 len;

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		memcpy(changed, sample->encrypted->data,
		       sample->encrypted->len);
		changed[places[i]] ^= 1;
		if (decrypt(sample, BSN_ENCRYPTED_RAW,
			    bsn_slice_of(changed, sample->encrypted->len), out,
			    &len) != BSN_BAD_REQUEST ||
		    len != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
check_encryption(const bsn_encryption *encryption,
		 const EncryptionVector *vector, Refusal *refusal)
{
	g_auto(Sample) sample = {
		.encryption = encryption,
		.seed = kat_bytes(vector->seed),
		.private_key = kat_bytes(vector->private_key),
		.public_key = kat_bytes(vector->public_key),
		.text = kat_bytes(vector->text),
		.encrypted = kat_bytes(vector->encrypted),
	};
	const char *what = NULL;

	if (encryption->public_key_len != sample.public_key->len)
		what = "has keys of another length than";
	else if (!encrypts(&sample))
		what = "does not give the ciphertext of";
	else if (!decrypts(&sample, BSN_ENCRYPTED_RAW,
			   slice_of(sample.encrypted)))
		what = "does not decrypt the ciphertext of";
	else if (!both_forms_come_back(&sample))
		what = "does not decrypt what it encrypted, in DER, of";
	else if (!refuses_changes(&sample))
		what = "does not refuse a changed ciphertext of";
	if (what == NULL)
		return TRUE;
	return refuse(refusal, RULE_FAILED_KNOWN_ANSWER,
		      "its encryption %s %s %s", encryption->name, what,
		      vector->source);
}

gboolean
kat_encryption(const bsn_encryption *encryption, Refusal *refusal)
{
	for (gsize i = 0; i < kat_encryption_vector_count; i++)
		if (strcmp(kat_encryption_vectors[i].algorithm,
			   encryption->name) == 0 &&
		    !check_encryption(encryption, &kat_encryption_vectors[i],
				      refusal))
			return FALSE;
	return TRUE;
}

/* ---- agreement ---------------------------------------------------------- */

/* What a party of the vector comes to. */
static gboolean
agrees(const bsn_key_agreement *agreement, const AgreementVector *vector,
       guint32 role)
{
	const AgreementParty *own = &vector->parties[role];
	const AgreementParty *peer = &vector->parties[1 - role];
	g_autoptr(GByteArray) private_key = kat_bytes(own->private_key);
	g_autoptr(GByteArray) once = kat_bytes(own->once_private_key);
	g_autoptr(GByteArray) peer_key = kat_bytes(peer->public_key);
	g_autoptr(GByteArray) peer_once = kat_bytes(peer->once_public_key);
	g_autoptr(GByteArray) confirmation = kat_bytes(own->confirmation);
	g_autoptr(GByteArray) expected = kat_bytes(peer->confirmation);
	g_autoptr(GByteArray) key = kat_bytes(vector->key);
	const bsn_key_agreement_side side = {
		.size = sizeof(side),
		.role = role,
		.private_key = slice_of(private_key),
		.once_private_key = slice_of(once),
		.user_id = bsn_slice_str(vector->user_id),
		.peer_public_key = slice_of(peer_key),
		.peer_once_public_key = slice_of(peer_once),
		.peer_user_id = bsn_slice_str(vector->user_id),
	};
	guint8 got[BSN_AGREED_KEY_MAX], mine[BSN_CONFIRMATION_MAX];
	guint8 theirs[BSN_CONFIRMATION_MAX];

	return agreement->public_key_len == peer_key->len &&
	       agreement->confirmation_len == confirmation->len &&
	       agreement->agree(&side, key->len, got, mine, theirs) == BSN_OK &&
	       memcmp(got, key->data, key->len) == 0 &&
	       memcmp(mine, confirmation->data, confirmation->len) == 0 &&
	       memcmp(theirs, expected->data, expected->len) == 0;
}

gboolean
kat_agreement(const bsn_key_agreement *agreement, Refusal *refusal)
{
	for (gsize i = 0; i < kat_agreement_vector_count; i++) {
		const AgreementVector *vector = &kat_agreement_vectors[i];

		if (strcmp(vector->algorithm, agreement->name) != 0)
			continue;
		if (!agrees(agreement, vector, BSN_KEY_AGREEMENT_INITIATOR) ||
		    !agrees(agreement, vector, BSN_KEY_AGREEMENT_RESPONDER))
			return refuse(refusal, RULE_FAILED_KNOWN_ANSWER,
				      "its agreement %s does not come to the "
				      "key and confirmations of %s",
				      agreement->name, vector->source);
	}
	return TRUE;
}
