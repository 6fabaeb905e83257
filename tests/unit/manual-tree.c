/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/manual-tree.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tests/unit/fake-host.h"

static bsn_agreement *last;
static guint count;
static int32_t judgement = BSN_OK;

bsn_agreement *
manual_tree_last(void)
{
	return last;
}

guint
manual_tree_count(void)
{
	return count;
}

void
manual_tree_judge(int32_t status)
{
	judgement = status;
}

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	if (member_count > 3)
		return bsn_fail(err, BSN_BAD_REQUEST, "three are enough");
	return BSN_OK;
}

static bsn_agreement *
make(const char *name, bsn_proposer *proposer, bsn_slice config, uint64_t n,
     uint64_t height)
{
	last = g_new0(bsn_agreement, 1);
	last->name = name;
	last->proposer = proposer;
	last->config = g_strndup((const char *)config.data, config.len);
	last->n = n;
	last->height = height;
	count++;
	return last;
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	*agreement = make("xpoa", proposer, config, n, height);
	return BSN_OK;
}

static int32_t
create_other(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
	     const bsn_member *members, uint64_t n, uint64_t height,
	     bsn_agreement **agreement, bsn_err *err)
{
	*agreement = make("tdpos", proposer, config, n, height);
	return BSN_OK;
}

static void
destroy(bsn_agreement *agreement)
{
	if (agreement == NULL)
		return;
	count--;
	if (last == agreement)
		last = NULL;
	g_free(agreement->config);
	g_free(agreement);
}

static void
pending(bsn_agreement *agreement)
{
	agreement->pending++;
}

static void
applied(bsn_agreement *agreement, uint64_t height)
{
	g_test_fail_printf("applied is not for a tree");
}

static int32_t
status_of(bsn_agreement *agreement, bsn_sink *json)
{
	return json->write(json, "{}", 2);
}

static void
timer(bsn_agreement *agreement, uint64_t id)
{
	agreement->timer = id;
}

static void
durable(bsn_agreement *agreement, uint64_t cookie)
{
	agreement->cookie = cookie;
}

static void
message(bsn_agreement *agreement, bsn_slice from, bsn_slice bytes)
{
	agreement->messages++;
}

static void
peer(bsn_agreement *agreement, bsn_slice public_key, uint32_t reachable)
{
	agreement->peers++;
}

/* ---- on a tree ------------------------------------------------------------ */

static void
arrived(bsn_agreement *agreement, const bsn_id *id)
{
	agreement->arrived++;
	agreement->last_arrived = *id;
}

static int32_t
prove(bsn_agreement *agreement, const bsn_id *id, bsn_slice certificate,
      bsn_err *err)
{
	agreement->proved++;
	if (bsn_slice_equal(certificate, bsn_slice_str(MANUAL_GOOD)))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE, "it is not good");
}

static void
finalized(bsn_agreement *agreement, const bsn_id *id)
{
	agreement->finalized++;
}

static int32_t
judge(bsn_agreement *agreement, const bsn_tree_block *block, bsn_err *err)
{
	agreement->judged++;
	return judgement == BSN_OK
		       ? BSN_OK
		       : bsn_fail(err, judgement, "it is not its turn");
}

static const bsn_tree_consensus tree = {
	.size = sizeof(bsn_tree_consensus),
	.arrived = arrived,
	.prove = prove,
	.finalized = finalized,
	.judge = judge,
};

static int32_t
verify_in(const bsn_id *chain_id, const bsn_member *members, uint64_t n,
	  uint64_t height, bsn_slice digest, bsn_slice certificate,
	  bsn_err *err)
{
	g_assert_cmpuint(digest.len, ==, 32);
	if (bsn_slice_equal(certificate, bsn_slice_str(MANUAL_GOOD)))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE, "it is not good");
}

#define TABLE(its_name, its_create)                                            \
	{                                                                      \
		.size = sizeof(bsn_consensus), .name = its_name,               \
		.check_config = check_config, .create = its_create,            \
		.destroy = destroy, .pending = pending, .applied = applied,    \
		.timer = timer, .durable = durable, .message = message,        \
		.status = status_of, .peer = peer, .tree = &tree,              \
		.verify_in = verify_in,                                        \
	}

void
manual_tree_add(void)
{
	static const bsn_consensus one = TABLE("xpoa", create);
	static const bsn_consensus other = TABLE("tdpos", create_other);

	judgement = BSN_OK;
	fake_host_add_consensus(&one);
	fake_host_add_consensus(&other);
}
