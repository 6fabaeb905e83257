/* SPDX-License-Identifier: Apache-2.0
 *
 * The services that a process finds: log, clock, timer, random, store, jobs,
 * events.
 */
#include "tools/sim/services.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/checker.h"
#include "tools/sim/secrets.h"

/* Batches of a chain that may wait for the disk: then BSN_BUSY. */
#define PENDING_MAX 64u
/* Syncing takes so long, in microseconds. */
#define SYNC_MIN_US 100u
#define SYNC_MAX_US 4000u
#define SLOW_SYNC_MAX_US 2000000u
/* Bytes of the log that a scripted world keeps. */
#define LOG_MAX (4u << 20)
/* Reads that fail, of a million, while a disk is bad. */
#define READ_ERRORS_PPM 2000u

static void
broke(bsn_chain *chain, const char *text)
{
	/* What a Byzantine node runs on is not an honest host's. */
	if (chain == NULL || chain->node->honest)
		sim_violate(sim_world(), "the ABI's rules: %s%s%s",
			    chain != NULL ? chain->name : "",
			    chain != NULL ? ": " : "", text);
}

gboolean
sim_allowed(bsn_chain *chain, const char *service, gboolean closing_too)
{
	g_autofree char *text = NULL;

	switch (chain->state) {
	case SIM_OPENING:
	case SIM_OPEN:
		return TRUE;
	case SIM_CLOSING:
		if (closing_too)
			return TRUE;
		break;
	case SIM_DEAD:
		return FALSE;
	case SIM_CLOSED:
		break;
	}
	text = g_strdup_printf("%s was called while the chain is %s", service,
			       chain->state == SIM_CLOSING ? "closing"
							   : "closed");
	broke(chain, text);
	return FALSE;
}

gboolean
sim_effect(bsn_chain *chain, const char *service, gboolean closing_too)
{
	if (!sim_allowed(chain, service, closing_too))
		return FALSE;
	if (chain->fuse == 0 || chain->world->asking || --chain->fuse > 0)
		return TRUE;
	sim_trace(chain->world->trace, chain->name, "dies before %s", service);
	chain->alive = sim_store_pending(chain->store);
	chain->state = SIM_DEAD;
	return FALSE;
}

/* ---- log, clock, random, jobs -------------------------------------------- */

static void
log_write(bsn_chain *chain, uint32_t level, const char *text)
{
	static const char *const names[] = { "error", "warning", "info" };

	if (chain != NULL && chain->world->log != NULL &&
	    chain->world->log->len < LOG_MAX)
		g_string_append_printf(chain->world->log, "%s\n", text);
	if (sim_world() != NULL && level < G_N_ELEMENTS(names))
		sim_trace(sim_world()->trace,
			  chain != NULL ? chain->name : "-", "log    %s: %s",
			  names[level], text);
}

/* Virtual microseconds as this node counts them. */
static guint64
local_us(const SimNode *node, guint64 us)
{
	return (guint64)((gint64)us + (gint64)us / 1000 * node->drift_ppm /
					      1000);
}

static uint64_t
wall_ms(bsn_chain *chain)
{
	return (guint64)((gint64)(SIM_START_MS +
				  local_us(chain->node,
					   chain->world->now_us) / 1000) +
			 chain->node->wall_off_ms);
}

static uint64_t
mono_ns(bsn_chain *chain)
{
	return (local_us(chain->node, chain->world->now_us) + 1) * 1000;
}

/* What a plugin draws for itself while it is loaded, before there is a world. */
static SimRandom *
plugin_random(void)
{
	static SimRandom before;
	static gboolean begun;

	if (sim_world() != NULL)
		return &sim_world()->plugin;
	if (!begun)
		before = sim_random(0, "plugin", 0);
	begun = TRUE;
	return &before;
}

static int32_t
random_fill(bsn_chain *chain, void *data, uint64_t len)
{
	sim_random_fill(chain != NULL ? &chain->random : plugin_random(),
			data, len);
	return BSN_OK;
}

/* The last one first, so that jobs which lean on an order are noticed. */
static void
run_jobs(bsn_chain *chain, bsn_jobs *jobs, uint64_t n)
{
	while (n > 0)
		jobs->run(jobs, --n);
}

