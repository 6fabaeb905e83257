/* SPDX-License-Identifier: Apache-2.0
 *
 * What asks and changes nothing. A key and a text that passed note_check can
 * stand in JSON as they are.
 */
#include "chain.h"

#include <bsn/helpers/error.h>
#include <stdio.h>

/* Blocks whose events one call gives, to stay prompt. */
#define REPLAY_MAX 100u
#define HEX_MAX (2u + 2u * BLOCK_MAX + 1u)

typedef struct hex {
	char text[HEX_MAX];
} hex;

static const char *
to_hex(bsn_slice bytes, hex *out)
{
	static const char digits[] = "0123456789abcdef";
	char *at = out->text;

	*at++ = '0';
	*at++ = 'x';
	for (uint64_t i = 0; i < bytes.len; i++) {
		*at++ = digits[bytes.data[i] >> 4];
		*at++ = digits[bytes.data[i] & 15];
	}
	*at = '\0';
	return out->text;
}

/* printf of a slice: "%.*s" takes an int. */
#define TEXT(slice) (int)(slice).len, (const char *)(slice).data

/* ---- transactions ------------------------------------------------------- */

/* A block that is not the first, and the note in it. */
static int32_t
load_note(bsn_ledger *ledger, uint64_t number, block *from, note *tx,
	  bsn_err *err)
{
	int32_t status = chain_block(ledger, number, from, err);

	if (status == BSN_OK && note_decode(from->body, tx, NULL) != BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT, "block %llu is damaged",
				(unsigned long long)number);
	return status;
}

static int
note_json(const note *tx, char *out, size_t room)
{
	return snprintf(out, room, "{\"key\":\"%.*s\",\"text\":\"%.*s\"}",
			TEXT(tx->key), TEXT(tx->text));
}

int32_t
answer_tx(bsn_ledger *ledger, uint64_t number, uint32_t stage,
	  bsn_reply *reply, bsn_err *err)
{
	bsn_tx_result result = { .size = sizeof(result), .stage = stage };
	char detail[KEY_MAX + TEXT_MAX + 32];
	block from;
	note tx;
	int32_t status = load_note(ledger, number, &from, &tx, err);

	if (status == BSN_OK)
		status = chain_tx_id(ledger, &tx, &result.tx_id);
	if (status != BSN_OK)
		return status;
	note_json(&tx, detail, sizeof(detail));
	result.detail = bsn_slice_str(detail);
	result.block = stage == BSN_TX_ACCEPTED ? 0 : number;
	host.reply->tx(reply, &result);
	return BSN_OK;
}

int32_t
query_tx(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	uint64_t number;
	int32_t status = chain_find(ledger, 't', tx_id, &number, err);

	if (status != BSN_OK)
		return status;
	return answer_tx(ledger, number,
			 number <= ledger->durable.number ? BSN_TX_COMMITTED
							  : BSN_TX_ACCEPTED,
			 reply, err);
}

int32_t
query_note(bsn_ledger *ledger, const bsn_tx_request *request,
	   bsn_reply *reply, bsn_err *err)
{
	char json[TEXT_MAX + 64];
	bsn_slice key;
	block from;
	note tx;
	uint64_t number;
	int32_t status;

	if (!bsn_slice_equal(request->contract, bsn_slice_str("notes")) ||
	    !bsn_slice_equal(request->function, bsn_slice_str("get")))
		return bsn_fail(err, BSN_NOT_FOUND,
				"give contract \"notes\" and function \"get\"");
	status = note_args(request->args, &key, 1, err);
	if (status == BSN_OK)
		status = chain_find(ledger, 'n', key, &number, err);
	if (status == BSN_OK)
		status = load_note(ledger, number, &from, &tx, err);
	if (status != BSN_OK)
		return status;
	snprintf(json, sizeof(json), "{\"result\":\"%.*s\",\"budget_used\":0}",
		 TEXT(tx.text));
	host.reply->value(reply, bsn_slice_str(json));
	return BSN_OK;
}

/* ---- the contract ------------------------------------------------------- */

#define CONTRACT                                                               \
	"{\"name\":\"notes\",\"version\":\"1\",\"address\":\"notes\","          \
	"\"state\":\"active\",\"block\":0,"                                    \
	"\"functions\":[\"put(key,text)\",\"get(key)\"]}"

