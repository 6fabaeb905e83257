/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/signature-rules.h: what every signature scheme must do, whatever
 * its arithmetic; and small helpers for tests of algorithms.
 */
#ifndef TESTS_UNIT_SIGNATURE_RULES_H
#define TESTS_UNIT_SIGNATURE_RULES_H

#include <bsn/bsn.h>
#include <bsn/helpers/bytes.h>
#include <glib.h>
#include <string.h>

/* A key pair as the ABI encodes it. */
typedef struct {
	guint8 private_key[32];
	guint8 public_key[BSN_PUBLIC_KEY_MAX];
} KeyPair;

/* Bytes of hex digits; the test fails on others or on another length. */
void unhex(const char *hex, guint8 *out, gsize len);
#define UNHEX(hex, array) unhex(hex, array, sizeof(array))

/* The same bytes, whatever the type; g_assert_cmpmem converts its lengths. */
#define ASSERT_SAME(a, b, len) g_assert_true(memcmp((a), (b), (len)) == 0)

/* Random bytes of a reproducible generator (the test's own seed). */
void test_random(guint8 *out, gsize len);

void key_pair_random(const bsn_signature *scheme, KeyPair *pair);

/* What verify says of a whole item. */
int32_t verify_as(const bsn_signature *scheme, guint32 convention,
		  const guint8 *public_key, bsn_slice message,
		  const guint8 *signature);

/* Adds /NAME/... tests: generate is deterministic and agrees with public_key,
 * zero and huge scalars are refused, misuse is told, unknown conventions are
 * not offered, every changed bit of message, key and signature is refused, and
 * threads may sign and verify at once. `conventions` is a mask of bits. */
void signature_rules_add(const bsn_signature *scheme, guint32 conventions);

/* Adds /NAME/...: parts and whole agree at every cut, many agrees with one. */
void hash_rules_add(const bsn_hash *hash);

#endif
