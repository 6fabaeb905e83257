/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages in the store and from peers.
 */
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

#define PIECES 3u

/* A package of so many bytes of code that do not get smaller. */
static GByteArray *
make_package(const char *label, gsize len)
{
	GByteArray *package = g_byte_array_new();
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	g_autofree guint8 *code = g_malloc(len);
	ChaincodeFile file = { "index.js", FALSE, { code, len } };

	for (gsize i = 0; i < len; i++)
		code[i] = (guint8)g_rand_int(rand);
	g_assert_cmpint(chaincode_package_write(label, "node", "", &file, 1,
						package, NULL),
			==, BSN_OK);
	return package;
}

static char *
put(Life *life, const GByteArray *package)
{
	char *id = NULL;

	g_assert_cmpint(package_put(&life->channel, buffer_slice(package), &id,
				    &life->err),
			==, BSN_OK);
	return id;
}

static void
must_be_there(Life *life, const char *id, const GByteArray *package)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *type = package_type(&life->channel, id);

	g_assert_cmpint(package_get(&life->channel, id, bytes, NULL), ==,
			BSN_OK);
	assert_same(buffer_slice(bytes), buffer_slice(package));
	g_assert_cmpstr(type, ==, "node");
}

static void
reopen(Life *life, gboolean crash)
{
	lifecycle_close(&life->channel);
	g_assert_cmpint(fabric_ledger_reopen(life->ledger, crash), ==, BSN_OK);
	life->channel.ledger = life->ledger->ledger;
	g_assert_cmpint(lifecycle_open(&life->channel, NULL), ==, BSN_OK);
	life->ledger->judge = lifecycle_judge(&life->channel);
}

/* ---- indexes that it brings ---- */

static void
list_index(const char *collection, const char *file, const char *text,
	   gpointer list)
{
	g_string_append_printf(list, "%s/%s=%s;", collection, file, text);
}

static void
test_indexes(void)
{
	static const ChaincodeFile files[] = {
		{ "META-INF/statedb/couchdb/collections/c/indexes/b.json",
		  FALSE, { (const guint8 *)"B", 1 } },
		{ "META-INF/statedb/couchdb/indexes/a.json", FALSE,
		  { (const guint8 *)"A", 1 } },
		{ "META-INF/statedb/couchdb/indexes/no.txt", FALSE,
		  { (const guint8 *)"-", 1 } },
		{ "META-INF/statedb/couchdb/indexes/x/no.json", FALSE,
		  { (const guint8 *)"-", 1 } },
		{ "src/index.js", FALSE, { (const guint8 *)"-", 1 } },
	};
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(GByteArray) package = g_byte_array_new();
	g_autoptr(GByteArray) plain = make_package("plain_1", 5);
	g_autoptr(GString) found = g_string_new(NULL);
	g_autofree char *id = NULL;
	g_autofree char *plain_id = put(life, plain);

	g_assert_cmpint(chaincode_package_write("indexed_1", "node", "src",
						files, G_N_ELEMENTS(files),
						package, NULL),
			==, BSN_OK);
	id = put(life, package);
	reopen(life, FALSE);
	g_assert_cmpint(package_indexes(&life->channel, id, list_index, found,
					NULL),
			==, BSN_OK);
	g_assert_cmpstr(found->str, ==, "c/b.json=B;/a.json=A;");
	g_assert_cmpint(package_indexes(&life->channel, plain_id, list_index,
					found, NULL),
			==, BSN_OK);
	g_assert_cmpstr(found->str, ==, "c/b.json=B;/a.json=A;");
	g_assert_cmpint(package_indexes(&life->channel, "none:00", list_index,
					found, NULL),
			==, BSN_NOT_FOUND);
}

