/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's answers to what a chaincode asks of collections: who may ask,
 * and what it gets. "open" is for all who ask, "closed" for members of Org1MSP
 * alone; both are Org1MSP's.
 */
#include <bsn/helpers/error.h>

#include "ledger/queryresult/kv_query_result.pb-c.h"
#include "plugins/engine-fabric/chaincode/shim.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-channel.h"
#include "tests/unit/fabric-declared.h"
#include "tests/unit/fabric-private.h"

#define ASKS(name) PROTOS__CHAINCODE_MESSAGE__TYPE__##name

static const FabricDeclared declared[] = {
	{ "closed", "OR('Org1MSP.member')", 0, TRUE, TRUE },
	{ "open", "OR('Org1MSP.member')", 0, FALSE, FALSE },
};

typedef struct {
	FabricOrgs *orgs;
	ChannelConfig *config;
	Channel channel;
	MspIdentity *clients[2]; /* of Org1MSP and Org2MSP */
	MspIdentity *peers[2];
	FabricLedger *ledger;
	FabricPrivate *private;
	CollectionSet *collections;
	Simulator *simulator;
	Shim shim;
	GByteArray *answer;
	bsn_err err;
} Fixture;

static MspIdentity *
identify(const Fixture *fixture, guint org, const Issued *issued)
{
	g_autoptr(GByteArray) bytes =
		fabric_serialize(fabric_org_id(org), issued);
	MspIdentity *identity = NULL;

	g_assert_cmpint(msp_manager_identify(fixture->config->msps,
					     buffer_slice(bytes), &identity,
					     NULL),
			==, BSN_OK);
	return identity;
}

static void
read_config(Fixture *fixture)
{
	g_autoptr(json_t) founding = fabric_founding(fixture->orgs, 2);
	g_autoptr(GByteArray) bytes =
		fabric_config_bytes(fixture->orgs, founding);

	fixture->config = fabric_config_read(buffer_slice(bytes));
	for (guint i = 0; i < 2; i++) {
		fixture->clients[i] =
			identify(fixture, i, fixture->orgs->clients[i]);
		fixture->peers[i] =
			identify(fixture, i, fixture->orgs->peers[i]);
	}
}

static void
end(Fixture *fixture)
{
	shim_clear(&fixture->shim);
	g_clear_pointer(&fixture->simulator, simulator_free);
}

static void
fixture_free(Fixture *fixture)
{
	end(fixture);
	g_byte_array_unref(fixture->answer);
	collection_set_free(fixture->collections);
	fabric_private_free(fixture->private);
	fabric_ledger_free(fixture->ledger);
	for (guint i = 0; i < 2; i++) {
		msp_identity_unref(fixture->clients[i]);
		msp_identity_unref(fixture->peers[i]);
	}
	channel_config_free(fixture->config);
	fabric_orgs_free(fixture->orgs);
	g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

static Fixture *
fixture_new(void)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->orgs = fabric_orgs_new(FALSE);
	read_config(fixture);
	fixture->ledger = fabric_ledger_new(FALSE, FALSE);
	fixture->private = fabric_private_new(fixture->ledger);
	fixture->collections = fabric_declare(&fixture->ledger->suite, declared,
					      G_N_ELEMENTS(declared));
	fixture->answer = g_byte_array_new();
	fixture->err.size = sizeof(fixture->err);
	return fixture;
}

/* A simulation for a client of one organisation, on a node of one. */
static void
begin(Fixture *fixture, guint client, guint node)
{
	const ShimAccess access = {
		&fixture->channel,
		fixture->collections,
		fixture->clients[client],
	};

	end(fixture);
	fixture->channel = (Channel){ .id = (char *)"one",
				      .config = fixture->config,
				      .self = fixture->peers[node] };
	fixture->simulator = simulator_new(fixture->ledger->ledger);
	shim_init(&fixture->shim, fixture->ledger->ledger, fixture->simulator,
		  "basic", &access);
}

static int32_t
ask(Fixture *fixture, guint32 type, const void *message)
{
	g_autoptr(GByteArray) bytes = message_pack(message);

	g_byte_array_set_size(fixture->answer, 0);
	fixture->err.reason[0] = '\0';
	return shim_answer(&fixture->shim, type, buffer_slice(bytes),
			   fixture->answer, &fixture->err);
}

