/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gateway_engine.h"

#include <stdlib.h>
#include <string.h>

#include <bsn/ext/compiler.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/service/services.h"

gint gateway_engine_padding;
gint gateway_engine_replays;

struct bsn_ledger {
	bsn_chain *chain;
	guint64 height;
	GPtrArray *held; /* bsn_reply */
};

static const bsn_reply_service *
replies(void)
{
	return bsn_host_reply(&host_as_plugins_see_it);
}

static char *
text_of(bsn_slice slice)
{
	return slice.len == 0 ? g_strdup("")
			      : g_strndup((const char *)slice.data, slice.len);
}

/* ---- chain ---- */

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = "sm2";
	return BSN_OK;
}

static int32_t
genesis(const bsn_genesis *given, bsn_sink *out, bsn_err *err)
{
	g_autofree char *config = text_of(given->config);

	if (strstr(config, "wrong") != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "config.wrong is wrong");
	return out->write(out, given->config.data, given->config.len);
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice given, bsn_ledger **ledger, bsn_err *err)
{
	*ledger = g_new0(bsn_ledger, 1);
	(*ledger)->chain = chain;
	(*ledger)->held = g_ptr_array_new();
	return BSN_OK;
}

static void
chain_close(bsn_ledger *ledger)
{
	bsn_err err = BSN_ERR_INIT;

	bsn_fail(&err, BSN_UNAVAILABLE, "the chain was closed");
	for (guint i = 0; i < ledger->held->len; i++)
		replies()->fail(ledger->held->pdata[i], BSN_UNAVAILABLE, &err);
	g_ptr_array_unref(ledger->held);
	g_free(ledger);
}

static void
durable(bsn_ledger *ledger, uint64_t cookie)
{
}

static void
timer(bsn_ledger *ledger, uint64_t id)
{
}

static int32_t
members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	replies()->value(reply, bsn_slice_str("[{\"name\":\"self\"}]"));
	return BSN_OK;
}

static int32_t
proposals(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	replies()->value(reply, bsn_slice_str("[{\"role\":\"none\"}]"));
	return BSN_OK;
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = durable,
	.timer = timer,
	.members = members,
	.proposals = proposals,
};

/* ---- transactions ---- */

static void
answer_signable(bsn_reply *reply, guint round, guint need, const char *contract)
{
	g_autofree char *state =
		g_strdup_printf("%u:%u:%s", round, need, contract);
	bsn_signable signable = { .size = sizeof(signable),
				  .round = round,
				  .convention = BSN_SIGN_PREHASHED,
				  .algorithm = need == 8 ? "other" : "sm2" };

	if (round > need) {
		signable.tx = bsn_slice_str(contract);
		signable.tx_id = bsn_id_of(contract, strlen(contract));
	} else {
		signable.message = bsn_slice_str("sign this");
		signable.state = bsn_slice_str(state);
	}
	replies()->signable(reply, &signable);
}

static guint
rounds_of(const char *function)
{
	if (strcmp(function, "two") == 0)
		return 2;
	if (strcmp(function, "foreign") == 0)
		return 8;
	return strcmp(function, "circles") == 0 ? 9 : 1;
}

/* How much of a certificate the request came with. */
static int32_t
tell_certificate(const bsn_tx_request *request, bsn_err *err)
{
	return bsn_fail(err, BSN_BAD_REQUEST, "a certificate of %u bytes",
			(guint)request->signer_certificate.len);
}

static int32_t
begin(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
      bsn_err *err)
{
	g_autofree char *function = text_of(request->function);
	g_autofree char *contract = text_of(request->contract);

	if (request->signer_public_key.len == 0)
		return bsn_fail(err, BSN_E_INVALID, "nobody signs");
	if (strcmp(function, "refuse") == 0)
		return bsn_fail(err, BSN_BAD_REQUEST, "args[0]: it is refused");
	if (strcmp(function, "certified") == 0)
		return tell_certificate(request, err);
	if (request->kind == BSN_TX_MEMBER) {
		g_free(contract);
		contract = text_of(request->args);
	}
	answer_signable(reply, 1, rounds_of(function), contract);
	return BSN_OK;
}

