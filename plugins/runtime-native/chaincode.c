/* SPDX-License-Identifier: Apache-2.0
 *
 * What is started, by chain. Chains run side by side: the table of them is
 * shared, what is in it is one strand's.
 */
#include "plugins/runtime-native/chaincode.h"

#include <bsn/helpers/error.h>

#include "plugins/runtime-native/code.h"
#include "plugins/runtime-native/tx.h"

typedef struct {
	const NativeContract *contract;
	guint version;
	GQueue calls; /* Call */
} Started;

static GMutex chains_mutex;
static GHashTable *chains; /* bsn_chain: GTree of package id: Started */

static gint
compare_ids(gconstpointer a, gconstpointer b, gpointer unused)
{
	return strcmp(a, b);
}

static char *
id_text(bsn_slice id)
{
	return g_strndup(id.len > 0 ? (const char *)id.data : "",
			 (gsize)id.len);
}

/* NULL: it has none. */
static GTree *
find_chain(bsn_chain *chain)
{
	GTree *tree;

	g_mutex_lock(&chains_mutex);
	tree = chains != NULL ? g_hash_table_lookup(chains, chain) : NULL;
	g_mutex_unlock(&chains_mutex);
	return tree;
}

static GTree *
make_chain(bsn_chain *chain)
{
	GTree *tree = find_chain(chain);

	if (tree != NULL)
		return tree;
	tree = g_tree_new_full(compare_ids, NULL, g_free, g_free);
	g_mutex_lock(&chains_mutex);
	if (chains == NULL)
		chains = g_hash_table_new_full(NULL, NULL, NULL,
					       (GDestroyNotify)g_tree_unref);
	g_hash_table_insert(chains, chain, tree);
	g_mutex_unlock(&chains_mutex);
	return tree;
}

static void
drop_chain(bsn_chain *chain)
{
	g_mutex_lock(&chains_mutex);
	g_hash_table_remove(chains, chain);
	if (g_hash_table_size(chains) == 0)
		g_clear_pointer(&chains, g_hash_table_unref);
	g_mutex_unlock(&chains_mutex);
}

static Started *
find_started(bsn_chain *chain, bsn_slice package_id)
{
	g_autofree char *id = id_text(package_id);
	GTree *tree = find_chain(chain);

	return tree != NULL ? g_tree_lookup(tree, id) : NULL;
}

static int32_t
start(bsn_chain *chain, const bsn_chaincode_program *program, bsn_err *err)
{
	const NativeContract *contract = NULL;
	guint version = 0;
	Started *started;
	int32_t status;

	if (find_started(chain, program->package_id) != NULL)
		return BSN_OK;
	status = native_code_read(program->package, &contract, &version, err);
	if (status != BSN_OK)
		return status;
	started = g_new0(Started, 1);
	started->contract = contract;
	started->version = version;
	g_queue_init(&started->calls);
	g_tree_insert(make_chain(chain), id_text(program->package_id),
		      started);
	return BSN_OK;
}

static void
stop(bsn_chain *chain, bsn_slice package_id)
{
	g_autofree char *id = id_text(package_id);
	Started *started = find_started(chain, package_id);
	GTree *tree = find_chain(chain);

	if (started == NULL)
		return;
	native_call_stop_all(&started->calls);
	g_tree_remove(tree, id);
	if (g_tree_nnodes(tree) == 0)
		drop_chain(chain);
}

static int32_t
run(bsn_chain *chain, const bsn_chaincode_call *call, bsn_chaincode_run *of,
    bsn_err *err)
{
	Started *started = find_started(chain, call->package_id);

	return started != NULL
		       ? native_call_run(started->contract, started->version,
					 call, &started->calls, of, err)
		       : bsn_fail(err, BSN_NOT_FOUND,
				  "the package was not started");
}

static gboolean
append_status(gpointer id, gpointer value, gpointer data)
{
	const Started *started = value;

	json_array_append_new(
		data, json_pack("{s:s, s:s, s:i, s:s, s:i}", "package_id",
				(const char *)id, "state", "ready", "restarts",
				0, "contract", started->contract->name,
				"version", (int)started->version));
	return FALSE;
}

static int32_t
status(bsn_chain *chain, bsn_sink *sink)
{
	json_t *list = json_array();
	GTree *tree = find_chain(chain);
	char *text;
	int32_t written;

	if (tree != NULL)
		g_tree_foreach(tree, append_status, list);
	text = json_dumps(list, JSON_COMPACT);
	written = sink->write(sink, bsn_slice_str(text).data, strlen(text));
	free(text);
	json_decref(list);
	return written;
}

static const char *const types[] = { NATIVE_TYPE, NULL };

const bsn_chaincode_runtime native_chaincode_runtime = {
	.size = sizeof(native_chaincode_runtime),
	.types = types,
	.start = start,
	.stop = stop,
	.run = run,
	.answer = native_call_answer,
	.cancel = native_call_cancel,
	.status = status,
};
