/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/chains.h"

#include <stdio.h>
#include <string.h>

#include "tools/bench/people.h"
#include "tools/bench/stop.h"
#include "tools/ctl/text_of.h"

#define READY_US (60 * G_TIME_SPAN_SECOND)
#define LOOK_US (20 * G_TIME_SPAN_MILLISECOND)

static const struct {
	const char *framework, *one, *many;
} protocols[] = {
	{ "fisco", "solo", "pbft" },
	{ "fabric", "solo", "pbft" },
	{ "xuper", "single", "chainedbft" },
};

/* ---- what a chain is made of -------------------------------------------- */

static void
choose_consensus(json_t *config, const char *framework, guint hosts)
{
	for (guint i = 0; i < G_N_ELEMENTS(protocols); i++)
		if (strcmp(protocols[i].framework, framework) == 0 &&
		    json_object_get(config, "consensus") == NULL)
			json_object_set_new(
				config, "consensus",
				json_pack("{s:s}", "name",
					  hosts > 1 ? protocols[i].many
						    : protocols[i].one));
}

static char *
msp_id_of(guint host)
{
	return g_strdup_printf("Org%uMSP", host + 1);
}

/* Fabric's channels have organisations: each host's. */
static json_t *
organisation_of(const Target *target, guint host, GError **error)
{
	const Node *node = target_host(target, host)->ctl.node;
	g_autofree char *file = node_path(node, NODE_IDENTITY_CA);
	g_autofree char *msp_id = msp_id_of(host);
	g_autofree char *pem = NULL;

	if (node_directory(node, error) == NULL ||
	    !g_file_get_contents(file, &pem, NULL, error))
		return NULL;
	return json_pack("{s:s, s:[s], s:{s:s, s:s, s:s, s:s}, s:b, s:b}",
			 "msp_id", msp_id, "root_certs", pem, "node_ous",
			 "client", "client", "peer", "node", "admin", "admin",
			 "orderer", "node", "application", 1, "orderer", 1);
}

static gboolean
add_organisations(const Target *target, json_t *config, GError **error)
{
	json_t *all = json_array();

	json_object_set_new(config, "organisations", all);
	for (guint i = 0; i < target->hosts->len; i++) {
		json_t *one = organisation_of(target, i, error);

		if (one == NULL)
			return FALSE;
		json_array_append_new(all, one);
	}
	return TRUE;
}

static json_t *
member_of(const Target *target, guint host, const char *algorithm,
	  GError **error)
{
	const Node *node = target_host(target, host)->ctl.node;
	g_autofree char *name = node_config_value(node, "node", "name", error);
	g_autofree char *address =
		name != NULL ? node_config_value(node, "peers", "listen", error)
			     : NULL;
	json_t *key, *member;

	if (address == NULL)
		return NULL;
	key = target_ask(target, host, "GET",
			 client_target("node", "keys", algorithm, NULL), NULL,
			 error);
	if (key == NULL)
		return NULL;
	member = json_pack("{s:s, s:s, s:s, s:s}", "public_key",
			   text_of(key, "public_key"), "role", "consensus",
			   "name", name, "address", address);
	json_decref(key);
	return member;
}

/* Those of a host alone are known to it. */
static gboolean
add_members(const Target *target, json_t *body, const char *algorithm,
	    GError **error)
{
	json_t *all;

	if (target->hosts->len == 1)
		return TRUE;
	all = json_array();
	json_object_set_new(body, "members", all);
	for (guint i = 0; i < target->hosts->len; i++) {
		json_t *one = member_of(target, i, algorithm, error);

		if (one == NULL)
			return FALSE;
		json_array_append_new(all, one);
	}
	return TRUE;
}

static gboolean
certify_nodes(const Target *target, const char *algorithm, GError **error)
{
	for (guint i = 0; i < target->hosts->len; i++)
		if (!people_certify_node(target, i, algorithm, error))
			return FALSE;
	return TRUE;
}

