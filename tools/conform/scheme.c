/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/scheme.h"
#include "tools/conform/text.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/status.h"

#define SEED_LEN 48u
#define DIGEST_LEN 32u
#define MESSAGE_SHOWN 64u /* bytes */

static const struct {
	const char *name;
	guint32 public_key_len, signature_len; /* bytes (crypto.h) */
} schemes[] = {
	[SCHEME_SM2] = { "sm2", 64, 64 },
	[SCHEME_P256] = { "ecdsa-p256", 64, 64 },
	[SCHEME_SECP256K1] = { "secp256k1", 64, 65 },
	[SCHEME_ED25519] = { "ed25519", 32, 64 },
};

void
scheme_begin(Scheme *scheme, Run *run)
{
	SchemeKind kind = (SchemeKind)(run->check->argument & 0xff);
	const bsn_signature *table = crypto_signature(run, schemes[kind].name);

	*scheme = (Scheme){ .run = run,
			    .kind = kind,
			    .name = schemes[kind].name,
			    .table = table,
			    .random = run_random(run, "keys and messages") };
	EXPECT(run,
	       table->public_key_len == schemes[kind].public_key_len &&
		       table->signature_len == schemes[kind].signature_len,
	       "keys and signatures of %s have %u and %u bytes; it says %u "
	       "and %u",
	       scheme->name, schemes[kind].public_key_len,
	       schemes[kind].signature_len, table->public_key_len,
	       table->signature_len);
}

guint32
scheme_convention(const Scheme *scheme)
{
	return (guint32)(scheme->run->check->argument >> 8);
}

void
scheme_note(Scheme *scheme, const char *what)
{
	run_note(scheme->run, "%s: %u accepted, %u refused, as it must be",
		 what, scheme->accepted, scheme->refused);
	scheme->accepted = scheme->refused = 0;
}

void
scheme_keys(Scheme *scheme, OracleKeys *keys)
{
	guint8 seed[SEED_LEN];

	sim_random_fill(&scheme->random, seed, sizeof(seed));
	oracle_keys(scheme->name, seed, keys);
}

GBytes *
scheme_message(Scheme *scheme, gsize len)
{
	guint8 *data = g_malloc(len + 1);

	sim_random_fill(&scheme->random, data, len);
	return g_bytes_new_take(data, len);
}

bsn_slice
scheme_slice(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	return bsn_slice_of(data, len);
}

gsize
scheme_length(guint i)
{
	static const gsize lengths[SCHEME_LENGTHS] = { 32, 0,  1,  14, 31,  33,  55,  56,
					 63, 64, 65, 87, 119, 120, 128, 1000 };

	return lengths[i % SCHEME_LENGTHS];
}

/* ---- signing -------------------------------------------------------------- */

int32_t
scheme_sign(Scheme *scheme, guint32 convention, const OracleKeys *keys,
	    bsn_slice user_id, bsn_slice message, guint8 *signature)
{
	guint32 len = scheme->table->signature_len;
	guint8 room[BSN_SIGNATURE_MAX + CRYPTO_FENCE_LEN] = { 0 };
	int32_t status;

	crypto_fence(room + len);
	page_at(scheme->run->page, "bsn_signature.sign");
	status = scheme->table->sign(keys->private_key, convention, user_id,
				     message, room);
	page_at(scheme->run->page, NULL);
	EXPECT(scheme->run, crypto_fence_is_whole(room + len),
	       "sign writes signature_len bytes; it wrote more");
	if (status == BSN_OK)
		memcpy(signature, room, len);
	return status;
}

void
scheme_signs(Scheme *scheme, guint32 convention, const OracleKeys *keys,
	     bsn_slice user_id, bsn_slice message, guint8 *signature)
{
	int32_t status = scheme_sign(scheme, convention, keys, user_id,
				     message, signature);

	EXPECT(scheme->run, status == BSN_OK,
	       "%s signs a message of %" G_GUINT64_FORMAT
	       " bytes with convention %u; it answered %s",
	       scheme->name, message.len, convention, status_name(status));
}

void
scheme_needs_convention(Scheme *scheme, guint32 convention)
{
	static const guint8 digest[DIGEST_LEN] = { 1 };
	guint8 signature[BSN_SIGNATURE_MAX];
	OracleKeys keys;

	scheme_keys(scheme, &keys);
	if (scheme_sign(scheme, convention, &keys, bsn_slice_of(NULL, 0),
			bsn_slice_of(digest, sizeof(digest)),
			signature) == BSN_NOT_OFFERED)
		run_not_claimed(scheme->run,
				"%s does not offer convention %u",
				scheme->name, convention);
}

/* ---- verifying ------------------------------------------------------------ */

bsn_verify_item
scheme_item(const Scheme *scheme, guint32 convention, const guint8 *public_key,
	    bsn_slice message, const guint8 *signature)
{
	return (bsn_verify_item){
		.size = sizeof(bsn_verify_item),
		.convention = convention,
		.public_key = bsn_slice_of(public_key,
					   scheme->table->public_key_len),
		.message = message,
		.signature = bsn_slice_of(signature,
					  scheme->table->signature_len),
	};
}

int32_t
scheme_verify(Scheme *scheme, const bsn_verify_item *item)
{
	int32_t status;

	page_at(scheme->run->page, "bsn_signature.verify");
	status = scheme->table->verify(item);
	page_at(scheme->run->page, NULL);
	return status;
}

/* What the item was, as far as it is the same in every run: signatures have
 * random nonces. */
static void
note_item(Scheme *scheme, const bsn_verify_item *item)
{
	g_autofree char *key =
		conform_hex(item->public_key.data, item->public_key.len);
	g_autofree char *message = conform_hex(
		item->message.data, MIN(item->message.len, MESSAGE_SHOWN));

	run_note(scheme->run,
		 "public key %s, convention %u, a user id of %" G_GUINT64_FORMAT
		 " bytes, a signature of %" G_GUINT64_FORMAT
		 " bytes, a message of %" G_GUINT64_FORMAT " bytes: %s%s",
		 key, item->convention, item->user_id.len, item->signature.len,
		 item->message.len, message,
		 item->message.len > MESSAGE_SHOWN ? "..." : "");
}

static void
expect(Scheme *scheme, const bsn_verify_item *item, int32_t want,
       const char *what)
{
	int32_t status = scheme_verify(scheme, item);

	if (status == want)
		return;
	note_item(scheme, item);
	run_fail(scheme->run, "verify answers %s to %s; it answered %s",
		 status_name(want), what, status_name(status));
}

void
scheme_accepts(Scheme *scheme, const bsn_verify_item *item, const char *what)
{
	expect(scheme, item, BSN_OK, what);
	scheme->accepted++;
}

void
scheme_refuses(Scheme *scheme, const bsn_verify_item *item, const char *what)
{
	expect(scheme, item, BSN_BAD_SIGNATURE, what);
	scheme->refused++;
}
