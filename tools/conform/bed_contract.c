/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract that the workload brings, and the members of the chain.
 */
#include "tools/conform/bed_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/pointer.h"

static const SimContract *
contract_of(const Bed *bed)
{
	EXPECT(bed->run, bed->workload->contract != NULL,
	       "the workload must have a \"contract\" for this check; it has "
	       "none (docs/vendor-guide.md, \"The workload\")");
	return bed->workload->contract;
}

gboolean
bed_has(const Bed *bed, SimFn function)
{
	return contract_of(bed)->functions[function].function != NULL;
}

const char *
bed_name(Bed *bed, guint version)
{
	const SimContract *contract = contract_of(bed);
	char *old;

	if (version == 0)
		return contract->name;
	old = sim_contract_old(contract, version);
	EXPECT(bed->run, old != NULL,
	       "the workload must say how an older version is named "
	       "(contract.old)");
	return bed_keep(bed, old);
}

/* What became of a transaction, in a line. */
static void
note_done(Bed *bed, guint node, const char *what, const BedDone *done)
{
	static const char *const stages[] = { "refused", "accepted",
					      "committed", "invalid" };

	if (done->stage == 0)
		bed_note(bed, "node %u, %s -> refused, %s: %s", node, what,
			 bed_status_name(done->status), done->reason);
	else
		bed_note(bed,
			 "node %u, %s -> %s (%s) in block %" G_GUINT64_FORMAT
			 " at %" G_GUINT64_FORMAT,
			 node, what, stages[done->stage],
			 bed_status_name(done->status), done->block,
			 done->index);
}

BedDone
bed_deploy(Bed *bed, guint node, guint account, guint version)
{
	const SimContract *contract = contract_of(bed);
	bsn_tx_request request = { .kind = BSN_TX_DEPLOY };
	const SimVersion *code;
	g_autofree char *what = NULL;
	BedDone done;
	gsize len;
	const void *data;

	EXPECT(bed->run, version >= 1 && version <= contract->versions->len,
	       "the workload must have version %u of its contract", version);
	code = &g_array_index(contract->versions, SimVersion, version - 1);
	data = g_bytes_get_data(code->code, &len);
	request.contract = bsn_slice_str(contract->name);
	request.code = bsn_slice_of(data, len);
	request.options = bsn_slice_str(code->options);
	done = bed_send(bed, node, bed_account(bed, account), &request);
	what = g_strdup_printf("account %u deploys version %u of %s", account,
			       version, contract->name);
	note_done(bed, node, what, &done);
	return done;
}

static const char *
kind_name(guint32 kind)
{
	static const char *const names[] = { "?",	 "invokes",
					     "deploys",	 "freezes",
					     "unfreezes", "uninstalls",
					     "changes members of" };

	return kind < G_N_ELEMENTS(names) ? names[kind] : "?";
}

BedDone
bed_manage(Bed *bed, guint node, guint account, guint32 kind, guint version)
{
	const char *name = bed_name(bed, version);
	const bsn_tx_request request = { .kind = kind,
					 .contract = bsn_slice_str(name) };
	BedDone done =
		bed_send(bed, node, bed_account(bed, account), &request);
	g_autofree char *what = g_strdup_printf("account %u %s %s", account,
						kind_name(kind), name);

	note_done(bed, node, what, &done);
	return done;
}

/* ---- its functions ------------------------------------------------------- */

typedef struct {
	bsn_tx_request request;
	char *args, *options;
} Filled;

static void
filled_clear(Filled *filled)
{
	g_free(filled->args);
	g_free(filled->options);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Filled, filled_clear)

