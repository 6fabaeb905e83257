/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/fisco_tx.h"

#include <openssl/rand.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/rlp.h"
#include "tools/ctl/error.h"

#define HASH_LEN 32u
#define ADDRESS_LEN 20u
#define NONCE_LEN 32u
#define HALF 32u          /* of a signature */
#define RECOVERY_BASE 27u /* v of secp256k1 is this plus 0 or 1 */
#define DATA_MAX (16u << 20)
/* Fields between nonce and blockLimit, between that and data, between that and
 * v, and from v on. */
#define FIELDS_BEFORE 2u
#define FIELDS_TO 2u
#define FIELDS_AFTER 3u
#define SIGNATURE_FIELDS 3u

struct FiscoPattern {
	GBytes *before, *to, *after; /* those fields, encoded */
	GBytes *data;
	guint64 block_limit; /* atomic */
	gboolean sm;
	const bsn_hash *hash;
	guint32 convention;
};

static bsn_slice
slice_of_array(const GByteArray *array)
{
	return bsn_slice_of(array->data, array->len);
}

/* So many values as they are encoded; empty after an error. */
static bsn_slice
read_run(RlpReader *reader, guint n)
{
	const guint64 begin = reader->at;

	for (guint i = 0; i < n; i++)
		rlp_skip(reader, "field");
	if (reader->problem != NULL)
		return bsn_slice_of(NULL, 0);
	return bsn_slice_of(reader->input.data + begin, reader->at - begin);
}

typedef struct {
	bsn_slice before, to, data, after;
	guint64 block_limit;
} Fields;

static int32_t
read_fields(bsn_slice tx, Fields *fields, bsn_err *err)
{
	RlpReader reader = rlp_reader(tx);

	rlp_enter(&reader, "transaction");
	(void)rlp_read_integer(&reader, "nonce", NONCE_LEN);
	fields->before = read_run(&reader, FIELDS_BEFORE);
	fields->block_limit = rlp_read_u64(&reader, "blockLimit");
	fields->to = read_run(&reader, FIELDS_TO);
	fields->data = rlp_read_bytes(&reader, "data", 0, DATA_MAX);
	fields->after = read_run(&reader, FIELDS_AFTER);
	(void)read_run(&reader, SIGNATURE_FIELDS);
	rlp_leave(&reader);
	return rlp_finish(&reader, err);
}

static GBytes *
copy(bsn_slice slice)
{
	return g_bytes_new(slice.data, slice.len);
}

static gboolean
is_sm(const char *algorithm)
{
	return strcmp(algorithm, "sm2") == 0;
}

/* What a chain digests with whose keys are for the algorithm. */
static const bsn_hash *
hash_for(const char *algorithm, GError **error)
{
	return keys_hash(is_sm(algorithm) ? "sm3" : "keccak-256", error);
}

static gboolean
take_signing(FiscoPattern *pattern, const FiscoSigning *signing, GError **error)
{
	pattern->sm = is_sm(signing->algorithm);
	pattern->hash = hash_for(signing->algorithm, error);
	return pattern->hash != NULL &&
	       keys_convention(signing->convention, &pattern->convention,
			       error);
}

FiscoPattern *
fisco_pattern_new(GBytes *tx, const FiscoSigning *signing, GError **error)
{
	g_autoptr(FiscoPattern) pattern = NULL;
	bsn_err err = BSN_ERR_INIT;
	Fields fields;
	gsize len;
	const guint8 *data = g_bytes_get_data(tx, &len);

	if (read_fields(bsn_slice_of(data, len), &fields, &err) != BSN_OK) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the chain's transactions are not FISCO BCOS's: %s",
			 err.reason);
		return NULL;
	}
	pattern = g_new0(FiscoPattern, 1);
	pattern->before = copy(fields.before);
	pattern->to = copy(fields.to);
	pattern->data = copy(fields.data);
	pattern->after = copy(fields.after);
	pattern->block_limit = fields.block_limit;
	return take_signing(pattern, signing, error) ? g_steal_pointer(&pattern)
						     : NULL;
}

