/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources of chaincodes: any text is cut into tokens that lie in it, in order,
 * and the rules look at them without harm.
 */
#include "plugins/kit/json.h"
#include "plugins/runtime-chaincode/check/findings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GArray) tokens = tokens_of(bsn_slice_of(data, size));
	g_autoptr(json_t) list = json_array();
	Findings findings = { list, FALSE };
	const char *at = (const char *)data;
	guint line = 1;

	for (guint i = 0; i < tokens->len; i++) {
		const Token *token = token_at(tokens, i);

		g_assert_true(token->text >= at);
		g_assert_cmpuint(token->line, >=, line);
		at = token->text + token->len;
		line = token->line;
	}
	g_assert_true(size == 0 || at <= (const char *)data + size);
	rules_apply(tokens, "a.js", &findings);
	statements_apply(tokens, "a.js", &findings);
	state_apply(tokens, "a.js", &findings);
	g_assert_cmpuint(json_array_size(list), <=, FINDINGS_MAX);
	return 0;
}