static int32_t
contract_check(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
	       bsn_reply *reply, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED,
			"this framework runs no code but its own");
}

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	host.reply->value(
		reply,
		bsn_slice_str(from > 0 || limit == 0
				      ? "{\"contracts\":[],\"next\":null}"
				      : "{\"contracts\":[" CONTRACT
					"],\"next\":null}"));
	return BSN_OK;
}

static int32_t
contract_get(bsn_ledger *ledger, bsn_slice contract, bsn_reply *reply,
	     bsn_err *err)
{
	if (!bsn_slice_equal(contract, bsn_slice_str("notes")))
		return bsn_fail(err, BSN_NOT_FOUND,
				"the only contract is called \"notes\"");
	host.reply->value(reply, bsn_slice_str(CONTRACT));
	return BSN_OK;
}

const bsn_contract_ops contract_ops = { .size = sizeof(bsn_contract_ops),
					.check = contract_check,
					.list = contract_list,
					.get = contract_get };

/* ---- status, members, ledger -------------------------------------------- */

static int32_t
status_get(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	bsn_chain_status status = {
		.size = sizeof(status),
		.state = host.store->writable(ledger->chain, NULL) == BSN_OK
				 ? BSN_CHAIN_RUNNING
				 : BSN_CHAIN_READONLY,
		.height = ledger->durable.number,
		.pending_txs = ledger->newest.number - ledger->durable.number,
		.members = 1,
		.connected = 1,
		.detail = bsn_slice_str("{}"),
	};

	host.reply->status(reply, &status);
	return BSN_OK;
}

const bsn_status_ops status_ops = { .size = sizeof(bsn_status_ops),
				    .get = status_get };

int32_t
query_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	hex key;
	char json[2 * SIGNER_LEN + 128];

	snprintf(json, sizeof(json),
		 "[{\"public_key\":\"%s\",\"algorithm\":\"sm2\","
		 "\"role\":\"consensus\",\"name\":\"\",\"address\":\"\"}]",
		 to_hex(bsn_slice_of(ledger->member, SIGNER_LEN), &key));
	host.reply->value(reply, bsn_slice_str(json));
	return BSN_OK;
}

static int32_t
ledger_info(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	bsn_ledger_info info = {
		.size = sizeof(info),
		.height = ledger->durable.number,
		.bytes = ledger->durable.bytes,
		.txs = ledger->durable.number, /* one in each but block 0 */
		.block_hash = bsn_id_of(ledger->durable.hash, HASH_LEN),
		.detail = bsn_slice_str("{}"),
	};

	host.reply->ledger(reply, &info);
	return BSN_OK;
}

const bsn_ledger_ops ledger_ops = { .size = sizeof(bsn_ledger_ops),
				    .info = ledger_info };

/* ---- blocks ------------------------------------------------------------- */

static int32_t
find_block(bsn_ledger *ledger, const bsn_block_query *query, uint64_t *number,
	   bsn_err *err)
{
	int32_t status = BSN_OK;

	if (query->by == BSN_BLOCK_LATEST)
		*number = ledger->durable.number;
	else if (query->by == BSN_BLOCK_BY_NUMBER)
		*number = query->number;
	else if (query->by == BSN_BLOCK_BY_HASH)
		status = chain_find(ledger, 'h', query->id, number, err);
	else if (query->by == BSN_BLOCK_BY_TX)
		status = chain_find(ledger, 't', query->id, number, err);
	else
		return bsn_fail(err, BSN_E_INVALID, "by: %u is no way to "
				"name a block", query->by);
	if (status == BSN_OK && *number > ledger->durable.number)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the newest block is %llu",
				(unsigned long long)ledger->durable.number);
	return status;
}

/* The id of its transaction, in quotes; nothing for block 0. */
static int32_t
txs_json(const bsn_ledger *ledger, const block *from, char *out, size_t room)
{
	hex text;
	note tx;
	bsn_id id;
	int32_t status;

	*out = '\0';
	if (from->number == 0)
		return BSN_OK;
	status = note_decode(from->body, &tx, NULL);
	if (status == BSN_OK)
		status = chain_tx_id(ledger, &tx, &id);
	if (status == BSN_OK)
		snprintf(out, room, "\"%s\"", to_hex(bsn_id_slice(&id), &text));
	return status;
}

