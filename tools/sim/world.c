/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/world.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/address.h"
#include "tools/sim/checker.h"
#include "tools/sim/clients.h"
#include "tools/sim/crypto.h"
#include "tools/sim/invariants.h"
#include "tools/sim/organisations.h"
#include "tools/sim/prepare.h"
#include "tools/sim/secrets.h"
#include "tools/sim/services.h"
#include "tools/sim/snapshots.h"
#include "tools/sim/workload.h"

/* Nodes boot in the first so many microseconds. */
#define BOOT_MAX_US 200000u
/* Steps that a healed chain may take at most, beside its time. */
#define SETTLE_STEPS_MAX 1000000u
/* Bytes of a genesis. */
#define GENESIS_MAX (16u << 20)

static SimWorld *the_world;

SimWorld *
sim_world(void)
{
	return the_world;
}

void
sim_world_enter(SimWorld *world)
{
	the_world = world;
}

void
sim_violate(SimWorld *world, const char *format, ...)
{
	va_list args;

	if (world->violation != NULL)
		return;
	va_start(args, format);
	world->violation = g_strdup_vprintf(format, args);
	va_end(args);
	sim_trace(world->trace, "-", "VIOLATION %s", world->violation);
}

void
sim_give_up(SimWorld *world, const char *format, ...)
{
	va_list args;

	if (world->violation != NULL)
		return;
	va_start(args, format);
	world->violation = g_strdup_vprintf(format, args);
	va_end(args);
	world->impossible = TRUE;
}

/* ---- the beginning ------------------------------------------------------- */

static gboolean
make_node(SimWorld *world, guint i, const char *algorithm)
{
	SimNode *node = &world->nodes[i];
	SimRandom random = sim_random(world->seed, "node", i);

	node->index = i;
	g_snprintf(node->name, sizeof(node->name), "n%u", i);
	node->role = i < world->options->nodes ? BSN_ROLE_CONSENSUS
					       : BSN_ROLE_OBSERVER;
	node->honest = TRUE;
	node->keys = g_array_new(FALSE, FALSE, sizeof(SimKey));
	node->said = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	node->sides = 1;
	if (!sim_crypto_key(&random, algorithm, &node->key))
		return FALSE;
	sim_certify_node(world, i, &node->key);
	return TRUE;
}

/* Some of the lies that there are, as every run has some of the faults: so that
 * one that spoils another's work is not always there. */
static guint64
draw_nature(SimWorld *world)
{
	guint64 nature = world->options->lies & sim_random_u64(&world->lie);

	return world->options->draw_lies && nature != 0 ? nature
							: world->options->lies;
}

static void
choose_byzantine(SimWorld *world)
{
	for (guint left = world->options->byzantine; left > 0;) {
		SimNode *node = &world->nodes[sim_random_below(
			&world->lie, world->options->nodes)];

		if (!node->honest)
			continue;
		node->honest = FALSE;
		if ((world->options->lies & SIM_TWO_FACES) != 0)
			node->sides = SIM_SIDES;
		node->nature = draw_nature(world);
		sim_trace(world->trace, node->name, "is Byzantine");
		left--;
	}
}

static void
list_members(SimWorld *world)
{
	world->members = g_new0(bsn_member, world->n_nodes);
	for (guint i = 0; i < world->n_nodes; i++) {
		SimNode *node = &world->nodes[i];

		world->members[i] = (bsn_member){
			.size = sizeof(bsn_member),
			.role = node->role,
			.algorithm = node->key.algorithm,
			.public_key = bsn_slice_of(node->key.public_key,
						   node->key.public_key_len),
			.name = bsn_slice_str(node->name),
		};
	}
}

typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} GenesisSink;

static int32_t
genesis_write(bsn_sink *sink, const void *data, uint64_t len)
{
	GenesisSink *genesis = (GenesisSink *)sink;

	if (len > GENESIS_MAX - genesis->bytes->len)
		return BSN_TOO_LARGE;
	g_byte_array_append(genesis->bytes, data, (guint)len);
	return BSN_OK;
}

