/* SPDX-License-Identifier: Apache-2.0
 *
 * Timeouts: this node's and others', and a quorum of them, which ends a round.
 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Ms for which a member's timeout certificates are not looked at after a false
 * one. */
#define JUDGE_PAUSE_MS 1000u

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

void
expiry_say(Agreement *agreement)
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
expiry_show(Agreement *agreement, guint from, bsn_slice bytes)
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
expiry_receive(Agreement *agreement, guint from, const Message *message)
{
	Peer *peer = &agreement->peers[from];

	commit_take_bytes(agreement, message->certificate, (gint)from);
	expiry_show(agreement, from, message->timeouts);
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
	expiry_say(agreement);
	return TRUE;
}

gboolean
expiry_step(Agreement *agreement)
{
	if (agreement->mode->slots || !agreement->expiries_changed)
		return FALSE;
	agreement->expiries_changed = FALSE;
	return join(agreement) || certify(agreement);
}
