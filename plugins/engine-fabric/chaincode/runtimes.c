/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/chaincode/call.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of what one runtime says of itself. */
#define STATUS_MAX (1u << 20)

/* That of WebAssembly is called as its type of packages is. */
static const char *const names[] = { "chaincode", "native",
				     CHAINCODE_TYPE_WASM };

/* ---- which runtime ---- */

static const bsn_chaincode_runtime *
find_named(const char *name, const bsn_runtime **as_runtime)
{
	const bsn_runtime *runtime = services.runtimes->find(name);

	*as_runtime = runtime;
	return runtime != NULL ? bsn_chaincode_of(runtime) : NULL;
}

static const bsn_chaincode_runtime *
find(const char *type, const bsn_runtime **as_runtime)
{
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const bsn_chaincode_runtime *runtime =
			find_named(names[i], as_runtime);

		if (runtime != NULL && g_strv_contains(runtime->types, type))
			return runtime;
	}
	*as_runtime = NULL;
	return NULL;
}

const bsn_chaincode_runtime *
runtimes_find(const char *type)
{
	const bsn_runtime *as_runtime;

	return find(type, &as_runtime);
}

const bsn_runtime *
runtimes_checker(const char *type)
{
	const bsn_runtime *as_runtime;

	(void)find(type, &as_runtime);
	return as_runtime;
}

/* ---- programs ---- */

static void
program_free(Program *program)
{
	g_free(program->package_id);
	g_free(program);
}

