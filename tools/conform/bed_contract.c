/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract that the workload brings.
 */
#include "tools/conform/bed_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/pointer.h"

/* An engine without contracts has none in its workload either. */
static const SimContract *
contract_of(const Bed *bed)
{
	const Claim *deploy =
		subject_claim(bed->run->subject, "contract.deploy");

	if (bed->workload->contract == NULL &&
	    (deploy == NULL || !deploy->offered))
		run_not_claimed(bed->run, "its chains have no contracts");
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
void
bed_note_done(Bed *bed, guint node, const char *what, const BedDone *done)
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

static bsn_tx_request
deployment(const Bed *bed, guint version)
{
	const SimContract *contract = contract_of(bed);
	const SimVersion *code;
	gsize len;
	const void *data;

	EXPECT(bed->run, version >= 1 && version <= contract->versions->len,
	       "the workload must have version %u of its contract", version);
	code = &g_array_index(contract->versions, SimVersion, version - 1);
	data = g_bytes_get_data(code->code, &len);
	return (bsn_tx_request){
		.kind = BSN_TX_DEPLOY,
		.contract = bsn_slice_str(contract->name),
		.code = bsn_slice_of(data, len),
		.options = bsn_slice_str(code->options),
	};
}

BedDone
bed_deploy(Bed *bed, guint node, guint account, guint version)
{
	const bsn_tx_request request = deployment(bed, version);
	BedDone done =
		bed_send(bed, node, bed_account(bed, account), &request);
	g_autofree char *what = g_strdup_printf(
		"account %u deploys version %u of %s", account, version,
		bed_name(bed, 0));

	bed_note_done(bed, node, what, &done);
	return done;
}

void
bed_install(Bed *bed, guint node, guint account, guint version)
{
	const bsn_tx_request request = deployment(bed, version);

	(void)bed_build(bed, node, bed_account(bed, account), &request);
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

	bed_note_done(bed, node, what, &done);
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
fill(Bed *bed, const char *contract, SimFn fn, const char *key,
     const char *value, guint64 n, Filled *filled)
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
		.contract = bsn_slice_str(contract),
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

	fill(bed, bed_name(bed, version), fn, key, value, n, &filled);
	done = bed_send(bed, node, bed_account(bed, account), &filled.request);
	what = g_strdup_printf("account %u: %s of %s %s", account,
			       sim_function_name(fn), bed_name(bed, version),
			       filled.args);
	bed_note_done(bed, node, what, &done);
	return done;
}

BedBuilt
bed_build_invoke(Bed *bed, guint node, guint account, SimFn fn,
		 const char *key, const char *value)
{
	g_auto(Filled) filled = { .args = NULL };
	BedBuilt built;

	fill(bed, bed_name(bed, 0), fn, key, value, 0, &filled);
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

static BedValue
call_it(Bed *bed, guint node, const SimKey *signer, SimFn fn, Filled *filled)
{
	BedValue answer = { .reason = "" };

	filled->request.signer_public_key =
		bsn_slice_of(signer->public_key, signer->public_key_len);
	filled->request.signer_certificate = signer->certificate;
	answer.reply = bed_ask(bed, node, SIM_ANSWER_VALUE, ask_call,
			       &filled->request);
	answer.status = answer.reply->status;
	if (answer.status == BSN_OK)
		answer.text = result_of(bed, answer.reply, fn);
	else
		answer.reason = answer.reply->err.reason;
	bed_note(bed, "node %u, call of %s of %.*s %s -> %s%s%s", node,
		 sim_function_name(fn), (int)filled->request.contract.len,
		 (const char *)filled->request.contract.data, filled->args,
		 answer.status == BSN_OK ? ""
					 : bed_status_name(answer.status),
		 answer.status == BSN_OK ? "" : ": ",
		 answer.status != BSN_OK ? answer.reason
		 : answer.text != NULL	 ? answer.text
					 : "nothing");
	return answer;
}

BedValue
bed_call_at(Bed *bed, guint node, guint account, guint version, SimFn fn,
	    const char *key, const char *value, guint64 n)
{
	g_auto(Filled) filled = { .args = NULL };

	fill(bed, bed_name(bed, version), fn, key, value, n, &filled);
	return call_it(bed, node, bed_account(bed, account), fn, &filled);
}

BedValue
bed_call_named(Bed *bed, guint node, const char *contract, SimFn fn,
	       const char *key)
{
	g_auto(Filled) filled = { .args = NULL };

	fill(bed, contract, fn, key, "", 0, &filled);
	return call_it(bed, node, bed_account(bed, 0), fn, &filled);
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

static BedBuilt
build_act(Bed *bed, guint node)
{
	const SimKey *owner = bed_account(bed, 0);
	const bsn_tx_request freeze = {
		.kind = BSN_TX_FREEZE,
		.contract = bsn_slice_str(bed_name(bed, 0)),
	};
	g_auto(Filled) put = { .args = NULL };

	if (subject_offers(bed->run->subject, "contract.freeze"))
		return bed_build(bed, node, owner, &freeze);
	fill(bed, bed_name(bed, 0), SIM_FN_PUT, "open", "acted", 0, &put);
	return bed_build(bed, node, owner, &put.request);
}

BedBuilt
bed_build_act(Bed *bed, guint node)
{
	BedBuilt built = build_act(bed, node);

	EXPECT(bed->run, built.status == BSN_OK,
	       "the owner's transaction must be built; %s: %s",
	       bed_status_name(built.status), built.reason);
	return built;
}

BedDone
bed_act(Bed *bed, guint node)
{
	BedBuilt built = build_act(bed, node);
	BedDone done = { .status = built.status, .reason = built.reason };

	if (built.bytes != NULL)
		done = bed_submit(bed, node, built.bytes);
	bed_note_done(bed, node, "account 0 acts as the owner", &done);
	return done;
}

void
bed_must_commit(Bed *bed, const BedDone *done, const char *what)
{
	EXPECT(bed->run,
	       done->status == BSN_OK && done->stage == BSN_TX_COMMITTED,
	       "%s must be committed and take effect; it is %s: %s", what,
	       bed_status_name(done->status), done->reason);
}

/* An engine that answers with a status below 0 says that it is broken. */
static void
must_be_no(Bed *bed, int32_t status, const char *reason, const char *what)
{
	EXPECT(bed->run, status > BSN_OK,
	       "%s must be refused with a status above 0; it is %s: %s", what,
	       status == BSN_OK ? "done" : bed_status_name(status), reason);
	EXPECT(bed->run, reason != NULL && *reason != '\0',
	       "%s must be refused with a reason; there is none", what);
}

void
bed_must_refuse(Bed *bed, const BedDone *done, const char *what)
{
	EXPECT(bed->run, done->stage != BSN_TX_COMMITTED,
	       "%s must be refused; it was committed in block "
	       "%" G_GUINT64_FORMAT,
	       what, done->block);
	must_be_no(bed, done->status, done->reason, what);
}

void
bed_must_refuse_call(Bed *bed, const BedValue *value, const char *what)
{
	must_be_no(bed, value->status, value->reason, what);
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
