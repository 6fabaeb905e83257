/* SPDX-License-Identifier: Apache-2.0
 *
 * The channel, its blocks, and what stands in for the parts around.
 */
#include "tests/unit/fabric-open.h"

#include <string.h>

#include <bsn/consensus.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/der.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define AGREEING_MAX 3u

Services services;

static FabricOpen *now; /* the one that is open */

struct bsn_agreement {
	FabricOpen *open;
};

/* ---- consensus ---- */

static int32_t
check_config(bsn_slice config, uint64_t members, bsn_err *err)
{
	return members <= AGREEING_MAX
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST, "it has three at most");
}

static int32_t
set_members(bsn_agreement *agreement, uint64_t height,
	    const bsn_member *members, uint64_t n, bsn_err *err)
{
	agreement->open->told = height;
	agreement->open->members = n;
	return BSN_OK;
}

static int32_t
status(bsn_agreement *agreement, bsn_sink *json)
{
	return json->write(json, "{\"view\":7}", 10);
}

/* A certificate names how many members, which channel and which block. */
static char *
certificate_of(guint members, const guint8 *chain_id, const guint8 *digest)
{
	g_autofree char *id = hex_encode(bsn_slice_of(chain_id, HASH_LEN));
	g_autofree char *block = hex_encode(bsn_slice_of(digest, HASH_LEN));

	return g_strdup_printf("%u of %s for %s", members, id, block);
}

static int32_t
verify_in(const bsn_id *chain_id, const bsn_member *members, uint64_t n,
	  uint64_t height, bsn_slice digest, bsn_slice certificate,
	  bsn_err *err)
{
	g_autofree char *wanted =
		certificate_of((guint)n, chain_id->bytes, digest.data);

	return bsn_slice_equal(certificate, bsn_slice_str(wanted))
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_SIGNATURE, "no certificate");
}

static uint64_t
quorum(uint64_t members)
{
	return members / 2 + 1;
}

static const bsn_consensus still = {
	.size = sizeof(bsn_consensus),
	.name = "still",
	.check_config = check_config,
	.status = status,
	.set_members = set_members,
	.quorum = quorum,
	.verify_in = verify_in,
};

static const bsn_consensus *
find_consensus(const char *name)
{
	return strcmp(name, "still") == 0 ? &still : NULL;
}

static const bsn_consensuses consensuses = { .size = sizeof(bsn_consensuses),
					     .find = find_consensus };

/* ---- keys ---- */

void
fabric_open_sign(const FabricOpen *open, const Issued *who, bsn_slice message,
		 guint8 raw[SIGNATURE_RAW_LEN])
{
	g_autoptr(GByteArray) der =
		fabric_sign(&open->orgs->suite, who, message);

	g_assert_true(der_read_signature(buffer_slice(der), raw));
}

static int32_t
node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	  bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	guint8 raw[SIGNATURE_RAW_LEN];

	fabric_open_sign(now, now->orgs->peers[0], message, raw);
	return signature->write(signature, raw, sizeof(raw));
}

static int32_t
node_certificate(bsn_chain *chain, const char *algorithm, bsn_sink *certificate,
		 bsn_err *err)
{
	unsigned char *der = NULL;
	int len;
	int32_t written;

	if (now->certificate == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is none");
	len = i2d_X509(now->certificate->certificate, &der);
	written = certificate->write(certificate, der, (uint64_t)len);
	OPENSSL_free(der);
	return written;
}

static const bsn_keys keys = { .size = sizeof(bsn_keys),
			       .node_sign = node_sign,
			       .node_certificate = node_certificate };

/* ---- parts of the engine ---- */

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
	va_list args;
	g_autofree char *text = NULL;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	services.log->write(chain, level, text);
}

void
net_packages_changed(Channel *channel)
{
	now->introduced++;
}

void
lifecycle_self_changed(Channel *channel)
{
}

void
net_members_changed(Channel *channel)
{
	now->net_told++;
}

