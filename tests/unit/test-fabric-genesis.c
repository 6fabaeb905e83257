/* SPDX-License-Identifier: Apache-2.0
 *
 * What a channel begins with, from its JSON config to its first opening.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/chain.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fabric-order.h"

/* ---- what is right ------------------------------------------------------- */

static void
test_algorithm(void)
{
	const char *algorithm = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(genesis_algorithm(bsn_slice_str("{}"), &algorithm,
					  &err),
			==, BSN_OK);
	g_assert_cmpstr(algorithm, ==, "ecdsa-p256");
	g_assert_cmpint(genesis_algorithm(bsn_slice_str("{\"crypto\":\"sm\"}"),
					  &algorithm, &err),
			==, BSN_OK);
	g_assert_cmpstr(algorithm, ==, "sm2");
	g_assert_cmpint(genesis_algorithm(bsn_slice_str("{\"crypto\":\"gm\"}"),
					  &algorithm, &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "config.crypto"));
	g_assert_cmpint(genesis_algorithm(bsn_slice_str("[]"), &algorithm,
					  &err),
			==, BSN_BAD_REQUEST);
}

static void
test_opened(gconstpointer crypto)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(json_pack(
		"{s:s, s:{s:s, s:i}, s:{s:i}}", "crypto", crypto, "consensus",
		"name", "hand", "beat", 7, "batch", "timeout_ms", 300));
	Channel *channel = fabric_order_channel(fixture);
	g_auto(Genesis) genesis = { 0 };

	g_assert_cmpstr(channel->id, ==, "one");
	g_assert_cmpstr(channel->suite.algorithm, ==,
			strcmp(crypto, "sm") == 0 ? "sm2" : "ecdsa-p256");
	g_assert_cmpstr(channel->config->orderer_type, ==, "hand");
	g_assert_cmpuint(channel->config->batch_timeout_ms, ==, 300);
	g_assert_cmpstr(channel->agreement->settings, ==, "{\"beat\":7}");
	g_assert_cmpuint(channel->agreement->n_members, ==, 1);
	g_assert_cmpuint(channel->agreement->height, ==, 0);
	g_assert_true(bsn_slice_equal(
		g_array_index(channel->members.list, bsn_member, 0).public_key,
		bytes_slice(channel->public_key)));
	g_assert_cmpint(genesis_read(buffer_slice(fixture->genesis), &genesis,
				     NULL),
			==, BSN_OK);
	g_assert_cmpuint(genesis.time_ms, ==, FAKE_START_MS - 1000);
	assert_bytes(genesis.hash, HASH_LEN, channel->ledger->head.hash,
		     HASH_LEN);
	g_assert_cmpuint(channel->ledger->durable.height, ==, 1);
}

/* The same wherever it is made. */
static void
test_same(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	g_autoptr(json_t) config = fabric_order_config(fixture->orgs, NULL);
	g_autoptr(GByteArray) again = g_byte_array_new();

	g_assert_cmpint(fabric_order_genesis(config, again, NULL), ==, BSN_OK);
	assert_bytes(again->data, again->len, fixture->genesis->data,
		     fixture->genesis->len);
}

/* ---- configs that are wrong ---------------------------------------------- */

static void
assert_wrong(const FabricOrgs *orgs, json_t *config, const char *reason)
{
	g_autoptr(json_t) all = fabric_order_config(orgs, config);
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(fabric_order_genesis(all, out, &err), >, 0);
	g_assert_cmpuint(out->len, ==, 0);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
}

static void
test_wrong_configs(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const FabricOrgs *orgs = fixture->orgs;

	assert_wrong(orgs, json_pack("{s:s}", "crypto", "rsa"),
		     "config.crypto");
	assert_wrong(orgs, json_pack("{s:s}", "consensus", "raft"),
		     "config.consensus");
	assert_wrong(orgs, json_pack("{s:{s:i}}", "consensus", "beat", 1),
		     "\"name\"");
	assert_wrong(orgs, json_pack("{s:{s:i}}", "consensus", "name", 1),
		     "\"name\"");
	assert_wrong(orgs,
		     json_pack("{s:{s:s}}", "consensus", "name",
			       "a-name-of-more-bytes-than-there-may-be"),
		     "\"name\"");
	assert_wrong(orgs, json_pack("{s:{s:s}}", "consensus", "name", "paxos"),
		     "paxos");
	assert_wrong(orgs,
		     json_pack("{s:{s:s,s:i}}", "consensus", "name", "hand",
			       "left", 1),
		     "left");
	assert_wrong(orgs, json_pack("{s:i}", "blok", 1), "blok");
	assert_wrong(orgs, json_pack("{s:[]}", "organisations"),
		     "organisations");
	assert_wrong(orgs,
		     json_pack("{s:[{s:s,s:[s]}]}", "organisations", "msp_id",
			       "Org1MSP", "root_certs", "no certificate"),
		     "Org1MSP");
	assert_wrong(orgs,
		     json_pack("{s:{s:i}}", "batch", "max_messages", 0),
		     "max_messages");
	assert_wrong(orgs,
		     json_pack("{s:{s:s}}", "policies", "Endorsement",
			       "OR('Org1MSP.nobody')"),
		     "Endorsement");
}

/* GM certificates in a channel of P-256, and the other way. */
static void
test_wrong_certificates(void)
{
	g_autoptr(FabricOrgs) gm = fabric_orgs_new(TRUE);
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);

	assert_wrong(gm, NULL, "Org1MSP");
	assert_wrong(fixture->orgs, json_pack("{s:s}", "crypto", "sm"),
		     "Org1MSP");
}

/* ---- members that are wrong ---------------------------------------------- */