void
fisco_pattern_free(FiscoPattern *pattern)
{
	if (pattern == NULL)
		return;
	g_bytes_unref(pattern->before);
	g_bytes_unref(pattern->to);
	g_bytes_unref(pattern->data);
	g_bytes_unref(pattern->after);
	g_free(pattern);
}

static bsn_slice
slice_of_bytes(GBytes *bytes)
{
	return bsn_slice_of(g_bytes_get_data(bytes, NULL),
			    g_bytes_get_size(bytes));
}

bsn_slice
fisco_pattern_data(const FiscoPattern *pattern)
{
	return slice_of_bytes(pattern->data);
}

guint64
fisco_pattern_block_limit(const FiscoPattern *pattern)
{
	return __atomic_load_n(&pattern->block_limit, __ATOMIC_RELAXED);
}

void
fisco_pattern_set_block_limit(FiscoPattern *pattern, guint64 limit)
{
	__atomic_store_n(&pattern->block_limit, limit, __ATOMIC_RELAXED);
}

gboolean
fisco_address(const Key *key, guint8 address[20])
{
	const bsn_slice text = bsn_slice_of(key->public_key, KEY_PUBLIC_LEN);
	const bsn_hash *hash = hash_for(key->scheme->name, NULL);
	guint8 digest[HASH_LEN];

	if (hash == NULL || hash->digest(&text, 1, digest) != BSN_OK)
		return FALSE;
	memcpy(address, digest + HASH_LEN - ADDRESS_LEN, ADDRESS_LEN);
	return TRUE;
}

/* ---- one more ----------------------------------------------------------- */

/* An integer has no leading zeros: the first byte is none, so that all of a
 * run's transactions are equally long. */
static gboolean
random_nonce(guint8 nonce[NONCE_LEN])
{
	if (RAND_bytes(nonce, NONCE_LEN) != 1)
		return FALSE;
	nonce[0] |= 1;
	return TRUE;
}

/* The fields that are signed, without the list around them. */
static void
put_first_ten(const FiscoPattern *pattern, const guint8 *nonce, bsn_slice data,
	      GByteArray *out)
{
	const RlpItem fields[] = {
		rlp_bytes(bsn_slice_of(nonce, NONCE_LEN)),
		rlp_raw(slice_of_bytes(pattern->before)),
		rlp_u64(fisco_pattern_block_limit(pattern)),
		rlp_raw(slice_of_bytes(pattern->to)),
		rlp_bytes(data),
		rlp_raw(slice_of_bytes(pattern->after)),
	};

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		rlp_put(out, &fields[i]);
}

static void
assemble(const FiscoPattern *pattern, bsn_slice first_ten, const Key *key,
	 const guint8 *signature, GByteArray *out)
{
	const RlpItem fields[] = {
		rlp_raw(first_ten),
		pattern->sm ? rlp_bytes(bsn_slice_of(key->public_key,
						     KEY_PUBLIC_LEN))
			    : rlp_u64(RECOVERY_BASE + signature[2 * HALF]),
		rlp_integer(bsn_slice_of(signature, HALF)),
		rlp_integer(bsn_slice_of(signature + HALF, HALF)),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

gboolean
fisco_pattern_make(const FiscoPattern *pattern, const Key *key, bsn_slice data,
		   GByteArray *out)
{
	g_autoptr(GByteArray) first_ten = g_byte_array_new();
	g_autoptr(GByteArray) list = g_byte_array_new();
	guint8 signature[BSN_SIGNATURE_MAX];
	guint8 nonce[NONCE_LEN];
	guint8 digest[HASH_LEN];
	bsn_slice text;
	RlpItem fields;

	if (!random_nonce(nonce))
		return FALSE;
	put_first_ten(pattern, nonce, data, first_ten);
	fields = rlp_raw(slice_of_array(first_ten));
	rlp_put_list(list, &fields, 1);
	text = slice_of_array(list);
	if (pattern->hash->digest(&text, 1, digest) != BSN_OK ||
	    !key_sign(key, pattern->convention, bsn_slice_of(digest, HASH_LEN),
		      signature))
		return FALSE;
	assemble(pattern, slice_of_array(first_ten), key, signature, out);
	return TRUE;
}
