/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/signed.h: transaction ids, proposal hashes, and the
 * bytes that clients and endorsers sign. A proposal's signature is over
 * SignedProposal.proposal_bytes, an envelope's over Envelope.payload, as they
 * are.
 *
 * Returned slices lie in the arena.
 */
#ifndef FABRIC_SIGNED_H
#define FABRIC_SIGNED_H

#include "common/common.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/suite.h"

/* A transaction id in hex, its NUL included. */
#define TX_ID_SIZE (2 * HASH_LEN + 1)

/* n slices in a row. */
bsn_slice signed_concat(Arena *arena, const bsn_slice *parts, gsize n);

/* hex(digest(nonce || creator)), in lower case. Returns as suite_digest.
 * [any] */
int32_t signed_tx_id(const Suite *suite, bsn_slice nonce, bsn_slice creator,
		     char id[TX_ID_SIZE]);

/* An id as it crosses the ABI: its digest, of which people see the hex; len 0
 * for any other text, which only a config update can have. [any] */
bsn_id signed_id_bytes(const char *id);
/* And back, from either; FALSE for what is neither 32 bytes nor their hex.
 * [any] */
gboolean signed_id_text(bsn_slice bytes, char id[TX_ID_SIZE]);

/* A ChaincodeProposalPayload as transactions have it: without its transient
 * map.
 *
 * Returns: BSN_OK and the bytes.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: it is none. */
int32_t signed_without_transient(Arena *arena, bsn_slice payload,
				 bsn_slice *stripped, bsn_err *err);

/* What a ProposalResponsePayload names the proposal by: the digest of channel
 * header, signature header and the payload without its transient map. Returns
 * as suite_digest. [any] */
int32_t signed_proposal_hash(const Suite *suite, const Common__Header *header,
			     bsn_slice stripped, guint8 *hash);

/* What an endorser signs. */
bsn_slice signed_endorsement(Arena *arena, bsn_slice response_payload,
			     bsn_slice endorser);
/* What who agrees to a ConfigUpdate signs. */
bsn_slice signed_config(Arena *arena, bsn_slice signature_header,
			bsn_slice config_update);

#endif
