/* SPDX-License-Identifier: Apache-2.0
 *
 * Workloads: what is read, what is refused, and what is filled in.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "tools/sim/pointer.h"
#include "tools/sim/workload.h"

#define REQUESTS                                                               \
	"\"requests\": [{\"contract\": \"k\", \"function\": \"f\","            \
	" \"args\": [\"{n}{n}\", \"{x}\"], \"options\": {}}]"

static SimWorkload *
read_workload(const char *text, char **message)
{
	return sim_workload_parse(text, strlen(text), NULL, message);
}

static SimWorkload *
read_sound(const char *text)
{
	g_autofree char *message = NULL;
	SimWorkload *workload = read_workload(text, &message);

	if (workload == NULL)
		g_error("%s", message);
	return workload;
}

static void
assert_config(const SimWorkload *workload, const char *protocol,
	      const char *more, const char *wanted)
{
	g_autofree char *message = NULL;
	g_autofree char *config =
		sim_workload_config(workload, protocol, more, &message);

	g_assert_cmpstr(config, ==, wanted);
}

static void
test_config_takes_protocol_and_more(void)
{
	SimWorkload *workload =
		read_sound("{\"config\": {\"a\": {\"b\": 1}},"
			   " \"consensus\": \"c.name\", " REQUESTS "}");
	SimWorkload *bare = read_sound("{" REQUESTS "}");
	g_autofree char *message = NULL;

	assert_config(workload, NULL, NULL, "{\"a\":{\"b\":1}}");
	assert_config(workload, "raft", "{\"a\": {\"d\": 2}}",
		      "{\"a\":{\"b\":1,\"d\":2},\"c\":{\"name\":\"raft\"}}");
	assert_config(workload, "pbft", "{\"c\": {\"name\": \"x\", \"e\": 3}}",
		      "{\"a\":{\"b\":1},\"c\":{\"name\":\"pbft\",\"e\":3}}");
	assert_config(bare, "raft", NULL, "{}");
	g_assert_null(sim_workload_config(bare, NULL, "7", &message));
	g_assert_nonnull(strstr(message, "no JSON object"));
	sim_workload_free(workload);
	sim_workload_free(bare);
}

static void
test_requests_are_filled_in(void)
{
	SimRandom random = sim_random(1, "w", 0);
	SimWorkload *workload = read_sound("{" REQUESTS "}");
	SimRequest request;

	sim_workload_draw(workload, &random, 17, &request);
	g_assert_cmpstr(request.args, ==, "[\"1717\",\"{x}\"]");
	g_assert_cmpstr(request.contract, ==, "k");
	sim_request_clear(&request);
	sim_workload_free(workload);
}

static void
test_deployments_and_who_signs_are_read(void)
{
	SimWorkload *workload = read_sound(
		"{\"accounts\": 2, \"prepare\": ["
		" {\"contract\": \"k\", \"code\": \"hex:01\", \"account\": 1},"
		" {\"contract\": \"k\", \"function\": \"open\"}],"
		" \"requests\": [{\"contract\": \"k\","
		"  \"options\": {\"step\": \"{n}\"}, \"natives\": [-3, 11]}]}");
	const SimRequest *first =
		&g_array_index(workload->prepare, SimRequest, 0);
	const SimRequest *second = first + 1;
	SimRandom random = sim_random(1, "w", 0);
	SimRequest request;

	g_assert_cmpuint(workload->prepare->len, ==, 2);
	g_assert_true(first->deploys && first->prepares);
	g_assert_cmpuint(g_bytes_get_size(first->code), ==, 1);
	g_assert_cmpint(first->account, ==, 1);
	g_assert_true(!second->deploys && second->prepares);
	g_assert_cmpstr(second->function, ==, "open");
	g_assert_cmpint(second->account, ==, SIM_ACCOUNT_ANY);
	sim_workload_draw(workload, &random, 3, &request);
	g_assert_true(request.deploys && !request.prepares);
	g_assert_null(request.code);
	g_assert_true(sim_request_may_fail(&request, 11));
	g_assert_false(sim_request_may_fail(&request, 3));
	g_assert_true(sim_request_may_fail(first, 3));
	g_assert_cmpstr(request.options, ==, "{\"step\":\"3\"}");
	sim_request_clear(&request);
	sim_workload_free(workload);
}

/* ---- the whole of it ----------------------------------------------------- */

