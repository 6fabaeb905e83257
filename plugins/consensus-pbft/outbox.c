/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/agreement.h"

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

typedef struct {
	guint64 sequence; /* of the batch that it waits for; 0: none yet */
	guint64 height;
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

void
outbox_put(Agreement *agreement, Round *round, const Message *message)
{
	GByteArray *bytes = g_byte_array_new();
	Outgoing *outgoing = g_new0(Outgoing, 1);

	message_put(message, bytes);
	outgoing->height = round->height;
	outgoing->kind = message->kind;
	outgoing->message = g_byte_array_free_to_bytes(bytes);
	g_queue_push_tail(agreement->outbox, outgoing);
	round->dirty = TRUE;
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
outbox_forget(Agreement *agreement)
{
	GList *link = agreement->outbox->tail;

	while (link != NULL) {
		GList *before = link->prev;
		Outgoing *outgoing = link->data;

		if (outgoing->sequence != 0)
			return;
		if (outgoing->height < agreement->height) {
			outgoing_free(outgoing);
			g_queue_delete_link(agreement->outbox, link);
		}
		link = before;
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

/* Own messages are kept for who asks, and are counted like anybody's: only from
 * here on, since what is not durable could be forgotten. */
static void
send_out(Agreement *agreement, const Outgoing *outgoing)
{
	if (outgoing->height >= agreement->height &&
	    outgoing->height < agreement->height + WINDOW) {
		Round *round = agreement_round(agreement, outgoing->height);
		GBytes **sent = &round->sent[outgoing->kind];

		g_clear_pointer(sent, g_bytes_unref);
		*sent = g_bytes_ref(outgoing->message);
	}
	outbox_send_all(agreement, bytes_slice(outgoing->message));
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
outbox_free(Agreement *agreement)
{
	g_queue_free_full(agreement->outbox, outgoing_free);
}
