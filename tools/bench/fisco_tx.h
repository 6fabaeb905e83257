/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/fisco_tx.h: any number of transactions made from one of FISCO
 * BCOS 2.x, an RLP list of 13 (plugins/engine-fisco/tx.h has its format): each
 * gets a nonce of its own, call data of its own if it is to have some, and a
 * signature. No host is asked for any of them.
 */
#ifndef TOOLS_BENCH_FISCO_TX_H
#define TOOLS_BENCH_FISCO_TX_H

#include <glib.h>

#include "tools/bench/keys.h"

/* How transactions of the chain are signed, as the host said. */
typedef struct {
	const char *algorithm;  /* "sm2" or "secp256k1" */
	const char *convention; /* as keys_convention takes it */
} FiscoSigning;

/* What all of them have in common. Any thread. */
typedef struct FiscoPattern FiscoPattern;

/* From a finished transaction. NULL with an error when that is not in the
 * format. */
FiscoPattern *fisco_pattern_new(GBytes *tx, const FiscoSigning *signing,
				GError **error);
void fisco_pattern_free(FiscoPattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FiscoPattern, fisco_pattern_free)

/* The call data of that transaction, borrowed. */
bsn_slice fisco_pattern_data(const FiscoPattern *pattern);
/* Who signs by a key, 20 bytes. */
gboolean fisco_address(const Key *key, guint8 address[20]);

/* The last block that may have them; what is made from now on has the new
 * one. */
guint64 fisco_pattern_block_limit(const FiscoPattern *pattern);
void fisco_pattern_set_block_limit(FiscoPattern *pattern, guint64 limit);

/* Appends one more, with a random nonce, signed. FALSE: it cannot be made. Any
 * thread. */
gboolean fisco_pattern_make(const FiscoPattern *pattern, const Key *key,
			    bsn_slice data, GByteArray *out);

#endif
