/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/kat.h: known-answer tests of a plugin's algorithms. Those with a
 * published standard must give its published answers; all must keep the rules
 * of bsn/crypto.h: the same answer however the input is cut, no byte written
 * past the end, a changed signature refused.
 */
#ifndef HOST_PLUGIN_KAT_H
#define HOST_PLUGIN_KAT_H

#include <bsn/ext/public_key.h>

#include "host/plugin/rule.h"

/* Each takes a table whose required members are there and whose lengths are
 * within bounds, and answers TRUE or refuses with RULE_FAILED_KNOWN_ANSWER. */
gboolean kat_hash(const bsn_hash *hash, Refusal *refusal);
gboolean kat_signature(const bsn_signature *scheme, Refusal *refusal);
gboolean kat_cipher(const bsn_cipher *cipher, Refusal *refusal);
gboolean kat_encryption(const bsn_encryption *encryption, Refusal *refusal);
gboolean kat_agreement(const bsn_key_agreement *agreement, Refusal *refusal);

#endif
