/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/sign.h"

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/deploy.h"
#include "plugins/engine-fisco/error.h"
#include "plugins/engine-fisco/intake.h"
#include "plugins/engine-fisco/node-request.h"
#include "plugins/engine-fisco/request.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* What a draft's slices point to. */
typedef struct {
	TxDraft draft;
	Options options;
	Invocation invocation;
	GByteArray *data;
	char *extra;
	char *args; /* of a request that became a call */
} Work;

static void
work_clear(Work *work)
{
	options_clear(&work->options);
	invocation_clear(&work->invocation);
	g_clear_pointer(&work->data, g_byte_array_unref);
	g_clear_pointer(&work->extra, g_free);
	g_clear_pointer(&work->args, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* ---- kinds of requests ------------------------------------------------- */

static int32_t
work_invoke(Ledger *ledger, Overlay *state, const bsn_tx_request *request,
	    Work *work, bsn_err *err)
{
	guint8 sender[ADDRESS_LEN];
	int32_t status = suite_address(&ledger->suite,
				       request->signer_public_key, sender);

	if (status == BSN_OK)
		status = invocation_read(ledger, state, request,
					 &work->options, sender,
					 &work->invocation, err);

	if (status != BSN_OK)
		return status;
	work->draft.to = bsn_slice_of(work->invocation.address, ADDRESS_LEN);
	work->draft.data = buffer_slice(work->invocation.input);
	return BSN_OK;
}

static int32_t
work_deploy(const Ledger *ledger, Overlay *state,
	    const bsn_tx_request *request, Work *work, bsn_err *err)
{
	guint8 sender[ADDRESS_LEN];
	int32_t status = suite_address(&ledger->suite,
				       request->signer_public_key, sender);

	work->data = g_byte_array_new();
	if (status == BSN_OK)
		status = deploy_encode(ledger, state, request, &work->options,
				       sender, work->data, &work->extra, err);
	if (status != BSN_OK)
		return status;
	work->draft.data = buffer_slice(work->data);
	work->draft.extra = bsn_slice_str(work->extra);
	return BSN_OK;
}

/* Tries it on a state that is thrown away, to tell early what is wrong. */
static int32_t
try_lifecycle(const Ledger *ledger, Overlay *state,
	      const bsn_tx_request *request, const LifecycleExtra *extra,
	      bsn_err *err)
{
	guint8 sender[ADDRESS_LEN];
	guint32 code = FISCO_OK;
	int32_t status = suite_address(&ledger->suite,
				       request->signer_public_key, sender);

	if (status == BSN_OK)
		status = contract_lifecycle(state, extra, sender, &code);
	if (status != BSN_OK || code == FISCO_OK)
		return status;
	if (code == FISCO_PRECOMPILED)
		return bsn_fail_native(err, BSN_CONFLICT, FISCO_PRECOMPILED,
				       "the contract is in that state already, "
				       "or uninstalled");
	return bsn_fail_native(err, fisco_code(code)->status, (gint32)code,
			       "%s", fisco_code(code)->sentence);
}

static int32_t
work_lifecycle(const Ledger *ledger, Overlay *state,
	       const bsn_tx_request *request, LifecycleOp op, Work *work,
	       bsn_err *err)
{
	g_autofree char *contract = g_strndup(
		(const char *)request->contract.data, request->contract.len);
	const LifecycleExtra extra = { op, contract };
	g_auto(LifecycleExtra) checked = { 0 };
	int32_t status;

	work->extra = lifecycle_extra_text(&extra);
	status = lifecycle_extra_parse(bsn_slice_str(work->extra), &checked,
				       err);
	if (status == BSN_OK)
		status = try_lifecycle(ledger, state, request, &checked, err);
	work->draft.to = bsn_slice_of(lifecycle_address, ADDRESS_LEN);
	work->draft.extra = bsn_slice_str(work->extra);
	return status;
}

static int32_t
work_member(Ledger *ledger, Overlay *state, const bsn_tx_request *request,
	    Work *work, bsn_err *err)
{
	bsn_tx_request invoke;
	int32_t status = node_request(ledger, state, request, &invoke,
				      &work->args, err);

	return status == BSN_OK
		       ? work_invoke(ledger, state, &invoke, work, err)
		       : status;
}

static int32_t
work_kind(Ledger *ledger, const bsn_tx_request *request, Work *work,
	  bsn_err *err)
{
	g_autoptr(Overlay) state = ledger_state(ledger);

	if (ledger_usable(ledger, err) != BSN_OK)
		return BSN_UNAVAILABLE;
	switch (request->kind) {
	case BSN_TX_INVOKE:
		return work_invoke(ledger, state, request, work, err);
	case BSN_TX_DEPLOY:
		return work_deploy(ledger, state, request, work, err);
	case BSN_TX_FREEZE:
		return work_lifecycle(ledger, state, request,
				      LIFECYCLE_FREEZE, work, err);
	case BSN_TX_UNFREEZE:
		return work_lifecycle(ledger, state, request,
				      LIFECYCLE_UNFREEZE, work, err);
	case BSN_TX_UNINSTALL:
		return work_lifecycle(ledger, state, request,
				      LIFECYCLE_UNINSTALL, work, err);
	case BSN_TX_MEMBER:
		return work_member(ledger, state, request, work, err);
	}
	return bsn_fail(err, BSN_NOT_OFFERED,
			"this framework has no transactions of kind %u",
			request->kind);
}

/* ---- begin ------------------------------------------------------------- */

static int32_t
complete_draft(Ledger *ledger, Work *work, bsn_err *err)
{
	const Config *config = ledger_config(ledger);
	TxDraft *draft = &work->draft;
	int32_t status = services.random->fill(ledger->chain, draft->nonce,
					       NONCE_LEN);

	if (status != BSN_OK)
		return bsn_fail(err, status, "there is no random nonce");
	draft->gas = work->options.gas;
	draft->block_limit = work->options.block_limit;
	draft->chain_id = config->chain_id;
	draft->group_id = config->group_id;
	draft->value = bsn_slice_of(work->options.value, U256_BYTES);
	return BSN_OK;
}

static int32_t
answer_begin(const Ledger *ledger, const TxDraft *draft, bsn_slice public_key,
	     bsn_reply *reply, bsn_err *err)
{
	g_autoptr(GByteArray) unsigned_tx = g_byte_array_new();
	g_autoptr(GByteArray) state = g_byte_array_new();
	guint8 digest[HASH_LEN];
	RlpItem fields[2];
	bsn_signable signable;
	int32_t status;

	tx_put_unsigned(draft, unsigned_tx);
	if (unsigned_tx->len > ledger_config(ledger)->tx_bytes_max)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the transaction has %u bytes; this chain "
				"takes at most %" G_GUINT64_FORMAT,
				unsigned_tx->len,
				ledger_config(ledger)->tx_bytes_max);
	status = tx_unsigned_digest(&ledger->suite, buffer_slice(unsigned_tx),
				    digest, err);
	if (status != BSN_OK)
		return status;
	fields[0] = rlp_bytes(public_key);
	fields[1] = rlp_raw(buffer_slice(unsigned_tx));
	rlp_put_list(state, fields, G_N_ELEMENTS(fields));
	signable = (bsn_signable){
		.size = sizeof(signable),
		.round = 1,
		.convention = ledger->suite.convention,
		.algorithm = suite_algorithm(ledger->suite.sm),
		.message = bsn_slice_of(digest, HASH_LEN),
		.state = buffer_slice(state),
	};
	services.reply->signable(reply, &signable);
	return BSN_OK;
}

int32_t
sign_begin(Ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	   bsn_err *err)
{
	g_auto(Work) work = { 0 };
	int32_t status;

	if (request->signer_public_key.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"this chain's signers have %s keys: 64 bytes "
				"X || Y, got %" G_GUINT64_FORMAT,
				suite_algorithm(ledger->suite.sm),
				request->signer_public_key.len);
	status = options_read(ledger, request->options, &work.options, err);
	if (status == BSN_OK)
		status = work_kind(ledger, request, &work, err);
	if (status == BSN_OK)
		status = complete_draft(ledger, &work, err);
	if (status != BSN_OK)
		return error_explain(status,
				     "the contract's records cannot be read",
				     err);
	return answer_begin(ledger, &work.draft, request->signer_public_key,
			    reply, err);
}

/* ---- the round --------------------------------------------------------- */

static int32_t
read_state(const Ledger *ledger, bsn_slice state, bsn_slice *public_key,
	   bsn_slice *unsigned_tx, bsn_err *err)
{
	RlpReader reader = rlp_reader(state);

	if (state.len > ledger_config(ledger)->tx_bytes_max + 1024)
		return bsn_fail(err, BSN_TOO_LARGE, "state is too large");
	rlp_enter(&reader, "state");
	*public_key = rlp_read_bytes(&reader, "state.public_key",
				     PUBLIC_KEY_LEN, PUBLIC_KEY_LEN);
	*unsigned_tx = rlp_read_raw(&reader, "state.tx");
	rlp_leave(&reader);
	return rlp_finish(&reader, err);
}

static int32_t
check_signer(const Ledger *ledger, const Tx *tx, bsn_slice public_key,
	     bsn_err *err)
{
	guint8 address[ADDRESS_LEN];
	int32_t status = suite_address(&ledger->suite, public_key, address);

	if (status == BSN_OK && memcmp(address, tx->sender, ADDRESS_LEN) != 0)
		return bsn_fail_native(err, BSN_BAD_SIGNATURE,
				       FISCO_BAD_SIGNATURE,
				       "the signature is not by the key that "
				       "the request named");
	return status;
}

static void
answer_finished(const Ledger *ledger, const Tx *tx, bsn_reply *reply)
{
	const bsn_signable signable = {
		.size = sizeof(signable),
		.round = 1,
		.convention = ledger->suite.convention,
		.algorithm = suite_algorithm(ledger->suite.sm),
		.tx = tx->raw,
		.tx_id = bsn_id_of(tx->hash, HASH_LEN),
	};

	services.reply->signable(reply, &signable);
}

int32_t
sign_round(Ledger *ledger, bsn_slice state, bsn_slice signature,
	   bsn_reply *reply, bsn_err *err)
{
	g_autoptr(GByteArray) raw = g_byte_array_new();
	Intake intake = { .tx = NULL };
	bsn_slice public_key;
	bsn_slice unsigned_tx;
	int32_t status = read_state(ledger, state, &public_key, &unsigned_tx,
				    err);

	if (status == BSN_OK)
		status = tx_assemble(&ledger->suite, unsigned_tx, public_key,
				     signature, raw, err);
	if (status != BSN_OK)
		return status;
	intake.raw = buffer_slice(raw);
	intake_run(ledger, &intake, 1);
	status = intake.status;
	if (status != BSN_OK && err != NULL)
		*err = intake.err;
	if (status == BSN_OK)
		status = check_signer(ledger, intake.tx, public_key, err);
	if (status == BSN_OK)
		status = intake_block_limit(ledger, intake.tx,
					    ledger->head.number + 1, err);
	if (status == BSN_OK)
		answer_finished(ledger, intake.tx, reply);
	intake_clear(&intake, 1);
	return status;
}
