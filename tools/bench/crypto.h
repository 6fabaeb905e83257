/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/crypto.h: `bsn-bench crypto`: what a crypto plugin's algorithms
 * cost beside OpenSSL's, in one run on one core.
 */
#ifndef TOOLS_BENCH_CRYPTO_H
#define TOOLS_BENCH_CRYPTO_H

/* The command; argv[0] is its name. Returns the exit status: 0, 1 when nothing
 * could be measured or an answer was wrong, 2 when the command line is. */
int bench_crypto(int argc, char **argv);

#endif
