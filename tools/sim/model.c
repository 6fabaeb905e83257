/* SPDX-License-Identifier: Apache-2.0
 *
 * A public key is made of the private one by hashing; the simulator remembers
 * which belongs to which, and so can verify. A signature is
 *
 *	SHA-256(scheme, private key, convention, user id, message) |
 *	0 and the last 31 bytes of SHA-256(public key) | 0...
 *
 * the second half finds the key when one is to be recovered.
 */
#include "tools/sim/model.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#define HASH_LEN 32u
#define PRIVATE_LEN 32u
#define SEED_LEN 48u

typedef struct {
	guint8 private_key[PRIVATE_LEN];
	guint8 public_key[BSN_PUBLIC_KEY_MAX];
	guint8 handle[HASH_LEN];
} ModelKey;

typedef struct {
	bsn_signature table;
	const bsn_signature *real;
	GHashTable *by_public; /* GBytes to ModelKey; never walked */
	GHashTable *by_handle; /* the same keys */
} Model;

static Model models[SIM_MODELS_MAX];
static guint n_models;

static void
hash(const bsn_slice *parts, guint n, guint8 *out)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len = HASH_LEN;

	for (guint i = 0; i < n; i++) {
		const guint64 part_len = GUINT64_TO_BE(parts[i].len);

		g_checksum_update(sum, (const guchar *)&part_len,
				  sizeof(part_len));
		g_checksum_update(sum, parts[i].data, (gssize)parts[i].len);
	}
	g_checksum_get_digest(sum, out, &len);
}

static void
make_public(const Model *model, ModelKey *key)
{
	bsn_slice parts[] = { bsn_slice_str(model->real->name),
			      bsn_slice_str("public 1"),
			      bsn_slice_of(key->private_key, PRIVATE_LEN) };

	hash(parts, G_N_ELEMENTS(parts), key->public_key);
	parts[1] = bsn_slice_str("public 2");
	hash(parts, G_N_ELEMENTS(parts), key->public_key + HASH_LEN);
	parts[0] = bsn_slice_of(key->public_key, model->real->public_key_len);
	hash(parts, 1, key->handle);
	key->handle[0] = 0; /* s is in the lower half */
}

static void
remember(Model *model, const ModelKey *key)
{
	ModelKey *kept = g_memdup2(key, sizeof(*key));

	g_hash_table_replace(model->by_public,
			     g_bytes_new(key->public_key,
					 model->real->public_key_len),
			     kept);
	g_hash_table_replace(model->by_handle,
			     g_bytes_new(key->handle, HASH_LEN), kept);
}

static const ModelKey *
find(GHashTable *table, const void *data, gsize len)
{
	g_autoptr(GBytes) name = g_bytes_new_static(data, len);

	return g_hash_table_lookup(table, name);
}

static void
mac(const Model *model, const ModelKey *key, uint32_t convention,
    bsn_slice user_id, bsn_slice message, guint8 *signature)
{
	const guint32 said = GUINT32_TO_BE(convention);
	const bsn_slice parts[] = {
		bsn_slice_str(model->real->name),
		bsn_slice_of(key->private_key, PRIVATE_LEN),
		bsn_slice_of(&said, sizeof(said)), user_id, message
	};

	memset(signature, 0, model->real->signature_len);
	hash(parts, G_N_ELEMENTS(parts), signature);
	memcpy(signature + HASH_LEN, key->handle, HASH_LEN);
}

/* ---- the tables ---------------------------------------------------------- */

static int32_t
generate(Model *model, const uint8_t *seed, uint8_t *private_key,
	 uint8_t *public_key)
{
	const bsn_slice part = bsn_slice_of(seed, SEED_LEN);
	ModelKey key = { .handle = { 0 } };

	hash(&part, 1, key.private_key);
	make_public(model, &key);
	remember(model, &key);
	memcpy(private_key, key.private_key, PRIVATE_LEN);
	memcpy(public_key, key.public_key, model->real->public_key_len);
	return BSN_OK;
}

static int32_t
public_key(Model *model, const uint8_t *private_key, uint8_t *out)
{
	ModelKey key = { .handle = { 0 } };

	memcpy(key.private_key, private_key, PRIVATE_LEN);
	make_public(model, &key);
	remember(model, &key);
	memcpy(out, key.public_key, model->real->public_key_len);
	return BSN_OK;
}

