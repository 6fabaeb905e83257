/* SPDX-License-Identifier: Apache-2.0
 *
 * What is started, by chain. Chains run side by side: the table of them is shared,
 * what is in it is one strand's.
 */
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/chaincode_run.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/package.h"
#include "plugins/runtime-wasm/machine/plugin.h"

typedef struct {
	WasmCode *code;
	GQueue runs; /* ChaincodeRun */
} Started;

static GMutex chains_mutex;
static GHashTable *chains; /* bsn_chain: GTree of package id: Started */

static gint
compare_ids(gconstpointer a, gconstpointer b, gpointer unused)
{
	return strcmp(a, b);
}

static void
started_free(gpointer data)
{
	Started *started = data;

	wasm_code_unref(started->code);
	g_free(started);
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
	tree = g_tree_new_full(compare_ids, NULL, g_free, started_free);
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

/* Translated code is shared with whoever runs the same. No chain's rules are
 * known here: the strict ones count. */
static int32_t
make_code(bsn_slice module, WasmCode **code, bsn_err *err)
{
	guint8 digest[WASM_DIGEST_LEN];
	int32_t status = wasm_code_make(module, FALSE, code, err);

	if (status != BSN_OK)
		return status < 0 || status == BSN_TOO_LARGE ? status :
							       BSN_BAD_REQUEST;
	wasm_digest(module, digest);
	wasm_cache_add(digest, *code);
	return BSN_OK;
}

static int32_t
start(bsn_chain *chain, const bsn_chaincode_program *program, bsn_err *err)
{
	g_autoptr(GBytes) module = NULL;
	WasmCode *code = NULL;
	Started *started;
	int32_t status;

	if (find_started(chain, program->package_id) != NULL)
		return BSN_OK;
	status = wasm_package_read(program->package, &module, err);
	if (status == BSN_OK)
		status = make_code(bytes_slice(module), &code, err);
	if (status != BSN_OK)
		return status;
	started = g_new0(Started, 1);
	started->code = code;
	g_queue_init(&started->runs);
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
	wasm_run_stop_all(&started->runs);
	g_tree_remove(tree, id);
	if (g_tree_nnodes(tree) == 0)
		drop_chain(chain);
}

static int32_t
run(bsn_chain *chain, const bsn_chaincode_call *call, bsn_chaincode_run *of,
    bsn_err *err)
{
	Started *started = find_started(chain, call->package_id);

	return started != NULL ?
		       wasm_run_begin(started->code, call, &started->runs, of,
				      err) :
		       bsn_fail(err, BSN_NOT_FOUND,
				"the package was not started");
}

static gboolean
append_status(gpointer id, gpointer value, gpointer data)
{
	const Started *started = value;

	json_array_append_new(
		data, json_pack("{s:s, s:s, s:s, s:i, s:I}", "package_id",
				(const char *)id, "type", WASM_PACKAGE_TYPE,
				"state", "ready", "restarts", 0, "calls",
				(json_int_t)started->runs.length));
	return FALSE;
}

static int32_t
status(bsn_chain *chain, bsn_sink *sink)
{
	g_autoptr(json_t) list = json_array();
	GTree *tree = find_chain(chain);

	if (tree != NULL)
		g_tree_foreach(tree, append_status, list);
	return json_write(list, sink);
}

static const char *const types[] = { WASM_PACKAGE_TYPE, NULL };

const bsn_chaincode_runtime wasm_chaincode_runtime = {
	.size = sizeof(wasm_chaincode_runtime),
	.types = types,
	.start = start,
	.stop = stop,
	.run = run,
	.answer = wasm_run_answer,
	.cancel = wasm_run_cancel,
	.status = status,
};
