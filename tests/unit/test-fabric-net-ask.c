/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions between nodes, and their answers.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-nodes.h"

typedef struct {
	guint n; /* answers */
	int32_t status;
	int32_t native;
	GString *text;
	char reason[BSN_REASON_MAX];
} Heard;

static Heard heard;
static NetQuestion *kept;

static FabricNodes *
start(void)
{
	FabricNodes *all = fabric_nodes_new(2, 2);

	if (heard.text == NULL)
		heard.text = g_string_new(NULL);
	heard.n = 0;
	heard.native = 0;
	g_string_truncate(heard.text, 0);
	heard.reason[0] = '\0';
	kept = NULL;
	nodes_link_all(all);
	nodes_advance(all, 1000);
	return all;
}

static void
answered(gpointer owner, int32_t status, bsn_slice answer, const bsn_err *err)
{
	Heard *one = owner;

	one->n++;
	one->status = status;
	g_string_append_len(one->text, (const char *)answer.data,
			    (gssize)answer.len);
	one->native = err->native;
	g_strlcpy(one->reason, err->reason, sizeof(one->reason));
}

static guint64
ask(FabricNodes *all, guint kind, const char *question)
{
	return net_ask(all->nodes[0].channel, &nodes_peer(all, 0, 1)->open,
		       kind, TEXT(question), 3000, answered, &heard);
}

static void
keep(Channel *channel, NetQuestion *question, bsn_slice content)
{
	kept = question;
}

static NetQuestion *all_kept[2 * NET_QUESTIONS_MAX];
static guint n_kept;

static void
keep_all(Channel *channel, NetQuestion *question, bsn_slice content)
{
	all_kept[n_kept++] = question;
}

static void
answer_all(FabricNodes *all)
{
	for (guint i = 0; i < n_kept; i++)
		net_answer(all->nodes[1].channel, all_kept[i], BSN_OK,
			   TEXT("."), NULL);
	n_kept = 0;
}

static int32_t answer_status;

static void
refuse(Channel *channel, NetQuestion *question, bsn_slice content)
{
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail_native(&err, answer_status, 7, "because of this");
	net_answer(channel, question, answer_status, TEXT("unseen"), &err);
}

static void
assert_heard(int32_t status, const char *text, const char *reason)
{
	g_assert_cmpuint(heard.n, ==, 1);
	g_assert_cmpint(heard.status, ==, status);
	g_assert_cmpstr(heard.text->str, ==, text);
	g_assert_cmpstr(heard.reason, ==, reason);
}

static void
test_answer(void)
{
	g_autoptr(FabricNodes) all = start();

	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), !=, 0);
	g_assert_cmpuint(heard.n, ==, 0);
	nodes_settle(all);
	assert_heard(BSN_OK, "answer to this", "");
	g_assert_cmpuint(ask(all, NET_ASK_PACKAGE, "7"), !=, 0);
	nodes_advance(all, 10000);
	g_assert_cmpuint(heard.n, ==, 2);
	g_assert_cmpstr(heard.text->str, ==, "answer to thispackage 7");
	g_assert_cmpuint(fake_chain_timers(all->nodes[0].chain), ==, 0);
}

static void
test_refusal(void)
{
	g_autoptr(FabricNodes) all = start();

	all->nodes[1].asked = refuse;
	answer_status = BSN_REVERTED;
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), !=, 0);
	nodes_settle(all);
	assert_heard(BSN_REVERTED, "", "because of this");
	g_assert_cmpint(heard.native, ==, 7);
}

/* A fault of the other node is not one of this. */
static void
test_fault(void)
{
	g_autoptr(FabricNodes) all = start();

	all->nodes[1].asked = refuse;
	answer_status = BSN_E_CORRUPT;
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), !=, 0);
	nodes_settle(all);
	assert_heard(BSN_UNAVAILABLE, "", "because of this");
}

static void
test_unknown_kind(void)
{
	g_autoptr(FabricNodes) all = start();

	g_assert_cmpuint(ask(all, 9, "this"), !=, 0);
	nodes_settle(all);
	assert_heard(BSN_NOT_OFFERED, "",
		     "this node does not know such a question");
}

