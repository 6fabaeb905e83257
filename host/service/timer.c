/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/timer.h"

#include "host/chain/internal.h"

/* One run of the clock: made on the strand, armed on the main loop, and back
 * on the strand when it has run out. */
struct ArmedTimer {
	StrandCall call;
	ArmedTimer *next, **link; /* the table's list; main loop only */
	struct event *event;
	Chain *chain; /* holds a reference */
	guint64 id, setting, delay_ms;
};

static void
armed_free(ArmedTimer *armed)
{
	if (armed->event != NULL)
		event_free(armed->event);
	chain_unref(armed->chain);
	g_free(armed);
}

static int
still_set(const ArmedTimer *armed)
{
	GHashTable *settings = armed->chain->timers.settings;
	guint64 *setting = settings != NULL ?
				   g_hash_table_lookup(settings, &armed->id) :
				   NULL;

	return setting != NULL && *setting == armed->setting;
}

static void
deliver(StrandCall *call)
{
	ArmedTimer *armed = (ArmedTimer *)call;
	Chain *chain = armed->chain;

	if (chain->ledger != NULL && still_set(armed)) {
		g_hash_table_remove(chain->timers.settings, &armed->id);
		chain->engine->chain->timer(chain->ledger, armed->id);
	}
	armed_free(armed);
}

static void
ran_out(evutil_socket_t fd, short what, void *data)
{
	ArmedTimer *armed = data;

	*armed->link = armed->next;
	if (armed->next != NULL)
		armed->next->link = armed->link;
	event_free(armed->event);
	armed->event = NULL;
	armed->call.run = deliver;
	strand_post(armed->chain->strand, &armed->call);
}

static void
arm(StrandCall *call)
{
	ArmedTimer *armed = (ArmedTimer *)call;
	ChainTable *table = armed->chain->table;
	struct timeval delay = {
		.tv_sec = (time_t)(armed->delay_ms / 1000),
		.tv_usec = (suseconds_t)(armed->delay_ms % 1000 * 1000),
	};

	armed->next = table->timers;
	armed->link = &table->timers;
	if (armed->next != NULL)
		armed->next->link = &armed->next;
	table->timers = armed;
	armed->event = evtimer_new(loop_base(table->loop), ran_out, armed);
	evtimer_add(armed->event, &delay);
}

int32_t
timer_set(bsn_chain *chain, guint64 id, guint64 delay_ms)
{
	ChainTimers *timers = &chain->timers;
	ArmedTimer *armed = g_new0(ArmedTimer, 1);

	if (timers->settings == NULL)
		timers->settings = g_hash_table_new_full(
			g_int64_hash, g_int64_equal, g_free, g_free);
	armed->call.run = arm;
	armed->chain = chain_ref(chain);
	armed->id = id;
	armed->setting = ++timers->last_setting;
	armed->delay_ms = delay_ms;
	g_hash_table_replace(timers->settings,
			     g_memdup2(&armed->id, sizeof(armed->id)),
			     g_memdup2(&armed->setting,
				       sizeof(armed->setting)));
	loop_post(chain->table->loop, &armed->call);
	return BSN_OK;
}

void
timer_cancel(bsn_chain *chain, guint64 id)
{
	if (chain->timers.settings != NULL)
		g_hash_table_remove(chain->timers.settings, &id);
}

void
timer_clear(bsn_chain *chain)
{
	g_clear_pointer(&chain->timers.settings, g_hash_table_unref);
}

void
timer_free_armed(ArmedTimer *first)
{
	while (first != NULL) {
		ArmedTimer *next = first->next;

		armed_free(first);
		first = next;
	}
}
