/* SPDX-License-Identifier: Apache-2.0
 *
 * The hub of messages between applications.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/amop/private.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/services.h"
#include "tests/unit/fake-host.h"

#define SECRET AMOP_PRIVATE "secret"

/* A member that keeps the last message. */
typedef struct {
	AmopMember member; /* first */
	guint got;
	guint8 id[AMOP_ID_LEN];
	char *content;
	gboolean full; /* takes nothing */
} Peer;

/* What became of a message. */
typedef struct {
	guint told;
	AmopOutcome outcome;
	char *answer;
} Fate;

static bsn_chain *chain;
static AmopHub *hub;

static gboolean
deliver(AmopMember *member, const AmopMessage *message)
{
	Peer *peer = (Peer *)member;

	if (peer->full)
		return FALSE;
	peer->got++;
	memcpy(peer->id, message->id, AMOP_ID_LEN);
	g_free(peer->content);
	peer->content = g_strndup((const char *)message->content.data,
				  message->content.len);
	return TRUE;
}

static const AmopMemberKind peer_kind = { deliver };

static void
timer(bsn_ledger *ledger, uint64_t id)
{
	g_assert_cmpuint(id, ==, TIMER_AMOP);
	amop_hub_timer(hub);
}

static int32_t
open_chain(bsn_chain *opened, bsn_slice genesis, bsn_ledger **ledger,
	   bsn_err *err)
{
	return BSN_OK;
}

static void
close_chain(bsn_ledger *ledger)
{
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.open = open_chain,
	.close = close_chain,
	.timer = timer,
};

static const bsn_engine engine = {
	.size = sizeof(bsn_engine),
	.framework = "none",
	.chain = &chain_ops,
};

static void
start(void)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(1);
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	chain = fake_chain_new("amop");
	g_assert_cmpint(fake_chain_open(chain, &engine, bsn_slice_str("{}"),
					&err),
			==, BSN_OK);
	hub = amop_hub_new(chain);
}

static void
stop(void)
{
	amop_hub_free(hub);
	services.timer->cancel(chain, TIMER_AMOP);
	fake_chain_close(chain);
	fake_chain_free(chain);
}

static Peer *
join_with(const char *key, const char *topic)
{
	Peer *peer = g_new0(Peer, 1);
	const char *const names[] = { topic, NULL };
	const bsn_client who = { .size = sizeof(who),
				 .name = bsn_slice_str("peer"),
				 .public_key = bsn_slice_str(key) };

	amop_join(hub, &peer->member, &peer_kind, &who);
	g_assert_cmpint(amop_set_topics(hub, &peer->member, names, NULL), ==,
			BSN_OK);
	return peer;
}

static Peer *
join(const char *topic)
{
	return join_with("", topic);
}

static void
leave(Peer *peer)
{
	amop_leave(hub, &peer->member);
	g_free(peer->content);
	g_free(peer);
}

static void
done(gpointer owner, const AmopStatus *status)
{
	Fate *fate = owner;

	fate->told++;
	fate->outcome = status->outcome;
	g_free(fate->answer);
	fate->answer = g_strndup((const char *)status->answer.data,
				 status->answer.len);
}

static AmopMessage
message_of(guint64 number, const char *topic, const char *content)
{
	AmopMessage message = { .topic = topic,
				.content = bsn_slice_str(content) };

	memcpy(message.id, &number, sizeof(number));
	return message;
}

static void
send_for(guint64 number, Peer *from, const char *topic, guint64 timeout_ms,
	 Fate *fate)
{
	const AmopSender sender = {
		done, fate, from != NULL ? &from->member : NULL
	};
	const AmopMessage message = message_of(number, topic, "hello");

	amop_send(hub, &sender, &message, timeout_ms);
}

static void
expect(Fate *fate, AmopOutcome outcome, const char *answer)
{
	g_assert_cmpuint(fate->told, ==, 1);
	g_assert_cmpint((int)fate->outcome, ==, (int)outcome);
	g_assert_cmpstr(fate->answer, ==, answer);
	g_free(fate->answer);
	memset(fate, 0, sizeof(*fate));
}

