/* SPDX-License-Identifier: Apache-2.0
 *
 * Fabric's bytes as engine-fabric makes and reads them, for a second opinion
 * (tests/integration/test-fabric-protos.mjs).
 *
 *	fabric-bytes write std|sm DIR   a genesis block, a block of two
 *	                                transactions, and what they hash
 *	fabric-bytes read std|sm DIR    what DIR/theirs.pb, a block, says
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/policy/signers.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "tests/fabric/run.h"

char *
in_dir(const Run *run, const char *name)
{
	return g_build_filename(run->dir, name, NULL);
}

void
report_hex(json_t *object, const char *name, const void *data, gsize len)
{
	g_autofree char *hex = hex_encode(bsn_slice_of(data, len));

	json_object_set_new(object, name, json_string(hex + 2));
}

void
report_block(Run *run, const char *name, const Common__Block *block)
{
	json_t *report = json_object();
	guint8 hash[HASH_LEN];

	block_header_hash(&run->orgs->suite, block->header, hash);
	report_hex(report, "header_hash", hash, sizeof(hash));
	block_data_hash(&run->orgs->suite, block->data, hash);
	report_hex(report, "data_hash", hash, sizeof(hash));
	json_object_set_new(run->report, name, report);
}

/* ---- reading ---- */

static bsn_slice
load(Run *run, const char *name)
{
	g_autofree char *file = in_dir(run, name);
	g_autofree char *data = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(file, &data, &len, NULL));
	return bsn_slice_of(arena_copy(&run->arena, data, len), len);
}

static void *
need(Run *run, const ProtobufCMessageDescriptor *type, bsn_slice bytes)
{
	bsn_err err = BSN_ERR_INIT;
	void *message = message_unpack(&run->arena, type, bytes, NULL, &err);

	if (message == NULL)
		g_error("%s", err.reason);
	return message;
}

static json_t *
read_envelope(Run *run, MspManager *manager, bsn_slice bytes)
{
	const Common__Envelope *envelope =
		need(run, &common__envelope__descriptor, bytes);
	const Common__Payload *payload = need(run, &common__payload__descriptor,
					      message_slice(envelope->payload));
	const Common__ChannelHeader *channel =
		need(run, &common__channel_header__descriptor,
		     message_slice(payload->header->channel_header));
	const Common__SignatureHeader *signature =
		need(run, &common__signature_header__descriptor,
		     message_slice(payload->header->signature_header));
	const SignedData data = { message_slice(signature->creator),
				  message_slice(envelope->payload),
				  message_slice(envelope->signature) };
	g_autoptr(GPtrArray) signers =
		signers_find(manager, &run->orgs->suite, &data, 1);
	const MspIdentity *signer = signers->len > 0 ? signers->pdata[0] : NULL;
	char tx_id[TX_ID_SIZE];

	signed_tx_id(&run->orgs->suite, message_slice(signature->nonce),
		     message_slice(signature->creator), tx_id);
	return json_pack("{s:s, s:s, s:s, s:I, s:s*}", "channel",
			 channel->channel_id, "named", channel->tx_id, "tx_id",
			 tx_id, "seconds",
			 (json_int_t)channel->timestamp->seconds, "signer",
			 signer != NULL ? signer->msp->id : NULL);
}

static void
read_block(Run *run)
{
	g_autoptr(MspManager) manager = msp_manager_new(&run->orgs->suite);
	const Common__Block *block =
		need(run, &common__block__descriptor, load(run, "theirs.pb"));
	json_t *envelopes = json_array();
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(msp_manager_add(manager, load(run, "msp.pb"), &err), ==,
			BSN_OK);
	report_block(run, "block", block);
	for (gsize i = 0; i < block->data->n_data; i++)
		json_array_append_new(
			envelopes,
			read_envelope(run, manager,
				      message_slice(block->data->data[i])));
	json_object_set_new(run->report, "envelopes", envelopes);
	json_object_set_new(
		run->report, "check",
		json_integer(block_check(
			&run->orgs->suite, block, block->header->number,
			message_slice(block->header->previous_hash), NULL)));
}

int
main(int argc, char **argv)
{
	Run run = { .report = json_object() };
	g_autofree char *text = NULL;

	if (argc != 4) {
		g_printerr("fabric-bytes write|read std|sm DIR\n");
		return 2;
	}
	g_test_init(&argc, &argv, NULL);
	run.orgs = fabric_orgs_new(strcmp(argv[2], "sm") == 0);
	run.dir = argv[3];
	if (strcmp(argv[1], "write") == 0) {
		write_genesis(&run);
		write_block(&run);
		write_client(&run);
	} else {
		read_block(&run);
	}
	text = json_text(run.report);
	puts(text);
	json_decref(run.report);
	arena_clear(&run.arena);
	fabric_orgs_free(run.orgs);
	return 0;
}
