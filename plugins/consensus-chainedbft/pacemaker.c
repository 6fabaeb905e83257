/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>

#include "plugins/consensus-chainedbft/services.h"
#include "plugins/kit/sink.h"

/* Ms for which a member's timeout certificates are not looked at after a false
 * one. */
#define JUDGE_PAUSE_MS 1000u
/* Doublings of the timeout; timeout_max bounds it before. */
#define DOUBLINGS_MAX 20u

/* ---- which round ------------------------------------------------------- */

static guint64
epoch_slot(const Agreement *agreement)
{
	return agreement->mode->slot_at(&agreement->config,
					agreement->epoch.time_ms);
}

static guint64
slot_now(const Agreement *agreement)
{
	return agreement->mode->slot_at(
		&agreement->config,
		services.clock->wall_ms(agreement->chain));
}

guint64
pacemaker_slot(const Agreement *agreement, guint64 round)
{
	return epoch_slot(agreement) + (round - agreement->epoch.round);
}

guint64
pacemaker_round(const Agreement *agreement)
{
	guint64 first, now;

	if (!agreement->mode->slots)
		return agreement->round;
	first = epoch_slot(agreement);
	now = slot_now(agreement);
	return agreement->epoch.round + (now > first ? now - first : 0);
}

guint
pacemaker_leader(const Agreement *agreement, guint64 round)
{
	return agreement->mode->leader(
		&agreement->config, agreement->members->n,
		agreement->mode->slots ? pacemaker_slot(agreement, round)
				       : round);
}

void
pacemaker_enter(Agreement *agreement, guint64 round)
{
	if (round <= agreement->round)
		return;
	agreement->round = round;
	agreement->progress++;
	agreement->waits = FALSE;
	if (!agreement->mode->slots)
		proposal_forget(agreement, round);
}

void
pacemaker_certified(Agreement *agreement, guint64 round)
{
	agreement->failures = 0;
	agreement->waits = FALSE;
	pacemaker_enter(agreement, round + 1);
}

/* ---- whether there is anything to do ----------------------------------- */

gboolean
pacemaker_unfinished(const Agreement *agreement, const bsn_id *parent)
{
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_id at = *parent;

	while (agreement_block(agreement, &at, &block) &&
	       block.height > agreement->root.height) {
		if ((block.flags & (BSN_TREE_LOADED | BSN_TREE_CLOSES)) != 0)
			return TRUE;
		at = block.parent;
	}
	return FALSE;
}

gboolean
pacemaker_active(Agreement *agreement)
{
	bsn_tree_block head = { .size = sizeof(head) };

	return agreement->tree->waiting(agreement->proposer) == BSN_OK ||
	       (agreement_head(agreement, &head) &&
		pacemaker_unfinished(agreement, &head.id));
}

/* ---- own timeouts ------------------------------------------------------ */

static TimeoutInfo
info_of(const Agreement *agreement, guint64 round, guint64 high_round)
{
	return (TimeoutInfo){ .protocol = agreement->mode->protocol,
			      .chain_id = agreement->chain_id,
			      .epoch = agreement->epoch.id,
			      .round = round,
			      .high_round = high_round };
}

static void
promise(Agreement *agreement)
{
	const guint64 next = agreement->round + 1;

	agreement->expired = agreement->round;
	agreement->voted = MAX(agreement->voted, agreement->round);
	if (pacemaker_leader(agreement, next) == (guint)agreement->self)
		agreement->reserved = MAX(agreement->reserved, next);
	agreement->dirty = TRUE;
}

/* Says that the round has passed for nothing, and votes in it no more. */
static void
expire(Agreement *agreement)
{
	const guint64 high_round = commit_high_round(agreement);
	const TimeoutInfo info =
		info_of(agreement, agreement->round, high_round);
	g_autoptr(GByteArray) text = g_byte_array_new();
	Message message = { .kind = MESSAGE_TIMEOUT,
			    .epoch = agreement->epoch.id,
			    .round = agreement->round,
			    .high_round = high_round,
			    .final_height = agreement->root.height };

	timeout_info_put_text(&info, text);
	if (!agreement_sign(agreement, buffer_slice(text), &message.signature))
		return;
	if (agreement->high != NULL)
		message.certificate = bytes_slice(agreement->high->bytes);
	if (agreement->timeouts != NULL)
		message.timeouts = bytes_slice(agreement->timeouts);
	promise(agreement);
	outbox_put(agreement, &message);
}

