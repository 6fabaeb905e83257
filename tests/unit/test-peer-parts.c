/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of which connections between hosts are made: frames, lists,
 * budgets, the gate, queues.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "host/config/peer_rule.h"
#include "host/peer/budget.h"
#include "host/peer/error.h"
#include "host/peer/frame.h"
#include "host/peer/gate.h"
#include "host/peer/lane.h"
#include "host/peer/lists.h"

static const guint8 chain_id[CHAIN_ID_LEN] = { 7, 1 };

/* ---- frames ---- */

/* Parses all bytes in pieces of `step`; what comes out as text. */
static char *
parse(const GByteArray *bytes, gboolean known, gsize step)
{
	GString *text = g_string_new(NULL);
	FrameEvent event = FRAME_MORE;
	FrameParser parser;
	gsize at = 0;

	frame_parser_init(&parser);
	parser.known = known;
	while (at < bytes->len && event != FRAME_BROKEN) {
		at += frame_parse(&parser, bytes->data + at,
				  MIN(step, bytes->len - at), &event);
		if (event == FRAME_GOT)
			g_string_append_printf(text, "%u:%u:%.*s ", parser.type,
					       parser.chain[0],
					       (int)parser.payload->len,
					       parser.payload->data);
	}
	if (event == FRAME_BROKEN)
		g_string_append_printf(text, "broken: %s", parser.reason);
	frame_parser_clear(&parser);
	return g_string_free(text, FALSE);
}

static void
test_frames(void)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	frame_append(bytes, FRAME_JOIN, chain_id, NULL, 0);
	frame_append(bytes, FRAME_MESSAGE, chain_id, "hello", 5);
	frame_append(bytes, FRAME_MESSAGE, chain_id, NULL, 0);
	frame_append(bytes, FRAME_PING, NULL, NULL, 0);
	for (gsize step = 1; step <= bytes->len; step++) {
		g_autofree char *text = parse(bytes, TRUE, step);

		g_assert_cmpstr(text, ==, "7:7: 11:7:hello 11:7: 4:0: ");
	}
}

static void
test_frame_rules(void)
{
	static const struct {
		FrameType type;
		gboolean of_chain, known;
		gsize len;
		const char *reason;
	} wrong[] = {
		{ 0, FALSE, TRUE, 0, "no known type" },
		{ 12, FALSE, TRUE, 0, "no known type" },
		{ FRAME_HELLO, FALSE, TRUE, 100, "moment" },
		{ FRAME_MESSAGE, TRUE, FALSE, 1, "moment" },
		{ FRAME_KEY, FALSE, FALSE, 100, "moment" },
		{ FRAME_MESSAGE, FALSE, TRUE, 1, "without its chain" },
		{ FRAME_PING, TRUE, TRUE, 0, "cannot concern" },
		{ FRAME_PING, FALSE, TRUE, 1, "length" },
		{ FRAME_CREDIT, TRUE, TRUE, 3, "length" },
		{ FRAME_HELLO, FALSE, FALSE, FRAME_HELLO_MAX + 1, "length" },
		{ FRAME_PROOF, FALSE, FALSE, 65, "length" },
		{ FRAME_MESSAGE, TRUE, TRUE, FRAME_MESSAGE_MAX + 1, "length" },
		{ FRAME_MESSAGE, TRUE, TRUE, G_MAXUINT32, "length" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		g_autofree char *text = NULL;
		guint8 head[FRAME_HEAD_LEN];

		frame_head(head, wrong[i].type,
			   wrong[i].of_chain ? chain_id : NULL, wrong[i].len);
		g_byte_array_append(bytes, head, sizeof(head));
		text = parse(bytes, wrong[i].known, 1000);
		g_assert_true(g_str_has_prefix(text, "broken: "));
		g_assert_nonnull(strstr(text, wrong[i].reason));
	}
}

static void
test_frame_reserved(void)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *text = NULL;

	frame_append(bytes, FRAME_PING, NULL, NULL, 0);
	bytes->data[6] = 1;
	text = parse(bytes, TRUE, 1000);
	g_assert_nonnull(strstr(text, "reserved"));
}

