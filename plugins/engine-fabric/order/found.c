/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/found.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/record.h"
#include "plugins/kit/sink.h"

/* Block 0 becomes durable before anything that is upon it. */
static int32_t
begin_ledger(Channel *channel, bsn_slice genesis, guint64 time_ms, bsn_err *err)
{
	const StoreKey key = record_key(0);
	g_autoptr(GByteArray) record = g_byte_array_new();
	g_autoptr(IncomingBlock) block = NULL;
	g_auto(BlockOutcome) outcome = { 0 };
	bsn_write beside = { .size = sizeof(beside), .op = BSN_WRITE_PUT };
	int32_t status = incoming_block_read(
		&channel->suite, bsn_slice_str(channel->id), genesis,
		services.parallel, channel->chain, &block, err);

	if (status != BSN_OK)
		return status;
	record_put(record, time_ms, bsn_slice_of(NULL, 0));
	beside.key = store_key_slice(&key);
	beside.value = buffer_slice(record);
	block->beside = &beside;
	block->n_beside = 1;
	status = channel_ledger_append(channel->ledger, block, NULL, NULL, NULL,
				       0, &outcome, err);
	if (status == BSN_OK)
		channel_ledger_durable(channel->ledger, 1);
	return status;
}

static int32_t
number_of(const Channel *channel, const guint8 hash[HASH_LEN], bsn_err *err)
{
	guint64 number = 0;
	const int32_t status = ledger_block_by_hash(
		channel->ledger, bsn_slice_of(hash, HASH_LEN), &number, err);

	if (status < 0 || (status == BSN_OK && number == 0))
		return status;
	return BSN_NOT_FOUND;
}

/* The genesis that the store says it was begun with. */
static int32_t
read_stored(const Channel *channel, Genesis *stored, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	int32_t status = ledger_block(channel->ledger, 0, bytes, err);

	if (status == BSN_OK)
		status = genesis_read(buffer_slice(bytes), stored, err);
	return status > 0 ? BSN_E_CORRUPT : status;
}

/* Another genesis is the operator's mistake; a store whose own block 0 is not
 * found by its hash is damaged. */
static int32_t
check_genesis(const Channel *channel, bsn_err *err)
{
	g_auto(Genesis) stored = { 0 };
	int32_t status = number_of(channel, channel->genesis, err);

	if (status <= BSN_OK)
		return status;
	status = read_stored(channel, &stored, err);
	if (status == BSN_OK)
		status = number_of(channel, stored.hash, err);
	if (status == BSN_OK)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the store was begun with another genesis");
	return status == BSN_NOT_FOUND || status == BSN_E_CORRUPT
		       ? bsn_fail(err, BSN_E_CORRUPT,
				  "block 0 in the store is damaged")
		       : status;
}

static int32_t
load_config(Channel *channel, bsn_err *err)
{
	const guint64 number = channel->ledger->head.last_config;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	ChannelConfig *config = NULL;
	int32_t status = ledger_block(channel->ledger, number, bytes, err);
	const Common__Block *block =
		status == BSN_OK
			? message_unpack(&arena, &common__block__descriptor,
					 buffer_slice(bytes), &status, err)
			: NULL;

	if (block != NULL && block->data != NULL && block->data->n_data == 1)
		status = genesis_config(message_slice(block->data->data[0]),
					&config, err);
	if (config == NULL)
		return status == BSN_E_VERSION || status == BSN_E_IO
			       ? status
			       : bsn_fail(err, BSN_E_CORRUPT,
					  "the config of block "
					  "%" G_GUINT64_FORMAT
					  " cannot be read back",
					  number);
	channel_config_free(channel->config);
	channel->config = config;
	return BSN_OK;
}

int32_t
found_ledger(Channel *channel, bsn_slice bytes, bsn_err *err)
{
	const LedgerStore store = { services.store, channel->chain };
	g_auto(Genesis) genesis = { 0 };
	int32_t status = genesis_read(bytes, &genesis, err);

	if (status != BSN_OK)
		return status;
	channel->id = g_steal_pointer(&genesis.id);
	channel->config = g_steal_pointer(&genesis.config);
	channel->suite = channel->config->suite;
	memcpy(channel->genesis, genesis.hash, HASH_LEN);
	status = channel_ledger_open(&channel->suite, &store,
				     bsn_slice_str(channel->id),
				     &channel->ledger, err);
	if (status != BSN_OK)
		return status;
	if (channel->ledger->head.height == 0)
		return begin_ledger(channel, bytes, genesis.time_ms, err);
	status = check_genesis(channel, err);
	return status == BSN_OK && channel->ledger->head.last_config > 0
		       ? load_config(channel, err)
		       : status;
}
