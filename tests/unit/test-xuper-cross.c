/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain of four validators reads another one: what is asked of whom, what comes
 * of it, and what of that others take.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/run.h"
#include "plugins/engine-xuper/cross/inquiry.h"
#include "plugins/engine-xuper/format/digest.h"
#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/net/message.h"
#include "plugins/engine-xuper/verify/judged.h"
#include "plugins/kit/codec/der.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-ask.h"

#define QUERY "{\"chain\":\"side\",\"bucket\":\"conform\",\"key\":\"one\"}"

typedef struct {
	XuperNodes *all;
	XuperSaid said[NODES_MAX];
} World;

static void
world_open(World *world)
{
	*world = (World){ .all = nodes_new(4, 4, "chainedbft") };
	for (guint i = 0; i < NODES_MAX; i++)
		world->said[i] = (XuperSaid){ .height = 5,
					      .value = "red",
					      .version = 9 };
	ask_offer(world->all, world->said);
	nodes_join_all(world->all);
	ask_settle(world->all);
}

static void
world_close(World *world)
{
	nodes_close_all(world->all);
	nodes_free(world->all);
	ask_end();
}

/* ---- requests -------------------------------------------------------------- */

static bsn_tx_request
request_of(const World *world, const char *args)
{
	const XuperPerson *who = &world->all->people[0].who;

	return (bsn_tx_request){
		.size = sizeof(bsn_tx_request),
		.kind = BSN_TX_INVOKE,
		.signer_public_key =
			bsn_slice_of(who->public_key, PUBLIC_KEY_LEN),
		.contract = bsn_slice_str("$cross"),
		.function = bsn_slice_str("query"),
		.args = bsn_slice_str(args),
	};
}

static bsn_reply *
begin(World *world, const char *args)
{
	const bsn_tx_request request = request_of(world, args);
	bsn_reply *reply = fake_reply_new(world->all->nodes[0].chain,
					  FAKE_ANSWER_SIGNABLE);

	fake_asked(reply, nodes_engine()->tx->begin(
				  nodes_ledger(world->all, 0), &request, reply,
				  &reply->err));
	ask_settle(world->all);
	return reply;
}

static void
sign(const World *world, const guint8 digest[HASH_LEN],
     guint8 raw[SIGNATURE_RAW_LEN])
{
	const XuperPerson *who = &world->all->people[0].who;

	g_assert_cmpint(world->all->suite.signature->sign(
				who->private_key, BSN_SIGN_DIGEST,
				bsn_slice_of(NULL, 0),
				bsn_slice_of(digest, HASH_LEN), raw),
			==, BSN_OK);
}

/* The transaction of a request that is begun. */
static Tx *
make(World *world, const char *args)
{
	bsn_reply *reply = begin(world, args);
	guint8 raw[SIGNATURE_RAW_LEN];
	bsn_reply *signed_reply;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	Tx *tx;

	g_assert_cmpint(reply->status, ==, BSN_OK);
	sign(world, reply->signable.message.data, raw);
	signed_reply = fake_reply_new(world->all->nodes[0].chain,
				      FAKE_ANSWER_SIGNABLE);
	fake_asked(signed_reply,
		   nodes_engine()->tx->sign_round(
			   nodes_ledger(world->all, 0), reply->signable.state,
			   bsn_slice_of(raw, sizeof(raw)), signed_reply,
			   &signed_reply->err));
	g_assert_cmpint(signed_reply->status, ==, BSN_OK);
	tx = tx_decode(&world->all->suite, signed_reply->signable.tx, FALSE, &status,
		       &err);
	g_assert_nonnull(tx);
	fake_reply_free(signed_reply);
	fake_reply_free(reply);
	return tx;
}

static void
refused(World *world, int32_t status, const char *reason)
{
	bsn_reply *reply = begin(world, QUERY);

	for (guint i = 0; i < 50 && reply->status == FAKE_PENDING; i++) {
		nodes_advance(world->all, 300);
		ask_settle(world->all);
	}
	g_assert_cmpint(reply->status, ==, status);
	if (strstr(reply->err.reason, reason) == NULL)
		g_error("the reason is \"%s\"", reply->err.reason);
	fake_reply_free(reply);
}

/* What a node says of it, upon its head. */
static gint
judge(const World *world, guint node, const Tx *tx)
{
	const bsn_ledger *ledger = nodes_ledger(world->all, node);
	int32_t status;
	g_autoptr(Tx) own =
		tx_decode(&world->all->suite, tx->bytes, FALSE, &status, NULL);

	return verify_state(&ledger->verifier, pool_layer(ledger->pool),
			    ledger_head(ledger->ledger), 1, own, NULL, NULL);
}

