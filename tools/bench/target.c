/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/target.h"

#include <string.h>

#include "identity/certificate.h"
#include "tools/ctl/text_of.h"

/* ---- hosts -------------------------------------------------------------- */

static void
host_free(gpointer data)
{
	TargetHost *host = data;

	wire_host_free(host->wire);
	client_free(host->ctl.client);
	node_free(host->ctl.node);
	g_free(host->name);
	g_free(host->ops_url);
	g_free(host);
}

static void
chain_free(gpointer data)
{
	TargetChain *chain = data;

	json_decref(chain->config);
	g_free(chain->framework);
	g_free(chain->name);
	g_free(chain);
}

/* "http://127.0.0.1:9464" of the config; NULL when there is none. */
static char *
find_ops_url(const Node *node)
{
	g_autoptr(GKeyFile) config = g_key_file_new();
	g_autofree char *file = NULL;
	g_autofree char *listen = NULL;

	if (node->directory == NULL || node->url != NULL)
		return NULL;
	file = node_path(node, NODE_CONFIG);
	if (g_key_file_load_from_file(config, file, G_KEY_FILE_NONE, NULL))
		listen = g_key_file_get_string(config, "ops", "listen", NULL);
	return listen != NULL && *listen != '\0'
		       ? g_strconcat("http://", listen, NULL)
		       : NULL;
}

static WireHost *
open_wire(const Node *node, const char *id, GError **error)
{
	g_autofree char *url = node_url(node, error);
	g_autofree char *ca_file = node_path(node, NODE_TLS_CA);
	g_autofree char *cert_file =
		node_identity_path(node, id, "cert.pem", error);
	g_autofree char *key_file = NULL;
	WireHost *wire = NULL;
	X509 *cert = NULL;
	EVP_PKEY *key = NULL;

	if (url == NULL || cert_file == NULL)
		return NULL;
	key_file = node_identity_path(node, id, "key.pem", NULL);
	cert = identity_load_cert(cert_file, error);
	if (cert != NULL)
		key = identity_load_key(key_file, error);
	if (key != NULL)
		wire = wire_host_new(url,
				     g_file_test(ca_file, G_FILE_TEST_EXISTS)
					     ? ca_file
					     : NULL,
				     cert, key, error);
	X509_free(cert);
	EVP_PKEY_free(key);
	return wire;
}

static gboolean
add_host(Target *target, const char *spec, const char *id, guint timeout_ms,
	 GError **error)
{
	TargetHost *host = g_new0(TargetHost, 1);
	Node *node;

	host->ctl = (Ctl){ .spec = spec, .id = id, .timeout_ms = timeout_ms };
	g_ptr_array_add(target->hosts, host);
	node = ctl_node(&host->ctl, error);
	if (node == NULL || ctl_client(&host->ctl, error) == NULL)
		return FALSE;
	host->name = spec != NULL ? g_strdup(spec) : node_url(node, NULL);
	host->ops_url = find_ops_url(node);
	host->wire = open_wire(node, id, error);
	return host->wire != NULL;
}

gboolean
target_init(Target *target, char **nodes, const char *id, guint timeout_ms,
	    GError **error)
{
	target->hosts = g_ptr_array_new_with_free_func(host_free);
	target->chains = g_ptr_array_new_with_free_func(chain_free);
	if (nodes == NULL || *nodes == NULL)
		return add_host(target, NULL, id, timeout_ms, error);
	for (; *nodes != NULL; nodes++)
		if (!add_host(target, *nodes, id, timeout_ms, error))
			return FALSE;
	return TRUE;
}

void
target_clear(Target *target)
{
	g_clear_pointer(&target->hosts, g_ptr_array_unref);
	g_clear_pointer(&target->chains, g_ptr_array_unref);
}

TargetHost *
target_host(const Target *target, guint i)
{
	return target->hosts->pdata[i % target->hosts->len];
}

char *
target_identity(const Target *target, GError **error)
{
	const Ctl *ctl = &target_host(target, 0)->ctl;

	return node_identity_path(ctl->node, ctl->id, NULL, error);
}

/* ---- asking ------------------------------------------------------------- */

json_t *
target_ask(const Target *target, guint host, const char *method, GString *path,
	   json_t *body, GError **error)
{
	return ctl_ask(&target_host(target, host)->ctl, method, path, body,
		       error);
}

gboolean
target_add_chain(Target *target, const char *name, GError **error)
{
	TargetChain *chain;
	json_t *config;
	json_t *answer =
		target_ask(target, 0, "GET",
			   client_target("chains", name, NULL), NULL, error);

	if (answer == NULL)
		return FALSE;
	chain = g_new0(TargetChain, 1);
	chain->name = g_strdup(name);
	chain->framework = g_strdup(text_of(answer, "framework"));
	config = json_object_get(answer, "config");
	chain->config =
		json_is_object(config) ? json_incref(config) : json_object();
	g_ptr_array_add(target->chains, chain);
	json_decref(answer);
	return TRUE;
}

const TargetChain *
target_chain(const Target *target, guint i)
{
	return target->chains->pdata[i];
}

gboolean
target_height(const Target *target, const char *chain, guint64 *height,
	      GError **error)
{
	json_t *ledger = target_ask(
		target, 0, "GET",
		client_target("chains", chain, "ledger", NULL), NULL, error);

	if (ledger == NULL)
		return FALSE;
	*height =
		(guint64)json_integer_value(json_object_get(ledger, "height"));
	json_decref(ledger);
	return TRUE;
}

gboolean
target_metrics(const Target *target, guint host, Metrics *metrics,
	       GError **error)
{
	const TargetHost *asked = target_host(target, host);

	memset(metrics, 0, sizeof(*metrics));
	return asked->ops_url != NULL &&
	       metrics_add_host(metrics, asked->ops_url,
				target->chains->len == 1
					? target_chain(target, 0)->name
					: NULL,
				error);
}
