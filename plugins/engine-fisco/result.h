/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/result.h: what became of a transaction, for people: its
 * receipt as JSON in FISCO BCOS's words, decoded by the contract's interface.
 * All functions: [strand].
 */
#ifndef FISCO_RESULT_H
#define FISCO_RESULT_H

#include <jansson.h>

#include "plugins/kit/solidity/interface.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

/* "0x.." of bytes; new reference. */
json_t *result_hex(bsn_slice bytes);

/* What a function gave: one result by itself, several as an array; NULL when
 * that is not known. New reference. */
json_t *result_decode(const AbiFunction *function, bsn_slice output);

/* A transaction in a block. */
typedef struct {
	guint64 block;
	bsn_slice block_hash;
	guint64 index;
	const Tx *tx; /* with its sender */
	const ReceiptView *receipt;
} Outcome;

/* Appends the receipt, an object. */
void result_put(Ledger *ledger, Overlay *state, const Outcome *outcome,
		GString *out);
/* A sentence for a receipt's status; NULL when it succeeded. g_free it. */
char *result_reason(Ledger *ledger, Overlay *state, const guint8 *contract,
		    guint64 status, bsn_slice output);

/* Answers a submission or a look-up with its final stage. */
void result_reply(Ledger *ledger, const Outcome *outcome, bsn_reply *reply);
/* The same for one of many: on a state that all share, and with the memory of
 * `text`. */
void result_reply_on(Ledger *ledger, Overlay *state, const Outcome *outcome,
		     GString *text, bsn_reply *reply);
/* Answers that it waits in the pool. */
void result_accepted(const Tx *tx, bsn_reply *reply);
/* Refuses it with one of FISCO's codes. */
void result_refuse(bsn_reply *reply, gint32 code);
/* Refuses it since the chain closes. */
void result_closing(bsn_reply *reply);

#endif
