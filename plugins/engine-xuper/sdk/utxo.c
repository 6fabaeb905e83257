/* SPDX-License-Identifier: Apache-2.0
 *
 * What an address has, and which of its outputs a transaction may spend.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/pay.h"
#include "plugins/engine-xuper/contract/reserve.h"
#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/codec/message.h"

static Layer *
state_of(const SdkCall *call)
{
	return pool_layer(call->ledger->pool);
}

static guint64
next_height(const SdkCall *call)
{
	return ledger_head(call->ledger->ledger)->block->height + 1;
}

static int32_t
read_balance(const SdkCall *call, const char *address, Balance *balance,
	     bsn_err *err)
{
	*balance = (Balance){ .count = 0 };
	if (address[0] == '\0' || strlen(address) > UTXO_OWNER_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"address must be an address or an account");
	return balance_get(state_of(call), bsn_slice_str(address),
			   next_height(call), balance, err);
}

/* ---- balances ---- */

static int32_t
answer_balances(SdkCall *call, gboolean frozen, bsn_err *err)
{
	const Pb__AddressStatus *in = call->request;
	Pb__AddressStatus *out = sdk_new(call, &pb__address_status__descriptor);
	Balance balance;
	int32_t status = read_balance(call, in->address, &balance, err);

	if (in->n_bcs > SDK_LIST_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"bcs names more than %u chains", SDK_LIST_MAX);
	out->header = sdk_header(call, in->header);
	out->address = in->address;
	out->bcs = arena_room(&call->arena,
			      (in->n_bcs + 1) * sizeof(*out->bcs));
	for (; out->n_bcs < in->n_bcs && status == BSN_OK; out->n_bcs++) {
		Pb__TokenDetail *one =
			sdk_new(call, &pb__token_detail__descriptor);

		one->bcname = in->bcs[out->n_bcs]->bcname;
		if (sdk_chain(call, one->bcname, NULL) == BSN_OK)
			one->balance = sdk_amount(call, frozen ?
								balance.frozen :
								balance.total);
		else
			one->error = PB__XCHAIN_ERROR_ENUM__BLOCKCHAIN_NOTEXIST;
		out->bcs[out->n_bcs] = one;
	}
	call->answer = out;
	return status;
}

int32_t
sdk_get_balance(SdkCall *call, bsn_err *err)
{
	return answer_balances(call, FALSE, err);
}

int32_t
sdk_get_frozen_balance(SdkCall *call, bsn_err *err)
{
	return answer_balances(call, TRUE, err);
}

static Pb__TokenFrozenDetail *
frozen_detail(SdkCall *call, const guint8 amount[AMOUNT_LEN], gboolean frozen)
{
	Pb__TokenFrozenDetail *one =
		sdk_new(call, &pb__token_frozen_detail__descriptor);

	one->balance = sdk_amount(call, amount);
	one->isfrozen = frozen;
	return one;
}

static Pb__TokenFrozenDetails *
frozen_details(SdkCall *call, char *bcname, const Balance *balance,
	       const guint8 free_ones[AMOUNT_LEN])
{
	Pb__TokenFrozenDetails *one =
		sdk_new(call, &pb__token_frozen_details__descriptor);

	one->bcname = bcname;
	if (sdk_chain(call, bcname, NULL) != BSN_OK) {
		one->error = PB__XCHAIN_ERROR_ENUM__BLOCKCHAIN_NOTEXIST;
		return one;
	}
	one->tfd = arena_room(&call->arena, 2 * sizeof(*one->tfd));
	one->n_tfd = 2;
	one->tfd[0] = frozen_detail(call, free_ones, FALSE);
	one->tfd[1] = frozen_detail(call, balance->frozen, TRUE);
	return one;
}

int32_t
sdk_get_balance_detail(SdkCall *call, bsn_err *err)
{
	const Pb__AddressBalanceStatus *in = call->request;
	Pb__AddressBalanceStatus *out =
		sdk_new(call, &pb__address_balance_status__descriptor);
	guint8 free_ones[AMOUNT_LEN];
	Balance balance;
	int32_t status = read_balance(call, in->address, &balance, err);

	if (in->n_tfds > SDK_LIST_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"tfds names more than %u chains", SDK_LIST_MAX);
	if (status == BSN_OK &&
	    !amount_sub(free_ones, balance.total, balance.frozen))
		return bsn_fail(err, BSN_E_CORRUPT,
				"more is frozen than there is");
	if (status != BSN_OK)
		return status;
	out->header = sdk_header(call, in->header);
	out->address = in->address;
	out->tfds = arena_room(&call->arena,
			       (in->n_tfds + 1) * sizeof(*out->tfds));
	for (; out->n_tfds < in->n_tfds; out->n_tfds++)
		out->tfds[out->n_tfds] = frozen_details(
			call, in->tfds[out->n_tfds]->bcname, &balance,
			free_ones);
	call->answer = out;
	return BSN_OK;
}