/* Each has its own time. */
static void
test_two_timeouts(void)
{
	g_autoptr(FabricNodes) all = start();
	Channel *channel = all->nodes[0].channel;
	NetPeer *peer = &nodes_peer(all, 0, 1)->open;

	all->nodes[1].asked = keep_all;
	for (guint ms = 3000; ms > 0; ms -= 1000)
		(void)net_ask(channel, peer, NET_ASK_ENDORSE, TEXT("this"), ms,
			      answered, &heard);
	for (guint i = 1; i <= 3; i++) {
		nodes_advance(all, 990);
		g_assert_cmpuint(heard.n, ==, i - 1);
		nodes_advance(all, 10);
		g_assert_cmpuint(heard.n, ==, i);
	}
	answer_all(all);
}

/* An answer that comes too late is none. */
static void
test_timeout(void)
{
	g_autoptr(FabricNodes) all = start();

	all->nodes[1].asked = keep;
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), !=, 0);
	nodes_advance(all, 2900);
	g_assert_cmpuint(heard.n, ==, 0);
	nodes_advance(all, 200);
	assert_heard(BSN_TIMEOUT, "", "n1 has not answered in time");
	net_answer(all->nodes[1].channel, kept, BSN_OK, TEXT("late"), NULL);
	nodes_settle(all);
	g_assert_cmpuint(heard.n, ==, 1);
	g_assert_cmpuint(all->nodes[0].channel->net->dropped.unasked, ==, 1);
}

static void
test_cancel(void)
{
	g_autoptr(FabricNodes) all = start();
	Channel *channel = all->nodes[0].channel;
	guint64 id = ask(all, NET_ASK_ENDORSE, "this");

	net_ask_cancel(channel, id);
	net_ask_cancel(channel, id);
	net_ask_cancel(channel, 0);
	nodes_advance(all, 5000);
	g_assert_cmpuint(heard.n, ==, 0);
	g_assert_cmpuint(channel->net->dropped.unasked, ==, 1);
	g_assert_cmpuint(nodes_peer(all, 0, 1)->asking, ==, 0);
}

static void
test_gone(void)
{
	g_autoptr(FabricNodes) all = start();

	all->nodes[1].asked = keep;
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), !=, 0);
	nodes_settle(all);
	nodes_link(all, 0, 1, FALSE);
	assert_heard(BSN_UNAVAILABLE, "", "n1 cannot be reached any more");
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), ==, 0);
	/* Nobody is there to hear of it. */
	net_answer(all->nodes[1].channel, kept, BSN_OK, TEXT("lost"), NULL);
	nodes_link(all, 0, 1, TRUE);
	nodes_settle(all);
	g_assert_cmpuint(heard.n, ==, 1);
	g_assert_cmpuint(nodes_peer(all, 1, 0)->answering, ==, 0);
}

static void
test_close(void)
{
	g_autoptr(FabricNodes) all = start();

	all->nodes[1].asked = keep;
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), !=, 0);
	nodes_settle(all);
	fake_chain_close(all->nodes[0].chain);
	g_assert_cmpuint(heard.n, ==, 1);
	g_assert_cmpint(heard.status, ==, BSN_UNAVAILABLE);
	/* A question that outlives the channel it came to. */
	net_close(all->nodes[1].channel);
	net_answer(all->nodes[1].channel, kept, BSN_OK, TEXT("lost"), NULL);
}

static void
test_many(void)
{
	g_autoptr(FabricNodes) all = start();
	Bsn__Net__Question question = BSN__NET__QUESTION__INIT;

	all->nodes[1].asked = keep_all;
	for (guint i = 0; i < NET_QUESTIONS_MAX; i++)
		g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), ==, i + 1);
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), ==, 0);
	nodes_settle(all);
	g_assert_cmpuint(n_kept, ==, NET_QUESTIONS_MAX);
	/* One who does not care for the limit is refused. */
	question.id = 1;
	question.kind = NET_ASK_ENDORSE;
	nodes_inject(all, 0, 1, NET_QUESTION, &question);
	g_assert_cmpuint(n_kept, ==, NET_QUESTIONS_MAX);
	nodes_settle(all);
	assert_heard(BSN_BUSY, "", "too many questions are open");
	answer_all(all);
	nodes_settle(all);
	g_assert_cmpuint(heard.n, ==, NET_QUESTIONS_MAX);
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "this"), !=, 0);
	nodes_settle(all);
	answer_all(all);
}

