/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl node invite, bsnctl chain join: a ticket with all that another host
 * needs to make its part of a chain.
 */
#include "tools/ctl/join.h"

#include <string.h>

#include "identity/ticket.h"
#include "tools/ctl/authority.h"
#include "tools/ctl/progress.h"

#define TICKET_TYPE "bsn-join/1"
#define DAYS_DEFAULT 7
#define DAYS_MAX 365
#define DAY_MS (G_GINT64_CONSTANT(24) * 3600 * 1000)
#define FILE_MAX (8u << 20)

const Option node_invite_options[] = {
	{ "days", 'd', "N", "how long it can be used (7)" },
	{ "ca", 0, "FILE",
	  "an organisation's CA that the new host shall know; may be repeated "
	  "(the node directory's own)" },
	{ NULL, 0, NULL, NULL },
};

const Option chain_join_options[] = {
	{ "ca", 0, "FILE",
	  "the CA of who signed the ticket, as you got it from them (one that "
	  "the host trusts)" },
	{ "save-cas", 0, "FILE",
	  "write the organisations' CAs that the ticket names to a new file" },
	{ "trust", 0, NULL,
	  "speak to hosts of the CAs that the ticket names, on this chain, and "
	  "call them; shows the CAs and asks first" },
	{ "yes", 'y', NULL, "do not ask" },
	{ NULL, 0, NULL, NULL },
};

/* ---- inviting ---------------------------------------------------------------- */

static gboolean
add_ca(json_t *cas, const char *file, GError **error)
{
	gsize len;
	g_autofree char *pem = ctl_read_file(file, FILE_MAX, &len, error);

	if (pem == NULL)
		return FALSE;
	if (json_array_append_new(cas, json_string(pem)) == 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"%s is no PEM file\nGive a CA's certificate.", file);
}

static gboolean
add_cas(Ctl *ctl, const Args *args, json_t *cas, GError **error)
{
	g_autoptr(GPtrArray) files = args_option_all(args, "ca");
	g_autofree char *own = NULL;
	Node *node;

	for (guint i = 0; i < files->len; i++)
		if (!add_ca(cas, files->pdata[i], error))
			return FALSE;
	if (files->len > 0)
		return TRUE;
	node = ctl_node(ctl, error);
	if (node == NULL || node_directory(node, error) == NULL)
		return FALSE;
	own = node_path(node, NODE_IDENTITY_CA);
	return add_ca(cas, own, error);
}

static gboolean
add_nodes(Ctl *ctl, const char *chain, json_t *payload, GError **error)
{
	json_t *answer = ctl_get(
		ctl, client_target("chains", chain, "nodes", NULL), error);

	if (answer == NULL)
		return FALSE;
	json_object_set(payload, "nodes", json_object_get(answer, "nodes"));
	json_decref(answer);
	return TRUE;
}

/* What the gateway tells of the genesis, and the rest. */
static json_t *
make_payload(Ctl *ctl, const Args *args, GError **error)
{
	const char *chain = args_operand(args, 0);
	json_t *cas = json_array();
	json_t *payload = NULL;
	guint64 days;

	if (args_number(args, "days", DAYS_DEFAULT, 1, DAYS_MAX, &days,
			error) &&
	    add_cas(ctl, args, cas, error))
		payload = ctl_get(
			ctl, client_target("chains", chain, "genesis", NULL),
			error);
	if (payload == NULL) {
		json_decref(cas);
		return NULL;
	}
	json_object_set_new(payload, "type", json_string(TICKET_TYPE));
	json_object_set_new(payload, "cas", cas);
	json_object_set_new(payload, "expires_ms",
			    json_integer(g_get_real_time() / 1000 +
					 (gint64)days * DAY_MS));
	if (!add_nodes(ctl, chain, payload, error))
		g_clear_pointer(&payload, json_decref);
	return payload;
}

static char *
sign(Ctl *ctl, json_t *payload, GError **error)
{
	Node *node = ctl_node(ctl, error);
	g_autofree char *cert_file = NULL;
	g_autofree char *key_file = NULL;
	g_autofree char *text = NULL;
	X509 *cert = NULL;
	EVP_PKEY *key = NULL;
	char *ticket = NULL;

	if (node == NULL)
		return NULL;
	cert_file = node_identity_path(node, ctl->id, "cert.pem", error);
	key_file = cert_file != NULL ? node_identity_path(node, ctl->id,
							  "key.pem", error)
				     : NULL;
	if (key_file != NULL)
		cert = identity_load_cert(cert_file, error);
	if (cert != NULL)
		key = identity_load_key(key_file, error);
	text = json_dumps(payload, JSON_COMPACT);
	if (key != NULL)
		ticket = ticket_make(text, strlen(text), cert, key, error);
	X509_free(cert);
	EVP_PKEY_free(key);
	return ticket;
}

