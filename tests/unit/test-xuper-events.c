/* SPDX-License-Identifier: Apache-2.0
 *
 * Events: replayed for the host, and streamed to XuperChain's SDKs through
 * their filters.
 */
#include <regex.h>

#include <jansson.h>

#include "pb/event.pb-c.h"
#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/query/events/pattern.h"
#include "plugins/engine-xuper/query/events/service.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-grpc.h"
#include "tests/unit/xuper-nodes.h"
#include "xldgpb/xcontract.pb-c.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

#define ALICE "TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY"
#define BOB "SmJG3rH2ZzYQ9ojxhbRCPwFiE9y6pD1Co"

/* ---- a chain whose block 1 has events ---- */

static void
put_event(GByteArray *out, const char *contract, const char *name,
	  const char *body)
{
	Xldgpb__ContractEvent event = XLDGPB__CONTRACT_EVENT__INIT;
	g_autoptr(GByteArray) bytes = NULL;
	guint8 len;

	event.contract = (char *)contract;
	event.name = (char *)name;
	event.body = message_bytes(bsn_slice_str(body));
	bytes = message_pack(&event);
	len = (guint8)bytes->len;
	g_assert_cmpuint(bytes->len, <, 128);
	g_byte_array_append(out, &len, 1);
	g_byte_array_append(out, bytes->data, bytes->len);
}

static Tx *
tx_with_events(const Suite *suite)
{
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	Xldgpb__TxInput input = XLDGPB__TX_INPUT__INIT, *inputs[] = { &input };
	Xldgpb__TxOutput output = XLDGPB__TX_OUTPUT__INIT;
	Xldgpb__TxOutput *outputs[] = { &output, &output };
	Xldgpb__TxOutputExt ext = XLDGPB__TX_OUTPUT_EXT__INIT,
			    *exts[] = { &ext };
	char *auth[] = { (char *)BOB };
	g_autoptr(GByteArray) events = g_byte_array_new();
	const guint8 count = 2;

	g_byte_array_append(events, &count, 1);
	put_event(events, "counter", "increase",
		  "{\"value\":7,\"initiator\":\"liar\"}");
	put_event(events, "counter2", "log", "plain");
	input.from_addr = message_bytes(bsn_slice_str(ALICE));
	output.to_addr = message_bytes(bsn_slice_str(BOB));
	ext.bucket = (char *)BUCKET_TRANSIENT;
	ext.key = message_bytes(bsn_slice_str("contractEvent"));
	ext.value = message_bytes(buffer_slice(events));
	msg.version = TX_VERSION;
	msg.initiator = (char *)ALICE;
	msg.tx_inputs = inputs;
	msg.n_tx_inputs = 1;
	msg.tx_outputs = outputs;
	msg.n_tx_outputs = 2;
	msg.tx_outputs_ext = exts;
	msg.n_tx_outputs_ext = 1;
	msg.auth_require = auth;
	msg.n_auth_require = 1;
	return tx_make(suite, &msg);
}

static void
never_dropped(void *owner, LedgerNode *node)
{
	g_assert_not_reached();
}

static void
entered(void *owner, LedgerNode *node)
{
}

/* Puts blocks into the ledger as if they had been judged: each with the
 * transaction with events and one without. */
static void
add_blocks(XuperNodes *all, guint n)
{
	bsn_ledger *ledger = nodes_ledger(all, 0);
	const XuperPerson person = xuper_person(&ledger->suite, 9);
	XuperSigner signer = { &ledger->suite, &person };
	const LedgerMove move = { never_dropped, entered, NULL };

	for (guint i = 0; i < n; i++) {
		g_autoptr(Tx) tx = tx_with_events(&ledger->suite);
		LedgerNode *root = ledger_root(ledger->ledger), *node;
		Tx *txs[] = { tx };
		const BlockPlan plan = {
			.parent = root->block->id,
			.height = root->block->height + 1,
			.proposer_key =
				bsn_slice_of(person.public_key, PUBLIC_KEY_LEN),
			.seal = { .size = sizeof(bsn_seal),
				  .round = root->block->height + 1 },
			.txs = txs,
			.n_txs = 1,
		};
		bsn_err err = BSN_ERR_INIT;
		g_autoptr(Block) block = block_make(
			&ledger->suite, &plan, xuper_sign, &signer, NULL, &err);

		g_assert_nonnull(block);
		g_assert_cmpint(ledger_add(ledger->ledger, root, block,
					   layer_over(root->layer),
					   g_new0(GBytes *, 1), &node, &err),
				==, BSN_OK);
		ledger_prefer(ledger->ledger, node, &move);
		g_assert_cmpint(ledger_finalize(ledger->ledger, node,
						bsn_slice_of(NULL, 0), 0,
						never_dropped, NULL, &err),
				==, BSN_OK);
		ledger->durable = block->height;
	}
	events_durable(ledger);
}

