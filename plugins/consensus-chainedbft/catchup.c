/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Ms between two answers to one member: asking costs it less than answering
 * costs this node. */
#define REPLY_PAUSE_MS 50u
/* Ms until a block that has not come is asked for again, of another member. */
#define FETCH_AGAIN_MS 500u

/* ---- certificates ------------------------------------------------------ */

void
catchup_news(Agreement *agreement, guint to)
{
	const Certificate *certificate =
		agreement->high != NULL ? agreement->high : agreement->proof;
	Peer *peer = &agreement->peers[to];
	const guint64 now = services_now_ms(agreement->chain);
	Message message = { .kind = MESSAGE_NEWS,
			    .epoch = agreement->epoch.id,
			    .round = commit_high_round(agreement) };
	g_autoptr(GBytes) bytes = NULL;

	if (now < peer->reply_after)
		return;
	peer->reply_after = now + REPLY_PAUSE_MS;
	if (certificate != NULL)
		message.certificate = bytes_slice(certificate->bytes);
	if (agreement->timeouts != NULL)
		message.timeouts = bytes_slice(agreement->timeouts);
	if (agreement->final != NULL)
		message.final = bytes_slice(agreement->final->bytes);
	bytes = outbox_encode(&message);
	outbox_send(agreement, to, bytes_slice(bytes));
}

static void
send_kept(Agreement *agreement, guint to, GBytes *message)
{
	if (message != NULL)
		outbox_send(agreement, to, bytes_slice(message));
}

void
catchup_greet(Agreement *agreement, guint to)
{
	catchup_news(agreement, to);
	send_kept(agreement, to, agreement->sent_proposal);
	send_kept(agreement, to, agreement->sent_vote);
	send_kept(agreement, to, agreement->sent_timeout);
}

void
catchup_ask(Agreement *agreement)
{
	const Message message = { .kind = MESSAGE_ASK,
				  .epoch = agreement->epoch.id,
				  .round = commit_high_round(agreement),
				  .final_height = agreement->root.height };
	g_autoptr(GBytes) bytes = outbox_encode(&message);

	outbox_send_all(agreement, bytes_slice(bytes));
}

void
catchup_receive(Agreement *agreement, guint from, const Message *message)
{
	if (message->kind == MESSAGE_ASK) {
		if (message->round < commit_high_round(agreement) ||
		    message->final_height < agreement->root.height)
			catchup_news(agreement, from);
		return;
	}
	commit_take_bytes(agreement, message->certificate, (gint)from);
	commit_take_bytes(agreement, message->final, (gint)from);
	if (id_equal(&message->epoch, &agreement->epoch.id))
		expiry_show(agreement, from, message->timeouts);
}

/* ---- blocks ------------------------------------------------------------ */

/* The member to ask: who has shown that it has it, or each in its turn. */
static gint
whom(Agreement *agreement, gint from)
{
	const guint n = agreement->members->n;

	if (from >= 0 && from != agreement->self)
		return from;
	for (guint i = 0; i < n; i++) {
		const guint member = agreement->want_next++ % n;

		if ((gint)member != agreement->self)
			return (gint)member;
	}
	return -1;
}

void
catchup_want(Agreement *agreement, const bsn_id *id, gint from)
{
	const guint64 now = services_now_ms(agreement->chain);
	const bsn_id wanted = *id;
	gint member;

	if (id_equal(&agreement->wanted, &wanted) &&
	    now < agreement->want_again)
		return;
	member = whom(agreement, from);
	if (member < 0)
		return;
	agreement->wanted = wanted;
	agreement->want_again = now + FETCH_AGAIN_MS;
	(void)services.timer->set(agreement->chain, TIMER_FETCH,
				  FETCH_AGAIN_MS);
	agreement->tree->fetch(
		agreement->proposer, &wanted,
		bytes_slice(agreement->members->list[member].key));
}

void
catchup_timer(Agreement *agreement)
{
	bsn_tree_block block = { .size = sizeof(block) };

	if (agreement->wanted.len == 0)
		return;
	if (agreement_block(agreement, &agreement->wanted, &block) ||
	    agreement->self < 0)
		agreement->wanted.len = 0;
	else if (agreement->high != NULL &&
		 id_equal(&agreement->wanted, &agreement->high->info.id))
		catchup_want(agreement, &agreement->high->info.id, -1);
	else
		agreement->wanted.len = 0;
}
