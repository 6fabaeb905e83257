/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fake-compiler.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "tests/unit/fake-private.h"

static bsn_compilation *running;
static char *given;

const char *
fake_compiler_input(void)
{
	return given;
}

void
fake_compiler_end(int32_t status, const char *text)
{
	bsn_compilation *compilation = running;
	bsn_err err = BSN_ERR_INIT;

	g_assert_nonnull(compilation);
	running = NULL;
	g_clear_pointer(&given, g_free);
	if (status != BSN_OK)
		bsn_fail(&err, status, "%s", text);
	compilation->done(compilation, status,
			  bsn_slice_str(status == BSN_OK ? text : ""), &err);
}

static int32_t
offers(const char *language)
{
	return strcmp(language, BSN_COMPILER_SOLIDITY) == 0;
}

static int32_t
run(bsn_chain *chain, const char *language, bsn_slice input, bsn_reply *reply,
    bsn_compilation *compilation, bsn_err *err)
{
	if (!fake_allowed(chain, "bsn_compiler.run", FALSE))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the compiler");
	g_assert_true(offers(language));
	g_assert_nonnull(reply);
	if (running != NULL)
		return bsn_fail(err, BSN_TOO_LARGE, "one at a time");
	running = compilation;
	given = g_strndup((const char *)input.data, input.len);
	return BSN_OK;
}

const bsn_compiler fake_compiler_table = {
	.size = sizeof(bsn_compiler),
	.offers = offers,
	.run = run,
};
