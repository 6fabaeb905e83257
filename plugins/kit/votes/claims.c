/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/votes/claims.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Signatures that one worker verifies in a row: schemes share work among
 * them, and fewer are not worth another thread. */
#define SHARE 8u

typedef struct {
	guint signer;
	guint offset; /* of its text */
	guint len;
	Signature signature;
} Claim;

struct Claims {
	bsn_jobs jobs; /* first */
	const Members *members;
	GArray *list;	   /* Claim */
	GByteArray *texts; /* all of them */
	int32_t *results;
};

int32_t
claims_sign(bsn_chain *chain, const char *algorithm, bsn_slice text,
	    Signature *signature, bsn_err *err)
{
	bsn_fixed_sink sink =
		bsn_fixed_sink_of(signature->bytes, BSN_SIGNATURE_MAX);
	int32_t status = services.keys->node_sign(
		chain, algorithm, BSN_SIGN_STANDARD, text, &sink.sink, err);

	signature->len = (guint8)sink.len;
	return status;
}

Claims *
claims_new(const Members *members)
{
	Claims *claims = g_new0(Claims, 1);

	claims->members = members;
	claims->list = g_array_new(FALSE, FALSE, sizeof(Claim));
	claims->texts = g_byte_array_new();
	return claims;
}

void
claims_free(Claims *claims)
{
	if (claims == NULL)
		return;
	g_array_unref(claims->list);
	g_byte_array_unref(claims->texts);
	g_free(claims->results);
	g_free(claims);
}

void
claims_add(Claims *claims, guint signer, bsn_slice text,
	   const Signature *signature)
{
	Claim claim = { .signer = signer,
			.offset = claims->texts->len,
			.len = (guint)text.len,
			.signature = *signature };

	wire_put_bytes(claims->texts, text);
	g_array_append_val(claims->list, claim);
}

static bsn_verify_item
item_of(const Claims *claims, const Claim *claim)
{
	return (bsn_verify_item){
		.size = sizeof(bsn_verify_item),
		.convention = BSN_SIGN_STANDARD,
		.public_key =
			bytes_slice(claims->members->list[claim->signer].key),
		.message = bsn_slice_of(claims->texts->data + claim->offset,
					claim->len),
		.signature = bsn_slice_of(claim->signature.bytes,
					  claim->signature.len),
	};
}

/* One worker's share: runs of members with the same algorithm together. */
static void
verify_share(bsn_jobs *jobs, uint64_t index)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CRYPTO);
	Claims *claims = (Claims *)jobs;
	guint at = (guint)index * SHARE;
	const guint end = MIN(at + SHARE, claims->list->len);

	while (at < end) {
		bsn_verify_item items[SHARE];
		const bsn_signature *scheme = NULL;
		guint n = 0;

		for (; at + n < end; n++) {
			const Claim *claim =
				&g_array_index(claims->list, Claim, at + n);
			const bsn_signature *own =
				claims->members->list[claim->signer].scheme;

			if (scheme != NULL && own != scheme)
				break;
			scheme = own;
			items[n] = item_of(claims, claim);
		}
		if (!BSN_HAS(scheme, verify_many) ||
		    scheme->verify_many(items, n, claims->results + at) !=
			    BSN_OK)
			for (guint i = 0; i < n; i++)
				claims->results[at + i] =
					scheme->verify(&items[i]);
		at += n;
	}
}

gboolean
claims_verify(Claims *claims, bsn_chain *chain, gboolean *forged)
{
	const guint n = claims->list->len;
	const guint shares = (n + SHARE - 1) / SHARE;
	gboolean all = TRUE;

	claims->results = g_renew(int32_t, claims->results, n);
	claims->jobs.run = verify_share;
	if (chain != NULL && shares > 1 && BSN_HAS(services.parallel, run))
		services.parallel->run(chain, &claims->jobs, shares);
	else
		for (guint i = 0; i < shares; i++)
			verify_share(&claims->jobs, i);
	for (guint i = 0; i < n; i++) {
		if (claims->results[i] == BSN_OK)
			continue;
		all = FALSE;
		if (forged != NULL)
			forged[g_array_index(claims->list, Claim, i).signer] =
				TRUE;
	}
	return all;
}
