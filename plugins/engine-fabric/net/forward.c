/* SPDX-License-Identifier: Apache-2.0
 *
 * Whoever may lead must know what waits, so envelopes are passed on to all
 * members that take part in consensus. What goes on waiting is sent again,
 * since messages get lost.
 */
#include "plugins/engine-fabric/net/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"

/* What still waits after so long is sent again; by those who were passed it,
 * and so need not, the first time after this many times as long. */
#define AGAIN_MS 1000u
#define RECEIVED_TIMES 4u
/* While nothing gets into blocks it is sent ever less often. */
#define AGAIN_MAX_MS 30000u
/* Bytes that are sent again at once. */
#define AGAIN_BYTES_MAX (256u << 10)

/* ---- sending ------------------------------------------------------------- */

/* Envelopes gather until a message is full; borrowed. */
typedef struct {
	Channel *channel;
	GArray *envelopes; /* ProtobufCBinaryData */
	guint64 bytes;
} Parcel;

static void
parcel_send(Parcel *parcel)
{
	Bsn__Net__Envelopes message = BSN__NET__ENVELOPES__INIT;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Peer *peer;

	if (parcel->envelopes->len == 0)
		return;
	message.n_envelopes = parcel->envelopes->len;
	message.envelopes =
		(ProtobufCBinaryData *)(void *)parcel->envelopes->data;
	net_message_put(bytes, NET_ENVELOPES, &message);
	for (guint i = 0; (peer = peer_at(parcel->channel, i)) != NULL; i++)
		if (peer->last == 0 && peer->role == BSN_ROLE_CONSENSUS &&
		    peer->open.reachable)
			(void)services.net->send(parcel->channel->chain,
						 bytes_slice(peer->open.key),
						 buffer_slice(bytes));
	g_array_set_size(parcel->envelopes, 0);
	parcel->bytes = 0;
}

static void
parcel_add(Parcel *parcel, bsn_slice envelope)
{
	const ProtobufCBinaryData item = message_bytes(envelope);

	if (parcel->envelopes->len == NET_ENVELOPES_MAX ||
	    (parcel->bytes > 0 && parcel->bytes + envelope.len > NET_BYTES_MAX))
		parcel_send(parcel);
	g_array_append_val(parcel->envelopes, item);
	parcel->bytes += envelope.len;
}

static void
arm(Channel *channel, guint64 ms)
{
	struct FabricNet *net = channel->net;

	if (!net->forwarding || ms < net->forward_ms) {
		net->forward_ms = ms;
		net->forwarding =
			services.timer->set(channel->chain, TIMER_FORWARD,
					    ms) == BSN_OK;
	}
}

void
forward_soon(Channel *channel)
{
	arm(channel, AGAIN_MS);
}

void
net_forward(Channel *channel, const bsn_slice *envelopes, guint n)
{
	g_autoptr(GArray) items = NULL;
	Parcel parcel = { .channel = channel };

	if (channel->net == NULL || channel->net->peers->len == 0)
		return;
	parcel.envelopes = items =
		g_array_new(FALSE, FALSE, sizeof(ProtobufCBinaryData));
	for (guint i = 0; i < n; i++)
		parcel_add(&parcel, envelopes[i]);
	parcel_send(&parcel);
	forward_soon(channel);
}

/* ---- sending again ------------------------------------------------------- */

typedef struct {
	GPtrArray *envelopes; /* GBytes */
	guint64 bytes;
} Again;

/* The oldest go, and one that is longer than all that may go alone. */
static void
gather(bsn_slice envelope, gpointer data)
{
	Again *again = data;

	again->bytes += envelope.len;
	if (again->envelopes->len == 0 || again->bytes <= AGAIN_BYTES_MAX)
		g_ptr_array_add(again->envelopes,
				g_bytes_new(envelope.data, envelope.len));
}

static gboolean
send_again(Channel *channel)
{
	const guint64 now = services_mono_ms(channel->chain);
	g_autoptr(GPtrArray) all =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autoptr(GArray) items =
		g_array_new(FALSE, FALSE, sizeof(ProtobufCBinaryData));
	Again again = { all, 0 };
	Parcel parcel = { channel, items, 0 };
	const gboolean any = order_waiting(channel, now - MIN(now, AGAIN_MS),
					   BSN_NET_MESSAGE_MAX, gather, &again);

	for (guint i = 0; i < all->len; i++)
		parcel_add(&parcel, bytes_slice(all->pdata[i]));
	parcel_send(&parcel);
	return any;
}

void
forward_timer(Channel *channel)
{
	struct FabricNet *net = channel->net;

	net->forwarding = FALSE;
	if (send_again(channel))
		arm(channel, MIN(net->forward_ms * 2, AGAIN_MAX_MS));
}

/* ---- receiving ----------------------------------------------------------- */

/* Whoever passes on has verified before, by the same bytes: a forged one is a
 * lie. Other reasons may be those of another config, or of another moment. */
void
forward_received(Channel *channel, Peer *peer,
		 const Bsn__Net__Envelopes *envelopes)
{
	NetDropped *dropped = &channel->net->dropped;
	const guint n = (guint)envelopes->n_envelopes;
	g_autofree bsn_slice *list = NULL;
	bsn_err err = BSN_ERR_INIT;
	guint refused = 0;

	if (peer_is_left(channel, peer)) {
		dropped->refused += n;
		return;
	}
	list = g_new(bsn_slice, n);
	for (guint i = 0; i < n; i++)
		list[i] = message_slice(envelopes->envelopes[i]);
	if (order_forwarded(channel, list, n, &refused, &err) ==
	    BSN_BAD_SIGNATURE)
		peer_lied(channel, peer, peer->has,
			  "it passed on what is no transaction: %s",
			  err.reason);
	dropped->refused += refused;
	arm(channel, AGAIN_MS * RECEIVED_TIMES);
}
