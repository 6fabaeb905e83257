/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/certificate.h: what is kept with a block: the
 * signature, by the leader that proposed it, over height and digest.
 *
 * It proves that a member of the chain made the block, so that nobody else can
 * pass one off on a node that syncs, and who it was. It does not prove that
 * the block was committed: nodes of a crash-fault protocol may stop, and do not
 * lie, so the one that hands out a block has decided it. A chain whose members
 * do not trust each other that far takes PBFT.
 *
 * Bytes: version (1), length of the public key (1), public key, signature.
 *
 * All functions: [any].
 */
#ifndef CONSENSUS_RAFT_CERTIFICATE_H
#define CONSENSUS_RAFT_CERTIFICATE_H

#include <bsn/consensus.h>
#include <glib.h>

/* Bytes of the longest. */
#define RAFT_CERTIFICATE_MAX (2u + 255u + BSN_SIGNATURE_MAX)

/* Signs as this node, whose key `public_key` of `algorithm` is.
 *
 * Returns: BSN_OK, the certificate appended to `out`.
 * Errors:  as bsn_keys.node_sign. & open */
int32_t raft_certificate_make(bsn_chain *chain, const char *algorithm,
			      bsn_slice public_key, guint64 height,
			      const bsn_id *digest, GByteArray *out,
			      bsn_err *err);

/* bsn_consensus.verify. */
int32_t raft_certificate_verify(const bsn_member *members, uint64_t n,
				uint64_t height, bsn_slice digest,
				bsn_slice certificate, bsn_err *err);

#endif