static Bsn__Cross__Proof *
proof_of(Arena *arena, const Tx *tx)
{
	return (Bsn__Cross__Proof *)proof_read(arena, cross_proof(tx->msg),
					       NULL);
}

/* ---- what comes of it ------------------------------------------------------ */

static void
test_endorsed(void)
{
	World world;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(Tx) tx = NULL;
	const Bsn__Cross__Proof *proof;

	world_open(&world);
	tx = make(&world, QUERY);
	proof = proof_of(&arena, tx);
	g_assert_cmpuint(proof->n_facts, ==, 1);
	/* Two of four: one of them is honest. */
	g_assert_cmpuint(proof->facts[0]->n_endorsements, ==, 2);
	g_assert_cmpuint(proof->facts[0]->answer->height, ==, 5);
	g_assert_true(bsn_slice_equal(
		message_slice(proof->facts[0]->answer->value),
		bsn_slice_str("red")));
	for (guint i = 0; i < 4; i++)
		g_assert_cmpint(judge(&world, i, tx), ==, XUPER_OK);
	world_close(&world);
}

/* It goes into a block, and verifying asks nobody. */
static void
test_block(void)
{
	World world;
	g_autoptr(Tx) tx = NULL;
	bsn_reply *reply;
	guint before;

	world_open(&world);
	tx = make(&world, QUERY);
	before = ask_count();
	reply = nodes_submit(world.all, 1, tx);
	for (guint i = 0; i < 20; i++)
		nodes_advance(world.all, 200);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpuint(ask_count(), ==, before);
	nodes_alike(world.all, 1, 3);
	fake_reply_free(reply);
	world_close(&world);
}

static void
test_call(void)
{
	World world;
	bsn_tx_request request;
	bsn_reply *reply;
	g_autoptr(json_t) json = NULL;

	world_open(&world);
	request = request_of(&world, QUERY);
	for (guint i = 1; i < 4; i++)
		world.said[i].silent = TRUE;
	reply = fake_reply_new(world.all->nodes[0].chain, FAKE_ANSWER_VALUE);
	fake_asked(reply, nodes_engine()->tx->call(nodes_ledger(world.all, 0),
						   &request, reply,
						   &reply->err));
	ask_settle(world.all);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	json = json_loadb((const char *)reply->json.data, reply->json.len, 0,
			  NULL);
	g_assert_true(json_is_false(json_object_get(json, "cross_endorsed")));
	g_assert_true(json_is_false(json_object_get(
		json_object_get(json, "result"), "endorsed")));
	g_assert_cmpstr(json_string_value(json_object_get(
				json_object_get(json, "result"), "value")),
			==, "0x726564");
	fake_reply_free(reply);
	world_close(&world);
}

/* Others that have it are enough, whoever is asked. */
static void
test_some_lack_it(void)
{
	World world;
	g_autoptr(Tx) tx = NULL;

	world_open(&world);
	world.said[1].silent = TRUE;
	world.said[2] = (XuperSaid){ BSN_NOT_FOUND, 0, "not here", 0, FALSE };
	tx = make(&world, QUERY);
	g_assert_cmpint(judge(&world, 2, tx), ==, XUPER_OK);
	world_close(&world);
}

/* ---- refusals -------------------------------------------------------------- */

static void
test_not_here(void)
{
	World world;

	world_open(&world);
	world.said[0] = (XuperSaid){ BSN_NOT_FOUND, 0, "no chain side", 0,
				     FALSE };
	refused(&world, BSN_NOT_FOUND, "no chain side");
	world_close(&world);
}

static void
test_too_few(void)
{
	World world;

	world_open(&world);
	for (guint i = 1; i < 4; i++)
		world.said[i] = (XuperSaid){ BSN_NOT_FOUND, 0, "not here", 0,
					     FALSE };
	refused(&world, BSN_UNAVAILABLE, "2 of this chain's 4 validators");
	world_close(&world);
}

static void
test_not_permitted(void)
{
	World world;

	world_open(&world);
	for (guint i = 1; i < 4; i++)
		world.said[i] = (XuperSaid){ BSN_DENIED, 0, "group forbids", 0,
					     FALSE };
	refused(&world, BSN_DENIED, "group forbids");
	world_close(&world);
}

/* An answer that only this node has, be it a lie, is nobody's. */
static void
test_differs(void)
{
	World world;

	world_open(&world);
	world.said[0].value = "blue";
	refused(&world, BSN_CONFLICT, "changes meanwhile");
	world.said[0].value = "red";
	world.said[0].version = 8;
	refused(&world, BSN_CONFLICT, "changes meanwhile");
	world_close(&world);
}

