/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/ctl/ctl.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "identity/certificate.h"
#include "tools/ctl/help.h"
#include "tools/ctl/progress.h"

#define DEFAULT_ID "admin"
#define DEFAULT_TIMEOUT_S 30
#define TIMEOUT_MAX_S 3600

/* ---- node and client ---------------------------------------------------- */

Node *
ctl_node(Ctl *ctl, GError **error)
{
	if (ctl->node == NULL)
		ctl->node = node_find(ctl->spec, error);
	return ctl->node;
}

static gboolean
fail_identity(const Node *node, const char *name, const GError *why,
	      GError **error)
{
	g_autofree char *file =
		node_identity_path(node, name, "cert.pem", NULL);

	if (!g_file_test(file, G_FILE_TEST_EXISTS))
		return ctl_fail(error, CTL_ERROR_FAILED,
				"there is no identity '%s' in %s/ids\n"
				"See 'bsnctl id list'; make one with "
				"'bsnctl id new %s --role client'.",
				name, node->directory, name);
	return ctl_fail(error, CTL_ERROR_FAILED,
			"identity '%s' is not usable: %s\nPut it right in "
			"%s/ids/%s, or use another with --id.",
			name, why->message, node->directory, name);
}

static Client *
open_client(const Node *node, const char *id, GError **error)
{
	g_autofree char *url = node_url(node, error);
	g_autofree char *cert_file = NULL;
	g_autofree char *key_file = NULL;
	g_autofree char *ca_file = NULL;
	g_autoptr(GError) why = NULL;
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	Client *client = NULL;

	if (url == NULL)
		return NULL;
	cert_file = node_identity_path(node, id, "cert.pem", error);
	if (cert_file == NULL)
		return NULL;
	key_file = node_identity_path(node, id, "key.pem", NULL);
	ca_file = node_path(node, NODE_TLS_CA);
	cert = identity_load_cert(cert_file, &why);
	if (cert != NULL)
		key = identity_load_key(key_file, &why);
	if (key != NULL)
		client = client_new(url,
				    g_file_test(ca_file, G_FILE_TEST_EXISTS)
					    ? ca_file
					    : NULL,
				    cert, key);
	else
		fail_identity(node, id, why, error);
	X509_free(cert);
	EVP_PKEY_free(key);
	return client;
}

Client *
ctl_client(Ctl *ctl, GError **error)
{
	const Node *node = ctl_node(ctl, error);

	if (node != NULL && ctl->client == NULL)
		ctl->client = open_client(node, ctl->id, error);
	return ctl->client;
}

Client *
ctl_new_client(Ctl *ctl, GError **error)
{
	const Node *node = ctl_node(ctl, error);

	return node != NULL ? open_client(node, ctl->id, error) : NULL;
}

json_t *
ctl_ask(Ctl *ctl, const char *method, GString *target, json_t *body,
	GError **error)
{
	g_autofree char *text = g_string_free(target, FALSE);
	Client *client = ctl_client(ctl, error);
	json_t *answer;

	if (client == NULL)
		return NULL;
	answer = client_request(client, method, text, body, ctl->timeout_ms,
				error);
	progress_end();
	return answer;
}

json_t *
ctl_get(Ctl *ctl, GString *target, GError **error)
{
	return ctl_ask(ctl, "GET", target, NULL, error);
}

/* ---- showing ------------------------------------------------------------ */

json_t *
ctl_rows(json_t *answer, const char *member)
{
	return json_is_array(answer) ? answer : json_object_get(answer, member);
}

gboolean
ctl_show_table(Ctl *ctl, json_t *answer, const char *member,
	       const Column *columns, const char *empty)
{
	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		output_table(&ctl->output, ctl_rows(answer, member), columns,
			     empty);
	json_decref(answer);
	return TRUE;
}

