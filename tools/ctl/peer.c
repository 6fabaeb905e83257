/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl peer: the other hosts that this one is connected with.
 */
#include "tools/ctl/authority.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/issue.h"
#include "tools/ctl/peer_trust.h"

static const Column peer_columns[] = {
	{ "Name", "name", COLUMN_TEXT },
	{ "Organisation", "organisation", COLUMN_TEXT },
	{ "Address", "address", COLUMN_TEXT },
	{ "For", "connected_ms", COLUMN_DURATION },
	{ "Received", "received_bytes", COLUMN_BYTES },
	{ "Sent", "sent_bytes", COLUMN_BYTES },
	{ "Waiting", "waiting_bytes", COLUMN_BYTES },
	{ "Dropped", "dropped_frames", COLUMN_NUMBER },
	{ "Chains", "chains", COLUMN_LIST },
	{ NULL, NULL, COLUMN_TEXT },
};

static const Column call_columns[] = {
	{ "Address", "address", COLUMN_TEXT },
	{ "Connected", "connected", COLUMN_TEXT },
	{ "Failures", "failures", COLUMN_NUMBER },
	{ "Next in", "next_ms", COLUMN_DURATION },
	{ "Last error", "last_error", COLUMN_TEXT },
	{ NULL, NULL, COLUMN_TEXT },
};

static const Column self_fields[] = {
	{ "Name", "self.name", COLUMN_TEXT },
	{ "Organisation", "self.organisation", COLUMN_TEXT },
	{ "Algorithm", "self.algorithm", COLUMN_TEXT },
	{ "Certificate", "self.certificate", COLUMN_HASH },
	{ "Host id", "self.id", COLUMN_HASH },
	{ NULL, NULL, COLUMN_TEXT },
};

static json_t *
get_peers(Ctl *ctl, GError **error)
{
	return ctl_get(ctl, client_target("peers", NULL), error);
}

static gboolean
run_list(Ctl *ctl, const Args *args, GError **error)
{
	return ctl_show_table(ctl, get_peers(ctl, error), "peers",
			      peer_columns, "No other host is connected.");
}

static gboolean
run_calls(Ctl *ctl, const Args *args, GError **error)
{
	return ctl_show_table(ctl, get_peers(ctl, error), "calls",
			      call_columns,
			      "No member of a chain has an address, and [peers] "
			      "connect is empty: nobody is called.");
}

static gboolean
run_self(Ctl *ctl, const Args *args, GError **error)
{
	return ctl_show_fields(ctl, get_peers(ctl, error), self_fields, NULL);
}

static gboolean
run_revoke(Ctl *ctl, const Args *args, GError **error)
{
	const char *file = args_operand(args, 0);
	const Node *node = ctl_node(ctl, error);
	g_autofree char *crl = NULL;

	if (node == NULL || node_directory(node, error) == NULL ||
	    !issue_revoke(node, file, error))
		return FALSE;
	crl = node_path(node, NODE_HOST_CRL);
	return ctl_show_done(
		ctl, json_pack("{s:s, s:s}", "revoked", file, "list", crl),
		"%s is revoked by %s: give that list to all hosts that trust "
		"your CA, for [peers] crl_files.",
		file, crl);
}

#define CA_FILE_MAX (64u << 10)

static gboolean
trust_on_chain(Ctl *ctl, const Args *args, const char *chain, const char *file,
	       GError **error)
{
	gsize len;
	g_autofree char *pem = ctl_read_file(file, CA_FILE_MAX, &len, error);
	json_t *body;
	json_t *answer;

	if (pem == NULL || !authority_confirm(args, chain, pem, error))
		return FALSE;
	body = json_pack("{s:s}", "ca", pem);
	answer = ctl_ask(ctl, "POST",
			 client_target("chains", chain, "cas", NULL), body,
			 error);
	json_decref(body);
	return answer != NULL &&
	       ctl_show_done(ctl, answer,
			     "Hosts of %s are spoken to on chain %s.", file,
			     chain);
}

static gboolean
run_trust(Ctl *ctl, const Args *args, GError **error)
{
	const char *chain = args_option(args, "chain");

	if (chain == NULL)
		return run_peer_trust(ctl, args, error);
	for (guint i = 0; i < args_operand_count(args); i++)
		if (!trust_on_chain(ctl, args, chain, args_operand(args, i),
				    error))
			return FALSE;
	return TRUE;
}

static const Option trust_options[] = {
	{ "chain", 'c', "CHAIN", "on this chain only, which asks first" },
	{ "yes", 'y', NULL, "do not ask" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "list", "", "Lists the hosts that are connected", NULL,
	  "bsnctl peer list", run_list },
	{ "calls", "", "Lists the addresses that are called, and why in vain",
	  NULL, "bsnctl peer calls", run_calls },
	{ "self", "", "Shows who this host is to others", NULL,
	  "bsnctl peer self", run_self },
	{ "trust", "CA [CA...]",
	  "Lets in, and calls, the hosts of organisations with these CAs",
	  trust_options, "bsnctl peer trust city-b.pem city-c.pem", run_trust },
	{ "revoke", "CERTIFICATE",
	  "Adds a host's certificate to the node's revocation list", NULL,
	  "bsnctl peer revoke old-host.pem", run_revoke },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_peer = { "peer", "Shows, trusts and revokes other hosts",
			 verbs };
