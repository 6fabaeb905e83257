/* SPDX-License-Identifier: Apache-2.0
 *
 * What the EVM plugin says of code before it is deployed.
 */
#include <string.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/evm/fixture.h"
#include "tests/unit/fake-host.h"

/* The rules found in code, joined by blanks. */
static char *
rules_of(const char *hex)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) code = bytes_of_hex(hex);
	g_autoptr(GByteArray) json = g_byte_array_new();
	BufferSink sink = buffer_sink(json, 1u << 20);
	g_autoptr(json_t) findings = NULL;
	GString *rules = g_string_new(NULL);
	const json_t *finding;
	gsize i;

	g_assert_cmpint(fixture->evm->check(buffer_slice(code), &sink.sink,
					    NULL), ==, BSN_OK);
	findings = json_parse(buffer_slice(json), 1u << 20, "findings", NULL,
			      NULL);
	g_assert_true(json_is_array(findings));
	json_array_foreach(findings, i, finding) {
		g_assert_cmpuint(json_object_size(finding), ==, 4);
		g_string_append_printf(
			rules, "%s%s", i > 0 ? " " : "",
			json_string_value(json_object_get(finding, "rule")));
	}
	return g_string_free(rules, FALSE);
}

static void
findings_are_made(void)
{
	static const struct {
		const char *code;
		const char *rules;
	} cases[] = {
		{ "6001600201", "" },
		{ "5fff", "evm-selfdestruct" },
		/* DELEGATECALL to a constant, to what is stored, to what the
		 * caller gives, and that once the caller was looked at */
		{ "5f5f5f5f5f5af4", "" },
		{ "5f5f5f5f5f545af4", "evm-delegatecall" },
		{ "5f5f5f5f5f355af4", "evm-delegatecall-caller-chosen" },
		{ "335f541460085700" "5b" "5f5f5f5f5f355af4",
		  "evm-delegatecall" },
		{ "5f5f5f5f5f5f5af2", "evm-callcode" },
		{ "3250", "" },
		{ "326004575b", "evm-origin-authorisation" },
		{ "323314600657fe5b", "" }, /* the caller is the signer */
		{ "600c0c", "evm-undefined-opcode" },
		{ "60ff", "" },   /* data of a PUSH */
		{ "000cff", "" }, /* behind a STOP */
		{ "005bff", "" }, /* a label that nobody jumps to */
		{ "600356005bff", "" }, /* not a label */
		{ "600456005bff", "evm-selfdestruct" },
		/* The result of a CALL dropped, and looked at */
		{ "5f5f5f5f5f5f355af150", "evm-unchecked-call" },
		{ "5f5f5f5f5f5f355af1801560105750", "" },
		/* CREATE of what calldata holds */
		{ "36" "5f5ff0", "evm-create-caller-chosen" },
		/* while (i < stored) stored2 = i++ */
		{ "5f5b5f5481106015578060015560010160015600",
		  "" },
		/* Behind the metadata's begin: {"solc": h'000818'} */
		{ "5b" "a164736f6c6343" "3232ff" "000a", "" },
		/* A constructor that returns what follows it: SELFDESTRUCT */
		{ "600280600a5f395ff3" "00" "5fff", "evm-selfdestruct" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *rules = rules_of(cases[i].code);

		g_assert_cmpstr(rules, ==, cases[i].rules);
	}
}

static void
size_is_bounded(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) json = g_byte_array_new();
	BufferSink sink = buffer_sink(json, 1u << 20);
	g_autofree guint8 *code = g_malloc0(49153);

	memset(code, 0x5b, 49153);
	g_assert_cmpint(fixture->evm->check((bsn_slice){ code, 49153 },
					    &sink.sink, &fixture->err), ==,
			BSN_TOO_LARGE);
	g_assert_nonnull(strstr(fixture->err.reason, "49152"));
	g_assert_cmpint(fixture->evm->check((bsn_slice){ code, 49152 },
					    &sink.sink, &fixture->err), ==,
			BSN_OK);
	g_assert_cmpint(fixture->evm->check((bsn_slice){ NULL, 0 }, &sink.sink,
					    &fixture->err), ==, BSN_FAULT);
}

/* However much of it there is. */
static void
findings_are_bounded(void)
{
	g_autoptr(GString) hex = g_string_new(NULL);
	g_autofree char *rules = NULL;
	g_auto(GStrv) words = NULL;

	for (guint i = 0; i < 1000; i++)
		g_string_append(hex, "5f5f5f5f5f5f5af250");
	rules = rules_of(hex->str);
	words = g_strsplit(rules, " ", -1);
	g_assert_cmpuint(g_strv_length(words), ==, 16);
}

/* ---- what a compiler makes ---- */

static json_t *
compiled(void)
{
	g_autofree char *file =
		g_build_filename(g_getenv("G_TEST_SRCDIR"), "tests", "unit",
				 "contracts", "checks.json", NULL);
	json_t *contracts = json_load_file(file, 0, NULL);

	g_assert_true(json_is_array(contracts));
	return contracts;
}

static const char *
text_of(const json_t *contract, const char *member)
{
	return json_string_value(json_object_get(contract, member));
}

static gboolean
is_listed(const char *rule)
{
	const bsn_runtime *evm = bsn_runtime_of(fake_host_load("runtime-evm.so"));

	return g_strv_contains(evm->check_rules, rule);
}

static void
solidity_is_judged(void)
{
	g_autoptr(json_t) contracts = compiled();
	const json_t *contract;
	gsize i;

	g_assert_cmpuint(json_array_size(contracts), ==, 72);
	json_array_foreach(contracts, i, contract) {
		const char *rule = text_of(contract, "rule");
		gboolean bad =
			json_is_true(json_object_get(contract, "bad"));
		g_autofree char *rules = rules_of(text_of(contract, "code"));
		g_auto(GStrv) words = g_strsplit(rules, " ", -1);
		gboolean found =
			g_strv_contains((const char *const *)words, rule);

		g_assert_true(is_listed(rule));
		if (found != bad)
			g_error("%s (%s, %s): found \"%s\"",
				text_of(contract, "name"),
				json_is_true(json_object_get(contract,
							     "via_ir"))
					? "by way of the IR"
					: "legacy",
				json_is_true(json_object_get(contract,
							     "optimised"))
					? "optimised"
					: "as it is",
				rules);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	g_test_add_func("/evm/check/findings-are-made", findings_are_made);
	g_test_add_func("/evm/check/size-is-bounded", size_is_bounded);
	g_test_add_func("/evm/check/findings-are-bounded",
			findings_are_bounded);
	g_test_add_func("/evm/check/what-solc-makes-is-judged-both-ways",
			solidity_is_judged);
	return g_test_run();
}