static int32_t
make_genesis(SimWorld *world, bsn_err *err)
{
	GenesisSink sink = { { genesis_write }, world->genesis };
	const bsn_genesis genesis = {
		.size = sizeof(genesis),
		.member_count = world->n_nodes - world->options->spares,
		.name = bsn_slice_str(world->options->chain_name != NULL
					      ? world->options->chain_name
					      : "sim"),
		.config = bsn_slice_str(world->config),
		.members = world->members,
		.time_ms = SIM_START_MS - 1000,
	};

	return world->engine->chain->genesis(&genesis, &sink.sink, err);
}

/* Organisations have keys as members have them; so the config says which before
 * the CAs stand in it. */
static gboolean
make_organisations(SimWorld *world, const char *algorithm, bsn_err *err)
{
	char *filled;

	if (world->workload->certificates.organisations->len == 0)
		return TRUE;
	world->organisations = sim_organisations_new(world, algorithm, err);
	if (world->organisations == NULL)
		return FALSE;
	filled = sim_organisations_fill(world->organisations, world->config,
					err);
	if (filled == NULL)
		return FALSE;
	g_free(world->config);
	world->config = filled;
	return TRUE;
}

/* What in the config has addresses in it needs the keys. */
static gboolean
fill_config(SimWorld *world, bsn_err *err)
{
	g_autofree char *keyed =
		sim_addresses_fill(world, world->workload->keyed, err);
	g_autofree char *why = NULL;
	char *config;

	if (keyed == NULL)
		return FALSE;
	config = sim_workload_merge(world->config, keyed, &why);
	if (config == NULL) {
		bsn_fail(err, BSN_BAD_REQUEST, "%s", why);
		return FALSE;
	}
	g_free(world->config);
	world->config = config;
	return TRUE;
}

static gboolean
make_nodes(SimWorld *world, bsn_err *err)
{
	const char *algorithm = NULL;
	int32_t status = world->engine->chain->member_algorithm(
		bsn_slice_str(world->config), &algorithm, err);

	if (status != BSN_OK || !make_organisations(world, algorithm, err))
		return FALSE;
	for (guint i = 0; i < world->n_nodes; i++)
		if (!make_node(world, i, algorithm)) {
			bsn_fail(err, BSN_NOT_FOUND,
				 "no loaded plugin offers %s, which the nodes' "
				 "keys are of: add one with --plugin",
				 algorithm);
			return FALSE;
		}
	choose_byzantine(world);
	list_members(world);
	if (!fill_config(world, err))
		return FALSE;
	return make_genesis(world, err) == BSN_OK;
}

static void
start(SimWorld *world)
{
	for (guint i = 0; i < world->n_nodes; i++)
		for (guint side = 0; side < SIM_SIDES; side++)
			sim_process_init(world, &world->nodes[i], side);
	if (world->options->scripted)
		return;
	if (sim_prepare_is_over(world))
		sim_faults_start(world);
	world->clients = sim_clients_new(world);
	for (guint i = 0; i < world->n_nodes; i++)
		sim_process_boot_later(&world->nodes[i].processes[0],
				       sim_random_below(&world->net,
							BOOT_MAX_US));
}

