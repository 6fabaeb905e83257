/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-order.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "orderer/configuration.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/chain.h"
#include "plugins/engine-fabric/channel/compute.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define GENESIS_MAX (1u << 20)

FabricOrder *fabric_order_current;

static const bsn_engine engine = {
	.size = sizeof(bsn_engine),
	.chain = &fabric_chain_ops,
};

/* ---- founding ------------------------------------------------------------ */

json_t *
fabric_order_config(const FabricOrgs *orgs, json_t *config)
{
	json_t *all = fabric_founding(orgs, 2);

	if (config != NULL)
		json_object_update(all, config);
	if (json_object_get(all, "consensus") == NULL)
		json_object_set_new(all, "consensus",
				    json_pack("{s:s}", "name", "hand"));
	json_decref(config);
	return all;
}

/* This node's, as a chain that is open sees it. */
static GByteArray *
node_key(const char *algorithm)
{
	bsn_chain *chain = fake_chain_new("key");
	GByteArray *key = g_byte_array_new();
	BufferSink sink = buffer_sink(key, BSN_PUBLIC_KEY_MAX);

	fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0), NULL);
	g_assert_cmpint(services.keys->node_public_key(chain, algorithm,
						       &sink.sink, NULL),
			==, BSN_OK);
	fake_chain_close(chain);
	fake_chain_free(chain);
	return key;
}

int32_t
fabric_order_genesis(const json_t *config, GByteArray *out, bsn_err *err)
{
	BufferSink sink = buffer_sink(out, GENESIS_MAX);
	g_autofree char *text = json_text(config);
	const char *algorithm = NULL;
	g_autoptr(GByteArray) key = NULL;
	bsn_member member = { .size = sizeof(member),
			      .role = BSN_ROLE_CONSENSUS };
	bsn_genesis genesis = { .size = sizeof(genesis),
				.member_count = 1,
				.name = bsn_slice_str("one"),
				.config = bsn_slice_str(text),
				.members = &member,
				.time_ms = FAKE_START_MS - 1000 };
	const int32_t status =
		genesis_algorithm(genesis.config, &algorithm, err);

	if (status != BSN_OK)
		return status;
	key = node_key(algorithm);
	member.algorithm = algorithm;
	member.public_key = buffer_slice(key);
	return genesis_make(&genesis, &sink.sink, err);
}

static void
reset(void)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(1);
	fake_host_load("crypto-std.so");
	fake_host_load("crypto-gm.so");
	fake_host_load("consensus-solo.so");
	fake_host_add_consensus(&hand_consensus);
	if (services_find(fake_host(), &err) != BSN_OK)
		g_error("%s", err.reason);
}

static void
free_reply(gpointer reply)
{
	fake_reply_free(reply);
}

/* Made once: that costs more than all else that a test does. */
static FabricOrgs *
organisations(gboolean sm)
{
	static FabricOrgs *made[2];

	if (made[sm] == NULL)
		made[sm] = fabric_orgs_new(sm);
	return made[sm];
}

FabricOrder *
fabric_order_new(json_t *config)
{
	const char *crypto =
		json_string_value(json_object_get(config, "crypto"));
	FabricOrder *fixture = g_new0(FabricOrder, 1);
	g_autoptr(json_t) all = NULL;
	bsn_err err = BSN_ERR_INIT;

	fixture->orgs = organisations(g_strcmp0(crypto, "sm") == 0);
	reset();
	fixture->tx.orgs = fixture->orgs;
	fixture->genesis = g_byte_array_new();
	fixture->replies = g_ptr_array_new_with_free_func(free_reply);
	all = fabric_order_config(fixture->orgs, config);
	if (fabric_order_genesis(all, fixture->genesis, &err) != BSN_OK)
		g_error("%s", err.reason);
	fixture->chain = fake_chain_new("one");
	others = (FabricOthers){ 0 };
	fabric_order_current = fixture;
	if (fabric_order_open(fixture, &err) != BSN_OK)
		g_error("%s", err.reason);
	return fixture;
}

int32_t
fabric_order_open(FabricOrder *fixture, bsn_err *err)
{
	return fake_chain_open(fixture->chain, &engine,
			       buffer_slice(fixture->genesis), err);
}

void
fabric_order_free(FabricOrder *fixture)
{
	fake_chain_close(fixture->chain);
	g_ptr_array_unref(fixture->replies);
	fake_chain_free(fixture->chain);
	g_byte_array_unref(fixture->genesis);
	arena_clear(&fixture->tx.arena);
	fabric_order_current = NULL;
	g_free(fixture);
}

guint64
fabric_order_height(FabricOrder *fixture)
{
	return fabric_order_channel(fixture)->ledger->head.height;
}

