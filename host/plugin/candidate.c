/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/candidate.h"

#include <string.h>

#include "host/ops/log.h"

/* Files in all directories together. */
#define FILES_MAX 1024u

static void
candidate_free(Candidate *candidate)
{
	PluginFile *file = &candidate->file;

	scan_verdict_clear(&candidate->job.verdict);
	g_free(file->path);
	g_free(file->digest);
	g_free(file->rule);
	g_free(file->reason);
	g_free(file->remedy);
	g_free(file->id);
	g_free(file->version);
	g_free(file->name);
	g_free(file->vendor);
	g_strfreev(file->offers);
	g_free(file->trusted_by);
	g_free(candidate);
}

void
candidate_set(char **member, const char *text)
{
	g_free(*member);
	*member = g_strdup(text != NULL ? text : "");
}

static Candidate *
candidate_new(char *path)
{
	Candidate *candidate = g_new0(Candidate, 1);
	PluginFile *file = &candidate->file;
	char **const texts[] = {
		&file->digest,	&file->rule,	&file->reason,
		&file->remedy,	&file->id,	&file->version,
		&file->name,	&file->vendor,	&file->trusted_by,
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		candidate_set(texts[i], "");
	file->path = path;
	file->verdict = PLUGIN_REFUSED;
	file->offers = g_new0(char *, 1);
	return candidate;
}

void
candidate_refuse(Candidate *candidate, Refusal *refusal)
{
	candidate->acceptable = 0;
	candidate->file.verdict = PLUGIN_REFUSED;
	candidate_set(&candidate->file.rule, plugin_rule_id(refusal->rule));
	candidate_set(&candidate->file.reason, refusal->reason);
	candidate_set(&candidate->file.remedy, refusal->remedy);
	refusal_clear(refusal);
}

/* ---- finding files ------------------------------------------------------ */

static int
by_path(gconstpointer a, gconstpointer b)
{
	const PluginFile *const *one = a, *const *other = b;

	return strcmp((*one)->path, (*other)->path);
}

static void
add_directory(GPtrArray *files, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(path, 0, &error);
	const char *name;

	if (dir == NULL) {
		log_warning("plugin", NULL, "[plugins] directories: %s",
			    error->message);
		return;
	}
	while ((name = g_dir_read_name(dir)) != NULL) {
		if (name[0] == '.' || !g_str_has_suffix(name, ".so"))
			continue;
		if (files->len == FILES_MAX) {
			log_warning("plugin", NULL,
				    "%s and what follows is not looked at: "
				    "there are over %u plugin files",
				    name, FILES_MAX);
			return;
		}
		g_ptr_array_add(files, candidate_new(g_build_filename(
					       path, name, NULL)));
	}
}

GPtrArray *
candidates_find(const char *const *directories)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(
		(GDestroyNotify)candidate_free);

	for (; directories != NULL && *directories != NULL; directories++)
		add_directory(files, *directories);
	g_ptr_array_sort(files, by_path);
	return files;
}
