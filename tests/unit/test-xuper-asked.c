/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain that another one on its host asks: who may, as of which block, and what
 * it says.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/cross/private.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-nodes.h"

#define DATA "{\"nofee\":true,\"consensus\":{\"name\":\"single\"}}"

/* ---- asking ---------------------------------------------------------------- */

typedef struct {
	Arena arena;
	const Bsn__Cross__Answer *answer;
	int32_t status;
	char reason[BSN_REASON_MAX];
} Asked;

static void
asked_clear(Asked *asked)
{
	arena_clear(&asked->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static Asked
ask_bytes(const XuperNodes *all, const char *from, bsn_slice bytes)
{
	bsn_reply *reply =
		fake_reply_new(all->nodes[0].chain, FAKE_ANSWER_BYTES);
	Asked asked = { .arena = ARENA_INIT };

	asked.status = fake_asked(
		reply, xuper_engine_chains.asked(nodes_ledger(all, 0),
						 bsn_slice_str(from), bytes,
						 reply, &reply->err));
	if (asked.status == BSN_OK)
		asked.answer = message_unpack(
			&asked.arena, &bsn__cross__answer__descriptor,
			reply->json, NULL, NULL);
	g_strlcpy(asked.reason, reply->err.reason, sizeof(asked.reason));
	fake_reply_free(reply);
	return asked;
}

static Asked
ask(const XuperNodes *all, const char *from, Bsn__Cross__Question *question,
    guint64 height, const guint8 *id)
{
	Bsn__Cross__Inquiry inquiry = BSN__CROSS__INQUIRY__INIT;
	g_autoptr(GByteArray) bytes = NULL;

	question->chain = (char *)"nodes";
	inquiry.question = question;
	inquiry.height = height;
	if (id != NULL)
		inquiry.block_id = message_bytes(bsn_slice_of(id, HASH_LEN));
	bytes = message_pack(&inquiry);
	return ask_bytes(all, from, buffer_slice(bytes));
}

static Asked
ask_key(const XuperNodes *all, const char *from, const char *key)
{
	Bsn__Cross__Question question = BSN__CROSS__QUESTION__INIT;

	question.bucket = (char *)"$chain";
	question.key = message_bytes(bsn_slice_str(key));
	return ask(all, from, &question, 0, NULL);
}

static void
denied(const Asked *asked, int32_t status, const char *reason)
{
	g_assert_cmpint(asked->status, ==, status);
	if (strstr(asked->reason, reason) == NULL)
		g_error("the reason is \"%s\"", asked->reason);
}

/* A root chain that has a parallel chain "side". */
static XuperNodes *
root_new(void)
{
	XuperNodes *all = nodes_new(2, 2, "xpoa");
	g_autofree char *group = g_strdup_printf(
		"{\"name\":\"side\",\"admin\":[\"%s\"],\"identities\":"
		"[\"%s\"]}",
		all->people[0].who.address, nodes_ledger(all, 0)->node_address);
	const char *const words[] = { "name", "side", "data", DATA, "group",
				      group,  NULL };
	g_autoptr(Tx) tx = nodes_call(all, 0, 0, "$parachain", "createChain",
				      words);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_reply *reply = nodes_submit(all, 0, tx);
	bsn_id id;

	g_assert_cmpint(nodes_extend(all, 0, NULL, 0, bytes, &id), ==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 0, &id), ==, BSN_OK);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, BSN_OK);
	fake_reply_free(reply);
	return all;
}

/* ---- a root chain ---------------------------------------------------------- */

static void
test_root(void)
{
	g_autoptr(XuperNodes) all = root_new();
	g_auto(Asked) name = ask_key(all, "side", "name");
	g_auto(Asked) nothing = ask_key(all, "side", "nothing");
	g_auto(Asked) other = ask_key(all, "other", "name");
	const Block *root = ledger_root(nodes_ledger(all, 0)->ledger)->block;

	g_assert_cmpint(name.status, ==, BSN_OK);
	g_assert_true(bsn_slice_equal(message_slice(name.answer->value),
				      bsn_slice_str("nodes")));
	g_assert_cmpuint(name.answer->ref_txid.len, ==, HASH_LEN);
	g_assert_cmpuint(name.answer->height, ==, root->height);
	g_assert_true(bsn_slice_equal(message_slice(name.answer->block_id),
				      bsn_slice_of(root->id, HASH_LEN)));
	g_assert_cmpint(nothing.status, ==, BSN_OK);
	g_assert_false(nothing.answer->there);
	g_assert_cmpuint(nothing.answer->ref_txid.len, ==, 0);
	denied(&other, BSN_DENIED, "its own parallel chains");
	nodes_close_all(all);
}

