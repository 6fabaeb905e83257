/* SPDX-License-Identifier: Apache-2.0
 *
 * What other chains of this host ask: a group that the root chain tells, JSON, or
 * an Inquiry (proto/bsn/cross.proto), answered as of the newest final block. One
 * who names a block is answered when that is final here, too: the answer of two
 * nodes is of one chain then.
 */
#include "plugins/engine-xuper/cross/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/run.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of a told group, and what is around. */
#define TOLD_MAX (XMODEL_VALUE_MAX + 64u)

/* ---- who may -------------------------------------------------------------- */

static int32_t
check_child(const bsn_ledger *ledger, const char *name, bsn_err *err)
{
	g_autoptr(GByteArray) group = g_byte_array_new();
	const int32_t status = cross_read(ledger, "", name, group, err);

	if (status != BSN_OK)
		return status;
	if (group->len > 0 && !xmodel_is_deleted(buffer_slice(group)))
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"chain %s is open to its own parallel chains, and %s "
			"is none",
			ledger->config->name, name);
}

static int32_t
check_reader(const bsn_ledger *ledger, const char *name, bsn_err *err)
{
	GHashTable *readers = ledger->cross->readers;

	if (readers == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"chain %s does not know its group here: its "
				"root chain %s must be open on this host",
				ledger->config->name, ledger->config->parent);
	if (g_hash_table_contains(readers, name) ||
	    g_hash_table_contains(readers, "*"))
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"the group of chain %s does not let chain %s read: an "
			"administrator of it must name that in \"readers\" "
			"($parachain.editGroup)",
			ledger->config->name, name);
}

static int32_t
check_asker(const bsn_ledger *ledger, bsn_slice from, bsn_err *err)
{
	g_autofree char *name = g_strndup((const char *)from.data, from.len);

	return ledger->config->parent == NULL
		       ? check_child(ledger, name, err)
		       : check_reader(ledger, name, err);
}

/* ---- as of which block ---------------------------------------------------- */

static int32_t
read_block(const bsn_ledger *ledger, const Bsn__Cross__Inquiry *inquiry,
	   Block **block, bsn_err *err)
{
	const Block *root = ledger_root(ledger->ledger)->block;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	int32_t status;

	if (inquiry->height > root->height)
		return bsn_fail(err, BSN_BUSY,
				"chain %s is at block %" G_GUINT64_FORMAT
				" on a validator's host",
				ledger->config->name, root->height);
	status = ledger_block_bytes(ledger->ledger, inquiry->height, bytes,
				    err);
	if (status != BSN_OK)
		return status;
	*block = block_decode(&ledger->suite, buffer_slice(bytes), FALSE,
			      NULL, NULL, &status, err);
	return *block != NULL ? BSN_OK : status;
}

/* The block that the answer is told to be of: the one that was named. */
static int32_t
find_block(const bsn_ledger *ledger, const Bsn__Cross__Inquiry *inquiry,
	   Block **block, bsn_err *err)
{
	int32_t status;

	if (inquiry->block_id.len == 0) {
		*block = block_ref(ledger_root(ledger->ledger)->block);
		return BSN_OK;
	}
	status = read_block(ledger, inquiry, block, err);
	if (status != BSN_OK ||
	    bsn_slice_equal(message_slice(inquiry->block_id),
			    bsn_slice_of((*block)->id, HASH_LEN)))
		return status;
	return bsn_fail(err, BSN_DENIED,
			"chain %s on a validator's host is another chain",
			ledger->config->name);
}

/* ---- the answer ----------------------------------------------------------- */

/* What it answers with; value lives as long. */
typedef struct {
	Bsn__Cross__Answer msg;
	GByteArray *value;
	XVersion version;
} Told;

static int32_t
look_up(const bsn_ledger *ledger, const Bsn__Cross__Question *question,
	Told *told, bsn_err *err)
{
	const XVersion *version = &told->version;
	const int32_t status = xmodel_get(
		ledger_root(ledger->ledger)->layer,
		bsn_slice_str(question->bucket), message_slice(question->key),
		&told->version, told->value, err);

	if (status != BSN_OK || !version->there)
		return status;
	told->msg.ref_txid =
		message_bytes(bsn_slice_of(version->txid, HASH_LEN));
	told->msg.ref_offset = (guint32)version->offset;
	told->msg.there = !xmodel_is_deleted(buffer_slice(told->value));
	return BSN_OK;
}

/* As the other chain's contracts call ours. */
static void
make_request(Arena *arena, const Bsn__Cross__Question *question,
	     Xldgpb__InvokeRequest *request)
{
	const gsize n = question->n_args;

	xldgpb__invoke_request__init(request);
	request->contract_name = question->contract;
	request->method_name = question->method;
	request->n_args = n;
	request->args = arena_room(arena, MAX(n, 1) * sizeof(*request->args));
	for (gsize i = 0; i < n; i++) {
		Xldgpb__Argument *arg = arena_room(arena, sizeof(*arg));

		xldgpb__argument__init(arg);
		arg->key = question->args[i]->name;
		arg->value = question->args[i]->value;
		request->args[i] = arg;
	}
}

