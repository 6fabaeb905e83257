/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn.net/1: messages of a chain on their way to whoever has the connections.
 */
#include "host/service/net.h"

#include "host/bytes.h"
#include "host/chain/internal.h"

static gboolean is_lent;

void
net_lend(gboolean lent)
{
	is_lent = lent;
}

const bsn_net *
net_service(void)
{
	return is_lent ? &service_net : NULL;
}

typedef struct {
	StrandCall call;
	NetMember *to;
	GBytes *message;
} Outgoing;

static void
send_on_loop(StrandCall *call)
{
	Outgoing *outgoing = (Outgoing *)call;
	NetMember *to = outgoing->to;
	const ChainTable *table = to->chain->chain->table;

	__atomic_fetch_sub(
		&to->handed,
		net_message_cost(g_bytes_get_size(outgoing->message)),
		__ATOMIC_RELAXED);
	table->carrier->send(table->carrier_owner, to, outgoing->message);
	net_member_unref(to);
	g_free(outgoing);
}

/* Takes no reference of the message. What the main loop has not taken yet is
 * bounded like what it has queued. */
static int32_t
hand_over(NetMember *to, GBytes *message)
{
	const NetCarrier *carrier = to->chain->chain->table->carrier;
	const gsize cost = net_message_cost(g_bytes_get_size(message));
	Outgoing *outgoing;

	if (!g_atomic_int_get(&to->reachable))
		return BSN_UNAVAILABLE;
	if (__atomic_load_n(&to->handed, __ATOMIC_RELAXED) + cost >
	    carrier->queue_max) {
		__atomic_fetch_add(&to->chain->busy, 1, __ATOMIC_RELAXED);
		return BSN_BUSY;
	}
	__atomic_fetch_add(&to->handed, cost, __ATOMIC_RELAXED);
	__atomic_fetch_add(&to->chain->sent, 1, __ATOMIC_RELAXED);
	outgoing = g_new(Outgoing, 1);
	outgoing->to = net_member_ref(to);
	outgoing->message = g_bytes_ref(message);
	outgoing->call.run = send_on_loop;
	loop_post(to->chain->chain->table->loop, &outgoing->call);
	return BSN_OK;
}

static int32_t
send_to(Chain *chain, bsn_slice public_key, bsn_slice message)
{
	g_autoptr(GBytes) key = NULL;
	g_autoptr(GBytes) bytes = NULL;
	NetMember *to;

	if (message.len > BSN_NET_MESSAGE_MAX)
		return BSN_TOO_LARGE;
	if (chain->net == NULL)
		return BSN_NOT_FOUND;
	key = g_bytes_new(public_key.data, public_key.len);
	to = g_hash_table_lookup(chain->net->members, key);
	if (to == NULL)
		return BSN_NOT_FOUND;
	bytes = g_bytes_new(message.data, message.len);
	return hand_over(to, bytes);
}

static int32_t
broadcast(Chain *chain, bsn_slice message)
{
	g_autoptr(GBytes) bytes = NULL;
	GHashTableIter iter;
	gpointer member;

	if (message.len > BSN_NET_MESSAGE_MAX)
		return BSN_TOO_LARGE;
	if (chain->net == NULL)
		return BSN_OK;
	bytes = g_bytes_new(message.data, message.len);
	g_hash_table_iter_init(&iter, chain->net->members);
	while (g_hash_table_iter_next(&iter, NULL, &member))
		(void)hand_over(member, bytes);
	return BSN_OK;
}

const bsn_net service_net = {
	.size = sizeof(service_net),
	.send = send_to,
	.broadcast = broadcast,
	.set_members = net_set_members,
};