static gboolean
answer(Peer *peer, const char *text)
{
	return amop_answer(hub, &peer->member, peer->id, 0,
			   bsn_slice_str(text));
}

/* ---- messages ------------------------------------------------------------ */

static void
test_answer(void)
{
	Fate fate = { 0 };
	Peer *peer, *other;

	start();
	send_for(1, NULL, "news", 1000, &fate);
	expect(&fate, AMOP_NOBODY, NULL);
	peer = join("news");
	other = join("other");
	send_for(2, NULL, "news", 1000, &fate);
	g_assert_cmpuint(fate.told, ==, 0);
	g_assert_cmpstr(peer->content, ==, "hello");
	g_assert_cmpuint(other->got, ==, 0);
	memcpy(other->id, peer->id, AMOP_ID_LEN);
	g_assert_false(answer(other, "forged"));
	g_assert_true(answer(peer, "thanks"));
	g_assert_false(answer(peer, "again"));
	expect(&fate, AMOP_ANSWERED, "thanks");
	leave(other);
	leave(peer);
	stop();
}

static void
test_turns(void)
{
	Fate fate[3] = { { 0 } };
	Peer *first, *second, *sender;

	start();
	first = join("news");
	second = join("news");
	sender = join("news");
	send_for(1, sender, "news", 1000, &fate[0]);
	send_for(2, sender, "news", 1000, &fate[1]);
	g_assert_cmpuint(first->got, ==, 1);
	g_assert_cmpuint(second->got, ==, 1);
	/* One that takes nothing is passed over. */
	first->full = TRUE;
	send_for(3, sender, "news", 1000, &fate[2]);
	g_assert_cmpuint(second->got, ==, 2);
	g_assert_cmpuint(sender->got, ==, 0);
	leave(second);
	expect(&fate[1], AMOP_LEFT, NULL);
	expect(&fate[2], AMOP_LEFT, NULL);
	leave(sender);
	expect(&fate[0], AMOP_SENDER_LEFT, NULL);
	leave(first);
	stop();
}

static void
test_times(void)
{
	Fate slow = { 0 }, quick = { 0 };
	Peer *peer;

	start();
	peer = join("news");
	send_for(1, NULL, "news", 3000, &slow);
	send_for(2, NULL, "news", 100, &quick);
	fake_host_advance(99);
	g_assert_cmpuint(quick.told, ==, 0);
	fake_host_advance(1);
	expect(&quick, AMOP_TIMED_OUT, NULL);
	g_assert_false(answer(peer, "late"));
	fake_host_advance(2899);
	g_assert_cmpuint(slow.told, ==, 0);
	fake_host_advance(1);
	expect(&slow, AMOP_TIMED_OUT, NULL);
	leave(peer);
	stop();
}

static void
test_all(void)
{
	const AmopMessage message = message_of(1, "news", "hello");
	Peer *one, *two, *other;

	start();
	one = join("news");
	two = join("news");
	other = join("other");
	g_assert_cmpuint(amop_send_all(hub, NULL, &message), ==, 2);
	g_assert_cmpuint(amop_send_all(hub, &one->member, &message), ==, 1);
	g_assert_cmpuint(one->got, ==, 1);
	g_assert_cmpuint(two->got, ==, 2);
	g_assert_cmpuint(other->got, ==, 0);
	g_assert_false(answer(two, "thanks"));
	leave(one);
	leave(two);
	leave(other);
	stop();
}

