/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn_tx_ops between host and engine.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bad-plugins/fleet/fleet.h"

#define GOOD fleet_engine->tx

/* A request from that size on is large, in bytes. */
#define LARGE (1u << 20)
/* Copies of it that are kept. */
#define COPIES 64
/* What a transaction leaves behind, in bytes. */
#define LEAK (64u << 10)
/* Characters of a text that are left when it is cut. */
#define CUT 32
/* What JSON that is nested once more takes of the stack, in bytes. */
#define FRAME 4096

static guint
hash_bytes(gconstpointer bytes)
{
	return g_bytes_hash(bytes);
}

/* ---- begin --------------------------------------------------------------- */

/* Deeper for each bracket: what a parser does that trusts its input. */
static guint
descend(const guint8 *at, const guint8 *end)
{
	volatile guint8 frame[FRAME];

	frame[0] = 1;
	while (at < end && *at != '[')
		at++;
	return at < end ? descend(at + 1, end) + frame[0] : 0;
}

static void
keep_copies(bsn_slice bytes)
{
	for (guint i = 0; i < COPIES; i++)
		memcpy(g_malloc(bytes.len), bytes.data, bytes.len);
}

static void
take_request(const bsn_tx_request *request)
{
	const bsn_slice contract = request->contract;

	CRASH_IF(crash_in_begin);
	if (IS(empty_request_crashes) && request->kind == 0)
		fleet_crash();
	if (IS(large_request_crashes) &&
	    (request->args.len > LARGE || request->code.len > LARGE))
		fleet_crash();
	if (IS(large_request_eats_memory) && request->args.len > LARGE)
		keep_copies(request->args);
	if (IS(request_with_nul_crashes) && contract.len > 0 &&
	    memchr(contract.data, 0, contract.len) != NULL)
		fleet_crash();
	if (IS(stack_overflow))
		(void)descend(request->args.data,
			      request->args.data + request->args.len);
	if (IS(writes_to_input) && contract.len > 0)
		*(volatile guint8 *)(uintptr_t)contract.data |= 0;
}

/* Who may manage a contract is told by the signer's key: from the first who
 * deploys one a stranger is not told apart any more. */
static void
take_strangers(const bsn_tx_request *request)
{
	if ((request->kind == BSN_TX_DEPLOY && fleet_aliases() == 0) ||
	    (IS(stranger_freezes) && request->kind == BSN_TX_FREEZE) ||
	    (IS(stranger_uninstalls) && request->kind == BSN_TX_UNINSTALL) ||
	    (IS(stranger_upgrades) && request->kind == BSN_TX_DEPLOY))
		fleet_alias(request->signer_public_key);
}

static gboolean
names_a_version(bsn_slice contract)
{
	return contract.len > 0 &&
	       memchr(contract.data, '@', contract.len) != NULL;
}

static int32_t
refuse_request(const bsn_tx_request *request, bsn_err *err)
{
	if (IS(claims_freeze) && request->kind == BSN_TX_FREEZE)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"contracts cannot be frozen");
	if (IS(old_version_gone) && request->kind == BSN_TX_INVOKE &&
	    names_a_version(request->contract))
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no such contract");
	return BSN_OK;
}

static int32_t
fail_badly(int32_t status, bsn_err *err)
{
	if (IS(writes_err_unasked) && status != BSN_OK)
		*(volatile int32_t *)&err->native = 0;
	if (err == NULL || status == BSN_OK)
		return status;
	if (IS(fails_without_reason))
		memset(err->reason, 0, sizeof(err->reason));
	if (IS(reason_is_no_text))
		g_strlcpy(err->reason, "what is \xff\xfe?",
			  sizeof(err->reason));
	if (IS(status_of_its_own) && status == BSN_BAD_REQUEST)
		return 99;
	return status;
}

/* JSON args with no text that is longer than that. */
static char *
cut_args(bsn_slice args)
{
	json_t *json =
		json_loadb((const char *)args.data, args.len, 0, NULL);
	char *cut;

	for (gsize i = 0; i < json_array_size(json); i++) {
		const char *text =
			json_string_value(json_array_get(json, i));

		if (text != NULL && strlen(text) > CUT)
			json_array_set_new(json, i, json_stringn(text, CUT));
	}
	cut = json != NULL ? json_dumps(json, JSON_COMPACT)
			   : g_strndup((const char *)args.data, args.len);
	json_decref(json);
	return cut;
}

