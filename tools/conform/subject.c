/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/subject.h"

#include <string.h>

#include "host/plugin/digest.h"
#include "host/plugin/note.h"
#include "tools/sim/workload.h"

static void
claim_free(gpointer data)
{
	Claim *claim = data;

	g_free(claim->row);
	g_free(claim->detail);
	g_free(claim);
}

void
subject_free(Subject *subject)
{
	if (subject == NULL)
		return;
	g_free(subject->path);
	g_free(subject->file);
	g_clear_pointer(&subject->bytes, g_bytes_unref);
	g_free(subject->digest);
	g_free(subject->workload_path);
	g_free(subject->workload_digest);
	g_free(subject->name);
	g_free(subject->vendor);
	g_free(subject->licence);
	g_free(subject->framework);
	g_ptr_array_unref(subject->claims);
	g_ptr_array_unref(subject->offers);
	g_free(subject);
}

/* The file beside the plugin, when there is one. */
static char *
workload_beside(const char *path)
{
	g_autofree char *file = sim_workload_beside(path);

	return g_file_test(file, G_FILE_TEST_EXISTS) ? g_steal_pointer(&file)
						     : NULL;
}

static gboolean
read_workload(Subject *subject, const char *workload, Refusal *refusal)
{
	g_autoptr(GBytes) bytes = NULL;

	subject->workload_path = workload != NULL
					 ? g_strdup(workload)
					 : workload_beside(subject->path);
	if (subject->workload_path == NULL)
		return TRUE;
	bytes = plugin_file_read(subject->workload_path, refusal);
	if (bytes == NULL)
		return FALSE;
	subject->workload_digest = plugin_digest(bytes);
	return TRUE;
}

static gboolean
read_plugin(Subject *subject, Refusal *refusal)
{
	gsize len;
	const guint8 *data;

	subject->bytes = plugin_file_read(subject->path, refusal);
	if (subject->bytes == NULL)
		return FALSE;
	subject->digest = plugin_digest(subject->bytes);
	data = g_bytes_get_data(subject->bytes, &len);
	return plugin_note_parse(data, len, &subject->note, refusal);
}

Subject *
subject_new(const char *path, const char *workload, char **message)
{
	Subject *subject = g_new0(Subject, 1);
	Refusal refusal = { 0 };

	subject->path = g_strdup(path);
	subject->file = g_path_get_basename(path);
	subject->claims = g_ptr_array_new_with_free_func(claim_free);
	subject->offers = g_ptr_array_new_with_free_func(g_free);
	if (!read_plugin(subject, &refusal))
		*message = g_strdup_printf("%s %s", path, refusal.reason);
	else if (!read_workload(subject, workload, &refusal))
		*message = g_strdup_printf("the workload %s %s",
					   subject->workload_path,
					   refusal.reason);
	if (refusal.rule != RULE_NONE) {
		refusal_clear(&refusal);
		subject_free(subject);
		return NULL;
	}
	return subject;
}

const Claim *
subject_claim(const Subject *subject, const char *row)
{
	for (guint i = 0; i < subject->claims->len; i++) {
		const Claim *claim = subject->claims->pdata[i];

		if (strcmp(claim->row, row) == 0)
			return claim;
	}
	return NULL;
}

gboolean
subject_offers(const Subject *subject, const char *row)
{
	const Claim *claim = subject_claim(subject, row);

	return claim != NULL && claim->offered;
}
