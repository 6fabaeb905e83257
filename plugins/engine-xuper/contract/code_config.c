/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/code_config.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/kernel/value.h"

#define LANGUAGES_MAX 8u
/* Rules or opcodes of a policy, and bytes of one. */
#define CHECK_ITEMS_MAX 256u
#define CHECK_ITEM_MAX 64u

static guint32
read_language(JsonFields *fields, const json_t *language)
{
	const char *text = json_string_value(language);

	if (g_strcmp0(text, LANGUAGE_EVM) == 0)
		return CODE_EVM;
	if (g_strcmp0(text, LANGUAGE_WASM) == 0)
		return CODE_WASM;
	fields_fail(fields, "languages",
		    "may have \"solidity\" and \"wasm\" alone");
	return 0;
}

static void
read_contracts(JsonFields *fields, ChainConfig *config)
{
	static const char *const forks[] = { "istanbul", "berlin",   "london",
					     "paris",	 "shanghai", "cancun",
					     NULL };
	JsonFields own = fields_of(fields_object(fields, "contracts"),
				   "config.contracts", fields->err);
	const json_t *languages = fields_array(&own, "languages",
					       LANGUAGES_MAX);
	const json_t *language;
	size_t i;

	config->code = languages == NULL ? CODE_EVM : 0;
	json_array_foreach(languages, i, language)
		config->code |= read_language(&own, language);
	if (config->code == 0)
		fields_fail(&own, "languages",
			    "must have \"solidity\", \"wasm\" or both");
	config->evm_rules =
		g_strdup(fields_choice(&own, "rules", forks, NULL));
	config->wasm_floats = fields_bool(&own, "wasm_floats", FALSE);
	if (fields_end(&own) != BSN_OK && fields->status == BSN_OK)
		fields->status = own.status;
}

static char **
read_texts(JsonFields *fields, const char *name)
{
	const json_t *list = fields_array(fields, name, CHECK_ITEMS_MAX);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	const json_t *text;
	size_t i;

	json_array_foreach(list, i, text) {
		if (json_string_length(text) == 0 ||
		    json_string_length(text) > CHECK_ITEM_MAX)
			fields_fail(fields, name,
				    "must have texts of 1 to 64 bytes");
		g_ptr_array_add(texts, g_strdup(json_string_value(text)));
	}
	if (texts->len == 0 || fields->status != BSN_OK)
		return NULL;
	g_ptr_array_add(texts, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
}

/* What a check of code may find that the chain does not take. */
static void
read_check(JsonFields *fields, ChainConfig *config)
{
	JsonFields own = fields_of(fields_object(fields, "contract_check"),
				   "config.contract_check", fields->err);

	config->check_refuse = read_texts(&own, "refuse");
	config->check_forbidden = read_texts(&own, "forbidden_opcodes");
	if (fields_end(&own) != BSN_OK && fields->status == BSN_OK)
		fields->status = own.status;
}

void
code_read(JsonFields *fields, ChainConfig *config)
{
	read_contracts(fields, config);
	read_check(fields, config);
}

char *
config_with_code(bsn_slice json, guint32 code)
{
	g_autoptr(json_t) object =
		json_parse_object(json, CONFIG_MAX, "config", NULL, NULL);
	json_t *contracts = json_object_get(object, "contracts");
	json_t *languages;

	if (object == NULL)
		return NULL;
	if ((code & ~CODE_EVM) == 0)
		return value_text(object);
	if (contracts == NULL) {
		contracts = json_object();
		json_object_set_new(object, "contracts", contracts);
	}
	if (json_object_get(contracts, "languages") == NULL) {
		languages = json_array();
		if ((code & CODE_EVM) != 0)
			json_array_append_new(languages,
					      json_string(LANGUAGE_EVM));
		if ((code & CODE_WASM) != 0)
			json_array_append_new(languages,
					      json_string(LANGUAGE_WASM));
		json_object_set_new(contracts, "languages", languages);
	}
	return value_text(object);
}