/* ---- replay ---- */

static bsn_reply *
replay(XuperNodes *all, guint64 from, guint64 to)
{
	bsn_reply *reply =
		fake_reply_new(all->nodes[0].chain, FAKE_ANSWER_EVENTS);

	fake_asked(reply,
		   nodes_engine()->event->replay(nodes_ledger(all, 0), from, to,
						 reply, &reply->err));
	g_assert_cmpint(reply->status, ==, BSN_OK);
	return reply;
}

static const bsn_event *
event_at(const bsn_reply *reply, guint i)
{
	return &g_array_index(reply->events, bsn_event, i);
}

static void
test_replay(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(json_t) payload = NULL;
	g_autoptr(json_t) expected = json_pack(
		"{s:s, s:[s], s:[s], s:[s], s:i}", "initiator", ALICE, "from",
		ALICE, "to", BOB, "auth_require", BOB, "value", 7);
	g_autoptr(json_t) plain = NULL;

	add_blocks(all, 1);
	reply = replay(all, 0, 9);
	g_assert_cmpuint(reply->events_next, ==, 2);
	g_assert_cmpuint(reply->events->len, ==, 4);
	g_assert_cmpuint(event_at(reply, 0)->kind, ==, BSN_EVENT_BLOCK);
	g_assert_cmpuint(event_at(reply, 1)->block, ==, 1);
	g_assert_cmpuint(event_at(reply, 2)->kind, ==, BSN_EVENT_CONTRACT);
	g_assert_true(bsn_slice_equal(event_at(reply, 2)->contract,
				      bsn_slice_str("counter")));
	g_assert_cmpuint(event_at(reply, 3)->index, ==, 1);
	payload = json_loadb((const char *)event_at(reply, 2)->payload.data,
			     event_at(reply, 2)->payload.len, 0, NULL);
	g_assert_true(json_equal(payload, expected));
	plain = json_loadb((const char *)event_at(reply, 3)->payload.data,
			   event_at(reply, 3)->payload.len, 0, NULL);
	g_assert_cmpstr(json_string_value(json_object_get(plain, "data")), ==,
			"plain");
}

static void
test_replay_ahead(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	g_autoptr(bsn_reply) reply = replay(all, 5, 9);

	g_assert_cmpuint(reply->events_next, ==, 5);
	g_assert_true(reply->events == NULL || reply->events->len == 0);
}

/* ---- the service ---- */

typedef struct {
	bsn_ledger *ledger;
	bsn_grpc_call *grpc;
	void *own;
	int32_t status;
} Subscriber;

static void
subscribe(Subscriber *subscriber, XuperNodes *all, Pb__BlockFilter *filter)
{
	Pb__SubscribeRequest outer = PB__SUBSCRIBE_REQUEST__INIT;
	g_autoptr(GByteArray) inner = message_pack(filter);
	g_autoptr(GByteArray) bytes = NULL;
	bsn_grpc_request request = { .size = sizeof(request) };
	bsn_err err = BSN_ERR_INIT;

	outer.filter = message_bytes(buffer_slice(inner));
	bytes = message_pack(&outer);
	request.method = xuper_engine_grpc.methods[0];
	request.message = buffer_slice(bytes);
	*subscriber = (Subscriber){ nodes_ledger(all, 0), fake_grpc_call_new(),
				    NULL, BSN_OK };
	subscriber->status =
		xuper_engine_grpc.opened(subscriber->ledger, subscriber->grpc,
					 &request, &subscriber->own, &err);
	fake_host_settle();
}

static void
leave(Subscriber *subscriber)
{
	if (subscriber->status == BSN_OK)
		xuper_engine_grpc.closed(subscriber->ledger, subscriber->own);
	fake_grpc_call_free(subscriber->grpc);
}

/* The i-th answer as "HEIGHT: CONTRACT.NAME ...", "HEIGHT: -" for a transaction
 * without events. */
