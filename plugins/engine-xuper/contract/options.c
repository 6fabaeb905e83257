/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/options.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/kernel/value.h"
#include "plugins/kit/solidity/interface.h"

#define DESC_MAX 65536u
#define SIGNER_MAX 1024u /* bytes of one auth_require */

static const json_t *
read_texts(JsonFields *fields, const char *name)
{
	const json_t *list = fields_array(fields, name, TX_AUTH_MAX);
	const json_t *text;
	size_t i;

	json_array_foreach ((json_t *)list, i, text)
		if (!json_is_string(text) || json_string_length(text) == 0 ||
		    json_string_length(text) > SIGNER_MAX)
			fields_fail(fields, name, "must be an array of texts");
	return list;
}

static void
read_limits(JsonFields *fields, Options *options)
{
	static const char *const names[RESOURCES] = { "cpu", "memory", "disk",
						      "xfee" };
	const json_t *object = fields_object(fields, "resource_limits");
	JsonFields own =
		fields_of(object, "options.resource_limits", fields->err);
	int32_t status;

	for (guint i = 0; i < RESOURCES; i++) {
		options->limited[i] = json_object_get(object, names[i]) != NULL;
		options->limits[i] =
			value_u64(&own, names[i], 0, G_MAXINT64, 0);
	}
	status = fields_end(&own);
	if (status != BSN_OK && fields->status == BSN_OK)
		fields->status = status;
}

static void
read_data(JsonFields *fields, Options *options)
{
	options->data = g_byte_array_new();
	if (!fields_hex(fields, "data", 0, XMODEL_VALUE_MAX, options->data))
		g_clear_pointer(&options->data, g_byte_array_unref);
}

static void
read_amount(JsonFields *fields, Options *options)
{
	guint8 amount[AMOUNT_LEN];

	options->amount = fields_string(fields, "amount", 80, "");
	if (options->amount[0] != '\0' &&
	    !amount_from_text(bsn_slice_str(options->amount), amount))
		fields_fail(fields, "amount", "must be decimal digits");
}

static int32_t
read_all(Options *options, bsn_err *err)
{
	JsonFields fields = fields_of(options->object, "options", err);

	options->account = fields_string(&fields, "account", ACCOUNT_MAX, "");
	options->initiator =
		fields_string(&fields, "initiator", ACCOUNT_MAX, "");
	options->version =
		fields_string(&fields, "version", VERSION_LABEL_MAX, "");
	options->desc = fields_string(&fields, "desc", DESC_MAX, "");
	options->auth_require = read_texts(&fields, "auth_require");
	options->public_keys = read_texts(&fields, "public_keys");
	options->abi = fields_array(&fields, "abi", ABI_ENTRIES_MAX);
	options->preexec = fields_bool(&fields, "preexec", FALSE);
	value_amount(&fields, "fee", options->fee);
	read_amount(&fields, options);
	read_data(&fields, options);
	read_limits(&fields, options);
	return fields_end(&fields);
}

int32_t
options_read(bsn_slice text, Options *options, bsn_err *err)
{
	int32_t status = BSN_OK;

	*options = (Options){ .object = json_parse_object(
				      text, REQUEST_JSON_MAX, "options",
				      &status, err) };
	if (options->object == NULL)
		return status;
	status = read_all(options, err);
	if (status != BSN_OK)
		options_clear(options);
	return status;
}

void
options_clear(Options *options)
{
	g_clear_pointer(&options->object, json_decref);
	g_clear_pointer(&options->data, g_byte_array_unref);
}

int32_t
args_read(bsn_slice text, json_t **args, bsn_err *err)
{
	int32_t status = BSN_OK;

	*args = NULL;
	if (text.len == 0)
		return BSN_OK;
	*args = json_parse(text, REQUEST_JSON_MAX, "args", &status, err);
	if (*args == NULL || json_is_array(*args) || json_is_object(*args))
		return status;
	g_clear_pointer(args, json_decref);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"args must be a JSON array, or an object by the "
			"parameters' names");
}

/* The first list of names that has so many; else the last. */
static GStrv
names_for(const char *names, gsize n)
{
	g_auto(GStrv) lists = g_strsplit(names, " | ", -1);
	guint i = 0;
	GStrv list = g_strsplit(lists[0] != NULL ? lists[0] : "", ", ", -1);

	while (g_strv_length(list) < n && lists[i] != NULL &&
	       lists[i + 1] != NULL) {
		g_strfreev(list);
		list = g_strsplit(lists[++i], ", ", -1);
	}
	return list;
}

int32_t
args_read_named(bsn_slice text, const char *names, json_t **args, bsn_err *err)
{
	g_auto(GStrv) list = NULL;
	g_autoptr(json_t) given = NULL;
	int32_t status = args_read(text, &given, err);
	json_t *value;
	size_t i;

	*args = NULL;
	if (status != BSN_OK)
		return status;
	if (json_is_object(given)) {
		*args = g_steal_pointer(&given);
		return BSN_OK;
	}
	list = names_for(names, json_array_size(given));
	if (json_array_size(given) > g_strv_length(list))
		return bsn_fail(err, BSN_BAD_REQUEST, "args has more than: %s",
				names[0] != '\0' ? names : "none");
	*args = json_object();
	json_array_foreach (given, i, value)
		json_object_set(*args, list[i], value);
	return BSN_OK;
}
