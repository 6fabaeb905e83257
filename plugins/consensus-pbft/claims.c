/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/claims.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pbft/services.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

/* No signature of anything else begins so. */
#define DOMAIN_TAG "bsn.consensus-pbft/1"
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
	bsn_id chain_id;
	GArray *list;	   /* Claim */
	GByteArray *texts; /* all statements */
	int32_t *results;
};

void
statement_put(const Statement *statement, const bsn_id *chain_id,
	      GByteArray *out)
{
	g_byte_array_append(out, (const guint8 *)DOMAIN_TAG,
			    sizeof(DOMAIN_TAG));
	wire_put(out, statement->kind, 1);
	wire_put_id(out, chain_id);
	wire_put(out, statement->height, 8);
	wire_put(out, statement->view, 8);
	wire_put_id(out, &statement->digest);
	wire_put(out, statement->locked_view, 8);
}

int32_t
statement_sign(const Statement *statement, const bsn_id *chain_id,
	       bsn_chain *chain, const char *algorithm, Signature *signature,
	       bsn_err *err)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	bsn_fixed_sink sink =
		bsn_fixed_sink_of(signature->bytes, BSN_SIGNATURE_MAX);
	int32_t status;

	statement_put(statement, chain_id, text);
	status = services.keys->node_sign(chain, algorithm, BSN_SIGN_STANDARD,
					  buffer_slice(text), &sink.sink, err);
	signature->len = (guint8)sink.len;
	return status;
}

Claims *
claims_new(const Members *members, const bsn_id *chain_id)
{
	Claims *claims = g_new0(Claims, 1);

	claims->members = members;
	claims->chain_id = *chain_id;
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
claims_add(Claims *claims, guint signer, const Statement *statement,
	   const Signature *signature)
{
	Claim claim = { .signer = signer,
			.offset = claims->texts->len,
			.signature = *signature };

	statement_put(statement, &claims->chain_id, claims->texts);
	claim.len = claims->texts->len - claim.offset;
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
