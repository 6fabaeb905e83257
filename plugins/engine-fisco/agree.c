/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/agree.h"

#include <string.h>

#include "plugins/engine-fisco/commit.h"
#include "plugins/engine-fisco/expect.h"
#include "plugins/engine-fisco/net/sync.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/seal.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

/* How far another node's clock may be ahead, in ms. */
#define CLOCK_AHEAD_MS 60000u

/* A decision that the store has not accepted yet. */
typedef struct {
	guint64 height;
	GBytes *proposal;
	GBytes *certificate;
} Decided;

static Ledger *
ledger_of(bsn_proposer *proposer)
{
	return (Ledger *)((char *)proposer - offsetof(Ledger, proposer));
}

static void
decided_free(gpointer data)
{
	Decided *decided = data;

	g_bytes_unref(decided->proposal);
	g_bytes_unref(decided->certificate);
	g_free(decided);
}

static void
free_sealed(gpointer sealed)
{
	sealed_free(sealed);
}

/* ---- executed proposals ------------------------------------------------ */

/* The one of this height with these bytes, or NULL. */
static GList *
find_kept(Ledger *ledger, guint64 height, bsn_slice proposal)
{
	for (GList *link = ledger->executed.head; link != NULL;
	     link = link->next) {
		const Sealed *sealed = link->data;

		if (sealed->header.number == height &&
		    bsn_slice_equal(buffer_slice(sealed->proposal), proposal))
			return link;
	}
	return NULL;
}

static int32_t
execute_once(Ledger *ledger, const Parent *parent, bsn_slice proposal,
	     GList **link, bsn_err *err)
{
	Sealed *sealed;
	int32_t status;

	*link = find_kept(ledger, parent->number + 1, proposal);
	if (*link != NULL)
		return BSN_OK;
	status = seal_from_proposal(ledger, parent, proposal, &sealed, err);
	if (status != BSN_OK)
		return status;
	expect_keep(ledger, sealed);
	*link = ledger->executed.tail;
	return BSN_OK;
}

/* ---- putting off ------------------------------------------------------- */

static void
retry_later(Ledger *ledger)
{
	(void)services.timer->set(ledger->chain, TIMER_RETRY, RETRY_MS);
}

/* FALSE while a block of this height cannot be executed. */
static gboolean
find_parent(const Ledger *ledger, guint64 height, Parent *parent)
{
	return ledger->decided.length == 0 && !ledger->installing &&
	       expect_parent(ledger, height, parent);
}

static int32_t
not_now(Ledger *ledger, int32_t status)
{
	ledger->refused = TRUE;
	retry_later(ledger);
	return status;
}

/* ---- what consensus asks for ------------------------------------------- */

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *out,
	bsn_id *digest)
{
	Ledger *ledger = ledger_of(proposer);
	bsn_err err = BSN_ERR_INIT;
	Sealed *sealed;
	Parent parent;
	int32_t status = services.store->writable(ledger->chain, NULL);

	if (status == BSN_OK && !find_parent(ledger, height, &parent))
		status = BSN_BUSY;
	if (status != BSN_OK)
		return not_now(ledger, status);
	status = seal_from_pool(ledger, &parent, &sealed, &err);
	if (status == BSN_BUSY)
		return not_now(ledger, status);
	if (status < 0)
		services_log(ledger->chain, BSN_LOG_ERROR,
			     "block %" G_GUINT64_FORMAT
			     " could not be made: %s",
			     (guint64)height, err.reason);
	if (status != BSN_OK)
		return status;
	expect_keep(ledger, sealed);
	*digest = bsn_id_of(sealed->hash, HASH_LEN);
	return out->write(out, sealed->proposal->data, sealed->proposal->len);
}

/* Only who agrees to a block asks the clock: what was decided is decided. */
static int32_t
check_time(const Ledger *ledger, const Sealed *sealed, bsn_err *err)
{
	guint64 now = services.clock->wall_ms(ledger->chain);

	if (sealed->header.time_ms <= now + CLOCK_AHEAD_MS)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the block's time is too far ahead of the clock here");
}

