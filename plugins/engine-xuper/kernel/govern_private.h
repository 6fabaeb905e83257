/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/govern_private.h: balances, for $govern_token's own
 * methods.
 */
#ifndef XUPER_KERNEL_GOVERN_PRIVATE_H
#define XUPER_KERNEL_GOVERN_PRIVATE_H

#include "plugins/engine-xuper/kernel/govern.h"
#include "plugins/engine-xuper/kernel/value.h"

#define KEY_DISTRIBUTED "distributed"

typedef struct {
	guint8 total[AMOUNT_LEN];
	guint8 locked[GOVERN_LOCKS][AMOUNT_LEN]; /* each at most total */
} GovernBalance;

extern const char *const govern_lock_names[GOVERN_LOCKS];

/* Zeros for who has none. */
int32_t govern_read(Sandbox *box, const char *owner, GovernBalance *balance,
		    bsn_err *err);
int32_t govern_write(Sandbox *box, const char *owner,
		     const GovernBalance *balance, bsn_err *err);
char *govern_text(const GovernBalance *balance);

#endif