static char *
told(const Subscriber *subscriber, guint i)
{
	g_auto(Arena) arena = ARENA_INIT;
	GString *text = g_string_new(NULL);
	const Pb__Event *event;
	const Pb__FilteredBlock *block;

	g_assert_cmpuint(i, <, subscriber->grpc->sent->len);
	event = message_unpack(&arena, &pb__event__descriptor,
			       bytes_slice(subscriber->grpc->sent->pdata[i]),
			       NULL, NULL);
	block = message_unpack(&arena, &pb__filtered_block__descriptor,
			       message_slice(event->payload), NULL, NULL);
	g_assert_cmpuint(strlen(block->blockid), ==, 2 * HASH_LEN);
	g_string_printf(text, "%s %" G_GINT64_FORMAT ":", block->bcname,
			block->block_height);
	for (gsize t = 0; t < block->n_txs; t++) {
		g_assert_cmpuint(strlen(block->txs[t]->txid), ==, 2 * HASH_LEN);
		if (block->txs[t]->n_events == 0)
			g_string_append(text, " -");
		for (gsize e = 0; e < block->txs[t]->n_events; e++)
			g_string_append_printf(
				text, " %s.%s",
				block->txs[t]->events[e]->contract,
				block->txs[t]->events[e]->name);
	}
	return g_string_free(text, FALSE);
}

static Pb__BlockFilter
filter_of(Pb__BlockRange *range, const char *start, const char *end)
{
	Pb__BlockFilter filter = PB__BLOCK_FILTER__INIT;

	pb__block_range__init(range);
	range->start = (char *)start;
	range->end = (char *)end;
	filter.bcname = (char *)"trade";
	filter.range = range;
	return filter;
}

static void
test_stream(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	Pb__BlockRange range;
	Pb__BlockFilter filter = filter_of(&range, "1", "4");
	Subscriber subscriber;

	add_blocks(all, 1);
	subscribe(&subscriber, all, &filter);
	g_assert_cmpuint(subscriber.grpc->sent->len, ==, 1);
	add_blocks(all, 4);
	fake_host_settle();
	g_assert_cmpuint(subscriber.grpc->sent->len, ==, 3);
	g_assert_true(subscriber.grpc->finished);
	g_assert_cmpuint(subscriber.grpc->code, ==, 0);
	for (guint i = 0; i < 3; i++) {
		g_autofree char *text = told(&subscriber, i);
		g_autofree char *expected = g_strdup_printf(
			"trade %u: counter.increase counter2.log", i + 1);

		g_assert_cmpstr(text, ==, expected);
	}
	leave(&subscriber);
}

static void
test_latest(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	Pb__BlockFilter filter = PB__BLOCK_FILTER__INIT;
	Subscriber subscriber;
	g_autofree char *first = NULL;

	add_blocks(all, 3);
	filter.bcname = (char *)"trade";
	filter.exclude_tx = TRUE;
	subscribe(&subscriber, all, &filter);
	first = told(&subscriber, 0);
	g_assert_cmpstr(first, ==, "trade 3:");
	add_blocks(all, 100);
	fake_host_settle();
	g_assert_cmpuint(subscriber.grpc->sent->len, ==, 101);
	g_assert_false(subscriber.grpc->finished);
	leave(&subscriber);
}

static void
test_filters(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	const struct {
		const char *contract, *event, *initiator, *auth, *from, *to;
		gboolean no_events;
		const char *expected;
	} cases[] = {
		{ "^counter$", "", "", "", "", "", FALSE,
		  "trade 1: counter.increase" },
		{ "counter", "", "", "", "", "", FALSE,
		  "trade 1: counter.increase counter2.log" },
		{ "", "^log$", "", "", "", "", FALSE, "trade 1: counter2.log" },
		{ "nothing", "", "", "", "", "", FALSE, "trade 1:" },
		{ "counter", "", "", "", "", "", TRUE, "trade 1:" },
		{ "", "", ALICE, BOB, ALICE, BOB, TRUE, "trade 1: -" },
		{ "", "", BOB, "", "", "", FALSE, "trade 1:" },
		{ "", "", "", ALICE, "", "", FALSE, "trade 1:" },
		{ "", "", "", "", BOB, "", FALSE, "trade 1:" },
		{ "", "", "", "", "", ALICE, FALSE, "trade 1:" },
	};

	add_blocks(all, 1);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Pb__BlockRange range;
		Pb__BlockFilter filter = filter_of(&range, "1", "2");
		Subscriber subscriber;
		g_autofree char *text = NULL;

		filter.contract = (char *)cases[i].contract;
		filter.event_name = (char *)cases[i].event;
		filter.initiator = (char *)cases[i].initiator;
		filter.auth_require = (char *)cases[i].auth;
		filter.from_addr = (char *)cases[i].from;
		filter.to_addr = (char *)cases[i].to;
		filter.exclude_tx_event = cases[i].no_events;
		subscribe(&subscriber, all, &filter);
		text = told(&subscriber, 0);
		g_assert_cmpstr(text, ==, cases[i].expected);
		leave(&subscriber);
	}
}