#define WHOLE                                                                  \
	"{ \"framework\": \"acme\", \"accounts\": 3,"                          \
	" \"protocols\": {\"one\": \"solo\", \"byzantine\": \"pbft\"},"        \
	" \"plugins\": [\"runtime-x\"], \"certificates\": {\"organisations\":"   \
	"  [\"A\", \"B\"], \"client_ou\": \"user\"},"                          \
	" \"contract\": { \"name\": \"conform\", \"versions\": ["              \
	"  {\"code\": \"hex:00fF\", \"options\": {\"x\": 1}},"                 \
	"  {\"code\": \"base64:AAE=\"}, {\"code\": \"text:code\"}],"           \
	"  \"old\": \"{name}@{version}\", \"functions\": {"                    \
	"   \"put\": {\"function\": \"put\","                                  \
	"             \"args\": [\"{key}\", \"{value}{n}\"],"                  \
	"             \"options\": {\"note\": \"{value}\"}},"                  \
	"   \"emit\": {\"function\": \"say\", \"event\": \"Said\","            \
	"              \"payload\": \"/text\", \"result\": \"\"}}},"           \
	" \"members\": {\"signer\": \"node\", \"options\": {\"y\": 2},"        \
	"  \"address\": \"/from\", \"found\": {\"contract\": \"rule\","          \
	"  \"function\": \"begin\", \"args\": [\"{address}\"]}}, "               \
	REQUESTS "}"

static void
assert_code(const SimContract *contract, guint version, const void *code,
	    gsize len, const char *options)
{
	const SimVersion *it =
		&g_array_index(contract->versions, SimVersion, version - 1);
	g_autoptr(GBytes) wanted = g_bytes_new(code, len);

	g_assert_true(g_bytes_equal(it->code, wanted));
	g_assert_cmpstr(it->options, ==, options);
}

static void
test_all_members_are_read(void)
{
	SimWorkload *it = read_sound(WHOLE);
	g_autofree char *old = sim_contract_old(it->contract, 2);
	g_autofree char *found =
		sim_workload_fill_address(it->found.args, "a\"{address}");

	g_assert_cmpstr(it->framework, ==, "acme");
	g_assert_cmpuint(it->accounts, ==, 3);
	g_assert_cmpstr(it->one, ==, "solo");
	g_assert_cmpuint(it->plugins->len, ==, 1);
	g_assert_cmpstr(it->plugins->pdata[0], ==, "runtime-x");
	g_assert_cmpuint(it->certificates.organisations->len, ==, 2);
	g_assert_cmpstr(it->certificates.client_ou, ==, "user");
	g_assert_cmpstr(it->certificates.node_ou, ==, "node");
	g_assert_null(it->crash);
	g_assert_cmpstr(it->byzantine, ==, "pbft");
	g_assert_cmpstr(it->members_signer, ==, "node");
	g_assert_cmpstr(it->members_options, ==, "{\"y\":2}");
	g_assert_cmpstr(it->address, ==, "/from");
	g_assert_cmpstr(it->found.contract, ==, "rule");
	g_assert_cmpstr(it->found.function, ==, "begin");
	g_assert_cmpstr(found, ==, "[\"a\\\"{address}\"]");
	g_assert_cmpstr(it->contract->name, ==, "conform");
	g_assert_cmpstr(old, ==, "conform@2");
	g_assert_cmpuint(it->contract->versions->len, ==, 3);
	assert_code(it->contract, 1, "\0\xff", 2, "{\"x\":1}");
	assert_code(it->contract, 2, "\0\1", 2, "");
	assert_code(it->contract, 3, "code", 4, "");
	g_assert_cmpstr(it->contract->functions[SIM_FN_EMIT].event, ==,
			"Said");
	g_assert_cmpstr(it->contract->functions[SIM_FN_EMIT].args, ==, "[]");
	g_assert_cmpstr(it->contract->functions[SIM_FN_EMIT].payload, ==,
			"/text");
	g_assert_cmpstr(it->contract->functions[SIM_FN_EMIT].result, ==, "");
	g_assert_null(it->contract->functions[SIM_FN_GET].function);
	sim_workload_free(it);
}

