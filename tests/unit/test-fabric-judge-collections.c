/* SPDX-License-Identifier: Apache-2.0
 *
 * Who must have endorsed what a transaction writes to collections: by the policy
 * of the key, of the collection, of the chaincode, whichever comes first.
 */
#include <string.h>

#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

#define ALL (ORG(0) | ORG(1) | ORG(2))
#define ORG1 "OR('Org1MSP.peer')"
#define ORG2 "OR('Org2MSP.peer')"
#define ORG3 "OR('Org3MSP.peer')"

/* "own" has a policy of its own, "plain" the chaincode's, which is Org1's,
 * "channel" one of the channel's. */
#define COLLECTION(name, more) \
	"{\"name\":\"" name    \
	"\",\"policy\":\"OR('Org1MSP.member','Org3MSP.member')\"" more "}"
#define SIGNED(policy) \
	",\"endorsementPolicy\":{\"signaturePolicy\":\"" policy "\"}"
#define OTHERS                                                        \
	COLLECTION("plain", "")                                       \
	"," COLLECTION("channel", ",\"endorsementPolicy\":"           \
				  "{\"channelConfigPolicy\":"         \
				  "\"/Channel/Application/Org2MSP/"   \
				  "Endorsement\"}")
#define COLLECTIONS "[" COLLECTION("own", SIGNED(ORG3)) "," OTHERS "]"

/* ---- writes ---- */

typedef enum { PUT, DELETE, PURGE, DESCRIBE } Kind;

/* One write of "basic". */
typedef struct {
	const char *collection; /* NULL: public */
	const char *key;
	Kind kind;
	const char *policy; /* of DESCRIBE; NULL: an empty one */
} Write;

#define WRITES_MAX 4u

static bsn_slice
digest(Arena *arena, const Suite *suite, const char *text)
{
	const bsn_slice slice = TEXT(text);
	guint8 *hash = arena_room(arena, HASH_LEN);

	g_assert_cmpint(suite_digest(suite, &slice, 1, hash), ==, BSN_OK);
	return bsn_slice_of(hash, HASH_LEN);
}

static Kvrwset__KVMetadataEntry **
entries_of(Arena *arena, const Write *write)
{
	Kvrwset__KVMetadataEntry *entry = arena_room(arena, sizeof(*entry));
	Kvrwset__KVMetadataEntry **list = arena_room(arena, sizeof(*list));
	Common__SignaturePolicyEnvelope *envelope = NULL;

	kvrwset__kvmetadata_entry__init(entry);
	entry->name = (char *)"VALIDATION_PARAMETER";
	if (write->policy != NULL) {
		g_assert_cmpint(policy_parse_signature(arena, write->policy,
						       &envelope, NULL),
				==, BSN_OK);
		entry->value = message_bytes(message_put(arena, envelope));
	}
	list[0] = entry;
	return list;
}

static void
add_public(Arena *arena, const Write *write, Kvrwset__KVRWSet *set)
{
	Kvrwset__KVWrite *put = arena_room(arena, sizeof(*put));
	Kvrwset__KVMetadataWrite *describe =
		arena_room(arena, sizeof(*describe));

	kvrwset__kvwrite__init(put);
	kvrwset__kvmetadata_write__init(describe);
	put->key = describe->key = message_bytes(TEXT(write->key));
	put->is_delete = write->kind != PUT;
	put->value = message_bytes(TEXT(put->is_delete ? "" : "value"));
	describe->n_entries = 1;
	describe->entries = entries_of(arena, write);
	if (write->kind == DESCRIBE)
		set->metadata_writes[set->n_metadata_writes++] = describe;
	else
		set->writes[set->n_writes++] = put;
}

static void
add_hashed(Arena *arena, const Suite *suite, const Write *write,
	   Kvrwset__HashedRWSet *set)
{
	Kvrwset__KVWriteHash *put = arena_room(arena, sizeof(*put));
	Kvrwset__KVMetadataWriteHash *describe =
		arena_room(arena, sizeof(*describe));

	kvrwset__kvwrite_hash__init(put);
	kvrwset__kvmetadata_write_hash__init(describe);
	put->key_hash = describe->key_hash =
		message_bytes(digest(arena, suite, write->key));
	put->is_delete = write->kind != PUT;
	put->is_purge = write->kind == PURGE;
	if (!put->is_delete)
		put->value_hash =
			message_bytes(digest(arena, suite, "value"));
	describe->n_entries = 1;
	describe->entries = entries_of(arena, write);
	if (write->kind == DESCRIBE)
		set->metadata_writes[set->n_metadata_writes++] = describe;
	else
		set->hashed_writes[set->n_hashed_writes++] = put;
}

