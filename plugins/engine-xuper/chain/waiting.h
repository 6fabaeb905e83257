/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/waiting.h: who waits for which transaction. One that
 * is submitted twice has one who waits for it, the first. All functions:
 * [strand].
 */
#ifndef XUPER_CHAIN_WAITING_H
#define XUPER_CHAIN_WAITING_H

#include "plugins/engine-xuper/chain/chain.h"

void waiting_open(bsn_ledger *ledger);
/* Fails all: the chain closes. Not opened is fine. */
void waiting_close(bsn_ledger *ledger);

gboolean waiting_has(const bsn_ledger *ledger, const guint8 txid[HASH_LEN]);
void waiting_add(bsn_ledger *ledger, const guint8 txid[HASH_LEN],
		 bsn_reply *reply);
/* Nobody waits any more, or NULL: nobody did. */
bsn_reply *waiting_take(bsn_ledger *ledger, const guint8 txid[HASH_LEN]);

/* Fails a reply because the chain closes before it could be answered. */
void waiting_abandon(bsn_reply *reply);
/* The status of a refusal: BSN_CONFLICT says that the transaction can never be in
 * a block; what is excluded only by one that waits, or by a block that may still
 * be undone, is BSN_BUSY. */
int32_t waiting_status(const bsn_ledger *ledger, Tx *tx, gint code);
/* Fails a reply with a code of verify/code.h; `err` has the reason, or NULL. */
void waiting_refuse(const bsn_ledger *ledger, bsn_reply *reply, Tx *tx,
		    gint code, const bsn_err *err);

#endif
