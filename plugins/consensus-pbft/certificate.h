/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/certificate.h: a quorum's votes of one kind for one
 * digest in one view of one height. Of commit votes it is what is kept with a
 * block and proves it to anybody who knows the members:
 *
 *	1 byte	format, 1
 *	1 byte	kind, 2 prepare, 3 commit
 *	chain id after its length (1 byte)
 *	8 bytes	view
 *	2 bytes	number of signatures, then for each
 *		2 bytes	the signer: place in the order of public keys
 *		signature after its length (1 byte)
 *
 * Signers ascend. What each has signed is statement_put's (statement.h). Height
 * and digest come with the block. The chain's id stands in it so that a
 * verifier need not know it: a block's digest belongs to one chain anyway.
 */
#ifndef PBFT_CERTIFICATE_H
#define PBFT_CERTIFICATE_H

#include "plugins/consensus-pbft/members.h"
#include "plugins/consensus-pbft/statement.h"

/* One member's vote in it. */
typedef struct {
	guint signer;
	Signature signature;
} Endorsement;

typedef struct {
	guint8 kind; /* STATEMENT_PREPARE, STATEMENT_COMMIT */
	bsn_id chain_id;
	guint64 view;
	guint n;
	Endorsement list[MEMBERS_MAX];
} Certificate;

/* Longest encoding, in bytes. */
#define CERTIFICATE_MAX (2u + 1u + BSN_ID_MAX + 10u + MEMBERS_MAX * 68u)

void certificate_put(const Certificate *certificate, GByteArray *out);
/* FALSE for anything but an encoding as above. */
gboolean certificate_read(bsn_slice bytes, Certificate *certificate);

/* Whether it proves what it is for: enough signers, all of them members, and
 * each signature good. `chain` as claims_verify has it; `chain_id` is that of
 * the chain, or NULL to take the certificate's.
 *
 * Returns: BSN_OK or BSN_BAD_SIGNATURE. [any] */
int32_t certificate_verify(const Certificate *certificate,
			   const Members *members, const bsn_id *chain_id,
			   guint8 kind, guint64 height, const bsn_id *digest,
			   bsn_chain *chain, bsn_err *err);

#endif