const bsn_log sim_log_table = { .size = sizeof(bsn_log), .write = log_write };
const bsn_clock sim_clock_table = { .size = sizeof(bsn_clock),
				    .wall_ms = wall_ms,
				    .mono_ns = mono_ns };
const bsn_random sim_random_table = { .size = sizeof(bsn_random),
				      .fill = random_fill };
const bsn_parallel sim_parallel_table = { .size = sizeof(bsn_parallel),
					  .run = run_jobs };

/* ---- timers -------------------------------------------------------------- */

static SimTimer *
find_timer(bsn_chain *chain, guint64 id)
{
	for (guint i = 0; i < chain->timers->len; i++) {
		SimTimer *timer = &g_array_index(chain->timers, SimTimer, i);

		if (timer->id == id)
			return timer;
	}
	return NULL;
}

static int32_t
timer_set(bsn_chain *chain, uint64_t id, uint64_t delay_ms)
{
	const SimTimer armed = { id, ++chain->generation };
	guint64 rate = (guint64)(1000000 - chain->node->drift_ppm);
	SimTimer *timer;
	SimEvent event;

	if (!sim_effect(chain, "bsn_timer.set", FALSE))
		return chain->state == SIM_DEAD ? BSN_OK : BSN_E_INVALID;
	timer = find_timer(chain, id);
	if (timer != NULL)
		*timer = armed;
	else
		g_array_append_val(chain->timers, armed);
	delay_ms = MIN(delay_ms, G_GUINT64_CONSTANT(1) << 32);
	/* A clock that runs fast is early; a timer is never. */
	event = (SimEvent){
		.at_us = chain->world->now_us + delay_ms * rate / 1000 + 2,
		.kind = SIM_EVENT_TIMER,
		.to = chain,
		.epoch = chain->epoch,
		.number = id,
		.generation = armed.generation,
	};
	sim_queue_push(chain->world->queue, &event);
	return BSN_OK;
}

gboolean
sim_timer_take(bsn_chain *chain, guint64 id, guint64 generation)
{
	SimTimer *timer = find_timer(chain, id);

	if (timer == NULL || timer->generation != generation)
		return FALSE;
	g_array_remove_index_fast(
		chain->timers,
		(guint)(timer - (SimTimer *)(void *)chain->timers->data));
	return TRUE;
}

static void
timer_cancel(bsn_chain *chain, uint64_t id)
{
	SimTimer *timer;

	if (!sim_allowed(chain, "bsn_timer.cancel", TRUE))
		return;
	timer = find_timer(chain, id);
	if (timer != NULL)
		sim_timer_take(chain, id, timer->generation);
}

const bsn_timer sim_timer_table = { .size = sizeof(bsn_timer),
				    .set = timer_set,
				    .cancel = timer_cancel };

/* ---- the store ----------------------------------------------------------- */

/* A process that is dead still reads, so that it can clean up. */
static int32_t
may_read(bsn_chain *chain, const char *service, bsn_err *err)
{
	SimWorld *world = chain->world;

	if (chain->state != SIM_DEAD && !sim_allowed(chain, service, TRUE))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	if (chain->scans > 0) {
		broke(chain, "the store was called from inside a scan");
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	}
	if (world->asking || world->now_us >= chain->errors_until_us ||
	    !sim_random_chance(&world->disk, READ_ERRORS_PPM))
		return BSN_OK;
	chain->doubtful = TRUE;
	sim_trace(world->trace, chain->name, "disk   fails a read");
	return bsn_fail(err, BSN_E_IO, "the disk fails a read");
}

static int32_t
store_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	int32_t status = may_read(chain, "bsn_store.get", err);
	GBytes *found;
	gsize len;
	const void *data;

	if (status != BSN_OK)
		return status;
	found = sim_store_get(chain->store, key);
	if (found == NULL)
		return BSN_NOT_FOUND;
	data = g_bytes_get_data(found, &len);
	return value->write(value, data, len);
}

