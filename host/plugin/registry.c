/* SPDX-License-Identifier: Apache-2.0
 *
 * From files to loaded plugins: look (bytes, note, trust, certificate), scan in
 * children, load. A file that fails at one step does not reach the next.
 */
#include "host/plugin/registry.h"

#include <string.h>

#include "host/ops/log.h"
#include "host/plugin/cache.h"
#include "host/plugin/candidate.h"
#include "host/plugin/certified.h"
#include "host/plugin/check.h"
#include "host/plugin/digest.h"
#include "host/plugin/load.h"
#include "host/plugin/names.h"
#include "host/plugin/note.h"
#include "host/plugin/rule.h"
#include "host/plugin/scan.h"
#include "host/plugin/trust.h"

struct PluginRegistry {
	GPtrArray *files; /* Candidate, as PluginFile */
};

/* ---- looking ------------------------------------------------------------ */

/* What a file must have before any of it may run. */
typedef struct {
	PluginTrust *trust;
	PluginDemand *demand;
} Gate;

static gboolean
look_at_bytes(Candidate *candidate, const Gate *gate, GBytes *bytes,
	      Refusal *refusal)
{
	PluginFile *file = &candidate->file;
	gsize len;
	const guint8 *data = g_bytes_get_data(bytes, &len);
	g_autofree char *digest = plugin_digest(bytes);
	g_autofree char *by = NULL;
	gboolean good = plugin_note_parse(data, len, &candidate->note, refusal);

	candidate_set(&file->digest, digest);
	candidate_set(&file->id, candidate->note.id);
	candidate_set(&file->version, candidate->note.version);
	file->kinds = candidate->note.kinds;
	if (!good)
		return FALSE;
	by = plugin_trust_judge(gate->trust, file->path, bytes, digest,
				refusal);
	if (by == NULL)
		return FALSE;
	candidate_set(&file->trusted_by, by);
	return plugin_demand_judge(gate->demand, file->path, digest,
				   file->kinds, refusal);
}

static gboolean
look(Candidate *candidate, const Gate *gate)
{
	g_autoptr(GBytes) bytes = NULL;
	Refusal refusal = { 0 };

	bytes = plugin_file_read(candidate->file.path, &refusal);
	if (bytes != NULL &&
	    look_at_bytes(candidate, gate, bytes, &refusal))
		return TRUE;
	candidate_refuse(candidate, &refusal);
	return FALSE;
}

/* The candidates that may be run; the others have their refusal. */
static GPtrArray *
look_at_all(GPtrArray *files, const PluginConfig *config)
{
	g_autoptr(PluginTrust) trust =
		plugin_trust_new(config->trust_digests, config->trust_keys);
	g_autoptr(PluginDemand) demand =
		plugin_demand_new(config->require, config->conformance_keys);
	const Gate gate = { trust, demand };
	GPtrArray *good = g_ptr_array_new();

	for (guint i = 0; i < files->len; i++)
		if (look(files->pdata[i], &gate))
			g_ptr_array_add(good, files->pdata[i]);
	return good;
}

/* ---- scanning ----------------------------------------------------------- */

static void
take_verdict(Candidate *candidate)
{
	ScanVerdict *verdict = &candidate->job.verdict;
	PluginFile *file = &candidate->file;

	candidate_set(&file->name, verdict->name);
	candidate_set(&file->vendor, verdict->vendor);
	g_strfreev(file->offers);
	file->offers = g_steal_pointer(&verdict->offers);
	if (verdict->refusal.rule != RULE_NONE)
		candidate_refuse(candidate, &verdict->refusal);
	else
		candidate->acceptable = 1;
}

/* Gives every candidate in `good` its verdict, from the cache or by a scan. */
static void
scan(GPtrArray *good, const PluginConfig *config)
{
	VerdictCache *cache = verdict_cache_open(config->cache_file);
	g_autoptr(GPtrArray) jobs = g_ptr_array_new();
	guint timeout_ms = config->scan_timeout_ms;

	for (guint i = 0; i < good->len; i++) {
		Candidate *candidate = good->pdata[i];
		ScanJob *job = &candidate->job;

		job->path = candidate->file.path;
		job->note = &candidate->note;
		if (verdict_cache_find(cache, candidate->file.digest,
				       timeout_ms, &job->verdict))
			continue;
		candidate->scanned = 1;
		g_ptr_array_add(jobs, job);
	}
	plugin_scan((ScanJob *const *)jobs->pdata, jobs->len, config->scanner,
		    timeout_ms);
	for (guint i = 0; i < good->len; i++) {
		Candidate *candidate = good->pdata[i];

		if (candidate->scanned)
			verdict_cache_add(cache, candidate->file.digest,
					  timeout_ms, &candidate->job.verdict);
		take_verdict(candidate);
	}
	verdict_cache_close(cache);
}

/* ---- loading ------------------------------------------------------------ */

static int
is_wanted(const char *offer, const char *const *frameworks)
{
	const char *framework = g_str_has_prefix(offer, "framework ") ?
					strchr(offer, ' ') + 1 :
					NULL;

	return framework == NULL ||
	       (frameworks != NULL && g_strv_contains(frameworks, framework));
}

