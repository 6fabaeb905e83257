/* SPDX-License-Identifier: Apache-2.0
 *
 * contract.*: contracts are checked, compiled, deployed and listed.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"
#include "tools/conform/contract-facts.h"

/* What no machine takes for a contract: it begins with what is no instruction
 * of the EVM, and begins no archive, module or source either. */
#define NO_CODE "\x0c\xed\xfa\xce no contract"
/* Contracts beside the workload's own, for a list of several pages. */
#define OTHERS 4u

/* ---- contract.deploy ----------------------------------------------------- */

static void
deploys(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	const bsn_reply *before = bed_contract(bed, 0, bed_name(bed, 0));
	const bsn_reply *list;
	BedDone done;
	Facts facts;
	BedValue value;

	EXPECT(run, before->status == BSN_NOT_FOUND,
	       "get of a contract that was never deployed must answer "
	       "not-found; it answers %s",
	       bed_status_name(before->status));
	done = bed_deploy(bed, 0, 0, 1);
	bed_must_commit(bed, &done, "the deployment of version 1");
	facts = facts_get(bed, 0);
	facts_must_be_whole(bed, &facts);
	EXPECT(run, facts.block == done.block,
	       "the contract's block must be that of its deployment, "
	       "%" G_GUINT64_FORMAT "; it is %" G_GUINT64_FORMAT,
	       done.block, facts.block);
	list = bed_list(bed, 0, 0, 100);
	EXPECT(run, facts_listed(bed, list, &facts) == 1,
	       "list must have the contract once, as get has it; it has it "
	       "%u times",
	       facts_listed(bed, list, &facts));
	value = bed_call(bed, 0, SIM_FN_VERSION, "", 0);
	EXPECT(run, g_strcmp0(value.text, "1") == 0,
	       "version of the contract must answer \"1\"; it answers \"%s\"",
	       value.text != NULL ? value.text : value.reason);
}

static void
found_by_address(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	Facts by_name = facts_get(bed, 0);
	Facts by_address;

	if (by_name.address == NULL || *by_name.address == '\0') {
		run_note(run, "contracts of this framework have no address");
		return;
	}
	by_address = facts_of(bed, bed_contract(bed, 0, by_name.address), "");
	EXPECT(run, facts_equal(&by_name, &by_address),
	       "get by address must answer the contract that has it");
}

/* Code that is none is refused before it runs or as it runs; either way it is
 * no contract then. */
static void
refuses_no_code(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	const char *name = bed_name(bed, 0);
	bsn_tx_request request = { .kind = BSN_TX_DEPLOY,
				   .contract = bsn_slice_str(name),
				   .code = bsn_slice_str(NO_CODE) };
	const bsn_reply *found;
	BedDone done = bed_send(bed, 0, bed_account(bed, 0), &request);

	run_note(run, "deployment of \"0c ed fa ce...\" -> %s: %s",
		 bed_status_name(done.status), done.reason);
	bed_must_refuse(bed, &done, "the deployment of what is no code");
	found = bed_contract(bed, 0, name);
	EXPECT(run, found->status == BSN_NOT_FOUND,
	       "what could not be deployed must not be found; get answers %s",
	       bed_status_name(found->status));
	done = bed_deploy(bed, 0, 0, 1);
	bed_must_commit(bed, &done, "a good deployment of the same name");
}

/* The same version again is refused, or it is a further one; what is there
 * goes on working. */
static void
deploys_twice(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done;
	BedValue value;

	bed_put(bed, "kept", "by the first");
	done = bed_deploy(bed, 0, 0, 1);
	if (done.stage == BSN_TX_COMMITTED)
		run_note(run, "it is a further version");
	else
		bed_must_refuse(bed, &done,
				"a second deployment of the same version");
	value = bed_call(bed, 0, SIM_FN_VERSION, "", 0);
	EXPECT(run, g_strcmp0(value.text, "1") == 0,
	       "the contract must go on answering after its name was deployed "
	       "again; version answers \"%s\"",
	       value.text != NULL ? value.text : value.reason);
	bed_must_have(bed, 0, "kept", "by the first");
}

/* ---- lists --------------------------------------------------------------- */

