/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/crypto.h: the algorithms that nodes find by name, and their keys.
 *
 * Hashes and ciphers are those of the loaded plugins. Signatures are, unless
 * told otherwise, *model signatures*: under the name, the sizes and the
 * conventions of each scheme that a plugin offers stands a keyed SHA-256 that
 * only the simulator can make, since private keys never leave it. They are as
 * hard to forge, the same bytes on every machine whatever nonces a library
 * draws, and cost a hash instead of a curve. Real ones are offered as well;
 * OpenSSL then draws its nonces from the seed. Where nodes and signers have
 * certificates, all are real.
 */
#ifndef TOOLS_SIM_CRYPTO_H
#define TOOLS_SIM_CRYPTO_H

#include <bsn/ext/public_key.h>

#include "tools/sim/world.h"

extern const bsn_crypto_by_name sim_crypto_table;
extern const bsn_keys sim_keys_table;
extern const bsn_public_key_by_name sim_public_key_table;

/* Takes the algorithms of a plugin. From now on real signatures, or models, are
 * found. */
void sim_crypto_add(const bsn_crypto *crypto, gboolean real_signatures);
/* Takes what else a plugin's keys are good for. */
void sim_public_key_add(const bsn_public_key *table);
/* Puts a hash that can be altered (alter.h) before each that there is; before
 * the plugin is loaded that is to find them. */
void sim_crypto_make_alterable(void);
/* Forgets whom the keys of an earlier world belong to. The world's options say
 * which signatures are found from now on. */
void sim_crypto_reset(SimWorld *world);

/* OpenSSL's next numbers are those of something that has two names. */
void sim_crypto_draw_for(const char *name, const char *more);
/* A key from a stream; the same for the same stream. FALSE when no plugin has
 * the scheme. */
gboolean sim_crypto_key(SimRandom *random, const char *algorithm, SimKey *key);
/* Signs; the signature's length, 0 when the scheme refuses. */
guint32 sim_crypto_sign(const SimKey *key, guint32 convention,
			bsn_slice message, guint8 *signature);

#endif
