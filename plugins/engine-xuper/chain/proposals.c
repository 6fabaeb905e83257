/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of the nodes that wait for further votes.
 */
#include "plugins/engine-xuper/chain/chain.h"
#include "plugins/engine-xuper/chain/open.h"
#include "plugins/engine-xuper/kernel/votes.h"
#include "plugins/kit/json.h"

static json_t *
vote_json(const char *address)
{
	return json_pack("{s:s, s:i}", "account", address, "weight", 1);
}

static gboolean
has_voted(const json_t *votes, const char *address)
{
	for (gsize i = 0; i < json_array_size(votes); i++)
		if (g_strcmp0(json_string_value(json_array_get(votes, i)),
			      address) == 0)
			return TRUE;
	return FALSE;
}

static void
add_voters(const bsn_ledger *ledger, const json_t *given, json_t *out)
{
	json_t *votes = json_array();
	json_t *missing = json_array();
	const guint n = ledger->agreement->n_validators;

	for (guint i = 0; i < n; i++) {
		char address[ADDRESS_MAX];

		address_of(&ledger->suite,
			   chain_member(ledger, i)->public_key.data, address);
		json_array_append_new(has_voted(given, address) ? votes
								: missing,
				      vote_json(address));
	}
	json_object_set_new(out, "weight",
			    json_integer((json_int_t)json_array_size(votes)));
	json_object_set_new(out, "votes", votes);
	json_object_set_new(out, "missing", missing);
	json_object_set_new(
		out, "needed",
		json_integer((json_int_t)votes_needed(
			ledger->config->member_votes, n)));
	json_object_set_new(out, "total", json_integer(n));
}

static json_t *
proposal_json(const bsn_ledger *ledger, const json_t *waiting)
{
	static const char *const names[] = { "public_key", "role", "name",
					     "address" };
	const json_t *change = json_object_get(waiting, "change");
	json_t *out = json_object();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		json_object_set(out, names[i],
				json_object_get(change, names[i]));
	if (json_object_get(change, "force") != NULL)
		json_object_set_new(out, "force", json_true());
	add_voters(ledger, json_object_get(waiting, "votes"), out);
	return out;
}

int32_t
chain_proposals(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	const SandboxEnv env = { .config = ledger->config,
				 .suite = &ledger->suite };
	g_autoptr(Sandbox) box =
		sandbox_new(ledger_root(ledger->ledger)->layer, &env);
	g_autoptr(json_t) all = json_array();
	g_autoptr(json_t) out = json_array();
	g_autofree char *text = NULL;
	const int32_t status = votes_list(box, all, err);

	if (status != BSN_OK)
		return status;
	for (gsize i = 0; i < json_array_size(all); i++)
		json_array_append_new(
			out, proposal_json(ledger, json_array_get(all, i)));
	text = json_text(out);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}
