/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/amop/declared.h: private topics' keys in the store, so
 * that nobody takes a topic over when the host starts anew:
 *
 *   'a' topic   the owner's key and the others', a byte of length before each
 *
 * It is this host's alone and no part of the ledger. All functions: [strand].
 */
#ifndef FISCO_AMOP_DECLARED_H
#define FISCO_AMOP_DECLARED_H

#include "plugins/engine-fisco/amop/private.h"

/* Reads all of them into a new hub.
 *
 * Returns: BSN_OK. Errors: as bsn_store.scan. */
int32_t declared_load(AmopHub *hub, bsn_err *err);
/* Stores a declaration, then takes it into the hub. Takes `private`, after an
 * error too.
 *
 * Returns: BSN_OK. Errors: as bsn_store.commit. */
int32_t declared_put(AmopHub *hub, AmopPrivate *private, bsn_err *err);
int32_t declared_delete(AmopHub *hub, const char *topic, bsn_err *err);

#endif