/* ---- others' ----------------------------------------------------------- */

static void
begin_next(Agreement *agreement, const TimeoutCertificate *timeouts,
	   GBytes *bytes)
{
	const guint leader = pacemaker_leader(agreement, timeouts->round);

	if ((gint)leader != agreement->self)
		agreement->peers[leader].suspected = TRUE;
	g_clear_pointer(&agreement->timeouts, g_bytes_unref);
	agreement->timeouts = bytes;
	agreement->timeouts_round = timeouts->round;
	agreement->failures++;
	pacemaker_enter(agreement, timeouts->round + 1);
}

void
pacemaker_timeouts(Agreement *agreement, guint from, bsn_slice bytes)
{
	g_autofree TimeoutCertificate *timeouts = NULL;
	const TimeoutInfo info = info_of(agreement, 0, 0);
	Peer *peer = &agreement->peers[from];
	const guint64 now = services_now_ms(agreement->chain);

	if (bytes.len == 0 || agreement->mode->slots ||
	    now < peer->judge_after)
		return;
	timeouts = g_new(TimeoutCertificate, 1);
	if (!timeouts_read(bytes, timeouts) ||
	    timeouts->round < agreement->round ||
	    timeouts->round >= ROUND_MAX)
		return;
	if (timeouts_verify(timeouts, agreement->members, &info,
			    agreement->chain)) {
		begin_next(agreement, timeouts,
			   g_bytes_new(bytes.data, bytes.len));
		return;
	}
	peer->judge_after = now + JUDGE_PAUSE_MS;
	agreement->dropped.forged++;
	agreement_accuse(agreement, from, "shows false timeouts");
}

void
pacemaker_receive(Agreement *agreement, guint from, const Message *message)
{
	Peer *peer = &agreement->peers[from];

	commit_take_bytes(agreement, message->certificate, (gint)from);
	pacemaker_timeouts(agreement, from, message->timeouts);
	if ((gint)from != agreement->self &&
	    (message->round < agreement->round ||
	     message->final_height < agreement->root.height))
		catchup_news(agreement, from);
	if (agreement->mode->slots || message->round <= peer->banned ||
	    message->round < agreement->round ||
	    message->round <= peer->expiry_round)
		return;
	peer->expiry_round = message->round;
	peer->expiry = (Expiry){ from, message->high_round,
				 message->signature };
	agreement->expiries_changed = TRUE;
}

/* ---- a quorum of them -------------------------------------------------- */

static guint
collect(const Agreement *agreement, TimeoutCertificate *timeouts)
{
	timeouts->round = agreement->round;
	timeouts->n = 0;
	for (guint i = 0; i < agreement->members->n; i++)
		if (agreement->peers[i].expiry_round == agreement->round)
			timeouts->list[timeouts->n++] =
				agreement->peers[i].expiry;
	return timeouts->n;
}

/* Forgets those that are signed wrongly. */
static void
weed(Agreement *agreement, const TimeoutCertificate *timeouts)
{
	for (guint i = 0; i < timeouts->n; i++) {
		const Expiry *one = &timeouts->list[i];
		const TimeoutInfo info = info_of(agreement, timeouts->round,
						 one->high_round);
		g_autoptr(Claims) claims = claims_new(agreement->members);
		g_autoptr(GByteArray) text = g_byte_array_new();

		timeout_info_put_text(&info, text);
		claims_add(claims, one->signer, buffer_slice(text),
			   &one->signature);
		if (claims_verify(claims, NULL, NULL))
			continue;
		agreement->peers[one->signer].expiry_round = 0;
		agreement_ban(agreement, one->signer, timeouts->round,
			      "signs a timeout wrongly");
	}
}

static gboolean
certify(Agreement *agreement)
{
	g_autofree TimeoutCertificate *timeouts = g_new(TimeoutCertificate, 1);
	const TimeoutInfo info = info_of(agreement, 0, 0);
	GByteArray *bytes;

	if (collect(agreement, timeouts) < agreement->members->quorum)
		return FALSE;
	if (!timeouts_verify(timeouts, agreement->members, &info,
			     agreement->chain)) {
		weed(agreement, timeouts);
		if (collect(agreement, timeouts) < agreement->members->quorum)
			return FALSE;
	}
	bytes = g_byte_array_new();
	timeouts_put(timeouts, bytes);
	begin_next(agreement, timeouts, g_byte_array_free_to_bytes(bytes));
	return TRUE;
}