static void
test_limits(void)
{
	const guint n = AMOP_WAITING_MAX + 1;
	g_autofree Fate *fates = g_new0(Fate, n);
	g_autofree char *longest = g_strnfill(AMOP_TOPIC_MAX + 1, 'x');
	const char *names[AMOP_TOPICS_MAX + 2] = { longest, NULL };
	bsn_err err = BSN_ERR_INIT;
	Peer *peer;

	start();
	peer = join("news");
	g_assert_cmpint(amop_set_topics(hub, &peer->member, names, &err), ==,
			BSN_TOO_LARGE);
	for (guint i = 0; i <= AMOP_TOPICS_MAX; i++)
		names[i] = "news";
	g_assert_cmpint(amop_set_topics(hub, &peer->member, names, &err), ==,
			BSN_TOO_LARGE);
	g_assert_true(amop_receives(&peer->member, "news", NULL));
	for (guint i = 0; i < n; i++)
		send_for(i, NULL, "news", 1000, &fates[i]);
	expect(&fates[AMOP_WAITING_MAX], AMOP_FULL, NULL);
	leave(peer);
	for (guint i = 0; i < AMOP_WAITING_MAX; i++)
		expect(&fates[i], AMOP_LEFT, NULL);
	stop();
}

/* ---- private topics ------------------------------------------------------ */

static void
declare(const char *owner, const char *key)
{
	const bsn_slice slice = bsn_slice_str(key);

	amop_private_declare(hub, amop_private_new(SECRET,
						   bsn_slice_str(owner),
						   &slice, 1));
}

static void
test_private(void)
{
	AmopMessage message = message_of(1, SECRET, "hello");
	Peer *owner, *invited, *stranger, *proven;

	start();
	owner = join_with("owner", SECRET);
	invited = join_with("invited", SECRET);
	stranger = join_with("stranger", SECRET);
	proven = join_with("", SECRET);
	g_assert_false(amop_receives(&owner->member, SECRET, NULL));
	declare("owner", "invited");
	g_assert_true(amop_receives(&owner->member, SECRET, NULL));
	g_assert_true(amop_receives(&invited->member, SECRET, NULL));
	g_assert_false(amop_receives(&stranger->member, SECRET, NULL));
	g_assert_false(amop_receives(&proven->member, SECRET, NULL));
	g_assert_false(amop_prove(hub, &proven->member, SECRET,
				  bsn_slice_str("stranger")));
	g_assert_true(amop_prove(hub, &proven->member, SECRET,
				 bsn_slice_str("invited")));
	message.from.public_key = bsn_slice_str("invited");
	g_assert_cmpuint(amop_send_all(hub, NULL, &message), ==, 3);
	message.from.public_key = bsn_slice_str("stranger");
	g_assert_cmpuint(amop_send_all(hub, NULL, &message), ==, 0);
	/* Not for anybody else to say. */
	g_assert_false(amop_set_verified(hub, &owner->member,
					 &stranger->member, SECRET, TRUE));
	declare("owner", "stranger");
	g_assert_false(amop_receives(&invited->member, SECRET, NULL));
	g_assert_false(amop_receives(&proven->member, SECRET, NULL));
	g_assert_true(amop_receives(&stranger->member, SECRET, NULL));
	amop_private_withdraw(hub, SECRET);
	g_assert_false(amop_receives(&owner->member, SECRET, NULL));
	g_assert_false(amop_receives(&stranger->member, SECRET, NULL));
	leave(owner);
	leave(invited);
	leave(stranger);
	leave(proven);
	stop();
}

static guint
publish(const Peer *publisher)
{
	const AmopMessage message = message_of(1, SECRET, "hello");

	return amop_send_all(hub, publisher != NULL ? &publisher->member : NULL,
			     &message);
}

/* Who was verified by one publisher gets what that one sends, and nothing of
 * others. */
static void
test_verdict(void)
{
	const char *const both[] = { "news", SECRET, NULL };
	Fate fate = { 0 };
	Peer *peer, *publisher, *other;

	start();
	peer = join(SECRET);
	publisher = join("news");
	other = join("news");
	g_assert_cmpuint(publish(publisher), ==, 0);
	send_for(1, publisher, SECRET, 1000, &fate);
	expect(&fate, AMOP_NOBODY, NULL);
	g_assert_false(amop_set_verified(hub, &publisher->member,
					 &peer->member, "news", TRUE));
	g_assert_true(amop_set_verified(hub, &publisher->member,
					&peer->member, SECRET, TRUE));
	g_assert_cmpuint(publish(publisher), ==, 1);
	g_assert_cmpuint(publish(other), ==, 0);
	g_assert_cmpuint(publish(NULL), ==, 0);
	/* It stays so while the topic does. */
	g_assert_cmpint(amop_set_topics(hub, &peer->member, both, NULL), ==,
			BSN_OK);
	g_assert_cmpuint(publish(publisher), ==, 1);
	g_assert_true(amop_set_verified(hub, &other->member, &peer->member,
					SECRET, FALSE));
	g_assert_cmpuint(publish(publisher), ==, 1);
	g_assert_true(amop_set_verified(hub, &publisher->member,
					&peer->member, SECRET, FALSE));
	g_assert_cmpuint(publish(publisher), ==, 0);
	leave(other);
	leave(publisher);
	leave(peer);
	stop();
}

