/* SPDX-License-Identifier: Apache-2.0
 *
 * Whoever may make a block must know what waits, so each transaction is passed on
 * by the node at which it came in. Messages get lost: what goes on waiting is
 * sent again, the oldest first, ever less often.
 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/engine-xuper/chain/submit.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* Ms after which one that still waits is sent again; where it was passed on to,
 * and so need not be sent, this many times as long. */
#define AGAIN_MS 1000u
#define RECEIVED_TIMES 4u
#define AGAIN_MAX_MS 30000u
/* Bytes that are sent again at once. */
#define AGAIN_BYTES_MAX (256u << 10)

/* ---- sending ------------------------------------------------------------- */

/* Transactions gather until a message is full; borrowed. */
typedef struct {
	bsn_ledger *ledger;
	GArray *items; /* ProtobufCBinaryData */
	guint64 bytes;
} Parcel;

static void
parcel_send(Parcel *parcel)
{
	Bsn__Nodes__Transactions message = BSN__NODES__TRANSACTIONS__INIT;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Peer *peer;

	if (parcel->items->len == 0)
		return;
	message.n_transactions = parcel->items->len;
	message.transactions =
		(ProtobufCBinaryData *)(void *)parcel->items->data;
	net_message_put(bytes, NET_TRANSACTIONS, &message);
	for (guint i = 0; (peer = peer_at(parcel->ledger, i)) != NULL; i++)
		if (peer->reachable && !peer->leaving)
			(void)services.net->send(parcel->ledger->chain,
						 bytes_slice(peer->key),
						 buffer_slice(bytes));
	g_array_set_size(parcel->items, 0);
	parcel->bytes = 0;
}

static void
parcel_add(Parcel *parcel, const Tx *tx)
{
	const ProtobufCBinaryData item = message_bytes(tx->bytes);

	if (parcel->items->len == NET_TXS_MAX ||
	    (parcel->bytes > 0 &&
	     parcel->bytes + tx->bytes.len > NET_BYTES_MAX))
		parcel_send(parcel);
	g_array_append_val(parcel->items, item);
	parcel->bytes += tx->bytes.len;
}

static void
arm(bsn_ledger *ledger, guint64 ms)
{
	Net *net = ledger->net;

	if (net->forward_at_ms != 0 && net->forward_ms <= ms)
		return;
	net->forward_ms = ms;
	net->forward_at_ms = services_mono_ms(ledger->chain) + ms;
	net_wake_at(ledger, net->forward_at_ms);
}

void
forward_soon(bsn_ledger *ledger)
{
	arm(ledger, AGAIN_MS);
}

void
net_forward(bsn_ledger *ledger, Tx *const *txs, guint n)
{
	g_autoptr(GArray) items = NULL;
	Parcel parcel = { .ledger = ledger };

	if (ledger->net == NULL || ledger->net->peers->len == 0)
		return;
	parcel.items = items =
		g_array_new(FALSE, FALSE, sizeof(ProtobufCBinaryData));
	for (guint i = 0; i < n; i++)
		parcel_add(&parcel, txs[i]);
	parcel_send(&parcel);
	forward_soon(ledger);
}

/* ---- sending again ------------------------------------------------------- */

static void
send_again(bsn_ledger *ledger)
{
	g_autoptr(GArray) items =
		g_array_new(FALSE, FALSE, sizeof(ProtobufCBinaryData));
	PoolWalk walk = pool_walk(ledger->pool);
	Parcel parcel = { ledger, items, 0 };
	guint64 bytes = 0;
	Tx *tx;

	while ((tx = pool_walk_next(&walk)) != NULL) {
		if (bytes > 0 && bytes + tx->bytes.len > AGAIN_BYTES_MAX)
			break;
		bytes += tx->bytes.len;
		parcel_add(&parcel, tx);
	}
	parcel_send(&parcel);
}

/* While blocks take what waits, the oldest is always another one, and nothing is
 * sent twice. */
void
forward_timer(bsn_ledger *ledger)
{
	Net *net = ledger->net;
	PoolWalk walk;
	const Tx *oldest;

	if (net->forward_at_ms == 0)
		return;
	if (net->forward_at_ms > services_mono_ms(ledger->chain)) {
		net_wake_at(ledger, net->forward_at_ms);
		return;
	}
	net->forward_at_ms = 0;
	walk = pool_walk(ledger->pool);
	oldest = pool_walk_next(&walk);
	if (oldest == NULL)
		return;
	if (memcmp(oldest->id, net->oldest, HASH_LEN) != 0) {
		memcpy(net->oldest, oldest->id, HASH_LEN);
		arm(ledger, net->forward_ms);
		return;
	}
	send_again(ledger);
	arm(ledger, MIN(net->forward_ms * 2, AGAIN_MAX_MS));
}

/* ---- receiving ----------------------------------------------------------- */

/* Whoever passes on has verified it, by the same bytes: what is forged is a lie.
 * Other reasons may be those of another moment. */
void
forward_received(bsn_ledger *ledger, Peer *peer,
		 const Bsn__Nodes__Transactions *message)
{
	NetDropped *dropped = &ledger->net->dropped;
	const guint n = (guint)message->n_transactions;
	g_autofree bsn_slice *list = NULL;
	bsn_err err = BSN_ERR_INIT;
	guint refused = 0;

	if (peer_is_left(ledger, peer)) {
		dropped->refused += n;
		return;
	}
	list = g_new(bsn_slice, n);
	for (guint i = 0; i < n; i++)
		list[i] = message_slice(message->transactions[i]);
	if (submit_forwarded(ledger, list, n, &refused, &err) != BSN_OK)
		peer_lied(ledger, peer, "it passed on no transaction: %s",
			  err.reason);
	dropped->refused += refused;
	arm(ledger, AGAIN_MS * RECEIVED_TIMES);
}