void
programs_init(Programs *programs)
{
	programs->list =
		g_ptr_array_new_with_free_func((GDestroyNotify)program_free);
	programs->of_names =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
program_stop(Channel *channel, Program *program)
{
	program->runtime->stop(channel->chain,
			       bsn_slice_str(program->package_id));
	g_ptr_array_remove(channel->runs->programs.list, program);
}

void
programs_clear(Channel *channel, Programs *programs)
{
	while (programs->list->len > 0)
		program_stop(channel, programs->list->pdata[0]);
	g_ptr_array_unref(programs->list);
	g_hash_table_unref(programs->of_names);
}

static Program *
find_program(const Channel *channel, const char *package_id)
{
	const GPtrArray *list = channel->runs->programs.list;

	for (guint i = 0; i < list->len; i++) {
		Program *program = list->pdata[i];

		if (strcmp(program->package_id, package_id) == 0)
			return program;
	}
	return NULL;
}

static gboolean
has_id(gpointer name, gpointer package_id, gpointer wanted)
{
	return strcmp(package_id, wanted) == 0;
}

/* From now on a chaincode is run by this package, NULL: by none. What ran it
 * before is stopped, unless another chaincode is of the same package. */
static void
run_by(Channel *channel, const char *name, const char *package_id)
{
	GHashTable *of_names = channel->runs->programs.of_names;
	g_autofree char *before = g_strdup(g_hash_table_lookup(of_names, name));
	Program *old;

	if (g_strcmp0(before, package_id) == 0)
		return;
	if (package_id != NULL)
		g_hash_table_insert(of_names, g_strdup(name),
				    g_strdup(package_id));
	else
		g_hash_table_remove(of_names, name);
	if (before == NULL ||
	    g_hash_table_find(of_names, has_id, before) != NULL)
		return;
	old = find_program(channel, before);
	if (old != NULL)
		old->replaced = TRUE;
}

/* Not as soon as the last call is over: that is told from within the runtime.
 */
static void
stop_replaced(Channel *channel)
{
	const GPtrArray *list = channel->runs->programs.list;

	for (guint i = list->len; i > 0; i--) {
		Program *program = list->pdata[i - 1];

		if (program->replaced && program->users == 0)
			program_stop(channel, program);
	}
}

static int32_t
start_program(Channel *channel, const bsn_chaincode_runtime *runtime,
	      const char *id, bsn_slice package, bsn_err *err)
{
	const bsn_chaincode_program program = {
		.size = sizeof(program),
		.package_id = bsn_slice_str(id),
		.package = package,
		.msp_id = bsn_slice_str(
			channel->self != NULL ? channel->self->msp->id : ""),
	};

	return runtime->start(channel->chain, &program, err);
}

static int32_t
start(Channel *channel, const Definition *definition, Program **program,
      bsn_err *err)
{
	const char *id = definition->package_id;
	g_autofree char *type = package_type(channel, id);
	const bsn_chaincode_runtime *runtime;
	g_autoptr(GByteArray) package = g_byte_array_new();
	int32_t status;

	if (type == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"chaincode %s: its package %s is not on this "
				"node",
				definition->name, id);
	status = channel_config_takes(channel->config, type, err);
	if (status != BSN_OK)
		return status;
	runtime = runtimes_find(type);
	if (runtime == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"chaincode %s: this host has no runtime for "
				"packages of type %s",
				definition->name, type);
	status = package_get(channel, id, package, err);
	if (status == BSN_OK)
		status = start_program(channel, runtime, id,
				       buffer_slice(package), err);
	if (status != BSN_OK)
		return status;
	*program = g_new0(Program, 1);
	**program = (Program){ g_strdup(id), runtime, 0, FALSE };
	g_ptr_array_add(channel->runs->programs.list, *program);
	return BSN_OK;
}

int32_t
program_take(Channel *channel, const Definition *definition, Program **program,
	     bsn_err *err)
{
	Program *found;
	int32_t status = BSN_OK;

	if (definition->package_id == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"chaincode %s: this node's organisation has "
				"approved no package for sequence "
				"%" G_GINT64_FORMAT,
				definition->name, definition->sequence);
	found = find_program(channel, definition->package_id);
	if (found == NULL)
		status = start(channel, definition, &found, err);
	if (status != BSN_OK)
		return status;
	found->users++;
	found->replaced = FALSE;
	run_by(channel, definition->name, definition->package_id);
	stop_replaced(channel);
	*program = found;
	return BSN_OK;
}

void
program_release(Channel *channel, Program *program)
{
	if (--program->users == 0 && program->replaced && !channel->closing)
		(void)services.timer->set(channel->chain, TIMER_PROGRAMS, 0);
}

void
runtimes_timer(Channel *channel)
{
	stop_replaced(channel);
}

void
runtimes_prepare(Channel *channel, const Definition *definition)
{
	bsn_err err = BSN_ERR_INIT;
	Program *program;

	if (definition->condition == CHAINCODE_UNINSTALLED)
		run_by(channel, definition->name, NULL);
	stop_replaced(channel);
	if (definition->condition != CHAINCODE_ACTIVE)
		return;
	if (program_take(channel, definition, &program, &err) == BSN_OK)
		program_release(channel, program);
	else
		services_log(channel->chain, BSN_LOG_INFO, "%s", err.reason);
}

/* ---- for status ---- */

static void
append_status(Channel *channel, const bsn_chaincode_runtime *runtime,
	      json_t *all)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, STATUS_MAX);
	json_t *list;

	if (runtime->status(channel->chain, &sink.sink) != BSN_OK)
		return;
	list = json_loadb((const char *)text->data, text->len, 0, NULL);
	(void)json_array_extend(all, list);
	json_decref(list);
}

json_t *
runtimes_json(Channel *channel)
{
	json_t *all = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const bsn_runtime *as_runtime;
		const bsn_chaincode_runtime *runtime =
			find_named(names[i], &as_runtime);

		if (runtime != NULL)
			append_status(channel, runtime, all);
	}
	return all;
}

json_t *
runtimes_languages(const Channel *channel)
{
	json_t *all = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const bsn_runtime *runtime;
		g_autoptr(json_t) own = NULL;

		if (find_named(names[i], &runtime) == NULL ||
		    channel_config_takes(channel->config, names[i],
						NULL) != BSN_OK)
			continue;
		own = json_loads(runtime->languages, 0, NULL);
		(void)json_array_extend(all, own);
	}
	return all;
}
