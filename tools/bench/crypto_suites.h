/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/crypto_suites.h: the trials of each kind of algorithm.
 */
#ifndef TOOLS_BENCH_CRYPTO_SUITES_H
#define TOOLS_BENCH_CRYPTO_SUITES_H

#include <bsn/crypto.h>
#include <glib.h>

/* Each appends trials of one algorithm, whose data live as long as the process.
 * FALSE when the algorithm gives an answer that is not OpenSSL's. */
gboolean crypto_add_signature(GPtrArray *trials, const bsn_signature *scheme);
gboolean crypto_add_hash(GPtrArray *trials, const bsn_hash *hash);
gboolean crypto_add_cipher(GPtrArray *trials, const bsn_cipher *cipher);

#endif
