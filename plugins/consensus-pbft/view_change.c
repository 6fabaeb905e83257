/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/agreement.h"

#include "plugins/kit/rank.h"
#include "plugins/kit/sink.h"

/* ---- going ------------------------------------------------------------- */

/* Says what this node is locked on and that it votes in no earlier view. */
static void
say_promise(Agreement *agreement, Round *round)
{
	const Promise promise = {
		.locked_view = round->lock.is ? round->lock.view : 0,
		.locked = round->lock.digest,
	};
	const Statement statement =
		promise_statement(&promise, round->height, round->view);
	Message message = {
		.kind = MESSAGE_VIEW_CHANGE,
		.height = round->height,
		.view = round->view,
		.digest = promise.locked,
		.locked_view = promise.locked_view,
	};

	if (round->lock.is)
		message.certificate = bytes_slice(round->lock_certificate);
	if (agreement_sign(agreement, &statement, &message.signature,
			   "a view change"))
		outbox_put(agreement, round, &message);
}

void
view_change_start(Agreement *agreement, Round *round, guint64 view)
{
	round->view = view;
	round->changing = TRUE;
	round->lead_deferred = FALSE;
	round->dirty = TRUE;
	round_clear_candidate(round);
	g_clear_pointer(&round->promises, g_bytes_unref);
	g_clear_pointer(&round->promises_certificate, g_bytes_unref);
	/* What it had nothing for beside the candidate it may have now. */
	agreement->wanted |= agreement->expecting;
	agreement->expecting = FALSE;
	agreement->expect_asked = FALSE;
	say_promise(agreement, round);
}

/* Of f + 1 members that are further at least one is honest: the view that f + 1
 * have reached is one that an honest node has reason to go to (Castro's thesis,
 * 2.3.5). Whom they come from the transport has authenticated. */
gboolean
view_change_join(Agreement *agreement)
{
	Round *round = agreement_peek(agreement);
	guint64 views[MEMBERS_MAX];
	guint n = 0;

	if (round == NULL)
		return FALSE;
	for (guint i = 0; i < round->n; i++)
		if (round->slots[i].promised &&
		    round->slots[i].promised_view > round->view &&
		    (gint)i != agreement->self)
			views[n++] = round->slots[i].promised_view;
	if (n <= agreement->members->f)
		return FALSE;
	view_change_start(agreement, round,
			  rank_reached(views, n, agreement->members->f + 1));
	return TRUE;
}

/* ---- receiving --------------------------------------------------------- */

/* Longest lock certificate that members of this number need: what others hold
 * for this node stays in proportion. */
static guint64
certificate_max(const Members *members)
{
	return CERTIFICATE_MAX - (MEMBERS_MAX - members->n) * 68u;
}

void
view_change_receive(Agreement *agreement, guint from, const Message *message)
{
	Round *round = agreement_round(agreement, message->height);
	Slot *slot = &round->slots[from];

	if (slot->banned || message->view == 0 ||
	    (slot->promised && slot->promised_view >= message->view))
		return;
	if ((message->digest.len > 0 &&
	     message->locked_view >= message->view) ||
	    message->certificate.len > certificate_max(agreement->members)) {
		agreement->dropped.malformed++;
		return;
	}
	g_clear_pointer(&slot->lock_certificate, g_bytes_unref);
	slot->promised = TRUE;
	slot->promised_view = message->view;
	slot->promise = (Promise){ from, message->locked_view, message->digest,
				   message->signature };
	slot->promise_verified = (gint)from == agreement->self;
	slot->lock_verified = FALSE;
	if (message->digest.len > 0)
		slot->lock_certificate = g_bytes_new(message->certificate.data,
						     message->certificate.len);
}

/* ---- leading ----------------------------------------------------------- */

static gboolean
is_for(const Slot *slot, guint64 view)
{
	return slot->promised && slot->promised_view == view;
}

