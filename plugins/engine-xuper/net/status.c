/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes tell each other which final blocks they have on disk: all when there are
 * new ones, at a bounded rate; and whoever seems to be behind again, ever less
 * often, until it says that it is not.
 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/kit/codec/message.h"

/* Ms between two that all are told. */
#define TELL_MS 250u
/* Ms between two for one who is behind, in the end. */
#define TELL_MAX_MS 32000u
/* Ms between two answers to one who asks. */
#define ANSWER_MS 100u

/* ---- telling ------------------------------------------------------------- */

/* Who is leaving hears of no block after its last one. */
void
status_tell(bsn_ledger *ledger, Peer *peer, gboolean asks)
{
	const gboolean less = peer->leaving && peer->last < ledger->durable;
	Bsn__Nodes__Status status = BSN__NODES__STATUS__INIT;

	status.height = less ? peer->last : ledger->durable;
	status.id = message_bytes(bsn_slice_of(
		less ? peer->last_id : ledger->totals.id, HASH_LEN));
	status.asks = asks;
	(void)net_send(ledger, peer, NET_STATUS, &status);
}

static void
answer(bsn_ledger *ledger, Peer *peer)
{
	const guint64 now = services_mono_ms(ledger->chain);

	if (peer->told_ms != 0 && now < peer->told_ms + ANSWER_MS)
		return;
	peer->told_ms = now;
	status_tell(ledger, peer, FALSE);
}

/* ---- hearing ------------------------------------------------------------- */

/* Of one height there is one final block, on honest nodes; but where it is final by
 * the depth alone they may have diverged, which is for the protocol to say. */
static gboolean
is_other_block(const bsn_ledger *ledger, const Bsn__Nodes__Status *status)
{
	return status->height == ledger->durable &&
	       !BSN_HAS(ledger->consensus, depth) &&
	       !bsn_slice_equal(message_slice(status->id),
				bsn_slice_of(ledger->totals.id, HASH_LEN));
}

void
status_received(bsn_ledger *ledger, Peer *peer,
		const Bsn__Nodes__Status *status)
{
	if (status->asks)
		answer(ledger, peer);
	if (peer_is_left(ledger, peer))
		return;
	peer->height = status->height;
	if (peer->leaving) {
		peers_expire(ledger);
	} else if (is_other_block(ledger, status)) {
		peer_lied(ledger, peer,
			  "its final block %" G_GUINT64_FORMAT
			  " is another one",
			  (guint64)status->height);
	} else {
		sync_consider(ledger);
	}
}

/* ---- time ---------------------------------------------------------------- */

static void
arm(bsn_ledger *ledger)
{
	Net *net = ledger->net;

	net->tell_at_ms = services_mono_ms(ledger->chain) + net->tell_ms;
	net_wake_at(ledger, net->tell_at_ms);
}

static void
tell_all(bsn_ledger *ledger)
{
	Peer *peer;

	ledger->net->told_height = ledger->durable;
	for (guint i = 0; (peer = peer_at(ledger, i)) != NULL; i++)
		if (peer->reachable)
			status_tell(ledger, peer, FALSE);
}

static gboolean
is_behind(const bsn_ledger *ledger, const Peer *peer)
{
	return peer->height < (peer->leaving
				       ? MIN(peer->last, ledger->durable)
				       : ledger->durable);
}

static gboolean
ask_those_behind(bsn_ledger *ledger)
{
	gboolean any = FALSE;
	Peer *peer;

	for (guint i = 0; (peer = peer_at(ledger, i)) != NULL; i++) {
		if (!peer->reachable || !is_behind(ledger, peer))
			continue;
		status_tell(ledger, peer, TRUE);
		any = TRUE;
	}
	return any;
}

void
status_watch(bsn_ledger *ledger)
{
	Net *net = ledger->net;

	if (net->peers->len == 0 ||
	    (net->tell_at_ms != 0 && net->tell_ms == TELL_MS))
		return;
	net->tell_ms = TELL_MS;
	arm(ledger);
}

void
status_timer(bsn_ledger *ledger)
{
	Net *net = ledger->net;

	if (net->tell_at_ms == 0)
		return;
	if (net->tell_at_ms > services_mono_ms(ledger->chain)) {
		net_wake_at(ledger, net->tell_at_ms);
		return;
	}
	net->tell_at_ms = 0;
	peers_expire(ledger);
	if (net->told_height != ledger->durable) {
		tell_all(ledger);
		arm(ledger);
		return;
	}
	net->tell_ms = MIN(net->tell_ms * 2, TELL_MAX_MS);
	if (ask_those_behind(ledger) || peers_are_leaving(ledger))
		arm(ledger);
}