NetPeer *
net_peer_at(const Channel *channel, guint index)
{
	static NetPeer peers[FABRIC_NODES];
	NetPeer *peer = &peers[index];

	if (index >= now->reachable)
		return NULL;
	g_clear_pointer(&peer->key, g_bytes_unref);
	peer->key = g_bytes_new_static(now->nodes[index + 1], PUBLIC_KEY_LEN);
	peer->reachable = TRUE;
	return peer;
}

NetPeer *
net_peer_find(const Channel *channel, bsn_slice public_key)
{
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(channel, i)) != NULL; i++)
		if (bsn_slice_equal(bytes_slice(peer->key), public_key))
			return peer;
	return NULL;
}

json_t *
net_json(Channel *channel)
{
	return json_pack("{s:i}", "highest", 9);
}

gboolean
net_is_syncing(const Channel *channel)
{
	return FALSE;
}

json_t *
runtimes_json(Channel *channel)
{
	return json_pack("[s]", "native");
}

json_t *
runtimes_languages(const Channel *channel)
{
	return json_pack("[s]", "c");
}

guint64
order_block_time(const Channel *channel, guint64 number)
{
	return 1000 + number;
}

guint64
order_pending_count(const Channel *channel)
{
	return 3;
}

gboolean
order_is_waiting(const Channel *channel, bsn_slice tx_id)
{
	return tx_id.len == TX_ID_SIZE - 1 && tx_id.data[0] == 'f';
}