SimWorld *
sim_world_new(const SimOptions *options, const SimWorkload *workload,
	      const bsn_engine *engine, guint64 seed, char **message)
{
	SimWorld *world = g_new0(SimWorld, 1);
	bsn_err err = BSN_ERR_INIT;

	the_world = world;
	world->options = options;
	world->workload = workload;
	world->engine = engine;
	world->seed = seed;
	world->net = sim_random(seed, "net", 0);
	world->disk = sim_random(seed, "disk", 0);
	world->fault = sim_random(seed, "fault", 0);
	world->lie = sim_random(seed, "lie", 0);
	world->keys = sim_random(seed, "keys", 0);
	world->snapshot = sim_random(seed, "snapshot", 0);
	world->plugin = sim_random(seed, "plugin", 0);
	world->trace = sim_trace_new(options->lines, options->trace);
	world->queue = sim_queue_new();
	world->n_nodes =
		options->nodes + options->observers + options->spares;
	world->nodes = g_new0(SimNode, world->n_nodes);
	world->links = g_new0(SimLink, world->n_nodes * world->n_nodes);
	world->hashes = g_hash_table_new_full(g_int64_hash, g_int64_equal,
					      g_free, g_free);
	world->genesis = g_byte_array_new();
	world->old_replies = g_ptr_array_new();
	world->checker = sim_checker_new();
	world->log = options->scripted ? g_string_new(NULL) : NULL;
	world->config = sim_workload_config(workload, options->consensus,
					    options->config, message);
	sim_services_init();
	sim_crypto_reset(world);
	if (world->config != NULL && make_nodes(world, &err)) {
		start(world);
		return world;
	}
	if (world->config != NULL)
		*message = g_strdup(err.reason);
	sim_world_free(world);
	return NULL;
}

/* ---- the end ------------------------------------------------------------- */

/* Those that an engine still owes an answer stay. */
static void
free_old_replies(SimWorld *world)
{
	for (guint i = world->old_replies->len; i-- > 0;) {
		bsn_reply *reply = world->old_replies->pdata[i];

		if (reply->waiting)
			continue;
		g_ptr_array_remove_index_fast(world->old_replies, i);
		sim_reply_free(reply);
	}
}

static void
node_clear(SimNode *node)
{
	for (guint side = 0; side < SIM_SIDES; side++)
		sim_process_clear(&node->processes[side]);
	sim_store_free(node->old);
	g_clear_pointer(&node->keys, g_array_unref);
	g_clear_pointer(&node->said, g_ptr_array_unref);
}

void
sim_world_free(SimWorld *world)
{
	if (world == NULL)
		return;
	for (guint i = 0; i < world->n_nodes; i++)
		node_clear(&world->nodes[i]);
	sim_clients_free(world->clients);
	free_old_replies(world);
	sim_checker_free(world->checker);
	sim_queue_free(world->queue);
	sim_trace_free(world->trace);
	g_ptr_array_unref(world->old_replies);
	g_byte_array_unref(world->genesis);
	g_hash_table_unref(world->hashes);
	sim_organisations_free(world->organisations);
	g_free(world->config);
	g_free(world->members);
	g_free(world->links);
	g_free(world->nodes);
	g_free(world->violation);
	if (world->log != NULL)
		g_string_free(world->log, TRUE);
	if (the_world == world)
		the_world = NULL;
	g_free(world);
}

/* ---- steps --------------------------------------------------------------- */

static void
durable(bsn_chain *chain)
{
	guint64 cookie = sim_store_sync(chain->store);

	if (cookie == 0)
		return;
	sim_trace(chain->world->trace, chain->name,
		  "synced %" G_GINT64_MODIFIER "x", cookie);
	chain->world->engine->chain->durable(chain->ledger, cookie);
	sim_process_after(chain);
}

static void
timer(bsn_chain *chain, const SimEvent *event)
{
	if (!sim_timer_take(chain, event->number, event->generation))
		return;
	sim_trace(chain->world->trace, chain->name,
		  "timer  %" G_GINT64_MODIFIER "x", event->number);
	chain->world->engine->chain->timer(chain->ledger, event->number);
	sim_process_after(chain);
}

static void
boot(const SimEvent *event)
{
	/* A second face comes back only while there are two. */
	if (event->to->side == 0 ||
	    (event->to->node->lies & SIM_TWO_FACES) != 0)
		sim_process_boot(event->to);
}

