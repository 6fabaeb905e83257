/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/ctl_node.h"

#include <string.h>
#include <sys/wait.h>

#include "tools/ctl/issue.h"
#include "tools/ctl/private_file.h"

static char *
header(struct evhttp_request *request, const char *name)
{
	return g_strdup(evhttp_find_header(
		evhttp_request_get_input_headers(request), name));
}

static const char *
method_of(struct evhttp_request *request)
{
	switch (evhttp_request_get_command(request)) {
	case EVHTTP_REQ_GET:
		return "GET";
	case EVHTTP_REQ_POST:
		return "POST";
	case EVHTTP_REQ_PATCH:
		return "PATCH";
	case EVHTTP_REQ_DELETE:
		return "DELETE";
	default:
		return "?";
	}
}

static Identity *
judge(CtlNode *node, struct evhttp_request *request, const char *body,
      GError **error)
{
	SignedRequest given = {
		.certificate = header(request, SIGNED_REQUEST_CERT_HEADER),
		.time = header(request, SIGNED_REQUEST_TIME_HEADER),
		.nonce = header(request, SIGNED_REQUEST_NONCE_HEADER),
		.signature = header(request, SIGNED_REQUEST_SIGNATURE_HEADER),
	};
	Identity *caller =
		request_verify(node->verifier, &given, method_of(request),
			       evhttp_request_get_uri(request), body,
			       strlen(body), g_get_real_time() / 1000, error);

	signed_request_clear(&given);
	return caller;
}

static void
handle(struct evhttp_request *request, void *user)
{
	CtlNode *node = user;
	g_autofree char *text = tls_request_body(request);
	g_autoptr(GError) error = NULL;
	g_autoptr(Identity) caller = judge(node, request, text, &error);
	json_t *body;

	if (caller == NULL) {
		tls_reply(request, 401,
			  "{\"error\":{\"name\":\"unauthenticated"
			  "\",\"reason\":\"bad signature\"}}");
		return;
	}
	g_atomic_int_inc(&node->requests);
	body = json_loads(text, 0, NULL);
	node->answer(node, request, caller, body);
	json_decref(body);
}

static void
make_directory(const Node *node)
{
	static const char *const names[] = { "ca", "tls", "ids" };
	g_autoptr(GError) error = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = node_path(node, names[i]);

		private_directory_make(path, &error);
		g_assert_no_error(error);
	}
	issue_authorities(node, "Test", "sm2", &error);
	g_assert_no_error(error);
	issue_server(node, &error);
	g_assert_no_error(error);
	issue_identity(node, "admin", ROLE_ADMIN, "sm2", &error);
	g_assert_no_error(error);
	issue_identity(node, "app1", ROLE_CLIENT, "ecdsa-p256", &error);
	g_assert_no_error(error);
}

static void
write_config(const CtlNode *node)
{
	g_autofree char *file = node_path(&node->node, NODE_CONFIG);
	g_autofree char *text =
		g_strdup_printf("[gateway]\nlisten = 127.0.0.1:%u\n",
				tls_server_port(node->server));

	g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

CtlNode *
ctl_node_start(CtlAnswer answer, void *user)
{
	CtlNode *node = g_new0(CtlNode, 1);
	g_autoptr(GError) error = NULL;
	g_autofree char *ca = NULL;
	g_autofree char *cert = NULL;
	g_autofree char *key = NULL;
	const char *cas[] = { NULL, NULL };

	node->answer = answer;
	node->user = user;
	node->node.directory = g_dir_make_tmp("bsn-ctl-XXXXXX", NULL);
	make_directory(&node->node);
	ca = node_path(&node->node, NODE_IDENTITY_CA);
	cert = node_path(&node->node, NODE_TLS_CERT);
	key = node_path(&node->node, NODE_TLS_KEY);
	cas[0] = ca;
	node->trust = trust_store_new(cas, &error);
	g_assert_no_error(error);
	node->verifier = request_verifier_new(node->trust, 60);
	node->server = tls_server_start(cert, key, handle, node);
	write_config(node);
	return node;
}

void
ctl_node_stop(CtlNode *node)
{
	tls_server_stop(node->server);
	request_verifier_free(node->verifier);
	trust_store_free(node->trust);
	private_directory_remove(node->node.directory);
	g_free(node->node.directory);
	g_free(node);
}

void
ctl_run_clear(CtlRun *run)
{
	g_free(run->out);
	g_free(run->err);
}

CtlRun
ctl_run(const CtlNode *node, const char *const *words)
{
	g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
	g_autofree char *program =
		g_build_filename(g_getenv("G_TEST_BUILDDIR"), "bsnctl", NULL);
	g_auto(GStrv) environment = g_environ_setenv(
		g_get_environ(), "BSN_NODE",
		node != NULL ? node->node.directory : "", TRUE);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) list = NULL;
	CtlRun run = { 0 };
	int status = 0;

	environment = g_environ_unsetenv(environment, "BSN_ID");
	g_strv_builder_add(argv, program);
	g_strv_builder_addv(argv, (const char **)words);
	list = g_strv_builder_end(argv);
	g_spawn_sync(NULL, list, environment, G_SPAWN_DEFAULT, NULL, NULL,
		     &run.out, &run.err, &status, &error);
	g_assert_no_error(error);
	g_assert_true(WIFEXITED(status));
	run.exit_code = WEXITSTATUS(status);
	return run;
}

void
ctl_assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		g_error("'%s' lacks '%s'", text, part);
}
