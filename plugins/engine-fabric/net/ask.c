/* SPDX-License-Identifier: Apache-2.0
 *
 * One question, one answer. Statuses of the other side travel; those below 0
 * are faults of its own, so the asker hears that it is unavailable, and why.
 */
#include "plugins/engine-fabric/net/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

/* A question of ours. */
typedef struct {
	guint64 id;
	Peer *peer;
	guint64 deadline_ms;
	NetAnswerFn answered;
	gpointer owner;
	GList link; /* of FabricNet.ask_order */
} NetAsk;

struct NetQuestion {
	Peer *peer; /* NULL: the asker is gone */
	guint64 id;
	GList link; /* of FabricNet.questions */
};

void
ask_open(struct FabricNet *net)
{
	net->asks = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_queue_init(&net->ask_order);
	g_queue_init(&net->questions);
}

/* ---- asking -------------------------------------------------------------- */

static void
wake_at(Channel *channel, guint64 at_ms)
{
	struct FabricNet *net = channel->net;
	const guint64 now = services_mono_ms(channel->chain);

	if (net->ask_at_ms != 0 && net->ask_at_ms <= at_ms)
		return;
	if (services.timer->set(channel->chain, TIMER_ASK,
				at_ms > now ? at_ms - now : 0) == BSN_OK)
		net->ask_at_ms = MAX(at_ms, 1);
}

static NetAsk *
ask_add(struct FabricNet *net, Peer *peer, NetAnswerFn answered, gpointer owner)
{
	NetAsk *ask = g_new0(NetAsk, 1);

	ask->id = ++net->last_id;
	ask->peer = peer;
	ask->answered = answered;
	ask->owner = owner;
	ask->link.data = ask;
	g_queue_push_tail_link(&net->ask_order, &ask->link);
	g_hash_table_insert(net->asks, &ask->id, ask);
	peer->asking++;
	return ask;
}

static void
ask_remove(struct FabricNet *net, NetAsk *ask)
{
	ask->peer->asking--;
	g_hash_table_remove(net->asks, &ask->id);
	g_queue_unlink(&net->ask_order, &ask->link);
}

guint64
net_ask(Channel *channel, NetPeer *open, guint kind, bsn_slice content,
	guint timeout_ms, NetAnswerFn answered, gpointer owner)
{
	struct FabricNet *net = channel->net;
	Bsn__Net__Question question = BSN__NET__QUESTION__INIT;
	Peer *peer = (Peer *)open;
	NetAsk *ask;

	if (net == NULL || net->closing || !open->reachable ||
	    peer->last != 0 || peer->asking >= NET_QUESTIONS_MAX ||
	    content.len > NET_CONTENT_MAX)
		return 0;
	question.id = net->last_id + 1;
	question.kind = kind;
	question.content = message_bytes(content);
	if (!net_send_message(channel, peer, NET_QUESTION, &question))
		return 0;
	ask = ask_add(net, peer, answered, owner);
	ask->deadline_ms = services_mono_ms(channel->chain) + timeout_ms;
	wake_at(channel, ask->deadline_ms);
	return ask->id;
}

void
net_ask_cancel(Channel *channel, guint64 id)
{
	struct FabricNet *net = channel->net;
	NetAsk *ask = net != NULL ? g_hash_table_lookup(net->asks, &id) : NULL;

	if (ask == NULL)
		return;
	ask_remove(net, ask);
	g_free(ask);
}

/* The owner may ask again and cancel others. */
static void
ask_end(struct FabricNet *net, NetAsk *ask, int32_t status, bsn_slice answer,
	const bsn_err *err)
{
	ask_remove(net, ask);
	ask->answered(ask->owner, status, answer, err);
	g_free(ask);
}

static void
ask_fail(struct FabricNet *net, NetAsk *ask, int32_t status, const char *what)
{
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail(&err, status, "%s %s", ask->peer->name, what);
	ask_end(net, ask, status, bsn_slice_of(NULL, 0), &err);
}

/* ---- the end of it ------------------------------------------------------- */

/* The oldest of a peer, or of all when it is NULL, that is no newer than `last`
 * and was due at `now_ms`. */
static NetAsk *
ask_oldest(const struct FabricNet *net, const Peer *peer, guint64 last,
	   guint64 now_ms)
{
	for (GList *link = net->ask_order.head; link != NULL;
	     link = link->next) {
		NetAsk *ask = link->data;

		if (ask->id > last)
			return NULL;
		if ((peer == NULL || ask->peer == peer) &&
		    ask->deadline_ms <= now_ms)
			return ask;
	}
	return NULL;
}

static void
fail_all(struct FabricNet *net, const Peer *peer, guint64 now_ms,
	 int32_t status, const char *what)
{
	const guint64 last = net->last_id;
	NetAsk *ask;

	while ((ask = ask_oldest(net, peer, last, now_ms)) != NULL)
		ask_fail(net, ask, status, what);
}

static void
questions_orphan(struct FabricNet *net, const Peer *peer)
{
	GList *link = net->questions.head;

	while (link != NULL) {
		NetQuestion *question = link->data;

		link = link->next;
		if (peer != NULL && question->peer != peer)
			continue;
		question->peer->answering--;
		question->peer = NULL;
		g_queue_unlink(&net->questions, &question->link);
	}
}