static int32_t
sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
	   bsn_reply *reply, bsn_err *err)
{
	g_autofree char *text = text_of(state);
	g_auto(GStrv) parts = g_strsplit(text, ":", 3);

	if (g_strv_length(parts) != 3)
		return bsn_fail(err, BSN_BAD_REQUEST, "the state is not one");
	if (signature.len != 64)
		return bsn_fail(err, BSN_BAD_SIGNATURE, "it is too short");
	answer_signable(reply, (guint)atoi(parts[0]) + 1, (guint)atoi(parts[1]),
			parts[2]);
	return BSN_OK;
}

static void
answer_stage(bsn_ledger *ledger, bsn_reply *reply, guint32 stage, bsn_slice tx,
	     const char *detail)
{
	bsn_tx_result result = {
		.size = sizeof(result),
		.stage = stage,
		.tx_id = bsn_id_of(tx.data, MIN(tx.len, 32)),
		.block = ledger->height,
		.detail = bsn_slice_str(detail),
	};

	if (stage == BSN_TX_INVALID) {
		result.status = BSN_REVERTED;
		result.native = 22;
	}
	replies()->tx(reply, &result);
}

static void
commit_held(bsn_ledger *ledger)
{
	for (guint i = 0; i < ledger->held->len; i++)
		answer_stage(ledger, ledger->held->pdata[i], BSN_TX_COMMITTED,
			     bsn_slice_str("held"), NULL);
	g_ptr_array_set_size(ledger->held, 0);
}

static void
make_blocks(bsn_ledger *ledger, bsn_slice tx)
{
	g_autofree char *text = text_of(tx);

	ledger->height += (guint64)atoi(text + 1);
	bsn_host_events(&host_as_plugins_see_it)
		->block(ledger->chain, ledger->height);
}

static void
refuse(bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;

	bsn_fail_native(&err, BSN_DUPLICATE, 15, "it was seen before");
	replies()->fail(reply, BSN_DUPLICATE, &err);
}

static void
submit_one(bsn_ledger *ledger, const bsn_submission *item)
{
	bsn_slice tx = item->tx;
	bsn_reply *reply = item->reply;

	switch (tx.data[0]) {
	case 'h':
		answer_stage(ledger, reply, BSN_TX_ACCEPTED, tx, NULL);
		g_ptr_array_add(ledger->held, reply);
		return;
	case 'u':
		g_ptr_array_add(ledger->held, reply);
		return;
	case 'i':
		answer_stage(ledger, reply, BSN_TX_INVALID, tx,
			     "{\"reason\":\"no money\"}");
		return;
	case 'r':
		refuse(reply);
		return;
	case 'c':
		commit_held(ledger);
		break;
	case 'b':
		make_blocks(ledger, tx);
		break;
	case 'a':
		answer_stage(ledger, reply, BSN_TX_ACCEPTED, tx, NULL);
		break;
	}
	answer_stage(ledger, reply, BSN_TX_COMMITTED, tx,
		     tx.data[0] == 'j' ? "{" : "{\"gas\":7}");
}

static int32_t
submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
       bsn_err *err)
{
	for (uint64_t i = 0; i < n; i++)
		submit_one(ledger, &items[i]);
	return BSN_OK;
}

static int32_t
call(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
     bsn_err *err)
{
	g_autofree char *function = text_of(request->function);
	g_autofree char *args = text_of(request->args);
	g_autofree char *answer =
		g_strdup_printf("{\"result\":%s,\"budget_used\":21}", args);

	if (strcmp(function, "revert") == 0)
		return bsn_fail_native(err, BSN_REVERTED, 22, "no such thing");
	if (strcmp(function, "certified") == 0)
		return tell_certificate(request, err);
	if (strcmp(function, "break") == 0)
		return bsn_fail(err, BSN_E_CORRUPT, "it broke");
	replies()->value(reply, bsn_slice_str(strcmp(function, "babble") == 0
						      ? "{\"result\":"
						      : answer));
	return BSN_OK;
}

