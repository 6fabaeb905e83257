/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/checks-crypto.h: what the checks of algorithms share. Each
 * algorithm that has a published standard is judged by it, whatever plugin
 * offers it; one that a plugin does not offer is not claimed.
 */
#ifndef TOOLS_CONFORM_CHECKS_CRYPTO_H
#define TOOLS_CONFORM_CHECKS_CRYPTO_H

#include "tools/conform/run.h"

extern const CheckGroup checks_hash, checks_signature, checks_sm2,
	checks_secp256k1, checks_cipher, checks_public_key;

/* The plugin's algorithm of this name; ends the check when there is none. */
const bsn_hash *crypto_hash(Run *run, const char *name);
const bsn_signature *crypto_signature(Run *run, const char *name);
const bsn_cipher *crypto_cipher(Run *run, const char *name);

/* Bytes behind an output that must stay as they are. */
#define CRYPTO_FENCE_LEN 32u
void crypto_fence(guint8 *at);
gboolean crypto_fence_is_whole(const guint8 *at);

#endif
