/* SPDX-License-Identifier: Apache-2.0
 *
 * The way from whoever has the connections to the chain's strand.
 */
#include "host/bytes.h"
#include "host/chain/internal.h"
#include "host/service/net.h"

typedef struct {
	StrandCall call;
	NetMember *member;
	gboolean reachable;
} News;

static void
tell_engine(NetMember *member, gboolean reachable)
{
	Chain *chain = member->chain->chain;

	if (member->told == reachable)
		return;
	member->told = reachable;
	if (BSN_HAS(chain->engine->chain, peer))
		chain->engine->chain->peer(chain->ledger,
					   bytes_slice(member->public_key),
					   (uint32_t)reachable);
}

static void
news_on_strand(StrandCall *call)
{
	News *news = (News *)call;
	NetMember *member = news->member;

	if (!member->gone && member->chain->chain->ledger != NULL)
		tell_engine(member, news->reachable);
	net_member_unref(member);
	g_free(news);
}

void
net_tell(NetMember *member, gboolean reachable)
{
	News *news;

	if (g_atomic_int_get(&member->reachable) == reachable)
		return;
	g_atomic_int_set(&member->reachable, reachable);
	news = g_new(News, 1);
	news->call.run = news_on_strand;
	news->member = net_member_ref(member);
	news->reachable = reachable;
	strand_post(member->chain->chain->strand, &news->call);
}

static void
taken_on_loop(StrandCall *call)
{
	NetDelivery *delivery = (NetDelivery *)call;

	net_member_unref(g_steal_pointer(&delivery->from));
	delivery->taken(delivery);
}

static void
deliver_on_strand(StrandCall *call)
{
	NetDelivery *delivery = (NetDelivery *)call;
	NetMember *from = delivery->from;
	Chain *chain = from->chain->chain;

	if (from->gone || chain->ledger == NULL) {
		__atomic_fetch_add(&from->chain->refused_late, 1,
				   __ATOMIC_RELAXED);
	} else if (BSN_HAS(chain->engine->chain, message)) {
		__atomic_fetch_add(&from->chain->received, 1, __ATOMIC_RELAXED);
		chain->engine->chain->message(chain->ledger,
					      bytes_slice(from->public_key),
					      bytes_slice(delivery->message));
	}
	g_bytes_unref(g_steal_pointer(&delivery->message));
	delivery->call.run = taken_on_loop;
	loop_post(chain->table->loop, &delivery->call);
}

void
net_deliver(NetDelivery *delivery, NetMember *from, GBytes *message)
{
	delivery->call.run = deliver_on_strand;
	delivery->from = net_member_ref(from);
	delivery->message = message;
	strand_post(from->chain->chain->strand, &delivery->call);
}
