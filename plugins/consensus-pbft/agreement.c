/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/agreement.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* ---- rounds ------------------------------------------------------------ */

Round *
agreement_round(Agreement *agreement, guint64 height)
{
	Round **round = &agreement->rounds[height % WINDOW];

	if (*round == NULL)
		*round = round_new(height, agreement->members->n);
	return *round;
}

Round *
agreement_now(Agreement *agreement)
{
	return agreement_round(agreement, agreement->height);
}

Round *
agreement_peek(const Agreement *agreement)
{
	return agreement->rounds[agreement->height % WINDOW];
}

gboolean
agreement_leads(const Agreement *agreement, guint64 height, guint64 view)
{
	return (gint)members_leader(agreement->members, height, view) ==
	       agreement->self;
}

const char *
agreement_name(const Agreement *agreement, guint member)
{
	return agreement->members->list[member].name;
}

/* Ms between two lines of the log about one member's misdeeds. */
#define ACCUSE_MS 60000u

void
agreement_accuse(Agreement *agreement, guint member, guint64 height,
		 const char *deed)
{
	Peer *peer = &agreement->peers[member];
	const guint64 now = services_now_ms(agreement->chain);

	if (now < peer->accuse_after)
		return;
	peer->accuse_after = now + ACCUSE_MS;
	services_log(agreement->chain, BSN_LOG_WARNING,
		     "at height %" G_GUINT64_FORMAT
		     " %s %s: it is faulty, or its key has been stolen",
		     height, agreement_name(agreement, member), deed);
}

void
agreement_ban(Agreement *agreement, Round *round, guint member,
	      const char *deed)
{
	Slot *slot = &round->slots[member];

	g_clear_pointer(&slot->lock_certificate, g_bytes_unref);
	*slot = (Slot){ .banned = TRUE };
	agreement->dropped.forged++;
	agreement_accuse(agreement, member, round->height, deed);
}

void
agreement_verify(Agreement *agreement, Round *round, Claims *claims,
		 const char *deed)
{
	gboolean forged[MEMBERS_MAX] = { FALSE };

	if (claims_verify(claims, agreement->chain, forged))
		return;
	for (guint i = 0; i < round->n; i++)
		if (forged[i])
			agreement_ban(agreement, round, i, deed);
}

gboolean
agreement_sign(const Agreement *agreement, const Statement *statement,
	       Signature *signature, const char *what)
{
	bsn_err err = BSN_ERR_INIT;

	if (statement_sign(statement, &agreement->chain_id, agreement->chain,
			   agreement->members->list[agreement->self].algorithm,
			   signature, &err) == BSN_OK)
		return TRUE;
	services_log(agreement->chain, BSN_LOG_ERROR,
		     "this node cannot sign %s: %s", what, err.reason);
	return FALSE;
}

/* ---- members ----------------------------------------------------------- */

static void
move_peers(Agreement *agreement, const Members *before)
{
	const Members *members = agreement->members;
	Peer *peers = g_new0(Peer, members->n);

	for (guint i = 0; i < members->n; i++) {
		gint was =
			members_find(before, bytes_slice(members->list[i].key));

		if (was >= 0)
			peers[i] = agreement->peers[was];
	}
	g_free(agreement->peers);
	agreement->peers = peers;
}

/* What was said under other numbers is forgotten and asked for again. */
static void
renumber_round(Agreement *agreement, Round *round)
{
	round_reset_slots(round, agreement->members->n);
	if (!agreement_leads(agreement, round->height, round->view))
		round_clear_candidate(round);
	for (gsize i = 0; agreement->self >= 0 && i < G_N_ELEMENTS(round->sent);
	     i++)
		if (round->sent[i] != NULL)
			agreement_receive(agreement, (guint)agreement->self,
					  bytes_slice(round->sent[i]));
}

void
agreement_take_members(Agreement *agreement, Members *members)
{
	g_autoptr(Members) before = agreement->members;

	agreement->members = members;
	agreement->self = members_self(members, agreement->chain);
	agreement->fetch_from = 0;
	agreement->fetch_asked = -1;
	move_peers(agreement, before);
	for (guint i = 0; i < WINDOW; i++)
		if (agreement->rounds[i] != NULL)
			renumber_round(agreement, agreement->rounds[i]);
}

/* ---- messages ---------------------------------------------------------- */

static gboolean
is_in_window(const Agreement *agreement, guint64 height)
{
	return height >= agreement->height &&
	       height - agreement->height < WINDOW;
}

/* What speaks of a height that is being agreed on. */
static void
receive_in_window(Agreement *agreement, guint from, const Message *message,
		  bsn_slice raw)
{
	Round *round;

	if (!is_in_window(agreement, message->height))
		return;
	round = agreement_round(agreement, message->height);
	if (message->kind == MESSAGE_PROPOSAL)
		proposal_receive(agreement, from, message, raw);
	else if (message->kind == MESSAGE_VIEW_CHANGE)
		view_change_receive(agreement, from, message);
	else
		vote_receive(agreement, round, from, message->kind, message);
}

