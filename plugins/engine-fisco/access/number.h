/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/number.h: numbers in the world state, 8 bytes
 * big-endian. All functions: [strand].
 */
#ifndef FISCO_ACCESS_NUMBER_H
#define FISCO_ACCESS_NUMBER_H

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/overlay.h"

/* The second byte of the keys of access rights, governance and accounts. */
#define STATE_ACCESS_BYTE 'g'

/* 0 when it was never written.
 *
 * Returns: BSN_OK. Errors: BSN_E_CORRUPT; as bsn_store.get. */
int32_t number_get(Overlay *state, bsn_slice key, guint64 *number);
void number_put(Overlay *state, bsn_slice key, guint64 number);

#endif
