/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/run.h: one transaction on the world state of a block
 * that is being executed: what each kind of them does. Limits of the block, and
 * undoing, are execute.c's.
 *
 * Where a function takes a receipt it fills it. All functions: [strand], and
 * [any] on an execution of their own.
 */
#ifndef FISCO_RUN_H
#define FISCO_RUN_H

#include "plugins/engine-fisco/ahead.h"
#include "plugins/engine-fisco/execute.h"
#include "plugins/engine-fisco/state.h"

struct Execution {
	Ledger *ledger;
	Overlay *state;
	bsn_block_env env;
	BlockHashes hashes;
	Closed closed;
	Guard guard;
	gboolean reading; /* nothing of it stays: execution_call */
	Ahead *ahead; /* NULL until transactions are run ahead */
	bsn_machine *machine; /* of the runtime; NULL until needed */
	Receipt *receipt;    /* of the transaction that is run: run_begin */
	GByteArray *encoded; /* how it is put */
	guint64 gas_used; /* of what is in the block */
	guint64 receipts_bytes;
};

/* The receipt of the next transaction, empty. Borrowed until then. */
Receipt *run_begin(Execution *execution);
/* What there is of it in the end, kept with the state. */
EncodedReceipt run_finish(Execution *execution);

/* Runs a transaction. Returns: as execution_run, but for the block's limits. */
int32_t run_tx(Execution *execution, const Tx *tx, Receipt *receipt,
	       bsn_err *err);
/* The same for one of Ethereum's. */
int32_t run_ethereum(Execution *execution, const Tx *tx, Receipt *receipt,
		     bsn_err *err);
/* Calls a contract, which must take calls, with the caller's rights. */
int32_t run_invoke(Execution *execution, bsn_call *call, Receipt *receipt,
		   bsn_err *err);

/* Gives back what runs of the runtime left for the next one. */
void run_forget_machine(Execution *execution);

/* One run of the contract runtime.
 *
 * Returns: BSN_OK, whatever the contract did: the receipt has its status, and
 *          err the runtime's reason.
 * Errors:  below 0. */
int32_t run_contract(Execution *execution, bsn_call *call, Receipt *receipt,
		     bsn_err *err);
/* Enters what a transaction made into the registry, as contract_enter. */
int32_t run_enter(Execution *execution, const DeployExtra *extra, const Tx *tx,
		  const Receipt *receipt);
/* What the engine's own contracts work with. */
Precompiled run_precompiled(const Execution *execution);
/* Whether it is one of the engine's own contracts: BSN_OK, BSN_NOT_FOUND. */
int32_t run_is_own(Execution *execution, const guint8 *address);
/* The engine itself ended it. */
void run_end(Receipt *receipt, guint32 code, guint64 gas);
/* The chain's policy ended it; callers see the reason as a contract's own. */
int32_t run_refuse(Receipt *receipt, const char *reason);

#endif