/* What is asked of the first host, but for the name; NULL with an error. */
static json_t *
body_of(const Target *target, const ChainsPlan *plan, GError **error)
{
	const gboolean fabric = strcmp(plan->framework, "fabric") == 0;
	json_t *config = json_loads(plan->config, JSON_REJECT_DUPLICATES, NULL);
	const char *algorithm;
	json_t *body;

	if (!json_is_object(config)) {
		json_decref(config);
		ctl_fail(error, CTL_ERROR_USAGE,
			 "[chains] config = %s\nGive a JSON object.",
			 plan->config);
		return NULL;
	}
	algorithm = people_algorithm(plan->framework, config);
	choose_consensus(config, plan->framework, target->hosts->len);
	body = json_pack("{s:s, s:o}", "framework", plan->framework, "config",
			 config);
	if ((!fabric || (certify_nodes(target, algorithm, error) &&
			 add_organisations(target, config, error))) &&
	    add_members(target, body, algorithm, error))
		return body;
	json_decref(body);
	return NULL;
}

/* ---- making one --------------------------------------------------------- */

static gboolean
adopt(const Target *target, const char *name, GError **error)
{
	json_t *genesis = target_ask(
		target, 0, "GET",
		client_target("chains", name, "genesis", NULL), NULL, error);
	gboolean ok = genesis != NULL;

	for (guint i = 1; ok && i < target->hosts->len; i++) {
		json_t *answer = target_ask(target, i, "POST",
					    client_target("chains", NULL),
					    genesis, error);

		ok = answer != NULL;
		json_decref(answer);
	}
	json_decref(genesis);
	return ok;
}

static gboolean
make_one(Target *target, json_t *body, const char *name, GError **error)
{
	json_t *answer;

	json_object_set_new(body, "name", json_string(name));
	answer = target_ask(target, 0, "POST", client_target("chains", NULL),
			    body, error);
	json_decref(answer);
	return answer != NULL && target_add_chain(target, name, error) &&
	       (target->hosts->len == 1 || adopt(target, name, error));
}

/* It runs on the host, and all members are there. */
static gboolean
is_ready(const Target *target, guint host, const char *name)
{
	json_t *status = target_ask(
		target, host, "GET",
		client_target("chains", name, "status", NULL), NULL, NULL);
	const gboolean ready =
		strcmp(text_of(status, "state"), "running") == 0 &&
		json_integer_value(json_object_get(status, "connected")) ==
			(json_int_t)target->hosts->len;

	json_decref(status);
	return ready;
}

static gboolean
await(const Target *target, const char *name, GError **error)
{
	const gint64 until = g_get_monotonic_time() + READY_US;

	for (guint i = 0; i < target->hosts->len; i++)
		while (!is_ready(target, i, name)) {
			if (stop_signal() != 0)
				return stop_fail(error);
			if (g_get_monotonic_time() > until)
				return ctl_fail(
					error, CTL_ERROR_FAILED,
					"chain %s does not run on %s\nSee "
					"'bsnctl chain status'.",
					name, target_host(target, i)->name);
			g_usleep(LOOK_US);
		}
	return TRUE;
}

gboolean
chains_make(Target *target, const ChainsPlan *plan, guint n, GError **error)
{
	const guint first = target->chains->len;
	const guint32 run = g_random_int() & 0xffffff;
	json_t *body = body_of(target, plan, error);
	gboolean ok = body != NULL;

	for (guint i = 0; ok && i < n; i++) {
		g_autofree char *name =
			g_strdup_printf("bench-%06x-%u", run, i + 1);

		ok = make_one(target, body, name, error) &&
		     (stop_signal() == 0 || stop_fail(error));
	}
	json_decref(body);
	for (guint i = first; ok && i < target->chains->len; i++)
		ok = await(target, target_chain(target, i)->name, error);
	return ok;
}

void
chains_drop(Target *target)
{
	for (guint i = 0; i < target->chains->len; i++)
		for (guint host = 0; host < target->hosts->len; host++) {
			const char *name = target_chain(target, i)->name;
			g_autoptr(GError) why = NULL;

			json_decref(
				target_ask(target, host, "DELETE",
					   client_target("chains", name, NULL),
					   NULL, &why));
			if (why != NULL)
				fprintf(stderr,
					"bsn-bench: chain %s stays: %s\n", name,
					why->message);
		}
	g_ptr_array_set_size(target->chains, 0);
}