/* ---- transactions -------------------------------------------------------- */

static guint value_len;

static void
change(FabricTx *tx, ProtobufCMessage *message)
{
	Kvrwset__KVRWSet *set;
	char *key;

	if (message->descriptor != &kvrwset__kvrwset__descriptor)
		return;
	set = (Kvrwset__KVRWSet *)message;
	set->n_reads = 0;
	set->n_range_queries_info = 0;
	key = arena_room(&tx->arena, 32);
	g_snprintf(key, 32, "asset %u", tx->number);
	set->writes[0]->key = fabric_text(key);
	if (value_len == 0)
		return;
	set->writes[0]->value.len = value_len;
	set->writes[0]->value.data = arena_room(&tx->arena, value_len);
}

bsn_slice
fabric_order_large(FabricOrder *fixture, guint bytes)
{
	value_len = bytes;
	fixture->tx.number++;
	fixture->tx.change = change;
	return fabric_tx_make(&fixture->tx);
}

bsn_slice
fabric_order_tx(FabricOrder *fixture)
{
	return fabric_order_large(fixture, 0);
}

bsn_slice
fabric_order_conflict(FabricOrder *fixture)
{
	fixture->tx.number++;
	fixture->tx.change = NULL;
	return fabric_tx_make(&fixture->tx);
}

/* ---- configs ------------------------------------------------------------- */

static Common__ConfigGroup *
copy_group(Arena *arena, const ChannelConfig *config)
{
	g_autoptr(GByteArray) bytes = message_pack(config->message);
	Common__Config *copy =
		message_unpack(arena, &common__config__descriptor,
			       buffer_slice(bytes), NULL, NULL);

	return copy->channel_group;
}

static Common__ConfigGroup *
group_at(Common__ConfigGroup *group, const char *name)
{
	for (gsize i = 0; i < group->n_groups; i++)
		if (strcmp(group->groups[i]->key, name) == 0)
			return group->groups[i]->value;
	g_assert_not_reached();
}

static void
set_batch(Arena *arena, Common__ConfigGroup *orderer, guint32 max_messages,
	  const ChannelConfig *config)
{
	Orderer__BatchSize size = ORDERER__BATCH_SIZE__INIT;

	size.max_message_count = max_messages;
	size.absolute_max_bytes = config->absolute_max_bytes;
	size.preferred_max_bytes = config->preferred_max_bytes;
	for (gsize i = 0; i < orderer->n_values; i++)
		if (strcmp(orderer->values[i]->key, "BatchSize") == 0)
			orderer->values[i]->value->value =
				message_bytes(message_put(arena, &size));
}

bsn_slice
fabric_order_update(FabricOrder *fixture, guint32 max_messages)
{
	static const guint admins[] = { 0, 1 };
	Arena *arena = &fixture->tx.arena;
	const FabricOrgs *orgs = fixture->orgs;
	const ChannelConfig *config = fabric_order_channel(fixture)->config;
	Common__ConfigGroup *before = copy_group(arena, config);
	Common__ConfigGroup *after = copy_group(arena, config);
	Common__ConfigGroup *read_set = NULL;
	Common__ConfigGroup *write_set = NULL;
	g_autoptr(GByteArray) update = NULL;
	g_autoptr(GByteArray) creator =
		fabric_serialize("Org1MSP", orgs->admins[0]);
	g_autoptr(GByteArray) signature = NULL;
	Common__ChannelHeader header = COMMON__CHANNEL_HEADER__INIT;
	Common__SignatureHeader signer = COMMON__SIGNATURE_HEADER__INIT;
	Common__Header both = COMMON__HEADER__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	bsn_err err = BSN_ERR_INIT;

	set_batch(arena, group_at(after, "Orderer"), max_messages, config);
	if (compute_update(arena, before, after, &read_set, &write_set, &err) !=
	    BSN_OK)
		g_error("%s", err.reason);
	update = fabric_update(orgs, read_set, write_set, "one", admins,
			       G_N_ELEMENTS(admins));
	header.type = COMMON__HEADER_TYPE__CONFIG_UPDATE;
	header.channel_id = fabric_order_channel(fixture)->id;
	signer.creator = message_bytes(buffer_slice(creator));
	signer.nonce = fabric_text("a nonce of an update....");
	both.channel_header = message_bytes(message_put(arena, &header));
	both.signature_header = message_bytes(message_put(arena, &signer));
	payload.header = &both;
	payload.data = message_bytes(buffer_slice(update));
	envelope.payload = message_bytes(message_put(arena, &payload));
	signature = fabric_sign(&orgs->suite, orgs->admins[0],
				message_slice(envelope.payload));
	envelope.signature = message_bytes(buffer_slice(signature));
	return message_put(arena, &envelope);
}