static void
test_functions_are_filled_in_as_json(void)
{
	SimWorkload *it = read_sound(WHOLE);
	const SimFunction *put = &it->contract->functions[SIM_FN_PUT];
	g_autofree char *args = NULL;
	g_autofree char *options = NULL;

	g_assert_true(sim_function_fill(put, "k\"{value}\n", "\\\xe2\x82\xac",
					7, &args, &options));
	g_assert_cmpstr(args, ==,
			"[\"k\\\"{value}\\n\",\"\\\\\xe2\x82\xac" "7\"]");
	g_assert_cmpstr(options, ==, "{\"note\":\"\\\\\xe2\x82\xac\"}");
	g_assert_false(sim_function_fill(put, "\xff", "", 0, &args, &options));
	g_assert_false(sim_function_fill(
		&it->contract->functions[SIM_FN_GET], "", "", 0, &args,
		&options));
	sim_workload_free(it);
}

static void
test_nothing_has_to_be_given_but_requests(void)
{
	SimWorkload *it = read_sound("{" REQUESTS "}");

	g_assert_cmpstr(it->framework, ==, "");
	g_assert_cmpuint(it->accounts, ==, 1);
	g_assert_null(it->contract);
	g_assert_null(it->consensus_path);
	g_assert_null(it->members_signer);
	g_assert_cmpstr(it->members_options, ==, "");
	g_assert_null(it->address);
	g_assert_null(it->found.contract);
	g_assert_cmpuint(it->certificates.organisations->len, ==, 0);
	sim_workload_free(it);
}

/* ---- what is refused ----------------------------------------------------- */

#define CONTRACT(inner) "{\"contract\": {\"name\": \"c\", " inner "}}"
#define CODE(code) CONTRACT("\"versions\": [{\"code\": \"" code "\"}]")
#define FUNCTION(inner)                                                        \
	CONTRACT("\"versions\": [{\"code\": \"hex:00\"}],"                     \
		 "\"functions\": {\"get\": " inner "}")

