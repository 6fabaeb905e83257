/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/crypto_plugin.h: a plugin's algorithms, without a host.
 */
#ifndef TOOLS_BENCH_CRYPTO_PLUGIN_H
#define TOOLS_BENCH_CRYPTO_PLUGIN_H

#include <bsn/crypto.h>
#include <glib.h>

/* Loads a plugin file and judges it as a host does: note, ABI, tables, known
 * answers. It stays loaded.
 *
 * Returns: its algorithms; NULL with an error, CTL_ERROR_FAILED. */
const bsn_crypto *crypto_plugin_open(const char *file, GError **error);

#endif
