/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-single/single.h"

#include <bsn/ext/tree.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/host.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u
#define PERIOD_MAX_MS 600000u
#define TIMER_PERIOD (BSN_CONSENSUS_BIT | 1u)

static struct {
	const bsn_log *log; /* may be NULL */
	const bsn_clock *clock;
	const bsn_timer *timer;
	const bsn_keys *keys;
} services;

struct bsn_agreement {
	bsn_chain *chain;
	bsn_proposer *proposer;
	const bsn_tree *tree;
	guint64 period;     /* ms */
	guint64 not_before; /* ms of the steady clock: the next block */
	GByteArray *block;  /* kept for its memory */
	GByteArray *producer; /* public key */
	gboolean produces;    /* it is this node's */
	gboolean wanted;      /* the engine has something to propose */
	gboolean resumed;     /* what was there at the start is final */
	gboolean busy;        /* inside advance */
	int32_t stopped; /* what the engine refused with; then no more blocks */
};

void
single_open(const bsn_host *host)
{
	services.log = bsn_host_log(host);
	services.clock = bsn_host_clock(host);
	services.timer = bsn_host_timer(host);
	services.keys = bsn_host_keys(host);
}

static int32_t
check_services(bsn_err *err)
{
	const Needed needed[] = {
		{ BSN_HAS(services.clock, mono_ns), BSN_CLOCK_ID },
		{ BSN_HAS(services.timer, set), BSN_TIMER_ID },
		{ BSN_HAS(services.keys, node_public_key), BSN_KEYS_ID },
	};

	return host_check(needed, G_N_ELEMENTS(needed), "consensus single",
			  err);
}

G_GNUC_PRINTF(3, 4)
static void
log_line(const bsn_agreement *agreement, uint32_t level, const char *format,
	 ...)
{
	va_list args;

	va_start(args, format);
	host_log(services.log, agreement->chain, level, format, args);
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

static int32_t
check_members(guint64 n, bsn_err *err)
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

	return status != BSN_OK ? status : check_members(member_count, err);
}

/* ---- who produces ------------------------------------------------------ */

/* What a block's members are: their number, the last one's key, and whether it
 * is this node's. */
typedef struct {
	bsn_members_sink sink; /* first */
	bsn_chain *chain;
	guint64 n;
	GByteArray *key;
	gboolean own;
} Producer;

static gboolean
is_own(bsn_chain *chain, const bsn_member *member)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	BufferSink out = buffer_sink(key, BSN_PUBLIC_KEY_MAX);

	return services.keys->node_public_key(chain, member->algorithm,
					      &out.sink, NULL) == BSN_OK &&
	       bsn_slice_equal(buffer_slice(key), member->public_key);
}

static int32_t
note_member(bsn_members_sink *sink, const bsn_member *member)
{
	Producer *producer = (Producer *)sink;

	producer->n++;
	g_byte_array_set_size(producer->key, 0);
	g_byte_array_append(producer->key, member->public_key.data,
			    (guint)member->public_key.len);
	producer->own = is_own(producer->chain, member);
	return BSN_OK;
}

/* Who produces upon a block, into `key`. */
static int32_t
find_producer(bsn_agreement *agreement, const bsn_id *block, GByteArray *key,
	      gboolean *own, bsn_err *err)
{
	Producer producer = { { note_member }, agreement->chain, 0, key,
			      FALSE };
	int32_t status = agreement->tree->members(agreement->proposer, block,
						  &producer.sink);

	*own = producer.own;
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the members of a block are not there");
	return check_members(producer.n, err);
}

/* Takes over the producer of what is built upon the root. */
static int32_t
take_producer(bsn_agreement *agreement, const bsn_id *root, bsn_err *err)
{
	return find_producer(agreement, root, agreement->producer,
			     &agreement->produces, err);
}

/* ---- making blocks ----------------------------------------------------- */

static guint64
now_ms(const bsn_agreement *agreement)
{
	return services.clock->mono_ns(agreement->chain) / 1000000u;
}

static void
stop(bsn_agreement *agreement, int32_t status, const char *reason)
{
	agreement->stopped = status;
	log_line(agreement, BSN_LOG_ERROR,
		 "the chain stops, consensus single cannot go on: %s", reason);
}

/* Makes a block final; what it changes of the producer counts from now on. */
static gboolean
finalize(bsn_agreement *agreement, const bsn_id *id, bsn_err *err)
{
	int32_t status = agreement->tree->prefer(agreement->proposer, id);

	if (status == BSN_OK)
		status = agreement->tree->finalize(agreement->proposer, id,
						   bsn_slice_of(NULL, 0), err);
	if (status == BSN_OK)
		status = take_producer(agreement, id, err);
	if (status != BSN_OK)
		stop(agreement, status, err->reason);
	return status == BSN_OK;
}

/* One block upon the root; FALSE when there is none now. What makes the engine
 * call pending again inside the call is not forgotten. */