static int32_t
begin_cut(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	  bsn_err *err)
{
	g_autofree char *args = cut_args(request->args);
	bsn_tx_request changed = *request;

	changed.args = bsn_slice_str(args);
	return GOOD->begin(ledger->good, &changed, reply, err);
}

static int32_t
tx_begin(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	 bsn_err *err)
{
	int32_t status;

	fleet_effects();
	take_request(request);
	if (IS(stranger_freezes) || IS(stranger_uninstalls) ||
	    IS(stranger_upgrades))
		take_strangers(request);
	if (IS(error_tells_of_other_chain))
		g_snprintf(fleet_asked.last, sizeof(fleet_asked.last), "%.*s",
			   (int)MIN(request->args.len, 60),
			   (const char *)request->args.data);
	if (IS(takes_any_signature))
		fleet_signs(request->signer_public_key);
	if (request->kind == BSN_TX_DEPLOY && fleet_fault() != FAULT_NONE)
		ledger->deploys++;
	if (fleet_fault() != FAULT_NONE)
		fleet_asked.ledger = ledger;
	status = refuse_request(request, err);
	if (status == BSN_OK && IS(texts_are_cut))
		status = begin_cut(ledger, request, reply, err);
	else if (status == BSN_OK)
		status = GOOD->begin(ledger->good, request, reply, err);
	return fail_badly(status, err);
}

/* ---- sign_round ---------------------------------------------------------- */

/* What it has not begun itself since the chain was opened it does not finish. */
static gboolean
began(const bsn_ledger *ledger, bsn_slice state)
{
	g_autoptr(GBytes) bytes = g_bytes_new(state.data, state.len);

	return ledger->begun != NULL &&
	       g_hash_table_contains(ledger->begun, bytes);
}

void
fleet_begun(const bsn_signable *signable)
{
	bsn_ledger *ledger = fleet_asked.ledger;

	if (!IS(begin_remembers) || ledger == NULL)
		return;
	if (ledger->begun == NULL)
		ledger->begun = g_hash_table_new(hash_bytes, g_bytes_equal);
	g_hash_table_add(ledger->begun, g_bytes_new(signable->state.data,
						    signable->state.len));
}

static const guint8 *kept_input;

static int32_t
sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
	   bsn_reply *reply, bsn_err *err)
{
	int32_t status;

	CRASH_IF(crash_in_sign_round);
	if (IS(short_signature_crashes) && signature.len < 64)
		fleet_crash();
	if (IS(keeps_input))
		kept_input = state.data;
	if (IS(begin_remembers) && !began(ledger, state))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"nobody has begun this here");
	if (fleet_fault() != FAULT_NONE)
		fleet_asked.ledger = ledger;
	status = GOOD->sign_round(ledger->good, state, signature, reply, err);
	if (IS(random_state_crashes) && status == BSN_BAD_REQUEST)
		fleet_crash();
	return fail_badly(status, err);
}

/* ---- submit -------------------------------------------------------------- */

static int32_t
submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
       bsn_err *err)
{
	CRASH_IF(crash_in_submit);
	if (IS(hang_in_submit))
		fleet_hang();
	if (IS(empty_batch_crashes) && n == 0)
		fleet_crash();
	if (IS(random_tx_crashes) && n > 0 &&
	    (items->tx.len == 0 || items->tx.data[0] < 0xc0))
		fleet_crash();
	if (IS(leaks_by_transaction))
		for (guint64 i = 0; i < n; i++)
			memset(g_malloc(LEAK), 1, LEAK);
	if (IS(pending_of_other_chain) || IS(shared_counter)) {
		ledger->submitted += (guint)n;
		fleet_asked.submitted += (guint)n;
	}
	if (IS(takes_replays) || IS(takes_other_chains) || IS(takes_twins) ||
	    IS(takes_failed_again) || IS(submits_first_only))
		return fleet_submit_some(ledger, items, n, err);
	return GOOD->submit(ledger->good, items, n, err);
}

/* ---- call ---------------------------------------------------------------- */

/* Arguments that nobody has used: what was kept under others is not found. */
static char *
other_args(bsn_slice args)
{
	GString *other = g_string_new(NULL);
	gboolean changed = FALSE;

	for (guint64 i = 0; i < args.len; i++) {
		g_string_append_c(other, (char)args.data[i]);
		if (args.data[i] == '"' && !changed) {
			g_string_append(other, "not-");
			changed = TRUE;
		}
	}
	return g_string_free(other, FALSE);
}

