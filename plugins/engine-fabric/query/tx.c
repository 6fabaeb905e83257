/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/query/place.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define CODE(name) PROTOS__TX_VALIDATION_CODE__##name

/* ---- ids ---- */

static int32_t
bad_id(bsn_err *err)
{
	return bsn_fail(err, BSN_BAD_REQUEST, "a transaction's id has %u bytes",
			HASH_LEN);
}

int32_t
place_find(const Channel *channel, bsn_slice id, TxPlace *place, bsn_err *err)
{
	char text[TX_ID_SIZE];
	int32_t status;

	if (!signed_id_text(id, text))
		return bad_id(err);
	status = ledger_tx(channel->ledger, bsn_slice_str(text), place, err);
	if (status == BSN_OK && place->block >= channel->ledger->durable.height)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the transaction's block is not on disk yet");
	return status;
}

/* ---- final answers ---- */

static int32_t
status_of(guint8 code)
{
	switch ((TxValidationCode)code) {
	case CODE(VALID):
		return BSN_OK;
	case CODE(MVCC_READ_CONFLICT):
	case CODE(PHANTOM_READ_CONFLICT):
	case CODE(INVALID_CONFIG_TRANSACTION):
		return BSN_CONFLICT;
	case CODE(DUPLICATE_TXID):
		return BSN_DUPLICATE;
	case CODE(BAD_CREATOR_SIGNATURE):
		return BSN_BAD_SIGNATURE;
	case CODE(ENDORSEMENT_POLICY_FAILURE):
		return BSN_DENIED;
	case CODE(EXPIRED_CHAINCODE):
	case CODE(CHAINCODE_VERSION_CONFLICT):
		return BSN_EXPIRED;
	default: /* Fabric has many codes for what is malformed. */
		return BSN_BAD_REQUEST;
	}
}

/* What the codes mean that a transaction which was well made may get. */
static const char *
sentence_of(guint8 code)
{
	switch ((TxValidationCode)code) {
	case CODE(MVCC_READ_CONFLICT):
		return "a key that it has read was changed by a transaction "
		       "before it";
	case CODE(PHANTOM_READ_CONFLICT):
		return "a range that it has read was changed by a transaction "
		       "before it";
	case CODE(INVALID_CONFIG_TRANSACTION):
		return "the config does not follow from the present one";
	case CODE(DUPLICATE_TXID):
		return "another transaction has its id";
	case CODE(BAD_CREATOR_SIGNATURE):
		return "its creator's signature or certificate is not accepted";
	case CODE(ENDORSEMENT_POLICY_FAILURE):
		return "its endorsements do not fulfil the policy";
	case CODE(EXPIRED_CHAINCODE):
	case CODE(CHAINCODE_VERSION_CONFLICT):
		return "it was endorsed under a definition of the chaincode "
		       "that is not in force";
	default:
		return "it is not valid";
	}
}

static json_t *
detail_json(Channel *channel, guint8 code, const Transaction *opened)
{
	const char *name = transaction_code_name((TxValidationCode)code);
	g_autofree char *reason = NULL;
	json_t *detail;

	if (channel->identities == NULL) {
		channel->identities = g_new0(Identities, 1);
		identities_init(channel->identities);
	}
	detail = opened != NULL ? envelope_json(channel->identities, opened,
						(TxValidationCode)code)
				: json_pack("{s:s}", "code", name);
	if (code == CODE(VALID))
		return detail;
	reason = g_strdup_printf("%s: %s", name, sentence_of(code));
	json_object_set_new(detail, "reason", json_string(reason));
	return detail;
}

void
query_close(Channel *channel)
{
	if (channel->identities != NULL)
		identities_clear(channel->identities);
	g_clear_pointer(&channel->identities, g_free);
}

void
query_answer_tx(Channel *channel, bsn_reply *reply, guint64 block,
		guint64 index, const char *tx_id, guint8 code,
		const Transaction *opened)
{
	g_autoptr(json_t) detail = detail_json(channel, code, opened);
	g_autofree char *text = json_text(detail);
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage =
			code == CODE(VALID) ? BSN_TX_COMMITTED : BSN_TX_INVALID,
		.status = status_of(code),
		.native = code,
		.tx_id = signed_id_bytes(tx_id),
		.block = block,
		.index = index,
		.detail = bsn_slice_str(text),
	};

	services.reply->tx(reply, &result);
}

/* ---- bsn_tx_ops.get ---- */

static int32_t
answer_committed(Channel *channel, const TxPlace *place, const char *tx_id,
		 bsn_reply *reply, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) envelope = g_byte_array_new();
	Transaction tx;
	int32_t status = ledger_envelope(channel->ledger, place, envelope, err);

	if (status != BSN_OK)
		return status;
	(void)transaction_open_whole(&channel->suite, &arena,
				     buffer_slice(envelope), &tx);
	query_answer_tx(channel, reply, place->block, place->tx, tx_id,
			place->code, &tx);
	return BSN_OK;
}

static void
answer_waiting(const char *tx_id, bsn_reply *reply)
{
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = BSN_TX_ACCEPTED,
		.tx_id = signed_id_bytes(tx_id),
	};

	services.reply->tx(reply, &result);
}

int32_t
query_tx(Channel *channel, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	TxPlace place = { 0 };
	char text[TX_ID_SIZE];
	int32_t status;

	if (!signed_id_text(tx_id, text))
		return bad_id(err);
	status = ledger_tx(channel->ledger, bsn_slice_str(text), &place, err);
	if (status == BSN_OK && place.block < channel->ledger->durable.height)
		return answer_committed(channel, &place, text, reply, err);
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	if (status == BSN_NOT_FOUND &&
	    !order_is_waiting(channel, bsn_slice_str(text)))
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no transaction with this id, neither "
				"in a block nor waiting");
	answer_waiting(text, reply);
	return BSN_OK;
}
