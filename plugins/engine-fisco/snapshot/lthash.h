/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/lthash.h: the digest of a set of entries, from
 * which an entry can be taken and to which one can be added without looking at
 * the others: AdHash over a lattice (Bellare, Micciancio, "A new paradigm for
 * collision-free hashing", EUROCRYPT 1997; Lewi, Kim, Maykov, Weis, "Securing
 * update propagation with homomorphic hashing", ePrint 2019/227, section 4):
 * 1024 lanes of 16 bits, which are added one by one modulo 2^16.
 *
 * An entry's lanes are what the chain's hash H gives in counter mode:
 * H(s || 0) || H(s || 1) || .. with s = H(key's length, 4 bytes big-endian ||
 * key || value) and the counter in one byte; lanes are little-endian. All
 * functions: [any].
 */
#ifndef FISCO_SNAPSHOT_LTHASH_H
#define FISCO_SNAPSHOT_LTHASH_H

#include "plugins/engine-fisco/suite.h"

#define LTHASH_LANES 1024u
#define LTHASH_LEN (2u * LTHASH_LANES)

/* That of no entry at all is zero. */
typedef struct {
	guint16 lanes[LTHASH_LANES];
} LtHash;

/* Adds an entry, takes one away. Returns: as bsn_hash.digest. */
int32_t lthash_add(const Suite *suite, bsn_slice key, bsn_slice value,
		   LtHash *sum);
int32_t lthash_remove(const Suite *suite, bsn_slice key, bsn_slice value,
		      LtHash *sum);
/* Adds what another one sums up. */
void lthash_join(LtHash *sum, const LtHash *other);

/* As LTHASH_LEN bytes, and back. */
void lthash_put(const LtHash *sum, guint8 *out);
void lthash_read(const guint8 *bytes, LtHash *sum);
/* The digest of these bytes. */
int32_t lthash_digest(const Suite *suite, const LtHash *sum, guint8 *digest);

#endif