/* ---- any order ----------------------------------------------------------- */

#define PEERS 8
#define STEPS 20000

typedef struct {
	GRand *rand;
	Peer *peers[PEERS];
	Fate fates[STEPS];
} World;

static const char *
any_topic(World *world)
{
	static const char *const topics[] = { "a", "b", "c" };

	return topics[g_rand_int_range(world->rand, 0, 3)];
}

static void
any_step(World *world, guint step)
{
	const gint at = g_rand_int_range(world->rand, 0, PEERS);
	Peer *peer = world->peers[at];

	switch (g_rand_int_range(world->rand, 0, 6)) {
	case 0:
		if (peer != NULL)
			leave(peer);
		world->peers[at] = peer != NULL ? NULL
						: join(any_topic(world));
		break;
	case 1:
		if (peer != NULL)
			(void)answer(peer, "yes");
		break;
	case 2:
		fake_host_advance((guint64)g_rand_int_range(world->rand, 0, 9));
		break;
	default:
		/* Told by this name. */
		world->fates[step].outcome = (AmopOutcome)-1;
		send_for(step, peer, any_topic(world),
			 (guint64)g_rand_int_range(world->rand, 0, 50),
			 &world->fates[step]);
		break;
	}
}

static void
test_any_order(void)
{
	World *world = g_new0(World, 1);
	guint seen[AMOP_SENDER_LEFT + 1] = { 0 };
	guint sent = 0;

	start();
	world->rand = g_rand_new_with_seed(7);
	for (guint i = 0; i < STEPS; i++)
		any_step(world, i);
	for (guint i = 0; i < PEERS; i++)
		if (world->peers[i] != NULL)
			leave(world->peers[i]);
	for (guint i = 0; i < STEPS; i++) {
		const Fate *fate = &world->fates[i];

		if (fate->told == 0 && (int)fate->outcome == 0)
			continue; /* nothing was sent in this step */
		g_assert_cmpuint(fate->told, ==, 1);
		seen[fate->outcome]++;
		sent++;
		g_free(fate->answer);
	}
	g_assert_cmpuint(sent, >, STEPS / 3);
	g_assert_cmpuint(seen[AMOP_ANSWERED], >, 0);
	g_assert_cmpuint(seen[AMOP_NOBODY], >, 0);
	g_assert_cmpuint(seen[AMOP_LEFT], >, 0);
	g_assert_cmpuint(seen[AMOP_TIMED_OUT], >, 0);
	g_assert_cmpuint(seen[AMOP_SENDER_LEFT], >, 0);
	g_rand_free(world->rand);
	g_free(world);
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-amop/the-receivers-answer-goes-back",
			test_answer);
	g_test_add_func("/fisco-amop/receivers-take-turns", test_turns);
	g_test_add_func("/fisco-amop/each-message-has-its-own-time",
			test_times);
	g_test_add_func("/fisco-amop/a-message-goes-to-all", test_all);
	g_test_add_func("/fisco-amop/there-are-limits", test_limits);
	g_test_add_func("/fisco-amop/declared-keys-receive-a-private-topic",
			test_private);
	g_test_add_func("/fisco-amop/a-publisher-verifies-receivers",
			test_verdict);
	g_test_add_func("/fisco-amop/each-message-has-one-fate",
			test_any_order);
	return g_test_run();
}