static void
fill(Bed *bed, guint version, SimFn fn, const char *key, const char *value,
     guint64 n, Filled *filled)
{
	const SimFunction *function = &contract_of(bed)->functions[fn];

	EXPECT(bed->run,
	       sim_function_fill(function, key != NULL ? key : "",
				 value != NULL ? value : "", n, &filled->args,
				 &filled->options),
	       "the workload must say how to call contract.functions.%s",
	       sim_function_name(fn));
	filled->request = (bsn_tx_request){
		.size = sizeof(filled->request),
		.kind = BSN_TX_INVOKE,
		.contract = bsn_slice_str(bed_name(bed, version)),
		.function = bsn_slice_str(function->function),
		.args = bsn_slice_str(filled->args),
		.options = bsn_slice_str(filled->options),
	};
}

BedDone
bed_invoke_at(Bed *bed, guint node, guint account, guint version, SimFn fn,
	      const char *key, const char *value, guint64 n)
{
	g_auto(Filled) filled = { .args = NULL };
	g_autofree char *what = NULL;
	BedDone done;

	fill(bed, version, fn, key, value, n, &filled);
	done = bed_send(bed, node, bed_account(bed, account), &filled.request);
	what = g_strdup_printf("account %u: %s of %s %s", account,
			       sim_function_name(fn), bed_name(bed, version),
			       filled.args);
	note_done(bed, node, what, &done);
	return done;
}

BedBuilt
bed_build_invoke(Bed *bed, guint node, guint account, SimFn fn,
		 const char *key, const char *value)
{
	g_auto(Filled) filled = { .args = NULL };
	BedBuilt built;

	fill(bed, 0, fn, key, value, 0, &filled);
	built = bed_build(bed, node, bed_account(bed, account),
			  &filled.request);
	EXPECT(bed->run, built.status == BSN_OK,
	       "a call of %s must be built; begin answers %s: %s",
	       sim_function_name(fn), bed_status_name(built.status),
	       built.reason);
	return built;
}

BedDone
bed_invoke(Bed *bed, guint node, guint account, SimFn function, const char *key,
	   const char *value)
{
	return bed_invoke_at(bed, node, account, 0, function, key, value, 0);
}

static int32_t
ask_call(const bsn_engine *engine, bsn_ledger *ledger, bsn_reply *reply,
	 gpointer data)
{
	return engine->tx->call(ledger, data, reply, &reply->err);
}

/* The value at "result" and the workload's pointer below it. */
static const char *
result_of(Bed *bed, const bsn_reply *reply, SimFn fn)
{
	const char *below = contract_of(bed)->functions[fn].result;
	g_autofree char *pointer = g_strconcat("/result", below, NULL);

	return bed_json(bed, reply, pointer);
}

BedValue
bed_call_at(Bed *bed, guint node, guint account, guint version, SimFn fn,
	    const char *key, const char *value, guint64 n)
{
	const SimKey *signer = bed_account(bed, account);
	g_auto(Filled) filled = { .args = NULL };
	BedValue answer = { .reason = "" };

	fill(bed, version, fn, key, value, n, &filled);
	filled.request.signer_public_key =
		bsn_slice_of(signer->public_key, signer->public_key_len);
	answer.reply = bed_ask(bed, node, SIM_ANSWER_VALUE, ask_call,
			       &filled.request);
	answer.status = answer.reply->status;
	if (answer.status == BSN_OK)
		answer.text = result_of(bed, answer.reply, fn);
	else
		answer.reason = answer.reply->err.reason;
	bed_note(bed, "node %u, call of %s of %s %s -> %s%s%s", node,
		 sim_function_name(fn), bed_name(bed, version), filled.args,
		 answer.status == BSN_OK ? ""
					 : bed_status_name(answer.status),
		 answer.status == BSN_OK ? "" : ": ",
		 answer.status != BSN_OK ? answer.reason
		 : answer.text != NULL	 ? answer.text
					 : "nothing");
	return answer;
}

BedValue
bed_call(Bed *bed, guint node, SimFn function, const char *key, guint64 n)
{
	return bed_call_at(bed, node, 0, 0, function, key, NULL, n);
}

