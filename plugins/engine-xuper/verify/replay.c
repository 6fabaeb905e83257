/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts are run again and must give what the transaction says:
 *
 * - tx_inputs_ext and tx_outputs_ext are exactly what was read and written;
 * - tx_inputs and tx_outputs begin with what the contracts themselves spend and
 *   make, in their order; what follows is the sender's own, and none of it a
 *   contract's to spend;
 * - the outputs to "$" are at least what the resources cost.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/reserved.h"
#include "plugins/engine-xuper/genesis.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of an output that a note has; a longer one is left out, as a note is
 * for ever and what a contract answers is not paid for. */
#define NOTE_OUTPUT_MAX (64u << 10)

/* ---- running ---- */

const char **
env_of(const Verifier *verifier, const Tx *tx, SandboxEnv *env)
{
	const Xldgpb__Transaction *msg = tx->msg;
	const char **auth = g_new0(const char *, msg->n_auth_require + 1);

	for (gsize i = 0; i < msg->n_auth_require; i++)
		auth[i] = msg->auth_require[i];
	*env = (SandboxEnv){
		.config = verifier->config,
		.suite = verifier->suite,
		.initiator = msg->initiator,
		.auth_require = (const char *const *)auth,
		.time_ms = tx_time_ms(msg),
	};
	return auth;
}

/* Each execution reads the chain's name, so that what it gives is of this chain
 * alone. */
static int32_t
bind(Sandbox *box, bsn_err *err)
{
	return sandbox_get(box, bsn_slice_str(BUCKET_CHAIN),
			   bsn_slice_str(KEY_CHAIN_NAME), NULL, err);
}

static gint
refuse_run(const RunResult *result, bsn_err *err)
{
	const char *reason = result->reason != NULL ? result->reason : "";

	if (result->status == BSN_OUT_OF_BUDGET)
		return refuse(err, XUPER_RESOURCES, "contract_requests[%u]: %s",
			      result->failed, reason);
	return refuse(err, XUPER_CONTRACT, "contract_requests[%u]: %s",
		      result->failed, reason);
}

/* ---- comparing ---- */

static gboolean
same_bytes(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	return bsn_slice_equal(message_slice(a), message_slice(b));
}

static gboolean
same_reads(const Xldgpb__Transaction *a, const Xldgpb__Transaction *b)
{
	if (a->n_tx_inputs_ext != b->n_tx_inputs_ext)
		return FALSE;
	for (gsize i = 0; i < a->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *one = a->tx_inputs_ext[i];
		const Xldgpb__TxInputExt *two = b->tx_inputs_ext[i];

		if (strcmp(one->bucket, two->bucket) != 0 ||
		    !same_bytes(one->key, two->key) ||
		    !same_bytes(one->ref_txid, two->ref_txid) ||
		    one->ref_offset != two->ref_offset)
			return FALSE;
	}
	return TRUE;
}

static gboolean
same_writes(const Xldgpb__Transaction *a, const Xldgpb__Transaction *b)
{
	if (a->n_tx_outputs_ext != b->n_tx_outputs_ext)
		return FALSE;
	for (gsize i = 0; i < a->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *one = a->tx_outputs_ext[i];
		const Xldgpb__TxOutputExt *two = b->tx_outputs_ext[i];

		if (strcmp(one->bucket, two->bucket) != 0 ||
		    !same_bytes(one->key, two->key) ||
		    !same_bytes(one->value, two->value))
			return FALSE;
	}
	return TRUE;
}

/* Whether a transaction's inputs begin with those of its contracts. */
static gboolean
begins_with_inputs(const Xldgpb__Transaction *msg,
		   const Xldgpb__Transaction *own)
{
	if (own->n_tx_inputs > msg->n_tx_inputs)
		return FALSE;
	for (gsize i = 0; i < own->n_tx_inputs; i++) {
		const Xldgpb__TxInput *one = msg->tx_inputs[i];
		const Xldgpb__TxInput *two = own->tx_inputs[i];

		if (!same_bytes(one->ref_txid, two->ref_txid) ||
		    one->ref_offset != two->ref_offset ||
		    !same_bytes(one->from_addr, two->from_addr) ||
		    !same_bytes(one->amount, two->amount) ||
		    one->frozen_height != two->frozen_height)
			return FALSE;
	}
	return TRUE;
}

static gboolean
begins_with_outputs(const Xldgpb__Transaction *msg,
		    const Xldgpb__Transaction *own)
{
	if (own->n_tx_outputs > msg->n_tx_outputs)
		return FALSE;
	for (gsize i = 0; i < own->n_tx_outputs; i++) {
		const Xldgpb__TxOutput *one = msg->tx_outputs[i];
		const Xldgpb__TxOutput *two = own->tx_outputs[i];

		if (!same_bytes(one->amount, two->amount) ||
		    !same_bytes(one->to_addr, two->to_addr) ||
		    one->frozen_height != two->frozen_height)
			return FALSE;
	}
	return TRUE;
}

/* What contracts have is spent by them alone. */
static gint
judge_others(const Xldgpb__Transaction *msg, gsize own, bsn_err *err)
{
	for (gsize i = own; i < msg->n_tx_inputs; i++) {
		const bsn_slice owner =
			message_slice(msg->tx_inputs[i]->from_addr);

		if (!signed_by(msg, owner) && !account_valid(owner))
			return refuse(err, XUPER_UTXO_FOREIGN,
				      "tx_inputs[%u] is contract %.*s's, which "
				      "does not spend it",
				      (guint)i, (int)owner.len,
				      (const char *)owner.data);
	}
	return XUPER_OK;
}

