/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/fisco_tx.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/crypto-std/keccak.h"
#include "plugins/kit/rlp.h"
#include "tools/ctl/error.h"

#define HASH_LEN 32u
#define NONCE_LEN 32u
#define HALF 32u          /* of a signature */
#define RECOVERY_BASE 27u /* v of secp256k1 is this plus 0 or 1 */
/* Fields between nonce and blockLimit, between that and v, and from v on. */
#define FIELDS_BEFORE 2u
#define FIELDS_AFTER 6u
#define SIGNATURE_FIELDS 3u

struct FiscoPattern {
	GBytes *before, *after; /* those fields, encoded */
	guint64 block_limit;    /* atomic */
	gboolean sm;
	char *algorithm, *convention;
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
	bsn_slice before, after;
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
	fields->after = read_run(&reader, FIELDS_AFTER);
	(void)read_run(&reader, SIGNATURE_FIELDS);
	rlp_leave(&reader);
	return rlp_finish(&reader, err);
}

FiscoPattern *
fisco_pattern_new(GBytes *tx, const FiscoSigning *signing, GError **error)
{
	FiscoPattern *pattern;
	bsn_err err = BSN_ERR_INIT;
	Fields fields;
	gsize len;
	const guint8 *data = g_bytes_get_data(tx, &len);

	if (read_fields(bsn_slice_of(data, len), &fields, &err) != BSN_OK) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the chain's transactions are not FISCO BCOS's: "
			 "%s\nOnly chains of the framework fisco are measured.",
			 err.reason);
		return NULL;
	}
	pattern = g_new0(FiscoPattern, 1);
	pattern->before = g_bytes_new(fields.before.data, fields.before.len);
	pattern->after = g_bytes_new(fields.after.data, fields.after.len);
	pattern->block_limit = fields.block_limit;
	pattern->sm = strcmp(signing->algorithm, "sm2") == 0;
	pattern->algorithm = g_strdup(signing->algorithm);
	pattern->convention = g_strdup(signing->convention);
	return pattern;
}

void
fisco_pattern_free(FiscoPattern *pattern)
{
	if (pattern == NULL)
		return;
	g_bytes_unref(pattern->before);
	g_bytes_unref(pattern->after);
	g_free(pattern->algorithm);
	g_free(pattern->convention);
	g_free(pattern);
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

/* ---- one more ----------------------------------------------------------- */

static gboolean
digest(const FiscoPattern *pattern, bsn_slice text, guint8 hash[HASH_LEN])
{
	if (!pattern->sm)
		return keccak_256(&text, 1, KECCAK_PAD_ETHEREUM, hash) ==
		       BSN_OK;
	return EVP_Digest(text.data, text.len, hash, NULL, EVP_sm3(), NULL) ==
	       1;
}

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

static RlpItem
raw_item(GBytes *bytes)
{
	return rlp_raw(bsn_slice_of(g_bytes_get_data(bytes, NULL),
				    g_bytes_get_size(bytes)));
}

/* The fields that are signed, without the list around them. */
static void
put_first_ten(const FiscoPattern *pattern, const guint8 *nonce,
	      GByteArray *out)
{
	const RlpItem fields[] = {
		rlp_bytes(bsn_slice_of(nonce, NONCE_LEN)),
		raw_item(pattern->before),
		rlp_u64(fisco_pattern_block_limit(pattern)),
		raw_item(pattern->after),
	};

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		rlp_put(out, &fields[i]);
}

static GBytes *
assemble(const FiscoPattern *pattern, bsn_slice first_ten, const guint8 *key,
	 const guint8 *signature)
{
	GByteArray *out = g_byte_array_new();
	const RlpItem fields[] = {
		rlp_raw(first_ten),
		pattern->sm ? rlp_bytes(bsn_slice_of(key,
						     SIGNER_PUBLIC_KEY_LEN))
			    : rlp_u64(RECOVERY_BASE + signature[2 * HALF]),
		rlp_integer(bsn_slice_of(signature, HALF)),
		rlp_integer(bsn_slice_of(signature + HALF, HALF)),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
	return g_byte_array_free_to_bytes(out);
}

static GBytes *
sign_digest(const FiscoPattern *pattern, const Signer *signer,
	    const guint8 hash[HASH_LEN], GError **error)
{
	const gsize wanted = pattern->sm ? 2 * HALF : 2 * HALF + 1;
	GBytes *signature = signer_sign(signer, pattern->algorithm,
					pattern->convention, hash, HASH_LEN,
					error);

	if (signature == NULL || g_bytes_get_size(signature) == wanted)
		return signature;
	g_bytes_unref(signature);
	ctl_fail(error, CTL_ERROR_FAILED, "a signature by %s has %u bytes",
		 pattern->algorithm, (guint)wanted);
	return NULL;
}

GBytes *
fisco_pattern_make(const FiscoPattern *pattern, const Signer *signer,
		   GError **error)
{
	g_autoptr(GByteArray) first_ten = g_byte_array_new();
	g_autoptr(GByteArray) list = g_byte_array_new();
	g_autoptr(GBytes) signature = NULL;
	guint8 nonce[NONCE_LEN];
	guint8 hash[HASH_LEN];
	RlpItem fields;

	if (!random_nonce(nonce)) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the random generator failed");
		return NULL;
	}
	put_first_ten(pattern, nonce, first_ten);
	fields = rlp_raw(slice_of_array(first_ten));
	rlp_put_list(list, &fields, 1);
	if (!digest(pattern, slice_of_array(list), hash)) {
		ctl_fail(error, CTL_ERROR_FAILED, "hashing failed");
		return NULL;
	}
	signature = sign_digest(pattern, signer, hash, error);
	if (signature == NULL)
		return NULL;
	return assemble(pattern, slice_of_array(first_ten),
			signer_public_key(signer, pattern->algorithm),
			g_bytes_get_data(signature, NULL));
}
