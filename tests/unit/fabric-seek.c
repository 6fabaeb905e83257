/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-seek.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/simulator.h"
#include "plugins/kit/sink.h"

static Orderer__SeekNewest newest = ORDERER__SEEK_NEWEST__INIT;
static Orderer__SeekOldest oldest = ORDERER__SEEK_OLDEST__INIT;
static Orderer__SeekNextCommit next_commit = ORDERER__SEEK_NEXT_COMMIT__INIT;

static Orderer__SeekPosition
position(guint64 where, Orderer__SeekSpecified *specified)
{
	Orderer__SeekPosition made = ORDERER__SEEK_POSITION__INIT;

	if (where == SEEK_OLDEST) {
		made.type_case = ORDERER__SEEK_POSITION__TYPE_OLDEST;
		made.oldest = &oldest;
	} else if (where == SEEK_NEWEST) {
		made.type_case = ORDERER__SEEK_POSITION__TYPE_NEWEST;
		made.newest = &newest;
	} else if (where == SEEK_NEXT_COMMIT) {
		made.type_case = ORDERER__SEEK_POSITION__TYPE_NEXT_COMMIT;
		made.next_commit = &next_commit;
	} else if (where != SEEK_UNSET) {
		orderer__seek_specified__init(specified);
		specified->number = where;
		made.type_case = ORDERER__SEEK_POSITION__TYPE_SPECIFIED;
		made.specified = specified;
	}
	return made;
}

static GByteArray *
info_bytes(const SeekWords *words)
{
	Orderer__SeekSpecified first, last;
	Orderer__SeekPosition start = position(words->start, &first);
	Orderer__SeekPosition stop = position(words->stop, &last);
	Orderer__SeekInfo info = ORDERER__SEEK_INFO__INIT;

	info.start = words->start == SEEK_NONE ? NULL : &start;
	info.stop = words->stop == SEEK_NONE ? NULL : &stop;
	if (words->fail_if_not_ready)
		info.behavior =
			ORDERER__SEEK_INFO__SEEK_BEHAVIOR__FAIL_IF_NOT_READY;
	if (words->headers_only)
		info.content_type =
			ORDERER__SEEK_INFO__SEEK_CONTENT_TYPE__HEADER_WITH_SIG_BYTES;
	return message_pack(&info);
}

static bsn_slice
channel_header(FabricOpen *open, Arena *arena, const SeekWords *words)
{
	Common__ChannelHeader header = COMMON__CHANNEL_HEADER__INIT;
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	guint8 digest[HASH_LEN];
	gsize len = sizeof(digest);

	header.type = words->type != 0
			      ? words->type
			      : COMMON__HEADER_TYPE__DELIVER_SEEK_INFO;
	header.channel_id = (char *)(words->channel_id != NULL
					     ? words->channel_id
					     : "one");
	time.seconds = (gint64)(fake_host_now_ms() / 1000) - words->behind_s;
	header.timestamp = words->no_time ? NULL : &time;
	if (words->tls != NULL) {
		g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

		g_checksum_update(sum, (const guchar *)words->tls, -1);
		g_checksum_get_digest(sum, digest, &len);
		header.tls_cert_hash = (ProtobufCBinaryData){ len, digest };
	}
	return message_put(arena, &header);
}

GByteArray *
fabric_seek(FabricOpen *open, const SeekWords *words)
{
	const Issued *signer = words->signer != NULL
				       ? words->signer
				       : open->orgs->clients[words->org];
	g_autoptr(GByteArray) creator = fabric_serialize(
		fabric_org_id(words->org),
		words->creator != NULL ? words->creator : signer);
	g_autoptr(GByteArray) info = info_bytes(words);
	g_autoptr(GByteArray) signature = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	Common__SignatureHeader who = COMMON__SIGNATURE_HEADER__INIT;
	Common__Header header = COMMON__HEADER__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	bsn_slice bytes;

	who.creator = message_bytes(buffer_slice(creator));
	header.channel_header =
		message_bytes(channel_header(open, &arena, words));
	header.signature_header = message_bytes(message_put(&arena, &who));
	payload.header = &header;
	payload.data = message_bytes(words->info != NULL ? *words->info
							  : buffer_slice(info));
	bytes = message_put(&arena, &payload);
	signature = fabric_sign(&open->orgs->suite, signer, bytes);
	envelope.payload = message_bytes(bytes);
	envelope.signature = message_bytes(buffer_slice(signature));
	return message_pack(&envelope);
}

/* ---- the channel ---- */

void
fabric_open_more(FabricOpen *open, guint blocks)
{
	static const char *const args[] = { "Put", NULL };

	for (guint i = 0; i < blocks; i++) {
		g_autoptr(Simulator) simulator =
			simulator_new(open->channel.ledger);
		g_autoptr(GByteArray) results = g_byte_array_new();
		g_autoptr(GByteArray) envelope = NULL;
		OpenTx tx = { .creator = open->orgs->clients[0],
			      .chaincode = "basic",
			      .args = args,
			      .event = "Made",
			      .seconds = 1234 };

		g_assert_cmpint(simulator_put(simulator, bsn_slice_str("basic"),
					      bsn_slice_str("key"),
					      bsn_slice_str("value"), NULL),
				==, BSN_OK);
		simulator_finish(simulator, results);
		tx.results = buffer_slice(results);
		envelope = fabric_open_tx(open, &tx);
		g_assert_cmpint(
			fabric_open_commit(open, buffer_slice(envelope)), ==,
			TX_CODE(VALID));
	}
}

FabricOpen *
fabric_open_blocks(guint blocks)
{
	FabricOpen *open = fabric_open_new(FALSE);

	fabric_first_block = 0;
	fabric_open_more(open, blocks - 1);
	g_assert_cmpuint(open->channel.ledger->durable.height, ==, blocks);
	return open;
}

void
fabric_open_only_admins(FabricOpen *open, const char *resource)
{
	g_autofree char *args = g_strdup_printf(
		"{\"set\": {\"policies\": {\"Some\": "
		"\"OR('Org1MSP.admin')\"}, \"acls\": {\"%s\": "
		"\"/Channel/Application/Some\"}}}",
		resource);

	g_assert_true(fabric_open_change(open, BSN_TX_INVOKE, args, 0));
	g_assert_false(fabric_open_change(open, BSN_TX_INVOKE, args, 1));
}
