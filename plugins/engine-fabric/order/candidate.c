/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/candidate.h"

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

static gint
compare_ids(gconstpointer a, gconstpointer b, gpointer unused)
{
	return strcmp(a, b);
}

static Candidate *
candidate_new(guint64 number)
{
	Candidate *candidate = g_new0(Candidate, 1);

	candidate->number = number;
	candidate->ids = g_tree_new_full(compare_ids, NULL, g_free, NULL);
	return candidate;
}

void
candidate_free(Candidate *candidate)
{
	if (candidate == NULL)
		return;
	g_clear_pointer(&candidate->proposal, g_bytes_unref);
	g_tree_unref(candidate->ids);
	incoming_block_free(candidate->block);
	g_free(candidate);
}

static void
add_id(Candidate *candidate, const char *tx_id)
{
	g_tree_insert(candidate->ids, g_strdup(tx_id), candidate);
}

/* ---- making -------------------------------------------------------------- */

static int32_t
pack(const Suite *suite, Candidate *candidate, Common__BlockData *data)
{
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	guint8 data_hash[HASH_LEN];
	int32_t status = block_data_hash(suite, data, data_hash);

	header.number = candidate->number;
	header.previous_hash =
		(ProtobufCBinaryData){ HASH_LEN, candidate->previous };
	header.data_hash = (ProtobufCBinaryData){ HASH_LEN, data_hash };
	block.header = &header;
	block.data = data;
	if (status == BSN_OK)
		status = block_header_hash(suite, &header, candidate->hash);
	if (status == BSN_OK)
		candidate->proposal =
			g_byte_array_free_to_bytes(message_pack(&block));
	return status;
}

int32_t
candidate_make(const Channel *channel, const Parent *parent,
	       const GPtrArray *batch, Candidate **candidate)
{
	g_autoptr(Candidate) made = candidate_new(parent->number);
	g_autofree ProtobufCBinaryData *envelopes =
		g_new(ProtobufCBinaryData, batch->len);
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	int32_t status;

	for (guint i = 0; i < batch->len; i++) {
		const PoolEntry *entry = batch->pdata[i];

		envelopes[i] = message_bytes(bytes_slice(entry->envelope));
		made->is_config = entry->is_config;
		add_id(made, entry->tx_id);
	}
	data.n_data = batch->len;
	data.data = envelopes;
	memcpy(made->previous, parent->hash, HASH_LEN);
	status = pack(&channel->suite, made, &data);
	if (status == BSN_OK)
		*candidate = g_steal_pointer(&made);
	return status;
}

/* ---- reading ------------------------------------------------------------- */

/* A block without metadata is none to incoming_block_read: an empty field of
 * that number is put behind it. */
static int32_t
read_block(const Channel *channel, bsn_slice proposal, IncomingBlock **block,
	   bsn_err *err)
{
	static const guint8 no_metadata[] = { 3 << 3 | 2, 0 };
	g_autofree guint8 *bytes = NULL;

	if (proposal.len > BSN_PROPOSAL_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the block has more than %u bytes",
				BSN_PROPOSAL_MAX);
	bytes = g_malloc((gsize)proposal.len + sizeof(no_metadata));
	if (proposal.len > 0)
		memcpy(bytes, proposal.data, (gsize)proposal.len);
	memcpy(bytes + proposal.len, no_metadata, sizeof(no_metadata));
	return incoming_block_read(
		&channel->suite, bsn_slice_str(channel->id),
		bsn_slice_of(bytes, proposal.len + sizeof(no_metadata)),
		services.parallel, channel->chain, block, err);
}

/* The hash is of header and envelopes: nothing else may be in there, or two
 * proposals could differ and be voted for as one. */
static int32_t
check_encoding(Common__Block *message, bsn_slice proposal, bsn_err *err)
{
	Common__Block bare = *message;

	bare.metadata = NULL;
	if (message->base.n_unknown_fields == 0 &&
	    message->header->base.n_unknown_fields == 0 &&
	    message->data->base.n_unknown_fields == 0 &&
	    protobuf_c_message_get_packed_size(&bare.base) == proposal.len)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the block has more than a header and envelopes, each "
			"encoded as it should be");
}

/* What was decided is stored alike on every node, whatever was around it. */
static void
strip(Common__Block *message)
{
	message->base.n_unknown_fields = 0;
	message->header->base.n_unknown_fields = 0;
	message->data->base.n_unknown_fields = 0;
	message->metadata->base.n_unknown_fields = 0;
}

static int32_t
check_form(const Channel *channel, const Parent *parent,
	   const IncomingBlock *block, bsn_slice proposal, bsn_err *err)
{
	const int32_t status = check_encoding(block->message, proposal, err);

	return status == BSN_OK
		       ? block_check(&channel->suite, block->message,
				     parent->number,
				     bsn_slice_of(parent->hash, HASH_LEN), err)
		       : status;
}

static int32_t
describe(const Channel *channel, Candidate *candidate)
{
	const Common__BlockHeader *header = candidate->block->message->header;

	candidate->number = header->number;
	if (header->previous_hash.len == HASH_LEN)
		memcpy(candidate->previous, header->previous_hash.data,
		       HASH_LEN);
	for (guint i = 0; i < candidate->block->n_txs; i++) {
		const BlockTx *tx = &candidate->block->txs[i];

		candidate->is_config |= tx->is_config;
		if (tx->tx_id.len > 0)
			add_id(candidate, (const char *)tx->tx_id.data);
	}
	return block_header_hash(&channel->suite, header, candidate->hash);
}

int32_t
candidate_read(const Channel *channel, const Parent *parent, bsn_slice proposal,
	       Candidate **candidate, bsn_err *err)
{
	g_autoptr(Candidate) read = candidate_new(0);
	int32_t status = read_block(channel, proposal, &read->block, err);

	if (status == BSN_OK && parent != NULL)
		status =
			check_form(channel, parent, read->block, proposal, err);
	if (status != BSN_OK)
		return status;
	strip(read->block->message);
	read->proposal = g_bytes_new(proposal.data, proposal.len);
	status = describe(channel, read);
	if (status == BSN_OK)
		*candidate = g_steal_pointer(&read);
	return status;
}

int32_t
candidate_open(const Channel *channel, Candidate *candidate, bsn_err *err)
{
	int32_t status;

	if (candidate->block != NULL)
		return BSN_OK;
	status = read_block(channel, bytes_slice(candidate->proposal),
			    &candidate->block, err);
	if (status == BSN_OK)
		strip(candidate->block->message);
	return status;
}