static Rwset__CollectionHashedReadWriteSet *
collection_set(Arena *arena, const Suite *suite, const Write *write)
{
	Kvrwset__HashedRWSet set = KVRWSET__HASHED_RWSET__INIT;
	Kvrwset__KVWriteHash *puts[1];
	Kvrwset__KVMetadataWriteHash *describes[1];
	Rwset__CollectionHashedReadWriteSet *made =
		arena_room(arena, sizeof(*made));

	set.hashed_writes = puts;
	set.metadata_writes = describes;
	add_hashed(arena, suite, write, &set);
	rwset__collection_hashed_read_write_set__init(made);
	made->collection_name = (char *)write->collection;
	made->hashed_rwset = message_bytes(message_put(arena, &set));
	return made;
}

/* A TxReadWriteSet; collections' writes have a collection each. */
static GByteArray *
results_of(const Life *life, const Write *writes, guint n)
{
	const Suite *suite = &life->orgs->suite;
	g_auto(Arena) arena = ARENA_INIT;
	Kvrwset__KVWrite *puts[WRITES_MAX];
	Kvrwset__KVMetadataWrite *describes[WRITES_MAX];
	Rwset__CollectionHashedReadWriteSet *collections[WRITES_MAX];
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	Rwset__NsReadWriteSet ns = RWSET__NS_READ_WRITE_SET__INIT;
	Rwset__NsReadWriteSet *list[] = { &ns };
	Rwset__TxReadWriteSet tx = RWSET__TX_READ_WRITE_SET__INIT;

	set.writes = puts;
	set.metadata_writes = describes;
	ns.collection_hashed_rwset = collections;
	for (guint i = 0; i < n; i++)
		if (writes[i].collection == NULL)
			add_public(&arena, &writes[i], &set);
		else
			collections[ns.n_collection_hashed_rwset++] =
				collection_set(&arena, suite, &writes[i]);
	ns.namespace_ = (char *)"basic";
	ns.rwset = message_bytes(message_put(&arena, &set));
	tx.n_ns_rwset = 1;
	tx.ns_rwset = list;
	return message_pack(&tx);
}

/* ---- endorsements ---- */

static guint
endorsers_of(Life *life, guint orgs, bsn_slice *endorsers)
{
	guint n = 0;

	for (guint i = 0; i < FABRIC_ORGS; i++)
		if ((orgs & ORG(i)) != 0)
			endorsers[n++] = buffer_slice(life->peer_bytes[i]);
	return n;
}

/* Whether endorsers are told the same: all policies that lifecycle_policies
 * names are fulfilled. */
static gboolean
is_enough(Life *life, bsn_slice results, guint orgs)
{
	g_autoptr(GPtrArray) policies = g_ptr_array_new();
	MspIdentity *signers[FABRIC_ORGS];
	guint n = 0;

	if (lifecycle_policies(&life->channel, "basic", results, policies,
			       NULL) != BSN_OK)
		return FALSE;
	for (guint i = 0; i < FABRIC_ORGS; i++)
		if ((orgs & ORG(i)) != 0)
			signers[n++] = life->peers[i];
	for (guint i = 0; i < policies->len; i++)
		if (!policy_holds(policies->pdata[i], signers, n))
			return FALSE;
	return TRUE;
}