/* An engine and nothing else, whose framework is not enabled. */
static void
disable_unwanted(Candidate *candidate, const char *const *frameworks)
{
	PluginFile *file = &candidate->file;
	const char *framework;

	for (char **offer = file->offers; *offer != NULL; offer++)
		if (is_wanted(*offer, frameworks))
			return;
	framework = strchr(file->offers[0], ' ') + 1;
	candidate->acceptable = 0;
	file->verdict = PLUGIN_DISABLED;
	g_free(file->reason);
	g_free(file->remedy);
	file->reason = g_strdup_printf("its framework %s is not enabled",
				       framework);
	file->remedy = g_strdup_printf("To use it, add to [plugins]: "
				       "frameworks = %s",
				       framework);
}

static gboolean
is_free(const char *offer, Refusal *refusal)
{
	const char *owner = plugin_names_owner(offer);

	if (owner == NULL)
		return TRUE;
	return refuse(refusal, RULE_DUPLICATE_NAME,
		      "offers %s, which %s offers already", offer, owner);
}

static gboolean
has_free_names(const PluginFile *file, const char *const *frameworks,
	       Refusal *refusal)
{
	g_autofree char *id = g_strconcat("plugin ", file->id, NULL);

	for (char **offer = file->offers; *offer != NULL; offer++)
		if (is_wanted(*offer, frameworks) && !is_free(*offer, refusal))
			return FALSE;
	return is_free(id, refusal);
}

/* Everything that the scan checked is checked again, since the plugin may act
 * otherwise with the real host. */
static gboolean
load(Candidate *candidate, const char *const *frameworks,
     const bsn_host *host, Refusal *refusal)
{
	g_autoptr(GPtrArray) offers = g_ptr_array_new_with_free_func(g_free);
	PluginFile *file = &candidate->file;
	const bsn_plugin *plugin;
	bsn_plugin_open_fn open;

	if (!has_free_names(file, frameworks, refusal))
		return FALSE;
	open = plugin_load(file->path, file->digest, refusal);
	if (open == NULL)
		return FALSE;
	plugin = plugin_open(open, host, refusal);
	if (plugin == NULL ||
	    !plugin_check(plugin, &candidate->note, NULL, offers, refusal))
		return FALSE;
	g_ptr_array_add(offers, NULL);
	if (!g_strv_equal((const char *const *)offers->pdata,
			  (const char *const *)file->offers))
		return refuse(refusal, RULE_BAD_TABLE,
			      "offers other names than in its scan");
	file->plugin = plugin;
	file->verdict = PLUGIN_LOADED;
	plugin_names_add(plugin, file->path, frameworks);
	return TRUE;
}

static void
load_kind(GPtrArray *files, guint32 kind, const PluginConfig *config,
	  const bsn_host *host)
{
	for (guint i = 0; i < files->len; i++) {
		Candidate *candidate = files->pdata[i];
		Refusal refusal = { 0 };

		if (candidate->acceptable && candidate->file.plugin == NULL &&
		    (candidate->file.kinds & kind) != 0 &&
		    !load(candidate, config->frameworks, host, &refusal))
			candidate_refuse(candidate, &refusal);
	}
}

static void
log_result(const PluginFile *file)
{
	switch (file->verdict) {
	case PLUGIN_LOADED:
		log_info("plugin", NULL, "loaded %s %s from %s", file->id,
			 file->version, file->path);
		break;
	case PLUGIN_DISABLED:
		log_info("plugin", NULL, "%s is not loaded: %s", file->path,
			 file->reason);
		break;
	case PLUGIN_REFUSED:
		log_warning("plugin", NULL, "%s is refused (%s): %s. %s",
			    file->path, file->rule, file->reason,
			    file->remedy);
		break;
	}
}

/* ---- the registry ------------------------------------------------------- */

static int registry_exists;

PluginRegistry *
plugin_registry_load(const PluginConfig *config, const bsn_host *host)
{
	static const guint32 order[] = { BSN_KIND_CRYPTO, BSN_KIND_CONSENSUS,
					 BSN_KIND_RUNTIME, BSN_KIND_ENGINE };
	PluginRegistry *registry = g_new0(PluginRegistry, 1);
	GPtrArray *files = candidates_find(config->directories);
	g_autoptr(GPtrArray) good = look_at_all(files, config);

	g_assert(!registry_exists);
	registry_exists = 1;
	registry->files = files;
	scan(good, config);
	for (guint i = 0; i < files->len; i++)
		if (((Candidate *)files->pdata[i])->acceptable)
			disable_unwanted(files->pdata[i], config->frameworks);
	for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
		load_kind(files, order[i], config, host);
	g_ptr_array_foreach(files, (GFunc)(void (*)(void))log_result, NULL);
	return registry;
}

void
plugin_registry_free(PluginRegistry *registry)
{
	if (registry == NULL)
		return;
	for (guint i = 0; i < registry->files->len; i++) {
		const PluginFile *file = registry->files->pdata[i];

		if (BSN_HAS(file->plugin, close))
			file->plugin->close();
	}
	plugin_names_clear();
	g_ptr_array_unref(registry->files);
	g_free(registry);
	registry_exists = 0;
}

const GPtrArray *
plugin_registry_files(const PluginRegistry *registry)
{
	return registry->files;
}
