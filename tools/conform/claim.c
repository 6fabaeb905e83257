/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/claim.h"

#include <string.h>

#include "tools/sim/pointer.h"

char *
claim_config(Run *run, const char *row)
{
	const char *detail = run_feature(run, row);

	return detail != NULL
		       ? sim_pointer_text(detail, strlen(detail), "/config")
		       : NULL;
}

Bed *
claim_bed(Run *run, const char *row, gboolean deployed)
{
	/* The bed keeps the text as long as it lives, which is as long as the
	 * check. */
	const BedSpec spec = { .config = claim_config(run, row) };

	run_note(run, "%s is offered by a chain with the config %s", row,
		 spec.config != NULL ? spec.config : "of the workload");
	return deployed ? bed_with_contract(run, &spec) : bed_new(run, &spec);
}
