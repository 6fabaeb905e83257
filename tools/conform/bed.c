/* SPDX-License-Identifier: Apache-2.0
 *
 * A bed's life, its nodes', and how time passes.
 */
#include "tools/conform/bed_private.h"

#include <string.h>

#include "host/status.h"
#include "tools/conform/text.h"
#include "tools/sim/plugins.h"
#include "tools/sim/crypto.h"
#include "tools/sim/organisations.h"

#define TRACE_LINES 40u
/* Steps in which nothing that is waited for happens. */
#define STEPS_MAX 500000u

Run *
bed_run_of(const Bed *bed)
{
	return bed->run;
}

SimWorld *
bed_world(const Bed *bed)
{
	return bed->world;
}

bsn_chain *
bed_chain(const Bed *bed, guint node)
{
	return &bed->world->nodes[node].processes[0];
}

void
bed_set_quiet(Bed *bed, gboolean quiet)
{
	bed->spec.quiet = quiet;
}

void
bed_note(Bed *bed, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list args;

	if (bed->spec.quiet)
		return;
	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	if (bed->spec.chain != NULL)
		run_note(bed->run, "%s: %s", bed->spec.chain, line);
	else
		run_note(bed->run, "%s", line);
}

const char *
bed_keep(Bed *bed, char *text)
{
	g_ptr_array_add(bed->texts, text);
	return text;
}

/* ---- on whose thread ----------------------------------------------------- */

void
bed_do(Bed *bed, void (*work)(gpointer data), gpointer data)
{
	sim_world_enter(bed->world);
	if (bed->turns != NULL)
		turns_do(bed->turns, work, data);
	else
		work(data);
	if (bed->world->violation != NULL)
		run_fail(bed->run, "%s", bed->world->violation);
}

static void
step(gpointer data)
{
	sim_world_step(data);
}

static gboolean
has_event_before(const Bed *bed, guint64 end_us)
{
	return sim_queue_next_us(bed->world->queue) <= end_us;
}

void
bed_pass(Bed *bed, guint64 ms)
{
	guint64 end_us = bed->world->now_us + ms * 1000;

	for (guint n = 0; has_event_before(bed, end_us); n++) {
		EXPECT(bed->run, n < STEPS_MAX,
		       "a chain must come to rest; after %u steps it has not",
		       STEPS_MAX);
		bed_do(bed, step, bed->world);
	}
	bed->world->now_us = end_us;
}

gboolean
bed_until(Bed *bed, gboolean (*is)(gpointer data), gpointer data)
{
	guint64 end_us = bed->world->now_us + BED_PATIENCE_MS * 1000;

	for (guint n = 0; !is(data); n++) {
		if (!has_event_before(bed, end_us) || n == STEPS_MAX)
			return FALSE;
		bed_do(bed, step, bed->world);
	}
	return TRUE;
}

static gboolean
is_answered(gpointer data)
{
	const bsn_reply *reply = data;

	return reply->status != SIM_PENDING || reply->lost;
}

void
bed_wait(Bed *bed, bsn_reply *reply, const char *what)
{
	EXPECT(bed->run, bed_until(bed, is_answered, reply),
	       "%s must be answered; there is no answer after %u s", what,
	       BED_PATIENCE_MS / 1000);
}

typedef struct {
	Bed *bed;
	guint64 height;
} Reach;

static gboolean
is_reached(gpointer data)
{
	const Reach *reach = data;
	const SimWorld *world = reach->bed->world;

	for (guint i = 0; i < world->n_nodes; i++)
		if (world->nodes[i].processes[0].state == SIM_OPEN &&
		    world->nodes[i].height < reach->height)
			return FALSE;
	return TRUE;
}

gboolean
bed_reach(Bed *bed, guint64 height)
{
	Reach reach = { bed, height };

	return bed_until(bed, is_reached, &reach);
}

/* ---- nodes --------------------------------------------------------------- */

static void
stop(gpointer data)
{
	sim_process_stop(data);
}

static void
kill_it(gpointer data)
{
	sim_process_kill(data);
}

static void
boot(gpointer data)
{
	sim_process_boot(data);
}

void
bed_stop(Bed *bed, guint node)
{
	bed_note(bed, "node %u is stopped", node);
	bed_do(bed, stop, bed_chain(bed, node));
}

void
bed_kill(Bed *bed, guint node)
{
	bed_note(bed, "node %u is killed: what it had not synced is lost",
		 node);
	bed_do(bed, kill_it, bed_chain(bed, node));
}

int32_t
bed_try_boot(Bed *bed, guint node, char **message)
{
	bsn_chain *chain = bed_chain(bed, node);

	bed_do(bed, boot, chain);
	if (sim_process_is_up(chain)) {
		bed_note(bed, "node %u has opened its chain", node);
		return BSN_OK;
	}
	bed_note(bed, "node %u does not open its chain, %s: %s", node,
		 bed_status_name(chain->opened), chain->refusal);
	*message = g_strdup(chain->refusal);
	return chain->opened;
}

