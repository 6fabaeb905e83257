/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/statement.h"

#include "plugins/kit/sink.h"

/* No signature of anything else begins so. */
#define DOMAIN_TAG "bsn.consensus-pbft/1"

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

	statement_put(statement, chain_id, text);
	return claims_sign(chain, algorithm, buffer_slice(text), signature,
			   err);
}

void
statement_claim(Claims *claims, const bsn_id *chain_id, guint signer,
		const Statement *statement, const Signature *signature)
{
	g_autoptr(GByteArray) text = g_byte_array_new();

	statement_put(statement, chain_id, text);
	claims_add(claims, signer, buffer_slice(text), signature);
}