/* Bans who signed wrongly among those who promised for the round's view. */
static void
verify_promises(Agreement *agreement, Round *round)
{
	g_autoptr(Claims) claims =
		claims_new(agreement->members);

	for (guint i = 0; i < round->n; i++) {
		Slot *slot = &round->slots[i];
		Statement statement;

		if (!is_for(slot, round->view) || slot->promise_verified)
			continue;
		statement = promise_statement(&slot->promise, round->height,
					      round->view);
		statement_claim(claims, &agreement->chain_id, i, &statement,
				&slot->promise.signature);
		slot->promise_verified = TRUE; /* or banned */
	}
	agreement_verify(agreement, round, claims,
			 "signed its view change wrongly");
}

/* Whether a lock's certificate proves it. */
static gboolean
proves_lock(const Agreement *agreement, guint64 height, guint64 view,
	    const bsn_id *digest, bsn_slice bytes)
{
	g_autofree Certificate *certificate = g_new(Certificate, 1);

	return certificate_read(bytes, certificate) &&
	       certificate->view == view &&
	       certificate_verify(certificate, agreement->members,
				  &agreement->chain_id, STATEMENT_PREPARE,
				  height, digest, agreement->chain,
				  NULL) == BSN_OK;
}

/* Whether the promise may be shown: it has no lock, or one whose proposal is
 * at hand when that is asked for. */
static gboolean
is_usable(const Round *round, const Slot *slot, gboolean with_body)
{
	return is_for(slot, round->view) &&
	       (!with_body || slot->promise.locked.len == 0 ||
		round_body(round, &slot->promise.locked) != NULL);
}

/* The slot with the highest lock among the usable, NULL when none has one. A
 * lock that is not proven costs its owner the promise. */
static Slot *
highest_lock(Agreement *agreement, Round *round, gboolean with_body)
{
	for (;;) {
		Slot *top = NULL;

		for (guint i = 0; i < round->n; i++) {
			Slot *slot = &round->slots[i];

			if (is_usable(round, slot, with_body) &&
			    slot->promise.locked.len > 0 &&
			    (top == NULL || slot->promise.locked_view >
						    top->promise.locked_view))
				top = slot;
		}
		if (top == NULL || top->lock_verified)
			return top;
		top->lock_verified = proves_lock(
			agreement, round->height, top->promise.locked_view,
			&top->promise.locked,
			bytes_slice(top->lock_certificate));
		if (!top->lock_verified)
			agreement_ban(agreement, round, top->promise.signer,
				      "claimed a lock that it does not prove");
	}
}

static guint
collect(const Round *round, gboolean with_body, Promise *promises)
{
	guint n = 0;

	for (guint i = 0; i < round->n; i++)
		if (is_usable(round, &round->slots[i], with_body))
			promises[n++] = round->slots[i].promise;
	return n;
}

static void
justify(Round *round, const Promise *promises, guint n, const Slot *top)
{
	GByteArray *bytes = g_byte_array_new();

	promises_put(promises, n, bytes);
	g_clear_pointer(&round->promises, g_bytes_unref);
	g_clear_pointer(&round->promises_certificate, g_bytes_unref);
	round->promises = g_byte_array_free_to_bytes(bytes);
	round->promises_certificate =
		top != NULL ? g_bytes_ref(top->lock_certificate)
			    : g_bytes_new(NULL, 0);
	round->changing = FALSE;
	round->dirty = TRUE;
}

/* Proposes again what was locked. FALSE when the engine cannot check it now. */
static gboolean
propose_again(Agreement *agreement, Round *round, const Slot *top)
{
	const bsn_id *digest = &top->promise.locked;
	g_autoptr(GBytes) body = g_bytes_ref(round_body(round, digest));

	round->lead_deferred =
		proposal_check(agreement, round->height, digest,
			       bytes_slice(body), NULL) != BSN_OK;
	if (round->lead_deferred)
		return FALSE;
	round_set_candidate(round, digest, body, CANDIDATE_GOOD);
	return TRUE;
}

