/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl grpc: the address at which SDKs of frameworks that speak gRPC connect.
 * It works in the node directory.
 */
#include "identity/certificate.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/node_conf.h"

#define LISTEN_DEFAULT "127.0.0.1:7051"

/* The files as the configuration has them, relative to its directory. */
static gboolean
has_tls_key(const Node *node, const char *file)
{
	g_autofree char *path = g_canonicalize_filename(file, node->directory);
	X509 *ca = identity_load_cert(path, NULL);
	const char *algorithm =
		ca != NULL ? identity_key_algorithm(X509_get0_pubkey(ca))
			   : NULL;
	const gboolean good = g_strcmp0(algorithm, "ecdsa-p256") == 0;

	X509_free(ca);
	return good;
}

/* TLS libraries know no SM2: nobody could show a certificate. */
static gboolean
check_cas(const Node *node, const char *ca_files, GError **error)
{
	g_auto(GStrv) files = g_strsplit(ca_files, ";", -1);

	for (guint i = 0; files[i] != NULL; i++)
		if (has_tls_key(node, g_strstrip(files[i])))
			return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"no CA of [identity] ca_files issues P-256 "
			"certificates, and gRPC libraries know no SM2\nAdd "
			"the CA of an organisation that has them, or make the "
			"node by bsnctl init --algorithm ecdsa-p256.");
}

/* Who may use the gateway may connect, by the same certificate, and is shown
 * the same one. */
static gboolean
set_group(const Node *node, const char *listen, GError **error)
{
	g_autofree char *ca_files =
		node_config_value(node, "identity", "ca_files", error);
	g_autofree char *certificate =
		ca_files != NULL ? node_config_value(node, "gateway",
						     "tls_certificate", error)
				 : NULL;
	g_autofree char *key =
		certificate != NULL
			? node_config_value(node, "gateway", "tls_key", error)
			: NULL;
	const HostConfValue values[] = {
		{ "grpc", "listen", listen },
		{ "grpc", "ca_files", ca_files },
		{ "grpc", "tls_certificate", certificate },
		{ "grpc", "tls_key", key },
		{ NULL, NULL, NULL },
	};

	return key != NULL && check_cas(node, ca_files, error) &&
	       node_conf_set(node, values, error);
}

static gboolean
run_open(Ctl *ctl, const Args *args, GError **error)
{
	const char *listen = args_option(args, "listen");
	Node *node = ctl_node(ctl, error);

	if (listen == NULL)
		listen = LISTEN_DEFAULT;
	if (node == NULL || node_directory(node, error) == NULL ||
	    !node_conf_check_listen(listen, LISTEN_DEFAULT, error) ||
	    !set_group(node, listen, error))
		return FALSE;
	return ctl_show_done(
		ctl, json_pack("{s:s, s:s}", "listen", listen, "tls_ca",
			       NODE_TLS_CA),
		"SDKs connect to %s, by gRPC, once the host has been "
		"restarted.\nAn application needs cert.pem and key.pem of its "
		"identity, as for the gateway,\nand %s/%s to know the host "
		"by.",
		listen, node->directory, NODE_TLS_CA);
}

static const Option open_options[] = {
	{ "listen", 'l', "ADDRESS",
	  "numeric address and port (" LISTEN_DEFAULT ")" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "open", "", "Gives all chains one address for gRPC SDKs",
	  open_options,
	  "bsnctl grpc open\n"
	  "bsnctl grpc open --listen 0.0.0.0:7051",
	  run_open },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_grpc = { "grpc", "Lets SDKs that speak gRPC connect", verbs };