static int32_t
check(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
      bsn_id *digest, bsn_err *err)
{
	Ledger *ledger = ledger_of(proposer);
	GList *link;
	Parent parent;
	int32_t status;

	if (!find_parent(ledger, height, &parent))
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node has block %" G_GUINT64_FORMAT
				" and cannot check block %" G_GUINT64_FORMAT
				" yet",
				ledger->head.number, (guint64)height);
	status = execute_once(ledger, &parent, proposal, &link, err);
	if (status == BSN_OK)
		status = check_time(ledger, link->data, err);
	if (status == BSN_OK)
		*digest = bsn_id_of(((Sealed *)link->data)->hash, HASH_LEN);
	return status;
}

/* BSN_FULL and BSN_BUSY: nothing has changed. A block that changes the members
 * has consensus go on at once, so that it may ask for the next proposal before
 * commit_block is back: what is being committed is not among the kept then. */
static int32_t
apply(Ledger *ledger, bsn_slice proposal, bsn_slice certificate, bsn_err *err)
{
	Parent head;
	GList *link;
	int32_t status;

	(void)expect_parent(ledger, ledger->head.number + 1, &head);
	status = execute_once(ledger, &head, proposal, &link, err);
	if (status != BSN_OK)
		return status;
	g_queue_unlink(&ledger->executed, link);
	expect_decided(ledger, link->data);
	status = commit_block(ledger, link->data, certificate, err);
	if (status != BSN_OK) {
		/* What is upon it would read a store that has not got it. */
		expect_forget(ledger);
		g_queue_clear_full(&ledger->executed, free_sealed);
		g_queue_push_tail_link(&ledger->executed, link);
		return status;
	}
	g_list_free_1(link);
	return BSN_OK;
}

static void
put_off(Ledger *ledger, guint64 height, bsn_slice proposal,
	bsn_slice certificate)
{
	Decided *decided = g_new0(Decided, 1);

	decided->height = height;
	decided->proposal = g_bytes_new(proposal.data, proposal.len);
	decided->certificate = g_bytes_new(certificate.data, certificate.len);
	g_queue_push_tail(&ledger->decided, decided);
	retry_later(ledger);
}

/* This node got the block by itself before its consensus decided it. Should
 * that have been another one, members have broken their promises. */
static int32_t
already_have(Ledger *ledger, guint64 height, bsn_slice proposal, bsn_err *err)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	BlockInfo info;
	BlockView block;
	int32_t status = info_load(ledger->chain, height, memory, &info);

	if (status == BSN_OK)
		status = block_read(&ledger->suite, proposal, &block, NULL);
	if (status == BSN_OK && bsn_slice_equal(block.hash, info.hash))
		return bsn_fail(err, BSN_DUPLICATE,
				"block %" G_GUINT64_FORMAT " is there", height);
	return bsn_fail(err, status < 0 ? status : BSN_E_STATE,
			"block %" G_GUINT64_FORMAT " was decided, and there is "
			"another one or it cannot be compared",
			height);
}

/* Without it there is none after it. */
static void
cannot_apply(const Ledger *ledger, guint64 number, const bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;

	bsn_fail(&why, BSN_E_STATE,
		 "block %" G_GUINT64_FORMAT
		 " was decided and cannot be applied: %.150s",
		 number, err->reason);
	services_give_up(ledger->chain, &why);
}

static int32_t
take_decision(Ledger *ledger, guint64 height, bsn_slice proposal,
	      bsn_slice certificate, bsn_err *err)
{
	guint64 next =
		ledger->head.number + 1 + g_queue_get_length(&ledger->decided);
	int32_t status = BSN_BUSY;

	if (height <= ledger->head.number)
		return already_have(ledger, height, proposal, err);
	if (height != next)
		return bsn_fail(err, BSN_E_STATE,
				"block %" G_GUINT64_FORMAT
				" was decided, the next one is "
				"%" G_GUINT64_FORMAT,
				height, next);
	if (g_queue_is_empty(&ledger->decided) && !ledger->installing)
		status = apply(ledger, proposal, certificate, err);
	if (status == BSN_BUSY || status == BSN_FULL) {
		put_off(ledger, height, proposal, certificate);
		return BSN_OK;
	}
	return status;
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	Ledger *ledger = ledger_of(proposer);
	bsn_err own = BSN_ERR_INIT;
	bsn_err *why = err != NULL ? err : &own;
	const int32_t status =
		take_decision(ledger, height, proposal, certificate, why);

	if (status != BSN_OK && status != BSN_DUPLICATE)
		cannot_apply(ledger, height, why);
	return status;
}

