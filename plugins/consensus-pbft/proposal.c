/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* ---- making ------------------------------------------------------------ */

/* The engine's proposal as the round's candidate. FALSE when there is none. */
static gboolean
ask_engine(Agreement *agreement, Round *round)
{
	GByteArray *bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, BSN_PROPOSAL_MAX);
	bsn_id digest = { 0 };
	int32_t status = agreement->proposer->propose(
		agreement->proposer, round->height, &sink.sink, &digest);
	g_autoptr(GBytes) body = g_byte_array_free_to_bytes(bytes);

	if (status == BSN_OK && (digest.len == 0 || digest.len > BSN_ID_MAX))
		status = BSN_E_INVALID;
	if (status < 0 || status == BSN_TOO_LARGE)
		services_log(agreement->chain, BSN_LOG_ERROR,
			     "the proposal of height %" G_GUINT64_FORMAT
			     " failed with status %d",
			     round->height, status);
	if (status == BSN_OK)
		round_set_candidate(round, &digest, body, CANDIDATE_GOOD);
	return status == BSN_OK;
}

/* Proposes what the engine has, which may then have more. */
static gboolean
propose(Agreement *agreement, Round *round)
{
	agreement->wanted = FALSE;
	if (!ask_engine(agreement, round))
		return FALSE;
	agreement->wanted = TRUE;
	agreement->proposed = services_now_ms(agreement->chain);
	vote_cast(agreement, round, MESSAGE_PROPOSAL, &round->candidate.digest);
	return TRUE;
}

static gboolean
may_propose(const Agreement *agreement, const Round *round)
{
	return agreement_leads(agreement, round->height, round->view) &&
	       !round->changing && round->state == CANDIDATE_NONE &&
	       (round->view == 0 || round->promises != NULL) &&
	       (!round->prepared.is || round->prepared.view < round->view);
}

/* Whether block_interval has passed; arms its timer otherwise. */
static gboolean
is_time(const Agreement *agreement)
{
	guint64 now = services_now_ms(agreement->chain);

	if (now >= agreement->propose_after)
		return TRUE;
	(void)services.timer->set(agreement->chain, TIMER_PROPOSE,
				  agreement->propose_after - now);
	return FALSE;
}

gboolean
proposal_make(Agreement *agreement)
{
	Round *round;

	if (!agreement->wanted)
		return FALSE;
	round = agreement_now(agreement);
	if (!may_propose(agreement, round) || !is_time(agreement))
		return FALSE;
	return propose(agreement, round);
}

/* ---- receiving --------------------------------------------------------- */

/* One of the next height, sent while this node lacks the last votes of this
 * one. */
static void
keep_early(Agreement *agreement, const Message *message, bsn_slice raw)
{
	if (message->view != 0 || agreement->early != NULL)
		return;
	agreement->early = g_bytes_new(raw.data, raw.len);
	agreement->early_checked = FALSE;
}

static gboolean
is_new(const Round *round, const Message *message)
{
	if (message->view < round->view)
		return FALSE;
	return message->view > round->view || round->changing ||
	       round->state == CANDIDATE_NONE;
}

void
proposal_receive(Agreement *agreement, guint from, const Message *message,
		 bsn_slice raw)
{
	Round *round;

	if (members_leader(agreement->members, message->height,
			   message->view) != from)
		return;
	round = agreement_round(agreement, message->height);
	if (round->slots[from].banned)
		return;
	if ((gint)from != agreement->self &&
	    message->height == agreement->height + 1)
		keep_early(agreement, message, raw);
	if ((gint)from != agreement->self &&
	    message->height == agreement->height && is_new(round, message)) {
		g_autoptr(GBytes) body =
			g_bytes_new(message->body.data, message->body.len);

		if (!view_change_justified(agreement, message))
			return;
		round->view = message->view;
		round->changing = FALSE;
		agreement->proposed = services_now_ms(agreement->chain);
		round_set_candidate(round, &message->digest, body,
				    CANDIDATE_NEW);
	}
	vote_receive(agreement, round, from, STATEMENT_PREPARE, message);
}

/* ---- checking ---------------------------------------------------------- */