void
bed_boot(Bed *bed, guint node)
{
	g_autofree char *message = NULL;
	int32_t status = bed_try_boot(bed, node, &message);

	EXPECT(bed->run, status == BSN_OK,
	       "node %u must open its chain; %s: %s", node,
	       bed_status_name(status), message);
}

void
bed_restart(Bed *bed, guint node)
{
	bed_stop(bed, node);
	bed_boot(bed, node);
}

void
bed_cut(Bed *bed, guint node, gboolean cut)
{
	guint64 for_us = cut ? (guint64)1 << 50 : 0;

	bed_note(bed, "node %u is %s", node,
		 cut ? "cut off" : "joined to the others again");
	sim_world_enter(bed->world);
	for (guint i = 0; i < bed->world->n_nodes; i++) {
		if (i == node)
			continue;
		sim_net_cut(bed->world, node, i, for_us);
		sim_net_cut(bed->world, i, node, for_us);
	}
}

/* ---- the bed ------------------------------------------------------------- */

static const char *
protocol_of(const Bed *bed)
{
	const SimWorkload *workload = bed->workload;

	if (bed->spec.protocol != NULL)
		return bed->spec.protocol;
	if (bed->spec.nodes <= 1 && workload->one != NULL)
		return workload->one;
	return workload->byzantine != NULL ? workload->byzantine
					   : workload->crash;
}

const bsn_consensus *
bed_protocol(const Bed *bed)
{
	const char *name = bed->workload->consensus_path != NULL
				   ? protocol_of(bed)
				   : NULL;

	return name != NULL ? sim_plugins_consensus(name) : NULL;
}

static void
make_accounts(Bed *bed)
{
	const char *algorithm = bed->world->nodes[0].key.algorithm;

	bed->accounts = g_new0(SimKey, bed->workload->accounts);
	for (guint i = 0; i < bed->workload->accounts; i++) {
		SimRandom random = sim_random(bed->run->seed, "account", i);

		sim_crypto_key(&random, algorithm, &bed->accounts[i]);
		sim_certify_account(bed->world, i, &bed->accounts[i]);
	}
}

/* The seed is the run's: two beds have the same keys. */
static gboolean
make_world(Bed *bed, char **message)
{
	bed->world = sim_world_new(&bed->options, bed->workload, bed->engine,
				   bed->run->seed, message);
	return bed->world != NULL;
}

Bed *
bed_try(Run *run, const BedSpec *spec, char **message)
{
	Bed *bed = g_new0(Bed, 1);

	bed->run = run;
	bed->engine = run_engine(run);
	bed->workload = run_workload(run);
	if (spec != NULL)
		bed->spec = *spec;
	bed->spec.nodes = MAX(bed->spec.nodes, 1);
	bed->replies = g_ptr_array_new_with_free_func(
		(GDestroyNotify)sim_reply_free);
	bed->texts = g_ptr_array_new_with_free_func(g_free);
	bed->bytes = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	bed->options = (SimOptions){
		.nodes = bed->spec.nodes,
		.spares = bed->spec.spares,
		.consensus = (char *)protocol_of(bed),
		.config = (char *)bed->spec.config,
		.chain_name = bed->spec.chain != NULL ? bed->spec.chain
						      : "conform",
		.lines = TRACE_LINES,
		.real_signatures = TRUE,
		.scripted = TRUE,
	};
	if (!make_world(bed, message)) {
		bed_free(bed);
		return NULL;
	}
	if (bed->spec.two_threads)
		bed->turns = turns_new();
	make_accounts(bed);
	for (guint i = 0; i < bed->spec.nodes; i++)
		bed_boot(bed, i);
	return bed;
}

Bed *
bed_new(Run *run, const BedSpec *spec)
{
	char *message = NULL;
	Bed *bed = bed_try(run, spec, &message);

	if (bed == NULL)
		run_fail(run, "a chain with the workload's config must be "
			      "made; %s",
			 message);
	return bed;
}

void
bed_free(Bed *bed)
{
	if (bed == NULL)
		return;
	if (bed->world != NULL)
		sim_world_enter(bed->world);
	sim_world_free(bed->world);
	turns_free(bed->turns);
	g_ptr_array_unref(bed->replies);
	g_ptr_array_unref(bed->texts);
	g_ptr_array_unref(bed->bytes);
	g_free(bed->accounts);
	g_free(bed);
}

/* ---- evidence ------------------------------------------------------------ */

const char *
bed_hex(Bed *bed, bsn_slice bytes)
{
	return bed_keep(bed, conform_hex(bytes.data, bytes.len));
}

const char *
bed_status_name(int32_t status)
{
	return status_name(status);
}