static void
note_height(Agreement *agreement, guint from, const Message *message)
{
	guint64 height = message->height;

	if (message->kind == MESSAGE_FETCH || message->kind == MESSAGE_BODY ||
	    (gint)from == agreement->self)
		return;
	if (message->kind == MESSAGE_DECIDED && height < G_MAXUINT64)
		height++;
	/* May be made ahead of the decision before it. */
	if (message->kind == MESSAGE_PROPOSAL && height > 0)
		height--;
	catchup_note_height(agreement, from, height);
}

void
agreement_receive(Agreement *agreement, guint from, bsn_slice raw)
{
	Message message;

	if (!message_read(raw, &message)) {
		agreement->dropped.malformed++;
		return;
	}
	health_heard(agreement, from);
	note_height(agreement, from, &message);
	switch (message.kind) {
	case MESSAGE_PROPOSAL:
	case MESSAGE_PREPARE:
	case MESSAGE_COMMIT:
		receive_in_window(agreement, from, &message, raw);
		break;
	case MESSAGE_VIEW_CHANGE:
		receive_in_window(agreement, from, &message, raw);
		if ((gint)from != agreement->self &&
		    message.height < agreement->height)
			catchup_answer(agreement, from, &message);
		break;
	case MESSAGE_STATUS:
		catchup_status(agreement, from, &message);
		break;
	case MESSAGE_DECIDED:
		catchup_decided(agreement, from, &message);
		break;
	case MESSAGE_FETCH:
		catchup_fetch(agreement, from, &message);
		break;
	case MESSAGE_BODY:
		catchup_body(agreement, from, &message);
		break;
	}
}

/* Members speak to a node that is none, as far as it knows. Either it has
 * missed what made it one; or it was one, and they lack what it has helped to
 * decide. */
static void
watch(Agreement *agreement, guint from, bsn_slice raw)
{
	Message message;

	if (!message_read(raw, &message)) {
		agreement->dropped.malformed++;
		return;
	}
	note_height(agreement, from, &message);
	if (message.height >= agreement->height)
		return;
	if (message.kind == MESSAGE_FETCH)
		catchup_fetch(agreement, from, &message);
	if (message.kind == MESSAGE_STATUS ||
	    message.kind == MESSAGE_VIEW_CHANGE)
		catchup_answer(agreement, from, &message);
}

void
agreement_message(Agreement *agreement, bsn_slice from_public_key,
		  bsn_slice message)
{
	gint from = members_find(agreement->members, from_public_key);

	if (from < 0 || from == agreement->self) {
		agreement->dropped.strangers++;
		return;
	}
	if (agreement->stopped != BSN_OK)
		return;
	agreement->busy = TRUE;
	if (agreement->self < 0)
		watch(agreement, (guint)from, message);
	else
		agreement_receive(agreement, (guint)from, message);
	agreement->busy = FALSE;
	agreement_run(agreement);
}

/* ---- after a restart --------------------------------------------------- */

/* What the node had voted is said again, the same, as vote_cast sees to: its
 * commit vote at once, its prepare vote when the engine has checked the
 * proposal once more. */
static void
resume(Agreement *agreement)
{
	Round *round = agreement_peek(agreement);
	const guint64 view = round != NULL ? round->view : 0;
	GBytes *body;

	if (round == NULL || !round->restored)
		return;
	round->restored = FALSE;
	body = round_body(round, &round->prepared.digest);
	if (round->committed.is) {
		round->view = round->committed.view;
		vote_cast(agreement, round, MESSAGE_COMMIT,
			  &round->committed.digest);
		round->view = view;
	}
	if (round->changing)
		view_change_start(agreement, round, view);
	else if (round->prepared.is && round->prepared.view == view &&
		 body != NULL)
		round_set_candidate(round, &round->prepared.digest, body,
				    CANDIDATE_NEW);
}

/* ---- the loop ---------------------------------------------------------- */

static gboolean
step(Agreement *agreement)
{
	if (agreement->self < 0 || agreement->stopped != BSN_OK)
		return FALSE;
	resume(agreement);
	return decide_step(agreement) || view_change_join(agreement) ||
	       view_change_lead(agreement) || proposal_make(agreement) ||
	       proposal_judge(agreement) || vote_lock(agreement) ||
	       proposal_ahead(agreement);
}

void
agreement_run(Agreement *agreement)
{
	agreement->again = TRUE;
	if (agreement->busy)
		return;
	agreement->busy = TRUE;
	while (agreement->again) {
		agreement->again = FALSE;
		while (step(agreement))
			agreement->progress++;
	}
	record_flush(agreement);
	health_arm(agreement);
	agreement->busy = FALSE;
}

void
agreement_timer(Agreement *agreement, guint64 id)
{
	agreement->busy = TRUE;
	if (id == TIMER_VIEW)
		health_view_timer(agreement);
	if (id == TIMER_TICK) {
		agreement->ticking = FALSE;
		proposal_retry(agreement);
		catchup_tick(agreement);
	}
	agreement->busy = FALSE;
	agreement_run(agreement);
}