static gint
compare_rounds(gconstpointer a, gconstpointer b)
{
	const guint64 left = *(const guint64 *)a, right = *(const guint64 *)b;

	return left == right ? 0 : left > right ? -1 : 1;
}

/* The round that f + 1 members have let pass, at least: an honest one among them
 * was there. */
static guint64
evidence(const Agreement *agreement)
{
	guint64 rounds[MEMBERS_MAX];

	for (guint i = 0; i < agreement->members->n; i++)
		rounds[i] = agreement->peers[i].expiry_round;
	qsort(rounds, agreement->members->n, sizeof(guint64), compare_rounds);
	return rounds[agreement->members->f];
}

/* Where f + 1 wait, this node waits with them, be it idle or not. */
static gboolean
join(Agreement *agreement)
{
	const guint64 target = evidence(agreement);

	if (target < agreement->round || target <= agreement->expired)
		return FALSE;
	pacemaker_enter(agreement, target);
	expire(agreement);
	return TRUE;
}

gboolean
pacemaker_step(Agreement *agreement)
{
	if (agreement->mode->slots || !agreement->expiries_changed)
		return FALSE;
	agreement->expiries_changed = FALSE;
	return join(agreement) || certify(agreement);
}

/* ---- timers ------------------------------------------------------------ */

static guint64
round_length(const Agreement *agreement)
{
	const Config *config = &agreement->config;
	const guint leader = pacemaker_leader(agreement, agreement->round);
	const Peer *peer = &agreement->peers[leader];

	if ((peer->suspected || peer->unreachable) &&
	    (gint)leader != agreement->self &&
	    agreement->failures < agreement->members->n)
		return config->suspect_timeout;
	return MIN(config->timeout
			   << MIN(agreement->failures, DOUBLINGS_MAX),
		   config->timeout_max);
}

static void
round_passed(Agreement *agreement)
{
	if (agreement->expired < agreement->round)
		expire(agreement);
	else if (agreement->sent_timeout != NULL)
		outbox_send_all(agreement,
				bytes_slice(agreement->sent_timeout));
}

/* A slot begins. One that brought nothing since the last is asked about. */
static void
slot_begins(Agreement *agreement)
{
	agreement->waits = FALSE;
	if (agreement->asked_progress == agreement->progress)
		catchup_ask(agreement);
	agreement->asked_progress = agreement->progress;
}

void
pacemaker_timer(Agreement *agreement)
{
	agreement->round_timed = FALSE;
	if (agreement->self < 0 || !pacemaker_active(agreement))
		return;
	if (agreement->mode->slots)
		slot_begins(agreement);
	else
		round_passed(agreement);
}

/* Ms until the next slot. */
static guint64
until_slot(const Agreement *agreement)
{
	const guint64 next = agreement->mode->slot_start(
		&agreement->config, slot_now(agreement) + 1);

	return next - services.clock->wall_ms(agreement->chain);
}

/* Blocks that came before their slot. */
static gboolean
holds_early(const Agreement *agreement)
{
	for (guint i = 0; i < WINDOW; i++)
		if (agreement->candidates[i].state == CANDIDATE_NEW)
			return TRUE;
	return FALSE;
}

void
pacemaker_arm(Agreement *agreement)
{
	const gboolean slots = agreement->mode->slots;
	const guint64 round = pacemaker_round(agreement);

	if (!agreement->started || agreement->stopped != BSN_OK ||
	    agreement->self < 0 ||
	    !(pacemaker_active(agreement) ||
	      (slots && holds_early(agreement)))) {
		if (agreement->round_timed)
			services.timer->cancel(agreement->chain, TIMER_ROUND);
		agreement->round_timed = FALSE;
		return;
	}
	if (agreement->round_timed && agreement->timed_round == round)
		return;
	agreement->round_timed = TRUE;
	agreement->timed_round = round;
	(void)services.timer->set(agreement->chain, TIMER_ROUND,
				  slots ? until_slot(agreement)
					: round_length(agreement));
}

void
pacemaker_heard(Agreement *agreement, guint from)
{
	agreement->peers[from].suspected = FALSE;
	agreement->peers[from].unreachable = FALSE;
}
