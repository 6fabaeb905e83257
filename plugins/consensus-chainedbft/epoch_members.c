/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/epoch_members.h"

#include <bsn/helpers/error.h>

typedef struct {
	bsn_members_sink sink; /* first */
	Members *members;
	bsn_err *err;
} Collector;

static int32_t
collect(bsn_members_sink *sink, const bsn_member *member)
{
	Collector *collector = (Collector *)sink;
	Members *members = collector->members;

	if (members->n >= MEMBERS_MAX)
		return members_check_count(WHO, MEMBERS_MAX + 1,
					   collector->err);
	return members_add(members, member, collector->err);
}

int32_t
members_of_block(bsn_proposer *proposer, const bsn_id *block, Members **out,
		 bsn_err *err)
{
	g_autoptr(Members) own = g_new0(Members, 1);
	Collector collector = { { collect }, own, err };
	int32_t status;

	status = proposer->tree->members(proposer, block, &collector.sink);
	if (status == BSN_OK)
		status = members_end(own, WHO, err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status,
				"the block whose members are needed is not "
				"there");
	if (status != BSN_OK)
		return status;
	*out = g_steal_pointer(&own);
	return BSN_OK;
}
