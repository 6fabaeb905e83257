/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/forward.h"

#include "plugins/engine-fisco/agree.h"
#include "plugins/engine-fisco/rpc/feeds.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/submit.h"
#include "plugins/kit/sink.h"

/* What still waits after so long is sent again; what came from another node,
 * which does that itself, after this many times as long. */
#define AGAIN_MS 1000u
#define RECEIVED_TIMES 4u
/* While nothing gets into blocks it is sent ever less often. */
#define AGAIN_MAX_MS 30000u
/* Bytes that are sent again at once, and transactions that are looked at. */
#define AGAIN_BYTES_MAX (256u << 10)
#define AGAIN_TXS_MAX NET_TXS_MAX

/* ---- sending ------------------------------------------------------------- */

/* Transactions gather until a message is full. */
typedef struct {
	Ledger *ledger;
	GByteArray *items;
	guint64 n;
} Parcel;

static void
send_to_sealers(Ledger *ledger, bsn_slice bytes)
{
	guint n;
	const bsn_member *members = net_members(ledger, &n);

	for (guint i = 0; i < n; i++) {
		const bsn_member *member = &members[i];

		if (member->role == BSN_ROLE_CONSENSUS &&
		    !bsn_slice_equal(member->public_key,
				     net_self(ledger)))
			(void)services.net->send(ledger->chain,
						 member->public_key, bytes);
	}
}

static void
parcel_send(Parcel *parcel)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const NetMessage message = { .kind = NET_TXS,
				     .items = buffer_slice(parcel->items) };

	if (parcel->n == 0)
		return;
	net_message_put(&message, bytes);
	send_to_sealers(parcel->ledger, buffer_slice(bytes));
	g_byte_array_set_size(parcel->items, 0);
	parcel->n = 0;
}

static void
parcel_add(Parcel *parcel, const Tx *tx)
{
	if (parcel->n == NET_TXS_MAX ||
	    (parcel->n > 0 && parcel->items->len + tx->raw.len > NET_BYTES_MAX))
		parcel_send(parcel);
	net_tx_put(tx->raw, parcel->items);
	parcel->n++;
}

static void
arm(Ledger *ledger)
{
	FiscoNet *net = ledger->net;

	if (net->forwarding || ledger->pool.n == 0)
		return;
	net->forwarding = services.timer->set(ledger->chain, TIMER_FORWARD,
					      net->forward_ms) == BSN_OK;
}

static gboolean
is_alone(const Ledger *ledger)
{
	guint n = 0;

	if (ledger->net != NULL)
		(void)net_members(ledger, &n);
	return n < 2;
}

void
forward_soon(Ledger *ledger)
{
	FiscoNet *net = ledger->net;

	if (net->forward_ms != AGAIN_MS)
		net->forwarding = FALSE;
	net->forward_ms = AGAIN_MS;
	arm(ledger);
}

void
forward_admitted(Ledger *ledger, const Intake *items, guint64 n)
{
	g_autoptr(GByteArray) encoded = NULL;
	Parcel parcel = { .ledger = ledger };
	guint64 now;

	if (is_alone(ledger))
		return;
	now = services_mono_ms(ledger->chain);
	parcel.items = encoded = g_byte_array_new();
	for (guint64 i = 0; i < n; i++) {
		PoolEntry *entry =
			items[i].status == BSN_OK
				? pool_find(&ledger->pool, items[i].tx->hash)
				: NULL;

		if (entry == NULL || entry->passed_on_ms != 0)
			continue;
		entry->passed_on_ms = now;
		parcel_add(&parcel, entry->tx);
	}
	parcel_send(&parcel);
	forward_soon(ledger);
}

/* ---- sending again ------------------------------------------------------- */

static gboolean
is_due(const PoolEntry *entry, guint64 now)
{
	return now >= entry->passed_on_ms +
			      AGAIN_MS * (entry->received ? RECEIVED_TIMES : 1);
}