/* What a head announces is not believed before it has come. */
static void
test_frame_memory(void)
{
	guint8 head[FRAME_HEAD_LEN];
	FrameParser parser;
	FrameEvent event;

	frame_parser_init(&parser);
	parser.known = TRUE;
	frame_head(head, FRAME_MESSAGE, chain_id, FRAME_MESSAGE_MAX);
	frame_parse(&parser, head, sizeof(head), &event);
	frame_parse(&parser, head, 10, &event);
	g_assert_cmpint(event, ==, FRAME_MORE);
	g_assert_cmpuint(parser.payload->len, ==, 10);
	frame_parser_clear(&parser);
}

static void
test_errors(void)
{
	g_autofree char *tall = g_strnfill(1000, 'x');
	g_autoptr(GByteArray) one = peer_error_write(PEER_REVOKED, "gone");
	g_autoptr(GByteArray) two = peer_error_write(PEER_FLOOD, tall);
	g_autoptr(GError) read = peer_error_read(one->data, one->len);
	g_autoptr(GError) noise =
		peer_error_read((const guint8 *)"\xff\xff\xff\x00z", 5);

	g_assert_error(read, PEER_ERROR, PEER_REVOKED);
	g_assert_cmpstr(read->message, ==, "gone");
	g_assert_cmpuint(two->len, ==, FRAME_ERROR_MAX);
	g_assert_cmpstr(peer_error_name((guint)noise->code), ==, "unknown");
	g_assert_true(g_utf8_validate(noise->message, -1, NULL));
}

/* ---- lists ---- */

static gboolean
allows_address(const PeerLists *lists, const char *text)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in v4 = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return peer_lists_allow_address(lists,
						(struct sockaddr *)&v4);
	g_assert_cmpint(inet_pton(AF_INET6, text, &v6.sin6_addr), ==, 1);
	return peer_lists_allow_address(lists, (struct sockaddr *)&v6);
}

static void
test_addresses(void)
{
	static const char *const allow[] = { "address 10.1.0.0/16",
					     "address 2001:db8::/33",
					     "organisation Acme", NULL };
	static const char *const deny[] = { "address 10.1.2.3", NULL };
	PeerLists *lists = peer_lists_new(allow, deny);
	PeerLists *all = peer_lists_new(NULL, NULL);

	g_assert_true(allows_address(lists, "10.1.2.4"));
	g_assert_false(allows_address(lists, "10.1.2.3"));
	g_assert_false(allows_address(lists, "10.2.0.1"));
	g_assert_true(allows_address(lists, "2001:db8:7fff::1"));
	g_assert_false(allows_address(lists, "2001:db8:8000::1"));
	/* However it is written, it is the same address. */
	g_assert_false(allows_address(lists, "::ffff:10.1.2.3"));
	g_assert_true(allows_address(lists, "::ffff:10.1.2.4"));
	g_assert_true(allows_address(all, "10.2.0.1"));
	peer_lists_free(lists);
	peer_lists_free(all);
}

static void
test_identities(void)
{
	static const char *const allow[] = { "host n1@Acme",
					     "organisation Other",
					     "address 10.1.0.0/16", NULL };
	static const char *const deny[] = { "host n9@Other", NULL };
	PeerLists *lists = peer_lists_new(allow, deny);
	Identity n1 = { .name = (char *)"n1", .organisation = (char *)"Acme" };
	Identity n2 = { .name = (char *)"n2", .organisation = (char *)"Acme" };
	Identity n9 = { .name = (char *)"n9", .organisation = (char *)"Other" };

	g_assert_true(peer_lists_allow_identity(lists, &n1));
	g_assert_false(peer_lists_allow_identity(lists, &n2));
	g_assert_false(peer_lists_allow_identity(lists, &n9));
	n9.name = (char *)"n8";
	g_assert_true(peer_lists_allow_identity(lists, &n9));
	peer_lists_free(lists);
}