/* {"txs":["0x.."],"raw":"0x.."}, of it what is wanted. */
static int32_t
block_detail(const bsn_ledger *ledger, const block *from, uint64_t want,
	     char *out, size_t room)
{
	int txs = (want & BSN_BLOCK_WITH_TXS) != 0;
	int raw = (want & BSN_BLOCK_WITH_RAW) != 0;
	char ids[2 * HASH_LEN + 8];
	hex bytes;
	int32_t status = txs_json(ledger, from, ids, sizeof(ids));

	if (status != BSN_OK)
		return status;
	to_hex(bsn_slice_of(from->bytes, from->len), &bytes);
	snprintf(out, room, "{%s%s%s%s%s%s%s}", txs ? "\"txs\":[" : "",
		 txs ? ids : "", txs ? "]" : "", txs && raw ? "," : "",
		 raw ? "\"raw\":\"" : "", raw ? bytes.text : "",
		 raw ? "\"" : "");
	return BSN_OK;
}

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	  bsn_err *err)
{
	bsn_block_info info = { .size = sizeof(info) };
	char detail[HEX_MAX + 2 * HASH_LEN + 64];
	block from;
	int32_t status = find_block(ledger, query, &info.number, err);

	if (status == BSN_OK)
		status = chain_block(ledger, info.number, &from, err);
	if (status == BSN_OK)
		status = block_detail(ledger, &from, query->want, detail,
				      sizeof(detail));
	if (status != BSN_OK)
		return status;
	info.bytes = from.len;
	info.txs = info.number > 0;
	info.time_ms = from.time_ms;
	info.hash = bsn_id_of(from.hash, HASH_LEN);
	info.previous_hash = bsn_id_of(from.previous.data, HASH_LEN);
	info.detail = bsn_slice_str(detail);
	host.reply->block(reply, &info);
	return BSN_OK;
}

const bsn_block_ops block_ops = { .size = sizeof(bsn_block_ops),
				  .get = block_get };

/* ---- events ------------------------------------------------------------- */

static void
tell_block(const block *from, bsn_reply *reply)
{
	hex hash;
	char payload[2 * HASH_LEN + 64];
	bsn_event event = { .size = sizeof(event), .kind = BSN_EVENT_BLOCK,
			    .block = from->number };

	snprintf(payload, sizeof(payload), "{\"number\":%llu,\"hash\":\"%s\"}",
		 (unsigned long long)from->number,
		 to_hex(bsn_slice_of(from->hash, HASH_LEN), &hash));
	event.payload = bsn_slice_str(payload);
	host.reply->event(reply, &event);
}

static void
tell_note(uint64_t number, const note *tx, const bsn_id *tx_id,
	  bsn_reply *reply)
{
	char payload[KEY_MAX + TEXT_MAX + 32];
	bsn_event event = { .size = sizeof(event), .kind = BSN_EVENT_CONTRACT,
			    .block = number, .tx_id = *tx_id,
			    .contract = bsn_slice_str("notes"),
			    .name = bsn_slice_str("Put") };

	note_json(tx, payload, sizeof(payload));
	event.payload = bsn_slice_str(payload);
	host.reply->event(reply, &event);
}

/* All events of one block, or none and why. */
static int32_t
tell_events(bsn_ledger *ledger, uint64_t number, bsn_reply *reply,
	    bsn_err *err)
{
	block from;
	note tx;
	bsn_id tx_id;
	int32_t status = number == 0 ?
				 chain_block(ledger, number, &from, err) :
				 load_note(ledger, number, &from, &tx, err);

	if (status == BSN_OK && number > 0)
		status = chain_tx_id(ledger, &tx, &tx_id);
	if (status != BSN_OK)
		return status;
	tell_block(&from, reply);
	if (number > 0)
		tell_note(number, &tx, &tx_id, reply);
	return BSN_OK;
}

static int32_t
events_replay(bsn_ledger *ledger, uint64_t from, uint64_t to,
	      bsn_reply *reply, bsn_err *err)
{
	uint64_t next = from;
	int32_t status = BSN_OK;

	if (to > ledger->durable.number)
		to = ledger->durable.number;
	while (next <= to && next - from < REPLAY_MAX) {
		status = tell_events(ledger, next, reply, err);
		if (status != BSN_OK)
			break;
		next++;
	}
	/* Once the reply was used, an error waits for the next call. */
	if (status != BSN_OK && next == from)
		return status;
	host.reply->events_end(reply, next);
	return BSN_OK;
}

const bsn_event_ops event_ops = { .size = sizeof(bsn_event_ops),
				  .replay = events_replay };