static void
test_put(gconstpointer data)
{
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
	g_autoptr(GByteArray) package = make_package("basic_1.0", 5);
	const guint changed = life_packages_changed;
	g_autofree char *id = put(life, package);
	g_autofree char *again = put(life, package);
	g_autoptr(GPtrArray) list = package_list(&life->channel);
	const bsn_slice bytes = buffer_slice(package);
	guint8 digest[HASH_LEN];

	suite_digest(&life->orgs->suite, &bytes, 1, digest);
	g_assert_true(g_str_has_prefix(id, "basic_1.0:"));
	for (guint i = 0; i < HASH_LEN; i++) {
		const char *hex = id + strlen("basic_1.0:") + 2 * i;

		g_assert_cmpint(g_ascii_xdigit_value(hex[0]) << 4 |
					g_ascii_xdigit_value(hex[1]),
				==, digest[i]);
	}
	g_assert_cmpstr(again, ==, id);
	g_assert_cmpuint(life_packages_changed, ==, changed + 1);
	g_assert_cmpuint(list->len, ==, 1);
	g_assert_cmpstr(list->pdata[0], ==, id);
	must_be_there(life, id, package);
	reopen(life, FALSE);
	must_be_there(life, id, package);
}

static void
test_bad_packages(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	const guint keys = fake_chain_keys(life->channel.chain);
	g_autoptr(GByteArray) none = g_byte_array_new();
	g_autofree char *id = NULL;

	g_assert_cmpint(package_put(&life->channel, TEXT("no package"), &id,
				    &life->err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(package_put(&life->channel,
				    bsn_slice_of("", (guint64)PACKAGE_MAX + 1),
				    &id, &life->err),
			==, BSN_TOO_LARGE);
	g_assert_cmpuint(fake_chain_keys(life->channel.chain), ==, keys);
	g_assert_cmpint(package_get(&life->channel, "basic:00", none,
				    &life->err),
			==, BSN_NOT_FOUND);
	g_assert_null(package_type(&life->channel, "basic:00"));
}

/* Nobody signs a query. */
static void
test_queries_install_nothing(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(GByteArray) package = make_package("basic", 10);
	Lifecycle__InstallChaincodeArgs args =
		LIFECYCLE__INSTALL_CHAINCODE_ARGS__INIT;
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(GPtrArray) list = NULL;
	RunInput input = { .chaincode = LIFECYCLE_NAME,
			   .who = life->admins[0],
			   .read_only = TRUE };
	ProtobufCBinaryData argument;
	SystemCall call = { .channel = &life->channel,
			    .input = &input,
			    .function = "InstallChaincode",
			    .args = &argument,
			    .n_args = 1,
			    .payload = life->payload };

	args.chaincode_install_package =
		(ProtobufCBinaryData){ package->len, package->data };
	bytes = message_pack(&args);
	argument = (ProtobufCBinaryData){ bytes->len, bytes->data };
	g_assert_cmpint(lifecycle_invoke(&call, &life->err), ==, BSN_DENIED);
	list = package_list(&life->channel);
	g_assert_cmpuint(list->len, ==, 0);
	input.read_only = FALSE;
	g_assert_cmpint(lifecycle_invoke(&call, &life->err), ==, BSN_OK);
}

/* Whatever a crash leaves is all of it or nothing, and no pieces lie about. */
static void
test_crashes(gconstpointer data)
{
	g_autoptr(GByteArray) package =
		make_package("basic", (PIECES - 1) * PACKAGE_PIECE + 1000);

	for (guint durable = 0; durable <= PIECES + 1; durable++) {
		g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
		bsn_chain *chain = life->channel.chain;
		g_autofree char *id = NULL;
		guint keys;

		fake_host_settle();
		keys = fake_chain_keys(chain);
		fake_chain_set_automatic(chain, FALSE);
		id = put(life, package);
		g_assert_cmpuint(fake_chain_pending_batches(chain), ==,
				 PIECES + 1);
		fake_chain_make_durable(chain, durable);
		reopen(life, TRUE);
		g_assert_cmpint(package_exists(&life->channel, id), ==,
				durable == PIECES + 1);
		if (durable == PIECES + 1)
			must_be_there(life, id, package);
		else
			g_assert_cmpuint(fake_chain_keys(chain), ==, keys);
		g_free(put(life, package));
		must_be_there(life, id, package);
	}
}

static void
test_busy(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(GByteArray) package = make_package("basic", 10);
	g_autofree char *id = NULL;

	fake_chain_set_writable(life->channel.chain, BSN_BUSY);
	g_assert_cmpint(package_put(&life->channel, buffer_slice(package), &id,
				    &life->err),
			==, BSN_BUSY);
	fake_chain_set_writable(life->channel.chain, BSN_OK);
	id = put(life, package);
	must_be_there(life, id, package);
}

/* ---- from peers ---- */

static NetPeer
make_peer(const char *key, const char *package_id)
{
	NetPeer peer = { .key = g_bytes_new_static(key, strlen(key)),
			 .reachable = TRUE,
			 .packages = g_hash_table_new(g_str_hash,
						      g_str_equal) };

	g_hash_table_add(peer.packages, (gpointer)package_id);
	return peer;
}

static void
clear_peer(NetPeer *peer)
{
	g_bytes_unref(peer->key);
	g_hash_table_unref(peer->packages);
}

/* Org1 approves a package that the node of `life` does not have. */
static void
want(Life *life, const char *id)
{
	const LifeTerms terms = { .package_id = id };

	life->channel.net = (struct FabricNet *)(gpointer)life;
	g_assert_cmpint(life_run(life, ORG(0), life->admins[0],
				 "ApproveChaincodeDefinitionForMyOrg",
				 life_args(&terms)),
			==, TX_CODE(VALID));
}

typedef struct {
	Life *wants;
	GByteArray *package;
	char *id;
	GPtrArray *pieces; /* GByteArray: what another node answers */
	NetPeer peers[2];
} Pair;

/* A node has the package; what it gives for each piece is noted. */
static void
give(Pair *pair, gsize len)
{
	g_autoptr(Life) has = life_new(FALSE, 2);

	pair->package = make_package("basic", len);
	pair->id = put(has, pair->package);
	pair->pieces = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	for (guint64 at = 0; at < pair->package->len; at += PACKAGE_PIECE) {
		g_autoptr(GByteArray) question = g_byte_array_new();

		fetch_put_question(question, pair->id, at);
		package_asked(&has->channel, NULL, buffer_slice(question));
		g_assert_cmpint(life_answer_status, ==, BSN_OK);
		g_ptr_array_add(pair->pieces, g_byte_array_ref(life_answer));
	}
}

/* Answers what is asked, changed by `lie` (may be NULL). */
static void
answer(Pair *pair, void (*lie)(GByteArray *answer))
{
	const LifeAsked asked = life_asked;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *id = NULL;
	const GByteArray *piece;
	guint64 offset;

	g_assert_cmpuint(asked.id, !=, 0);
	g_assert_true(fetch_read_question(buffer_slice(asked.question), &id,
					  &offset));
	g_assert_cmpstr(id, ==, pair->id);
	piece = pair->pieces->pdata[offset / PACKAGE_PIECE];
	g_byte_array_append(bytes, piece->data, piece->len);
	if (lie != NULL)
		lie(bytes);
	life_asked.id = 0;
	asked.answered(asked.owner, BSN_OK, buffer_slice(bytes), NULL);
}

static void
pair_begin(Pair *pair, gsize len)
{
	*pair = (Pair){ .wants = NULL };
	give(pair, len);
	pair->wants = life_new(FALSE, 2);
	pair->peers[0] = make_peer("one", pair->id);
	pair->peers[1] = make_peer("two", pair->id);
	life_peers[0] = &pair->peers[0];
	life_peers[1] = &pair->peers[1];
	life_peers[2] = NULL;
	want(pair->wants, pair->id);
}

static void
pair_end(Pair *pair)
{
	life_free(pair->wants);
	g_ptr_array_unref(pair->pieces);
	clear_peer(&pair->peers[0]);
	clear_peer(&pair->peers[1]);
	memset(life_peers, 0, sizeof(life_peers));
	g_byte_array_unref(pair->package);
	g_free(pair->id);
}

static void
test_fetch(void)
{
	Pair pair;
	guint asked = 0;

	pair_begin(&pair, (PIECES - 1) * PACKAGE_PIECE + 1000);
	for (; life_asked.id != 0; asked++)
		answer(&pair, NULL);
	g_assert_cmpuint(asked, ==, PIECES);
	must_be_there(pair.wants, pair.id, pair.package);
	g_assert_cmpuint(fake_chain_timers(pair.wants->channel.chain), ==, 0);
	pair_end(&pair);
}

static void
flip(GByteArray *answer)
{
	answer->data[answer->len - 1] ^= 1;
}

static void
cut(GByteArray *answer)
{
	g_byte_array_set_size(answer, answer->len - 1);
}

static void
too_long(GByteArray *answer)
{
	memset(answer->data, 0xff, 8);
}

/* Whoever gives something else is left, and another one is asked later. */
static void
test_liars(gconstpointer data)
{
	void (*const lies[])(GByteArray *) = { flip, cut, too_long };
	void (*lie)(GByteArray *) = lies[GPOINTER_TO_INT(data)];
	Pair pair;
	NetPeer *liar;

	pair_begin(&pair, 1000);
	liar = life_asked.peer;
	answer(&pair, lie);
	g_assert_cmpuint(life_asked.id, ==, 0);
	g_assert_false(package_exists(&pair.wants->channel, pair.id));
	g_assert_cmpuint(fake_chain_timers(pair.wants->channel.chain), ==, 1);
	package_timer(&pair.wants->channel);
	g_assert_true(life_asked.peer != liar);
	answer(&pair, NULL);
	must_be_there(pair.wants, pair.id, pair.package);
	g_assert_cmpuint(fake_chain_timers(pair.wants->channel.chain), ==, 0);
	pair_end(&pair);
}

static void
test_nobody_there(void)
{
	Pair pair;

	pair_begin(&pair, 1000);
	life_asked.id = 0;
	pair.peers[0].reachable = pair.peers[1].reachable = FALSE;
	life_asked.answered(life_asked.owner, BSN_TIMEOUT, bsn_slice_of(NULL, 0),
			    NULL);
	package_timer(&pair.wants->channel);
	g_assert_cmpuint(life_asked.id, ==, 0);
	g_assert_cmpuint(fake_chain_timers(pair.wants->channel.chain), ==, 1);
	pair.peers[1].reachable = TRUE;
	package_timer(&pair.wants->channel);
	answer(&pair, NULL);
	must_be_there(pair.wants, pair.id, pair.package);
	pair_end(&pair);
}

static void
test_bad_questions(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(GByteArray) package = make_package("basic", 10);
	g_autoptr(GByteArray) question = g_byte_array_new();
	g_autofree char *id = put(life, package);

	package_asked(&life->channel, NULL, TEXT("?"));
	g_assert_cmpint(life_answer_status, ==, BSN_BAD_REQUEST);
	fetch_put_question(question, id, 1);
	package_asked(&life->channel, NULL, buffer_slice(question));
	g_assert_cmpint(life_answer_status, ==, BSN_BAD_REQUEST);
	g_byte_array_set_size(question, 0);
	fetch_put_question(question, id, PACKAGE_PIECE);
	package_asked(&life->channel, NULL, buffer_slice(question));
	g_assert_cmpint(life_answer_status, ==, BSN_BAD_REQUEST);
	id[0] = 'c';
	g_byte_array_set_size(question, 0);
	fetch_put_question(question, id, 0);
	package_asked(&life->channel, NULL, buffer_slice(question));
	g_assert_cmpint(life_answer_status, ==, BSN_NOT_FOUND);
}

#define BOTH(path, test)                                          \
	g_test_add_data_func(path, GINT_TO_POINTER(FALSE), test); \
	g_test_add_data_func(path "-gm", GINT_TO_POINTER(TRUE), test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	BOTH("/packages/stored-under-their-digest", test_put);
	g_test_add_func("/packages/indexes-are-kept-beside", test_indexes);
	BOTH("/packages/a-crash-leaves-all-or-nothing", test_crashes);
	g_test_add_func("/packages/bad-ones-leave-nothing", test_bad_packages);
	g_test_add_func("/packages/a-busy-store", test_busy);
	g_test_add_func("/packages/fetched-in-pieces", test_fetch);
	g_test_add_data_func("/packages/a-changed-byte", GINT_TO_POINTER(0),
			     test_liars);
	g_test_add_data_func("/packages/a-missing-byte", GINT_TO_POINTER(1),
			     test_liars);
	g_test_add_data_func("/packages/a-boundless-length", GINT_TO_POINTER(2),
			     test_liars);
	g_test_add_func("/packages/nobody-has-it-yet", test_nobody_there);
	g_test_add_func("/packages/bad-questions", test_bad_questions);
	g_test_add_func("/packages/queries-install-nothing",
			test_queries_install_nothing);
	return g_test_run();
}