Bed *
bed_with_contract(Run *run, const BedSpec *spec)
{
	Bed *bed = bed_new(run, spec);
	BedDone done = bed_deploy(bed, 0, 0, 1);

	bed_must_commit(bed, &done, "the deployment of version 1");
	return bed;
}

void
bed_must_commit(Bed *bed, const BedDone *done, const char *what)
{
	EXPECT(bed->run,
	       done->status == BSN_OK && done->stage == BSN_TX_COMMITTED,
	       "%s must be committed and take effect; it is %s: %s", what,
	       bed_status_name(done->status), done->reason);
}

BedDone
bed_put(Bed *bed, const char *key, const char *value)
{
	BedDone done = bed_invoke(bed, 0, 0, SIM_FN_PUT, key, value);

	bed_must_commit(bed, &done, "a transaction that puts a value");
	return done;
}

void
bed_must_have(Bed *bed, guint node, const char *key, const char *value)
{
	BedValue has = bed_call(bed, node, SIM_FN_GET, key, 0);

	EXPECT(bed->run, has.status == BSN_OK,
	       "the value of \"%s\" must be readable; get answers %s: %s", key,
	       bed_status_name(has.status), has.reason);
	EXPECT(bed->run, g_strcmp0(has.text, value) == 0,
	       "the value of \"%s\" must be \"%s\"; it is \"%s\"", key, value,
	       has.text != NULL ? has.text : "(nothing)");
}

/* ---- members ------------------------------------------------------------- */

/* Who signs: accounts or nodes, one after the other, as many as governance
 * asks for; the change is made with the last one. */
static const SimKey *
governor(Bed *bed, guint number)
{
	if (g_strcmp0(bed->workload->members_signer, "node") == 0)
		return number < bed->spec.nodes ? bed_node_key(bed, number)
						: NULL;
	return number < bed->workload->accounts ? bed_account(bed, number)
						: NULL;
}

static gboolean
has_role(Bed *bed, guint node, guint about, const char *role)
{
	const SimKey *key = bed_node_key(bed, about);
	const bsn_reply *reply = bed_members(bed, node);
	const char *hex = bed_hex(
		bed, bsn_slice_of(key->public_key, key->public_key_len));
	gboolean none = strcmp(role, "none") == 0;

	for (guint i = 0;; i++) {
		g_autofree char *at = g_strdup_printf("/%u/public_key", i);
		g_autofree char *is = g_strdup_printf("/%u/role", i);
		const char *found = bed_json(bed, reply, at);

		if (found == NULL)
			return none;
		/* As the gateway writes bytes, or without the prefix. */
		if (g_str_has_prefix(found, "0x"))
			found += 2;
		if (g_ascii_strcasecmp(found, hex) == 0)
			return g_strcmp0(bed_json(bed, reply, is), role) == 0;
	}
}

BedDone
bed_change_member(Bed *bed, guint node, guint about, const char *role)
{
	const SimKey *key = bed_node_key(bed, about);
	const char *hex = bed_hex(
		bed, bsn_slice_of(key->public_key, key->public_key_len));
	g_autofree char *args = g_strdup_printf(
		"{\"public_key\": \"%s\", \"role\": \"%s\", \"name\": "
		"\"%s\"}",
		hex, role, bed->world->nodes[about].name);
	const bsn_tx_request request = {
		.kind = BSN_TX_MEMBER,
		.args = bsn_slice_str(args),
		.options = bsn_slice_str(bed->workload->members_options != NULL
						 ? bed->workload->members_options
						 : ""),
	};
	BedDone done = { .status = BSN_NOT_OFFERED, .reason = "" };
	g_autofree char *what =
		g_strdup_printf("node %u becomes %s", about, role);

	for (guint i = 0; governor(bed, i) != NULL; i++) {
		done = bed_send(bed, node, governor(bed, i), &request);
		note_done(bed, node, what, &done);
		if (done.status != BSN_OK || has_role(bed, node, about, role))
			break;
	}
	return done;
}
