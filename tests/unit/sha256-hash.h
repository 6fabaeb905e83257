/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/sha256-hash.h: SHA-256 as a bsn_hash, from GLib.
 */
#ifndef TESTS_UNIT_SHA256_HASH_H
#define TESTS_UNIT_SHA256_HASH_H

#include <bsn/crypto.h>

/* Without digest_many, and with it. */
extern const bsn_hash sha256_hash;
extern const bsn_hash sha256_hash_many;

#endif
