/* SPDX-License-Identifier: Apache-2.0
 *
 * A workload of the simulator: the first byte says whether the rest is a
 * workload or a config that is merged into one.
 */
#include <stdint.h>
#include <string.h>

#include "tools/sim/workload.h"

#define SOUND                                                                  \
	"{\"requests\": [{\"contract\": \"a\", \"function\": \"b\"}]}"

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = size > 0 ? g_strndup((const char *)data + 1,
						     size - 1)
					 : g_strdup("");
	g_autofree char *message = NULL;
	gboolean whole = size > 0 && data[0] % 2 == 0;
	SimWorkload *workload = sim_workload_parse(
		whole ? text : SOUND, strlen(whole ? text : SOUND), "raft",
		whole ? NULL : text, &message);

	if (workload == NULL) {
		g_assert_cmpstr(message, !=, "");
		return 0;
	}
	draw(workload);
	sim_workload_free(workload);
	return 0;
}