/* The oldest of a queue that are due, as many as may go at once. */
static void
add_due(Parcel *parcel, const GQueue *queue, gboolean ethereum, guint64 now)
{
	guint looked_at = 0;

	for (const GList *link = queue->head;
	     link != NULL && looked_at < AGAIN_TXS_MAX &&
	     parcel->items->len < AGAIN_BYTES_MAX;
	     link = link->next, looked_at++) {
		PoolEntry *entry = link->data;

		if ((entry->sender != NULL) != ethereum || !is_due(entry, now))
			continue;
		entry->passed_on_ms = now;
		parcel_add(parcel, entry->tx);
	}
}

/* FISCO's own are in the queue, Ethereum's all among those with an age. */
static void
send_again(Ledger *ledger)
{
	const guint64 now = services_mono_ms(ledger->chain);
	g_autoptr(GByteArray) items = g_byte_array_new();
	Parcel parcel = { ledger, items, 0 };

	add_due(&parcel, &ledger->pool.queue, FALSE, now);
	add_due(&parcel, &ledger->pool.aged, TRUE, now);
	parcel_send(&parcel);
}

void
forward_timer(Ledger *ledger)
{
	FiscoNet *net = ledger->net;

	net->forwarding = FALSE;
	if (ledger->pool.n == 0)
		return;
	send_again(ledger);
	net->forward_ms = MIN(net->forward_ms * 2, AGAIN_MAX_MS);
	arm(ledger);
}

/* ---- receiving ----------------------------------------------------------- */

static gboolean
admit(Ledger *ledger, Overlay *state, Intake *item, guint64 now)
{
	PoolEntry *entry;

	if (item->status != BSN_OK)
		return FALSE;
	item->status = intake_admit(ledger, state, item->tx, NULL, &item->err);
	if (item->status != BSN_OK)
		return FALSE;
	entry = pool_find(&ledger->pool, item->tx->hash);
	entry->received = TRUE;
	entry->passed_on_ms = now;
	feeds_waiting(ledger, item->tx);
	return TRUE;
}

/* Whoever passes on has verified before: what is forged or malformed is a lie,
 * and each costs a signature. FALSE for that. */
static gboolean
are_sound(Ledger *ledger, NetPeer *peer, const Intake *items, guint64 n)
{
	for (guint64 i = 0; i < n; i++) {
		if (items[i].status == BSN_OK || items[i].status < 0)
			continue;
		net_peer_lied(ledger, peer, peer->height,
			      "it passed on what is no transaction: %s",
			      items[i].err.reason);
		return FALSE;
	}
	return TRUE;
}

static gboolean
admit_all(Ledger *ledger, Intake *items, guint64 n)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	const guint64 now = services_mono_ms(ledger->chain);
	gboolean admitted = FALSE;

	for (guint64 i = 0; i < n; i++) {
		admitted |= admit(ledger, state, &items[i], now);
		ledger->net->dropped.refused +=
			items[i].status != BSN_OK &&
			items[i].status != BSN_DUPLICATE;
	}
	return admitted;
}

static gboolean
take(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	g_autofree Intake *items = g_new0(Intake, message->n);
	RlpReader reader = rlp_reader(message->items);
	gboolean admitted;

	for (guint64 i = 0; i < message->n; i++)
		items[i].raw = net_tx_read(&reader);
	intake_run(ledger, items, message->n);
	admitted = are_sound(ledger, peer, items, message->n) &&
		   admit_all(ledger, items, message->n);
	intake_clear(items, message->n);
	return admitted;
}

void
forward_received(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	if (net_peer_is_left(peer, services_mono_ms(ledger->chain)) ||
	    submit_door(ledger, NULL) != BSN_OK) {
		ledger->net->dropped.refused += message->n;
		return;
	}
	if (!take(ledger, peer, message))
		return;
	forward_soon(ledger);
	agree_pending(ledger);
}
