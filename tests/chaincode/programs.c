/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/chaincode/programs.h"

#include <string.h>

#include "common/common.pb-c.h"
#include "msp/identities.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "plugins/chaincode/package.h"

#define HERE "tests/chaincode/"

/* Who calls, in PEM. */
static char *certificate;

static void
make_certificate(const Peer *peer)
{
	const IoFixture *fixture = peer_fixture(peer);
	TextSink *pem = text_sink_new();
	TextSink *key = text_sink_new();
	bsn_io_authority *authority;

	g_assert_cmpint(fixture->io->authority_new(fixture->account, "Org1",
						   &authority, NULL),
			==, BSN_OK);
	g_assert_cmpint(fixture->io->authority_issue(authority, "Ann", NULL,
						     &pem->sink, &key->sink,
						     NULL),
			==, BSN_OK);
	g_free(certificate);
	certificate = g_strdup(pem->text->str);
	fixture->io->authority_free(authority);
	text_sink_free(pem);
	text_sink_free(key);
}

Peer *
programs_peer(void)
{
	static const char *paths[] = {
		"/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache",
		NULL,	NULL,	NULL
	};
	static char *modules;
	IoConfig config = { .child_paths = paths };
	Peer *peer;

	if (modules == NULL)
		modules = g_test_build_filename(G_TEST_DIST,
						HERE "node_modules", NULL);
	paths[5] = g_getenv("G_TEST_BUILDDIR");
	paths[6] = modules;
	peer = peer_new(&config);
	runtime_host.node_path = modules;
	make_certificate(peer);
	return peer;
}

static void
add_files(GArray *files, const char *directory, const char *prefix)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		g_autofree char *inside = g_strconcat(prefix, name, NULL);
		ChaincodeFile file = { .path = inside };
		char *data;
		gsize len;

		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			g_autofree char *deeper =
				g_strconcat(inside, "/", NULL);

			add_files(files, path, deeper);
			continue;
		}
		g_assert_true(g_file_get_contents(path, &data, &len, NULL));
		file.data = bsn_slice_of(data, len);
		file.path = g_steal_pointer(&inside);
		g_array_append_val(files, file);
	}
}

GByteArray *
programs_pack(GTestFileType where, const char *directory, const char *label)
{
	g_autofree char *path = g_test_build_filename(where, directory, NULL);
	GArray *files = g_array_new(FALSE, FALSE, sizeof(ChaincodeFile));
	GByteArray *package = g_byte_array_new();

	add_files(files, path, "src/");
	g_assert_cmpint(chaincode_package_write(
				label, "node", "",
				(const ChaincodeFile *)(gpointer)files->data,
				files->len, package, NULL),
			==, BSN_OK);
	for (guint i = 0; i < files->len; i++) {
		g_free((char *)g_array_index(files, ChaincodeFile, i).path);
		g_free((guint8 *)g_array_index(files, ChaincodeFile, i)
			       .data.data);
	}
	g_array_unref(files);
	return package;
}

char *
programs_start(Peer *peer, const char *directory, const char *label)
{
	g_autofree char *path = g_strconcat(HERE, directory, NULL);
	g_autoptr(GByteArray) package = programs_pack(G_TEST_DIST, path, label);
	g_autofree char *hash = g_compute_checksum_for_data(
		G_CHECKSUM_SHA256, package->data, package->len);
	char *id = g_strconcat(label, ":", hash, NULL);
	bsn_err err = BSN_ERR_INIT;

	if (peer_start(peer, id, package, &err) != BSN_OK)
		g_error("%s: %s", directory, err.reason);
	return id;
}

/* ---- calls ---- */

static GBytes *
packed(const void *message)
{
	const gsize len = protobuf_c_message_get_packed_size(message);
	guint8 *bytes = g_malloc(len);

	protobuf_c_message_pack(message, bytes);
	return g_bytes_new_take(bytes, len);
}

static ProtobufCBinaryData
field_of(GBytes *bytes)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(bytes, &len);

	return (ProtobufCBinaryData){ len, (guint8 *)data };
}

static ProtobufCBinaryData
text_field(const char *text)
{
	return (ProtobufCBinaryData){ strlen(text), (guint8 *)text };
}

static GBytes *
header_of(const char *tx_id)
{
	Msp__SerializedIdentity creator = MSP__SERIALIZED_IDENTITY__INIT;
	Common__SignatureHeader signature = COMMON__SIGNATURE_HEADER__INIT;
	Common__ChannelHeader channel = COMMON__CHANNEL_HEADER__INIT;
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Common__Header header = COMMON__HEADER__INIT;
	g_autoptr(GBytes) creator_bytes = NULL;
	g_autoptr(GBytes) signature_bytes = NULL;
	g_autoptr(GBytes) channel_bytes = NULL;

	creator.mspid = (char *)"Org1MSP";
	creator.id_bytes = text_field(certificate);
	creator_bytes = packed(&creator);
	signature.creator = field_of(creator_bytes);
	signature.nonce = text_field("nonce");
	signature_bytes = packed(&signature);
	time.seconds = 1700000000;
	channel.timestamp = &time;
	channel.channel_id = (char *)"ch";
	channel.tx_id = (char *)tx_id;
	channel_bytes = packed(&channel);
	header.channel_header = field_of(channel_bytes);
	header.signature_header = field_of(signature_bytes);
	return packed(&header);
}

GBytes *
programs_proposal(const char *tx_id)
{
	Protos__ChaincodeProposalPayload payload =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__INIT;
	Protos__ChaincodeProposalPayload__TransientMapEntry entry =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__TRANSIENT_MAP_ENTRY__INIT;
	Protos__ChaincodeProposalPayload__TransientMapEntry *entries[] = {
		&entry
	};
	Protos__Proposal proposal = PROTOS__PROPOSAL__INIT;
	Protos__SignedProposal signed_one = PROTOS__SIGNED_PROPOSAL__INIT;
	g_autoptr(GBytes) header = header_of(tx_id);
	g_autoptr(GBytes) payload_bytes = NULL;
	g_autoptr(GBytes) proposal_bytes = NULL;

	entry.key = (char *)"secret";
	entry.value = text_field("gold");
	payload.n_transientmap = 1;
	payload.transientmap = entries;
	payload_bytes = packed(&payload);
	proposal.header = field_of(header);
	proposal.payload = field_of(payload_bytes);
	proposal_bytes = packed(&proposal);
	signed_one.proposal_bytes = field_of(proposal_bytes);
	return packed(&signed_one);
}

PeerCall *
programs_call(Peer *peer, const char *package_id, const char *arguments)
{
	static guint transactions;
	g_autofree char *tx_id = g_strdup_printf("%064x", transactions++);
	g_autoptr(GBytes) proposal = programs_proposal(tx_id);
	PeerCall *call = peer_begin_with(peer, package_id, tx_id, arguments,
					 proposal, FALSE);

	peer_wait(call);
	return call;
}

void
programs_expect(Peer *peer, const char *package_id, const char *arguments,
		gint32 code, const char *answer)
{
	g_autoptr(PeerCall) call = programs_call(peer, package_id, arguments);

	if (call->status != BSN_OK)
		g_error("%s: status %d: %s", arguments, call->status,
			call->reason);
	if (call->code != code)
		g_error("%s: %d: %s", arguments, call->code, call->message);
	g_assert_cmpstr(code < 400 ? call->payload->str : call->message, ==,
			answer);
}