/* The code of a transaction with these endorsers, alone in a block. */
static TxCode
run(Life *life, guint orgs, const Write *writes, guint n)
{
	bsn_slice endorsers[FABRIC_ORGS];
	const guint count = endorsers_of(life, orgs, endorsers);
	GByteArray *results = results_of(life, writes, n);
	const gboolean enough = is_enough(life, buffer_slice(results), orgs);
	const TxCode code = life_commit(life, "basic", "1.0", endorsers, count,
					results);

	g_assert_cmpint(code, ==,
			enough ? TX_CODE(VALID)
			       : TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	return code;
}

/* Exactly those sets of organisations that have all of `needed` may write that;
 * 0: none may. */
static void
assert_needs_all(Life *life, guint needed, const Write *writes, guint n)
{
	for (guint orgs = 1; orgs <= ALL; orgs++)
		g_assert_cmpint(
			run(life, orgs, writes, n), ==,
			needed != 0 && (orgs & needed) == needed
				? TX_CODE(VALID)
				: TX_CODE(ENDORSEMENT_POLICY_FAILURE));
}

static void
assert_needs(Life *life, guint needed, const char *collection, const char *key)
{
	const Write write = { .collection = collection, .key = key };

	assert_needs_all(life, needed, &write, 1);
}

/* Gives a key a policy, which those organisations endorse. */
static void
describe(Life *life, guint orgs, const char *collection, const char *key,
	 const char *policy)
{
	const Write write = { collection, key, DESCRIBE, policy };

	g_assert_cmpint(run(life, orgs, &write, 1), ==, TX_CODE(VALID));
}

static Life *
with_collections(gboolean sm)
{
	const LifeTerms terms = { .policy = ORG1, .collections = COLLECTIONS };
	Life *life = life_new(sm, FABRIC_ORGS);

	life_deploy(life, ALL, &terms);
	return life;
}

/* ---- tests ---- */

static void
test_collection_policies(gconstpointer data)
{
	g_autoptr(Life) life = with_collections(GPOINTER_TO_INT(data));

	assert_needs(life, ORG(0), NULL, "key");
	assert_needs(life, ORG(2), "own", "key");
	assert_needs(life, ORG(0), "plain", "key");
	assert_needs(life, ORG(1), "channel", "key");
	assert_needs(life, ORG(0), "_implicit_org_Org1MSP", "key");
	assert_needs(life, ORG(2), "_implicit_org_Org3MSP", "key");
	/* What nobody has declared, or of no organisation of the channel. */
	assert_needs(life, 0, "other", "key");
	assert_needs(life, 0, "_implicit_org_Org9MSP", "key");
	assert_needs(life, 0, "_implicit_org_", "key");
}

/* All that is written asks for its own; every kind of write does. */
static void
test_all_writes_count(void)
{
	static const Kind kinds[] = { PUT, DELETE, PURGE, DESCRIBE };
	g_autoptr(Life) life = with_collections(FALSE);

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const Write writes[] = {
			{ "own", "key", kinds[i], ORG3 },
			{ "channel", "key", PUT, NULL },
			{ NULL, "key", PUT, NULL },
		};

		assert_needs_all(life, ORG(2), writes, 1);
		assert_needs_all(life, ORG(2) | ORG(1), writes, 2);
		assert_needs_all(life, ALL, writes, 3);
	}
}

/* A key of a collection has a policy of its own, and nothing else that has the
 * same name. */
