/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages may be lost, and nodes stop and come back. Whoever makes no progress
 * tells all where it is; each answers with what that node lacks. Nothing is
 * sent again unasked.
 */
#include "plugins/consensus-pbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/rank.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Ms for which a member that showed a false certificate shows none more: each
 * costs a quorum's signatures. */
#define FALSE_CERTIFICATE_MS 1000u

static void
send_message(Agreement *agreement, gint to, const Message *message)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	message_put(message, bytes);
	if (to < 0)
		outbox_send_all(agreement, buffer_slice(bytes));
	else
		outbox_send(agreement, (guint)to, buffer_slice(bytes));
}

/* ---- where everybody is ------------------------------------------------ */

void
catchup_say(Agreement *agreement, gint to, gboolean asks)
{
	const Round *round = agreement_peek(agreement);
	Message message = { .kind = MESSAGE_STATUS,
			    .height = agreement->height,
			    .flags = asks ? STATUS_ASKS : 0 };

	if (agreement->self < 0)
		return;
	if (round != NULL) {
		message.view = round->view;
		if (round->changing)
			message.flags |= STATUS_CHANGING;
		if (round->state != CANDIDATE_NONE)
			message.flags |= STATUS_PROPOSAL;
	}
	send_message(agreement, to, &message);
}

static void
send_kept(Agreement *agreement, guint to, GBytes *message)
{
	if (message != NULL)
		outbox_send(agreement, to, bytes_slice(message));
}

/* What this node has said at the height that the other is at, too. */
static void
answer_same_height(Agreement *agreement, guint to, const Message *status)
{
	const Round *round = agreement_peek(agreement);
	gboolean outside;

	if (round == NULL)
		return;
	outside = status->view < round->view ||
		  (status->view == round->view &&
		   (status->flags & STATUS_CHANGING) != 0);
	if (round->view > 0 && outside)
		send_kept(agreement, to, round->sent[MESSAGE_VIEW_CHANGE]);
	if (round->state == CANDIDATE_GOOD && round->prepared.is &&
	    round->prepared.view == round->view &&
	    agreement_leads(agreement, round->height, round->view) &&
	    (outside || (status->flags & STATUS_PROPOSAL) == 0))
		send_kept(agreement, to, round->sent[MESSAGE_PROPOSAL]);
	send_kept(agreement, to, round->sent[MESSAGE_PREPARE]);
	send_kept(agreement, to, round->sent[MESSAGE_COMMIT]);
}

static void
answer_behind(Agreement *agreement, guint to, guint64 height)
{
	const Message message = {
		.kind = MESSAGE_DECIDED,
		.height = agreement->last.height,
		.digest = agreement->last.digest,
		.certificate =
			agreement->last.height > 0
				? bytes_slice(agreement->last.certificate)
				: bsn_slice_of(NULL, 0),
	};

	if (message.height > 0 && message.height >= height)
		send_message(agreement, (gint)to, &message);
}

void
catchup_answer(Agreement *agreement, guint to, const Message *status)
{
	Peer *peer = &agreement->peers[to];
	const guint64 now = services_now_ms(agreement->chain);

	if (status->height > agreement->height || now < peer->reply_after)
		return;
	peer->reply_after = now + agreement->config.resend / 2;
	if (status->height < agreement->height)
		answer_behind(agreement, to, status->height);
	else
		answer_same_height(agreement, to, status);
}

void
catchup_status(Agreement *agreement, guint from, const Message *message)
{
	const guint64 now = services_now_ms(agreement->chain);
	Peer *peer = &agreement->peers[from];

	if ((message->flags & STATUS_ASKS) != 0 && now >= peer->say_after) {
		peer->say_after = now + agreement->config.resend / 2;
		catchup_say(agreement, (gint)from, FALSE);
	}
	catchup_answer(agreement, from, message);
}

/* ---- being behind ------------------------------------------------------ */

/* One of f + 1 members is honest, and whoever is at a height has all before
 * it. */
guint64
catchup_evidence(const Agreement *agreement)
{
	guint64 heights[MEMBERS_MAX];

	for (guint i = 0; i < agreement->members->n; i++)
		heights[i] = agreement->peers[i].height;
	return rank_reached(heights, agreement->members->n,
			    agreement->members->f + 1);
}

static void
say_behind(Agreement *agreement, guint64 height, guint from)
{
	agreement->behind_said = MAX(agreement->behind_said, height);
	if (BSN_HAS(agreement->proposer, behind))
		agreement->proposer->behind(
			agreement->proposer, height,
			bytes_slice(agreement->members->list[from].key));
}

static void
say_behind_evidence(Agreement *agreement, guint64 height)
{
	guint from = 0;

	while (agreement->peers[from].height < height)
		from++;
	say_behind(agreement, height - 1, from);
}

/* Others are one height further in the middle of each block; two heights are
 * more than messages that cross. Who only watches is told at once. */
void
catchup_note_height(Agreement *agreement, guint from, guint64 height)
{
	const guint64 usual =
		agreement->height + (agreement->self >= 0 ? 1 : 0);
	guint64 evidence;

	if (height <= agreement->peers[from].height)
		return;
	agreement->peers[from].height = height;
	if (height <= usual)
		return;
	evidence = catchup_evidence(agreement);
	if (evidence > usual && evidence - 1 > agreement->behind_said)
		say_behind_evidence(agreement, evidence);
}

/* ---- a decision that was missed ---------------------------------------- */