static void
test_slow(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	Pb__BlockRange range;
	Pb__BlockFilter filter = filter_of(&range, "0", "");
	Subscriber slow, other;

	subscribe(&slow, all, &filter);
	subscribe(&other, all, &filter);
	slow.grpc->full = TRUE;
	add_blocks(all, 3);
	fake_host_settle();
	g_assert_cmpuint(slow.grpc->sent->len, ==, 1);
	g_assert_cmpuint(other.grpc->sent->len, ==, 4);
	slow.grpc->full = FALSE;
	xuper_engine_grpc.writable(slow.ledger, slow.own);
	fake_host_settle();
	g_assert_cmpuint(slow.grpc->sent->len, ==, 4);
	leave(&slow);
	/* The chain goes first. */
	nodes_close(all, 0);
	g_assert_true(other.grpc->finished);
	g_assert_cmpuint(other.grpc->code, ==, 14);
	xuper_engine_grpc.closed(NULL, other.own);
	fake_grpc_call_free(other.grpc);
}

static void
test_wrong_requests(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	Pb__BlockRange range;
	Pb__BlockFilter filter = filter_of(&range, "x", "");
	Subscriber subscriber;

	subscribe(&subscriber, all, &filter);
	g_assert_cmpint(subscriber.status, ==, BSN_BAD_REQUEST);
	leave(&subscriber);
	filter = filter_of(&range, "", "");
	filter.contract = (char *)"(";
	subscribe(&subscriber, all, &filter);
	g_assert_cmpint(subscriber.status, ==, BSN_BAD_REQUEST);
	leave(&subscriber);
	filter = filter_of(&range, "", "");
	filter.bcname = (char *)"";
	subscribe(&subscriber, all, &filter);
	g_assert_cmpint(subscriber.status, ==, BSN_BAD_REQUEST);
	leave(&subscriber);
}

static void
test_route(void)
{
	Pb__SubscribeRequest outer = PB__SUBSCRIBE_REQUEST__INIT;
	Pb__BlockRange range;
	Pb__BlockFilter filter = filter_of(&range, "", "");
	g_autoptr(GByteArray) inner = message_pack(&filter);
	g_autoptr(GByteArray) name = g_byte_array_new();
	g_autoptr(GByteArray) bytes = NULL;
	BufferSink sink = buffer_sink(name, 256);
	bsn_err err = BSN_ERR_INIT;

	outer.filter = message_bytes(buffer_slice(inner));
	bytes = message_pack(&outer);
	g_assert_cmpint(xuper_engine_grpc.route(xuper_engine_grpc.methods[0],
						buffer_slice(bytes), &sink.sink,
						&err),
			==, BSN_OK);
	assert_bytes(name->data, name->len, "trade", 5);
	g_assert_cmpint(xuper_engine_grpc.route(xuper_engine_grpc.methods[0],
						bsn_slice_str("\xff"),
						&sink.sink, &err),
			==, BSN_BAD_REQUEST);
}

/* ---- patterns ---- */

static void
test_patterns(void)
{
	static const struct {
		const char *pattern, *text;
		gboolean matches;
	} cases[] = {
		{ "", "anything", TRUE },
		{ "^counter$", "counter", TRUE },
		{ "^counter$", "counter1", FALSE },
		{ "counter", "my-counter1", TRUE },
		{ "^a|b$", "xb", TRUE },
		{ "^c\\d+$", "c123", TRUE },
		{ "^c\\d+$", "cd", FALSE },
		{ "a\\.b", "a.b", TRUE },
		{ "a\\.b", "axb", FALSE },
		{ "^[^/{]+$", "ab", TRUE },
		{ "^\\w+\\s\\w+$", "a_1 b", TRUE },
		{ "^[]a-c-]+$", "b]-a", TRUE },
		{ "^[]a-c-]+$", "d", FALSE },
		{ "^[^]]$", "]", FALSE },
		{ "^[[:digit:]_]+$", "1_2", TRUE },
		{ "^(ab|c)*d?$", "abcabd", TRUE },
		{ "^(ab|c)+$", "abca", FALSE },
		{ "a$b", "ab", FALSE },
		{ "^$", "", TRUE },
		{ "^$", "a", FALSE },
	};
	static const char *const refused[] = {
		"a{3}", "(a", "[a", "*", "(a)\\1", "\\b", "a\\",
		"a)", "[b-a]", "[[:no:]]", "+", "a|*", "[\\",
	};
	g_autofree char *long_one = g_strnfill(PATTERN_MAX + 1, 'a');
	bsn_err err = BSN_ERR_INIT;
	Pattern *pattern;

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(pattern_new("contract", cases[i].pattern,
					    &pattern, &err),
				==, BSN_OK);
		g_assert_cmpint(
			pattern_matches(pattern, bsn_slice_str(cases[i].text)),
			==, cases[i].matches);
		pattern_free(pattern);
	}
	for (guint i = 0; i < G_N_ELEMENTS(refused); i++)
		g_assert_cmpint(
			pattern_new("contract", refused[i], &pattern, &err), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(pattern_new("contract", long_one, &pattern, &err), ==,
			BSN_BAD_REQUEST);
}

