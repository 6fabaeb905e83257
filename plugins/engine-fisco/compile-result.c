/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/compile-result.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

#include "plugins/engine-fisco/compile.h"
#include "plugins/kit/json.h"

/* What is not there is NULL, which json_object_get takes, too. */
static json_t *
at(const json_t *object, const char *outer, const char *inner)
{
	return json_object_get(json_object_get(object, outer), inner);
}

static json_t *
copy_or_null(json_t *value)
{
	return value != NULL ? json_incref(value) : json_null();
}

/* ---- messages ----------------------------------------------------------- */

/* From 1 on, as editors count: lines, and characters in a line. The compiler
 * counts bytes of UTF-8 from 0. */
static void
add_position(json_t *message, const char *text, gsize len, json_int_t start)
{
	json_int_t line = 1;
	json_int_t column = 1;

	if (start < 0 || (gsize)start > len)
		return;
	for (gsize i = 0; i < (gsize)start; i++) {
		if (text[i] == '\n') {
			line++;
			column = 1;
		} else if (((guint8)text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	json_object_set_new(message, "line", json_integer(line));
	json_object_set_new(message, "column", json_integer(column));
}

static json_t *
message_json(const json_t *error, const json_t *files)
{
	json_t *message = json_object();
	json_t *place = json_object_get(error, "sourceLocation");
	json_t *file = json_object_get(place, "file");
	json_t *start = json_object_get(place, "start");
	json_t *text = json_is_string(file)
			       ? json_object_get(files, json_string_value(file))
			       : NULL;

	json_object_set_new(message, "severity",
			    copy_or_null(json_object_get(error, "severity")));
	json_object_set_new(message, "type",
			    copy_or_null(json_object_get(error, "type")));
	json_object_set_new(message, "message",
			    copy_or_null(json_object_get(error, "message")));
	json_object_set_new(message, "file", copy_or_null(file));
	json_object_set_new(message, "start", copy_or_null(start));
	json_object_set_new(message, "end",
			    copy_or_null(json_object_get(place, "end")));
	if (json_is_string(text) && json_is_integer(start))
		add_position(message, json_string_value(text),
			     json_string_length(text),
			     json_integer_value(start));
	json_object_set_new(
		message, "text",
		copy_or_null(json_object_get(error, "formattedMessage")));
	return message;
}

/* Returns whether there is an error among them. */
static gboolean
add_messages(json_t *result, const json_t *output, const json_t *files)
{
	json_t *messages = json_array();
	gboolean failed = FALSE;
	const json_t *error;
	size_t i;

	json_array_foreach(json_object_get(output, "errors"), i, error) {
		const char *severity = json_string_value(
			json_object_get(error, "severity"));

		failed |= g_strcmp0(severity, "error") == 0;
		json_array_append_new(messages, message_json(error, files));
	}
	json_object_set_new(result, "errors", messages);
	return failed;
}

/* ---- contracts ---------------------------------------------------------- */

/* "FILE:NAME" of each library that code calls. */
static json_t *
libraries_of(const json_t *bytecode)
{
	json_t *names = json_array();
	json_t *references = json_object_get(bytecode, "linkReferences");
	const char *file, *name;
	json_t *in_file, *places;

	json_object_foreach(references, file, in_file)
		json_object_foreach(in_file, name, places)
			json_array_append_new(names, json_sprintf("%s:%s",
								  file, name));
	return names;
}

static json_t *
code_of(const json_t *bytecode)
{
	json_t *object = json_object_get(bytecode, "object");
	json_t *references = json_object_get(bytecode, "linkReferences");

	if (!json_is_string(object) || json_object_size(references) > 0)
		return json_null();
	return json_sprintf("0x%s", json_string_value(object));
}

static json_t *
contract_json(const char *file, const char *name, const json_t *contract)
{
	const json_t *code = at(contract, "evm", "bytecode");
	const json_t *deployed = at(contract, "evm", "deployedBytecode");
	json_t *json = json_object();

	json_object_set_new(json, "file", json_string(file));
	json_object_set_new(json, "name", json_string(name));
	json_object_set_new(json, "abi",
			    copy_or_null(json_object_get(contract, "abi")));
	json_object_set_new(json, "bytecode", code_of(code));
	json_object_set_new(json, "deployed_bytecode", code_of(deployed));
	json_object_set_new(json, "source_map",
			    copy_or_null(json_object_get(code, "sourceMap")));
	json_object_set_new(
		json, "deployed_source_map",
		copy_or_null(json_object_get(deployed, "sourceMap")));
	json_object_set_new(
		json, "metadata",
		copy_or_null(json_object_get(contract, "metadata")));
	json_object_set_new(json, "libraries", libraries_of(code));
	return json;
}

static void
add_contracts(json_t *result, const json_t *output)
{
	json_t *contracts = json_array();
	const char *file, *name;
	json_t *in_file, *contract;

	json_object_foreach(json_object_get(output, "contracts"), file,
			     in_file)
		json_object_foreach(in_file, name, contract)
			json_array_append_new(contracts,
					      contract_json(file, name,
							    contract));
	json_object_set_new(result, "contracts", contracts);
}

/* Source maps name sources by number. */
static void
add_sources(json_t *result, const json_t *output)
{
	json_t *sources = json_object_get(output, "sources");
	json_t *names = json_array();
	const char *name;
	json_t *source;

	json_object_foreach(sources, name, source) {
		json_int_t id = json_integer_value(json_object_get(source,
								   "id"));

		if (id < 0 || id >= COMPILE_FILES_MAX)
			continue;
		while (json_array_size(names) <= (size_t)id)
			json_array_append_new(names, json_null());
		json_array_set_new(names, (size_t)id, json_string(name));
	}
	json_object_set_new(result, "sources", names);
}

/* The compiler tells its version in what it says of a contract. */
static json_t *
compiler_of(const json_t *contracts)
{
	const char *text = json_string_value(
		json_object_get(json_array_get(contracts, 0), "metadata"));
	g_autoptr(json_t) metadata = NULL;
	const char *version;

	if (text == NULL)
		return json_null();
	metadata = json_parse(bsn_slice_str(text), COMPILE_OUTPUT_MAX,
			      "metadata", NULL, NULL);
	version = json_string_value(at(metadata, "compiler", "version"));
	return version != NULL ? json_sprintf("solc %s", version)
			       : json_null();
}

json_t *
compile_result(bsn_slice output, const json_t *files, bsn_err *err)
{
	const guint8 *start =
		output.len > 0 ? memchr(output.data, '{', output.len) : NULL;
	g_autoptr(json_t) parsed = NULL;
	json_t *result;
	gboolean failed;

	if (start != NULL)
		parsed = json_parse(
			bsn_slice_of(start, (guint64)(output.data + output.len -
						      start)),
			COMPILE_OUTPUT_MAX, "output", NULL, NULL);
	if (!json_is_object(parsed)) {
		bsn_fail(err, BSN_FAULT,
			 "the host's compiler did not answer with JSON");
		return NULL;
	}
	result = json_object();
	failed = add_messages(result, parsed, files);
	json_object_set_new(result, "ok", json_boolean(!failed));
	add_contracts(result, parsed);
	add_sources(result, parsed);
	json_object_set_new(result, "compiler",
			    compiler_of(json_object_get(result, "contracts")));
	return result;
}
