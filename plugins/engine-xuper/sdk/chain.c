/* SPDX-License-Identifier: Apache-2.0
 *
 * The chain's status and blocks.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/query/stored.h"
#include "plugins/engine-xuper/sdk/sdk.h"

/* Accounts and contracts that are counted while somebody waits. */
#define COUNT_MAX 100000u

int32_t
sdk_get_bcchains(SdkCall *call, bsn_err *err)
{
	const Pb__CommonIn *in = call->request;
	Pb__BlockChains *out = sdk_new(call, &pb__block_chains__descriptor);

	(void)err;
	out->header = sdk_header(call, in->header);
	out->n_blockchains = 1;
	out->blockchains = arena_room(&call->arena, sizeof(char *));
	out->blockchains[0] = call->ledger->config->name;
	call->answer = out;
	return BSN_OK;
}

/* ---- blocks ---- */

static ProtobufCBinaryData
id_bytes(SdkCall *call, const guint8 id[HASH_LEN])
{
	return sdk_bytes(call, bsn_slice_of(id, HASH_LEN));
}

/* A block as XuperChain shows it: its transactions name it. */
static Xldgpb__InternalBlock *
block_message(SdkCall *call, const Block *block, gboolean content)
{
	Xldgpb__InternalBlock *msg = arena_room(&call->arena, sizeof(*msg));

	*msg = *block->msg;
	msg->height = (gint64)block->height;
	msg->in_trunk = TRUE;
	if (!content)
		return msg;
	msg->n_transactions = block->n_txs;
	msg->transactions = arena_room(
		&call->arena, (block->n_txs + 1) * sizeof(*msg->transactions));
	for (guint i = 0; i < block->n_txs; i++) {
		Xldgpb__Transaction *tx = arena_room(&call->arena, sizeof(*tx));

		*tx = *block->txs[i]->msg;
		tx->blockid = id_bytes(call, block->id);
		msg->transactions[i] = tx;
	}
	return msg;
}

/* The block of a height on the way to the head; kept until the call ends. */
static int32_t
find_height(SdkCall *call, guint64 height, const Block **found, bsn_err *err)
{
	const bsn_ledger *ledger = call->ledger;
	Block *block = NULL;
	LedgerNode *node = ledger_head(ledger->ledger);
	int32_t status;

	while (node != NULL && node->block->height > height)
		node = node->parent;
	if (node != NULL && node->block->height == height) {
		*found = sdk_keep(call, block_ref(node->block));
		return BSN_OK;
	}
	if (node != NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no such block");
	status = stored_block(ledger, height, &block, err);
	if (status == BSN_OK)
		*found = sdk_keep(call, block);
	return status;
}

static int32_t
find_id(SdkCall *call, bsn_slice id, const Block **found, bsn_err *err)
{
	const bsn_ledger *ledger = call->ledger;
	guint64 height = 0;
	int32_t status;

	if (id.len != HASH_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a block's id has %u bytes", HASH_LEN);
	for (LedgerNode *node = ledger_head(ledger->ledger); node != NULL;
	     node = node->parent)
		if (memcmp(node->block->id, id.data, HASH_LEN) == 0) {
			*found = sdk_keep(call, block_ref(node->block));
			return BSN_OK;
		}
	status = ledger_block_height(ledger->ledger, id.data, &height, err);
	return status == BSN_OK ? find_height(call, height, found, err)
				: status;
}

static int32_t
answer_block(SdkCall *call, int32_t status, const Block *block,
	     const Pb__Header *header, gboolean content)
{
	Pb__Block *out = sdk_new(call, &pb__block__descriptor);

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	out->header = sdk_header(call, header);
	out->bcname = call->ledger->config->name;
	out->status = PB__BLOCK__EBLOCK_STATUS__NOEXIST;
	if (status == BSN_OK) {
		out->status = PB__BLOCK__EBLOCK_STATUS__TRUNK;
		out->blockid = id_bytes(call, block->id);
		out->block = block_message(call, block, content);
	}
	call->answer = out;
	return BSN_OK;
}

int32_t
sdk_get_block(SdkCall *call, bsn_err *err)
{
	const Pb__BlockID *in = call->request;
	const Block *block = NULL;
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status != BSN_OK)
		return status;
	status = find_id(call, message_slice(in->blockid), &block, err);
	return answer_block(call, status, block, in->header,
			    in->need_content != 0);
}

int32_t
sdk_get_block_by_height(SdkCall *call, bsn_err *err)
{
	const Pb__BlockHeight *in = call->request;
	const Block *block = NULL;
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status != BSN_OK)
		return status;
	status = in->height < 0 ? BSN_NOT_FOUND :
				  find_height(call, (guint64)in->height,
					      &block, err);
	return answer_block(call, status, block, in->header, TRUE);
}

