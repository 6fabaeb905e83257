/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/manual-consensus.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tests/unit/fake-host.h"

static bsn_agreement *last_made;
static guint64 least = 1;
static guint64 needed = 1;
static gboolean jumps;

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	if (member_count >= least)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "there are too few members");
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	*agreement = last_made = g_new0(bsn_agreement, 1);
	last_made->proposer = proposer;
	last_made->applied = height;
	last_made->members = n;
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
	if (jumps)
		g_assert_cmpuint(height, >, agreement->applied);
	else
		g_assert_cmpuint(height, ==, agreement->applied + 1);
	agreement->applied = height;
}

static int32_t
drop(bsn_sink *sink, const void *data, uint64_t len)
{
	return BSN_OK;
}

static void
ask(bsn_agreement *agreement, guint64 height)
{
	bsn_sink sink = { drop };
	bsn_id digest;

	agreement->asked = agreement->proposer->propose(
		agreement->proposer, height, &sink, &digest);
}

static int32_t
set_members(bsn_agreement *agreement, uint64_t height,
	    const bsn_member *members, uint64_t n, bsn_err *err)
{
	g_assert_cmpuint(height, >, agreement->applied);
	agreement->members = n;
	agreement->since = height;
	if (agreement->eager)
		ask(agreement, height);
	return BSN_OK;
}

static uint64_t
quorum(uint64_t member_count)
{
	return MIN(needed, member_count);
}

static int32_t
manual_status(bsn_agreement *agreement, bsn_sink *json)
{
	return json->write(json, "{}", 2);
}

/* Whoever decides says "certificate", and may say of how many members. */
static int32_t
verify(const bsn_member *members, uint64_t n, uint64_t height,
       bsn_slice digest, bsn_slice certificate, bsn_err *err)
{
	g_autofree char *of_all =
		g_strdup_printf("certificate of %u", (guint)n);

	if (bsn_slice_equal(certificate, bsn_slice_str("certificate")) ||
	    bsn_slice_equal(certificate, bsn_slice_str(of_all)))
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
				      .verify = verify,
				      .set_members = set_members,
				      .quorum = quorum };

void
manual_consensus_add(void)
{
	static gboolean added;

	if (!added)
		fake_host_add_consensus(&manual);
	added = TRUE;
}

void
manual_set_quorum(guint64 members)
{
	needed = members;
}

void
manual_set_least(guint64 members)
{
	least = members;
}

bsn_agreement *
manual_last(void)
{
	return last_made;
}

void
manual_set_jumps(gboolean may)
{
	jumps = may;
}
