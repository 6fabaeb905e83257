/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/balances.h: what accounts own when a chain begins. All
 * of it together is below 2^256, and nothing is made later, so that no balance
 * can overflow.
 */
#ifndef FISCO_BALANCES_H
#define FISCO_BALANCES_H

#include <bsn/runtime.h>
#include <jansson.h>

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/kit/rlp.h"

/* Accounts that a chain's config can give a balance. */
#define BALANCES_MAX 512u

typedef struct {
	guint8 address[ADDRESS_LEN];
	guint8 amount[32]; /* big-endian, above 0 */
} Balance;

/* Reads {"0x..": amount, ...}; amounts are integers, or decimal or "0x.."
 * strings.
 *
 * Returns: BSN_OK; *balances: Balance by ascending address, NULL for none.
 * In:      object, NULL for none.
 * Errors:  BSN_BAD_REQUEST. [any] */
int32_t balances_parse(const json_t *object, GArray **balances, bsn_err *err);

/* As an RLP list of address, amount, address, ... [any] */
void balances_put(const GArray *balances, GByteArray *out);
/* NULL when the list is empty. [any] */
GArray *balances_read(RlpReader *reader);

/* Gives the accounts what they own in the state that a chain begins with.
 *
 * Returns: BSN_OK. Errors: as bsn_runtime.fund. [strand] */
int32_t balances_fund(const Ledger *ledger, Overlay *state, bsn_err *err);

#endif