static int32_t
get(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	if (tx_id.len == 0 || tx_id.data[0] != 'a')
		return bsn_fail(err, BSN_NOT_FOUND, "no such transaction");
	answer_stage(ledger, reply, BSN_TX_COMMITTED, tx_id, "{\"gas\":7}");
	return BSN_OK;
}

static const bsn_tx_ops tx_ops = {
	.size = sizeof(tx_ops),
	.begin = begin,
	.sign_round = sign_round,
	.submit = submit,
	.call = call,
	.get = get,
};

/* ---- contracts ---- */

static int32_t
check(bsn_ledger *ledger, bsn_slice code, bsn_slice options, bsn_reply *reply,
      bsn_err *err)
{
	replies()->value(reply, bsn_slice_str(code.len > 2 ? "{\"ok\":false}"
							   : "{\"ok\":true}"));
	return BSN_OK;
}

static int32_t
list(bsn_ledger *ledger, uint64_t from, uint64_t limit, bsn_reply *reply,
     bsn_err *err)
{
	g_autofree char *text =
		g_strdup_printf("{\"contracts\":[],\"from\":%" G_GUINT64_FORMAT
				",\"limit\":%" G_GUINT64_FORMAT "}",
				from, limit);

	replies()->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

static int32_t
contract_get(bsn_ledger *ledger, bsn_slice contract, bsn_reply *reply,
	     bsn_err *err)
{
	g_autofree char *name = text_of(contract);
	g_autofree char *text = g_strdup_printf("{\"name\":\"%s\"}", name);

	if (strcmp(name, "none") == 0)
		return bsn_fail(err, BSN_NOT_FOUND, "no contract none");
	replies()->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

/* One compilation, answered with what the compiler wrote. */
typedef struct {
	bsn_compilation compilation;
	bsn_reply *reply;
} Compilation;

static void
compiled(bsn_compilation *compilation, int32_t status, bsn_slice output,
	 const bsn_err *err)
{
	Compilation *one = (Compilation *)compilation;

	if (status == BSN_OK)
		replies()->value(one->reply, output);
	else
		replies()->fail(one->reply, status, err);
	g_free(one);
}

static int32_t
compile(bsn_ledger *ledger, bsn_slice source, bsn_reply *reply, bsn_err *err)
{
	const bsn_compiler *compiler =
		bsn_host_compiler(&host_as_plugins_see_it);
	Compilation *one = g_new0(Compilation, 1);
	int32_t status;

	one->compilation.done = compiled;
	one->reply = reply;
	status = compiler->run(ledger->chain, BSN_COMPILER_SOLIDITY, source,
			       reply, &one->compilation, err);
	if (status != BSN_OK)
		g_free(one);
	return status;
}

static const bsn_contract_ops contract_ops = {
	.size = sizeof(contract_ops),
	.compile = compile,
	.check = check,
	.list = list,
	.get = contract_get,
};

/* ---- status, ledger, blocks, events ---- */

static int32_t
status_get(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	const bsn_provable proven = { BSN_CERTIFICATE_MEMBERS,
				      BSN_PATH_MERKLE };
	char languages[] = "[\"solidity\",\"c\"]";
	bsn_capabilities capabilities = { .size = sizeof(capabilities),
					  .finality = BSN_FINALITY_DEPTH,
					  .depth = 6,
					  .can = BSN_CAN_LOCK,
					  .tx = proven };
	bsn_chain_status status = { .size = sizeof(status),
				    .state = BSN_CHAIN_RUNNING,
				    .height = ledger->height,
				    .pending_txs = ledger->held->len,
				    .members = 1,
				    .connected = 1,
				    .languages = bsn_slice_str(languages),
				    .capabilities = &capabilities };

	replies()->status(reply, &status);
	/* All of it was borrowed. */
	memset(languages, '!', sizeof(languages));
	memset(&capabilities, 0xff, sizeof(capabilities));
	return BSN_OK;
}

static int32_t
info(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	bsn_ledger_info given = { .size = sizeof(given),
				  .height = ledger->height,
				  .bytes = 1000,
				  .txs = 3,
				  .block_hash = bsn_id_of("\x01\x02", 2) };

	replies()->ledger(reply, &given);
	return BSN_OK;
}

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	  bsn_err *err)
{
	bsn_block_info block = { .size = sizeof(block),
				 .number = query->number,
				 .detail = bsn_slice_str("{}") };

	if (query->by == BSN_BLOCK_LATEST)
		block.number = ledger->height;
	if (query->by == BSN_BLOCK_BY_HASH)
		block.number = query->id.data[0];
	if (block.number > ledger->height)
		return bsn_fail(err, BSN_NOT_FOUND, "no such block");
	if (query->want == (BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW))
		block.detail = bsn_slice_str("{\"txs\":[],\"raw\":\"0x\"}");
	block.hash = bsn_id_of(&block.number, 1);
	replies()->block(reply, &block);
	return BSN_OK;
}

static const bsn_block_ops block_ops = {
	.size = sizeof(block_ops),
	.get = block_get,
};

static void
replay_contract(bsn_reply *reply, bsn_event *event, const char *contract)
{
	g_autofree char *padding = g_strnfill(
		(gsize)g_atomic_int_get(&gateway_engine_padding), 'x');
	g_autofree char *payload = g_strdup_printf(
		"{\"padding\":\"%s\",\"number\":%" G_GUINT64_FORMAT
		",\"to\":[\"all\",\"%s\"],\"by\":{\"whom\":\"%s\"}}",
		padding, event->block, contract, contract);

	event->payload = bsn_slice_str(payload);
	event->contract = bsn_slice_str(contract);
	replies()->event(reply, event);
}

static void
replay_block(bsn_reply *reply, guint64 number)
{
	bsn_event event = { .size = sizeof(event),
			    .kind = BSN_EVENT_BLOCK,
			    .block = number,
			    .payload = bsn_slice_str("{}") };

	replies()->event(reply, &event);
	event.kind = BSN_EVENT_CONTRACT;
	event.name = bsn_slice_str("Made");
	replay_contract(reply, &event, "even");
	event.index = 1;
	replay_contract(reply, &event, "odd");
}

static int32_t
replay(bsn_ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
       bsn_err *err)
{
	g_atomic_int_inc(&gateway_engine_replays);
	for (guint64 number = from; number <= to; number++)
		replay_block(reply, number);
	replies()->events_end(reply, to + 1);
	return BSN_OK;
}

static const bsn_status_ops status_ops = {
	.size = sizeof(status_ops),
	.get = status_get,
};
static const bsn_ledger_ops ledger_ops = {
	.size = sizeof(ledger_ops),
	.info = info,
};
static const bsn_event_ops event_ops = {
	.size = sizeof(event_ops),
	.replay = replay,
};

static const void *
query(const char *id)
{
	const void *table = gateway_rpc_query(id);

	if (table == NULL)
		table = gateway_stream_query(id);
	gateway_grpc_host = &host_as_plugins_see_it;
	return table != NULL ? table : gateway_grpc_query(id);
}

const bsn_engine gateway_engine = {
	.size = sizeof(gateway_engine),
	.framework = "fake",
	.chain = &chain_ops,
	.tx = &tx_ops,
	.contract = &contract_ops,
	.status = &status_ops,
	.ledger = &ledger_ops,
	.block = &block_ops,
	.event = &event_ops,
	.query = query,
};
