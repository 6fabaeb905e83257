/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of an engine that are about contracts, status, ledger, blocks and
 * events, between host and engine.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bad-plugins/fleet/fleet.h"

/* Bytes that a read leaves behind. */
#define LEAK 4096u
/* Blocks of which a replay gives the events at most. */
#define BLOCKS 100u

const bsn_engine *fleet_engine;
FleetAsked fleet_asked;

/* The chain that is asked: another one where the fault has it so. */
#define OF(symbol, ledger) (IS(symbol) ? fleet_other(ledger) : (ledger))->good

static void
leak(void)
{
	if (IS(leaks_by_read))
		memset(g_malloc(LEAK), 1, LEAK);
}

/* What all reads have in common. */
static int32_t
read_badly(const bsn_ledger *ledger, bsn_err *err)
{
	leak();
	if (IS(bound_to_thread) && ledger->thread != g_thread_self())
		return bsn_fail(err, BSN_E_STATE,
				"the chain belongs to another thread");
	return BSN_OK;
}

/* ---- contracts ----------------------------------------------------------- */

static int32_t
contract_compile(bsn_ledger *ledger, bsn_slice source, bsn_reply *reply,
		 bsn_err *err)
{
	return fleet_engine->contract->compile(ledger->good, source, reply,
					       err);
}

static int32_t
contract_check(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
	       bsn_reply *reply, bsn_err *err)
{
	CRASH_IF(crash_in_check);
	if (IS(random_code_crashes) && (code.len == 0 || code.data[0] > 0x7f))
		fleet_crash();
	if (IS(check_finds_nothing)) {
		fleet_reply->value(reply,
				   bsn_slice_str("{\"ok\":true,"
						 "\"findings\":[]}"));
		return BSN_OK;
	}
	return fleet_engine->contract->check(ledger->good, code, options,
					     reply, err);
}

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	CRASH_IF(crash_in_list);
	if (IS(abort_in_list))
		abort();
	if (IS(endless_list_crashes) && limit > G_MAXUINT32)
		fleet_crash();
	if (IS(list_forgets)) {
		fleet_reply->value(reply, bsn_slice_str("{\"contracts\":[],"
							"\"next\":null}"));
		return BSN_OK;
	}
	if (IS(list_does_not_end))
		from = 0;
	return fleet_engine->contract->list(OF(list_shows_other_chain, ledger),
					    from, limit, reply, err);
}

static int32_t
contract_get(bsn_ledger *ledger, bsn_slice contract, bsn_reply *reply,
	     bsn_err *err)
{
	int32_t status;

	CRASH_IF(crash_in_contract_get);
	status = fleet_engine->contract->get(
		OF(list_shows_other_chain, ledger), contract, reply, err);
	if (IS(error_tells_of_other_chain) && status == BSN_NOT_FOUND)
		bsn_fail(err, status, "it is not there; asked last: %s",
			 fleet_asked.last);
	return status;
}

static const bsn_contract_ops contract_ops = {
	.size = sizeof(bsn_contract_ops),
	.compile = contract_compile,
	.check = contract_check,
	.list = contract_list,
	.get = contract_get,
};

/* ---- status and ledger --------------------------------------------------- */

static int32_t
status_get(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	int32_t status = read_badly(ledger, err);

	CRASH_IF(crash_in_status);
	if (IS(killed_in_status))
		kill(getpid(), SIGKILL);
	if (status != BSN_OK)
		return status;
	if (fleet_fault() != FAULT_NONE)
		fleet_asked.ledger = ledger;
	return fleet_engine->status->get(ledger->good, reply, err);
}

static int32_t
ledger_info(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	int32_t status = read_badly(ledger, err);

	CRASH_IF(crash_in_info);
	if (status != BSN_OK)
		return status;
	if (fleet_fault() != FAULT_NONE)
		fleet_asked.ledger = ledger;
	return fleet_engine->ledger->info(ledger->good, reply, err);
}

static const bsn_status_ops status_ops = { .size = sizeof(bsn_status_ops),
					   .get = status_get };
static const bsn_ledger_ops ledger_ops = { .size = sizeof(bsn_ledger_ops),
					   .info = ledger_info };

/* ---- blocks -------------------------------------------------------------- */

/* The hash of a block that stands for nothing but its number. */
static gboolean
is_empty_hash(const bsn_block_query *query)
{
	static const guint8 zeros[24] = { 0 };

	return query->by == BSN_BLOCK_BY_HASH && query->id.len == 32 &&
	       memcmp(query->id.data, zeros, sizeof(zeros)) == 0;
}

static void
change_query(bsn_block_query *query)
{
	guint64 number;

	if (IS(block_hash_covers_nothing) && is_empty_hash(query)) {
		memcpy(&number, query->id.data + 24, sizeof(number));
		query->by = BSN_BLOCK_BY_NUMBER;
		query->number = GUINT64_FROM_BE(number);
	}
	if (IS(block_by_hash_wrong) && query->by == BSN_BLOCK_BY_HASH) {
		query->by = BSN_BLOCK_BY_NUMBER;
		query->number = 0;
	}
	if (IS(block_numbers_wrap) && query->number <= G_MAXUINT16)
		query->number &= G_MAXUINT8;
}