/* Two hosts speak of one chain when they have the same block. */
static void
test_block(void)
{
	g_autoptr(XuperNodes) all = root_new();
	const Block *root = ledger_root(nodes_ledger(all, 0)->ledger)->block;
	Bsn__Cross__Question question = BSN__CROSS__QUESTION__INIT;
	guint8 id[HASH_LEN];

	question.bucket = (char *)"$chain";
	memcpy(id, root->id, HASH_LEN);
	{
		g_auto(Asked) now = ask(all, "side", &question, 1, id);
		g_auto(Asked) later = ask(all, "side", &question, 2, id);
		g_auto(Asked) before =
			ask(all, "side", &question, 0, root->parent);

		g_assert_cmpint(now.status, ==, BSN_OK);
		g_assert_cmpint(before.status, ==, BSN_OK);
		g_assert_cmpuint(before.answer->height, ==, 0);
		denied(&later, BSN_BUSY, "is at block 1");
	}
	id[0] ^= 1;
	{
		g_auto(Asked) now = ask(all, "side", &question, 1, id);

		denied(&now, BSN_DENIED, "another chain");
	}
	nodes_close_all(all);
}

static void
test_contract(void)
{
	g_autoptr(XuperNodes) all = root_new();
	Bsn__Cross__Question question = BSN__CROSS__QUESTION__INIT;

	question.contract = (char *)"$govern_token";
	question.method = (char *)"TotalSupply";
	{
		g_auto(Asked) supply = ask(all, "side", &question, 0, NULL);

		g_assert_cmpint(supply.status, ==, BSN_OK);
		g_assert_cmpuint(supply.answer->value.len, >, 0);
	}
	question.contract = (char *)"$cross";
	question.method = (char *)"query";
	{
		g_auto(Asked) nested = ask(all, "side", &question, 0, NULL);

		g_assert_cmpint(nested.status, >, BSN_OK);
	}
	/* Nobody asks for a group, and nothing changes. */
	question.contract = (char *)"$parachain";
	question.method = (char *)"stopChain";
	{
		g_auto(Asked) change = ask(all, "side", &question, 0, NULL);

		denied(&change, BSN_DENIED, "send it as a transaction");
	}
	nodes_close_all(all);
}

static void
test_malformed(void)
{
	g_autoptr(XuperNodes) all = root_new();
	static const char *const none[] = { "", "[]", "\x0a", "{}",
					    "{\"group\":{}}" };

	for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
		g_auto(Asked) asked =
			ask_bytes(all, "side", bsn_slice_str(none[i]));

		g_assert_cmpint(asked.status, >, BSN_OK);
		g_assert_cmpstr(asked.reason, !=, "");
	}
	nodes_close_all(all);
}

/* ---- a parallel chain ------------------------------------------------------ */

static void
tell_group(XuperNodes *all, const char *readers)
{
	g_autofree char *text = g_strdup_printf(
		"{\"group\":{\"admin\":[],\"identities\":[],\"readers\":%s}}",
		readers);
	g_autoptr(json_t) json = json_loads(text, 0, NULL);

	group_set(nodes_ledger(all, 0), json_object_get(json, "group"));
}

static void
expect(const XuperNodes *all, const char *from, int32_t status,
       const char *reason)
{
	g_auto(Asked) asked = ask_key(all, from, "name");

	denied(&asked, status, reason);
}

static void
test_readers(void)
{
	g_autoptr(XuperNodes) all = root_new();
	ChainConfig *config = nodes_ledger(all, 0)->config;

	config->parent = g_strdup("root");
	expect(all, "wide", BSN_UNAVAILABLE, "does not know its group");
	tell_group(all, "[]");
	expect(all, "wide", BSN_DENIED, "readers");
	expect(all, "root", BSN_DENIED, "readers");
	tell_group(all, "[\"wide\"]");
	expect(all, "wide", BSN_OK, "");
	expect(all, "root", BSN_DENIED, "readers");
	tell_group(all, "[\"*\"]");
	expect(all, "root", BSN_OK, "");
	tell_group(all, "[\"root\"]");
	expect(all, "wide", BSN_DENIED, "readers");
	/* Its nodes are not in its group: people are told what to do. */
	g_assert_true(nodes_logged("$member.set"));
	nodes_close_all(all);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/asked/a-root-chain", test_root);
	g_test_add_func("/xuper/asked/as-of-a-block", test_block);
	g_test_add_func("/xuper/asked/a-contract", test_contract);
	g_test_add_func("/xuper/asked/malformed", test_malformed);
	g_test_add_func("/xuper/asked/readers", test_readers);
	return g_test_run();
}