void
ask_close(Channel *channel)
{
	struct FabricNet *net = channel->net;

	fail_all(net, NULL, G_MAXUINT64, BSN_UNAVAILABLE,
		 "is not asked any more: the channel closes");
	questions_orphan(net, NULL);
	g_hash_table_unref(net->asks);
}

void
ask_peer_gone(Channel *channel, Peer *peer)
{
	fail_all(channel->net, peer, G_MAXUINT64, BSN_UNAVAILABLE,
		 "cannot be reached any more");
	questions_orphan(channel->net, peer);
}

void
ask_timer(Channel *channel)
{
	struct FabricNet *net = channel->net;
	const guint64 now = services_mono_ms(channel->chain);
	guint64 at = G_MAXUINT64;

	net->ask_at_ms = 0;
	fail_all(net, NULL, now, BSN_TIMEOUT, "has not answered in time");
	for (GList *link = net->ask_order.head; link != NULL; link = link->next)
		at = MIN(at, ((NetAsk *)link->data)->deadline_ms);
	if (at != G_MAXUINT64)
		wake_at(channel, at);
}

/* ---- answers ------------------------------------------------------------- */

void
answer_received(Channel *channel, Peer *peer, const Bsn__Net__Answer *answer)
{
	struct FabricNet *net = channel->net;
	NetAsk *ask = g_hash_table_lookup(net->asks, &answer->id);
	bsn_err err = BSN_ERR_INIT;

	if (ask == NULL || ask->peer != peer) {
		net->dropped.unasked++;
		return;
	}
	err.native = answer->native;
	(void)bsn_fail(&err, BSN_OK, "%s",
		       answer->reason[0] != '\0' || answer->status == BSN_OK
			       ? answer->reason
			       : "it gave no reason");
	ask_end(net, ask, (int32_t)answer->status,
		answer->status == BSN_OK ? message_slice(answer->content)
					 : bsn_slice_of(NULL, 0),
		&err);
}

/* ---- being asked --------------------------------------------------------- */

static void
send_answer(Channel *channel, const Peer *peer, guint64 id, int32_t status,
	    bsn_slice content, const bsn_err *err)
{
	Bsn__Net__Answer answer = BSN__NET__ANSWER__INIT;
	bsn_err own = BSN_ERR_INIT;

	if (err != NULL)
		own = *err;
	if (status == BSN_OK && content.len > NET_CONTENT_MAX)
		status = bsn_fail(&own, BSN_TOO_LARGE,
				  "the answer has more than %u bytes",
				  NET_CONTENT_MAX);
	answer.id = id;
	answer.status = (guint32)(status < 0 ? BSN_UNAVAILABLE : status);
	if (status == BSN_OK)
		answer.content = message_bytes(content);
	else
		answer.reason = own.reason;
	answer.native = own.native;
	(void)net_send_message(channel, peer, NET_ANSWER, &answer);
}

static void
refuse(Channel *channel, const Peer *peer, guint64 id, int32_t status,
       const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail(&err, status, "%s", reason);
	send_answer(channel, peer, id, status, bsn_slice_of(NULL, 0), &err);
}

void
net_answer(Channel *channel, NetQuestion *question, int32_t status,
	   bsn_slice answer, const bsn_err *err)
{
	if (question->peer != NULL) {
		send_answer(channel, question->peer, question->id, status,
			    answer, err);
		question->peer->answering--;
		g_queue_unlink(&channel->net->questions, &question->link);
	}
	g_free(question);
}

static NetQuestion *
question_new(struct FabricNet *net, Peer *peer, guint64 id)
{
	NetQuestion *question = g_new0(NetQuestion, 1);

	question->peer = peer;
	question->id = id;
	question->link.data = question;
	g_queue_push_tail_link(&net->questions, &question->link);
	peer->answering++;
	return question;
}

NetPeer *
net_question_peer(const NetQuestion *question)
{
	return question->peer != NULL ? &question->peer->open : NULL;
}

typedef void (*QuestionFn)(Channel *channel, NetQuestion *question,
			   bsn_slice content);

/* Who takes questions of a kind; NULL: nobody. */
static QuestionFn
taker_of(guint kind)
{
	static const QuestionFn takers[] = {
		[NET_ASK_ENDORSE] = endorse_asked,
		[NET_ASK_PACKAGE] = package_asked,
		[NET_ASK_PRIVATE_GIVE] = private_given,
		[NET_ASK_PRIVATE_TAKE] = private_asked,
		[NET_ASK_SNAPSHOT] = channel_snapshots_asked,
	};

	return kind < G_N_ELEMENTS(takers) ? takers[kind] : NULL;
}

void
question_received(Channel *channel, Peer *peer,
		  const Bsn__Net__Question *question)
{
	const bsn_slice content = message_slice(question->content);
	const QuestionFn taker = taker_of(question->kind);

	if (taker == NULL) {
		refuse(channel, peer, question->id, BSN_NOT_OFFERED,
		       "this node does not know such a question");
		return;
	}
	if (peer->answering >= NET_QUESTIONS_MAX) {
		refuse(channel, peer, question->id, BSN_BUSY,
		       "too many questions are open");
		return;
	}
	if (channel->beginning && question->kind != NET_ASK_PACKAGE &&
	    question->kind != NET_ASK_SNAPSHOT) {
		refuse(channel, peer, question->id, BSN_UNAVAILABLE,
		       "this node is about to begin with a snapshot");
		return;
	}
	taker(channel, question_new(channel->net, peer, question->id), content);
}