static int32_t
block_get_other(bsn_ledger *ledger, const bsn_block_query *query,
		bsn_reply *reply, bsn_err *err)
{
	int32_t status =
		fleet_engine->block->get(ledger->good, query, reply, err);

	if (status != BSN_NOT_FOUND)
		return status;
	return fleet_engine->block->get(fleet_other(ledger)->good, query,
					reply, err);
}

static int32_t
block_get_any(bsn_ledger *ledger, const bsn_block_query *query,
	      bsn_reply *reply, bsn_err *err)
{
	const bsn_block_query latest = { .size = sizeof(latest),
					 .by = BSN_BLOCK_LATEST,
					 .want = query->want };
	int32_t status =
		fleet_engine->block->get(ledger->good, query, reply, err);

	if (status != BSN_NOT_FOUND)
		return status;
	return fleet_engine->block->get(ledger->good, &latest, reply, err);
}

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *given, bsn_reply *reply,
	  bsn_err *err)
{
	bsn_block_query query = *given;

	CRASH_IF(crash_in_block_get);
	if (IS(unknown_query_crashes) && query.by > BSN_BLOCK_BY_TX)
		fleet_crash();
	leak();
	if (IS(block_of_other_chain_found))
		return block_get_other(ledger, given, reply, err);
	if (IS(block_unknown_found))
		return block_get_any(ledger, given, reply, err);
	if (IS(block_by_tx_missing) && query.by == BSN_BLOCK_BY_TX)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no such block");
	if (IS(block_of_failed_missing) && query.by == BSN_BLOCK_BY_TX &&
	    fleet_has_failed(query.id))
		return bsn_fail(err, BSN_NOT_FOUND, "there is no such block");
	if (fleet_fault() == FAULT_NONE)
		return fleet_engine->block->get(ledger->good, given, reply,
						err);
	change_query(&query);
	return fleet_engine->block->get(ledger->good, &query, reply, err);
}

static int32_t
block_verify(bsn_slice genesis, const bsn_member *members, uint64_t n,
	     bsn_slice block, bsn_sink *json, bsn_err *err)
{
	static const char proven[] =
		"{\"number\":1,\"hash\":\"0x00\",\"time_ms\":0,\"txs\":0,"
		"\"consensus\":\"pbft\",\"members\":1,\"quorum\":1}";
	int32_t status = fleet_engine->block->verify(genesis, members, n,
						     block, json, err);

	if (IS(random_block_crashes) && status == BSN_BAD_REQUEST)
		fleet_crash();
	if (IS(proves_no_block) && status == BSN_OK)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"nobody has signed this block");
	if (IS(verify_proves_all) && status != BSN_OK)
		return json->write(json, proven, sizeof(proven) - 1);
	return status;
}

static const bsn_block_ops block_ops = { .size = sizeof(bsn_block_ops),
					 .get = block_get,
					 .verify = block_verify };
static const bsn_block_ops unproven_ops = { .size = sizeof(bsn_block_ops),
					    .get = block_get };

/* ---- events -------------------------------------------------------------- */

static int32_t
replay(bsn_ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
       bsn_err *err)
{
	CRASH_IF(crash_in_replay);
	leak();
	if (IS(backward_replay_hangs) && from > to)
		fleet_hang();
	if (IS(replay_from_1_only) && from > 1) {
		fleet_reply->events_end(reply, to + 1);
		return BSN_OK;
	}
	if (IS(replay_does_not_end))
		fleet_asked.from = from;
	if (IS(followers_tell_nothing))
		fleet_asked.ledger = ledger;
	if (IS(event_lost_between_answers)) {
		fleet_asked.cut = to >= from + BLOCKS;
		to = MIN(to, from + BLOCKS - 1);
	}
	return fleet_engine->event->replay(OF(events_of_other_chain, ledger),
					   from, to, reply, err);
}

static const bsn_event_ops event_ops = { .size = sizeof(bsn_event_ops),
					 .replay = replay };

/* ---- all of them --------------------------------------------------------- */

const bsn_engine *
fleet_wrap_engine(const bsn_engine *engine)
{
	static bsn_engine wrapped;

	fleet_engine = engine;
	wrapped = *engine;
	wrapped.chain = &fleet_chain_ops;
	wrapped.tx = &fleet_tx_ops;
	wrapped.contract = &contract_ops;
	wrapped.status = &status_ops;
	wrapped.ledger = &ledger_ops;
	wrapped.block = IS(proven_by_nobody) ? &unproven_ops : &block_ops;
	wrapped.event = &event_ops;
	wrapped.query = NULL; /* extensions would be given the wrong chain */
	return &wrapped;
}