static int32_t
sign(const Model *model, const uint8_t *private_key, uint32_t convention,
     bsn_slice user_id, bsn_slice message, uint8_t *signature)
{
	ModelKey key = { .handle = { 0 } };

	if (convention == BSN_SIGN_DIGEST && message.len != HASH_LEN)
		return BSN_BAD_REQUEST;
	memcpy(key.private_key, private_key, PRIVATE_LEN);
	make_public(model, &key);
	mac(model, &key, convention, user_id, message, signature);
	return BSN_OK;
}

static int32_t
verify(const Model *model, const bsn_verify_item *item)
{
	guint8 want[BSN_SIGNATURE_MAX];
	const ModelKey *key;

	if (item->public_key.len != model->real->public_key_len ||
	    item->signature.len != model->real->signature_len)
		return BSN_BAD_SIGNATURE;
	key = find(model->by_public, item->public_key.data,
		   item->public_key.len);
	if (key == NULL)
		return BSN_BAD_SIGNATURE;
	mac(model, key, item->convention, item->user_id, item->message, want);
	return memcmp(want, item->signature.data, model->real->signature_len) ==
			       0
		       ? BSN_OK
		       : BSN_BAD_SIGNATURE;
}

static int32_t
recover(const Model *model, const uint8_t *digest, const uint8_t *signature,
	uint8_t *out)
{
	guint8 want[BSN_SIGNATURE_MAX];
	const ModelKey *key =
		find(model->by_handle, signature + HASH_LEN, HASH_LEN);

	if (key == NULL)
		return BSN_BAD_SIGNATURE;
	mac(model, key, BSN_SIGN_DIGEST, bsn_slice_of(NULL, 0),
	    bsn_slice_of(digest, HASH_LEN), want);
	if (memcmp(want, signature, model->real->signature_len) != 0)
		return BSN_BAD_SIGNATURE;
	memcpy(out, key->public_key, model->real->public_key_len);
	return BSN_OK;
}

/* The ABI's functions have no place for "which scheme": one set for each. */
#define MODEL(n)                                                               \
	static int32_t generate##n(const uint8_t *seed, uint8_t *private_key,  \
				   uint8_t *out)                               \
	{                                                                      \
		return generate(&models[n], seed, private_key, out);           \
	}                                                                      \
	static int32_t public_key##n(const uint8_t *private_key, uint8_t *out) \
	{                                                                      \
		return public_key(&models[n], private_key, out);               \
	}                                                                      \
	static int32_t sign##n(const uint8_t *private_key,                     \
			       uint32_t convention, bsn_slice user_id,         \
			       bsn_slice message, uint8_t *signature)          \
	{                                                                      \
		return sign(&models[n], private_key, convention, user_id,      \
			    message, signature);                               \
	}                                                                      \
	static int32_t verify##n(const bsn_verify_item *item)                  \
	{                                                                      \
		return verify(&models[n], item);                               \
	}                                                                      \
	static int32_t recover##n(const uint8_t *digest,                       \
				  const uint8_t *signature, uint8_t *out)      \
	{                                                                      \
		return recover(&models[n], digest, signature, out);            \
	}
MODEL(0)
MODEL(1)
MODEL(2)
MODEL(3)
MODEL(4)
MODEL(5)
MODEL(6)
MODEL(7)
#define TABLE(n)                                                               \
	{                                                                      \
		.size = sizeof(bsn_signature), .generate = generate##n,        \
		.public_key = public_key##n, .sign = sign##n,                  \
		.verify = verify##n, .recover = recover##n                     \
	}
static const bsn_signature tables[SIM_MODELS_MAX] = {
	TABLE(0), TABLE(1), TABLE(2), TABLE(3),
	TABLE(4), TABLE(5), TABLE(6), TABLE(7)
};

static GHashTable *
new_keys(GDestroyNotify free_key)
{
	return g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				     (GDestroyNotify)g_bytes_unref, free_key);
}

const bsn_signature *
sim_model_of(const bsn_signature *real)
{
	Model *model = &models[n_models];

	if (n_models == SIM_MODELS_MAX)
		return NULL;
	model->table = tables[n_models++];
	model->real = real;
	model->table.name = real->name;
	model->table.public_key_len = real->public_key_len;
	model->table.signature_len = real->signature_len;
	if (!BSN_HAS(real, recover))
		model->table.recover = NULL;
	model->by_public = new_keys(g_free);
	model->by_handle = new_keys(NULL);
	return &model->table;
}

void
sim_model_reset(void)
{
	for (guint i = 0; i < n_models; i++) {
		g_hash_table_remove_all(models[i].by_handle);
		g_hash_table_remove_all(models[i].by_public);
	}
}
