/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/votes/claims.h: texts that members have signed, and checking many
 * such signatures at once.
 */
#ifndef KIT_VOTES_CLAIMS_H
#define KIT_VOTES_CLAIMS_H

#include "plugins/kit/votes/members.h"
#include "plugins/kit/votes/wire.h"

/* Texts with their signers' signatures, to be verified together. */
typedef struct Claims Claims;

/* `members` is borrowed. */
Claims *claims_new(const Members *members);
void claims_free(Claims *claims);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Claims, claims_free)

/* Signer: a member's number. `text` is copied. */
void claims_add(Claims *claims, guint signer, bsn_slice text,
		const Signature *signature);
/* Verifies all; on all workers where `chain` is given and it is worth while.
 *
 * Returns: whether every one is good.
 * Out:     forged, by signer: made TRUE for those with a wrong signature; may
 *          be NULL. */
gboolean claims_verify(Claims *claims, bsn_chain *chain, gboolean *forged);

/* Signs a text as a member that this node is. Errors: those of bsn_keys.
 * [strand] */
int32_t claims_sign(bsn_chain *chain, const char *algorithm, bsn_slice text,
		    Signature *signature, bsn_err *err);

#endif