static void
test_wrong_workloads_say_where_and_why(void)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{ "[]", "give a JSON object" },
		{ "{", "line 1" },
		{ "{}", "requests: give at least one" },
		{ "{\"request\": []}", "request: there is no such member; "
				       "there are: framework" },
		{ "{\"framework\": 1}", "framework: give a string" },
		{ "{\"requests\": 1}", "requests: give a JSON array" },
		{ "{\"requests\": [7]}", "requests[0]: give a JSON object" },
		{ "{\"requests\": [{\"contract\": 1}]}",
		  "requests[0].contract: give a string" },
		{ "{\"requests\": [{\"contract\": \"a\", \"function\": \"b\","
		  " \"args\": 1}]}",
		  "requests[0].args: give a JSON array or object" },
		{ "{\"requests\": [{\"contract\": \"a\", \"fn\": \"b\"}]}",
		  "requests[0].fn: there is no such" },
		{ "{\"requests\": [{\"contract\": \"a\", \"code\": \"\"}]}",
		  "requests[0].code: give a string" },
		{ "{\"accounts\": 3, \"requests\": [{\"contract\": \"a\","
		  " \"account\": 3}]}",
		  "requests[0].account: give a number below" },
		{ "{\"prepare\": [{\"contract\": \"a\", \"args\": []}]}",
		  "prepare[0].args: there is no such" },
		{ "{\"requests\": [{\"contract\": \"a\","
		  " \"natives\": [1.5]}]}",
		  "requests[0].natives: give numbers" },
		{ "{\"requests\": [{\"contract\": \"a\","
		  " \"natives\": [1,2,3,4,5,6,7,8,9]}]}",
		  "requests[0].natives: give a JSON array of at most 8" },
		{ "{\"prepare\": [{}]}", "prepare[0].contract: give a" },
		{ "{\"config\": 7}", "config: give a JSON object" },
		{ "{\"accounts\": 65}", "accounts: give a number from 1" },
		{ "{\"accounts\": \"1\"}", "accounts: give a number" },
		{ "{\"consensus\": \"a..b\"}", "consensus: give at most" },
		{ "{\"consensus\": \"a.b.c.d.e.f.g.h.i\"}",
		  "consensus: give at most" },
		{ "{\"protocols\": {\"two\": \"x\"}}", "protocols.two: there" },
		{ "{\"protocols\": {\"one\": 1}}", "protocols.one: give a" },
		{ "{\"requests\": [{\"contract\": \"a\", \"function\": \"b\","
		  " \"never\": 1}]}",
		  "requests[0].never: give true or false" },
		{ "{\"requests\": [{\"contract\": \"a\", \"function\": \"b\","
		  " \"node\": 64}]}",
		  "requests[0].node: give a number below 64" },
		{ "{\"generated\": 9}", "generated: give a number up to 8" },
		{ "{\"orphans\": [1.5]}", "orphans: give numbers" },
		{ "{\"keyed\": []}", "keyed: give" },
		{ "{\"right_clocks\": 1}", "right_clocks: give true or" },
		{ "{\"requests\": [{\"contract\": \"a\", \"function\": \"b\"}],"
		  " \"invariants\": [{}]}",
		  "invariants[0].call: is missing" },
		{ "{\"requests\": [{\"contract\": \"a\", \"function\": \"b\"}],"
		  " \"invariants\": [{\"call\": {\"contract\": \"a\","
		  " \"function\": \"b\"}, \"equals\": \"committed:\"}]}",
		  "invariants[0].equals: give a number" },
		{ "{\"plugins\": \"x\"}", "plugins: give a JSON array" },
		{ "{\"plugins\": [\"a/b\"]}", "plugins: give names" },
		{ "{\"plugins\": [\"a\", \"a\"]}", "\"a\" is there twice" },
		{ "{\"certificates\": []}", "certificates: give a JSON object" },
		{ "{\"certificates\": {}}",
		  "certificates.organisations: give at least one" },
		{ "{\"certificates\": {\"organisations\": [\"a b\"]}}",
		  "certificates.organisations: give names" },
		{ "{\"certificates\": {\"organisations\": [\"a\"],"
		  " \"node_ou\": \"\"}}",
		  "certificates.node_ou: give 1 to 64" },
		{ "{\"certificates\": {\"organisations\": [\"a\"],"
		  " \"peer_ou\": \"\"}}",
		  "certificates.peer_ou: there is no such" },
		{ "{\"members\": {\"signer\": \"x\"}}", "members.signer: " },
		{ "{\"members\": {\"address\": \"from\"}}",
		  "members.address: " },
		{ "{\"members\": {\"found\": {\"contract\": \"a\", "
		  "\"function\": \"f\", \"args\": [\"{address}\"]}}}",
		  "members.address: " },
		{ "{\"members\": {\"found\": {\"contract\": \"a\"}}}",
		  "members.found.function: " },
		{ "{\"members\": {\"options\": []}}",
		  "members.options: give a JSON object" },
		{ "{\"members\": []}", "members: give a JSON object" },
		{ "{\"contract\": 1}", "contract: give a JSON object" },
		{ "{\"contract\": {}}", "contract.name: give a string" },
		{ CONTRACT("\"versions\": []"),
		  "contract.versions: give at least one" },
		{ CONTRACT("\"versions\": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]"),
		  "contract.versions: give at most 16" },
		{ CONTRACT("\"versions\": [{\"kode\": \"\"}]"),
		  "contract.versions[0].kode: there" },
		{ CODE("60"), "contract.versions[0].code: begin with hex:" },
		{ CODE(""), "contract.versions[0].code: give a string" },
		{ CODE("hex:"), "contract.versions[0].code: is empty" },
		{ CODE("hex:123"), "pairs of hexadecimal digits" },
		{ CODE("hex:1g"), "pairs of hexadecimal digits" },
		{ CODE("base64:AAE"), "base64:" },
		{ CODE("base64:A=AA"), "base64:" },
		{ CODE("base64:===="), "base64:" },
		{ CODE("file:x"), "below the workload's own directory" },
		{ FUNCTION("{}"), "contract.functions.get.function: give" },
		{ FUNCTION("7"), "contract.functions.get: give a JSON" },
		{ FUNCTION("{\"function\": \"f\", \"arg\": []}"),
		  "contract.functions.get.arg: there is no such" },
		{ FUNCTION("{\"function\": \"f\", \"result\": \"0\"}"),
		  "contract.functions.get.result: \"0\" is no JSON pointer" },
		{ FUNCTION("{\"function\": \"f\", \"payload\": \"/~2\"}"),
		  "contract.functions.get.payload: \"/~2\" is no JSON" },
		{ CONTRACT("\"versions\": [{\"code\": \"hex:00\"}],"
			   "\"functions\": {\"putt\": {}}"),
		  "contract.functions.putt: there is no such member; there "
		  "are: put get version emit fail loop collatz" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *message = NULL;

		g_assert_null(read_workload(wrong[i].text, &message));
		if (strstr(message, wrong[i].says) == NULL)
			g_error("%s: %s", wrong[i].text, message);
	}
}