static void
test_no_rules(void)
{
	static const char *const texts[] = {
		"", "address", "address ", "address 10.0.0.256",
		"address 10.0.0.0/33", "address ::/129", "address 10.0.0.0/-1",
		"address 10.0.0.0/", "host Acme", "host @Acme", "host n1@",
		"certificate 12", "organisation ", "n1@Acme",
	};
	PeerRule rule;

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_false(peer_rule_parse(texts[i], &rule));
}

/* ---- budgets and the gate ---- */

static void
test_budget(void)
{
	static const BudgetRule rule = { 10, 2 };
	Budget budget;

	budget_init(&budget, rule, 1000);
	g_assert_true(budget_take(&budget, rule, 10, 1000));
	g_assert_false(budget_take(&budget, rule, 1, 1000));
	g_assert_false(budget_take(&budget, rule, 1, 1000 + 499999));
	g_assert_true(budget_take(&budget, rule, 1, 1000 + 500000));
	/* A clock that goes back gives nothing; a long silence, a burst. */
	g_assert_false(budget_take(&budget, rule, 1, 0));
	g_assert_cmpint(budget_refill(&budget, rule, G_MAXINT64), ==, 10);
}

static void
make_address(guint8 address[16], guint32 n)
{
	memset(address, 0, 16);
	address[10] = address[11] = 0xff;
	memcpy(address + 12, &n, sizeof(n));
}

static void
test_gate(void)
{
	Gate *gate = gate_new(4, 1000);
	guint8 one[16], two[16], three[16];

	make_address(one, 1);
	make_address(two, 2);
	make_address(three, 3);
	g_assert_cmpint(gate_enter(gate, one, 0), ==, GATE_OPEN);
	g_assert_cmpint(gate_enter(gate, one, 0), ==, GATE_OPEN);
	g_assert_cmpint(gate_enter(gate, one, 0), ==, GATE_CROWD);
	g_assert_cmpint(gate_enter(gate, two, 0), ==, GATE_OPEN);
	g_assert_cmpint(gate_enter(gate, two, 0), ==, GATE_OPEN);
	g_assert_cmpint(gate_enter(gate, three, 0), ==, GATE_FULL);
	gate_leave(gate, one);
	g_assert_cmpint(gate_enter(gate, three, 0), ==, GATE_OPEN);
	g_assert_cmpuint(gate_inside(gate), ==, 4);
	gate_free(gate);
}

/* Ten thousand addresses in a moment: few get in, fewer are remembered. */
static void
test_gate_flood(void)
{
	Gate *gate = gate_new(64, 100);
	guint8 address[16];
	guint entered = 0;

	for (guint32 n = 0; n < 10000; n++) {
		make_address(address, n);
		if (gate_enter(gate, address, n) != GATE_OPEN)
			continue;
		entered++;
		gate_leave(gate, address);
	}
	g_assert_cmpuint(entered, ==, 100);
	g_assert_cmpuint(gate_remembered(gate), ==, 100);
	make_address(address, 7);
	gate_enter(gate, address, 10 * G_USEC_PER_SEC);
	g_assert_cmpuint(gate_remembered(gate), ==, 1);
	gate_free(gate);
}

/* One address cannot keep the others out. */
static void
test_gate_share(void)
{
	Gate *gate = gate_new(100, 10);
	guint8 greedy[16], other[16];
	guint entered = 0;

	make_address(greedy, 1);
	make_address(other, 2);
	for (guint i = 0; i < 100; i++)
		entered += gate_enter(gate, greedy, 0) == GATE_OPEN;
	g_assert_cmpuint(entered, ==, 5);
	g_assert_cmpint(gate_enter(gate, other, 0), ==, GATE_OPEN);
	gate_free(gate);
}