static gboolean
produce(bsn_agreement *agreement)
{
	BufferSink out = buffer_sink(agreement->block, BSN_PROPOSAL_MAX);
	bsn_err err = BSN_ERR_INIT;
	bsn_tree_block root = { .size = sizeof(root) };
	bsn_seal seal = { .size = sizeof(seal) };
	bsn_id parent, id;
	int32_t answer;

	agreement->wanted = FALSE;
	answer = agreement->tree->root(agreement->proposer, &root);
	if (answer == BSN_OK) {
		parent = root.id;
		seal.round = root.seal.round + 1;
		seal.time_ms = MAX(root.seal.time_ms,
				   services.clock->wall_ms(agreement->chain));
		g_byte_array_set_size(agreement->block, 0);
		answer = agreement->tree->extend(agreement->proposer, &parent,
						 &seal, 0, &out.sink, &id,
						 &err);
	}
	if (answer < 0 || answer == BSN_TOO_LARGE)
		log_line(agreement, BSN_LOG_ERROR,
			 "the next block cannot be made (status %d): %s",
			 answer, err.reason);
	if (answer != BSN_OK || !finalize(agreement, &id, &err))
		return FALSE;
	agreement->wanted = TRUE;
	agreement->not_before = now_ms(agreement) + agreement->period;
	return TRUE;
}

/* Blocks that were made before the node was stopped, and whose being final is
 * not in the store: its own, so they are final. */
typedef struct {
	bsn_tree_sink sink; /* first */
	bsn_id parent;	    /* the last one found */
	gboolean found;
} Chain;

static int32_t
follow(bsn_tree_sink *sink, const bsn_tree_block *block)
{
	Chain *chain = (Chain *)sink;

	if (bsn_slice_equal(bsn_id_slice(&block->parent),
			    bsn_id_slice(&chain->parent))) {
		chain->parent = block->id;
		chain->found = TRUE;
	}
	return BSN_OK;
}

static void
resume(bsn_agreement *agreement)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_tree_block root = { .size = sizeof(root) };
	Chain chain = { { follow }, { 0 }, FALSE };

	if (!agreement->produces ||
	    agreement->tree->root(agreement->proposer, &root) != BSN_OK)
		return;
	chain.parent = root.id;
	(void)agreement->tree->walk(agreement->proposer, &chain.sink);
	if (chain.found)
		(void)finalize(agreement, &chain.parent, &err);
}

/* Makes blocks as long as something waits and the time has come. The engine may
 * call back in; the loop then goes on with it. */
static void
advance(bsn_agreement *agreement)
{
	if (agreement->busy)
		return;
	agreement->busy = TRUE;
	if (!agreement->resumed)
		resume(agreement);
	agreement->resumed = TRUE;
	while (agreement->wanted && agreement->produces &&
	       agreement->stopped == BSN_OK &&
	       now_ms(agreement) >= agreement->not_before)
		(void)produce(agreement);
	agreement->busy = FALSE;
	if (agreement->wanted && agreement->produces &&
	    agreement->stopped == BSN_OK)
		(void)services.timer->set(agreement->chain, TIMER_PERIOD,
					  agreement->not_before -
						  now_ms(agreement));
}

/* ---- joining and leaving ----------------------------------------------- */

static void
destroy(bsn_agreement *agreement)
{
	if (agreement == NULL)
		return;
	services.timer->cancel(agreement->chain, TIMER_PERIOD);
	g_byte_array_unref(agreement->block);
	g_byte_array_unref(agreement->producer);
	g_free(agreement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(bsn_agreement, destroy)

static int32_t
check_engine(const bsn_proposer *proposer, bsn_err *err)
{
	if (BSN_HAS(proposer, tree))
		return BSN_OK;
	return bsn_fail(err, BSN_E_VERSION,
			"consensus single needs bsn_proposer.tree, which this "
			"engine does not offer: choose consensus solo");
}

/* The first block is made when the engine says that something waits, or by the
 * timer: an engine is not called back inside create. */
static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **out, bsn_err *err)
{
	g_autoptr(bsn_agreement) agreement = NULL;
	bsn_tree_block root = { .size = sizeof(root) };
	int32_t status = check_engine(proposer, err);

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
		status = take_producer(agreement, &root.id, err);
	if (status != BSN_OK)
		return status;
	(void)services.timer->set(chain, TIMER_PERIOD, 0);
	*out = g_steal_pointer(&agreement);
	return BSN_OK;
}

/* ---- inputs ------------------------------------------------------------ */

static void
pending(bsn_agreement *agreement)
{
	agreement->wanted = TRUE;
	advance(agreement);
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
		advance(agreement);
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

	if (block->seal.justify.len > 0 || block->seal.term != 0 ||
	    block->seal.target_bits != 0 || block->seal.nonce != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block's seal is not one of consensus "
				"single");
	g_byte_array_append(proposer, block->proposer.data,
			    (guint)block->proposer.len);
	status = find_producer(agreement, &parent, key, &own, err);
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
	int32_t status = take_producer(agreement, id, &err);

	if (status != BSN_OK)
		stop(agreement, status, err.reason);
	advance(agreement);
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
