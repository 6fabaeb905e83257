/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/solidity/interface.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/solidity/signature.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

/* What parsing one entry needs. */
typedef struct {
	AbiInterface *interface;
	const bsn_hash *hash;
	bsn_err *err;
} Parser;

static void
event_free(AbiEvent *event)
{
	g_free(event->name);
	g_free(event->signature);
	abi_type_free(event->inputs);
	abi_type_free(event->data);
	g_free(event);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AbiEvent, event_free)

void
abi_interface_free(AbiInterface *interface)
{
	if (interface == NULL)
		return;
	g_ptr_array_unref(interface->functions);
	g_ptr_array_unref(interface->errors);
	g_ptr_array_unref(interface->events);
	abi_function_free(interface->constructor);
	g_free(interface);
}

static const char *
string_of(const json_t *entry, const char *name)
{
	const char *text = json_string_value(json_object_get(entry, name));

	return text != NULL ? text : "";
}

static gboolean
is_one_of(const char *text, const char *const *choices)
{
	return g_strv_contains(choices, text);
}

static AbiType *
parse_member(const Parser *parser, const json_t *entry, const char *member)
{
	AbiType *tuple = abi_params_parse(json_object_get(entry, member),
					  parser->err);

	if (tuple == NULL)
		reason_at(parser->err, ".%s", member);
	return tuple;
}

static gboolean
check_name(const Parser *parser, const char *name)
{
	static const char tail[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_$";

	if (name[0] != '\0' && strspn(name, tail) == strlen(name))
		return TRUE;
	bsn_fail(parser->err, BSN_BAD_REQUEST,
		 "\"name\" must be an identifier of Solidity");
	return FALSE;
}

/* Before Solidity 0.5 "constant" and "payable" said it. */
static void
parse_mutability(const json_t *entry, AbiFunction *function)
{
	static const char *const read_only[] = { "view", "pure", NULL };
	const char *mutability = string_of(entry, "stateMutability");

	function->read_only = is_one_of(mutability, read_only) ||
			      json_is_true(json_object_get(entry, "constant"));
	function->payable = strcmp(mutability, "payable") == 0 ||
			    json_is_true(json_object_get(entry, "payable"));
}

static AbiFunction *
parse_function(const Parser *parser, const json_t *entry, const char *name)
{
	g_autoptr(AbiFunction) function = g_new0(AbiFunction, 1);

	function->name = g_strdup(name);
	parse_mutability(entry, function);
	function->inputs = parse_member(parser, entry, "inputs");
	if (function->inputs == NULL)
		return NULL;
	function->outputs = parse_member(parser, entry, "outputs");
	if (function->outputs == NULL ||
	    abi_function_sign(function, parser->hash, parser->err) != BSN_OK)
		return NULL;
	return g_steal_pointer(&function);
}

/* The parameters of an event that are not indexed. */
static AbiType *
parse_event_data(const Parser *parser, const json_t *entry)
{
	g_autoptr(json_t) plain = json_array();
	json_t *param;
	size_t i;

	json_array_foreach(json_object_get(entry, "inputs"), i, param)
		if (!json_is_true(json_object_get(param, "indexed")))
			json_array_append(plain, param);
	return abi_params_parse(plain, parser->err);
}

static AbiEvent *
parse_event(const Parser *parser, const json_t *entry, const char *name)
{
	g_autoptr(AbiEvent) event = g_new0(AbiEvent, 1);

	event->name = g_strdup(name);
	event->anonymous = json_is_true(json_object_get(entry, "anonymous"));
	event->inputs = parse_member(parser, entry, "inputs");
	if (event->inputs == NULL)
		return NULL;
	event->data = parse_event_data(parser, entry);
	if (event->data == NULL)
		return NULL;
	event->n_indexed = event->inputs->n_members - event->data->n_members;
	event->signature = abi_signature_text(name, event->inputs);
	if (abi_signature_digest(event->signature, parser->hash, event->topic,
				 parser->err) != BSN_OK)
		return NULL;
	return g_steal_pointer(&event);
}

/* Adds what was parsed to one of the interface's arrays; FALSE for NULL. */
static gboolean
add(GPtrArray *array, gpointer parsed)
{
	if (parsed != NULL)
		g_ptr_array_add(array, parsed);
	return parsed != NULL;
}

static gboolean
set_constructor(const Parser *parser, const json_t *entry)
{
	AbiFunction *constructor = parse_function(parser, entry, "");

	if (constructor == NULL)
		return FALSE;
	abi_function_free(parser->interface->constructor);
	parser->interface->constructor = constructor;
	return TRUE;
}

static gboolean
parse_entry(const Parser *parser, const json_t *entry)
{
	static const char *const nameless[] = { "fallback", "receive", NULL };
	AbiInterface *interface = parser->interface;
	const char *type = string_of(entry, "type");
	const char *name = string_of(entry, "name");

	if (is_one_of(type, nameless))
		return TRUE;
	if (strcmp(type, "constructor") == 0)
		return set_constructor(parser, entry);
	if (!check_name(parser, name))
		return FALSE;
	if (strcmp(type, "event") == 0)
		return add(interface->events,
			   parse_event(parser, entry, name));
	if (strcmp(type, "error") == 0)
		return add(interface->errors,
			   parse_function(parser, entry, name));
	/* "function" is what a missing type means. */
	if (type[0] == '\0' || strcmp(type, "function") == 0)
		return add(interface->functions,
			   parse_function(parser, entry, name));
	bsn_fail(parser->err, BSN_BAD_REQUEST,
		 "\"type\" must be function, constructor, event, error, "
		 "fallback or receive");
	return FALSE;
}

static AbiInterface *
new_interface(void)
{
	AbiInterface *interface = g_new0(AbiInterface, 1);

	interface->functions = g_ptr_array_new_with_free_func(
		(GDestroyNotify)abi_function_free);
	interface->errors = g_ptr_array_new_with_free_func(
		(GDestroyNotify)abi_function_free);
	interface->events =
		g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	return interface;
}

static gboolean
parse_entries(const Parser *parser, const json_t *abi)
{
	json_t *entry;
	size_t i;

	json_array_foreach(abi, i, entry) {
		if (parse_entry(parser, entry))
			continue;
		reason_at(parser->err, "abi[%" G_GSIZE_FORMAT "]", i);
		return FALSE;
	}
	return TRUE;
}

AbiInterface *
abi_interface_new(const json_t *abi, const bsn_hash *hash, bsn_err *err)
{
	g_autoptr(AbiInterface) interface = new_interface();
	Parser parser = { interface, hash, err };

	if (!json_is_array(abi) || json_array_size(abi) > ABI_ENTRIES_MAX) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "abi must be the compiler's array of at most %u "
			 "entries",
			 ABI_ENTRIES_MAX);
		return NULL;
	}
	if (!set_constructor(&parser, NULL) || !parse_entries(&parser, abi))
		return NULL;
	return g_steal_pointer(&interface);
}