static void
test_private_key_policies(gconstpointer data)
{
	g_autoptr(Life) life = with_collections(GPOINTER_TO_INT(data));
	const Write writes[] = { { "own", "key", PUT, NULL },
				 { "own", "other", PUT, NULL } };
	const Write removed = { "own", "key", DELETE, NULL };

	/* Metadata of what is not there is none. */
	describe(life, ORG(2), "own", "key", ORG2);
	assert_needs(life, ORG(2), "own", "key");
	describe(life, ORG(2), "own", "key", ORG2);
	assert_needs(life, ORG(1), "own", "key");
	assert_needs(life, ORG(2), "own", "other");
	assert_needs(life, ORG(0), "plain", "key");
	assert_needs(life, ORG(0), NULL, "key");
	assert_needs_all(life, ORG(1) | ORG(2), writes, 2);
	/* Who changes it is who it names. */
	g_assert_cmpint(run(life, ORG(2),
			    &(const Write){ "own", "key", DESCRIBE, ORG3 }, 1),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	describe(life, ORG(1), "own", "key", "AND('Org1MSP.peer', "
					     "'Org2MSP.peer')");
	assert_needs(life, ORG(0) | ORG(1), "own", "key");
	/* An empty one gives it back to the collection. */
	describe(life, ORG(0) | ORG(1), "own", "key", NULL);
	assert_needs(life, ORG(2), "own", "key");
	/* As does its end. */
	describe(life, ORG(2), "own", "key", ORG2);
	g_assert_cmpint(run(life, ORG(1), &removed, 1), ==, TX_CODE(VALID));
	assert_needs(life, ORG(2), "own", "key");
}

/* What a simulation makes of setPrivateDataValidationParameter. */
static void
test_simulated(gconstpointer data)
{
	g_autoptr(Life) life = with_collections(GPOINTER_TO_INT(data));
	const bsn_slice org3 = buffer_slice(life->peer_bytes[2]);
	Simulator *simulator = simulator_new(life->ledger->ledger);
	g_auto(Arena) arena = ARENA_INIT;
	Common__SignaturePolicyEnvelope *envelope = NULL;
	MetadataEntry entry = { "VALIDATION_PARAMETER", { NULL, 0 } };

	g_assert_cmpint(policy_parse_signature(&arena, ORG2, &envelope, NULL),
			==, BSN_OK);
	entry.value = message_put(&arena, envelope);
	g_assert_cmpint(simulator_put_private(simulator, TEXT("basic"),
					      TEXT("own"), TEXT("key"),
					      TEXT("value"), NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_put_private_metadata(
				simulator, TEXT("basic"), TEXT("own"),
				TEXT("key"), &entry, 1, NULL),
			==, BSN_OK);
	g_assert_cmpint(life_commit(life, "basic", "1.0", &org3, 1,
				    fabric_finish(simulator)),
			==, TX_CODE(VALID));
	assert_needs(life, ORG(1), "own", "key");
	assert_needs(life, ORG(2), "own", "other");
}

static void
test_public_key_policies(void)
{
	g_autoptr(Life) life = with_collections(FALSE);

	assert_needs(life, ORG(0), NULL, "key");
	describe(life, ORG(0), NULL, "key", ORG3);
	assert_needs(life, ORG(2), NULL, "key");
	assert_needs(life, ORG(0), NULL, "other");
	assert_needs(life, ORG(0), "plain", "key");
	describe(life, ORG(2), NULL, "key", NULL);
	assert_needs(life, ORG(0), NULL, "key");
}

/* An implicit collection's keys may have their own as well. */
static void
test_implicit_key_policies(void)
{
	static const char name[] = "_implicit_org_Org1MSP";
	g_autoptr(Life) life = with_collections(FALSE);

	assert_needs(life, ORG(0), name, "key");
	describe(life, ORG(0), name, "key", ORG2);
	assert_needs(life, ORG(1), name, "key");
	assert_needs(life, ORG(0), name, "other");
}

/* ---- several in one block ---- */

typedef struct {
	guint orgs;
	Write write;
	TxCode code;
} Step;

static void
run_block(Life *life, const Step *steps, guint n)
{
	for (guint i = 0; i < n; i++) {
		bsn_slice endorsers[FABRIC_ORGS];
		const guint count =
			endorsers_of(life, steps[i].orgs, endorsers);
		g_autoptr(GByteArray) results =
			results_of(life, &steps[i].write, 1);
		const LedgerTx tx = { .endorsers = endorsers,
				      .endorsements = count,
				      .results = buffer_slice(results) };

		fabric_ledger_add(life->ledger,
				  fabric_ledger_tx(life->ledger, &tx));
	}
	fabric_ledger_commit(life->ledger);
	for (guint i = 0; i < n; i++)
		if (life->ledger->codes[i] != steps[i].code)
			g_error("transaction %u: %s", i,
				transaction_code_name(
					(TxValidationCode)
						life->ledger->codes[i]));
}

#define OK TX_CODE(VALID)
#define DENIED TX_CODE(ENDORSEMENT_POLICY_FAILURE)

/* Once a transaction has changed a key's policy, what comes later in the block
 * was judged by the wrong one; one that is not valid has changed nothing. */
static void
test_in_one_block(gconstpointer data)
{
	g_autoptr(Life) life = with_collections(GPOINTER_TO_INT(data));
	static const Step first[] = {
		{ ORG(2), { "own", "key", PUT, NULL }, OK },
		{ ORG(0), { NULL, "key", PUT, NULL }, OK },
		{ ORG(0), { "own", "key", DESCRIBE, ORG1 }, DENIED },
		{ ORG(2), { "own", "key", PUT, NULL }, OK },
		{ ORG(2), { "own", "key", DESCRIBE, ORG1 }, OK },
		{ ORG(2), { "own", "key", PUT, NULL }, DENIED },
		{ ORG(0), { "own", "key", PUT, NULL }, DENIED },
		{ ORG(2), { "own", "key", DESCRIBE, ORG2 }, DENIED },
		{ ORG(2), { "own", "other", PUT, NULL }, OK },
		{ ORG(0), { NULL, "key", PUT, NULL }, OK },
		{ ORG(0), { "plain", "key", PUT, NULL }, OK },
		{ ORG(0), { NULL, "key", DESCRIBE, ORG2 }, OK },
		{ ALL, { NULL, "key", PUT, NULL }, DENIED },
		{ ORG(0), { "plain", "key", DELETE, NULL }, OK },
	};
	static const Step second[] = {
		{ ORG(2), { "own", "key", PUT, NULL }, DENIED },
		{ ORG(0), { "own", "key", PUT, NULL }, OK },
		{ ORG(1), { NULL, "key", PUT, NULL }, OK },
		{ ORG(0), { NULL, "key", PUT, NULL }, DENIED },
		{ ORG(0), { "own", "key", PURGE, NULL }, OK },
		{ ORG(0), { "own", "key", PUT, NULL }, OK },
	};

	run_block(life, first, G_N_ELEMENTS(first));
	run_block(life, second, G_N_ELEMENTS(second));
}

/* ---- upgrades ---- */

/* The policies in force are those of the newest definition; those of keys
 * stay. */
static void
test_upgrade(gconstpointer data)
{
	g_autoptr(Life) life = with_collections(GPOINTER_TO_INT(data));
	const LifeTerms next = {
		.sequence = 2,
		.policy = ORG1,
		.collections =
			"[{\"name\":\"own\",\"policy\":\"OR('Org1MSP.member',"
			"'Org2MSP.member','Org3MSP.member')\"" SIGNED(
				"AND('Org2MSP.peer','Org3MSP.peer')") "},"
			"" COLLECTION("new", SIGNED(ORG2)) "," OTHERS "]",
	};
	const LifeTerms last = {
		.sequence = 3,
		.policy = ORG1,
		.collections = "[" COLLECTION("own", "") "," COLLECTION(
			"new", SIGNED(ORG2)) "," OTHERS "]",
	};

	assert_needs(life, ORG(2), "own", "kept");
	describe(life, ORG(2), "own", "kept", ORG2);
	assert_needs(life, ORG(2), "own", "key");
	assert_needs(life, 0, "new", "key");
	life_deploy(life, ALL, &next);
	assert_needs(life, ORG(1) | ORG(2), "own", "key");
	assert_needs(life, ORG(1), "own", "kept");
	assert_needs(life, ORG(1), "new", "key");
	assert_needs(life, ORG(0), "plain", "key");
	life_deploy(life, ALL, &last);
	assert_needs(life, ORG(0), "own", "key");
	assert_needs(life, ORG(1), "own", "kept");
}

#define BOTH(path, test)                                          \
	g_test_add_data_func(path, GINT_TO_POINTER(FALSE), test); \
	g_test_add_data_func(path "-gm", GINT_TO_POINTER(TRUE), test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	BOTH("/judge/collections/each-by-its-own-policy",
	     test_collection_policies);
	g_test_add_func("/judge/collections/all-writes-count",
			test_all_writes_count);
	BOTH("/judge/collections/private-keys-with-a-policy",
	     test_private_key_policies);
	BOTH("/judge/collections/private-keys-as-simulated", test_simulated);
	g_test_add_func("/judge/collections/public-keys-with-a-policy",
			test_public_key_policies);
	g_test_add_func("/judge/collections/implicit-keys-with-a-policy",
			test_implicit_key_policies);
	BOTH("/judge/collections/in-one-block", test_in_one_block);
	BOTH("/judge/collections/by-the-newest-definition", test_upgrade);
	return g_test_run();
}