static int32_t
ask_key(Fixture *fixture, guint32 type, const char *collection, const char *key)
{
	/* All of them have the key first and the collection second. */
	Protos__GetState message = PROTOS__GET_STATE__INIT;

	message.key = fabric_text(key);
	message.collection = (char *)collection;
	return ask(fixture, type, &message);
}

static int32_t
put(Fixture *fixture, const char *collection, const char *key,
    const char *value)
{
	Protos__PutState message = PROTOS__PUT_STATE__INIT;

	message.key = fabric_text(key);
	message.value = fabric_text(value);
	message.collection = (char *)collection;
	return ask(fixture, ASKS(PUT_STATE), &message);
}

static int32_t
put_metadata(Fixture *fixture, const char *collection, const char *key)
{
	Protos__PutStateMetadata message = PROTOS__PUT_STATE_METADATA__INIT;
	Protos__StateMetadata metadata = PROTOS__STATE_METADATA__INIT;

	message.key = fabric_text(key);
	message.collection = (char *)collection;
	metadata.metakey = (char *)"VALIDATION_PARAMETER";
	metadata.value = fabric_text("policy");
	message.metadata = &metadata;
	return ask(fixture, ASKS(PUT_STATE_METADATA), &message);
}

static int32_t
range(Fixture *fixture, const char *collection)
{
	Protos__GetStateByRange message = PROTOS__GET_STATE_BY_RANGE__INIT;

	message.startkey = fabric_text("\x01");
	message.collection = (char *)collection;
	return ask(fixture, ASKS(GET_STATE_BY_RANGE), &message);
}

/* By content, in pages of one. */
static int32_t
query(Fixture *fixture, const char *collection)
{
	Protos__GetQueryResult message = PROTOS__GET_QUERY_RESULT__INIT;
	Protos__QueryMetadata pages = PROTOS__QUERY_METADATA__INIT;
	g_autoptr(GByteArray) metadata = NULL;

	pages.pagesize = 1;
	metadata = message_pack(&pages);
	message.query = (char *)"{\"selector\":{\"n\":{\"$gt\":0}}}";
	message.collection = (char *)collection;
	message.metadata = message_bytes(buffer_slice(metadata));
	return ask(fixture, ASKS(GET_QUERY_RESULT), &message);
}

static void
commit(Fixture *fixture)
{
	shim_clear(&fixture->shim);
	g_assert_cmpint(
		fabric_private_run(fixture->private,
				   g_steal_pointer(&fixture->simulator), TRUE),
		==, TX_CODE(VALID));
}

static void
assert_answer(const Fixture *fixture, const char *text)
{
	assert_same(buffer_slice(fixture->answer), TEXT(text));
}

/* ---- what is asked ---- */

static void
test_single_keys(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const bsn_slice value = TEXT("1");
	guint8 hash[HASH_LEN];

	begin(fixture, 0, 0);
	g_assert_cmpint(put(fixture, "closed", "a", "1"), ==, BSN_OK);
	g_assert_cmpint(put(fixture, "closed", "b", "2"), ==, BSN_OK);
	g_assert_cmpint(put(fixture, "closed", "c", "3"), ==, BSN_OK);
	assert_answer(fixture, "");
	commit(fixture);
	begin(fixture, 0, 0);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "closed", "a"), ==,
			BSN_OK);
	assert_answer(fixture, "1");
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "closed", "none"), ==,
			BSN_OK);
	assert_answer(fixture, "");
	/* Nothing of it is public. */
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "", "a"), ==, BSN_OK);
	assert_answer(fixture, "");
	g_assert_cmpint(ask_key(fixture, ASKS(GET_PRIVATE_DATA_HASH), "closed",
				"a"),
			==, BSN_OK);
	suite_digest(&fixture->ledger->suite, &value, 1, hash);
	assert_same(buffer_slice(fixture->answer),
		    bsn_slice_of(hash, HASH_LEN));
	g_assert_cmpint(ask_key(fixture, ASKS(DEL_STATE), "closed", "a"), ==,
			BSN_OK);
	g_assert_cmpint(ask_key(fixture, ASKS(PURGE_PRIVATE_DATA), "closed",
				"b"),
			==, BSN_OK);
	commit(fixture);
	begin(fixture, 0, 0);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "closed", "a"), ==,
			BSN_OK);
	assert_answer(fixture, "");
	g_assert_cmpint(ask_key(fixture, ASKS(GET_PRIVATE_DATA_HASH), "closed",
				"b"),
			==, BSN_OK);
	assert_answer(fixture, "");
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "closed", "c"), ==,
			BSN_OK);
	assert_answer(fixture, "3");
}

