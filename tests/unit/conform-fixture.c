/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/conform-fixture.h"

#include <bsn/bsn.h>
#include <string.h>

#include "tools/conform/level.h"

#define ENGINE BSN_KIND_ENGINE

static const Check load_checks[] = {
	{ .id = "load.note",
	  .sentence = "The file has one BSN note that can be read.",
	  .clause = "plugin.h: BSN_PLUGIN_NOTE",
	  .edition = 1 },
	{ .id = "load.symbols",
	  .sentence = "bsn_plugin_open is all that it exports.",
	  .edition = 1 },
};

static const Check tx_checks[] = {
	{ .id = "tx.build",
	  .sentence = "A request becomes bytes to sign.",
	  .row = "tx.build",
	  .clause = "engine.h: bsn_tx_ops.begin",
	  .level = LEVEL_TABLE2,
	  .edition = 1,
	  .kinds = ENGINE },
	{ .id = "tx.submit-malformed",
	  .sentence = "Bytes that are no transaction are refused.",
	  .row = "tx.submit-sync",
	  .clause = "engine.h: bsn_tx_ops.submit",
	  .level = LEVEL_TABLE2,
	  .edition = 1,
	  .kinds = ENGINE },
	{ .id = "tx.submit-waits",
	  .sentence = "A transaction is answered when it is durable.",
	  .row = "tx.submit-sync",
	  .level = LEVEL_TABLE2,
	  .edition = 1,
	  .kinds = ENGINE },
	{ .id = "tx.query",
	  .sentence = "A transaction is found by its id.",
	  .row = "tx.query",
	  .level = LEVEL_TABLE2,
	  .edition = 1,
	  .kinds = ENGINE },
};

static const Check ledger_checks[] = {
	{ .id = "ledger.info",
	  .sentence = "What the ledger counts agrees with the blocks.",
	  .row = "ledger.info",
	  .clause = "engine.h: bsn_ledger_ops.info",
	  .level = LEVEL_TABLE2,
	  .edition = 1,
	  .kinds = ENGINE },
};

static const Check function_checks[] = {
	{ .id = "function.sm2-vectors",
	  .sentence = "SM2 gives the answers of GB/T 32918.",
	  .row = "function.sm2",
	  .clause = "crypto.h: bsn_signature",
	  .level = LEVEL_TABLES,
	  .edition = 1 },
	{ .id = "function.secp256k1",
	  .sentence = "secp256k1 agrees with OpenSSL.",
	  .row = "function.secp256k1",
	  .level = LEVEL_TABLES,
	  .edition = 1 },
};

static const Check sim_checks[] = {
	{ .id = "sim.crash",
	  .sentence = "Nothing durable is lost in crashes.",
	  .clause = "host.h: bsn_store.commit",
	  .level = LEVEL_SIMULATOR,
	  .edition = 1,
	  .kinds = ENGINE },
	{ .id = "sim.partition",
	  .sentence = "A partition forks nothing.",
	  .level = LEVEL_SIMULATOR,
	  .edition = 1,
	  .kinds = ENGINE },
};

static CHECK_GROUP(load_group, load_checks);
static CHECK_GROUP(tx_group, tx_checks);
static CHECK_GROUP(ledger_group, ledger_checks);
static CHECK_GROUP(function_group, function_checks);
static CHECK_GROUP(sim_group, sim_checks);

const CheckGroup *const fixture_groups[] = { &load_group,     &tx_group,
					     &ledger_group,   &function_group,
					     &sim_group,      NULL };

static Result *
result_new(const Check *check)
{
	Result *result = g_new0(Result, 1);

	result->check = check;
	result->verdict = VERDICT_PASS;
	result->summary = g_strdup("");
	result->evidence = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(result->evidence,
			g_strdup("asked for block 1: height 1, 64 bytes"));
	result->seed = G_MAXUINT64;
	result->replay = g_strdup_printf(
		"bsn-conform engine-acme.so --only %s --seed 1", check->id);
	result->seconds = 0.25;
	return result;
}