/* ---- status ---- */

static Pb__UtxoMeta *
utxo_meta(SdkCall *call, const Block *head)
{
	const bsn_ledger *ledger = call->ledger;
	const ChainConfig *config = ledger->config;
	Pb__UtxoMeta *meta = sdk_new(call, &pb__utxo_meta__descriptor);
	Pb__GasPrice *price = sdk_new(call, &pb__gas_price__descriptor);

	price->cpu_rate = (gint64)config->cpu_rate;
	price->mem_rate = (gint64)config->mem_rate;
	price->disk_rate = (gint64)config->disk_rate;
	price->xfee_rate = (gint64)config->xfee_rate;
	meta->gasprice = price;
	meta->latest_blockid = id_bytes(call, head->id);
	meta->unconfirmtxamount = pool_count(ledger->pool);
	meta->max_block_size = (gint64)config->block_bytes;
	meta->new_account_resource_amount = (gint64)config->new_account_fee;
	meta->irreversibleblockheight = (gint64)ledger->durable;
	return meta;
}

int32_t
sdk_get_bcstatus(SdkCall *call, bsn_err *err)
{
	const Pb__BCStatus *in = call->request;
	const bsn_ledger *ledger = call->ledger;
	const Block *head = ledger_head(ledger->ledger)->block;
	Pb__LedgerMeta *meta = sdk_new(call, &pb__ledger_meta__descriptor);
	Pb__BCStatus *out = sdk_new(call, &pb__bcstatus__descriptor);
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status != BSN_OK)
		return status;
	meta->root_blockid = id_bytes(call, ledger->genesis_id);
	meta->tip_blockid = id_bytes(call, head->id);
	meta->trunk_height = (gint64)head->height;
	out->header = sdk_header(call, in->header);
	out->bcname = ledger->config->name;
	out->meta = meta;
	out->block = block_message(call, head, TRUE);
	out->utxometa = utxo_meta(call, head);
	call->answer = out;
	return BSN_OK;
}

/* ---- how many ---- */

typedef struct {
	XScan scan;
	guint64 n;
} Count;

static int32_t
count_one(XScan *scan, bsn_slice key, const XVersion *version, bsn_slice value)
{
	Count *count = (Count *)scan;

	(void)key;
	(void)version;
	if (!xmodel_is_deleted(value))
		count->n++;
	return count->n <= COUNT_MAX ? BSN_OK : BSN_TOO_LARGE;
}

static int32_t
count_in(const SdkCall *call, const char *bucket, gint64 *n, bsn_err *err)
{
	Count count = { { count_one }, 0 };
	const bsn_slice all = bsn_slice_of(NULL, 0);
	int32_t status = xmodel_scan(ledger_head(call->ledger->ledger)->layer,
				     bsn_slice_str(bucket), all, all,
				     &count.scan, err);

	*n = (gint64)count.n;
	if (status == BSN_TOO_LARGE)
		return bsn_fail(err, status,
				"there are more than %u: they are not counted",
				COUNT_MAX);
	return status;
}

int32_t
sdk_query_contract_stat_data(SdkCall *call, bsn_err *err)
{
	const Pb__ContractStatDataRequest *in = call->request;
	Pb__ContractStatData *data =
		sdk_new(call, &pb__contract_stat_data__descriptor);
	Pb__ContractStatDataResponse *out =
		sdk_new(call, &pb__contract_stat_data_response__descriptor);
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status == BSN_OK)
		status = count_in(call, BUCKET_ACCOUNT, &data->accountcount,
				  err);
	if (status == BSN_OK)
		status = count_in(call, BUCKET_CONTRACT_ACCOUNT,
				  &data->contractcount, err);
	out->header = sdk_header(call, in->header);
	out->bcname = call->ledger->config->name;
	out->data = data;
	call->answer = out;
	return status;
}