static gboolean
proves(const Agreement *agreement, const Message *message)
{
	g_autofree Certificate *certificate = g_new(Certificate, 1);

	return certificate_read(message->certificate, certificate) &&
	       certificate_verify(certificate, agreement->members,
				  &agreement->chain_id, STATEMENT_COMMIT,
				  message->height, &message->digest,
				  agreement->chain, NULL) == BSN_OK;
}

static gboolean
is_news(const Agreement *agreement, const Message *message)
{
	const Round *round = agreement_peek(agreement);

	if (message->height == agreement->height)
		return round == NULL || round->decided.len == 0;
	return message->height > agreement->height &&
	       message->height > agreement->behind_said;
}

void
catchup_decided(Agreement *agreement, guint from, const Message *message)
{
	const guint64 now = services_now_ms(agreement->chain);
	Peer *peer = &agreement->peers[from];
	Round *round;

	if (!is_news(agreement, message) || now < peer->judge_after)
		return;
	if (!proves(agreement, message)) {
		peer->judge_after = now + FALSE_CERTIFICATE_MS;
		/* Other members may agree on a later height. */
		agreement->dropped.forged +=
			message->height == agreement->height;
		return;
	}
	if (message->height > agreement->height) {
		say_behind(agreement, message->height, from);
		return;
	}
	round = agreement_now(agreement);
	round->decided = message->digest;
	round->decided_certificate = g_bytes_new(message->certificate.data,
						 message->certificate.len);
	agreement->fetch_from = from;
}

/* ---- a proposal that is lacking ---------------------------------------- */

/* Whether a member has given reason to think that it has the proposal. */
static gboolean
may_have(const Agreement *agreement, const Round *round, guint member)
{
	const Slot *slot = &round->slots[member];

	if (agreement->peers[member].height > agreement->height)
		return TRUE;
	return (slot->prepare.choice.is &&
		id_equal(&slot->prepare.choice.digest,
			 &agreement->wanted_body)) ||
	       (slot->commit.choice.is && id_equal(&slot->commit.choice.digest,
						   &agreement->wanted_body)) ||
	       (slot->promised &&
		id_equal(&slot->promise.locked, &agreement->wanted_body));
}

/* Asks the next of those who may have it; each in turn. */
static void
ask(Agreement *agreement)
{
	const Message message = { .kind = MESSAGE_FETCH,
				  .height = agreement->height,
				  .digest = agreement->wanted_body };
	const Round *round = agreement_now(agreement);

	for (guint i = 0; i < round->n; i++) {
		guint member = (agreement->fetch_from + i) % round->n;

		if ((gint)member == agreement->self ||
		    !may_have(agreement, round, member))
			continue;
		agreement->fetch_asked = (gint)member;
		agreement->fetch_from = member + 1;
		send_message(agreement, (gint)member, &message);
		return;
	}
}

void
catchup_want(Agreement *agreement, const bsn_id *digest)
{
	if (id_equal(&agreement->wanted_body, digest))
		return;
	agreement->wanted_body = *digest;
	ask(agreement);
}

static GBytes *
find_body(const Agreement *agreement, const Message *message)
{
	const Round *round = agreement->rounds[message->height % WINDOW];

	if (message->height == agreement->last.height &&
	    id_equal(&message->digest, &agreement->last.digest))
		return agreement->last.body;
	if (round == NULL || round->height != message->height)
		return NULL;
	return round_body(round, &message->digest);
}

void
catchup_fetch(Agreement *agreement, guint from, const Message *message)
{
	const guint64 now = services_now_ms(agreement->chain);
	GBytes *body = find_body(agreement, message);
	Message answer = { .kind = MESSAGE_BODY,
			   .height = message->height,
			   .digest = message->digest };

	if (body == NULL || now < agreement->peers[from].serve_after)
		return;
	agreement->peers[from].serve_after = now + agreement->config.resend / 2;
	answer.body = bytes_slice(body);
	send_message(agreement, (gint)from, &answer);
}

/* One answer to each question: checking costs an execution. What the engine
 * does not take although it was decided, it fetches itself, with the block's
 * certificate. */
void
catchup_body(Agreement *agreement, guint from, const Message *message)
{
	Round *round;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (message->height != agreement->height ||
	    (gint)from != agreement->fetch_asked ||
	    agreement->wanted_body.len == 0 ||
	    !id_equal(&message->digest, &agreement->wanted_body))
		return;
	agreement->fetch_asked = -1;
	round = agreement_now(agreement);
	status = proposal_check(agreement, message->height, &message->digest,
				message->body, &err);
	if (status == BSN_OK) {
		g_autoptr(GBytes) body =
			g_bytes_new(message->body.data, message->body.len);

		body_set(&round->fetched, &message->digest, body);
		agreement->wanted_body.len = 0;
		return;
	}
	services_log(agreement->chain, BSN_LOG_INFO,
		     "%s sent a proposal of height %" G_GUINT64_FORMAT
		     " that cannot be used: %s",
		     agreement_name(agreement, from), message->height,
		     err.reason);
	if (round->decided.len > 0)
		say_behind(agreement, message->height, from);
}

/* ---- time -------------------------------------------------------------- */

void
catchup_tick(Agreement *agreement)
{
	guint64 evidence = catchup_evidence(agreement);

	if (agreement->wanted_body.len > 0)
		ask(agreement);
	if (agreement->progress != agreement->ticked_progress) {
		agreement->ticked_progress = agreement->progress;
		return;
	}
	if (evidence > agreement->height)
		say_behind_evidence(agreement, evidence);
	catchup_say(agreement, -1, TRUE);
}
