/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/execute.h: runs transactions, one after the other, on
 * the world state of a block.
 */
#ifndef FISCO_EXECUTE_H
#define FISCO_EXECUTE_H

#include <bsn/runtime.h>

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

/* Output and logs of one transaction; more is out of gas. */
#define RECEIPT_BYTES_MAX (4u << 20)
/* Of all transactions of a block; the next one waits for another block. */
#define RECEIPTS_BYTES_MAX (24u << 20)
/* Gas of what the engine itself does for a transaction, as the intrinsic gas
 * of any other. */
#define ENGINE_GAS 21000u

/* Block `number` as contracts see it; `sealer` is borrowed, NULL for none.
 * [any] */
bsn_block_env execution_env(const Ledger *ledger, guint64 number,
			    guint64 time_ms, const guint8 *sealer);

/* A block being executed. */
typedef struct Execution Execution;

/* On top of what the store holds, for block `number`, sealed at `time_ms` by
 * `sealer` (20 bytes, borrowed). [strand] */
Execution *execution_new(Ledger *ledger, guint64 number, guint64 time_ms,
			 const guint8 *sealer);
/* execution_free(NULL) does nothing. [strand] */
void execution_free(Execution *execution);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Execution, execution_free)

/* Nothing more is run: gives back all but the state. [strand] */
void execution_end(Execution *execution);

/* Borrowed. */
Overlay *execution_state(Execution *execution);
guint64 execution_gas_used(const Execution *execution);

/* Runs one transaction.
 *
 * Returns: BSN_OK; BSN_TOO_LARGE: with it the block would be over its gas or
 *          receipts limit; one of Ethereum's that no block can have as things
 *          are: BSN_DUPLICATE: its nonce is too low, BSN_CONFLICT: too high,
 *          BSN_FAULT: the sender's balance is too low. Nothing was done then.
 * Out:     receipt, as old as the execution.
 * Errors:  below 0: it could not be executed here, nothing was done.
 * [strand] */
int32_t execution_run(Execution *execution, const Tx *tx,
		      EncodedReceipt *receipt, bsn_err *err);

/* Says which transactions come next, so that they may be run ahead on all
 * workers (ahead.h). They are borrowed until they have been run or the
 * execution is freed. Only when execution_wants_ahead said so. [strand] */
gboolean execution_wants_ahead(const Execution *execution);
void execution_ahead(Execution *execution, Tx *const *txs, guint n);

/* For ahead.c: an execution of the same block, as full as it is, on a trial of
 * its state; execution_free it. [strand] */
Execution *execution_on_trial(const Execution *execution);
/* Counts in what was run. FALSE: it does not fit the block any more. [strand],
 * or [any] on a trial */
gboolean execution_count(Execution *execution, const EncodedReceipt *receipt);
bsn_chain *execution_chain(const Execution *execution);

/* Runs a call outside any transaction; whoever asks throws the state away.
 *
 * Returns: as execution_run. In: sender, contract: 20 bytes. [strand] */
int32_t execution_call(Execution *execution, const guint8 *sender,
		       const guint8 *contract, bsn_slice input, bsn_slice value,
		       guint64 gas, Receipt **receipt, bsn_err *err);

/* Runs a call just as the contract runtime does, outside any transaction, and
 * undoes it. The output of a create is the code that it made.
 *
 * Returns: as execution_run.
 * In:      call, but for block and origin.
 * Out:     receipt; err: the runtime's reason, unless the receipt has
 *          FISCO_OK. [strand] */
int32_t execution_simulate(Execution *execution, bsn_call *call,
			   Receipt **receipt, bsn_err *err);

#endif