static int32_t
chain_id(bsn_proposer *proposer, bsn_id *id)
{
	*id = bsn_id_of(ledger_of(proposer)->genesis_digest, HASH_LEN);
	return BSN_OK;
}

static int32_t
waiting(bsn_proposer *proposer)
{
	return pool_first(&ledger_of(proposer)->pool) != NULL ? BSN_OK
							      : BSN_NOT_FOUND;
}

static int32_t
expect(bsn_proposer *proposer, uint64_t height, const bsn_id *digest)
{
	Ledger *ledger = ledger_of(proposer);

	return ledger->decided.length > 0
		       ? BSN_BUSY
		       : expect_block(ledger, height,
				      bsn_slice_of(digest->bytes, digest->len));
}

static void
behind(bsn_proposer *proposer, uint64_t height, bsn_slice from_public_key)
{
	Ledger *ledger = ledger_of(proposer);
	NetPeer *peer = ledger->net != NULL
				? net_peer(ledger, from_public_key)
				: NULL;

	if (peer != NULL)
		sync_behind(ledger, peer, height);
}

/* ---- joining ----------------------------------------------------------- */

int32_t
agree_join(Ledger *ledger, bsn_err *err)
{
	ledger->proposer = (bsn_proposer){
		.size = sizeof(bsn_proposer),
		.propose = propose,
		.check = check,
		.decide = decide,
		.chain_id = chain_id,
		.waiting = waiting,
		.behind = behind,
		.expect = expect,
	};
	return ledger->consensus->create(
		ledger->chain, &ledger->proposer,
		bsn_slice_str(ledger_config(ledger)->consensus_config),
		member_list_at(&ledger->members.list, 0),
		ledger->members.list.members->len,
		ledger->head.number, &ledger->agreement, err);
}

void
agree_leave(Ledger *ledger)
{
	if (ledger->agreement != NULL)
		ledger->consensus->destroy(ledger->agreement);
	ledger->agreement = NULL;
	expect_forget(ledger);
	g_queue_clear_full(&ledger->executed, free_sealed);
	g_queue_clear_full(&ledger->decided, decided_free);
}

int32_t
agree_take(Ledger *ledger, guint64 height, bsn_slice proposal,
	   bsn_slice certificate, bsn_err *err)
{
	if (height != ledger->head.number + 1 || ledger->decided.length > 0)
		return bsn_fail(err, BSN_BUSY,
				"block %" G_GUINT64_FORMAT
				" cannot be taken after block "
				"%" G_GUINT64_FORMAT,
				height, ledger->head.number);
	return apply(ledger, proposal, certificate, err);
}

void
agree_jump(Ledger *ledger)
{
	const Decided *decided;

	expect_forget(ledger);
	g_queue_clear_full(&ledger->executed, free_sealed);
	while ((decided = g_queue_peek_head(&ledger->decided)) != NULL &&
	       decided->height <= ledger->head.number)
		decided_free(g_queue_pop_head(&ledger->decided));
	if (ledger->decided.length > 0 || ledger->refused)
		retry_later(ledger);
}

void
agree_pending(Ledger *ledger)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	ledger->refused = FALSE;
	ledger->consensus->pending(ledger->agreement);
}

/* FALSE while the store refuses. */
static gboolean
apply_decided(Ledger *ledger)
{
	Decided *decided;

	while (!ledger->installing &&
	       (decided = g_queue_peek_head(&ledger->decided)) != NULL) {
		bsn_err err = BSN_ERR_INIT;
		int32_t status = apply(ledger, bytes_slice(decided->proposal),
				       bytes_slice(decided->certificate),
				       &err);

		if (status == BSN_BUSY || status == BSN_FULL)
			return FALSE;
		if (status != BSN_OK) {
			cannot_apply(ledger, decided->height, &err);
			return FALSE;
		}
		decided_free(g_queue_pop_head(&ledger->decided));
	}
	return TRUE;
}

void
agree_retry(Ledger *ledger)
{
	if (!apply_decided(ledger))
		retry_later(ledger);
	else if (ledger->refused)
		agree_pending(ledger);
}