bsn_reply *
fabric_order_submit(FabricOrder *fixture, bsn_slice envelope)
{
	bsn_reply *reply =
		fake_reply_new(fixture->chain, FAKE_ANSWER_TX_STAGES);
	const bsn_submission item = { .size = sizeof(item),
				      .tx = envelope,
				      .reply = reply };

	g_ptr_array_add(fixture->replies, reply);
	fake_asked(reply, order_submit(fabric_order_channel(fixture), &item, 1,
				       &reply->err));
	return reply;
}

/* ---- "hand" -------------------------------------------------------------- */

static int32_t
hand_check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	g_autoptr(json_t) object =
		json_parse_object(config, GENESIS_MAX, "hand", NULL, err);

	if (json_object_get(object, "left") == NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "hand has no member \"left\"");
}

static int32_t
hand_create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
	    const bsn_member *members, uint64_t n, uint64_t height,
	    bsn_agreement **agreement, bsn_err *err)
{
	bsn_agreement *made = g_new0(bsn_agreement, 1);

	made->proposer = proposer;
	made->applied = g_array_new(FALSE, FALSE, sizeof(guint64));
	made->height = height;
	made->n_members = (guint)n;
	made->settings =
		g_strndup((const char *)config.data, (gsize)config.len);
	*agreement = made;
	return BSN_OK;
}

static void
hand_destroy(bsn_agreement *agreement)
{
	if (agreement == NULL)
		return;
	g_array_unref(agreement->applied);
	g_free(agreement->settings);
	g_free(agreement);
}

static void
hand_pending(bsn_agreement *agreement)
{
	agreement->pending++;
}

static void
hand_applied(bsn_agreement *agreement, uint64_t height)
{
	const guint64 number = height;

	g_array_append_val(agreement->applied, number);
}

static int32_t
hand_status(bsn_agreement *agreement, bsn_sink *json)
{
	return json->write(json, "{}", 2);
}

const bsn_consensus hand_consensus = {
	.size = sizeof(bsn_consensus),
	.name = "hand",
	.check_config = hand_check_config,
	.create = hand_create,
	.destroy = hand_destroy,
	.pending = hand_pending,
	.applied = hand_applied,
	.status = hand_status,
};

static bsn_proposer *
proposer_of(FabricOrder *fixture)
{
	return fabric_order_channel(fixture)->agreement->proposer;
}

void
proposal_clear(Proposal *proposal)
{
	g_clear_pointer(&proposal->bytes, g_byte_array_unref);
}

int32_t
hand_propose(FabricOrder *fixture, guint64 height, Proposal *proposal)
{
	BufferSink sink;

	*proposal = (Proposal){ .bytes = g_byte_array_new() };
	sink = buffer_sink(proposal->bytes, BSN_PROPOSAL_MAX);
	return proposer_of(fixture)->propose(proposer_of(fixture), height,
					     &sink.sink, &proposal->digest);
}

int32_t
hand_check(FabricOrder *fixture, guint64 height, bsn_slice proposal,
	   bsn_err *err)
{
	bsn_id digest;
	const int32_t status = proposer_of(fixture)->check(
		proposer_of(fixture), height, proposal, &digest, err);

	if (status == BSN_OK)
		g_assert_cmpuint(digest.len, ==, HASH_LEN);
	return status;
}

int32_t
hand_decide(FabricOrder *fixture, guint64 height, bsn_slice proposal)
{
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = proposer_of(fixture)->decide(
		proposer_of(fixture), height, proposal,
		bsn_slice_str("certificate"), &err);

	if (status != BSN_OK)
		g_assert_cmpstr(err.reason, !=, "");
	return status;
}

int32_t
hand_expect(FabricOrder *fixture, guint64 height, const Proposal *proposal)
{
	return proposer_of(fixture)->expect(proposer_of(fixture), height,
					    &proposal->digest);
}

guint
hand_next(FabricOrder *fixture)
{
	const guint64 height = fabric_order_height(fixture);
	g_auto(Proposal) proposal = { 0 };

	g_assert_cmpint(hand_propose(fixture, height, &proposal), ==, BSN_OK);
	g_assert_cmpint(
		hand_decide(fixture, height, buffer_slice(proposal.bytes)), ==,
		BSN_OK);
	return proposal_txs(&proposal);
}

guint
proposal_txs(const Proposal *proposal)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Block *block =
		message_unpack(&arena, &common__block__descriptor,
			       buffer_slice(proposal->bytes), NULL, NULL);

	g_assert_nonnull(block);
	g_assert_null(block->metadata);
	return (guint)block->data->n_data;
}
