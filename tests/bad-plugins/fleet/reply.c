/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn.reply/1 between engine and host: answers that are not true.
 */
#include <jansson.h>
#include <string.h>

#include "tests/bad-plugins/fleet/fleet.h"

const bsn_reply_service *fleet_reply;

static void
reply_fail(bsn_reply *reply, int32_t status, const bsn_err *err)
{
	if (IS(close_leaves_replies) && fleet_asked.closing)
		return;
	fleet_reply->fail(reply, status, err);
}

static void
reply_signable(bsn_reply *reply, const bsn_signable *given)
{
	bsn_signable signable = *given;

	fleet_finished(given);
	fleet_begun(given);
	if (IS(wrong_convention) && signable.tx.len == 0)
		signable.convention =
			signable.convention == BSN_SIGN_STANDARD
				? BSN_SIGN_PREHASHED
				: BSN_SIGN_STANDARD;
	fleet_reply->signable(reply, &signable);
}

/* ---- transactions -------------------------------------------------------- */

static void
change_submitted(bsn_tx_result *result)
{
	static const bsn_slice none = { NULL, 0 };

	if (IS(changes_tx_id) && result->tx_id.len > 0)
		result->tx_id.bytes[0] ^= 1;
	if (IS(commits_in_block_0))
		result->block = 0;
	if (result->stage == BSN_TX_INVALID && fleet_fault() != FAULT_NONE)
		fleet_failed(&result->tx_id);
	if (IS(commits_what_failed) && result->stage == BSN_TX_INVALID) {
		result->stage = BSN_TX_COMMITTED;
		result->status = BSN_OK;
		result->native = 0;
		result->detail = none;
	}
}

static void
reply_tx(bsn_reply *reply, const bsn_tx_result *given)
{
	bsn_tx_result result = *given;

	if (fleet_asked.tx_get) {
		if (IS(get_wrong_block) && result.block > 0)
			result.block = result.block > 1 ? result.block - 1 : 2;
		if (IS(get_forgets_failure) && fleet_asked.ledger->reopened &&
		    result.stage == BSN_TX_INVALID) {
			result.stage = BSN_TX_COMMITTED;
			result.status = BSN_OK;
		}
	} else {
		if (IS(never_commits) && result.stage != BSN_TX_ACCEPTED)
			return;
		change_submitted(&result);
	}
	fleet_reply->tx(reply, &result);
}

/* ---- values -------------------------------------------------------------- */

/* The answer to a call with what another call has written for its result. */
static char *
with_written(bsn_slice text)
{
	json_t *json = json_loadb((const char *)text.data, text.len, 0, NULL);
	const json_t *result = json_object_get(json, "result");
	char *changed;

	if (json_is_array(result))
		json_object_set_new(json, "result",
				    json_pack("[s]", fleet_asked.written));
	else
		json_object_set_new(json, "result",
				    json_string(fleet_asked.written));
	changed = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return changed;
}

static char *
without_budget(bsn_slice text)
{
	json_t *json = json_loadb((const char *)text.data, text.len, 0, NULL);
	char *changed;

	json_object_del(json, "budget_used");
	changed = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return changed;
}

static void
reply_value(bsn_reply *reply, bsn_slice json)
{
	g_autofree char *changed = NULL;

	if (fleet_asked.written != NULL) {
		changed = with_written(json);
		json = bsn_slice_str(changed);
	}
	if (IS(call_hides_budget) && fleet_asked.call) {
		changed = without_budget(json);
		json = bsn_slice_str(changed);
	}
	if (IS(answers_no_json) && json.len > 0)
		json.len--;
	fleet_reply->value(reply, json);
	if (IS(answers_twice))
		fleet_reply->value(reply, json);
}

/* ---- ledger and status --------------------------------------------------- */

static void
reply_ledger(bsn_reply *reply, const bsn_ledger_info *given)
{
	const bsn_ledger *ledger = fleet_asked.ledger;
	const bsn_chain_status status = { .size = sizeof(status),
					  .state = BSN_CHAIN_RUNNING,
					  .height = given->height };
	bsn_ledger_info info = *given;

	if (IS(answers_otherwise)) {
		fleet_reply->status(reply, &status);
		return;
	}
	if (IS(ledger_off_after_restart) && ledger->reopened)
		info.txs++;
	if (IS(ledger_bytes_off))
		info.bytes++;
	if (IS(ledger_ahead))
		info.height = MAX(info.height, ledger->accepted);
	if (IS(ledger_hash_wrong))
		info.block_hash.bytes[0] ^= 1;
	if (IS(ledger_hides_invalid))
		info.invalid_txs = 0;
	fleet_reply->ledger(reply, &info);
}

/* What the engine says of itself, and what is wrong about it. */
static void
change_capabilities(bsn_capabilities *can)
{
	if (IS(finality_unknown))
		can->finality = 99;
	if (IS(finality_by_depth))
		can->finality = BSN_FINALITY_DEPTH;
	if (IS(finality_by_depth) || IS(depth_without_reason))
		can->depth = 6;
	if (IS(prepares_for_good))
		can->can |= BSN_CAN_PREPARE;
	if (IS(event_without_tx))
		can->tx = (bsn_provable){ BSN_CERTIFICATE_NONE, BSN_PATH_NONE };
	if (IS(proof_without_path))
		can->tx.path = BSN_PATH_NONE;
}