/* Any quorum of promises will do. So if the proposal of the highest lock is not
 * to be had, those who have locks without proposals are left out as long as
 * the rest is a quorum: a faulty node cannot hold up the view with a lock whose
 * proposal it keeps to itself. */
gboolean
view_change_lead(Agreement *agreement)
{
	Round *round = agreement_peek(agreement);
	const guint quorum = agreement->members->quorum;
	g_autofree Promise *promises = NULL;
	gboolean with_body = FALSE;
	Slot *top;
	guint n;

	if (round == NULL || !round->changing || round->lead_deferred ||
	    !agreement_leads(agreement, round->height, round->view) ||
	    !is_for(&round->slots[agreement->self], round->view) ||
	    round_promises(round, round->view) < quorum)
		return FALSE;
	verify_promises(agreement, round);
	promises = g_new(Promise, round->n);
	top = highest_lock(agreement, round, FALSE);
	if (top != NULL && round_body(round, &top->promise.locked) == NULL) {
		if (collect(round, FALSE, promises) >= quorum)
			catchup_want(agreement, &top->promise.locked);
		with_body = TRUE;
		top = highest_lock(agreement, round, TRUE);
	}
	n = collect(round, with_body, promises);
	if (n < quorum ||
	    (top != NULL && !propose_again(agreement, round, top)))
		return FALSE;
	justify(round, promises, n, top);
	if (top != NULL)
		vote_cast(agreement, round, MESSAGE_PROPOSAL,
			  &round->candidate.digest);
	return TRUE;
}

/* ---- following --------------------------------------------------------- */

/* The highest lock among promises; NULL when there is none. Of several of the
 * same view, the one for `digest`: at most one can be proven. */
static const Promise *
highest(const Promise *promises, guint n, const bsn_id *digest)
{
	const Promise *top = NULL;

	for (guint i = 0; i < n; i++) {
		const Promise *one = &promises[i];

		if (one->locked.len == 0)
			continue;
		if (top == NULL || one->locked_view > top->locked_view ||
		    (one->locked_view == top->locked_view &&
		     id_equal(&one->locked, digest)))
			top = one;
	}
	return top;
}

static gboolean
verify_shown(Agreement *agreement, const Message *message,
	     const Promise *promises, guint n)
{
	g_autoptr(Claims) claims =
		claims_new(agreement->members);

	if (n < agreement->members->quorum ||
	    promises[n - 1].signer >= agreement->members->n)
		return FALSE;
	for (guint i = 0; i < n; i++) {
		Statement statement = promise_statement(
			&promises[i], message->height, message->view);

		if (promises[i].locked.len > 0 &&
		    promises[i].locked_view >= message->view)
			return FALSE;
		statement_claim(claims, &agreement->chain_id,
				promises[i].signer, &statement,
				&promises[i].signature);
	}
	return claims_verify(claims, agreement->chain, NULL);
}

static gboolean
shows_reason(Agreement *agreement, const Message *message)
{
	g_autofree Promise *promises = g_new(Promise, MEMBERS_MAX);
	const Promise *top;
	guint n;

	if (!promises_read(message->promises, promises, &n) ||
	    !verify_shown(agreement, message, promises, n))
		return FALSE;
	top = highest(promises, n, &message->digest);
	if (top == NULL)
		return message->certificate.len == 0;
	return id_equal(&top->locked, &message->digest) &&
	       proves_lock(agreement, message->height, top->locked_view,
			   &top->locked, message->certificate);
}

gboolean
view_change_justified(Agreement *agreement, const Message *message)
{
	guint leader;

	if (message->view == 0)
		return message->promises.len == 0 &&
		       message->certificate.len == 0;
	if (shows_reason(agreement, message))
		return TRUE;
	leader = members_leader(agreement->members, message->height,
				message->view);
	agreement_ban(agreement, agreement_round(agreement, message->height),
		      leader, "began a view without having reason to");
	return FALSE;
}
