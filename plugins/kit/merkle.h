/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/merkle.h: the binary Merkle tree of RFC 6962 section 2.1 over any
 * hash: a leaf is H(0x00 || data), a node H(0x01 || left || right), the root of
 * no leaves H(). Prefixes keep a node from being passed off as a leaf.
 *
 * All functions: [any]. Errors besides those named: what the hash returns.
 */
#ifndef PLUGINS_KIT_MERKLE_H
#define PLUGINS_KIT_MERKLE_H

#include <bsn/crypto.h>
#include <glib.h>

/* The root of n leaves: hash->digest_len bytes to `root`. Uses digest_many
 * where the hash offers it.
 *
 * Returns: BSN_OK. */
int32_t merkle_root(const bsn_hash *hash, const bsn_slice *leaves, guint64 n,
		    guint8 *root);

/* Appends the inclusion proof of leaf `index` (RFC 6962 section 2.1.1): the
 * digests of the siblings, nearest to the leaf first, digest_len bytes each.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST when there is no such leaf. */
int32_t merkle_proof(const bsn_hash *hash, const bsn_slice *leaves, guint64 n,
		     guint64 index, GByteArray *proof, bsn_err *err);

/* Verifies that `leaf` is leaf `index` of the n that `root` (digest_len bytes)
 * stands for (RFC 9162 section 2.1.3.2).
 *
 * Returns: BSN_OK, or BSN_CONFLICT when it is not.
 * Errors:  BSN_BAD_REQUEST when index, n and the proof's length do not fit. */
int32_t merkle_verify(const bsn_hash *hash, bsn_slice leaf, guint64 index,
		      guint64 n, bsn_slice proof, const guint8 *root,
		      bsn_err *err);

#endif
