/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-single/single.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-single/private.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/host.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/tree.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u
#define PERIOD_MAX_MS 600000u

SingleServices single_services;

void
single_open(const bsn_host *host)
{
	single_services.log = bsn_host_log(host);
	single_services.clock = bsn_host_clock(host);
	single_services.timer = bsn_host_timer(host);
	single_services.keys = bsn_host_keys(host);
}

static int32_t
check_services(bsn_err *err)
{
	const Needed needed[] = {
		{ BSN_HAS(single_services.clock, mono_ns), BSN_CLOCK_ID },
		{ BSN_HAS(single_services.timer, set), BSN_TIMER_ID },
		{ BSN_HAS(single_services.keys, node_public_key), BSN_KEYS_ID },
	};

	return host_check(needed, G_N_ELEMENTS(needed), "consensus single",
			  err);
}

void
single_log(const bsn_agreement *agreement, uint32_t level, const char *format,
	   ...)
{
	va_list args;

	va_start(args, format);
	host_log(single_services.log, agreement->chain, level, format, args);
	va_end(args);
}

static int32_t
parse_config(bsn_slice config, guint64 *period, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(config, CONFIG_MAX, "consensus config",
					 &object, err);

	*period = fields_u64(&fields, "period", 0, PERIOD_MAX_MS, 0);
	return fields_end(&fields);
}

int32_t
single_check_members(guint64 n, bsn_err *err)
{
	if (n == 1)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"consensus single is for one consensus member and the "
			"chain has %" G_GUINT64_FORMAT
			": list one, or choose another consensus",
			n);
}

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	guint64 period;
	int32_t status = parse_config(config, &period, err);

	return status != BSN_OK ? status
				: single_check_members(member_count, err);
}

/* ---- joining and leaving ----------------------------------------------- */

static void
destroy(bsn_agreement *agreement)
{
	if (agreement == NULL)
		return;
	single_services.timer->cancel(agreement->chain, TIMER_PERIOD);
	g_byte_array_unref(agreement->block);
	g_byte_array_unref(agreement->producer);
	g_free(agreement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(bsn_agreement, destroy)

/* The first block is made when the engine says that something waits, or by the
 * timer: an engine is not called back inside create. */
static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **out, bsn_err *err)
{
	g_autoptr(bsn_agreement) agreement = NULL;
	bsn_tree_block root = { .size = sizeof(root) };
	int32_t status = tree_check(proposer, "single", "solo", err);

	if (status == BSN_OK)
		status = check_services(err);
	if (status != BSN_OK)
		return status;
	agreement = g_new0(bsn_agreement, 1);
	agreement->chain = chain;
	agreement->proposer = proposer;
	agreement->tree = proposer->tree;
	agreement->block = g_byte_array_new();
	agreement->producer = g_byte_array_new();
	agreement->wanted = TRUE;
	status = parse_config(config, &agreement->period, err);
	if (status == BSN_OK)
		status = proposer->tree->root(proposer, &root);
	if (status == BSN_OK)
		status = single_find_producer(agreement, &root.id,
					      agreement->producer,
					      &agreement->produces, err);
	if (status != BSN_OK)
		return status;
	(void)single_services.timer->set(chain, TIMER_PERIOD, 0);
	*out = g_steal_pointer(&agreement);
	return BSN_OK;
}

/* ---- inputs ------------------------------------------------------------ */

static void
pending(bsn_agreement *agreement)
{
	agreement->wanted = TRUE;
	single_advance(agreement);
}

/* On a tree it does not come. */
static void
applied(bsn_agreement *agreement, uint64_t height)
{
}

static void
timer(bsn_agreement *agreement, uint64_t id)
{
	if (id == TIMER_PERIOD)
		single_advance(agreement);
}

static void
arrived(bsn_agreement *agreement, const bsn_id *id)
{
}

/* The seal of a block that another node shows. */
static int32_t
judge(bsn_agreement *agreement, const bsn_tree_block *block, bsn_err *err)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	g_autoptr(GByteArray) proposer = g_byte_array_new();
	const bsn_id parent = block->parent;
	gboolean own;
	int32_t status;

	if (!single_is_seal(&block->seal))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block's seal is not one of consensus "
				"single");
	g_byte_array_append(proposer, block->proposer.data,
			    (guint)block->proposer.len);
	status = single_find_producer(agreement, &parent, key, &own, err);
	if (status != BSN_OK)
		return status;
	if (!bsn_slice_equal(buffer_slice(proposer), buffer_slice(key)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"another than the chain's producer has made "
				"the block");
	return BSN_OK;
}

static int32_t
prove(bsn_agreement *agreement, const bsn_id *id, bsn_slice certificate,
      bsn_err *err)
{
	bsn_tree_block block = { .size = sizeof(block) };

	if (certificate.len > 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"certificates of consensus single are empty");
	if (agreement->tree->block(agreement->proposer, id, &block) != BSN_OK)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block is not in the tree");
	return judge(agreement, &block, err);
}

static void
finalized(bsn_agreement *agreement, const bsn_id *id)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = single_take_producer(agreement, id, &err);

	if (status != BSN_OK)
		single_stop(agreement, status, err.reason);
	single_advance(agreement);
}

static int32_t
status(bsn_agreement *agreement, bsn_sink *json)
{
	g_autofree char *leader =
		hex_encode(buffer_slice(agreement->producer));
	bsn_tree_block root = { .size = sizeof(root) };
	g_autoptr(json_t) object = NULL;

	(void)agreement->tree->root(agreement->proposer, &root);
	object = json_pack("{s:s,s:I,s:b,s:I,s:b}", "leader", leader, "height",
			   (json_int_t)root.height, "produces",
			   agreement->produces, "period",
			   (json_int_t)agreement->period, "stopped",
			   agreement->stopped != BSN_OK);
	return object != NULL ? json_write(object, json) : BSN_E_NOMEM;
}

static uint64_t
quorum(uint64_t member_count)
{
	return 1;
}

static const bsn_tree_consensus tree_consensus = {
	.size = sizeof(bsn_tree_consensus),
	.arrived = arrived,
	.prove = prove,
	.finalized = finalized,
	.judge = judge,
};

const bsn_consensus single_consensus = {
	.size = sizeof(bsn_consensus),
	.name = "single",
	.check_config = check_config,
	.create = create,
	.destroy = destroy,
	.pending = pending,
	.applied = applied,
	.timer = timer,
	.status = status,
	.quorum = quorum,
	.tree = &tree_consensus,
};