/* Another node's answer to a question is none. */
static void
test_other_answers(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 3);
	Bsn__Net__Answer answer = BSN__NET__ANSWER__INIT;

	heard.n = 0;
	nodes_link_all(all);
	nodes_settle(all);
	all->nodes[1].asked = keep;
	answer.id = ask(all, NET_ASK_ENDORSE, "this");
	nodes_settle(all);
	nodes_inject(all, 2, 0, NET_ANSWER, &answer);
	g_assert_cmpuint(heard.n, ==, 0);
	answer.status = 77;
	nodes_inject(all, 1, 0, NET_ANSWER, &answer);
	g_assert_cmpuint(heard.n, ==, 0);
	g_assert_cmpuint(all->nodes[0].channel->net->dropped.malformed, ==, 1);
	net_answer(all->nodes[1].channel, kept, BSN_OK, TEXT("."), NULL);
	nodes_settle(all);
	g_assert_cmpuint(heard.n, ==, 1);
}

static void
answer_much(Channel *channel, NetQuestion *question, bsn_slice content)
{
	g_autofree guint8 *bytes = g_malloc0(NET_CONTENT_MAX + 1);
	const gsize len = NET_CONTENT_MAX + (content.len > 4 ? 1 : 0);

	net_answer(channel, question, BSN_OK, bsn_slice_of(bytes, len), NULL);
}

static void
test_size(void)
{
	g_autoptr(FabricNodes) all = start();
	g_autofree char *question = g_strnfill(NET_CONTENT_MAX + 1, 'x');

	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, question), ==, 0);
	all->nodes[1].asked = answer_much;
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "long one"), !=, 0);
	nodes_settle(all);
	g_assert_cmpint(heard.status, ==, BSN_TOO_LARGE);
	g_assert_cmpuint(ask(all, NET_ASK_ENDORSE, "one"), !=, 0);
	nodes_settle(all);
	g_assert_cmpint(heard.status, ==, BSN_OK);
	g_assert_cmpuint(heard.text->len, ==, NET_CONTENT_MAX);
}

/* Who is asked again from inside an answer, and cancels another one. */
static guint64 other_id;
static FabricNodes *nodes;

static void
answered_and_asks(gpointer owner, int32_t status, bsn_slice answer,
		  const bsn_err *err)
{
	net_ask_cancel(nodes->nodes[0].channel, other_id);
	answered(owner, status, answer, err);
	(void)ask(nodes, NET_ASK_ENDORSE, "again");
}

static void
test_inside(void)
{
	g_autoptr(FabricNodes) all = start();

	nodes = all;
	all->nodes[1].asked = keep_all;
	g_assert_cmpuint(net_ask(all->nodes[0].channel,
				 &nodes_peer(all, 0, 1)->open, NET_ASK_ENDORSE,
				 TEXT("this"), 1000, answered_and_asks, &heard),
			 !=, 0);
	other_id = net_ask(all->nodes[0].channel, &nodes_peer(all, 0, 1)->open,
			   NET_ASK_ENDORSE, TEXT("that"), 1000,
			   answered_and_asks, &heard);
	nodes_advance(all, 2000);
	g_assert_cmpuint(heard.n, ==, 1);
	nodes_advance(all, 3000);
	g_assert_cmpuint(heard.n, ==, 2);
	g_assert_cmpint(heard.status, ==, BSN_TIMEOUT);
	g_assert_cmpuint(n_kept, ==, 3);
	answer_all(all);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric-net-ask/" name, function)
	TEST("an-answer", test_answer);
	TEST("a-refusal-with-its-reason", test_refusal);
	TEST("a-fault-of-the-other-node", test_fault);
	TEST("an-unknown-question", test_unknown_kind);
	TEST("no-answer-in-time", test_timeout);
	TEST("several-times", test_two_timeouts);
	TEST("cancelled", test_cancel);
	TEST("an-unreachable-node", test_gone);
	TEST("closing", test_close);
	TEST("too-many", test_many);
	TEST("another-node-answers", test_other_answers);
	TEST("sizes", test_size);
	TEST("asked-from-inside-an-answer", test_inside);
	return g_test_run();
}