static void
deploy_as(Bed *bed, const char *name)
{
	const SimContract *contract = run_workload(bed_run_of(bed))->contract;
	const SimVersion *version =
		&g_array_index(contract->versions, SimVersion, 0);
	gsize len;
	const void *code = g_bytes_get_data(version->code, &len);
	const bsn_tx_request request = {
		.kind = BSN_TX_DEPLOY,
		.contract = bsn_slice_str(name),
		.code = bsn_slice_of(code, len),
		.options = bsn_slice_str(version->options),
	};
	BedDone done = bed_send(bed, 0, bed_account(bed, 0), &request);

	bed_must_commit(bed, &done, "the deployment under another name");
}

static guint64
next_of(Bed *bed, const bsn_reply *list)
{
	const char *next = bed_json(bed, list, "/next");

	EXPECT(bed_run_of(bed), next != NULL,
	       "list must answer \"next\", a position or null; it does not");
	return strcmp(next, "null") == 0
		       ? G_MAXUINT64
		       : g_ascii_strtoull(next, NULL, 10);
}

/* Walks the list page by page and compares it with the whole. */
static void
walk(Bed *bed, guint64 limit, const GArray *whole)
{
	Run *run = bed_run_of(bed);
	guint64 from = 0;
	guint at = 0;

	for (guint page = 0; from != G_MAXUINT64; page++) {
		const bsn_reply *list = bed_list(bed, 0, from, limit);
		g_autoptr(GArray) some = facts_all(bed, list);

		EXPECT(run, page <= whole->len,
		       "the pages of list must come to an end; after %u there "
		       "is another",
		       page);
		EXPECT(run, some->len <= limit,
		       "list must answer at most limit contracts, "
		       "%" G_GUINT64_FORMAT "; it answers %u",
		       limit, some->len);
		for (guint i = 0; i < some->len; i++, at++)
			EXPECT(run,
			       at < whole->len &&
				       facts_equal(&g_array_index(some, Facts,
								  i),
						   &g_array_index(whole, Facts,
								  at)),
			       "pages of %" G_GUINT64_FORMAT " must have each "
			       "contract once, in the order of the whole list; "
			       "contract %u is another one",
			       limit, at);
		from = next_of(bed, list);
	}
	EXPECT(run, at == whole->len,
	       "pages of %" G_GUINT64_FORMAT " must have all %u contracts; "
	       "they have %u",
	       limit, whole->len, at);
}

static void
lists_pages(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	g_autoptr(GArray) whole = NULL;
	const bsn_reply *beyond;

	for (guint i = 0; i < OTHERS; i++) {
		g_autofree char *name = g_strdup_printf(
			"%s%c", bed_name(bed, 0), 'a' + (char)i);

		deploy_as(bed, name);
	}
	whole = facts_all(bed, bed_list(bed, 0, 0, 100));
	EXPECT(run, whole->len >= OTHERS + 1,
	       "list must have every contract, %u; it has %u", OTHERS + 1,
	       whole->len);
	for (guint i = 1; i < whole->len; i++)
		EXPECT(run,
		       g_array_index(whole, Facts, i - 1).block <=
			       g_array_index(whole, Facts, i).block,
		       "list must be in order of deployment; contract %u was "
		       "deployed before the one that stands before it",
		       i);
	for (guint64 limit = 1; limit <= 3; limit++)
		walk(bed, limit, whole);
	beyond = bed_list(bed, 0, 1000000, 10);
	EXPECT(run, beyond->status == BSN_OK &&
			    bed_json(bed, beyond, "/contracts/0") == NULL,
	       "a position after the last contract must answer an empty "
	       "list");
}

/* ---- contract.check ------------------------------------------------------ */

/* One is what makes code bad: it has to be said, even where the chain would
 * take the code ("ok"). */
static gboolean
is_error(Bed *bed, const bsn_reply *reply, const char *finding)
{
	static const char *const members[] = { "rule", "where", "text",
					       "severity" };
	const char *text = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
		g_autofree char *at =
			g_strconcat(finding, "/", members[i], NULL);

		text = bed_json(bed, reply, at);
		EXPECT(bed_run_of(bed), text != NULL,
		       "a finding of the security check must have \"%s\"; "
		       "that at %s has not",
		       members[i], finding);
	}
	return strcmp(text, "error") == 0;
}

