/* SPDX-License-Identifier: Apache-2.0
 *
 * What the check of packages finds in sources, and what it does not.
 */
#include <bsn/helpers/error.h>
#include <jansson.h>
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-chaincode/runtime.h"

#define PACKAGE_JSON                                                          \
	"{\"main\":\"index.js\",\"scripts\":"                                 \
	"{\"start\":\"fabric-chaincode-node start\"}}"

static ChaincodeFile
file_of(const char *path, const char *text)
{
	return (ChaincodeFile){ path, FALSE, bsn_slice_str(text) };
}

/* "rule@where" of each finding, separated by blanks. */
static char *
findings_of(const ChaincodeFile *files, gsize n, int32_t expected)
{
	g_autoptr(GByteArray) package = g_byte_array_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	BufferSink sink = buffer_sink(out, 1u << 20);
	GString *text = g_string_new(NULL);
	json_t *list, *one;
	gsize i;

	g_assert_cmpint(chaincode_package_write("a_1", "node", "", files, n,
						package, NULL),
			==, BSN_OK);
	g_assert_cmpint(runtime_check(buffer_slice(package), &sink.sink, NULL),
			==, expected);
	list = json_loadb((char *)out->data, out->len, 0, NULL);
	json_array_foreach(list, i, one)
		g_string_append_printf(
			text, "%s%s@%s", i > 0 ? " " : "",
			json_string_value(json_object_get(one, "rule")),
			json_string_value(json_object_get(one, "where")));
	json_decref(list);
	return g_string_free(text, FALSE);
}

/* Of one source: only the rule, and the line. */
static void
expect(const char *source, const char *expected)
{
	const ChaincodeFile files[] = {
		file_of("src/package.json", PACKAGE_JSON),
		file_of("src/index.js", source),
	};
	g_autofree char *found = findings_of(files, 2, BSN_OK);
	g_auto(GStrv) parts = g_strsplit(found, "index.js:", -1);
	g_autofree char *plain = g_strjoinv("", parts);

	if (strcmp(plain, expected) != 0)
		g_error("%s\nfound    %s\nexpected %s", source, plain,
			expected);
}

static void
test_randomness(void)
{
	expect("const x = Math.random();", "random@1");
	expect("const x = Math\n  .random();", "random@1");
	expect("const x = my.Math.random();", "");
	expect("const { randomBytes } = require('crypto');\nrandomBytes(4);",
	       "random@2");
	expect("import { v4 as uuidv4 } from 'node:crypto';\nuuidv4()",
	       "random@2");
	expect("crypto.createHash('sha256')", "");
	expect("crypto.randomUUID()", "random@1");
}

static void
test_clocks(void)
{
	expect("Date.now()", "time@1");
	expect("new Date()", "time@1");
	expect("new Date", "time@1");
	expect("Date()", "time@1");
	expect("new Date(seconds * 1000).toISOString()", "");
	expect("const d = { Date: 1 }; x.Date();", "");
	expect("process.hrtime.bigint(); performance.now()", "time@1");
	expect("function f(when: Date) {}", "");
}

static void
test_network(void)
{
	expect("const h = require('https')", "network@1");
	expect("import net from 'node:net';", "network@1");
	expect("await fetch(url)", "network@1");
	expect("await this.fetch(url)", "");
	expect("const fetch = 1", "");
}

static void
test_machine(void)
{
	expect("process.env.HOME", "environment@1");
	expect("require('child_process')", "environment@1");
	expect("require('fs').readFileSync(x)", "files@1");
	expect("a.localeCompare(b)", "locale@1");
	expect("new Intl.Collator()", "locale@1");
	expect("Promise.race([a, b]); Promise.all([a, b])", "race@1");
}

static void
test_order(void)
{
	expect("for (const k in o) {}", "for-in@1");
	expect("for (const k of o) {}", "");
	expect("for (let i = 0; i < n; i++) { if (k in o) {} }", "");
	expect("JSON.stringify(asset)", "json-order@1");
	expect("stringify(sortKeysRecursive(asset))", "");
	expect("JSON.stringify(sortKeys(asset))", "");
	expect("new Map(); new Set(); Object.keys(o)", "");
}

static void
test_state(void)
{
	expect("let n = 0;\nfunction f() { n++; }", "global-state@2");
	expect("let n = 0;\nfunction f() { n += 1; }", "global-state@2");
	expect("let n = 0;\nfunction f() { return n; }", "");
	expect("const n = 0;\nfunction f() { let n = 1; }", "");
	expect("const cache = new Map();\nconst f = () => { "
	       "cache.set(1, 2); };",
	       "global-state@2");
	expect("const cache = {};\nconst f = () => { cache.x = 2; };",
	       "global-state@2");
	expect("let n;\nn = 1;", "");
	expect("let n;\nfunction f(o) { o.n = 1; }", "");
	expect("class A extends Contract {\n constructor() { this.a = 1; }\n"
	       " async f(ctx) { this.a = 2; } }",
	       "global-state@3");
	expect("class A extends api.Contract { f() { if (x) { this.a++; } } }",
	       "global-state@1");
	expect("class Asset { setOwner(o) { this.owner = o; } }", "");
}