/* Those that are behind catch up. */
static void
test_again(void)
{
	World world;
	bsn_reply *reply;

	world_open(&world);
	for (guint i = 1; i < 4; i++)
		world.said[i] = (XuperSaid){ BSN_BUSY, 0, "at block 4", 0,
					     FALSE };
	reply = begin(&world, QUERY);
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	for (guint i = 1; i < 4; i++)
		world.said[i] = world.said[0];
	nodes_advance(world.all, 300);
	ask_settle(world.all);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	fake_reply_free(reply);
	world_close(&world);
}

static void
test_silent(void)
{
	World world;

	world_open(&world);
	world.said[0].silent = TRUE;
	refused(&world, BSN_UNAVAILABLE, "does not answer");
	world_close(&world);
}

/* Who waits when the chain closes is told. */
static void
test_close(void)
{
	World world;
	bsn_reply *reply;

	world_open(&world);
	world.said[0].silent = TRUE;
	reply = begin(&world, QUERY);
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	nodes_close(world.all, 0);
	g_assert_cmpint(reply->status, ==, BSN_UNAVAILABLE);
	fake_reply_free(reply);
	world_close(&world);
}

/* ---- what is signed -------------------------------------------------------- */

/* Its sender signs what it has become. */
static Tx *
sign_again(const World *world, Xldgpb__Transaction *msg)
{
	guint8 digest[HASH_LEN], raw[SIGNATURE_RAW_LEN];
	guint8 der[DER_SIGNATURE_MAX];
	ProtobufCBinaryData before = msg->initiator_signs[0]->sign;
	Tx *tx;

	tx_digest(&world->all->suite, msg, digest);
	sign(world, digest, raw);
	msg->initiator_signs[0]->sign = message_bytes(
		bsn_slice_of(der, der_put_signature(raw, der)));
	tx = tx_make(&world->all->suite, msg);
	msg->initiator_signs[0]->sign = before;
	return tx;
}

/* The same transaction with another proof. */
static gint
judge_changed(World *world, const Tx *tx, Bsn__Cross__Proof *proof)
{
	g_autoptr(GByteArray) bytes = message_pack(proof);
	Xldgpb__TxOutputExt *write = NULL;
	g_autoptr(Tx) changed = NULL;
	ProtobufCBinaryData before;
	gint code;

	for (gsize i = 0; i < tx->msg->n_tx_outputs_ext; i++)
		if (strcmp(tx->msg->tx_outputs_ext[i]->bucket,
			   BUCKET_TRANSIENT) == 0)
			write = tx->msg->tx_outputs_ext[i];
	before = write->value;
	write->value = message_bytes(buffer_slice(bytes));
	changed = sign_again(world, (Xldgpb__Transaction *)tx->msg);
	write->value = before;
	code = judge(world, 1, changed);
	return code;
}

static void
test_forged(void)
{
	World world;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(Tx) tx = NULL;
	Bsn__Cross__Proof *proof;
	Bsn__Cross__Fact *fact;
	ProtobufCBinaryData value;
	Bsn__Cross__Endorsement *second;

	world_open(&world);
	tx = make(&world, QUERY);
	proof = proof_of(&arena, tx);
	fact = proof->facts[0];
	g_assert_cmpint(judge_changed(&world, tx, proof), ==, XUPER_OK);
	/* Another answer. */
	value = fact->answer->value;
	fact->answer->value = message_bytes(bsn_slice_str("blue"));
	g_assert_cmpint(judge_changed(&world, tx, proof), ==, XUPER_CROSS);
	fact->answer->value = value;
	fact->answer->height++;
	g_assert_cmpint(judge_changed(&world, tx, proof), ==, XUPER_CROSS);
	fact->answer->height--;
	/* Another time is another transaction's. */
	fact->answer->time_ms--;
	g_assert_cmpint(judge_changed(&world, tx, proof), ==, XUPER_CROSS);
	fact->answer->time_ms++;
	/* Too few, one twice. */
	fact->n_endorsements = 1;
	g_assert_cmpint(judge_changed(&world, tx, proof), ==, XUPER_CROSS);
	fact->n_endorsements = 2;
	second = fact->endorsements[1];
	fact->endorsements[1] = fact->endorsements[0];
	g_assert_cmpint(judge_changed(&world, tx, proof), ==, XUPER_CROSS);
	fact->endorsements[1] = second;
	/* What is no proof; an answer to what was not asked. */
	fact->question->bucket = (char *)"";
	g_assert_cmpint(judge_changed(&world, tx, proof), ==, XUPER_FORMAT);
	world_close(&world);
}