static void
happen(SimWorld *world, SimEvent *event)
{
	switch (event->kind) {
	case SIM_EVENT_MESSAGE:
		sim_net_deliver(world, event);
		break;
	case SIM_EVENT_TIMER:
		timer(event->to, event);
		break;
	case SIM_EVENT_DURABLE:
		durable(event->to);
		break;
	case SIM_EVENT_PEER:
		sim_net_notice(event->to, event->from);
		break;
	case SIM_EVENT_BOOT:
		boot(event);
		break;
	case SIM_EVENT_CLIENT:
		sim_clients_event(world, event->number);
		break;
	case SIM_EVENT_FAULT:
		sim_faults_event(world, event->number);
		break;
	case SIM_EVENT_SNAPSHOT:
		sim_snapshots_event(world);
		break;
	}
}

/* What was meant for an earlier life, or for somebody who is down. */
static gboolean
is_void(const SimEvent *event)
{
	if (event->to == NULL)
		return FALSE;
	return event->epoch != event->to->epoch ||
	       (event->kind != SIM_EVENT_BOOT &&
		event->to->state != SIM_OPEN);
}

gboolean
sim_world_step(SimWorld *world)
{
	SimEvent event;

	if (world->violation != NULL || !sim_queue_pop(world->queue, &event))
		return FALSE;
	world->now_us = MAX(world->now_us, event.at_us);
	if (!is_void(&event)) {
		sim_trace_at(world->trace, ++world->step, world->now_us);
		happen(world, &event);
	}
	g_clear_pointer(&event.bytes, g_bytes_unref);
	free_old_replies(world);
	return world->violation == NULL;
}

static gboolean
is_settled(const SimWorld *world)
{
	return sim_clients_are_settled(world) && sim_checker_is_level(world);
}

/* Where everybody is, for who reads why it took too long. */
static void
trace_heights(SimWorld *world)
{
	for (guint i = 0; i < world->n_nodes; i++)
		sim_trace(world->trace, world->nodes[i].name,
			  "has    block %" G_GUINT64_FORMAT "%s",
			  world->nodes[i].height,
			  world->nodes[i].honest ? "" : " (Byzantine)");
}

static void
settle(SimWorld *world)
{
	guint64 deadline =
		world->now_us + world->options->settle_ms * 1000;
	guint64 last_step = world->step + SETTLE_STEPS_MAX;

	while (!is_settled(world) && world->now_us < deadline &&
	       world->step < last_step)
		if (!sim_world_step(world))
			return;
	if (is_settled(world))
		return;
	trace_heights(world);
	sim_violate(world,
		    "liveness: %" G_GUINT64_FORMAT
		    " ms after the last fault the honest nodes have not all "
		    "the same blocks, or a transaction is in none",
		    world->options->settle_ms);
}

/* Until the workload's preparations are all in effect. */
static void
prepare(SimWorld *world)
{
	const guint64 deadline =
		world->now_us + world->options->settle_ms * 1000;

	while (!sim_prepare_is_over(world) && world->now_us < deadline)
		if (!sim_world_step(world))
			return;
	if (!sim_prepare_is_over(world))
		sim_give_up(world,
			    "after %" G_GUINT64_FORMAT " ms the workload's "
			    "prepare[%u] has no effect",
			    world->options->settle_ms, world->prepared);
}

gboolean
sim_world_run(SimWorld *world)
{
	guint64 steps;

	prepare(world);
	steps = world->prepared_step + world->options->steps;
	while (world->step < steps && sim_world_step(world))
		;
	if (world->violation == NULL) {
		sim_faults_heal(world);
		sim_clients_last(world);
		settle(world);
	}
	if (world->violation == NULL)
		sim_checker_end(world);
	if (world->violation == NULL)
		sim_invariants_check(world);
	if (world->violation == NULL)
		sim_secrets_check(world);
	if (world->violation == NULL)
		sim_snapshots_check(world);
	return world->violation == NULL;
}