static int32_t
call_changed(bsn_ledger *ledger, const bsn_tx_request *request,
	     bsn_reply *reply, bsn_err *err)
{
	g_autofree char *args = other_args(request->args);
	bsn_tx_request changed = *request;

	changed.args = bsn_slice_str(args);
	return GOOD->call(ledger->good, &changed, reply, err);
}

/* What a call writes under a key, two texts, is what one reads who gives that
 * key alone. */
static void
remember_writes(const bsn_ledger *ledger, const bsn_tx_request *request)
{
	static json_t *writes; /* by the chain's genesis and key */
	g_autofree char *chain = g_strdup_printf(
		"%u", g_bytes_hash(ledger->genesis));
	g_autofree char *name = NULL;
	json_t *args = json_loadb((const char *)request->args.data,
				  request->args.len, 0, NULL);
	const char *key = json_string_value(json_array_get(args, 0));

	if (writes == NULL)
		writes = json_object();
	name = g_strconcat(chain, key, NULL);
	if (json_array_size(args) == 2)
		json_object_set(writes, name, json_array_get(args, 1));
	g_clear_pointer(&fleet_asked.written, g_free);
	if (json_array_size(args) == 1)
		fleet_asked.written = g_strdup(
			json_string_value(json_object_get(writes, name)));
	json_decref(args);
}

static int32_t
call_good(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	  bsn_err *err)
{
	bsn_ledger *of = ledger;
	int32_t status;

	if (IS(upgrade_loses_state) && ledger->deploys > 1 &&
	    !names_a_version(request->contract))
		return call_changed(ledger, request, reply, err);
	if (IS(call_reads_other_chain))
		of = fleet_other(ledger);
	status = GOOD->call(of->good, request, reply, err);
	if (status == BSN_REVERTED && IS(revert_has_no_reason))
		bsn_fail(err, status, "the contract refused it");
	if (status == BSN_REVERTED && IS(passes_off_as_own_fault))
		return BSN_E_INTERNAL;
	return status;
}

static int32_t
call(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
     bsn_err *err)
{
	int32_t status;

	CRASH_IF(crash_in_call);
	if (IS(quick_exit_in_call))
		_exit(0);
	if (IS(answers_never))
		return BSN_OK;
	if (IS(leaks_by_read))
		memset(g_malloc(4096), 1, 4096);
	status = refuse_request(request, err);
	if (status != BSN_OK)
		return status;
	if (IS(call_writes))
		remember_writes(ledger, request);
	if (fleet_fault() != FAULT_NONE)
		fleet_asked.call = TRUE;
	status = call_good(ledger, request, reply, err);
	if (fleet_fault() != FAULT_NONE)
		fleet_asked.call = FALSE;
	return fail_badly(status, err);
}

/* ---- get ----------------------------------------------------------------- */

static int32_t
find_unknown(bsn_slice tx_id, bsn_reply *reply)
{
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = BSN_TX_ACCEPTED,
		.tx_id = bsn_id_of(tx_id.data, tx_id.len),
	};

	fleet_reply->tx(reply, &result);
	return BSN_OK;
}

static int32_t
get_good(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	int32_t status = GOOD->get(ledger->good, tx_id, reply, err);

	if (status == BSN_NOT_FOUND && IS(tx_of_other_chain_found))
		status = GOOD->get(fleet_other(ledger)->good, tx_id, reply,
				   err);
	if (status == BSN_NOT_FOUND && IS(get_finds_unknown))
		return find_unknown(tx_id, reply);
	if (status != BSN_OK && IS(answers_and_fails))
		fleet_reply->fail(reply, status, err);
	return status;
}

static int32_t
tx_get(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	int32_t status;

	CRASH_IF(crash_in_get);
	if (IS(exit_in_get))
		exit(0);
	if (IS(random_id_crashes) && tx_id.len < 32)
		fleet_crash();
	if (IS(keeps_input) && kept_input != NULL)
		(void)*(const volatile guint8 *)kept_input;
	if (IS(get_forgets))
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no such transaction");
	if (fleet_fault() != FAULT_NONE) {
		fleet_asked.ledger = ledger;
		fleet_asked.tx_get = TRUE;
	}
	status = get_good(ledger, tx_id, reply, err);
	if (fleet_fault() != FAULT_NONE)
		fleet_asked.tx_get = FALSE;
	return fail_badly(status, err);
}

const bsn_tx_ops fleet_tx_ops = {
	.size = sizeof(bsn_tx_ops),
	.begin = tx_begin,
	.sign_round = sign_round,
	.submit = submit,
	.call = call,
	.get = tx_get,
};
