/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/reserved_config.h"

#include <string.h>

#include "plugins/engine-xuper/format/tx.h"

#define NAME_MAX_LEN 128u
#define VALUE_MAX 4096u

static char *
copy(ChainConfig *config, const char *text)
{
	return arena_copy(&config->arena, text, strlen(text));
}

static int
by_key(const void *a, const void *b)
{
	const Xldgpb__Argument *const *first = a, *const *second = b;

	return strcmp((*first)->key, (*second)->key);
}

/* In order of their names, as in transactions. */
static void
read_args(JsonFields *fields, const json_t *object, ChainConfig *config,
	  Xldgpb__InvokeRequest *request)
{
	const gsize n = json_object_size(object);
	const char *name;
	json_t *value;

	if (n > RESERVED_ARGS_MAX) {
		fields_fail(fields, "args", "has more than 16 members");
		return;
	}
	request->args = arena_room(&config->arena,
				   (n + 1) * sizeof(*request->args));
	json_object_foreach ((json_t *)object, name, value) {
		Xldgpb__Argument *arg =
			arena_room(&config->arena, sizeof(*arg));

		if (!json_is_string(value) ||
		    json_string_length(value) > VALUE_MAX) {
			fields_fail(fields, "args",
				    "must have texts of at most 4096 bytes");
			return;
		}
		xldgpb__argument__init(arg);
		arg->key = copy(config, name);
		arg->value.len = json_string_length(value);
		arg->value.data =
			(uint8_t *)copy(config, json_string_value(value));
		request->args[request->n_args++] = arg;
	}
	if (request->n_args > 1)
		qsort(request->args, request->n_args, sizeof(*request->args),
		      by_key);
}

static void
read_one(JsonFields *fields, const json_t *entry, ChainConfig *config)
{
	JsonFields own = fields_of(entry, "config.reserved_contracts",
				   fields->err);
	Xldgpb__InvokeRequest *request =
		arena_room(&config->arena, sizeof(*request));

	xldgpb__invoke_request__init(request);
	request->module_name = copy(
		config, fields_string(&own, "module_name", NAME_MAX_LEN, ""));
	request->contract_name = copy(
		config, fields_string(&own, "contract_name", NAME_MAX_LEN, ""));
	request->method_name = copy(
		config, fields_string(&own, "method_name", NAME_MAX_LEN, ""));
	fields_require(&own, "contract_name", "the contract that is called");
	fields_require(&own, "method_name", "the method that is called");
	read_args(&own, fields_object(&own, "args"), config, request);
	if (fields_end(&own) != BSN_OK)
		fields->status = own.status;
	else
		g_ptr_array_add(config->reserved, request);
}

void
reserved_read(JsonFields *fields, ChainConfig *config)
{
	const json_t *list = fields_array(fields, "reserved_contracts",
					  RESERVED_MAX);
	const json_t *entry;
	size_t i;

	config->reserved = g_ptr_array_new();
	json_array_foreach (list, i, entry) {
		if (fields->status != BSN_OK)
			return;
		read_one(fields, entry, config);
	}
}
