/* SPDX-License-Identifier: Apache-2.0
 *
 * Which kinds of code there are, and which of them a chain takes.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/code.h"
#include "plugins/engine-xuper/services.h"
#include "plugins/kit/json.h"

static const CodeKind *const kinds[] = { &code_evm, &code_wasm };

const CodeKind *
code_kind(const char *module)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i]->module, module) == 0)
			return kinds[i];
	return NULL;
}

const CodeKind *
code_kind_of(bsn_slice code)
{
	static const guint8 magic[] = { 0, 'a', 's', 'm' };

	return code.len >= sizeof(magic) &&
			       memcmp(code.data, magic, sizeof(magic)) == 0
		       ? &code_wasm
		       : &code_evm;
}

int32_t
code_taken(const CodeKind *kind, const ChainConfig *config, bsn_err *err)
{
	if ((config->code & kind->flag) != 0)
		return BSN_OK;
	return bsn_fail(err, BSN_NOT_OFFERED,
			"this chain takes no contracts of module \"%s\": "
			"contracts.languages of its genesis does not have "
			"\"%s\"",
			kind->module, kind->language);
}

const bsn_runtime *
code_runtime(const CodeKind *kind, bsn_err *err)
{
	const bsn_runtime *runtime = services.runtimes->find(kind->module);

	if (runtime == NULL)
		bsn_fail(err, BSN_E_VERSION,
			 "no loaded plugin has the runtime \"%s\"",
			 kind->module);
	return runtime;
}

guint32
code_loaded(void)
{
	guint32 flags = 0;

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (code_runtime(kinds[i], NULL) != NULL)
			flags |= kinds[i]->flag;
	return flags;
}

int32_t
code_check_runtimes(const ChainConfig *config, bsn_err *err)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if ((config->code & kinds[i]->flag) != 0 &&
		    code_runtime(kinds[i], NULL) == NULL)
			return bsn_fail(err, BSN_E_VERSION,
					"the chain takes contracts of module "
					"\"%s\", whose runtime no loaded plugin "
					"has",
					kinds[i]->module);
	return BSN_OK;
}

json_t *
code_languages(const ChainConfig *config)
{
	json_t *all = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const bsn_runtime *runtime = code_runtime(kinds[i], NULL);
		g_autoptr(json_t) own = NULL;

		if ((config->code & kinds[i]->flag) == 0 || runtime == NULL)
			continue;
		own = json_loads(runtime->languages, 0, NULL);
		json_array_extend(all, own);
	}
	return all;
}