gboolean
run_node_invite(Ctl *ctl, const Args *args, GError **error)
{
	json_t *payload = make_payload(ctl, args, error);
	g_autofree char *ticket = NULL;

	if (payload == NULL)
		return FALSE;
	ticket = sign(ctl, payload, error);
	json_decref(payload);
	if (ticket == NULL)
		return FALSE;
	if (ctl->output.json) {
		json_t *answer = json_pack("{s:s}", "ticket", ticket);

		output_json(&ctl->output, answer);
		json_decref(answer);
	} else {
		fprintf(ctl->output.file, "%s\n", ticket);
	}
	return TRUE;
}

/* ---- joining ------------------------------------------------------------------ */

/* PEM text of all that the ticket names. */
static char *
cas_of(const json_t *payload)
{
	const json_t *cas = json_object_get(payload, "cas");
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < json_array_size(cas); i++) {
		const char *pem = json_string_value(json_array_get(cas, i));

		g_string_append(text, pem != NULL ? pem : "");
	}
	return g_string_free(text, FALSE);
}

static gboolean
save_cas(const json_t *payload, const char *file, GError **error)
{
	g_autofree char *text = cas_of(payload);

	if (g_file_test(file, G_FILE_TEST_EXISTS))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s exists already\nName another file.", file);
	return g_file_set_contents(file, text, -1, error);
}

/* What the ticket says; whether it is true, the host judges. */
static json_t *
payload_of(const char *ticket)
{
	g_autoptr(GBytes) payload = ticket_payload(ticket, strlen(ticket));
	gsize len;
	const char *data;

	if (payload == NULL)
		return NULL;
	data = g_bytes_get_data(payload, &len);
	return json_loadb(data, len, JSON_REJECT_DUPLICATES, NULL);
}

static json_t *
join_body(const Args *args, const char *ticket, GError **error)
{
	const char *file = args_option(args, "ca");
	g_autofree char *ca = NULL;
	gsize len;
	json_t *body = json_pack("{s:s}", "ticket", ticket);

	if (body != NULL && args_flag(args, "trust"))
		json_object_set_new(body, "trust", json_true());
	if (file == NULL || body == NULL)
		return body;
	ca = ctl_read_file(file, FILE_MAX, &len, error);
	if (ca != NULL)
		json_object_set_new(body, "ca", json_string(ca));
	else
		g_clear_pointer(&body, json_decref);
	return body;
}

/* A ticket with no payload is the host's to refuse. */
static gboolean
confirm_trust(const Args *args, const json_t *payload, GError **error)
{
	const char *chain = json_string_value(json_object_get(payload, "name"));
	g_autofree char *cas = cas_of(payload);

	return chain == NULL || !args_flag(args, "trust") ||
	       authority_confirm(args, chain, cas, error);
}

gboolean
run_chain_join(Ctl *ctl, const Args *args, GError **error)
{
	const char *cas_file = args_option(args, "save-cas");
	gsize len;
	g_autofree char *ticket = ctl_read_file(args_operand(args, 0),
						FILE_MAX, &len, error);
	json_t *payload = NULL;
	json_t *body;
	json_t *answer;
	const char *name;
	gboolean ok;

	if (ticket == NULL)
		return FALSE;
	payload = payload_of(g_strstrip(ticket));
	body = confirm_trust(args, payload, error)
		       ? join_body(args, ticket, error)
		       : NULL;
	if (body == NULL) {
		json_decref(payload);
		return FALSE;
	}
	progress_begin("joining");
	answer = ctl_ask(ctl, "POST", client_target("chains", "join", NULL),
			 body, error);
	json_decref(body);
	if (answer == NULL) {
		json_decref(payload);
		return FALSE;
	}
	name = json_string_value(json_object_get(answer, "name"));
	ok = cas_file == NULL || save_cas(payload, cas_file, error);
	ok = ctl_show_done(ctl, answer,
			   "Chain %s is here. Its node counts when the chain's "
			   "admins have added it: 'bsnctl node add' there, with "
			   "what 'bsnctl node key' tells here.",
			   name != NULL ? name : "") &&
	     ok;
	json_decref(payload);
	return ok;
}
