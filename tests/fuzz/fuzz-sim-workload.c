/* SPDX-License-Identifier: Apache-2.0
 *
 * What is read for the simulator and the conformance run. The first byte says
 * what the rest is: a workload, a config that is merged into one, or a JSON
 * pointer and, on the lines behind it, the JSON that it points into.
 */
#include <stdint.h>
#include <string.h>

#include "tools/sim/pointer.h"
#include "tools/sim/workload.h"

#define SOUND                                                                  \
	"{\"consensus\": \"a.b\","                                             \
	" \"requests\": [{\"contract\": \"a\", \"function\": \"b\"}]}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
draw(const SimWorkload *workload)
{
	SimRandom random = sim_random(1, "fuzz", 0);
	SimRequest request;

	sim_workload_draw(workload, &random, 1, &request);
	g_assert_nonnull(request.args);
	sim_request_clear(&request);
}

/* What was JSON is JSON when it is filled in. */
static void
fill(const SimFunction *function)
{
	g_autofree char *args = NULL;
	g_autofree char *options = NULL;
	g_autofree char *whole = NULL;

	if (!sim_function_fill(function, "\"\\", "\n{n}", 7, &args, &options))
		return;
	whole = sim_pointer_text(args, strlen(args), "");
	g_assert_nonnull(whole);
}

static void
use(const SimWorkload *workload)
{
	const SimContract *contract = workload->contract;
	g_autofree char *message = NULL;
	g_autofree char *config =
		sim_workload_config(workload, "raft", NULL, &message);
	g_autofree char *old = NULL;
	g_autofree char *found = NULL;

	g_assert_nonnull(config);
	draw(workload);
	if (workload->found.args != NULL) {
		found = sim_workload_fill_address(workload->found.args, "\"");
		g_assert_nonnull(found);
	}
	if (contract == NULL)
		return;
	old = sim_contract_old(contract, 1);
	for (guint i = 0; i < SIM_FN_COUNT; i++)
		fill(&contract->functions[i]);
}

static void
read_workload(const char *text, gsize len, const char *more)
{
	g_autofree char *message = NULL;
	SimWorkload *workload = sim_workload_parse(text, len, NULL, &message);
	g_autofree char *config = NULL;

	if (workload == NULL) {
		g_assert_cmpstr(message, !=, "");
		return;
	}
	if (more == NULL) {
		use(workload);
	} else {
		config = sim_workload_config(workload, "raft", more, &message);
		g_assert_true((config == NULL) == (message != NULL));
	}
	sim_workload_free(workload);
}

/* What is found is in something, and a compact text is compact. */
static void
point(char *text, gsize len)
{
	char *json = memchr(text, '\n', len);
	gsize json_len;
	g_autofree char *found = NULL;
	g_autofree char *whole = NULL;
	g_autofree char *again = NULL;

	if (json == NULL)
		return;
	*json++ = '\0';
	json_len = len - (gsize)(json - text);
	found = sim_pointer_text(json, json_len, text);
	whole = sim_pointer_text(json, json_len, NULL);
	g_assert_true(found == NULL || whole != NULL);
	if (whole == NULL || json[strspn(json, " \t\r\n")] == '"')
		return;
	again = sim_pointer_text(whole, strlen(whole), NULL);
	g_assert_cmpstr(again, ==, whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gsize len = size > 0 ? size - 1 : 0;
	g_autofree char *text =
		g_strndup(size > 0 ? (const char *)data + 1 : "", len);

	switch (size > 0 ? data[0] % 4 : 0) {
	case 0:
		read_workload(text, len, NULL);
		break;
	case 1:
		read_workload(SOUND, strlen(SOUND), text);
		break;
	case 2:
	case 3:
		point(text, len);
		break;
	}
	return 0;
}