int32_t
order_certificate(const Channel *channel, guint64 number, GByteArray *out,
		  bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *text = NULL;
	const Common__Block *block;
	guint8 hash[HASH_LEN];

	if (number == 0)
		return BSN_OK;
	g_assert_cmpint(ledger_block(channel->ledger, number, bytes, NULL), ==,
			BSN_OK);
	block = message_unpack(&arena, &common__block__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	g_assert_cmpint(block_header_hash(&channel->suite, block->header, hash),
			==, BSN_OK);
	text = certificate_of(1, channel->genesis, hash);
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
	return BSN_OK;
}

/* ---- the judge ---- */

static TxCode
judge_endorsed(TxJudge *judge, const BlockTx *tx, bsn_slice namespace,
	       const gboolean *valid, int32_t *result)
{
	FabricOpen *open = (FabricOpen *)judge;

	return bsn_slice_equal(namespace, bsn_slice_str(VOTES_NAME))
		       ? votes_judge(&open->channel, tx, valid)
		       : TX_CODE(VALID);
}

static TxCode
judge_config(TxJudge *judge, const BlockTx *tx, int32_t *result)
{
	return config_judge(&((FabricOpen *)judge)->channel, tx, result);
}

/* ---- blocks ---- */

static int32_t *
verify(FabricOpen *open, const IncomingBlock *block)
{
	const guint n = block->signatures->len;
	int32_t *verdicts = g_new0(int32_t, n + 1);

	for (guint i = 0; i < n; i++) {
		const TxSignature *one = block->signatures->pdata[i];
		g_autoptr(MspIdentity) who = NULL;
		SuiteItem item;

		verdicts[i] = BSN_BAD_SIGNATURE;
		if (msp_manager_identify(open->channel.config->msps,
					 one->identity, &who, NULL) != BSN_OK)
			continue;
		item = (SuiteItem){ who->public_key, one->message,
				    one->signature };
		suite_verify(&open->channel.suite, &item, 1, &verdicts[i]);
	}
	return verdicts;
}

static GByteArray *
make_block(FabricOpen *open, const bsn_slice *envelopes, guint n)
{
	const LedgerHead *head = &open->channel.ledger->head;
	g_autofree ProtobufCBinaryData *entries =
		g_new0(ProtobufCBinaryData, n);
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	Common__BlockMetadata metadata = COMMON__BLOCK_METADATA__INIT;
	guint8 hash[HASH_LEN];

	for (guint i = 0; i < n; i++)
		entries[i] = message_bytes(envelopes[i]);
	data.n_data = n;
	data.data = entries;
	g_assert_cmpint(block_data_hash(&open->channel.suite, &data, hash), ==,
			BSN_OK);
	header.number = head->height;
	header.previous_hash = message_bytes(ledger_head_hash(head));
	header.data_hash = (ProtobufCBinaryData){ HASH_LEN, hash };
	block.header = &header;
	block.data = &data;
	block.metadata = &metadata;
	return message_pack(&block);
}

static void
append_block(FabricOpen *open, bsn_slice bytes, gboolean first)
{
	Channel *channel = &open->channel;
	const guint64 number = channel->ledger->head.height;
	g_autoptr(IncomingBlock) block = NULL;
	g_auto(BlockOutcome) outcome = { 0 };
	g_autofree int32_t *verdicts = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (incoming_block_read(&open->orgs->suite, bsn_slice_str("one"), bytes,
				NULL, channel->chain, &block, &err) != BSN_OK)
		g_error("%s", err.reason);
	if (!first)
		verdicts = verify(open, block);
	if (channel_ledger_append(channel->ledger, block, verdicts,
				  first ? NULL : &open->judge, NULL, 0, &outcome,
				  &err) != BSN_OK)
		g_error("%s", err.reason);
	open->code = outcome.codes[block->n_txs - 1];
	for (guint i = 0; !first && i < block->n_txs; i++)
		if (block->txs[i].is_config &&
		    outcome.codes[i] == TX_CODE(VALID))
			config_install(channel, number, &block->txs[i]);
}

void
fabric_open_append(FabricOpen *open, const bsn_slice *envelopes, guint n)
{
	g_autoptr(GByteArray) block = make_block(open, envelopes, n);

	append_block(open, buffer_slice(block), FALSE);
}

TxCode
fabric_open_commit(FabricOpen *open, bsn_slice envelope)
{
	ChannelLedger *ledger = open->channel.ledger;

	fabric_open_append(open, &envelope, 1);
	channel_ledger_durable(ledger, ledger->head.height);
	return open->code;
}

/* ---- opening ---- */

/* The newest config: that of the last config block. */
static void
load_config(FabricOpen *open)
{
	Channel *channel = &open->channel;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const Common__Block *block;
	const Common__ConfigEnvelope *envelope;
	Transaction tx;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(ledger_block(channel->ledger,
				     channel->ledger->head.last_config, bytes,
				     NULL),
			==, BSN_OK);
	block = message_unpack(&arena, &common__block__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	(void)transaction_open(&arena, message_slice(block->data->data[0]),
			       &tx);
	envelope = message_unpack(&arena, &common__config_envelope__descriptor,
				  message_slice(tx.payload->data), NULL, NULL);
	channel->config =
		fabric_config_read(message_put(&arena, envelope->config));
	if (members_load(channel, &err) != BSN_OK)
		g_error("%s", err.reason);
	members_identify_self(channel);
}

static void
open_channel(FabricOpen *open)
{
	Channel *channel = &open->channel;
	const LedgerStore store = { bsn_host_store(fake_host()),
				    channel->chain };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(
		fake_chain_open(channel->chain, NULL, bsn_slice_str(""), NULL),
		==, BSN_OK);
	channel->id = g_strdup("one");
	channel->suite = open->orgs->suite;
	channel->consensus = &still;
	channel->agreement = g_new0(bsn_agreement, 1);
	channel->agreement->open = open;
	channel->net = (struct FabricNet *)open; /* there is one */
	channel->public_key =
		g_bytes_new(open->nodes[0], sizeof(open->nodes[0]));
	if (channel_ledger_open(&channel->suite, &store, bsn_slice_str("one"),
				&channel->ledger, &err) != BSN_OK)
		g_error("%s", err.reason);
	if (channel->ledger->head.height == 0)
		append_block(open, buffer_slice(open->genesis), TRUE);
	channel_ledger_durable(channel->ledger, channel->ledger->head.height);
	memcpy(channel->genesis, channel->ledger->head.hash, HASH_LEN);
	load_config(open);
}

static void
close_channel(FabricOpen *open)
{
	Channel *channel = &open->channel;
	bsn_chain *chain = channel->chain;

	query_close(channel);
	members_clear(&channel->members);
	g_clear_pointer(&channel->certificate, g_bytes_unref);
	g_clear_pointer(&channel->identity, g_bytes_unref);
	msp_identity_unref(channel->self);
	g_free(channel->no_identity);
	g_bytes_unref(channel->public_key);
	g_free(channel->agreement);
	g_free(channel->id);
	channel_config_free(channel->config);
	channel_ledger_free(channel->ledger);
	fake_chain_close(chain);
	memset(channel, 0, sizeof(*channel));
	channel->chain = chain;
}

void
fabric_open_reopen(FabricOpen *open)
{
	guint8 genesis[HASH_LEN];

	memcpy(genesis, open->channel.genesis, HASH_LEN);
	close_channel(open);
	open_channel(open);
	memcpy(open->channel.genesis, genesis, HASH_LEN);
}

static void
find_services(void)
{
	const bsn_host *host = fake_host();

	services = (Services){
		.log = bsn_host_log(host),
		.clock = bsn_host_clock(host),
		.random = bsn_host_random(host),
		.store = bsn_host_store(host),
		.crypto = bsn_host_crypto(host),
		.keys = &keys,
		.consensuses = &consensuses,
		.reply = bsn_host_reply(host),
	};
}

static void
make_nodes(FabricOpen *open)
{
	memset(open->nodes, 0x11, sizeof(open->nodes));
	for (guint i = 0; i < FABRIC_NODES; i++)
		open->nodes[i][0] = (guint8)(0x20 + i);
	g_assert_true(certificate_public_key(open->orgs->peers[0]->certificate,
					     open->nodes[0]));
}

/* Block 0, with one node that agrees. */
static GByteArray *
make_genesis(FabricOpen *open, const json_t *founding)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) agreement = g_byte_array_new();
	GByteArray *block = g_byte_array_new();
	const bsn_member member = {
		.size = sizeof(member),
		.role = BSN_ROLE_CONSENSUS,
		.public_key = bsn_slice_of(open->nodes[0], PUBLIC_KEY_LEN),
		.name = bsn_slice_str("first"),
		.address = bsn_slice_str("127.0.0.1:1"),
	};
	Founding others = { &open->orgs->suite, "still", { NULL, 0 } };
	Common__Config *config = NULL;
	bsn_err err = BSN_ERR_INIT;

	agreement_put(agreement, bsn_slice_str("{}"), &member, 1);
	others.orderer_metadata = buffer_slice(agreement);
	if (founding_config(&arena, &others, founding, &config, &err) != BSN_OK)
		g_error("%s", err.reason);
	g_assert_cmpint(
		founding_block(&open->orgs->suite, "one", config, 0, block), ==,
		BSN_OK);
	return block;
}

FabricOpen *
fabric_open_founded(gboolean sm, json_t *founding, FabricOrgs *orgs)
{
	FabricOpen *open = now = g_new0(FabricOpen, 1);

	open->judge = (TxJudge){ judge_endorsed, judge_config };
	open->orgs = orgs;
	open->certificate = orgs->peers[0];
	find_services();
	make_nodes(open);
	open->genesis = make_genesis(open, founding);
	json_decref(founding);
	open->channel.chain = fake_chain_new("one");
	open_channel(open);
	return open;
}

FabricOpen *
fabric_open_new(gboolean sm)
{
	FabricOrgs *orgs = fabric_orgs_new(sm);

	return fabric_open_founded(sm, fabric_founding(orgs, 2), orgs);
}

void
fabric_open_free(FabricOpen *open)
{
	close_channel(open);
	fake_chain_free(open->channel.chain);
	g_byte_array_unref(open->genesis);
	fabric_orgs_free(open->orgs);
	g_free(open);
}
