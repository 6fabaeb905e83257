/* SPDX-License-Identifier: Apache-2.0
 *
 * The endorser of XuperChain's SDKs (pb.xendorser). RequestName says what for:
 *
 *	ComplianceCheck  RequestData is a TxStatus: the node signs its transaction,
 *	                 after Fee, a transaction that pays for it, was submitted
 *	PreExecWithFee   a PreExecWithSelectUTXORequest, answered as such
 *	TxQuery          a TxStatus, answered with the transaction
 *
 * The node's key is also a validator's, and may own tokens: it signs for nobody
 * what it would sign for itself (may_endorse).
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/cross/private.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/kernel/govern.h"
#include "plugins/engine-xuper/kernel/proposal_private.h"
#include "plugins/engine-xuper/kernel/timer.h"
#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/codec/der.h"
#include "plugins/kit/codec/message_json.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

/* Bytes of RequestData: a transaction of the largest size in JSON. */
#define DATA_MAX (8u << 20)

static void *
read_data(SdkCall *call, const ProtobufCMessageDescriptor *type,
	  int32_t *status, bsn_err *err)
{
	const Pb__EndorserRequest *in = call->request;

	return message_from_json(&call->arena, type, sdk_maps,
				 message_slice(in->requestdata), DATA_MAX,
				 status, err);
}

/* As XuperChain's endorser, whose clients read it with Go's encoding/json. */
static void
put_data(SdkCall *call, Pb__EndorserResponse *out, const void *message)
{
	g_autoptr(json_t) json = message_to_numbers(message, sdk_maps);
	g_autofree char *text = json_text(json);

	out->responsedata = sdk_bytes(call, bsn_slice_str(text));
}

/* ---- signing ---- */

static gboolean
asks_node(const bsn_ledger *ledger, const Xldgpb__Transaction *msg)
{
	for (size_t i = 0; i < msg->n_auth_require; i++)
		if (strcmp(msg->auth_require[i], ledger->node_address) == 0)
			return TRUE;
	return FALSE;
}

/* As an account's member: by a path that ends with it; or for the account that
 * begins the transaction, as anybody may put signatures into initiator_signs. */
static gboolean
acts_for_account(const bsn_ledger *ledger, const Xldgpb__Transaction *msg)
{
	g_autofree char *end = g_strconcat("/", ledger->node_address, NULL);

	if (!address_valid(bsn_slice_str(msg->initiator)))
		return TRUE;
	for (size_t i = 0; i < msg->n_auth_require; i++)
		if (g_str_has_suffix(msg->auth_require[i], end))
			return TRUE;
	return FALSE;
}

static gboolean
spends_nodes(const bsn_ledger *ledger, const Xldgpb__Transaction *msg)
{
	const bsn_slice own = bsn_slice_str(ledger->node_address);

	for (size_t i = 0; i < msg->n_tx_inputs; i++)
		if (bsn_slice_equal(message_slice(msg->tx_inputs[i]->from_addr),
				    own))
			return TRUE;
	return FALSE;
}

/* Those of the chain's contracts for which it does not matter who else has
 * signed. */
static gboolean
is_harmless(const Xldgpb__InvokeRequest *request)
{
	static const char *const methods[] = { "NewAccount", "deployContract",
					       "upgradeContract", NULL };
	const KernelMethod *method;

	if (request->contract_name[0] != '\0' &&
	    !kernel_is(bsn_slice_str(request->contract_name)))
		return TRUE;
	method = kernel_find(bsn_slice_str(request->contract_name),
			     bsn_slice_str(request->method_name));
	return method != NULL && g_strv_contains(methods, method->method);
}

/* A contract may call the chain's own, too: what these write shows it. */
static gboolean
writes_chains(const Xldgpb__Transaction *msg)
{
	static const char *const buckets[] = { BUCKET_GOVERN, BUCKET_PROPOSAL,
					       BUCKET_TIMER, BUCKET_METHOD_ACL,
					       NULL };

	for (size_t i = 0; i < msg->n_tx_outputs_ext; i++) {
		const char *bucket = msg->tx_outputs_ext[i]->bucket;

		if ((bucket[0] == '$' && strcmp(bucket, BUCKET_TRANSIENT) != 0) ||
		    g_strv_contains(buckets, bucket))
			return TRUE;
	}
	return FALSE;
}

static int32_t
may_endorse(const bsn_ledger *ledger, const Xldgpb__Transaction *msg,
	    bsn_err *err)
{
	gboolean harmless = strcmp(msg->initiator, ledger->node_address) != 0 &&
			    !acts_for_account(ledger, msg) &&
			    !spends_nodes(ledger, msg) && !writes_chains(msg);

	for (size_t i = 0; i < msg->n_contract_requests; i++)
		harmless = harmless &&
			   is_harmless(msg->contract_requests[i]);
	if (!asks_node(ledger, msg))
		return bsn_fail(err, BSN_DENIED,
				"COMPLIANCE_CHECK_NOT_APPROVED: auth_require "
				"does not name %s",
				ledger->node_address);
	return harmless ? BSN_OK :
			  bsn_fail(err, BSN_DENIED,
				   "COMPLIANCE_CHECK_NOT_APPROVED: the node "
				   "does not sign what spends its tokens, acts "
				   "for accounts or calls the chain's own "
				   "contracts");
}