static int32_t
store_scan(bsn_chain *chain, bsn_slice from, bsn_slice to, uint32_t flags,
	   bsn_scan_sink *sink, bsn_err *err)
{
	int32_t status = may_read(chain, "bsn_store.scan", err);

	if (status != BSN_OK)
		return status;
	if ((flags & ~BSN_SCAN_DESCENDING) != 0)
		broke(chain, "a scan has unknown flags");
	chain->scans++;
	status = sim_store_scan(chain->store, from, to,
				(flags & BSN_SCAN_DESCENDING) != 0, sink);
	chain->scans--;
	return status;
}

static int32_t
refusal(const bsn_chain *chain, bsn_err *err)
{
	if (chain->world->now_us < chain->full_until_us)
		return bsn_fail(err, BSN_FULL, "the disk is full");
	if (sim_store_pending(chain->store) >= PENDING_MAX)
		return bsn_fail(err, BSN_BUSY, "the disk does not keep up");
	return BSN_OK;
}

static void
sync_later(bsn_chain *chain)
{
	SimWorld *world = chain->world;
	gboolean slow = world->now_us < chain->slow_until_us;
	guint64 took = sim_random_range(&world->disk, SYNC_MIN_US,
					slow ? SLOW_SYNC_MAX_US : SYNC_MAX_US);
	SimEvent event = { .kind = SIM_EVENT_DURABLE,
			   .to = chain,
			   .epoch = chain->epoch };

	chain->synced_us = MAX(chain->synced_us, world->now_us + took);
	event.at_us = chain->synced_us;
	sim_queue_push(world->queue, &event);
}

static int32_t
store_commit(bsn_chain *chain, const bsn_write *writes, uint64_t n,
	     uint64_t cookie, bsn_err *err)
{
	int32_t status;

	if (!sim_effect(chain, "bsn_store.commit", TRUE) &&
	    chain->state != SIM_DEAD)
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	if (chain->scans > 0 || sim_store_check(writes, n) < n) {
		broke(chain, "a batch breaks the store's limits");
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	}
	status = refusal(chain, err);
	if (status != BSN_OK)
		return status;
	if (chain->node->honest)
		sim_secrets_kept(chain, writes, n);
	sim_store_commit(chain->store, writes, n, cookie);
	if (chain->state == SIM_DEAD)
		return BSN_OK; /* it is undone when the process is buried */
	sync_later(chain);
	return BSN_OK;
}

static int32_t
store_writable(bsn_chain *chain, bsn_err *err)
{
	if (chain->state != SIM_DEAD &&
	    !sim_allowed(chain, "bsn_store.writable", FALSE))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	return refusal(chain, err);
}

const bsn_store sim_store_table = {
	.size = sizeof(bsn_store),
	.get = store_get,
	.scan = store_scan,
	.commit = store_commit,
	.writable = store_writable,
};

/* ---- giving up ----------------------------------------------------------- */

/* The node takes part no more, which is no fault where another one has decided what
 * must not be; that all of them, or too many, do not is found as any standstill. */
static void
give_up(bsn_chain *chain, const bsn_err *why)
{
	if (sim_effect(chain, "bsn_chain_service.fail", FALSE))
		sim_trace(chain->world->trace, chain->name,
			  "chain  is given up: %.*s", BSN_REASON_MAX - 1,
			  why->reason);
}

const bsn_chain_service sim_chain_table = { .size = sizeof(bsn_chain_service),
					    .fail = give_up };

/* ---- events, replies ----------------------------------------------------- */

static void
announce(bsn_chain *chain, uint64_t number)
{
	if (!sim_effect(chain, "bsn_events.block", FALSE))
		return;
	sim_trace(chain->world->trace, chain->name,
		  "block  %" G_GUINT64_FORMAT " is durable", (guint64)number);
	sim_checker_announced(chain, number);
}

const bsn_events sim_events_table = { .size = sizeof(bsn_events),
				      .block = announce };

static gboolean
reply_gone(bsn_chain *chain)
{
	return chain->state == SIM_DEAD;
}

static GPtrArray *
reply_waiting(bsn_chain *chain)
{
	return chain->waiting;
}

void
sim_services_init(void)
{
	static const SimReplyHost host = {
		.allowed = sim_effect,
		.gone = reply_gone,
		.waiting = reply_waiting,
		.broke = broke,
	};

	sim_reply_set_host(&host);
}
