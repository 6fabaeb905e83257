/* SPDX-License-Identifier: Apache-2.0
 *
 * function.dynamic-nodes, function.access-members: nodes are replaced, and not
 * by anybody.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/members.h"

/* ---- function.dynamic-nodes ---------------------------------------------- */

/* As many nodes as there were, and none of them has been there all the time but
 * those that must be. */
static void
replaces(Run *run)
{
	guint nodes = members_least(run);
	Bed *bed = members_bed(run, nodes, 2);

	for (guint i = 0; i < 2; i++) {
		guint comes = nodes + i;
		guint goes = nodes - 1 - i;
		g_autofree char *turn = g_strdup_printf("turn %u", i);

		members_must_change(bed, comes, "consensus");
		bed_boot(bed, comes);
		members_must_be_level(bed, 1, comes);
		bed_pass(bed, MEMBERS_SETTLE_MS);
		members_must_change(bed, goes, "none");
		bed_pass(bed, MEMBERS_SETTLE_MS);
		bed_stop(bed, goes);
		bed_put(bed, "turn", turn);
		members_must_be_level(bed, 1, comes);
		bed_must_have(bed, comes, "turn", turn);
		members_must_have_role(bed, comes, goes, "none");
		members_must_have_role(bed, comes, comes, "consensus");
	}
}

/* ---- function.access-control --------------------------------------------- */

static void
denies_strangers(Run *run)
{
	const SimWorkload *workload = run_workload(run);
	gboolean several =
		workload->byzantine != NULL || workload->crash != NULL;
	const BedSpec spec = { .nodes = several ? members_least(run) : 1,
			       .spares = 1 };
	guint spare = spec.nodes;
	Bed *bed = bed_new(run, &spec);
	BedDone done = bed_deploy(bed, 0, 0, 1);

	bed_must_commit(bed, &done, "the deployment of version 1");
	bed_govern(bed, &done);
	done = bed_change_member_as(bed, 0, bed_stranger(bed), spare,
				    "observer");
	bed_must_refuse(bed, &done, "a new member by a stranger's word");
	done = bed_change_member_as(bed, 0, bed_stranger(bed), spare - 1,
				    "none");
	bed_must_refuse(bed, &done, "a member's removal by a stranger");
	members_must_be_level(bed, 0, spare - 1);
	members_must_have_role(bed, spare - 1, spare, "none");
	members_must_have_role(bed, spare - 1, spare - 1, "consensus");
	if (!subject_offers(run->subject, "chain.join"))
		return;
	members_must_change(bed, spare, "observer");
	members_must_have_role(bed, 0, spare, "observer");
}

#define CHECK(id, row, function, sentence)                                     \
	{ id,		sentence, row, "engine.h: BSN_TX_MEMBER",              \
	  LEVEL_TABLES, 1,	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("function.dynamic-nodes", "function.dynamic-nodes", replaces,
	      "Nodes are replaced one after the other, and the chain goes "
	      "on."),
	CHECK("function.access-members", "function.access-control",
	      denies_strangers, "Strangers do not change the members."),
};
CHECK_GROUP(checks_function_nodes, list);
