/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin as a vendor outside this tree writes one, in the part of C99 that
 * C++17 takes too: a runtime that refuses all code.
 */
#include <bsn/bsn.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#define SAMPLE_ID "com.example.sample"
#define SAMPLE_VERSION "1.0.0"

BSN_PLUGIN_NOTE(SAMPLE_ID, SAMPLE_VERSION, BSN_KIND_RUNTIME);

static int32_t
check(bsn_slice code, bsn_sink *findings, bsn_err *err)
{
	int32_t status = findings->write(findings, "[]", 2);

	return status != BSN_OK ? status :
				  bsn_fail(err, BSN_FAULT, "it takes no code");
}

static int32_t
execute(const bsn_call *call, bsn_state *state, bsn_err *err)
{
	bsn_outcome outcome;

	memset(&outcome, 0, sizeof(outcome));
	outcome.size = (uint32_t)sizeof(outcome);
	outcome.status = BSN_NOT_FOUND;
	outcome.reason = bsn_slice_str("there is no contract");
	state->done(state, &outcome);
	return BSN_OK;
}

static const bsn_runtime runtime = {
	(uint32_t)sizeof(bsn_runtime), 0, "sample", "[]", check, execute, NULL,
	NULL, /* account, */
	NULL, /* storage, */
	NULL, /* least_budget, */
	NULL, /* check_with, */
	NULL, /* fund, */
	NULL, /* check_rules, */
	NULL, /* machine_new, */
	NULL, /* machine_free, */
	NULL, /* execute_on and */
	NULL, /* query are optional */
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_RUNTIME_ID) == 0 ? &runtime : NULL;
}

static const bsn_plugin plugin = {
	(uint32_t)sizeof(bsn_plugin),
	0,
	SAMPLE_ID,
	SAMPLE_VERSION,
	"Sample runtime",
	"Example",
	"Apache-2.0",
	query,
	NULL,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	if (bsn_host_log(host) == NULL)
		return bsn_fail(err, BSN_E_VERSION, "it needs %s", BSN_LOG_ID);
	*out = &plugin;
	return BSN_OK;
}
