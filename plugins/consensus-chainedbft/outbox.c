/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Messages that wait for a store that takes nothing: those of the last rounds. */
#define UNSTORED_MAX 16u

typedef struct {
	guint64 sequence; /* of the batch that it waits for; 0: none yet */
	guint64 round;
	guint8 kind;
	GBytes *message;
} Outgoing;

static void
outgoing_free(gpointer data)
{
	Outgoing *outgoing = data;

	g_bytes_unref(outgoing->message);
	g_free(outgoing);
}

GBytes *
outbox_encode(const Message *message)
{
	GByteArray *bytes = g_byte_array_new();

	message_put(message, bytes);
	return g_byte_array_free_to_bytes(bytes);
}

/* What is oldest of those without a batch, which nobody has heard, is not said. */
static void
make_room(GQueue *outbox)
{
	GList *oldest = NULL;
	guint n = 0;

	for (GList *link = outbox->tail; link != NULL; link = link->prev) {
		if (((Outgoing *)link->data)->sequence != 0)
			break;
		oldest = link;
		n++;
	}
	if (n < UNSTORED_MAX)
		return;
	outgoing_free(oldest->data);
	g_queue_delete_link(outbox, oldest);
}

void
outbox_put(Agreement *agreement, const Message *message)
{
	Outgoing *outgoing = g_new0(Outgoing, 1);

	make_room(agreement->outbox);
	outgoing->round = message->round;
	outgoing->kind = message->kind;
	outgoing->message = outbox_encode(message);
	g_queue_push_tail(agreement->outbox, outgoing);
	agreement->dirty = TRUE;
}

/* Batches are assigned in order, so those without one are at the end. */
gboolean
outbox_waiting(const Agreement *agreement)
{
	const Outgoing *last = g_queue_peek_tail(agreement->outbox);

	return last != NULL && last->sequence == 0;
}

void
outbox_assign(Agreement *agreement, guint64 sequence)
{
	for (GList *link = agreement->outbox->tail; link != NULL;
	     link = link->prev) {
		Outgoing *outgoing = link->data;

		if (outgoing->sequence != 0)
			return;
		outgoing->sequence = sequence;
	}
}

void
outbox_send(Agreement *agreement, guint to, bsn_slice message)
{
	int32_t status = services.net->send(
		agreement->chain, bytes_slice(agreement->members->list[to].key),
		message);

	if (status == BSN_TOO_LARGE)
		services_log(agreement->chain, BSN_LOG_ERROR,
			     "a message of %" G_GUINT64_FORMAT
			     " bytes is too large for the network here: make "
			     "blocks smaller",
			     (guint64)message.len);
	if (status == BSN_OK || status == BSN_UNAVAILABLE)
		agreement->peers[to].unreachable = status != BSN_OK;
}

void
outbox_send_all(Agreement *agreement, bsn_slice message)
{
	for (guint i = 0; i < agreement->members->n; i++)
		if ((gint)i != agreement->self)
			outbox_send(agreement, i, message);
}

/* The message of its kind that is kept for who asks. */
static void
keep(Agreement *agreement, const Outgoing *outgoing)
{
	GBytes **sent = &agreement->sent_timeout;

	if (outgoing->kind == MESSAGE_PROPOSAL)
		sent = &agreement->sent_proposal;
	else if (outgoing->kind == MESSAGE_VOTE)
		sent = &agreement->sent_vote;
	g_clear_pointer(sent, g_bytes_unref);
	*sent = g_bytes_ref(outgoing->message);
}

/* Own votes are counted like anybody's: only from here on, since what is not
 * durable could be forgotten. */
static void
send_out(Agreement *agreement, const Outgoing *outgoing)
{
	keep(agreement, outgoing);
	outbox_send_all(agreement, bytes_slice(outgoing->message));
	if (outgoing->kind != MESSAGE_PROPOSAL)
		agreement_receive(agreement, (guint)agreement->self,
				  bytes_slice(outgoing->message));
}

void
outbox_release(Agreement *agreement, guint64 sequence)
{
	Outgoing *outgoing;

	while ((outgoing = g_queue_peek_head(agreement->outbox)) != NULL &&
	       outgoing->sequence != 0 && outgoing->sequence <= sequence) {
		(void)g_queue_pop_head(agreement->outbox);
		if (agreement->self >= 0)
			send_out(agreement, outgoing);
		outgoing_free(outgoing);
	}
}

void
outbox_clear(Agreement *agreement)
{
	g_queue_clear_full(agreement->outbox, outgoing_free);
}
