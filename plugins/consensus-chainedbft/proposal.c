/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Ms for which a member is not heard after what no honest one sends. */
#define JUDGE_PAUSE_MS 1000u

/* ---- making ------------------------------------------------------------ */

/* Whether others will see why this round has begun. */
static gboolean
round_is_shown(const Agreement *agreement, guint64 round)
{
	return agreement->mode->slots ||
	       round == commit_high_round(agreement) + 1 ||
	       (agreement->timeouts != NULL &&
		agreement->timeouts_round + 1 == round);
}

static gboolean
may_propose(const Agreement *agreement, guint64 round)
{
	return agreement->self >= 0 && !agreement->waits &&
	       round > agreement->epoch.round && round < ROUND_MAX &&
	       round > agreement->voted && round > agreement->proposed &&
	       round > commit_high_round(agreement) &&
	       pacemaker_leader(agreement, round) == (guint)agreement->self &&
	       round_is_shown(agreement, round) &&
	       (agreement->high != NULL || agreement->bare_start ||
		agreement->proof != NULL);
}

/* What the block goes upon: the newest that is certified. */
static gboolean
find_parent(Agreement *agreement, bsn_tree_block *parent)
{
	const bsn_id *id = agreement->high != NULL ? &agreement->high->info.id
						   : &agreement->epoch.id;

	if (agreement_block(agreement, id, parent))
		return parent->height >= agreement->root.height;
	catchup_want(agreement, id, -1);
	return FALSE;
}

/* Whether the interval has passed; if not, it comes back when it has. */
static gboolean
is_time(Agreement *agreement)
{
	const guint64 now = services_now_ms(agreement->chain);

	if (now >= agreement->propose_after)
		return TRUE;
	(void)services.timer->set(agreement->chain, TIMER_PROPOSE,
				  agreement->propose_after - now);
	return FALSE;
}

static guint32
extend_flags(const Agreement *agreement, const bsn_id *parent)
{
	Anchor closing;

	if (commit_closing(agreement, parent, &closing))
		return BSN_EXTEND_EMPTY | BSN_EXTEND_BARE;
	return pacemaker_unfinished(agreement, parent) ? BSN_EXTEND_EMPTY : 0;
}

/* The block must not leave before it is durable that the round is taken: made
 * again after a crash it would be another one. */
static void
send_block(Agreement *agreement, guint64 round, bsn_slice block)
{
	Message message = { .kind = MESSAGE_PROPOSAL,
			    .epoch = agreement->epoch.id,
			    .round = round,
			    .block = block };

	if (round != commit_high_round(agreement) + 1 &&
	    agreement->timeouts != NULL)
		message.timeouts = bytes_slice(agreement->timeouts);
	if (agreement->reserved_durable < round) {
		agreement->reserved = MAX(agreement->reserved, round);
		outbox_put(agreement, &message);
		return;
	}
	g_clear_pointer(&agreement->sent_proposal, g_bytes_unref);
	agreement->sent_proposal = outbox_encode(&message);
	outbox_send_all(agreement, bytes_slice(agreement->sent_proposal));
}

/* What came of asking the engine for a block. */
static gboolean
was_made(Agreement *agreement, int32_t status, const bsn_err *err)
{
	if (status == BSN_OK)
		return TRUE;
	agreement->waits = TRUE;
	if (status < 0 || status == BSN_TOO_LARGE)
		services_log(agreement->chain, BSN_LOG_ERROR,
			     "the next block cannot be made (status %d): %s",
			     status, err->reason);
	return FALSE;
}

static gboolean
make(Agreement *agreement, const bsn_tree_block *parent, guint64 round)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink out = buffer_sink(bytes, BSN_PROPOSAL_MAX);
	const Certificate *high = agreement->high;
	const bsn_seal seal = seal_make(agreement, parent, round);
	bsn_err err = BSN_ERR_INIT;
	Candidate own = {
		.round = round,
		.parent = parent->id,
		.justify_round = commit_high_round(agreement),
		.justify_parent = high != NULL ? high->info.parent_round : 0,
	};

	(void)agreement->tree->prefer(agreement->proposer, &own.parent);
	if (!was_made(agreement,
		      agreement->tree->extend(
			      agreement->proposer, &own.parent, &seal,
			      extend_flags(agreement, &own.parent), &out.sink,
			      &own.id, &err),
		      &err))
		return FALSE;
	agreement->proposed = round;
	agreement->propose_after = services_now_ms(agreement->chain) +
				   agreement->config.block_interval;
	(void)agreement->tree->prefer(agreement->proposer, &own.id);
	send_block(agreement, round, buffer_slice(bytes));
	(void)vote_cast(agreement, &own);
	return TRUE;
}

gboolean
proposal_make(Agreement *agreement)
{
	const guint64 round = pacemaker_round(agreement);
	bsn_tree_block parent = { .size = sizeof(parent) };

	return may_propose(agreement, round) && pacemaker_active(agreement) &&
	       find_parent(agreement, &parent) &&
	       prospect_is_good(agreement, &parent, round) &&
	       is_time(agreement) &&
	       make(agreement, &parent, round);
}

/* ---- receiving --------------------------------------------------------- */

/* Whether the round can be voted in, now or with the next slot. */
static gboolean
is_near(const Agreement *agreement, guint64 round)
{
	const guint64 now = pacemaker_round(agreement);

	return round > agreement->voted &&
	       (!agreement->mode->slots ||
		(round + 1 >= now && round <= now + 1));
}

