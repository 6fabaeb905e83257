/* SPDX-License-Identifier: Apache-2.0 */
#include "host/observe.h"

#include "host/ops/cpu.h"
#include "host/ops/resources.h"
#include "host/ops/stages.h"
#include "host/plugin/verified.h"

static const char *const chain_states[] = {
	[CHAIN_OPENING] = "opening", [CHAIN_OPEN] = "open",
	[CHAIN_CLOSING] = "closing", [CHAIN_CLOSED] = "closed",
	[CHAIN_FAILED] = "failed",
};

/* Directories within the store's. */
#define STORE_DEPTH 2u

/* ---- metrics ---- */

static void
store_metrics(MetricsWriter *w, void *owner)
{
	const Observed *observed = owner;
	StoreStatus status;

	store_status(observed->store, &status);
	metrics_gauge(w, "bsn_store_writable",
		      "1 while the store accepts writes.",
		      status.health == STORE_OK, NULL);
	metrics_gauge(w, "bsn_store_map_bytes", "Size of the store's map.",
		      (double)status.map_bytes, NULL);
	metrics_gauge(w, "bsn_store_used_bytes", "Used bytes of the map.",
		      (double)status.used_bytes, NULL);
	metrics_gauge(w, "bsn_store_disk_bytes",
		      "What the store's files take on disk.",
		      (double)resources_disk_bytes(observed->store_directory,
						   STORE_DEPTH),
		      NULL);
	metrics_gauge(w, "bsn_store_disk_free_bytes",
		      "Free bytes of the store's file system.",
		      (double)status.disk_free_bytes, NULL);
	metrics_gauge(w, "bsn_store_pending_bytes",
		      "Accepted bytes that are not on disk yet.",
		      (double)status.pending_bytes, NULL);
	metrics_gauge(w, "bsn_store_overlay_bytes",
		      "Accepted bytes that are not in the database yet.",
		      (double)status.overlay_bytes, NULL);
	metrics_gauge(w, "bsn_store_filter_bytes",
		      "Memory of what tells keys that are not there.",
		      (double)status.filter_bytes, NULL);
	metrics_gauge(w, "bsn_store_unfiltered_chains",
		      "Chains whose keys it has not all heard of yet.",
		      (double)status.unfiltered, NULL);
	metrics_gauge(w, "bsn_store_journal_bytes", "Size of the journal.",
		      (double)status.journal_bytes, NULL);
	metrics_gauge(w, "bsn_store_journal_unfolded_bytes",
		      "Bytes of it that are not in the database yet.",
		      (double)status.unfolded_bytes, NULL);
	metrics_counter(w, "bsn_store_syncs_total",
			"Groups of batches made durable in the journal, one "
			"sync each.",
			status.commits, NULL);
	metrics_seconds(w, "bsn_store_sync_seconds_total",
			"How long they took, by the clock.", status.sync_ns,
			NULL);
	metrics_counter(w, "bsn_store_batches_total", "Batches in them.",
			status.batches, NULL);
	metrics_counter(w, "bsn_store_writes_total",
			"Puts and deletes in them.", status.writes, NULL);
	metrics_counter(w, "bsn_store_folds_total",
			"Times that the journal was written into the database.",
			status.folds, NULL);
	metrics_counter(w, "bsn_store_folded_writes_total",
			"Puts and deletes in them; several of one key are one.",
			status.folded_writes, NULL);
	metrics_seconds(w, "bsn_store_fold_seconds_total",
			"How long they took, by the clock.", status.fold_ns,
			NULL);
}

typedef struct {
	const char *name, *help;
	gsize offset; /* in ChainCounters */
} ChainMetric;

static const ChainMetric chain_metrics[] = {
	{ "bsn_chain_requests_total", "Requests sent to the engine.",
	  G_STRUCT_OFFSET(ChainCounters, requests) },
	{ "bsn_chain_submitted_total", "Transactions submitted.",
	  G_STRUCT_OFFSET(ChainCounters, submitted) },
	{ "bsn_chain_accepted_total", "Transactions accepted into the pool.",
	  G_STRUCT_OFFSET(ChainCounters, accepted) },
	{ "bsn_chain_committed_total", "Transactions committed.",
	  G_STRUCT_OFFSET(ChainCounters, committed) },
	{ "bsn_chain_invalid_total", "Transactions in a block without effect.",
	  G_STRUCT_OFFSET(ChainCounters, invalid) },
	{ "bsn_chain_refused_total", "Transactions refused at the door.",
	  G_STRUCT_OFFSET(ChainCounters, refused) },
	{ "bsn_chain_blocks_total", "Blocks made durable.",
	  G_STRUCT_OFFSET(ChainCounters, blocks) },
	{ "bsn_engine_faults_total",
	  "Answers and statuses of an engine that broke the interface's rules.",
	  G_STRUCT_OFFSET(ChainCounters, engine_faults) },
};