/* ---- files --------------------------------------------------------------- */

typedef struct {
	char *dir;
	char *workload;
} Files;

static void
write_file(const Files *files, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(files->dir, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
set_up(Files *files, gconstpointer none)
{
	g_autofree char *sub = NULL;

	files->dir = g_dir_make_tmp("workload-XXXXXX", NULL);
	files->workload = g_build_filename(files->dir, "w.json", NULL);
	sub = g_build_filename(files->dir, "sub", NULL);
	g_assert_cmpint(g_mkdir(sub, 0700), ==, 0);
	write_file(files, "sub/code", "the code");
}

static void
tear_down(Files *files, gconstpointer none)
{
	static const char *const names[] = { "sub/code", "sub", "large",
					     "w.json", "" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path =
			g_build_filename(files->dir, names[i], NULL);

		(void)g_remove(path);
	}
	g_free(files->dir);
	g_free(files->workload);
}

static SimWorkload *
read_with_code(const Files *files, const char *code, char **message)
{
	g_autofree char *text = g_strdup_printf(
		"{\"contract\": {\"name\": \"c\", \"versions\": "
		"[{\"code\": \"%s\"}]}, " REQUESTS "}",
		code);

	write_file(files, "w.json", text);
	return sim_workload_read(files->workload, message);
}

static void
test_code_comes_from_files_below_the_workload(Files *files, gconstpointer none)
{
	g_autofree char *message = NULL;
	SimWorkload *workload =
		read_with_code(files, "file:sub/code", &message);

	g_assert_cmpstr(message, ==, NULL);
	assert_code(workload->contract, 1, "the code", 8, "");
	sim_workload_free(workload);
}

static void
test_other_files_are_refused(Files *files, gconstpointer none)
{
	static const struct {
		const char *code, *says;
	} wrong[] = {
		{ "file:/etc/passwd", "below the workload's own directory" },
		{ "file:../w.json", "below the workload's own directory" },
		{ "file:sub/../../x", "below the workload's own directory" },
		{ "file:", "below the workload's own directory" },
		{ "file:sub", "is no file" },
		{ "file:nothing", "nothing" },
		{ "file:large", "is over 8388608 bytes" },
	};
	g_autofree char *path = g_build_filename(files->dir, "large", NULL);
	g_autofree char *large = g_malloc0(SIM_CODE_MAX + 1);

	g_assert_true(g_file_set_contents(path, large, SIM_CODE_MAX + 1,
					  NULL));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *message = NULL;

		g_assert_null(read_with_code(files, wrong[i].code, &message));
		g_assert_true(g_str_has_prefix(message, files->workload));
		if (strstr(message, wrong[i].says) == NULL)
			g_error("%s: %s", wrong[i].code, message);
	}
}

static void
test_workload_stands_beside_its_engine(void)
{
	g_autofree char *one = sim_workload_beside("/x/engine-acme.so");
	g_autofree char *other = sim_workload_beside("engine");

	g_assert_cmpstr(one, ==, "/x/engine-acme.workload.json");
	g_assert_cmpstr(other, ==, "engine.workload.json");
}

/* ---- pointers ------------------------------------------------------------ */

static void
test_pointer_finds_what_rfc_6901_says(void)
{
	/* RFC 6901, section 5, and values of every kind. */
	static const char json[] =
		"{ \"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1,"
		" \"c%d\": 2, \"e^f\": 3, \"g|h\": 4, \"i\\\\j\": 5,"
		" \"k\\\"l\": 6, \" \": 7, \"m~n\": 8,"
		" \"o\": {\"p\": [ [], {\"q\": \"r ]\\\"\" , \"s\":null } ]},"
		" \"big\": 123456789012345678901234567890,"
		" \"real\": -1.50e+2, \"yes\": true, \"nul\": \"a\\u0000b\","
		" \"\\u20ac\": \"\\u20ac\" }\n";
	static const struct {
		const char *pointer, *text;
	} cases[] = {
		{ "/foo", "[\"bar\",\"baz\"]" },
		{ "/foo/0", "bar" },
		{ "/foo/1", "baz" },
		{ "/", "0" },
		{ "/a~1b", "1" },
		{ "/c%d", "2" },
		{ "/e^f", "3" },
		{ "/g|h", "4" },
		{ "/i\\j", "5" },
		{ "/k\"l", "6" },
		{ "/ ", "7" },
		{ "/m~0n", "8" },
		{ "/o", "{\"p\":[[],{\"q\":\"r ]\\\"\",\"s\":null}]}" },
		{ "/o/p/1/q", "r ]\"" },
		{ "/o/p/1/s", "null" },
		{ "/o/p/0", "[]" },
		{ "/big", "123456789012345678901234567890" },
		{ "/real", "-1.50e+2" },
		{ "/yes", "true" },
		{ "/\xe2\x82\xac", "\xe2\x82\xac" },
		{ "/nul", NULL },
		{ "/o/p/0/0", NULL },
		{ "/foo/2", NULL },
		{ "/foo/-", NULL },
		{ "/foo/01", NULL },
		{ "/foo/00000000000", NULL },
		{ "/foo/", NULL },
		{ "/foo/0/x", NULL },
		{ "/m~1n", NULL },
		{ "/fo", NULL },
		{ "foo", NULL },
		{ "/~", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = sim_pointer_text(
			json, strlen(json), cases[i].pointer);

		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void
test_pointer_takes_the_whole(void)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{ " \"a\\n b\" ", "a\n b" },
		{ " [ 1 ,\n{ \"a b\" : 2 } ] ", "[1,{\"a b\":2}]" },
		{ "7", "7" },
		{ "[1", NULL },
		{ "{\"a\":1,\"a\":2}", NULL },
		{ "", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (guint j = 0; j < 2; j++) {
			const char *json = cases[i].json;
			g_autofree char *text = sim_pointer_text(
				json, strlen(json), j == 0 ? NULL : "");

			g_assert_cmpstr(text, ==, cases[i].text);
		}
}

#define ADD_FILES(name, test)                                                  \
	g_test_add(name, Files, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sim/workload/config-takes-protocol-and-more",
			test_config_takes_protocol_and_more);
	g_test_add_func("/sim/workload/requests-are-filled-in",
			test_requests_are_filled_in);
	g_test_add_func("/sim/workload/deployments-and-who-signs-are-read",
			test_deployments_and_who_signs_are_read);
	g_test_add_func("/sim/workload/all-members-are-read",
			test_all_members_are_read);
	g_test_add_func("/sim/workload/functions-are-filled-in-as-json",
			test_functions_are_filled_in_as_json);
	g_test_add_func("/sim/workload/nothing-has-to-be-given-but-requests",
			test_nothing_has_to_be_given_but_requests);
	g_test_add_func("/sim/workload/wrong-ones-say-where-and-why",
			test_wrong_workloads_say_where_and_why);
	ADD_FILES("/sim/workload/code-comes-from-files-below-it",
		  test_code_comes_from_files_below_the_workload);
	ADD_FILES("/sim/workload/other-files-are-refused",
		  test_other_files_are_refused);
	g_test_add_func("/sim/workload/stands-beside-its-engine",
			test_workload_stands_beside_its_engine);
	g_test_add_func("/sim/pointer/finds-what-rfc-6901-says",
			test_pointer_finds_what_rfc_6901_says);
	g_test_add_func("/sim/pointer/takes-the-whole",
			test_pointer_takes_the_whole);
	return g_test_run();
}