static void
set_plugin(Report *report)
{
	report->id = g_strdup("com.acme.engine");
	report->version = g_strdup("1.2.3");
	report->abi_major = 1;
	report->kinds = ENGINE;
	report->name = g_strdup("Acme <engine> & sons");
	report->vendor = g_strdup("Acme \"Ltd\"");
	report->licence = g_strdup("Apache-2.0");
	report->framework = g_strdup("acme");
}

static Report *
report_new(void)
{
	Report *report = g_new0(Report, 1);

	report->path = g_strdup("/opt/acme/engine-acme.so");
	report->file = g_strdup("engine-acme.so");
	report->digest = g_strdup(FIXTURE_DIGEST);
	report->tool_version = g_strdup("9.8.7");
	report->edition = CONFORM_EDITION;
	report->machine = g_strdup("Linux x86_64, 2 CPUs");
	report->started = g_strdup("2026-11-29T09:00:00Z");
	report->seconds = 12.5;
	report->seed = 1;
	report->profile = g_strdup("all");
	report->extent = g_strdup("whole");
	report->results = g_ptr_array_new_with_free_func(
		(GDestroyNotify)result_free);
	report->level = LEVEL_NONE;
	return report;
}

Report *
fixture_report_good(void)
{
	Report *report = report_new();

	set_plugin(report);
	report->workload_digest = g_strdup(FIXTURE_DIGEST);
	for (guint i = 0; fixture_groups[i] != NULL; i++)
		for (gsize j = 0; j < fixture_groups[i]->n; j++)
			g_ptr_array_add(
				report->results,
				result_new(&fixture_groups[i]->checks[j]));
	report->level = level_reached(fixture_groups, ENGINE, report->results);
	report->conforming = TRUE;
	return report;
}

Result *
fixture_result(const Report *report, const char *id)
{
	for (guint i = 0; i < report->results->len; i++) {
		Result *result = report->results->pdata[i];

		if (strcmp(result->check->id, id) == 0)
			return result;
	}
	g_error("the report has no result of %s", id);
}

static void
set(const Report *report, const char *id, Verdict verdict, const char *summary,
    const char *call)
{
	Result *result = fixture_result(report, id);

	g_free(result->summary);
	result->verdict = verdict;
	result->summary = g_strdup(summary);
	result->call = g_strdup(call);
}

Report *
fixture_report_every_verdict(void)
{
	Report *report = fixture_report_good();

	set(report, "load.symbols", VERDICT_WARN,
	    "exports acme_helper as well", NULL);
	set(report, "tx.submit-malformed", VERDICT_CRASHED, "SIGSEGV",
	    "bsn_tx_ops.submit");
	set(report, "tx.submit-waits", VERDICT_HUNG, "no answer in 10 s",
	    "bsn_tx_ops.submit");
	set(report, "tx.query", VERDICT_FAIL,
	    "said \"<b>\x1b[31m&\xff\xe2\x80\xae]]>\n...\n---\"", NULL);
	set(report, "ledger.info", VERDICT_EXITED, "exit(0)",
	    "bsn_ledger_ops.info");
	set(report, "function.secp256k1", VERDICT_NOT_CLAIMED,
	    "its features do not offer function.secp256k1, which is "
	    "optional", NULL);
	set(report, "sim.partition", VERDICT_REFUSED, "the peer's note", NULL);
	g_ptr_array_add(fixture_result(report, "tx.query")->evidence,
			g_strdup("<script>alert(1)</script> '# \x01"));
	report->level = level_reached(fixture_groups, ENGINE, report->results);
	report->conforming = FALSE;
	return report;
}

Report *
fixture_report_refused(void)
{
	Report *report = report_new();

	report->refusal = g_strdup("/opt/acme/engine-acme.so is not an ELF "
				   "file: it begins with \"#!/bin/sh\"");
	return report;
}