static void
test_promises(void)
{
	expect("async function f() { ctx.stub.putState(k, v); }",
	       "unawaited@1");
	expect("async function f() { await ctx.stub.putState(k, v); }", "");
	expect("async function f() { return ctx.stub.putState(k, v); }", "");
	expect("const f = () => ctx.stub.putState(k, v);", "");
	expect("await Promise.all([stub.putState(k, v), stub.getState(k)])",
	       "");
	expect("stub.putState(k, v).then(f);", "");
	expect("if (a) stub.deleteState(k);", "unawaited@1");
	expect("const p = stub.getState(k); await p;", "");
	expect("const a = [1]\nstub.putState(k, v)", "unawaited@2");
	expect("class S { async putState(k, v) { await x(); } }", "");
	expect("setTimeout(f, 1)", "timer@1");
	expect("stub.getQueryResult(q)", "rich-query@1 unawaited@1");
}

static void
test_fractions(void)
{
	expect("x * 1.5", "float@1");
	expect("x * 15", "");
	expect("parseFloat(x)", "float@1");
	expect("Math.pow(x, y) + Math.floor(z)", "float@1");
}

static void
test_no_code(void)
{
	expect("// Math.random()\n/* Date.now()\n */ 1", "");
	expect("'Math.random()'; \"Date.now()\"; 'it\\'s new Date()'", "");
	expect("`Math.random()`", "");
	expect("`a ${Math.random()} b`", "random@1");
	expect("`a ${`b ${x} Date.now()`} Date.now()`", "");
	expect("`${{ a: { b: 1 } }} Date.now()`; Math.random()", "random@1");
	expect("/Math.random()/.test(x)", "");
	expect("x = a / b; Math.random(); c / d", "random@1");
	expect("if (x) /'/.test(y); Math.random(); '", "random@1");
	expect("y = f(x) / 2; Math.random(); z / 2", "random@1");
	expect("/[/'\"]/; Math.random()", "random@1");
	expect("return /\\//; '", "");
	expect("#!/usr/bin/env node '\nMath.random()", "random@2");
	expect("'unterminated\nMath.random()", "random@2");
}

static void
test_lines(void)
{
	expect("\n\n`\n\n`\n/*\n*/\nMath.random()", "random@8");
	expect("'a\\\nb'\nMath.random()", "random@3");
}

static void
test_reachable(void)
{
	const ChaincodeFile files[] = {
		file_of("src/package.json", PACKAGE_JSON),
		file_of("src/index.js", "require('./lib/a')"),
		file_of("src/lib/a.js", "require('..'); Date.now()"),
		file_of("src/test/b.js", "Math.random()"),
		file_of("src/node_modules/m/index.js", "Math.random()"),
	};
	g_autofree char *found =
		findings_of(files, G_N_ELEMENTS(files), BSN_OK);

	g_assert_cmpstr(found, ==, "time@lib/a.js:1");
}

static void
test_dynamic(void)
{
	const ChaincodeFile files[] = {
		file_of("src/package.json", PACKAGE_JSON),
		file_of("src/index.js", "require(name)"),
		file_of("src/other.js", "Math.random()"),
	};
	g_autofree char *found =
		findings_of(files, G_N_ELEMENTS(files), BSN_OK);

	g_assert_cmpstr(found, ==,
			"dynamic-require@index.js:1 random@other.js:1");
}

static void
expect_broken(const char *package_json, const char *source,
	      const char *expected)
{
	const ChaincodeFile files[] = {
		file_of("src/package.json", package_json),
		file_of("src/index.js", source),
	};
	g_autofree char *found = findings_of(files, 2, BSN_FAULT);

	g_assert_cmpstr(found, ==, expected);
}

static void
test_broken(void)
{
	const ChaincodeFile without = file_of("src/index.js", "1");
	g_autofree char *found = findings_of(&without, 1, BSN_FAULT);

	g_assert_cmpstr(found, ==, "package@package");
	expect_broken("{}", "1", "package@package");
	expect_broken("{\"scripts\":{\"start\":\"npm run x && y\"}}", "1",
		      "package@package");
	expect_broken("{\"scripts\":{\"start\":\"node other.js\"}}", "1",
		      "package@package");
	expect_broken("{\"main\":\"dist/index.js\",\"scripts\":{\"start\":"
		      "\"fabric-chaincode-node start\"}}",
		      "1", "package@package.json");
	expect_broken(PACKAGE_JSON, "require('left-pad')",
		      "module@index.js:1");
	expect_broken(PACKAGE_JSON, "require('./nothing')",
		      "module@index.js:1");
	expect_broken(PACKAGE_JSON, "require('../../etc/passwd')",
		      "module@index.js:1");
}

static void
test_no_package(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	BufferSink sink = buffer_sink(out, 1u << 20);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(runtime_check(bsn_slice_str("no package"), &sink.sink,
				      &err),
			==, BSN_FAULT);
	g_assert_cmpstr(err.reason, ==,
			"the package cannot run: see the findings");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	runtime_host.node_path = "/nonexistent";
#define T(name, function) g_test_add_func("/chaincode/check/" name, function)
	T("randomness-is-found", test_randomness);
	T("clocks-are-found", test_clocks);
	T("network-is-found", test_network);
	T("what-differs-between-machines-is-found", test_machine);
	T("order-that-depends-is-found", test_order);
	T("state-outside-the-ledger-is-found", test_state);
	T("promises-without-await-are-found", test_promises);
	T("fractions-are-found", test_fractions);
	T("what-is-no-code-is-not-found", test_no_code);
	T("lines-are-counted", test_lines);
	T("only-what-can-be-loaded-is-read", test_reachable);
	T("all-is-read-when-names-are-made-at-run-time", test_dynamic);
	T("packages-that-cannot-run-are-refused", test_broken);
	T("what-is-no-package-is-refused", test_no_package);
#undef T
	return g_test_run();
}
