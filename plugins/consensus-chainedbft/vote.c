/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"

/* ---- what a vote says -------------------------------------------------- */

/* What is final when a quorum has voted for a block: the first of three blocks
 * in rounds that follow each other, or what ends the epoch below it. */
static void
name_final(const Agreement *agreement, const bsn_tree_block *grandparent,
	   VoteInfo *info)
{
	Anchor closing;

	if (grandparent->height <= agreement->epoch.height)
		return;
	info->final = grandparent->id;
	info->final_height = grandparent->height;
	if (!commit_closing(agreement, &info->final, &closing))
		return;
	info->final = closing.id;
	info->final_height = closing.height;
}

/* FALSE: the block, or what is below it, is not there. */
static gboolean
info_of(const Agreement *agreement, const bsn_id *id, VoteInfo *info)
{
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_tree_block parent = { .size = sizeof(parent) };
	bsn_tree_block grandparent = { .size = sizeof(grandparent) };

	if (!agreement_block(agreement, id, &block) ||
	    block.height <= agreement->epoch.height ||
	    !agreement_block(agreement, &block.parent, &parent))
		return FALSE;
	*info = (VoteInfo){
		.id = *id,
		.round = block.seal.round,
		.protocol = agreement->mode->protocol,
		.chain_id = agreement->chain_id,
		.epoch = agreement->epoch.id,
		.height = block.height,
		.parent = block.parent,
		.parent_round = parent.seal.round,
	};
	if (parent.height <= agreement->epoch.height ||
	    block.seal.round != parent.seal.round + 1)
		return TRUE;
	if (!agreement_block(agreement, &parent.parent, &grandparent))
		return FALSE;
	if (parent.seal.round == grandparent.seal.round + 1)
		name_final(agreement, &grandparent, info);
	return TRUE;
}

/* ---- own votes --------------------------------------------------------- */

gboolean
vote_is_safe(const Agreement *agreement, const Candidate *candidate)
{
	return candidate->round > agreement->voted &&
	       candidate->justify_round >= agreement->lock;
}

static void
promise(Agreement *agreement, const Candidate *candidate)
{
	agreement->voted = candidate->round;
	agreement->lock = MAX(agreement->lock, candidate->justify_parent);
	if (pacemaker_leader(agreement, candidate->round + 1) ==
	    (guint)agreement->self)
		agreement->reserved =
			MAX(agreement->reserved, candidate->round + 1);
	agreement->dirty = TRUE;
}

gboolean
vote_cast(Agreement *agreement, const Candidate *candidate)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	Message message = { .kind = MESSAGE_VOTE,
			    .epoch = agreement->epoch.id,
			    .round = candidate->round,
			    .id = candidate->id };
	VoteInfo info;

	if (agreement->self < 0 || !vote_is_safe(agreement, candidate) ||
	    !info_of(agreement, &candidate->id, &info) ||
	    info.round != candidate->round)
		return FALSE;
	vote_info_put_text(&info, text);
	if (!agreement_sign(agreement, buffer_slice(text), &message.signature))
		return FALSE;
	promise(agreement, candidate);
	outbox_put(agreement, &message);
	return TRUE;
}

/* ---- others' votes ----------------------------------------------------- */

static gboolean
vote_is(const Vote *vote, guint64 round, const bsn_id *id)
{
	return vote->round == round && id_equal(&vote->id, id);
}

static guint
count(const Agreement *agreement, guint64 round, const bsn_id *id)
{
	guint n = 0;

	for (guint i = 0; i < agreement->members->n; i++)
		n += vote_is(&agreement->peers[i].votes[round % WINDOW], round,
			     id)
			     ? 1
			     : 0;
	return n;
}

/* Who votes twice in a round is believed the first time. */
static gboolean
note_vote(Agreement *agreement, guint from, const Message *message)
{
	Vote *vote =
		&agreement->peers[from].votes[message->round % WINDOW];

	if (message->round <= commit_high_round(agreement) ||
	    message->round <= agreement->peers[from].banned ||
	    message->round < vote->round)
		return FALSE;
	if (message->round == vote->round) {
		if (!id_equal(&vote->id, &message->id)) {
			agreement->dropped.equivocations++;
			agreement_accuse(agreement, from,
					 "votes for two blocks in a round");
		}
		return FALSE;
	}
	*vote = (Vote){ message->round, message->id, message->signature };
	return TRUE;
}

void
vote_receive(Agreement *agreement, guint from, const Message *message)
{
	bsn_tree_block block = { .size = sizeof(block) };
	guint votes;

	if (!note_vote(agreement, from, message))
		return;
	votes = count(agreement, message->round, &message->id);
	if (votes >= agreement->members->quorum &&
	    message->round > agreement->ripe_round) {
		agreement->ripe = message->id;
		agreement->ripe_round = message->round;
	}
	if (votes > agreement->members->f &&
	    !agreement_block(agreement, &message->id, &block) &&
	    (gint)from != agreement->self)
		catchup_want(agreement, &message->id, (gint)from);
}

/* ---- a quorum ---------------------------------------------------------- */

/* The votes that are good; the others' senders are banned. */
static guint
verify_votes(Agreement *agreement, const VoteInfo *info, guint *signers,
	     Signature *signatures)
{
	g_autoptr(Claims) claims = claims_new(agreement->members);
	g_autoptr(GByteArray) text = g_byte_array_new();
	gboolean forged[MEMBERS_MAX] = { FALSE };
	guint n = 0;

	vote_info_put_text(info, text);
	for (guint pass = 0; pass < 2; pass++) {
		n = 0;
		for (guint i = 0; i < agreement->members->n; i++) {
			Vote *vote = &agreement->peers[i]
					      .votes[info->round % WINDOW];

			if (!vote_is(vote, info->round, &info->id))
				continue;
			if (pass == 0)
				claims_add(claims, i, buffer_slice(text),
					   &vote->signature);
			if (forged[i])
				continue;
			signers[n] = i;
			signatures[n++] = vote->signature;
		}
		if (pass == 0 && claims_verify(claims, agreement->chain, forged))
			return n;
	}
	for (guint i = 0; i < agreement->members->n; i++)
		if (forged[i])
			agreement_ban(agreement, i, info->round,
				      "signs a vote wrongly");
	return n;
}

gboolean
vote_certify(Agreement *agreement)
{
	const bsn_id id = agreement->ripe;
	Signature signatures[MEMBERS_MAX];
	guint signers[MEMBERS_MAX];
	g_autoptr(Certificate) certificate = NULL;
	VoteInfo info;
	guint n;

	if (id.len == 0)
		return FALSE;
	if (agreement->ripe_round <= commit_high_round(agreement)) {
		agreement->ripe.len = 0;
		return FALSE;
	}
	if (!info_of(agreement, &id, &info))
		return FALSE;
	agreement->ripe.len = 0;
	if (info.round != agreement->ripe_round)
		return FALSE;
	n = verify_votes(agreement, &info, signers, signatures);
	if (n < agreement->members->quorum) {
		agreement->ripe_round = 0;
		return TRUE;
	}
	certificate = certificate_new(&info, agreement->members, signers,
				      signatures, n);
	commit_take(agreement, certificate, -1);
	return TRUE;
}
