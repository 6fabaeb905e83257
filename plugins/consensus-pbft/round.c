/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/round.h"

Round *
round_new(guint64 height, guint n)
{
	Round *round = g_new0(Round, 1);

	round->height = height;
	round->n = n;
	round->slots = g_new0(Slot, n);
	return round;
}

static void
free_slots(Round *round)
{
	for (guint i = 0; i < round->n; i++)
		g_clear_pointer(&round->slots[i].lock_certificate,
				g_bytes_unref);
	g_free(round->slots);
}

static void
body_clear(Body *body)
{
	g_clear_pointer(&body->bytes, g_bytes_unref);
}

void
round_free(Round *round)
{
	if (round == NULL)
		return;
	free_slots(round);
	for (guint i = 0; i < BODIES; i++)
		body_clear(&round->bodies[i]);
	body_clear(&round->candidate);
	body_clear(&round->fetched);
	g_clear_pointer(&round->lock_certificate, g_bytes_unref);
	g_clear_pointer(&round->promises, g_bytes_unref);
	g_clear_pointer(&round->promises_certificate, g_bytes_unref);
	g_clear_pointer(&round->decided_certificate, g_bytes_unref);
	for (gsize i = 0; i < G_N_ELEMENTS(round->sent); i++)
		g_clear_pointer(&round->sent[i], g_bytes_unref);
	g_free(round);
}

void
round_reset_slots(Round *round, guint n)
{
	free_slots(round);
	round->n = n;
	round->slots = g_new0(Slot, n);
}

static gboolean
body_is(const Body *body, const bsn_id *digest)
{
	return body->bytes != NULL && id_equal(&body->digest, digest);
}

GBytes *
round_body(const Round *round, const bsn_id *digest)
{
	if (round->state == CANDIDATE_GOOD &&
	    body_is(&round->candidate, digest))
		return round->candidate.bytes;
	for (guint i = 0; i < BODIES; i++)
		if (body_is(&round->bodies[i], digest))
			return round->bodies[i].bytes;
	return body_is(&round->fetched, digest) ? round->fetched.bytes : NULL;
}

void
body_set(Body *body, const bsn_id *digest, GBytes *bytes)
{
	g_bytes_ref(bytes);
	body_clear(body);
	*body = (Body){ .digest = *digest, .bytes = bytes };
}

void
round_keep_body(Round *round, const bsn_id *digest, GBytes *bytes)
{
	Body *first = &round->bodies[0];

	for (guint i = 0; i < BODIES; i++)
		if (body_is(&round->bodies[i], digest))
			return;
	if (round->lock.is && body_is(first, &round->lock.digest))
		body_set(&round->bodies[1], digest, bytes);
	else
		body_set(first, digest, bytes);
}

void
round_set_candidate(Round *round, const bsn_id *digest, GBytes *bytes,
		    CandidateState state)
{
	body_set(&round->candidate, digest, bytes);
	round->state = state;
}

void
round_clear_candidate(Round *round)
{
	body_clear(&round->candidate);
	round->state = CANDIDATE_NONE;
}

gboolean
choice_is(const Choice *choice, guint64 view, const bsn_id *digest)
{
	return choice->is && choice->view == view &&
	       id_equal(&choice->digest, digest);
}

Vote *
slot_vote(Slot *slot, guint8 kind)
{
	return kind == STATEMENT_PREPARE ? &slot->prepare : &slot->commit;
}

guint
round_count(const Round *round, guint8 kind, guint64 view, const bsn_id *digest)
{
	guint count = 0;

	for (guint i = 0; i < round->n; i++)
		if (choice_is(&slot_vote(&round->slots[i], kind)->choice, view,
			      digest))
			count++;
	return count;
}

guint
round_promises(const Round *round, guint64 view)
{
	guint count = 0;

	for (guint i = 0; i < round->n; i++)
		count += round->slots[i].promised &&
			 round->slots[i].promised_view == view;
	return count;
}

guint
round_promises_from(const Round *round, guint64 view)
{
	guint count = 0;

	for (guint i = 0; i < round->n; i++)
		count += round->slots[i].promised &&
			 round->slots[i].promised_view >= view;
	return count;
}
