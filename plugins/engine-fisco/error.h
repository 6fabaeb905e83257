/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/error.h: what the engine itself reverts a call with.
 */
#ifndef FISCO_ERROR_H
#define FISCO_ERROR_H

#include <bsn/base.h>
#include <glib.h>

/* Writes a call of Error(string), its selector made with SM3 or Keccak-256, as
 * a caller expects it that was compiled for that hash.
 *
 * Returns: as bsn_sink.write. [any] */
int32_t error_write(gboolean sm3, const char *text, bsn_sink *output);

#endif
