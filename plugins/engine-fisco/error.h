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

/* Gives a failure a reason unless whoever failed has written one: not all that
 * reads the state below a contract has a place for reasons.
 *
 * Returns: status. In: status; reason, for any status but BSN_OK. [any] */
int32_t error_explain(int32_t status, const char *reason, bsn_err *err);

#endif