static gint
compare(const Xldgpb__Transaction *msg, const Xldgpb__Transaction *own,
	bsn_err *err)
{
	if (!same_reads(msg, own))
		return refuse(err, XUPER_RWSET,
			      "the contracts read other keys than the "
			      "transaction says");
	if (!same_writes(msg, own))
		return refuse(err, XUPER_RWSET,
			      "the contracts write other values than the "
			      "transaction says");
	if (!begins_with_inputs(msg, own) || !begins_with_outputs(msg, own))
		return refuse(err, XUPER_RWSET,
			      "the contracts move other tokens than the "
			      "transaction says");
	return judge_others(msg, own->n_tx_inputs, err);
}

/* ---- fees ---- */

static gint
judge_fee(const Verifier *verifier, const Xldgpb__Transaction *msg,
	  const RunResult *result, bsn_err *err)
{
	guint8 fee[AMOUNT_LEN] = { 0 }, gas[AMOUNT_LEN], amount[AMOUNT_LEN];
	g_autofree char *paid = NULL;

	if (verifier->config->nofee)
		return XUPER_OK;
	for (gsize i = 0; i < msg->n_tx_outputs; i++)
		if (bsn_slice_equal(message_slice(msg->tx_outputs[i]->to_addr),
				    bsn_slice_str(OWNER_FEE)) &&
		    amount_read(message_slice(msg->tx_outputs[i]->amount),
				amount))
			(void)amount_add(fee, fee, amount);
	amount_from_u64(result->gas, gas);
	if (amount_compare(fee, gas) >= 0)
		return XUPER_OK;
	paid = amount_to_text(fee);
	return refuse(err, XUPER_FEE,
		      "it costs %" G_GUINT64_FORMAT " and pays %s to \"$\"",
		      result->gas, paid);
}

/* ---- the note ---- */

static GBytes *
note_of(const RunResult *result)
{
	g_autoptr(json_t) note = json_object();
	g_autofree char *output = NULL;
	char *text;

	json_object_set_new(note, "gas_used",
			    json_integer((json_int_t)result->gas));
	if (result->output != NULL && result->output->len <= NOTE_OUTPUT_MAX) {
		output = hex_encode(buffer_slice(result->output));
		json_object_set_new(note, "output", json_string(output));
	}
	if (result->language != NULL)
		json_object_set_new(note, "language",
				    json_string(result->language));
	text = json_text(note);
	return g_bytes_new_take(text, strlen(text));
}

void
judged_replay(Judged *judged, const Replayed *replayed)
{
	judged->replayed = TRUE;
	judged->unversioned = replayed->unversioned;
	judged->run_cost = replayed->cost;
	g_clear_pointer(&judged->note, g_bytes_unref);
	judged->note = replayed->note;
}

/* ---- the whole ---- */

/* Nobody is asked now: what the transaction does not carry is not known. */
static gint
judge_lacking(const Sandbox *box, bsn_err *err)
{
	if (facts_wanted(sandbox_env(box)->facts) == NULL)
		return XUPER_OK;
	return refuse(err, XUPER_CROSS,
		      "the contracts ask another chain what the transaction "
		      "has no answer to");
}

static gint
run_again(const Verifier *verifier, const Tx *tx, Sandbox *box,
	  RunResult *result, bsn_err *err)
{
	const Xldgpb__Transaction *msg = tx->msg;
	Xldgpb__Transaction own = XLDGPB__TRANSACTION__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = bind(box, err);
	gint code;

	if (status == BSN_OK)
		status = reserved_judge(box, msg->contract_requests,
					msg->n_contract_requests, err);
	if (status == BSN_DENIED)
		return refuse(err, XUPER_CONTRACT, "%s",
			      "contract_requests do not begin with the chain's "
			      "reserved contracts: pre-execute it");
	if (status == BSN_OK)
		status = run_requests(box, msg->contract_requests,
				      (guint)msg->n_contract_requests, 0,
				      result, err);
	if (status != BSN_OK)
		return broke(status, err);
	code = judge_lacking(box, err);
	if (code != XUPER_OK)
		return code;
	if (result->status != BSN_OK)
		return refuse_run(result, err);
	sandbox_result(box, &arena, &own);
	code = compare(msg, &own, err);
	return code == XUPER_OK ? judge_fee(verifier, msg, result, err)
				: code;
}

gint
replay_run(const Verifier *verifier, Layer *layer, const Tx *tx,
	   Replayed *replayed, bsn_err *err)
{
	g_auto(RunResult) result = { 0 };
	g_autoptr(Facts) facts = NULL; /* outlives the sandbox */
	g_autoptr(Sandbox) box = NULL;
	g_autofree const char **auth = NULL;
	bsn_slice proof;
	SandboxEnv env;
	gint code;

	*replayed = (Replayed){ 0 };
	auth = env_of(verifier, tx, &env);
	env.facts = facts = facts_new();
	proof = cross_proof(tx->msg);
	if (proof.len > 0 && facts_read(facts, proof, err) != BSN_OK)
		return refuse(err, XUPER_FORMAT, KEY_CROSS " cannot be read");
	box = sandbox_new(layer, &env);
	code = run_again(verifier, tx, box, &result, err);
	*replayed = (Replayed){
		.unversioned = sandbox_unversioned(box),
		.cost = sandbox_cost(box),
		.note = code == XUPER_OK ? note_of(&result) : NULL,
	};
	return code;
}

gint
replay_judge(const Upon *upon, Tx *tx, bsn_err *err)
{
	Judged *judged = judged_of(tx);
	Replayed replayed;
	gint code;

	if (tx->msg->n_contract_requests == 0 ||
	    (judged->replayed && !judged->unversioned))
		return XUPER_OK;
	code = replay_run(upon->verifier, upon->layer, tx, &replayed, err);
	if (code == XUPER_OK)
		judged_replay(judged, &replayed);
	return code;
}
