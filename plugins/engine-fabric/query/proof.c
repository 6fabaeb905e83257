/* SPDX-License-Identifier: Apache-2.0
 *
 * A block is proven by its header's hash, which the consensus's certificate is
 * about. The header stands for the envelopes; what became of them and the state
 * that they lead to are not in it, as in Fabric.
 */
#include <string.h>

#include <bsn/consensus.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/engine-fabric/query/stored.h"
#include "plugins/kit/json.h"

#define MS_PER_S 1000u
#define NS_PER_MS 1000000

typedef struct {
	Arena arena;
	ChannelConfig *config; /* of the genesis */
	guint8 chain_id[HASH_LEN];
	char *channel_id;
	Members founders;
	const bsn_consensus *consensus;
	const bsn_member *members; /* those that are trusted */
	guint64 n;
	const Common__Block *block;
	guint8 hash[HASH_LEN];
	bsn_slice certificate;
	guint64 time_ms;
} Proof;

static void
proof_clear(Proof *proof)
{
	members_clear(&proof->founders);
	channel_config_free(proof->config);
	g_free(proof->channel_id);
	arena_clear(&proof->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Proof, proof_clear)

/* ---- the chain ---- */

static const Common__Block *
read_message(Proof *proof, bsn_slice bytes, int32_t *status, bsn_err *err)
{
	const Common__Block *block = message_unpack(
		&proof->arena, &common__block__descriptor, bytes, status, err);

	if (block != NULL && block->header != NULL && block->data != NULL)
		return block;
	if (block != NULL)
		*status = bsn_fail(err, BSN_BAD_REQUEST,
				   "it is no block: it has no header or data");
	return NULL;
}

static int32_t
no_genesis(bsn_err *err)
{
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the genesis is not a channel's block 0");
}

static int32_t
read_config(Proof *proof, const Common__Block *block, bsn_err *err)
{
	const Common__ConfigEnvelope *envelope;
	Transaction tx;

	if (block->header->number != 0 || block->data->n_data != 1)
		return no_genesis(err);
	/* By nobody, which is no transaction; what matters is opened. */
	(void)transaction_open(&proof->arena,
			       message_slice(block->data->data[0]), &tx);
	if (tx.channel == NULL || tx.payload == NULL)
		return no_genesis(err);
	envelope = message_unpack(&proof->arena,
				  &common__config_envelope__descriptor,
				  message_slice(tx.payload->data), NULL, NULL);
	if (envelope == NULL || envelope->config == NULL)
		return no_genesis(err);
	proof->channel_id = g_strdup(tx.channel->channel_id);
	return channel_config_read(services.crypto,
				   message_put(&proof->arena, envelope->config),
				   &proof->config, err);
}

static int32_t
find_protocol(Proof *proof, bsn_err *err)
{
	const char *name = proof->config->orderer_type;

	proof->consensus = services.consensuses->find(name);
	if (proof->consensus == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers consensus %s", name);
	if (BSN_HAS(proof->consensus, verify_in))
		return BSN_OK;
	return bsn_fail(err, BSN_NOT_OFFERED,
			"the chain agrees by %s, which keeps no certificates: "
			"its blocks prove nothing to others",
			name);
}

static int32_t
read_genesis(Proof *proof, bsn_slice genesis, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__Block *block = read_message(proof, genesis, &status, err);

	if (block != NULL)
		status = read_config(proof, block, err);
	if (status == BSN_OK)
		status = block_check(&proof->config->suite, block, 0,
				     bsn_slice_of(NULL, 0), err);
	if (status == BSN_OK)
		status = block_header_hash(&proof->config->suite, block->header,
					   proof->chain_id);
	if (status == BSN_OK)
		status = agreement_read(&proof->config->suite,
					agreement_of(proof->config),
					&proof->founders, err);
	return status == BSN_OK ? find_protocol(proof, err) : status;
}

static void
choose_members(Proof *proof, const bsn_member *members, guint64 n)
{
	const GArray *founders = proof->founders.list;

	proof->members =
		n > 0 ? members
		      : (const bsn_member *)(const void *)founders->data;
	proof->n = n > 0 ? n : founders->len;
}

/* ---- the block by itself ---- */

static guint64
time_of(const Google__Protobuf__Timestamp *time)
{
	if (time == NULL || time->seconds < 0 ||
	    time->seconds > (gint64)(G_MAXINT64 / MS_PER_S) - 1)
		return 0;
	return (guint64)time->seconds * MS_PER_S +
	       (guint64)CLAMP(time->nanos / NS_PER_MS, 0, (gint)MS_PER_S - 1);
}

/* Each envelope that can be opened is this channel's; the latest time. */
static int32_t
check_envelopes(Proof *proof, bsn_err *err)
{
	const Common__BlockData *data = proof->block->data;

	for (gsize i = 0; i < data->n_data; i++) {
		g_auto(Arena) arena = ARENA_INIT;
		Transaction tx;

		if (transaction_open(&arena, message_slice(data->data[i]),
				     &tx) != PROTOS__TX_VALIDATION_CODE__VALID)
			continue;
		if (strcmp(tx.channel->channel_id, proof->channel_id) != 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"transaction %zu is of another channel",
					i);
		proof->time_ms =
			MAX(proof->time_ms, time_of(tx.channel->timestamp));
	}
	return BSN_OK;
}

/* Where query/block.c puts it. */
static int32_t
read_certificate(Proof *proof, bsn_err *err)
{
	const bsn_slice value =
		stored_metadata(&proof->arena, proof->block,
				COMMON__BLOCK_METADATA_INDEX__SIGNATURES);
	const Common__OrdererBlockMetadata *metadata = message_unpack(
		&proof->arena, &common__orderer_block_metadata__descriptor,
		value, NULL, NULL);

	if (proof->block->header->number == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"block 0 is the genesis, which nobody "
				"certifies: compare genesis files instead");
	if (metadata == NULL || metadata->consenter_metadata.len == 0)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the block has no certificate");
	proof->certificate = message_slice(metadata->consenter_metadata);
	return BSN_OK;
}

static int32_t
read_block(Proof *proof, bsn_slice bytes, bsn_err *err)
{
	const Suite *suite = &proof->config->suite;
	int32_t status = BSN_OK;
	const Common__BlockHeader *header;

	proof->block = read_message(proof, bytes, &status, err);
	if (proof->block == NULL)
		return status;
	header = proof->block->header;
	status = read_certificate(proof, err);
	if (status != BSN_OK)
		return status;
	status = block_check(suite, proof->block, header->number,
			     message_slice(header->previous_hash), err);
	if (status == BSN_CONFLICT)
		return BSN_BAD_REQUEST; /* with itself */
	if (status == BSN_OK)
		status = check_envelopes(proof, err);
	return status == BSN_OK ? block_header_hash(suite, header, proof->hash)
				: status;
}

/* ---- who has agreed to it ---- */

static int32_t
check_certificate(const Proof *proof, bsn_err *err)
{
	const bsn_id chain_id = bsn_id_of(proof->chain_id, HASH_LEN);

	return proof->consensus->verify_in(&chain_id, proof->members, proof->n,
					   proof->block->header->number,
					   bsn_slice_of(proof->hash, HASH_LEN),
					   proof->certificate, err);
}

/* The first member's size is the stride. */
static guint64
count_agreeing(const Proof *proof)
{
	const guint8 *at = (const guint8 *)proof->members;
	guint64 agreeing = 0;

	for (guint64 i = 0; i < proof->n; i++)
		agreeing +=
			((const bsn_member
				  *)(const void *)(at +
						   i * proof->members->size))
				->role == BSN_ROLE_CONSENSUS;
	return agreeing;
}

static int32_t
tell(const Proof *proof, bsn_sink *out)
{
	const guint64 members = count_agreeing(proof);
	g_autoptr(json_t) json = json_pack(
		"{s:I, s:o, s:I, s:I, s:s, s:I}", "number",
		(json_int_t)proof->block->header->number, "hash",
		hex_json(bsn_slice_of(proof->hash, HASH_LEN)), "time_ms",
		(json_int_t)proof->time_ms, "txs",
		(json_int_t)proof->block->data->n_data, "consensus",
		proof->consensus->name, "members", (json_int_t)members);

	if (BSN_HAS(proof->consensus, quorum) && members > 0)
		json_object_set_new(
			json, "quorum",
			integer_json(proof->consensus->quorum(members)));
	return json != NULL ? json_write(json, out) : BSN_E_NOMEM;
}

int32_t
proof_verify(bsn_slice genesis, const bsn_member *members, uint64_t n,
	     bsn_slice block, bsn_sink *json, bsn_err *err)
{
	g_auto(Proof) proof = { .config = NULL };
	int32_t status = read_genesis(&proof, genesis, err);

	if (status != BSN_OK)
		return status;
	choose_members(&proof, members, n);
	status = read_block(&proof, block, err);
	if (status == BSN_OK)
		status = check_certificate(&proof, err);
	return status == BSN_OK ? tell(&proof, json) : status;
}