/* ---- keeping from others ---- */

/* Whether outputs are wanted alone, and who says so. */
typedef struct {
	gboolean wanted;
	const char *key; /* JSON */
	bsn_slice signature;
} Lock;

static void
lock_digest(const SdkCall *call, const char *address,
	    const guint8 need[AMOUNT_LEN], guint8 digest[HASH_LEN])
{
	g_autofree char *amount = amount_to_text(need);
	const bsn_slice parts[] = {
		bsn_slice_str(call->ledger->config->name),
		bsn_slice_str(address),
		bsn_slice_str(amount),
		bsn_slice_str("true"),
	};

	suite_double(&call->ledger->suite, parts, G_N_ELEMENTS(parts), digest);
}

/* As in XuperChain, an address' outputs are kept for whoever signs for it. An
 * account's, which anybody can lock there, are kept for nobody. */
static int32_t
lock_judge(const SdkCall *call, const char *address,
	   const guint8 need[AMOUNT_LEN], Lock *lock, bsn_err *err)
{
	const Suite *suite = &call->ledger->suite;
	guint8 key[PUBLIC_KEY_LEN], digest[HASH_LEN];
	const SuiteItem item = { key, digest, lock->signature };
	char signer[ADDRESS_MAX] = "";
	int32_t status = BSN_BAD_SIGNATURE;

	lock->wanted = lock->wanted && address_valid(bsn_slice_str(address));
	if (!lock->wanted)
		return BSN_OK;
	if (key_from_json(suite, bsn_slice_str(lock->key), key))
		address_of(suite, key, signer);
	lock_digest(call, address, need, digest);
	if (strcmp(signer, address) == 0)
		suite_verify(suite, &item, 1, &status);
	if (status <= BSN_OK)
		return status;
	return bsn_fail(err, BSN_DENIED,
			"needLock: the signature is not that of %s over bcname, "
			"address, amount and \"true\"",
			address);
}

/* ---- choosing ---- */

typedef struct {
	const SdkCall *call;
	guint64 now_ms;
} Choice;

static gboolean
is_taken(void *owner, const Utxo *utxo)
{
	const Choice *choice = owner;

	return reserved_has(choice->call->ledger->reserved, utxo,
			    choice->now_ms);
}

static Pb__Utxo *
utxo_message(SdkCall *call, const char *address, const Utxo *utxo)
{
	Pb__Utxo *one = sdk_new(call, &pb__utxo__descriptor);

	one->amount = sdk_bytes(call, amount_slice(utxo->amount));
	one->toaddr = sdk_bytes(call, bsn_slice_str(address));
	one->reftxid = sdk_bytes(call, bsn_slice_of(utxo->txid, HASH_LEN));
	one->refoffset = utxo->offset;
	return one;
}

/* Who needs nothing spends one output all the same, if there is one: what has
 * neither inputs nor reads would be of no chain. */
static int32_t
choose(Choice *choice, const char *address, const guint8 need[AMOUNT_LEN],
       GArray *chosen, guint8 sum[AMOUNT_LEN], bsn_err *err)
{
	const bsn_ledger *ledger = choice->call->ledger;
	const gboolean any = amount_is_zero(need);
	guint8 least[AMOUNT_LEN], from[HASH_LEN];
	int32_t status = services.random->fill(ledger->chain, from,
					       sizeof(from));

	memcpy(least, need, AMOUNT_LEN);
	if (any)
		amount_from_u64(1, least);
	if (status == BSN_OK)
		status = utxo_select(state_of(choice->call),
				     bsn_slice_str(address), least,
				     next_height(choice->call), PAY_INPUTS_MAX,
				     from, is_taken, choice, chosen, sum, err);
	return any && (status == BSN_DENIED || status == BSN_BUSY) ? BSN_OK
								   : status;
}