static gboolean
has_error(Bed *bed, const bsn_reply *reply)
{
	gboolean has = FALSE;

	for (guint i = 0;; i++) {
		g_autofree char *one = g_strdup_printf("/findings/%u", i);

		if (bed_json(bed, reply, one) == NULL)
			return has;
		has = is_error(bed, reply, one) || has;
	}
}

static gboolean
is_found_good(Bed *bed, bsn_slice code, const char *what)
{
	Run *run = bed_run_of(bed);
	const bsn_reply *reply = bed_check(bed, 0, code, "{}");
	const bsn_reply *again = bed_check(bed, 0, code, "{}");
	const char *ok;

	EXPECT(run,
	       reply->status == again->status &&
		       bsn_slice_equal(reply->json, again->json),
	       "the security check of %s must find the same again; it does "
	       "not",
	       what);
	if (reply->status > BSN_OK)
		return FALSE;
	EXPECT(run, reply->status == BSN_OK,
	       "the security check of %s must answer; it fails with %s: %s",
	       what, bed_status_name(reply->status), reply->err.reason);
	ok = bed_json(bed, reply, "/ok");
	EXPECT(run,
	       g_strcmp0(ok, "true") == 0 || g_strcmp0(ok, "false") == 0,
	       "the security check must answer \"ok\", true or false; it "
	       "answers %s",
	       ok != NULL ? ok : "nothing");
	EXPECT(run, bed_json(bed, reply, "/findings") != NULL,
	       "the security check must answer \"findings\", an array; it "
	       "does not");
	return !has_error(bed, reply) && strcmp(ok, "true") == 0;
}

static void
checks_code(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	const SimContract *contract = run_workload(run)->contract;

	bed_has(bed, SIM_FN_PUT);
	for (guint i = 0; i < contract->versions->len; i++) {
		const SimVersion *version =
			&g_array_index(contract->versions, SimVersion, i);
		gsize len;
		const void *code = g_bytes_get_data(version->code, &len);

		EXPECT(run,
		       is_found_good(bed, bsn_slice_of(code, len),
				     "the workload's contract"),
		       "version %u of the workload's contract, which is "
		       "deployed in other checks, must be found good",
		       i + 1);
	}
	EXPECT(run,
	       !is_found_good(bed, bsn_slice_str(NO_CODE), "what is no code"),
	       "\"0c ed fa ce...\" must not be found good; it is");
	EXPECT(run,
	       !is_found_good(bed, bsn_slice_of(NULL, 0), "no bytes at all"),
	       "no code at all must not be found good; it is");
}

/* ---- contract.compile ---------------------------------------------------- */

/* This host lends no compiler: what is claimed here the engine brings. */
static void
compiles(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	const bsn_reply *reply = bed_compile(bed, 0, "{}");

	EXPECT(run,
	       reply->status != BSN_NOT_OFFERED &&
		       reply->status != BSN_UNAVAILABLE,
	       "an engine that offers contract.compile must compile; it "
	       "answers %s: %s",
	       bed_status_name(reply->status), reply->err.reason);
	EXPECT(run, reply->status > BSN_OK,
	       "source without a language must be refused with a status "
	       "above 0; it is %s",
	       bed_status_name(reply->status));
}

#define CHECK(id, member, function, sentence)                                  \
	CHECK_OF(id, "contract.deploy", member, function, sentence)
#define CHECK_OF(id, row, member, function, sentence)                          \
	{ "contract." id, sentence, row,                                       \
	  "engine.h: bsn_contract_ops." member, LEVEL_TABLE2, 1,               \
	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK_OF("compile", "contract.compile", "compile", compiles,
		 "An engine that offers a compiler has one."),
	CHECK_OF("check", "contract.check", "check", checks_code,
		 "Good code is found good, what is no code is not, and "
		 "findings say where and why."),
	CHECK("deploy", "get", deploys,
	      "A deployed contract answers, and is listed with its name, "
	      "version, state and block."),
	CHECK("get", "get", found_by_address,
	      "A contract is found by its address as by its name."),
	CHECK("deploy-no-code", "get", refuses_no_code,
	      "What is no code is not deployed, and its name stays free."),
	CHECK("deploy-twice", "get", deploys_twice,
	      "A name that is deployed again goes on working."),
	CHECK("list", "list", lists_pages,
	      "A list taken page by page has every contract once, in order "
	      "of deployment."),
};
CHECK_GROUP(checks_contract, list);
