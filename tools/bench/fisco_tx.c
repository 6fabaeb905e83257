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
/* gasPrice to extraData. */
#define COMMON_FIELDS 9u
#define SIGNATURE_FIELDS 3u

struct FiscoPattern {
	GBytes *common; /* those fields, encoded */
	gboolean sm;
	char *algorithm, *convention;
};

static bsn_slice
slice_of_array(const GByteArray *array)
{
	return bsn_slice_of(array->data, array->len);
}

/* The fields between nonce and signature. */
static int32_t
read_common(bsn_slice tx, bsn_slice *common, bsn_err *err)
{
	RlpReader reader = rlp_reader(tx);
	guint64 begin;

	rlp_enter(&reader, "transaction");
	(void)rlp_read_integer(&reader, "nonce", NONCE_LEN);
	begin = reader.at;
	for (guint i = 0; i < COMMON_FIELDS; i++)
		rlp_skip(&reader, "field");
	*common = bsn_slice_of(tx.data + begin, reader.at - begin);
	for (guint i = 0; i < SIGNATURE_FIELDS; i++)
		rlp_skip(&reader, "signature");
	rlp_leave(&reader);
	return rlp_finish(&reader, err);
}

FiscoPattern *
fisco_pattern_new(GBytes *tx, const FiscoSigning *signing, GError **error)
{
	FiscoPattern *pattern;
	bsn_err err = BSN_ERR_INIT;
	bsn_slice common;
	gsize len;
	const guint8 *data = g_bytes_get_data(tx, &len);

	if (read_common(bsn_slice_of(data, len), &common, &err) != BSN_OK) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the chain's transactions are not FISCO BCOS's: "
			 "%s\nOnly chains of the framework fisco are measured.",
			 err.reason);
		return NULL;
	}
	pattern = g_new0(FiscoPattern, 1);
	pattern->common = g_bytes_new(common.data, common.len);
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
	g_bytes_unref(pattern->common);
	g_free(pattern->algorithm);
	g_free(pattern->convention);
	g_free(pattern);
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
common_item(const FiscoPattern *pattern)
{
	return rlp_raw(bsn_slice_of(g_bytes_get_data(pattern->common, NULL),
				    g_bytes_get_size(pattern->common)));
}

static GBytes *
assemble(const FiscoPattern *pattern, const guint8 *nonce, const guint8 *key,
	 const guint8 *signature)
{
	GByteArray *out = g_byte_array_new();
	const RlpItem fields[] = {
		rlp_bytes(bsn_slice_of(nonce, NONCE_LEN)),
		common_item(pattern),
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
	g_autoptr(GByteArray) unsigned_tx = g_byte_array_new();
	g_autoptr(GBytes) signature = NULL;
	guint8 nonce[NONCE_LEN];
	guint8 hash[HASH_LEN];
	RlpItem fields[2];

	if (!random_nonce(nonce)) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the random generator failed");
		return NULL;
	}
	fields[0] = rlp_bytes(bsn_slice_of(nonce, NONCE_LEN));
	fields[1] = common_item(pattern);
	rlp_put_list(unsigned_tx, fields, G_N_ELEMENTS(fields));
	if (!digest(pattern, slice_of_array(unsigned_tx), hash)) {
		ctl_fail(error, CTL_ERROR_FAILED, "hashing failed");
		return NULL;
	}
	signature = sign_digest(pattern, signer, hash, error);
	if (signature == NULL)
		return NULL;
	return assemble(pattern, nonce,
			signer_public_key(signer, pattern->algorithm),
			g_bytes_get_data(signature, NULL));
}