/* Addresses of one IPv6 network count as one. */
static void
test_gate_v6(void)
{
	Gate *gate = gate_new(4, 100);
	guint8 address[16] = { 0x20, 0x01, 0x0d, 0xb8 };

	for (guint i = 0; i < 2; i++) {
		address[15] = (guint8)i;
		g_assert_cmpint(gate_enter(gate, address, 0), ==, GATE_OPEN);
	}
	address[15] = 9;
	g_assert_cmpint(gate_enter(gate, address, 0), ==, GATE_CROWD);
	address[6] = 1;
	g_assert_cmpint(gate_enter(gate, address, 0), ==, GATE_OPEN);
	gate_free(gate);
}

/* ---- lanes ---- */

static GBytes *
message(char letter, gsize len)
{
	return g_bytes_new_take(g_strnfill(len, letter), len);
}

/* The first letters of all that may be sent, in order. */
static char *
send_all(Lanes *lanes)
{
	GString *text = g_string_new(NULL);
	GBytes *next;
	Lane *lane;

	while ((next = lanes_next(lanes, &lane)) != NULL) {
		g_string_append_c(text,
				  *(const char *)g_bytes_get_data(next, NULL));
		g_bytes_unref(next);
	}
	return g_string_free(text, FALSE);
}

static void
start_lane(Lane *lane, Lanes *lanes, gint64 credit)
{
	lane_init(lane, lanes);
	lane->credit = credit;
}

static void
test_lane_order(void)
{
	g_autofree char *sent = NULL;
	Lanes lanes;
	Lane lane;

	lanes_init(&lanes, 1 << 20, 1 << 22);
	start_lane(&lane, &lanes, LANE_CREDIT);
	for (char letter = 'a'; letter <= 'e'; letter++)
		lane_push(&lane, message(letter, 10));
	sent = send_all(&lanes);
	g_assert_cmpstr(sent, ==, "abcde");
	g_assert_cmpuint(lanes.waiting, ==, 0);
}

/* A chain with large messages gets no more than one with small ones. */
static void
test_lane_fair(void)
{
	g_autofree char *sent = NULL;
	Lanes lanes;
	Lane large, small;
	const char *first_half;
	guint larges = 0, smalls = 0;

	lanes_init(&lanes, 1 << 25, 1 << 26);
	start_lane(&large, &lanes, 1 << 30);
	start_lane(&small, &lanes, 1 << 30);
	for (guint i = 0; i < 10; i++)
		lane_push(&large, message('L', 1 << 20));
	for (guint i = 0; i < 1600; i++)
		lane_push(&small, message('s', 8 << 10));
	sent = send_all(&lanes);
	first_half = strchr(sent, 'L');
	/* By when five megabytes of the one have gone, about as much of the
	 * other has. */
	for (const char *at = sent; larges < 5; at++) {
		larges += *at == 'L';
		smalls += *at == 's';
	}
	g_assert_nonnull(first_half);
	g_assert_cmpuint(smalls, >, 540);
	g_assert_cmpuint(smalls, <, 740);
}

/* A chain that gets no credit holds up no other. */
static void
test_lane_credit(void)
{
	g_autofree char *sent = NULL;
	g_autofree char *more = NULL;
	Lanes lanes;
	Lane stuck, free_lane;

	lanes_init(&lanes, 1 << 20, 1 << 22);
	start_lane(&stuck, &lanes, 0);
	start_lane(&free_lane, &lanes, 1);
	lane_push(&stuck, message('x', 1));
	lane_push(&free_lane, message('a', 1));
	lane_push(&free_lane, message('b', 1));
	sent = send_all(&lanes);
	g_assert_cmpstr(sent, ==, "a"); /* and its credit is spent */
	free_lane.credit = 1000;
	stuck.credit = 1;
	more = send_all(&lanes);
	g_assert_true(g_str_equal(more, "xb") || g_str_equal(more, "bx"));
}