static void
reply_status(bsn_reply *reply, const bsn_chain_status *given)
{
	bsn_chain_status status = *given;
	bsn_capabilities can = *given->capabilities;
	char counted[32];

	change_capabilities(&can);
	status.capabilities = &can;
	if (IS(languages_no_array))
		status.languages = bsn_slice_str("\"solidity\"");
	if (IS(languages_twice))
		status.languages =
			bsn_slice_str("[\"solidity\",\"solidity\"]");

	if (IS(status_height_off))
		status.height++;
	if (IS(status_members_off))
		status.members++;
	if (IS(status_state_unknown))
		status.state = 99;
	if (IS(status_nothing_pending))
		status.pending_txs = 0;
	if (IS(pending_after_restart) && fleet_asked.ledger->reopened)
		status.pending_txs++;
	if (IS(status_detail_no_json))
		status.detail = bsn_slice_str("{running}");
	if (IS(pending_of_other_chain))
		status.pending_txs += fleet_asked.submitted -
				      fleet_asked.ledger->submitted;
	if (IS(shared_counter)) {
		g_snprintf(counted, sizeof(counted), "{\"submitted\":%u}",
			   fleet_asked.submitted);
		status.detail = bsn_slice_str(counted);
	}
	fleet_reply->status(reply, &status);
}

/* ---- blocks -------------------------------------------------------------- */

/* What stands for a number, and for nothing else. */
static bsn_id
empty_hash(guint64 number)
{
	guint8 hash[32] = { 0 };

	number = GUINT64_TO_BE(number);
	memcpy(hash + 24, &number, sizeof(number));
	return bsn_id_of(hash, sizeof(hash));
}

static void
reply_block(bsn_reply *reply, const bsn_block_info *given)
{
	bsn_block_info info = *given;

	if (IS(block_hash_covers_nothing) && info.number > 0) {
		info.hash = empty_hash(info.number);
		if (info.number > 1)
			info.previous_hash = empty_hash(info.number - 1);
	}
	if (IS(block_previous_wrong) && info.number > 1)
		info.previous_hash = info.hash;
	if (IS(block_txs_off) && info.txs > 0)
		info.txs--;
	if (IS(block_bytes_off))
		info.bytes++;
	if (IS(block_time_back))
		info.time_ms = given->time_ms - 1000 * 3600 * info.number;
	fleet_reply->block(reply, &info);
}

/* ---- events -------------------------------------------------------------- */

/* Keeps one event back, to give it after the next one or not at all. */
static struct {
	gboolean there;
	bsn_event event;
	GPtrArray *memory; /* of its slices */
} held;

static bsn_slice
keep(bsn_slice bytes)
{
	guint8 *copy = g_memdup2(bytes.data, bytes.len);

	g_ptr_array_add(held.memory, copy);
	return bsn_slice_of(copy, bytes.len);
}

static void
hold(const bsn_event *event)
{
	if (held.memory == NULL)
		held.memory = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_set_size(held.memory, 0);
	held.event = *event;
	held.event.contract = keep(event->contract);
	held.event.name = keep(event->name);
	held.event.payload = keep(event->payload);
	held.there = TRUE;
}

static void
give_held(bsn_reply *reply)
{
	if (held.there)
		fleet_reply->event(reply, &held.event);
	held.there = FALSE;
}

static void
give_out_of_order(bsn_reply *reply, const bsn_event *event)
{
	if (!held.there && event->kind == BSN_EVENT_CONTRACT) {
		hold(event);
		return;
	}
	fleet_reply->event(reply, event);
	give_held(reply);
}

/* The last contract event of a block is known by what comes after it. */
static void
give_all_but_last(bsn_reply *reply, const bsn_event *event)
{
	if (event->kind == BSN_EVENT_BLOCK)
		held.there = FALSE;
	give_held(reply);
	if (event->kind == BSN_EVENT_CONTRACT)
		hold(event);
	else
		fleet_reply->event(reply, event);
}

static void
reply_event(bsn_reply *reply, const bsn_event *given)
{
	bsn_event event = *given;

	if (IS(block_event_lost) && event.kind == BSN_EVENT_BLOCK &&
	    event.block > 1)
		return;
	if (IS(followers_tell_nothing) && fleet_asked.ledger->follower &&
	    event.kind == BSN_EVENT_CONTRACT)
		return;
	if (IS(event_payload_wrong) && event.kind == BSN_EVENT_CONTRACT)
		event.payload = bsn_slice_str("{}");
	if (IS(event_not_counted))
		event.index = 0;
	if (IS(event_of_nobody) && event.kind == BSN_EVENT_CONTRACT)
		event.contract = bsn_slice_str("nobody");
	if (IS(events_out_of_order))
		give_out_of_order(reply, &event);
	else if (IS(event_lost))
		give_all_but_last(reply, &event);
	else
		fleet_reply->event(reply, &event);
	if (IS(event_twice) && event.kind == BSN_EVENT_CONTRACT)
		fleet_reply->event(reply, &event);
}

static void
reply_events_end(bsn_reply *reply, uint64_t next)
{
	if (IS(events_out_of_order))
		give_held(reply);
	if (IS(event_lost))
		held.there = FALSE;
	if (IS(replay_does_not_end))
		next = fleet_asked.from;
	if (IS(event_lost_between_answers) && fleet_asked.cut)
		next++;
	fleet_reply->events_end(reply, next);
}

const bsn_reply_service *
fleet_wrap_reply(const bsn_reply_service *given)
{
	static const bsn_reply_service reply = {
		.size = sizeof(bsn_reply_service),
		.fail = reply_fail,
		.signable = reply_signable,
		.tx = reply_tx,
		.value = reply_value,
		.ledger = reply_ledger,
		.block = reply_block,
		.status = reply_status,
		.event = reply_event,
		.events_end = reply_events_end,
	};

	fleet_reply = given;
	return &reply;
}