/* What the C library takes minutes for. */
static void
test_hard_patterns(void)
{
	static const char *const patterns[] = {
		"(((a*)*)*)*b", "(a|a)*(a|a)*(a|a)*b", "(.*)*.*.*.*.*b",
		"((a+)+)+b",	"(a?)+(a?)*b",	       "(|a)*(a|)*b",
	};
	g_autoptr(GString) text = g_string_new("[ac]*a");
	g_autofree char *many = g_strnfill(PATTERN_TEXT_MAX, 'a');
	Pattern *pattern;

	for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_assert_cmpint(pattern_new("contract", patterns[i], &pattern,
					    NULL),
				==, BSN_OK);
		g_assert_false(
			pattern_matches(pattern, bsn_slice_str(many)));
		many[PATTERN_TEXT_MAX - 1] = 'b';
		g_assert_true(pattern_matches(pattern, bsn_slice_str(many)));
		many[PATTERN_TEXT_MAX - 1] = 'a';
		pattern_free(pattern);
	}
	while (text->len < PATTERN_MAX - 5)
		g_string_append(text, "[ac]");
	g_string_append_c(text, 'b');
	g_assert_cmpint(pattern_new("contract", text->str, &pattern, NULL), ==,
			BSN_OK);
	for (guint i = 0; i < PATTERN_TEXT_MAX; i++)
		many[i] = g_test_rand_bit() ? 'a' : 'c';
	g_assert_false(pattern_matches(pattern, bsn_slice_str(many)));
	pattern_free(pattern);
}

/* Patterns that POSIX has as well mean the same. */
static void
test_patterns_as_posix(void)
{
	static const char alphabet[] = "ab.|()*+?[]^$-";
	guint compared = 0;

	for (guint round = 0; round < 20000; round++) {
		char words[9] = "", text[9] = "";
		regex_t posix;
		Pattern *pattern;

		for (guint i = 0; i < 1 + round % 8; i++)
			words[i] = alphabet[g_test_rand_int_range(
				0, (gint)sizeof(alphabet) - 1)];
		for (guint i = 0; i < round / 8 % 8; i++)
			text[i] = "ab-]"[g_test_rand_int_range(0, 4)];
		if (strstr(words, "(|") != NULL || strstr(words, "||") != NULL ||
		    strstr(words, "|)") != NULL || strstr(words, "()") != NULL ||
		    words[0] == '|' || words[strlen(words) - 1] == '|' ||
		    strpbrk(words, "^$[") != NULL ||
		    regcomp(&posix, words, REG_EXTENDED | REG_NOSUB) != 0)
			continue;
		if (pattern_new("contract", words, &pattern, NULL) == BSN_OK) {
			compared++;
			if (pattern_matches(pattern, bsn_slice_str(text)) !=
			    (regexec(&posix, text, 0, NULL, 0) == 0))
				g_error("\"%s\" in \"%s\"", words, text);
			pattern_free(pattern);
		}
		regfree(&posix);
	}
	g_assert_cmpuint(compared, >, 500);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/events/replay", test_replay);
	g_test_add_func("/xuper/events/nothing-is-there-yet",
			test_replay_ahead);
	g_test_add_func("/xuper/events/stream-of-a-range", test_stream);
	g_test_add_func("/xuper/events/from-the-latest-block-on", test_latest);
	g_test_add_func("/xuper/events/filters", test_filters);
	g_test_add_func("/xuper/events/a-slow-one-holds-up-nobody", test_slow);
	g_test_add_func("/xuper/events/wrong-requests", test_wrong_requests);
	g_test_add_func("/xuper/events/which-chain", test_route);
	g_test_add_func("/xuper/events/patterns", test_patterns);
	g_test_add_func("/xuper/events/hard-patterns", test_hard_patterns);
	g_test_add_func("/xuper/events/patterns-as-posix",
			test_patterns_as_posix);
	return g_test_run();
}