static void
test_lane_overflow(void)
{
	g_autofree char *sent = NULL;
	Lanes lanes;
	Lane lane;

	lanes_init(&lanes, 3 * net_message_cost(100), 1 << 20);
	start_lane(&lane, &lanes, LANE_CREDIT);
	for (char letter = 'a'; letter <= 'c'; letter++)
		lane_push(&lane, message(letter, 100));
	g_assert_false(lanes.lost);
	g_assert_true(lane_is_full(&lane, 100));
	lane_push(&lane, message('d', 100));
	g_assert_true(lanes.lost && lane.lost);
	g_assert_cmpuint(lane.dropped, ==, 1);
	sent = send_all(&lanes);
	g_assert_cmpstr(sent, ==, "bcd");
}

/* Empty messages take memory, too. */
static void
test_lane_count(void)
{
	Lanes lanes;
	Lane lane;

	lanes_init(&lanes, 100 * NET_MESSAGE_COST, 1 << 20);
	start_lane(&lane, &lanes, 0);
	for (guint i = 0; i < 1000; i++)
		lane_push(&lane, message('a', 0));
	g_assert_cmpuint(lane.messages.length, ==, 100);
	lane_clear(&lane);
	g_assert_cmpuint(lanes.waiting, ==, 0);
}

/* When all together are too long, the longest loses. */
static void
test_lanes_overflow(void)
{
	Lanes lanes;
	Lane lane_long, lane_short;

	lanes_init(&lanes, 10 * net_message_cost(100),
		   4 * net_message_cost(100));
	start_lane(&lane_long, &lanes, 0);
	start_lane(&lane_short, &lanes, 0);
	for (guint i = 0; i < 4; i++)
		lane_push(&lane_long, message('l', 100));
	lane_push(&lane_short, message('s', 100));
	g_assert_cmpuint(lane_long.messages.length, ==, 3);
	g_assert_cmpuint(lane_short.messages.length, ==, 1);
	g_assert_true(lane_long.lost && !lane_short.lost);
	lane_clear(&lane_long);
	lane_clear(&lane_short);
	g_assert_cmpuint(lanes.waiting, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/peer/frames/any-pieces-give-the-same", test_frames);
	g_test_add_func("/peer/frames/rules-are-kept", test_frame_rules);
	g_test_add_func("/peer/frames/reserved-is-zero", test_frame_reserved);
	g_test_add_func("/peer/frames/memory-grows-with-what-came",
			test_frame_memory);
	g_test_add_func("/peer/errors/are-bounded-text", test_errors);
	g_test_add_func("/peer/lists/addresses", test_addresses);
	g_test_add_func("/peer/lists/identities", test_identities);
	g_test_add_func("/peer/lists/what-is-no-rule", test_no_rules);
	g_test_add_func("/peer/budget/fills-with-time", test_budget);
	g_test_add_func("/peer/gate/so-many-at-once", test_gate);
	g_test_add_func("/peer/gate/a-flood-is-not-remembered",
			test_gate_flood);
	g_test_add_func("/peer/gate/one-address-has-half", test_gate_share);
	g_test_add_func("/peer/gate/a-network-is-one-address", test_gate_v6);
	g_test_add_func("/peer/lanes/keep-order", test_lane_order);
	g_test_add_func("/peer/lanes/share-bytes", test_lane_fair);
	g_test_add_func("/peer/lanes/wait-for-credit", test_lane_credit);
	g_test_add_func("/peer/lanes/drop-the-oldest", test_lane_overflow);
	g_test_add_func("/peer/lanes/count-messages", test_lane_count);
	g_test_add_func("/peer/lanes/the-longest-loses", test_lanes_overflow);
	return g_test_run();
}