typedef struct {
	const char *name;
	bsn_slice config;
	bsn_member members[3];
	guint n;
} Request;

static void
assert_refused(Request request, const char *reason)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	BufferSink sink = buffer_sink(out, 1u << 20);
	bsn_err err = BSN_ERR_INIT;
	const bsn_genesis genesis = {
		.size = sizeof(genesis),
		.member_count = request.n,
		.name = bsn_slice_str(request.name),
		.config = request.config,
		.members = request.members,
	};

	g_assert_cmpint(genesis_make(&genesis, &sink.sink, &err), ==,
			BSN_BAD_REQUEST);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
}

static bsn_member
member_of(const guint8 *key)
{
	return (bsn_member){ .size = sizeof(bsn_member),
			     .role = BSN_ROLE_CONSENSUS,
			     .algorithm = "ecdsa-p256",
			     .public_key = bsn_slice_of(key, PUBLIC_KEY_LEN) };
}

static void
test_wrong_members(void)
{
	static const guint8 key[PUBLIC_KEY_LEN] = { 1 };
	static const guint8 other[PUBLIC_KEY_LEN] = { 2 };
	static const char text[300] = { 'a' };
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	g_autoptr(json_t) config = fabric_order_config(fixture->orgs, NULL);
	g_autofree char *json = json_text(config);
	const Request right = { "one", bsn_slice_str(json),
				{ member_of(key), member_of(other) }, 2 };
	Request wrong;

	wrong = right;
	wrong.name = "1one";
	assert_refused(wrong, "letter");
	wrong = right;
	wrong.n = 0;
	assert_refused(wrong, "role consensus");
	wrong = right;
	wrong.members[0].role = wrong.members[1].role = BSN_ROLE_OBSERVER;
	assert_refused(wrong, "role consensus");
	wrong.members[0].role = 7;
	assert_refused(wrong, "member 0 has an unknown role");
	wrong = right;
	wrong.members[1].algorithm = "sm2";
	assert_refused(wrong, "member 1 has a key of sm2");
	wrong = right;
	wrong.members[1].public_key.len = 32;
	assert_refused(wrong, "public key of member 1");
	wrong = right;
	wrong.members[1].public_key = wrong.members[0].public_key;
	assert_refused(wrong, "same public key");
	wrong = right;
	wrong.members[0].name = bsn_slice_of(text, sizeof(text));
	assert_refused(wrong, "255 bytes");
	wrong = right;
	wrong.config = bsn_slice_str("{");
	assert_refused(wrong, "config");
}

/* ---- opening ------------------------------------------------------------- */

static void
test_wrong_genesis(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	g_autoptr(json_t) config = fabric_order_config(
		fixture->orgs, json_pack("{s:{s:i}}", "batch", "timeout_ms", 9));
	g_autoptr(GByteArray) other = g_byte_array_new();
	GByteArray *right = fixture->genesis;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(fabric_order_genesis(config, other, NULL), ==, BSN_OK);
	fake_chain_close(fixture->chain);
	fixture->genesis = other;
	g_assert_cmpint(fabric_order_open(fixture, &err), ==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "another genesis"));
	fixture->genesis = right;
	for (guint len = 0; len < right->len; len += 97) {
		const bsn_slice cut = bsn_slice_of(right->data, len);
		g_auto(Genesis) genesis = { 0 };

		g_assert_cmpint(genesis_read(cut, &genesis, &err), >, 0);
	}
	/* A byte of the data hash, another of the envelope's end. */
	for (guint at = 10; at < right->len; at += right->len - 200) {
		g_auto(Genesis) genesis = { 0 };

		right->data[at] ^= 1;
		g_assert_cmpint(genesis_read(buffer_slice(right), &genesis,
					     &err),
				!=, BSN_OK);
		right->data[at] ^= 1;
	}
	g_assert_cmpint(fabric_order_open(fixture, &err), ==, BSN_OK);
}

/* The store takes no block 0: nothing has begun, and it may be tried again. */
static void
test_full_store(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	bsn_chain *first = fixture->chain;
	bsn_chain *chain = fake_chain_new("two");

	fake_chain_close(first);
	fixture->chain = chain;
	fake_chain_set_writable(chain, BSN_FULL);
	g_assert_cmpint(fabric_order_open(fixture, NULL), ==, BSN_FULL);
	g_assert_cmpuint(fake_chain_keys(chain), ==, 0);
	fake_chain_set_writable(chain, BSN_OK);
	fake_chain_set_automatic(chain, FALSE);
	g_assert_cmpint(fabric_order_open(fixture, NULL), ==, BSN_OK);
	fake_chain_crash(chain);
	g_assert_cmpuint(fake_chain_keys(chain), ==, 0);
	g_assert_cmpint(fabric_order_open(fixture, NULL), ==, BSN_OK);
	g_assert_cmpuint(fabric_order_height(fixture), ==, 1);
	fake_chain_free(first);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/genesis/algorithm", test_algorithm);
	g_test_add_data_func("/fabric/genesis/opened-std", "std", test_opened);
	g_test_add_data_func("/fabric/genesis/opened-gm", "sm", test_opened);
	g_test_add_func("/fabric/genesis/same-wherever-made", test_same);
	g_test_add_func("/fabric/genesis/wrong-configs", test_wrong_configs);
	g_test_add_func("/fabric/genesis/certificates-of-the-other-suite",
			test_wrong_certificates);
	g_test_add_func("/fabric/genesis/wrong-members", test_wrong_members);
	g_test_add_func("/fabric/genesis/not-that-of-the-store",
			test_wrong_genesis);
	g_test_add_func("/fabric/genesis/a-full-store-begins-nothing",
			test_full_store);
	return g_test_run();
}
