/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/statement.h: what members sign.
 */
#ifndef PBFT_STATEMENT_H
#define PBFT_STATEMENT_H

#include "plugins/kit/votes/claims.h"

/* Kinds of statements; also those of the messages that carry them. */
#define STATEMENT_PREPARE 2u
#define STATEMENT_COMMIT 3u
#define STATEMENT_VIEW_CHANGE 4u

/* What is signed: a text that no other protocol signs, the kind, the chain and
 * the rest. A view change states the view that it is for and the lock that its
 * sender has (digest and the view of its prepare votes), if any. */
typedef struct {
	guint8 kind; /* STATEMENT_* */
	guint64 height;
	guint64 view;
	bsn_id digest; /* of a view change: of the lock, or empty */
	guint64 locked_view; /* of a view change */
} Statement;

/* Appends the bytes that are signed. [any] */
void statement_put(const Statement *statement, const bsn_id *chain_id,
		   GByteArray *out);

/* Signs as a member that this node is. Errors: those of bsn_keys. [strand] */
int32_t statement_sign(const Statement *statement, const bsn_id *chain_id,
		       bsn_chain *chain, const char *algorithm,
		       Signature *signature, bsn_err *err);

/* Adds a statement to what is to be verified. */
void statement_claim(Claims *claims, const bsn_id *chain_id, guint signer,
		     const Statement *statement, const Signature *signature);

#endif