/* Outputs of at least `need`. Errors: BSN_DENIED, BSN_BUSY: not enough. */
static int32_t
select_outputs(SdkCall *call, const char *address,
	       const guint8 need[AMOUNT_LEN], Lock lock,
	       Pb__UtxoOutput **output, bsn_err *err)
{
	Choice choice = { call, services_mono_ms(call->ledger->chain) };
	g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(Utxo));
	guint8 sum[AMOUNT_LEN] = { 0 };
	Pb__UtxoOutput *out = sdk_new(call, &pb__utxo_output__descriptor);
	int32_t status;

	if (address[0] == '\0' || strlen(address) > UTXO_OWNER_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"address must be an address or an account");
	status = lock_judge(call, address, need, &lock, err);
	if (status != BSN_OK)
		return status;
	status = choose(&choice, address, need, chosen, sum, err);
	if (status == BSN_DENIED || status == BSN_BUSY)
		return bsn_fail(err, status,
				"NOT_ENOUGH_UTXO_ERROR: %s has not enough that "
				"is free",
				address);
	if (status != BSN_OK)
		return status;
	out->utxolist = arena_room(&call->arena,
				   (chosen->len + 1) * sizeof(*out->utxolist));
	for (guint i = 0; i < chosen->len; i++) {
		const Utxo *utxo = &g_array_index(chosen, Utxo, i);

		out->utxolist[out->n_utxolist++] =
			utxo_message(call, address, utxo);
		if (lock.wanted)
			reserved_add(call->ledger->reserved, utxo,
				     choice.now_ms);
	}
	out->totalselected = sdk_amount(call, sum);
	*output = out;
	return BSN_OK;
}

int32_t
sdk_select_utxos(SdkCall *call, bsn_err *err)
{
	const Pb__UtxoInput *in = call->request;
	const Lock lock = { in->needlock != 0, in->publickey,
			    message_slice(in->usersign) };
	guint8 need[AMOUNT_LEN];
	Pb__UtxoOutput *out = NULL;
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status == BSN_OK &&
	    !amount_from_text(bsn_slice_str(in->totalneed), need))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"totalNeed must be decimal digits");
	if (status == BSN_OK)
		status = select_outputs(call, in->address, need, lock, &out,
					err);
	if (status != BSN_OK)
		return status;
	out->header = sdk_header(call, in->header);
	call->answer = out;
	return BSN_OK;
}

/* ---- with pre-execution ---- */

static Lock
lock_of(const Pb__PreExecWithSelectUTXORequest *in)
{
	const Xldgpb__SignatureInfo *sign = in->signinfo;

	return (Lock){
		.wanted = in->needlock != 0,
		.key = sign != NULL ? sign->publickey : "",
		.signature = sign != NULL ? message_slice(sign->sign) :
					    bsn_slice_of(NULL, 0),
	};
}

int32_t
sdk_preexec_select(SdkCall *call, const Pb__PreExecWithSelectUTXORequest *in,
		   Pb__PreExecWithSelectUTXOResponse **response, bsn_err *err)
{
	Pb__PreExecWithSelectUTXOResponse *out = sdk_new(
		call, &pb__pre_exec_with_select_utxoresponse__descriptor);
	guint8 need[AMOUNT_LEN], gas[AMOUNT_LEN];
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status == BSN_OK && in->request == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "request is missing");
	if (status == BSN_OK && in->totalamount < 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"totalAmount is below zero");
	if (status == BSN_OK)
		status = sdk_preexec(call, in->request, &out->response, err);
	if (status != BSN_OK)
		return status;
	amount_from_u64((guint64)in->totalamount, need);
	amount_from_u64((guint64)out->response->gas_used, gas);
	if (!amount_add(need, need, gas))
		return bsn_fail(err, BSN_TOO_LARGE, "totalAmount is too large");
	status = select_outputs(call, in->address, need, lock_of(in),
				&out->utxooutput, err);
	out->header = sdk_header(call, in->header);
	out->bcname = call->ledger->config->name;
	*response = out;
	return status;
}

int32_t
sdk_preexec_select_utxo(SdkCall *call, bsn_err *err)
{
	Pb__PreExecWithSelectUTXOResponse *out = NULL;
	int32_t status = sdk_preexec_select(call, call->request, &out, err);

	call->answer = out;
	return status;
}