/* Nobody in particular calls, at the time of the block. */
static int32_t
run(const bsn_ledger *ledger, const Bsn__Cross__Question *question,
    const Block *block, RunResult *result, bsn_err *err)
{
	static const char *const nobody[] = { NULL };
	const SandboxEnv env = { .config = ledger->config,
				 .suite = &ledger->suite,
				 .auth_require = nobody,
				 .time_ms = block->time_ms };
	g_autoptr(Sandbox) box =
		sandbox_new(ledger_root(ledger->ledger)->layer, &env);
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__InvokeRequest request;
	Xldgpb__InvokeRequest *requests[] = { &request };

	make_request(&arena, question, &request);
	return run_requests(box, requests, 1, RUN_READ_ONLY, result, err);
}

static int32_t
call(const bsn_ledger *ledger, const Bsn__Cross__Question *question,
     const Block *block, Told *told, bsn_err *err)
{
	g_auto(RunResult) result = { 0 };
	const int32_t status = run(ledger, question, block, &result, err);

	if (status != BSN_OK)
		return status;
	if (result.status != BSN_OK)
		return bsn_fail(err, result.status, "chain %s: %s",
				ledger->config->name, result.reason);
	told->msg.there = TRUE;
	g_byte_array_append(told->value, result.output->data,
			    result.output->len);
	return BSN_OK;
}

static int32_t
make_answer(const bsn_ledger *ledger, const Bsn__Cross__Question *question,
	    const Block *block, Told *told, bsn_err *err)
{
	const int32_t status =
		question->contract[0] != '\0'
			? call(ledger, question, block, told, err)
			: look_up(ledger, question, told, err);

	if (status != BSN_OK)
		return status;
	told->msg.height = block->height;
	told->msg.block_id = message_bytes(bsn_slice_of(block->id, HASH_LEN));
	if (!told->msg.there)
		return BSN_OK;
	told->msg.value = message_bytes(buffer_slice(told->value));
	if (told->value->len <= FACT_VALUE_MAX)
		return BSN_OK;
	return bsn_fail(err, BSN_TOO_LARGE,
			"what chain %s has there is %u bytes long; another "
			"chain can be told %u",
			ledger->config->name, told->value->len, FACT_VALUE_MAX);
}

static int32_t
answer(const bsn_ledger *ledger, const Bsn__Cross__Inquiry *inquiry,
       bsn_reply *reply, bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(Block) block = NULL;
	Told told = { .msg = BSN__CROSS__ANSWER__INIT, .value = value };
	int32_t status = find_block(ledger, inquiry, &block, err);

	if (status == BSN_OK)
		status = make_answer(ledger, inquiry->question, block, &told,
				     err);
	if (status != BSN_OK)
		return status;
	bytes = message_pack(&told.msg);
	services.reply->value(reply, buffer_slice(bytes));
	return BSN_OK;
}

/* ---- what is asked -------------------------------------------------------- */

static const Bsn__Cross__Inquiry *
read_inquiry(Arena *arena, bsn_slice bytes, int32_t *status, bsn_err *err)
{
	const Bsn__Cross__Inquiry *inquiry = message_unpack(
		arena, &bsn__cross__inquiry__descriptor, bytes, status, err);

	if (inquiry == NULL)
		return NULL;
	if (inquiry->question == NULL ||
	    (inquiry->block_id.len != 0 &&
	     inquiry->block_id.len != HASH_LEN)) {
		*status = bsn_fail(err, BSN_BAD_REQUEST,
				   "it is no question of another chain");
		return NULL;
	}
	*status = question_check(inquiry->question, err);
	return *status == BSN_OK ? inquiry : NULL;
}

/* Only the root chain may tell a group. */
static int32_t
take_group(bsn_ledger *ledger, bsn_slice from, bsn_slice text,
	   bsn_reply *reply, bsn_err *err)
{
	int32_t status = BSN_OK;
	g_autoptr(json_t) json =
		json_parse_object(text, TOLD_MAX, "group", &status, err);
	const json_t *group = json_object_get(json, "group");

	if (json == NULL)
		return status;
	if (!json_is_object(group) || ledger->config->parent == NULL ||
	    !bsn_slice_equal(from, bsn_slice_str(ledger->config->parent)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a chain's group is told by its root chain");
	group_set(ledger, group);
	services.reply->value(reply, bsn_slice_str("{}"));
	return BSN_OK;
}

int32_t
cross_asked(bsn_ledger *ledger, bsn_slice from, bsn_slice question,
	    bsn_reply *reply, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Bsn__Cross__Inquiry *inquiry;
	int32_t status;

	if (question.len > 0 && question.data[0] == '{')
		return take_group(ledger, from, question, reply, err);
	inquiry = read_inquiry(&arena, question, &status, err);
	if (inquiry == NULL)
		return status;
	status = check_asker(ledger, from, err);
	return status == BSN_OK ? answer(ledger, inquiry, reply, err) : status;
}