int32_t
proposal_check(Agreement *agreement, guint64 height, const bsn_id *digest,
	       bsn_slice body, bsn_err *err)
{
	bsn_id own = { 0 };
	int32_t status = agreement->proposer->check(agreement->proposer, height,
						    body, &own, err);

	if (status != BSN_OK || id_equal(&own, digest))
		return status;
	return bsn_fail(err, BSN_CONFLICT,
			"its digest is not the one that was voted on");
}

static void
refuse(Agreement *agreement, Round *round, const bsn_err *err)
{
	guint leader =
		members_leader(agreement->members, round->height, round->view);

	services_log(agreement->chain, BSN_LOG_WARNING,
		     "the proposal of %s for height %" G_GUINT64_FORMAT
		     " is refused: %s",
		     agreement_name(agreement, leader), round->height,
		     err->reason);
	round->state = CANDIDATE_REFUSED;
	health_failed(agreement, leader);
	view_change_start(agreement, round,
			  health_next_view(agreement, round->view + 1));
}

/* After a restart the leader's own proposal is checked like any. That of a
 * view above 0 cannot be sent again: its justification is gone. */
static gboolean
is_own(const Agreement *agreement, const Round *round)
{
	return round->view == 0 && agreement_leads(agreement, round->height, 0);
}

gboolean
proposal_judge(Agreement *agreement)
{
	Round *round = agreement_peek(agreement);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (round == NULL || round->state != CANDIDATE_NEW)
		return FALSE;
	round->state = CANDIDATE_DEFERRED;
	status = proposal_check(agreement, round->height,
				&round->candidate.digest,
				bytes_slice(round->candidate.bytes), &err);
	if (status == BSN_BUSY || status == BSN_UNAVAILABLE ||
	    status == BSN_FULL)
		return FALSE;
	if (status != BSN_OK) {
		refuse(agreement, round, &err);
		return TRUE;
	}
	round->state = CANDIDATE_GOOD;
	vote_cast(agreement, round,
		  is_own(agreement, round) ? MESSAGE_PROPOSAL : MESSAGE_PREPARE,
		  &round->candidate.digest);
	return TRUE;
}

void
proposal_retry(Agreement *agreement)
{
	Round *round = agreement_peek(agreement);

	if (round != NULL && round->state == CANDIDATE_DEFERRED)
		round->state = CANDIDATE_NEW;
	if (round != NULL)
		round->lead_deferred = FALSE;
	agreement->expect_asked = FALSE;
}

/* ---- ahead of the decision --------------------------------------------- */

/* Whether the engine builds on the candidate that is locked. */
static gboolean
expects(Agreement *agreement, const Round *round)
{
	if (agreement->expecting || agreement->expect_asked)
		return agreement->expecting;
	agreement->expect_asked = TRUE;
	agreement->expecting =
		agreement->proposer->expect(agreement->proposer, round->height,
					    &round->candidate.digest) == BSN_OK;
	return agreement->expecting;
}

static gboolean
propose_ahead(Agreement *agreement)
{
	Round *next;

	if (!agreement->wanted || agreement->config.block_interval > 0 ||
	    !agreement_leads(agreement, agreement->height + 1, 0))
		return FALSE;
	next = agreement_round(agreement, agreement->height + 1);
	if (!may_propose(agreement, next))
		return FALSE;
	return propose(agreement, next);
}

/* The engine keeps what it has executed; its answer is asked for again when
 * there is a vote to cast. */
static void
check_early(Agreement *agreement)
{
	Message message;
	bsn_id digest;

	if (agreement->early == NULL || agreement->early_checked ||
	    !message_read(bytes_slice(agreement->early), &message))
		return;
	agreement->early_checked = TRUE;
	(void)agreement->proposer->check(agreement->proposer, message.height,
					 message.body, &digest, NULL);
}

gboolean
proposal_ahead(Agreement *agreement)
{
	const Round *round = agreement_peek(agreement);

	if (!agreement->config.pipeline || round == NULL ||
	    !BSN_HAS(agreement->proposer, expect) || round->changing ||
	    round->state != CANDIDATE_GOOD || !round->lock.is ||
	    round->lock.view != round->view || !expects(agreement, round))
		return FALSE;
	check_early(agreement);
	return propose_ahead(agreement);
}
