/* SPDX-License-Identifier: Apache-2.0
 *
 * Workloads as anybody may write them: they are refused with a sentence, or their
 * arguments can be filled in.
 */
#include <stdint.h>

#include "tools/bench/template.h"
#include "tools/bench/workload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *
address(guint64 key, void *user)
{
	return g_strdup("0x00");
}

static void
fill_in(const LoadPlan *plan)
{
	g_autoptr(Template) template = template_new(plan->args, "args", NULL);
	Draw of;

	g_assert_nonnull(template);
	g_assert_true(draw_parse(plan->draw, plan->records, &of));
	for (guint i = 0; i < 3; i++) {
		Turn turn = turn_new(plan->seed, i, &of, "abcdef01");

		turn.address = address;
		g_assert_cmpuint(turn.record, <, plan->records);
		g_assert_cmpuint(turn.other, <, plan->records);
		json_decref(template_expand(template, &turn));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(Workload) workload = workload_parse("fuzz", text, &error);
	g_auto(LoadPlan) plan = { 0 };

	g_assert_true((workload != NULL) == (error == NULL));
	if (workload == NULL)
		return 0;
	if (workload_load(workload, "fisco", &plan, &error))
		fill_in(&plan);
	else
		g_assert_nonnull(error);
	return 0;
}