gboolean
ctl_show_fields(Ctl *ctl, json_t *answer, const Column *fields,
		const char *rest)
{
	json_t *more = rest != NULL ? json_object_get(answer, rest) : NULL;

	if (answer == NULL)
		return FALSE;
	if (ctl->output.json) {
		output_json(&ctl->output, answer);
	} else {
		output_fields(&ctl->output, answer, fields);
		if (json_object_size(more) > 0 || json_array_size(more) > 0) {
			fprintf(ctl->output.file, "%s:\n", rest);
			output_value(&ctl->output, more, 2);
		}
	}
	json_decref(answer);
	return TRUE;
}

gboolean
ctl_show_done(Ctl *ctl, json_t *answer, const char *format, ...)
{
	va_list args;

	if (answer == NULL)
		return FALSE;
	if (ctl->output.json) {
		output_json(&ctl->output, answer);
	} else {
		va_start(args, format);
		vfprintf(ctl->output.file, format, args);
		va_end(args);
		fputc('\n', ctl->output.file);
	}
	json_decref(answer);
	return TRUE;
}

gboolean
ctl_confirm(const Args *args, const char *question, GError **error)
{
	char line[16] = "";

	if (args_flag(args, "yes"))
		return TRUE;
	if (!isatty(STDIN_FILENO))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"nobody is there to confirm it\nGive --yes.");
	fprintf(stderr, "%s [y/N] ", question);
	if (fgets(line, sizeof(line), stdin) != NULL &&
	    (g_ascii_strcasecmp(line, "y\n") == 0 ||
	     g_ascii_strcasecmp(line, "yes\n") == 0))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED, "left as it is");
}

/* ---- the run ------------------------------------------------------------ */

static const char *
choose(const char *option, const char *variable, const char *otherwise)
{
	const char *value = option != NULL ? option : g_getenv(variable);

	return value != NULL && *value != '\0' ? value : otherwise;
}

static void
report(const Ctl *ctl, const GError *error)
{
	g_autofree char *text = NULL;
	json_t *json;

	progress_end();
	fflush(ctl->output.file);
	if (ctl->output.json) {
		json = ctl_error_to_json(error);
		json_dumpf(json, stderr, JSON_COMPACT);
		fputc('\n', stderr);
		json_decref(json);
		return;
	}
	text = ctl_error_to_text(error);
	fputs(text, stderr);
}

/* How an error in the command line itself is to be reported. */
static gboolean
wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--json") == 0 ||
		    strcmp(argv[i], "-j") == 0)
			return TRUE;
	return FALSE;
}

static gboolean
run(Ctl *ctl, const Args *args, GError **error)
{
	guint64 timeout_s;

	ctl->output.json = args_flag(args, "json");
	if (args_wants_version(args)) {
		fprintf(ctl->output.file, "bsnctl %s\n", PACKAGE_VERSION);
		return TRUE;
	}
	if (args_wants_help(args)) {
		g_autofree char *help = help_text(args);

		fputs(help, ctl->output.file);
		return TRUE;
	}
	if (!args_number(args, "timeout", DEFAULT_TIMEOUT_S, 1, TIMEOUT_MAX_S,
			 &timeout_s, error))
		return FALSE;
	ctl->timeout_ms = (guint)timeout_s * 1000;
	ctl->timeout_given = args_option(args, "timeout") != NULL;
	ctl->spec = args_option(args, "node");
	ctl->id = choose(args_option(args, "id"), "BSN_ID", DEFAULT_ID);
	return args_verb(args)->run(ctl, args, error);
}

int
ctl_main(int argc, char **argv)
{
	Ctl ctl = { .output = { .file = stdout,
				.json = wants_json(argc, argv),
				.terminal = isatty(STDOUT_FILENO) != 0,
				.now_ms = g_get_real_time() / 1000 } };
	g_autoptr(GError) error = NULL;
	g_autoptr(Args) args = args_parse(argc, argv, &error);
	gboolean ok = args != NULL && run(&ctl, args, &error);

	client_free(ctl.client);
	node_free(ctl.node);
	if (ok && fflush(stdout) != 0)
		ok = ctl_fail(&error, CTL_ERROR_FAILED,
			      "standard output cannot be written");
	if (ok)
		return 0;
	report(&ctl, error);
	return ctl_error_exit_code(error);
}
