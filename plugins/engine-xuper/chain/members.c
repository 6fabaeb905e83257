/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/chain.h"
#include "plugins/engine-xuper/chain/open.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

guint
chain_member_count(const bsn_ledger *ledger)
{
	return ledger->agreement->list->len;
}

const bsn_member *
chain_member(const bsn_ledger *ledger, guint index)
{
	return &g_array_index(ledger->agreement->list, bsn_member, index);
}

gboolean
chain_has_self(const bsn_ledger *ledger)
{
	const bsn_slice self = bsn_slice_of(ledger->node_key, PUBLIC_KEY_LEN);

	for (guint i = 0; i < chain_member_count(ledger); i++)
		if (bsn_slice_equal(chain_member(ledger, i)->public_key, self))
			return TRUE;
	return FALSE;
}

/* ---- for people ---------------------------------------------------------- */

static json_t *
text_json(bsn_slice text)
{
	return json_stringn((const char *)text.data, text.len);
}

static json_t *
member_json(const bsn_ledger *ledger, const bsn_member *member)
{
	g_autofree char *key = hex_encode(member->public_key);
	char address[ADDRESS_MAX];
	json_t *json = json_object();

	address_of(&ledger->suite, member->public_key.data, address);
	json_object_set_new(json, "public_key", json_string(key));
	json_object_set_new(json, "algorithm",
			    json_string(member->algorithm));
	json_object_set_new(json, "role",
			    json_string(member->role == BSN_ROLE_CONSENSUS
						? "consensus"
						: "observer"));
	json_object_set_new(json, "name", text_json(member->name));
	json_object_set_new(json, "address", text_json(member->address));
	/* What XuperChain's config and contracts call it. */
	json_object_set_new(json, "account", json_string(address));
	return json;
}

int32_t
chain_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	g_autoptr(json_t) array = json_array();
	g_autofree char *text = NULL;

	for (guint i = 0; i < chain_member_count(ledger); i++)
		json_array_append_new(
			array, member_json(ledger, chain_member(ledger, i)));
	text = json_text(array);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}
