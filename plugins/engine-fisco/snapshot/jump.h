/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/jump.h: a chain goes on at a head that it did
 * not execute its way to.
 */
#ifndef FISCO_SNAPSHOT_JUMP_H
#define FISCO_SNAPSHOT_JUMP_H

#include "plugins/engine-fisco/ledger.h"

/* The state of `head` has been installed and is on disk: whatever the ledger
 * knew of the one before is forgotten, and members, consensus and clients are
 * told.
 *
 * Returns: BSN_OK. Errors: as membership_load, snapshot_load. [strand] */
int32_t jump_to(Ledger *ledger, const Head *head, bsn_err *err);

#endif