/* Chains that never did anything are left out: a host may have thousands. */
static void
one_chain_metric(MetricsWriter *w, const GPtrArray *chains,
		 const ChainMetric *metric)
{
	for (guint i = 0; i < chains->len; i++) {
		const Chain *chain = chains->pdata[i];
		ChainCounters counters;
		guint64 value;

		chain_counters(chain, &counters);
		value = G_STRUCT_MEMBER(guint64, &counters, metric->offset);
		if (value > 0)
			metrics_counter(w, metric->name, metric->help, value,
					"chain", chain_name(chain),
					"framework", chain_framework(chain),
					NULL);
	}
}

static void
table_metrics(MetricsWriter *w, void *owner)
{
	const Observed *observed = owner;
	g_autoptr(GPtrArray) chains = chain_table_list(observed->chains);
	guint counts[CHAIN_FAILED + 1];

	chain_table_count(observed->chains, counts);
	for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
		metrics_gauge(w, "bsn_chains", "App chains by state.",
			      counts[i], "state", chain_states[i], NULL);
	for (guint i = 0; i < G_N_ELEMENTS(chain_metrics); i++)
		one_chain_metric(w, chains, &chain_metrics[i]);
}

static void
plugin_metrics(MetricsWriter *w, void *owner)
{
	const Observed *observed = owner;
	const GPtrArray *files = plugin_registry_files(observed->plugins);
	guint counts[PLUGIN_REFUSED + 1] = { 0 };

	for (guint i = 0; i < files->len; i++)
		counts[((const PluginFile *)files->pdata[i])->verdict]++;
	metrics_gauge(w, "bsn_plugins", "Plugin files by verdict.",
		      counts[PLUGIN_LOADED], "verdict", "loaded", NULL);
	metrics_gauge(w, "bsn_plugins", "Plugin files by verdict.",
		      counts[PLUGIN_DISABLED], "verdict", "disabled", NULL);
	metrics_gauge(w, "bsn_plugins", "Plugin files by verdict.",
		      counts[PLUGIN_REFUSED], "verdict", "refused", NULL);
}

/* ---- readiness ---- */

static gboolean
store_is_ready(void *owner, char reason[BSN_REASON_MAX])
{
	const Observed *observed = owner;
	StoreStatus status;

	store_status(observed->store, &status);
	g_strlcpy(reason, status.reason, BSN_REASON_MAX);
	return status.health == STORE_OK;
}

/* A chain that failed does not make the others unready: bsn_chains and
 * `bsnctl chain list` tell of it. */
static gboolean
chains_are_ready(void *owner, char reason[BSN_REASON_MAX])
{
	const Observed *observed = owner;
	guint counts[CHAIN_FAILED + 1];

	chain_table_count(observed->chains, counts);
	g_snprintf(reason, BSN_REASON_MAX,
		   "%u chains are being opened: wait for them",
		   counts[CHAIN_OPENING]);
	return counts[CHAIN_OPENING] == 0;
}

static gboolean
plugins_are_ready(void *owner, char reason[BSN_REASON_MAX])
{
	const Observed *observed = owner;
	const GPtrArray *files = plugin_registry_files(observed->plugins);

	g_strlcpy(reason,
		  "no engine is loaded: bsnctl plugin list says why",
		  BSN_REASON_MAX);
	for (guint i = 0; i < files->len; i++) {
		const PluginFile *file = files->pdata[i];

		if (file->verdict == PLUGIN_LOADED &&
		    (file->kinds & BSN_KIND_ENGINE) != 0)
			return TRUE;
	}
	return FALSE;
}

void
observe(OpsServer *server, const Observed *observed)
{
	void *owner = (void *)observed;

	ops_server_add_metrics(server, store_metrics, owner);
	ops_server_add_metrics(server, table_metrics, owner);
	ops_server_add_metrics(server, plugin_metrics, owner);
	ops_server_add_metrics(server, cpu_metrics, NULL);
	ops_server_add_metrics(server, stages_metrics, NULL);
	ops_server_add_metrics(server, resources_metrics, NULL);
	ops_server_add_metrics(server, verified_metrics, NULL);
	ops_server_add_check(server, "store", store_is_ready, owner);
	ops_server_add_check(server, "chains", chains_are_ready, owner);
	ops_server_add_check(server, "plugins", plugins_are_ready, owner);
}
