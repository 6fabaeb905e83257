/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/ethintake.h: which of Ethereum's transactions get in.
 * Reasons begin as go-ethereum's do, since clients look for those words.
 */
#ifndef FISCO_ETHINTAKE_H
#define FISCO_ETHINTAKE_H

#include "plugins/engine-fisco/ledger.h"

/* Whether the chain takes Ethereum's transactions: contracts of another machine than
 * the EVM know no accounts with nonces.
 *
 * Returns: BSN_OK. Errors: BSN_NOT_OFFERED. [any] */
int32_t ethintake_offered(const Ledger *ledger, bsn_err *err);

/* Checks what holds in any block: it must name its chain (EIP-155), since what
 * was signed for any chain could be replayed here; its gas must be enough to
 * begin with.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE, BSN_NOT_OFFERED.
 * [any] */
int32_t ethintake_check(const Ledger *ledger, const Tx *tx, bsn_err *err);

/* Whether a transaction may wait in the pool: its nonce is not used and no
 * other has it, its value is covered, there is room.
 *
 * Returns: BSN_OK.
 * Out:     nonce, of the account as of the head, for pool_add_account.
 * Errors:  BSN_DUPLICATE, BSN_FAULT, BSN_BUSY; as account_load. [strand] */
int32_t ethintake_admit(Ledger *ledger, const Tx *tx, guint64 *nonce,
			bsn_err *err);

#endif