static int32_t
sign(SdkCall *call, const Xldgpb__Transaction *msg, Pb__EndorserResponse *out,
     bsn_err *err)
{
	const bsn_ledger *ledger = call->ledger;
	guint8 raw[SIGNATURE_RAW_LEN], der[DER_SIGNATURE_MAX];
	g_autoptr(Tx) tx = tx_make(&ledger->suite, msg);
	g_autofree char *key = NULL;
	int32_t status;

	if (tx == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"RequestData has no transaction that could be "
				"signed");
	status = may_endorse(ledger, tx->msg, err);
	if (status == BSN_OK)
		status = cross_sign(ledger, tx->digest, raw, err);
	if (status != BSN_OK)
		return status;
	key = key_to_json(&ledger->suite, ledger->node_key);
	out->endorsersign = arena_room(&call->arena,
				       sizeof(*out->endorsersign));
	xldgpb__signature_info__init(out->endorsersign);
	out->endorsersign->publickey = sdk_text(call, key);
	out->endorsersign->sign = sdk_bytes(
		call, bsn_slice_of(der, der_put_signature(raw, der)));
	return BSN_OK;
}

static int32_t
check(SdkCall *call, Pb__EndorserResponse *out, bsn_err *err)
{
	const Pb__EndorserRequest *in = call->request;
	int32_t status = BSN_OK;
	const Pb__TxStatus *data =
		read_data(call, &pb__tx_status__descriptor, &status, err);

	if (data == NULL)
		return status;
	if (data->tx == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"RequestData has no tx");
	status = sign(call, data->tx, out, err);
	if (status == BSN_OK && in->fee != NULL)
		sdk_post(call, in->fee, &out->header->error);
	/* Nobody has paid for the signature then. */
	if (out->header->error != PB__XCHAIN_ERROR_ENUM__SUCCESS)
		out->endorsersign = NULL;
	return status;
}

/* ---- the others ---- */

static int32_t
preexec(SdkCall *call, Pb__EndorserResponse *out, bsn_err *err)
{
	int32_t status = BSN_OK;
	Pb__PreExecWithSelectUTXOResponse *response = NULL;
	const Pb__PreExecWithSelectUTXORequest *data = read_data(
		call, &pb__pre_exec_with_select_utxorequest__descriptor,
		&status, err);

	if (data != NULL)
		status = sdk_preexec_select(call, data, &response, err);
	if (status == BSN_OK)
		put_data(call, out, response);
	return status;
}

static int32_t
query(SdkCall *call, Pb__EndorserResponse *out, bsn_err *err)
{
	int32_t status = BSN_OK;
	const void *before = call->request;
	const Pb__TxStatus *found;
	const Pb__TxStatus *data =
		read_data(call, &pb__tx_status__descriptor, &status, err);

	if (data == NULL)
		return status;
	call->request = data;
	status = sdk_query_tx(call, err);
	call->request = before;
	if (status != BSN_OK)
		return status;
	found = call->answer;
	out->header->error = found->header->error;
	if (found->tx != NULL)
		put_data(call, out, found->tx);
	return BSN_OK;
}

int32_t
sdk_endorser_call(SdkCall *call, bsn_err *err)
{
	const Pb__EndorserRequest *in = call->request;
	static const struct {
		const char *name;
		int32_t (*run)(SdkCall *call, Pb__EndorserResponse *out,
			       bsn_err *err);
	} kinds[] = {
		{ "ComplianceCheck", check },
		{ "PreExecWithFee", preexec },
		{ "TxQuery", query },
	};
	Pb__EndorserResponse *out =
		sdk_new(call, &pb__endorser_response__descriptor);
	g_autofree char *shown = NULL;
	int32_t status = sdk_chain(call, in->bcname, err);

	out->header = sdk_header(call, in->header);
	out->responsename = in->requestname;
	out->endorseraddress = call->ledger->node_address;
	for (guint i = 0; i < G_N_ELEMENTS(kinds) && status == BSN_OK; i++) {
		if (strcmp(kinds[i].name, in->requestname) != 0)
			continue;
		status = kinds[i].run(call, out, err);
		call->answer = out;
		return status;
	}
	if (status != BSN_OK)
		return status;
	shown = quote_text(bsn_slice_str(in->requestname));
	return bsn_fail(err, BSN_NOT_OFFERED,
			"RequestName is %s: ComplianceCheck, PreExecWithFee "
			"and TxQuery are offered",
			shown);
}