/* Endorsers that are no validators any more do not count. */
static void
test_validators_change(void)
{
	World world;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(Tx) tx = NULL;
	g_autoptr(Agreement) agreement = NULL;
	const bsn_ledger *ledger;
	const Bsn__Cross__Proof *proof;
	guint8 chain[HASH_LEN];
	bsn_err err = BSN_ERR_INIT;

	world_open(&world);
	ledger = nodes_ledger(world.all, 0);
	tx = make(&world, QUERY);
	proof = proof_of(&arena, tx);
	g_assert_cmpint(fact_chain(ledger_root(ledger->ledger)->layer, chain,
				   &err),
			==, BSN_OK);
	g_assert_cmpint(agreement_read(ledger_root(ledger->ledger)->layer,
				       &ledger->suite, &agreement, &err),
			==, BSN_OK);
	g_assert_cmpint(fact_endorsed(&ledger->suite, chain, agreement,
				      proof->facts[0], &err),
			==, BSN_OK);
	/* The first one, who has endorsed it, leaves. */
	g_array_remove_index(agreement->list, 0);
	agreement->n_validators = 3;
	g_assert_cmpint(fact_endorsed(&ledger->suite, chain, agreement,
				      proof->facts[0], &err),
			==, BSN_DENIED);
	g_assert_nonnull(strstr(err.reason, "no validator now"));
	/* Another chain's endorsements are others. */
	chain[0] ^= 1;
	agreement->n_validators = 1;
	g_assert_cmpint(fact_endorsed(&ledger->suite, chain, agreement,
				      proof->facts[0], &err),
			!=, BSN_OK);
	world_close(&world);
}

static void
test_quorum(void)
{
	static const guint wanted[] = { 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4 };

	for (guint n = 0; n < G_N_ELEMENTS(wanted); n++)
		g_assert_cmpuint(fact_quorum(n), ==, wanted[n]);
}

/* ---- other nodes' asking --------------------------------------------------- */

static guint
told(const World *world)
{
	return world->all->delivered[1][NET_CROSS_TOLD];
}

/* One node cannot have another one do any number of things. */
static void
test_flood(void)
{
	World world;
	guint before;

	world_open(&world);
	before = ask_count();
	for (guint i = 0; i < NODES_MAX; i++)
		world.said[i].silent = TRUE;
	for (guint i = 0; i < 100; i++) {
		guint8 id[HASH_LEN] = { 7 };
		Bsn__Cross__Question question = BSN__CROSS__QUESTION__INIT;
		Bsn__Cross__Answer answer = BSN__CROSS__ANSWER__INIT;
		Bsn__Cross__Ask ask = BSN__CROSS__ASK__INIT;

		question.chain = (char *)"side";
		question.bucket = (char *)"a";
		answer.block_id = message_bytes(bsn_slice_of(id, HASH_LEN));
		answer.time_ms = fake_host_now_ms();
		ask.number = i;
		ask.question = &question;
		ask.answer = &answer;
		endorse_asked(nodes_ledger(world.all, 1),
			      fake_node_key(0, "ecdsa-p256"), &ask);
		/* An old one is not endorsed at all. */
		answer.time_ms -= 100000;
		endorse_asked(nodes_ledger(world.all, 2),
			      fake_node_key(0, "ecdsa-p256"), &ask);
	}
	ask_settle(world.all);
	g_assert_cmpuint(ask_count() - before, ==, 16);
	g_assert_cmpuint(told(&world), ==, 100 - 16);
	world_close(&world);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/cross/endorsed", test_endorsed);
	g_test_add_func("/xuper/cross/verifying-asks-nobody", test_block);
	g_test_add_func("/xuper/cross/a-call-is-not-endorsed", test_call);
	g_test_add_func("/xuper/cross/some-lack-it", test_some_lack_it);
	g_test_add_func("/xuper/cross/not-on-this-host", test_not_here);
	g_test_add_func("/xuper/cross/too-few-host-it", test_too_few);
	g_test_add_func("/xuper/cross/not-permitted", test_not_permitted);
	g_test_add_func("/xuper/cross/a-lie-is-not-endorsed", test_differs);
	g_test_add_func("/xuper/cross/who-is-behind-catches-up", test_again);
	g_test_add_func("/xuper/cross/silence-ends", test_silent);
	g_test_add_func("/xuper/cross/closing-tells-who-waits", test_close);
	g_test_add_func("/xuper/cross/forged", test_forged);
	g_test_add_func("/xuper/cross/validators-change",
			test_validators_change);
	g_test_add_func("/xuper/cross/quorum", test_quorum);
	g_test_add_func("/xuper/cross/flood", test_flood);
	return g_test_run();
}
