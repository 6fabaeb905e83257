/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/sdk/sdk.h: what XuperChain's SDKs call: methods of its
 * services pb.Xchain and pb.xendorser, each a function from message to message,
 * served as JSON over HTTP as XuperChain's gateway does, and over gRPC.
 *
 * Balances, outputs, ACLs and pre-execution are of the state with all that waits,
 * as XuperChain's are; accounts' contracts and what is counted are of the head's;
 * blocks and transactions are told as far as the head, which may still be undone.
 *
 * Source: XuperChain's pb.Xchain and its HTTP gateway (grpc-gateway). All
 * functions: [strand].
 */
#ifndef XUPER_SDK_SDK_H
#define XUPER_SDK_SDK_H

#include <bsn/ext/http.h>

#include "pb/xchain.pb-c.h"
#include "plugins/engine-xuper/chain/chain.h"
#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/kit/codec/message.h"

/* Accounts, and contracts, of one answer; what is behind them is left out. */
#define SDK_LIST_MAX 1000u

/* One call. */
typedef struct {
	bsn_ledger *ledger;
	Arena arena;	     /* where request and answer lie */
	const void *request; /* of the method's type */
	void *answer;	     /* filled in by the method */
	const char *reason;  /* why an answer has an error in its header */
	GPtrArray *kept;     /* blocks that the answer borrows from */
} SdkCall;

typedef struct {
	const char *rpc; /* "/pb.Xchain/GetBalance" */
	bsn_http_route route;
	const ProtobufCMessageDescriptor *type; /* of the request */
	/* Returns: BSN_OK, and the answer. Errors: why there is none. */
	int32_t (*run)(SdkCall *call, bsn_err *err);
} SdkMethod;

/* All, ended by NULL. [any] */
extern const SdkMethod *const sdk_methods[];
/* The one of a gRPC path, or NULL. [any] */
const SdkMethod *sdk_find(const char *rpc);
/* Maps among the messages (message_json.h). [any] */
extern const ProtobufCMessageDescriptor *const sdk_maps[];

void sdk_call_begin(SdkCall *call, bsn_ledger *ledger);
void sdk_call_clear(SdkCall *call);

/* The HTTP table (bsn.engine.http/1). */
extern const bsn_engine_http xuper_engine_http;

/* ---- what methods share ---- */

/* An empty message in the call's arena. */
void *sdk_new(SdkCall *call, const ProtobufCMessageDescriptor *type);
/* Copies in the arena. */
char *sdk_text(SdkCall *call, const char *text);
ProtobufCBinaryData sdk_bytes(SdkCall *call, bsn_slice bytes);
char *sdk_amount(SdkCall *call, const guint8 amount[AMOUNT_LEN]);
/* The answer's header: what the request's said, without an error. */
Pb__Header *sdk_header(SdkCall *call, const Pb__Header *asked);
/* Whether a request is for this chain: BSN_OK or BSN_NOT_FOUND. */
int32_t sdk_chain(const SdkCall *call, const char *bcname, bsn_err *err);
/* Keeps a block until the call ends; takes the reference. */
const Block *sdk_keep(SdkCall *call, Block *block);
/* A sandbox upon a layer, for questions. */
Sandbox *sdk_sandbox(const SdkCall *call, Layer *layer);
/* XuperChain's error for a transaction that was refused. [any] */
Pb__XChainErrorEnum sdk_error(int32_t status, gint code);

/* pre.c: runs requests as a transaction would. Errors: what the contracts refuse. */
int32_t sdk_preexec(SdkCall *call, const Pb__InvokeRPCRequest *request,
		    Pb__InvokeResponse **response, bsn_err *err);
/* utxo.c: both of them, one after the other. */
int32_t sdk_preexec_select(SdkCall *call,
			   const Pb__PreExecWithSelectUTXORequest *request,
			   Pb__PreExecWithSelectUTXOResponse **response,
			   bsn_err *err);
/* tx.c: submits one; *code: XuperChain's error, and the reason with it. */
void sdk_post(SdkCall *call, const Xldgpb__Transaction *tx,
	      Pb__XChainErrorEnum *error);

/* ---- the methods, by the file they are in ---- */

#define SDK_METHOD(name) int32_t sdk_##name(SdkCall *call, bsn_err *err)
/* chain.c */
SDK_METHOD(get_bcchains);
SDK_METHOD(get_bcstatus);
SDK_METHOD(get_block);
SDK_METHOD(get_block_by_height);
SDK_METHOD(query_contract_stat_data);
/* utxo.c */
SDK_METHOD(get_balance);
SDK_METHOD(get_frozen_balance);
SDK_METHOD(get_balance_detail);
SDK_METHOD(select_utxos);
SDK_METHOD(preexec_select_utxo);
/* pre.c */
SDK_METHOD(pre_exec);
/* tx.c */
SDK_METHOD(post_tx);
SDK_METHOD(query_tx);
/* account.c */
SDK_METHOD(get_account_contracts);
SDK_METHOD(get_address_contracts);
SDK_METHOD(get_account_by_ak);
SDK_METHOD(query_acl);
/* endorse.c */
SDK_METHOD(endorser_call);

#endif