static void
test_metadata(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__StateMetadataResult *result;

	begin(fixture, 0, 0);
	g_assert_cmpint(put(fixture, "open", "a", "1"), ==, BSN_OK);
	g_assert_cmpint(put_metadata(fixture, "open", "a"), ==, BSN_OK);
	commit(fixture);
	begin(fixture, 0, 0);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE_METADATA), "open", "a"),
			==, BSN_OK);
	result = message_unpack(&arena,
				&protos__state_metadata_result__descriptor,
				buffer_slice(fixture->answer), NULL, NULL);
	g_assert_nonnull(result);
	g_assert_cmpuint(result->n_entries, ==, 1);
	g_assert_cmpstr(result->entries[0]->metakey, ==,
			"VALIDATION_PARAMETER");
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "open", "a"), ==,
			BSN_OK);
	assert_answer(fixture, "1");
}

static void
test_ranges(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__QueryResponse *response;
	const Queryresult__KV *first;

	fabric_private_put(fixture->private, "closed", "b=2", TRUE);
	fabric_private_put(fixture->private, "closed", "a=1", TRUE);
	begin(fixture, 0, 0);
	g_assert_cmpint(range(fixture, "closed"), ==, BSN_OK);
	response = message_unpack(&arena, &protos__query_response__descriptor,
				  buffer_slice(fixture->answer), NULL, NULL);
	g_assert_nonnull(response);
	g_assert_false(response->has_more);
	g_assert_cmpuint(response->n_results, ==, 2);
	first = message_unpack(
		&arena, &queryresult__kv__descriptor,
		message_slice(response->results[0]->resultbytes), NULL, NULL);
	g_assert_nonnull(first);
	g_assert_cmpstr(first->namespace_, ==, "basic");
	assert_same(message_slice(first->key), TEXT("a"));
	assert_same(message_slice(first->value), TEXT("1"));
	g_assert_cmpint(put(fixture, "closed", "c", "3"), ==, BSN_BAD_REQUEST);
}

/* ---- who may ---- */

#define NO_READ(collection)                                          \
	"tx creator does not have read access permission on "        \
	"privatedata in chaincodeName:basic collectionName: "        \
	collection
#define NO_WRITE(collection)                                         \
	"tx creator does not have write access permission on "       \
	"privatedata in chaincodeName:basic collectionName: "        \
	collection

/* By the client's organisation, not the node's. */
static void
test_clients_that_are_no_members(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fabric_private_put(fixture->private, "closed", "a=1", TRUE);
	fabric_private_put(fixture->private, "open", "a=2", TRUE);
	begin(fixture, 1, 0);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "closed", "a"), ==,
			BSN_DENIED);
	g_assert_cmpstr(fixture->err.reason, ==, NO_READ("closed"));
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE_METADATA), "closed",
				"a"),
			==, BSN_DENIED);
	g_assert_cmpint(range(fixture, "closed"), ==, BSN_DENIED);
	g_assert_cmpstr(fixture->err.reason, ==, NO_READ("closed"));
	g_assert_cmpint(put(fixture, "closed", "a", "1"), ==, BSN_DENIED);
	g_assert_cmpstr(fixture->err.reason, ==, NO_WRITE("closed"));
	g_assert_cmpint(ask_key(fixture, ASKS(DEL_STATE), "closed", "a"), ==,
			BSN_DENIED);
	g_assert_cmpint(ask_key(fixture, ASKS(PURGE_PRIVATE_DATA), "closed",
				"a"),
			==, BSN_DENIED);
	g_assert_cmpint(put_metadata(fixture, "closed", "a"), ==, BSN_DENIED);
	/* Digests are everybody's. */
	g_assert_cmpint(ask_key(fixture, ASKS(GET_PRIVATE_DATA_HASH), "closed",
				"a"),
			==, BSN_OK);
	g_assert_cmpuint(fixture->answer->len, ==, HASH_LEN);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "open", "a"), ==,
			BSN_OK);
	assert_answer(fixture, "2");
	g_assert_cmpint(put(fixture, "open", "a", "3"), ==, BSN_OK);
}

