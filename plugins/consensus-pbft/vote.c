/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/agreement.h"

#include "plugins/kit/sink.h"

/* ---- own --------------------------------------------------------------- */

static gboolean
may_choose(const Choice *before, guint64 view, const bsn_id *digest)
{
	return !before->is || before->view < view ||
	       choice_is(before, view, digest);
}

static gboolean
sign_vote(const Agreement *agreement, Message *message, guint8 kind)
{
	const Statement statement = { .kind = kind,
				      .height = message->height,
				      .view = message->view,
				      .digest = message->digest };

	return agreement_sign(agreement, &statement, &message->signature,
			      "its votes");
}

static void
add_justification(const Round *round, Message *message)
{
	if (round->promises == NULL)
		return;
	message->promises = bytes_slice(round->promises);
	message->certificate = bytes_slice(round->promises_certificate);
}

void
vote_cast(Agreement *agreement, Round *round, guint8 message_kind,
	  const bsn_id *digest)
{
	const guint8 kind = message_kind == MESSAGE_COMMIT ? STATEMENT_COMMIT
							   : STATEMENT_PREPARE;
	Choice *choice =
		kind == STATEMENT_COMMIT ? &round->committed : &round->prepared;
	Message message = { .kind = message_kind,
			    .height = round->height,
			    .view = round->view,
			    .digest = *digest };

	if (!may_choose(choice, round->view, digest) ||
	    !sign_vote(agreement, &message, kind))
		return;
	*choice = (Choice){ TRUE, round->view, *digest };
	if (kind == STATEMENT_PREPARE)
		round_keep_body(round, digest, round_body(round, digest));
	if (message_kind == MESSAGE_PROPOSAL) {
		add_justification(round, &message);
		message.body = bytes_slice(round->candidate.bytes);
	}
	outbox_put(agreement, round, &message);
}

/* ---- others' ----------------------------------------------------------- */

static void
report_equivocation(Agreement *agreement, Round *round, guint from)
{
	Slot *slot = &round->slots[from];

	if (slot->equivocated)
		return;
	slot->equivocated = TRUE;
	agreement->dropped.equivocations++;
	agreement_accuse(agreement, from, round->height,
			 "voted for two different proposals in one view");
}

void
vote_receive(Agreement *agreement, Round *round, guint from, guint8 kind,
	     const Message *message)
{
	Slot *slot = &round->slots[from];
	Vote *vote = slot_vote(slot, kind);

	if (slot->banned)
		return;
	if (vote->choice.is && vote->choice.view >= message->view) {
		if (vote->choice.view == message->view &&
		    !id_equal(&vote->choice.digest, &message->digest))
			report_equivocation(agreement, round, from);
		return;
	}
	*vote = (Vote){
		.choice = { TRUE, message->view, message->digest },
		.verified = (gint)from == agreement->self,
		.signature = message->signature,
	};
}

/* ---- a quorum ---------------------------------------------------------- */

/* Verifies, together, what has not been verified yet; bans who forged. */
static void
verify_votes(Agreement *agreement, Round *round, const Statement *statement)
{
	g_autoptr(Claims) claims =
		claims_new(agreement->members);

	for (guint i = 0; i < round->n; i++) {
		Vote *vote = slot_vote(&round->slots[i], statement->kind);

		if (vote->verified || !choice_is(&vote->choice, statement->view,
						 &statement->digest))
			continue;
		statement_claim(claims, &agreement->chain_id, i, statement,
				&vote->signature);
		vote->verified = TRUE; /* or gone, with its banned slot */
	}
	agreement_verify(agreement, round, claims, "signed its vote wrongly");
}

static GBytes *
certify(const Agreement *agreement, Round *round, const Statement *statement)
{
	g_autofree Certificate *certificate = g_new0(Certificate, 1);
	GByteArray *bytes = g_byte_array_new();

	certificate->kind = statement->kind;
	certificate->chain_id = agreement->chain_id;
	certificate->view = statement->view;
	for (guint i = 0;
	     i < round->n && certificate->n < agreement->members->quorum; i++) {
		const Vote *vote = slot_vote(&round->slots[i], statement->kind);

		if (choice_is(&vote->choice, statement->view,
			      &statement->digest))
			certificate->list[certificate->n++] =
				(Endorsement){ i, vote->signature };
	}
	certificate_put(certificate, bytes);
	return g_byte_array_free_to_bytes(bytes);
}

GBytes *
vote_quorum(Agreement *agreement, Round *round, guint8 kind, guint64 view,
	    const bsn_id *digest)
{
	const Statement statement = { .kind = kind,
				      .height = round->height,
				      .view = view,
				      .digest = *digest };
	const guint quorum = agreement->members->quorum;

	if (round_count(round, kind, view, digest) < quorum)
		return NULL;
	verify_votes(agreement, round, &statement);
	if (round_count(round, kind, view, digest) < quorum)
		return NULL;
	return certify(agreement, round, &statement);
}

gboolean
vote_lock(Agreement *agreement)
{
	Round *round = agreement_peek(agreement);
	GBytes *certificate;

	if (round == NULL || round->changing ||
	    round->state != CANDIDATE_GOOD ||
	    (round->lock.is && round->lock.view == round->view))
		return FALSE;
	certificate = vote_quorum(agreement, round, STATEMENT_PREPARE,
				  round->view, &round->candidate.digest);
	if (certificate == NULL)
		return FALSE;
	round_keep_body(round, &round->candidate.digest,
			round->candidate.bytes);
	round->lock = (Choice){ TRUE, round->view, round->candidate.digest };
	g_clear_pointer(&round->lock_certificate, g_bytes_unref);
	round->lock_certificate = certificate;
	round->dirty = TRUE;
	vote_cast(agreement, round, MESSAGE_COMMIT, &round->candidate.digest);
	return TRUE;
}
