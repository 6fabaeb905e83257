/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/manual-consensus.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tests/unit/fake-host.h"

static bsn_agreement *last_made;

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	return BSN_OK;
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	*agreement = last_made = g_new0(bsn_agreement, 1);
	last_made->proposer = proposer;
	last_made->applied = height;
	return BSN_OK;
}

static void
destroy(bsn_agreement *agreement)
{
	g_free(agreement);
}

static void
pending(bsn_agreement *agreement)
{
}

static void
applied(bsn_agreement *agreement, uint64_t height)
{
	g_assert_cmpuint(height, ==, agreement->applied + 1);
	agreement->applied = height;
}

static int32_t
manual_status(bsn_agreement *agreement, bsn_sink *json)
{
	return json->write(json, "{}", 2);
}

/* Whoever decides says "certificate". */
static int32_t
verify(const bsn_member *members, uint64_t n, uint64_t height,
       bsn_slice digest, bsn_slice certificate, bsn_err *err)
{
	if (bsn_slice_equal(certificate, bsn_slice_str("certificate")))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE, "that is no certificate");
}

static const bsn_consensus manual = { .size = sizeof(bsn_consensus),
				      .name = "manual",
				      .check_config = check_config,
				      .create = create,
				      .destroy = destroy,
				      .pending = pending,
				      .applied = applied,
				      .status = manual_status,
				      .verify = verify };

void
manual_consensus_add(void)
{
	static gboolean added;

	if (!added)
		fake_host_add_consensus(&manual);
	added = TRUE;
}

bsn_agreement *
manual_last(void)
{
	return last_made;
}
