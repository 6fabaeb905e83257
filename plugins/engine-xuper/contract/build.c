/* SPDX-License-Identifier: Apache-2.0
 *
 * From a request to what is to be signed.
 */
#include "plugins/engine-xuper/contract/build.h"

#include "plugins/engine-xuper/contract/pay.h"
#include "plugins/engine-xuper/contract/signing.h"
#include "plugins/engine-xuper/contract/trial.h"
#include "plugins/kit/hex.h"

#define NS_PER_MS G_GUINT64_CONSTANT(1000000)
#define NONCE_BYTES 16u

static int32_t
put_nonce(Plan *plan, Xldgpb__Transaction *msg, bsn_err *err)
{
	guint8 random[NONCE_BYTES];
	g_autofree char *text = NULL;
	int32_t status = services.random->fill(plan->ledger->chain, random,
					       sizeof(random));

	if (status != BSN_OK)
		return bsn_fail(err, status, "there is no random nonce");
	text = hex_encode(bsn_slice_of(random, sizeof(random)));
	msg->nonce = arena_copy(&plan->arena, text + 2, strlen(text) - 2);
	return BSN_OK;
}

static void
put_desc(Plan *plan, Xldgpb__Transaction *msg)
{
	const char *desc =
		plan->desc != NULL ? plan->desc : plan->options.desc;

	msg->desc.len = strlen(desc);
	msg->desc.data =
		(uint8_t *)arena_copy(&plan->arena, desc, strlen(desc));
}

static int32_t
put_rest(Plan *plan, Xldgpb__Transaction *msg, bsn_err *err)
{
	gsize n = plan->auth->len;

	msg->version = TX_VERSION;
	msg->timestamp = (gint64)(plan->now_ms * NS_PER_MS);
	msg->initiator = (char *)plan->initiator;
	msg->auth_require = (char **)plan->auth->pdata;
	msg->n_auth_require = n;
	msg->contract_requests =
		(Xldgpb__InvokeRequest **)plan->requests->pdata;
	msg->n_contract_requests = plan->requests->len;
	put_desc(plan, msg);
	return put_nonce(plan, msg, err);
}

static int32_t
check_size(const Plan *plan, const Xldgpb__Transaction *msg, bsn_err *err)
{
	gsize size = protobuf_c_message_get_packed_size(&msg->base);
	guint64 most = MIN(TX_MAX, plan->ledger->config->block_bytes);

	if (msg->n_tx_inputs > TX_ITEMS_MAX ||
	    msg->n_tx_outputs > TX_ITEMS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the transaction has more than %u inputs or "
				"outputs",
				TX_ITEMS_MAX);
	if (size <= most)
		return BSN_OK;
	return bsn_fail(err, BSN_TOO_LARGE,
			"the transaction has %" G_GSIZE_FORMAT " bytes; this "
			"chain takes at most %" G_GUINT64_FORMAT,
			size, most);
}

static int32_t
make(Plan *plan, Trial *trial, bsn_slice public_key, Xldgpb__Transaction *msg,
     bsn_err *err)
{
	int32_t status;

	sandbox_result(trial->box, &plan->arena, msg);
	status = put_rest(plan, msg, err);
	if (status == BSN_OK)
		status = signing_begin(plan, public_key, msg, err);
	if (status == BSN_OK)
		status = pay(plan, trial->result.gas, msg, err);
	if (status == BSN_OK)
		status = check_size(plan, msg, err);
	return status;
}

static int32_t
begin(bsn_ledger *ledger, const Attempt *attempt, bsn_reply *reply,
      bsn_err *err)
{
	const bsn_slice key = attempt->request->signer_public_key;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	g_auto(Plan) plan = { 0 };
	g_auto(Trial) trial = { 0 };
	int32_t status;

	if (key.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"this chain's signers have %s keys: 64 bytes "
				"X || Y, got %" G_GUINT64_FORMAT,
				ledger->suite.algorithm, key.len);
	status = plan_read(ledger, attempt, &plan, err);
	if (status == BSN_OK)
		status = trial_run(&plan, 0, &trial, err);
	if (status == BSN_OK)
		status = make(&plan, &trial, key, &msg, err);
	if (status == BSN_OK)
		signing_answer(&plan, &msg, reply);
	return status;
}

int32_t
build_begin(bsn_ledger *ledger, const bsn_tx_request *request,
	    bsn_reply *reply, bsn_err *err)
{
	return attempt_begin(ledger, request, TRUE, begin, reply, err);
}
