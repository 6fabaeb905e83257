/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/plan.h: a request in uniform words as what its
 * transaction is to have: contract requests, outputs of tokens, who must sign.
 *
 * Contracts of the chain itself are called by name, their arguments an object whose
 * members are texts or, as JSON, anything else; or an array of these in the order
 * of KernelMethod.help. "$utxo" answers questions (query/utxo.c); its other
 * functions move tokens without any contract.
 *
 *	transfer  {"to","amount","frozen_height","desc"}
 *	merge     {}: what the owner has in many small outputs, into one
 *	split     {"amount","count"}: so many outputs of that amount, to oneself
 */
#ifndef XUPER_CONTRACT_PLAN_H
#define XUPER_CONTRACT_PLAN_H

#include "plugins/engine-xuper/chain/chain.h"
#include "plugins/engine-xuper/contract/attempt.h"
#include "plugins/engine-xuper/contract/interface.h"
#include "plugins/engine-xuper/contract/options.h"
#include "plugins/engine-xuper/kernel/kernel.h"

#define CONTRACT_UTXO "$utxo"
#define MODULE_KERNEL "xkernel" /* of requests to the chain's contracts */
/* Outputs that one split makes. */
#define SPLIT_MAX 1000u

typedef struct {
	bsn_ledger *ledger;
	Layer *layer; /* what the transaction will stand on */
	guint64 now_ms;
	Facts *facts; /* borrowed: what other chains have answered */
	Options options;
	Arena arena;
	char signer[ADDRESS_MAX];
	const char *initiator; /* signer, or options.initiator */
	GPtrArray *auth;       /* char *: auth_require */
	GPtrArray *requests;   /* Xldgpb__InvokeRequest, in the arena */
	GPtrArray *outputs;    /* Xldgpb__TxOutput, in the arena */
	guint8 sum[AMOUNT_LEN]; /* of outputs */
	gboolean merges;
	char *desc; /* of a transfer; NULL: options' */

	/* Of a call of Solidity: NULL when it is none, or not known. */
	const AbiFunction *function;
	Interface *interface;
	AbiInterface *own_abi;
	AbiFunction *own_function;
} Plan;

/* Returns: BSN_OK and a plan to clear. Errors: BSN_BAD_REQUEST, BSN_NOT_FOUND,
 * BSN_FROZEN, BSN_NOT_OFFERED: the reason says what to write instead. [strand] */
int32_t plan_read(bsn_ledger *ledger, const Attempt *attempt, Plan *plan,
		  bsn_err *err);
void plan_clear(Plan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plan, plan_clear)

/* ---- between the sources of a plan --------------------------------------- */

/* Adds a request without arguments. */
Xldgpb__InvokeRequest *plan_request(Plan *plan, const char *module,
				    const char *contract, const char *method);
/* Lowers what a request may use of a resource. */
void plan_limit(Plan *plan, Xldgpb__InvokeRequest *request, guint resource,
		guint64 most);
void plan_arg(Plan *plan, Xldgpb__InvokeRequest *request, const char *name,
	      bsn_slice value);
void plan_output(Plan *plan, bsn_slice to, const guint8 amount[AMOUNT_LEN],
		 gint64 frozen);
/* Has whoever asks sign for an account, unless options name who does. */
void plan_act_for(Plan *plan, const char *account);
/* The contract of a request, as contract_resolve. */
int32_t plan_contract(const Plan *plan, bsn_slice text, char **name,
		      bsn_err *err);

int32_t plan_kernel(Plan *plan, const KernelMethod *method, bsn_slice args,
		    bsn_err *err);
int32_t plan_kernel_call(Plan *plan, const bsn_tx_request *request,
			 bsn_err *err);
int32_t plan_utxo(Plan *plan, const bsn_tx_request *request, bsn_err *err);
int32_t plan_deploy(Plan *plan, const bsn_tx_request *request, bsn_err *err);
int32_t plan_invoke(Plan *plan, const bsn_tx_request *request, bsn_err *err);

#endif