static Candidate *
place_of(Agreement *agreement, guint64 round)
{
	return &agreement->candidates[round % WINDOW];
}

static void
refuse(Agreement *agreement, guint from, const bsn_err *err)
{
	g_autofree char *deed =
		g_strdup_printf("proposes what is refused: %s", err->reason);

	agreement->dropped.refused++;
	agreement_accuse(agreement, from, deed);
}

/* Reads the block and what its seal says. */
static int32_t
read_block(Agreement *agreement, const Message *message, Candidate *candidate,
	   bsn_err *err)
{
	g_autoptr(Certificate) justify = NULL;
	bsn_tree_block block = { .size = sizeof(block) };
	int32_t status = agreement->tree->read(
		agreement->proposer, message->block, &block, err);

	if (status != BSN_OK)
		return status;
	candidate->id = block.id;
	candidate->parent = block.parent;
	candidate->round = block.seal.round;
	if (candidate->round != message->round)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block is of another round");
	if (!seal_timely(agreement, block.seal.time_ms))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block's time is too far ahead");
	status = seal_check(agreement, &block, &justify, err);
	if (status != BSN_OK)
		return status;
	candidate->justify_round = agreement->epoch.round;
	if (justify == NULL)
		return BSN_OK;
	candidate->justify_round = justify->info.round;
	candidate->justify_parent = justify->info.parent_round;
	commit_take(agreement, justify, -1);
	return BSN_OK;
}

/* What it sends is not looked at for a while. */
static void
turn_away(Agreement *agreement, guint from)
{
	agreement->peers[from].judge_after =
		services_now_ms(agreement->chain) + JUDGE_PAUSE_MS;
}

/* Its leader has not heard of the newest certificate. */
static void
help(Agreement *agreement, guint from, const Candidate *candidate)
{
	if (candidate->justify_round < commit_high_round(agreement))
		catchup_news(agreement, from);
}

void
proposal_receive(Agreement *agreement, guint from, const Message *message)
{
	Candidate candidate = { .state = CANDIDATE_NEW, .from = from };
	Candidate *place = place_of(agreement, message->round);
	bsn_err err = BSN_ERR_INIT;

	if (message->round <= agreement->epoch.round ||
	    (gint)from == agreement->self ||
	    pacemaker_leader(agreement, message->round) != from ||
	    !is_near(agreement, message->round) ||
	    services_now_ms(agreement->chain) <
		    agreement->peers[from].judge_after ||
	    (place->state != CANDIDATE_NONE && place->round >= message->round))
		return;
	if (read_block(agreement, message, &candidate, &err) != BSN_OK) {
		refuse(agreement, from, &err);
		turn_away(agreement, from);
		return;
	}
	help(agreement, from, &candidate);
	expiry_show(agreement, from, message->timeouts);
	if (!agreement->mode->slots && candidate.round != agreement->round) {
		if (candidate.round > agreement->round)
			turn_away(agreement, from);
		return;
	}
	g_clear_pointer(&place->bytes, g_bytes_unref);
	*place = candidate;
	place->bytes = g_bytes_new(message->block.data, message->block.len);
}

/* ---- judging ----------------------------------------------------------- */

static void
done(Candidate *candidate)
{
	candidate->state = CANDIDATE_DONE;
	g_clear_pointer(&candidate->bytes, g_bytes_unref);
}

static gboolean
judge(Agreement *agreement, Candidate *candidate)
{
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (!vote_is_safe(agreement, candidate)) {
		done(candidate);
		return FALSE;
	}
	status = agreement->tree->admit(agreement->proposer,
					bytes_slice(candidate->bytes), &block,
					&err);
	candidate->state = CANDIDATE_DEFERRED;
	if (status == BSN_NOT_FOUND)
		catchup_want(agreement, &candidate->parent,
			     (gint)candidate->from);
	if (status == BSN_NOT_FOUND || status == BSN_BUSY ||
	    status == BSN_FULL)
		return FALSE;
	done(candidate);
	if (status != BSN_OK) {
		refuse(agreement, candidate->from, &err);
		return FALSE;
	}
	(void)agreement->tree->prefer(agreement->proposer, &candidate->id);
	agreement->progress++;
	return vote_cast(agreement, candidate);
}

gboolean
proposal_judge(Agreement *agreement)
{
	const guint64 round = pacemaker_round(agreement);
	gboolean did = FALSE;

	for (guint i = 0; i < WINDOW; i++) {
		Candidate *candidate = &agreement->candidates[i];

		if (candidate->state != CANDIDATE_NEW ||
		    candidate->round > round)
			continue;
		if (candidate->round + 1 < round)
			done(candidate);
		else if (judge(agreement, candidate))
			did = TRUE;
	}
	return did;
}

void
proposal_retry(Agreement *agreement)
{
	agreement->waits = FALSE;
	for (guint i = 0; i < WINDOW; i++)
		if (agreement->candidates[i].state == CANDIDATE_DEFERRED)
			agreement->candidates[i].state = CANDIDATE_NEW;
}

void
proposal_forget(Agreement *agreement, guint64 below)
{
	for (guint i = 0; i < WINDOW; i++) {
		Candidate *candidate = &agreement->candidates[i];

		if (candidate->round >= below)
			continue;
		g_clear_pointer(&candidate->bytes, g_bytes_unref);
		*candidate = (Candidate){ .state = CANDIDATE_NONE };
	}
}
