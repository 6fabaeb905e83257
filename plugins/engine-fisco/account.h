/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/account.h: accounts as the contract runtime keeps them.
 *
 * An account's nonce counts the transactions that were executed for it, of
 * both kinds: an Ethereum transaction's nonce must be just that, while FISCO's
 * own have random ones. So both may be used from one account, and contracts get
 * Ethereum's addresses: of the sender and this nonce.
 *
 * All functions: [strand].
 */
#ifndef FISCO_ACCOUNT_H
#define FISCO_ACCOUNT_H

#include <bsn/runtime.h>

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

/* An account; all zeros when nothing is known of it.
 *
 * Returns: BSN_OK.
 * In:      address, 20 bytes.
 * Errors:  BSN_NOT_OFFERED: the chain's runtime has no accounts; below 0. */
int32_t account_load(const Ledger *ledger, Overlay *state,
		     const guint8 *address, bsn_account *account);
/* The same, as of the head, for its nonce. */
int32_t account_nonce(const Ledger *ledger, const guint8 *address,
		      guint64 *nonce);

/* A contract's code. Returns: BSN_OK or BSN_NOT_FOUND. Errors: as above. */
int32_t account_code(const Ledger *ledger, Overlay *state,
		     const guint8 *address, GByteArray *out);
/* A contract's storage under a key of 32 bytes. Returns: as account_code. */
int32_t account_storage(const Ledger *ledger, Overlay *state,
			const guint8 *address, const guint8 *key,
			GByteArray *out);

#endif
