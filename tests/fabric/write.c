/* SPDX-License-Identifier: Apache-2.0
 *
 * What fabric-bytes writes.
 */
#include <openssl/pem.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/fabric/run.h"
#include "tests/unit/fabric-tx.h"

static void
save(const Run *run, const char *name, bsn_slice bytes)
{
	g_autofree char *file = in_dir(run, name);

	g_assert_true(g_file_set_contents(file, (const char *)bytes.data,
					  (gssize)bytes.len, NULL));
}

void
write_block(Run *run)
{
	json_t *reports = json_array();
	FabricTx tx = { .orgs = run->orgs };
	ProtobufCBinaryData envelopes[2];
	uint8_t codes[] = { 0, 11 };
	ProtobufCBinaryData entries[BLOCK_METADATA_COUNT] = { { 0, NULL } };
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	Common__BlockMetadata metadata = COMMON__BLOCK_METADATA__INIT;
	guint8 hash[HASH_LEN];

	for (guint i = 0; i < G_N_ELEMENTS(envelopes); i++) {
		json_t *report = json_object();

		tx.number = i + 1;
		envelopes[i] = message_bytes(fabric_tx_make(&tx));
		json_object_set_new(report, "tx_id", json_string(tx.tx_id));
		report_hex(report, "proposal_hash", tx.proposal_hash, HASH_LEN);
		json_array_append_new(reports, report);
	}
	data.n_data = G_N_ELEMENTS(envelopes);
	data.data = envelopes;
	block_data_hash(&run->orgs->suite, &data, hash);
	/* One that takes nine bytes in DER. */
	header.number = G_GUINT64_CONSTANT(0x8000000000000001);
	header.previous_hash = fabric_text("thirty-two bytes, more or less.");
	header.data_hash = (ProtobufCBinaryData){ sizeof(hash), hash };
	entries[COMMON__BLOCK_METADATA_INDEX__TRANSACTIONS_FILTER] =
		(ProtobufCBinaryData){ sizeof(codes), codes };
	metadata.n_metadata = BLOCK_METADATA_COUNT;
	metadata.metadata = entries;
	block.header = &header;
	block.data = &data;
	block.metadata = &metadata;
	save(run, "block.pb", message_put(&run->arena, &block));
	report_block(run, "block", &block);
	json_object_set_new(run->report, "transactions", reports);
	arena_clear(&tx.arena);
}

void
write_genesis(Run *run)
{
	g_autoptr(json_t) founding = fabric_founding(run->orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(run->orgs, founding);
	g_autoptr(ChannelConfig) config =
		fabric_config_read(buffer_slice(bytes));
	g_autoptr(GByteArray) block = g_byte_array_new();

	founding_block(&run->orgs->suite, "one", config->message, 0, block);
	save(run, "genesis.pb", buffer_slice(block));
	report_block(run, "genesis",
		     message_unpack(&run->arena, &common__block__descriptor,
				    buffer_slice(block), NULL, NULL));
}

/* What others need to sign as our client, and to know its organisation. */
void
write_client(Run *run)
{
	g_autofree char *file = in_dir(run, "client.key");
	g_autoptr(GByteArray) msp =
		fabric_msp_simple("Org1MSP", run->orgs->roots[0]);
	BIO *out = BIO_new_file(file, "w");

	g_assert_true(PEM_write_bio_PrivateKey(out, run->orgs->clients[0]->key,
					       NULL, NULL, 0, NULL, NULL));
	BIO_free(out);
	save(run, "client.pem", bsn_slice_str(run->orgs->clients[0]->pem));
	save(run, "msp.pb", buffer_slice(msp));
}