/* A node that is no member's has no values: it cannot read those that there are,
 * but may write. */
static void
test_nodes_that_are_no_members(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fabric_private_put(fixture->private, "closed", "a=1", FALSE);
	begin(fixture, 0, 1);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "closed", "a"), ==,
			BSN_UNAVAILABLE);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "closed", "none"), ==,
			BSN_OK);
	g_assert_cmpint(range(fixture, "closed"), ==, BSN_UNAVAILABLE);
	g_assert_cmpint(put(fixture, "closed", "a", "2"), ==, BSN_OK);
	/* So may one that has no identity. */
	fixture->channel.self = NULL;
	g_assert_cmpint(range(fixture, "open"), ==, BSN_UNAVAILABLE);
	fixture->shim.access.client = NULL;
	g_assert_cmpint(put(fixture, "closed", "a", "2"), ==, BSN_DENIED);
}

/* Fabric gives all of a collection, whatever pages are asked for. */
static void
test_no_pages(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__QueryResponse *response;

	begin(fixture, 0, 0);
	g_assert_cmpint(put(fixture, "closed", "a", "{\"n\":1}"), ==, BSN_OK);
	g_assert_cmpint(put(fixture, "closed", "b", "{\"n\":2}"), ==, BSN_OK);
	commit(fixture);
	begin(fixture, 0, 0);
	g_assert_cmpint(query(fixture, "closed"), ==, BSN_OK);
	response = message_unpack(&arena, &protos__query_response__descriptor,
				  buffer_slice(fixture->answer), NULL, NULL);
	g_assert_cmpuint(response->n_results, ==, 2);
	g_assert_cmpuint(response->metadata.len, ==, 0);
}

static void
test_collections_that_are_none(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	begin(fixture, 0, 0);
	/* Organisations that the channel has not, however many. */
	for (guint i = 0; i <= COLLECTIONS_MAX; i++) {
		g_autofree char *name =
			g_strdup_printf("_implicit_org_None%u", i);

		g_assert_cmpint(put(fixture, name, "a", "1"), ==,
				BSN_NOT_FOUND);
	}
	g_assert_cmpint(put(fixture, "_implicit_org_Org1MSP", "a", "1"), ==,
			BSN_OK);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE), "none", "a"), ==,
			BSN_NOT_FOUND);
	g_assert_cmpstr(fixture->err.reason, ==,
			"collection one/basic/none could not be found");
	g_assert_cmpint(put(fixture, "$closed", "a", "1"), ==, BSN_NOT_FOUND);
	g_assert_cmpint(range(fixture, "none"), ==, BSN_NOT_FOUND);
	g_assert_cmpint(put_metadata(fixture, "none", "a"), ==, BSN_NOT_FOUND);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_STATE_METADATA), "none", "a"),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(ask_key(fixture, ASKS(DEL_STATE), "none", "a"), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(ask_key(fixture, ASKS(GET_PRIVATE_DATA_HASH), "none",
				"a"),
			==, BSN_NOT_FOUND);
	g_assert_cmpstr(fixture->err.reason, ==,
			"collection [none] not defined in the collection "
			"config for chaincode [basic]");
	g_assert_cmpint(ask_key(fixture, ASKS(GET_PRIVATE_DATA_HASH), "", "a"),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(ask_key(fixture, ASKS(PURGE_PRIVATE_DATA), "", "a"), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpstr(fixture->err.reason, ==,
			"only applicable for private data");
	/* Each organisation has one that is not declared. */
	g_assert_cmpint(put(fixture, "_implicit_org_Org2MSP", "a", "1"), ==,
			BSN_OK);
	fixture->shim.access.collections = NULL;
	g_assert_cmpint(put(fixture, "closed", "a", "1"), ==, BSN_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) \
	g_test_add_func("/fabric/shim/private/" name, function)
	TEST("single-keys", test_single_keys);
	TEST("metadata", test_metadata);
	TEST("ranges", test_ranges);
	TEST("clients-that-are-no-members", test_clients_that_are_no_members);
	TEST("nodes-that-are-no-members", test_nodes_that_are_no_members);
	TEST("collections-that-are-none", test_collections_that_are_none);
	TEST("no-pages", test_no_pages);
	return g_test_run();
}
