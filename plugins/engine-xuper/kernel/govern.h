/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/govern.h: governance tokens, with which proposals
 * and candidates are voted for. Each kind of lock is on its own: the same token
 * may vote for a proposal and for a candidate at once, and what is locked in any
 * way cannot be transferred, as in XuperChain.
 *
 * Bucket "governToken": "balanceOf_" and an address or account ->
 *   {"locked_balance":{"ordinary":"0","tdpos":"0"},"total_balance":"100"};
 * "totalSupply" -> their sum; "distributed" -> "true".
 */
#ifndef XUPER_KERNEL_GOVERN_H
#define XUPER_KERNEL_GOVERN_H

#include "plugins/engine-xuper/contract/sandbox.h"

#define BUCKET_GOVERN "governToken"

typedef enum {
	GOVERN_ORDINARY, /* proposals */
	GOVERN_TDPOS,    /* candidates */
	GOVERN_LOCKS
} GovernLock;

/* What a chain begins with: its tokens times the ratio of its config.
 * Returns: BSN_OK, or what `put` returned. Errors: BSN_BAD_REQUEST: the sum is
 * over 256 bits. [any] */
typedef int32_t (*GovernPut)(void *owner, const char *key, const char *value,
			     bsn_err *err);
int32_t govern_begin(const ChainConfig *config, GovernPut put, void *owner,
		     bsn_err *err);

/* Returns: BSN_OK. Errors: BSN_DENIED: not enough that is free (locked);
 * BSN_E_CORRUPT, of the sandbox. */
int32_t govern_lock(Sandbox *box, const char *owner, GovernLock lock,
		    const guint8 amount[AMOUNT_LEN], bsn_err *err);
int32_t govern_unlock(Sandbox *box, const char *owner, GovernLock lock,
		      const guint8 amount[AMOUNT_LEN], bsn_err *err);
int32_t govern_total(Sandbox *box, guint8 total[AMOUNT_LEN], bsn_err *err);

#endif
