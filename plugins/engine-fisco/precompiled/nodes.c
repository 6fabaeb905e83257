/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1003. The record is a list of members (member.h).
 */
#include "plugins/engine-fisco/precompiled/nodes.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/node-change.h"
#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/rights.h"
#include "plugins/kit/hex.h"

/* ---- the record --------------------------------------------------------- */

StateKey
nodes_key(void)
{
	return state_key('N');
}

int32_t
nodes_load(Overlay *state, const Ledger *ledger, MemberList *list)
{
	StateKey key = nodes_key();
	bsn_slice bytes;
	int32_t status = overlay_get(state, state_key_slice(&key), &bytes);

	if (status == BSN_OK)
		return member_list_read(
			bytes, suite_algorithm(ledger->suite.sm), list);
	if (status != BSN_NOT_FOUND)
		return status;
	list->members = g_array_new(FALSE, FALSE, sizeof(bsn_member));
	g_array_append_vals(list->members, ledger->genesis.members,
			    ledger->genesis.n_members);
	return BSN_OK;
}

/* ---- functions ---------------------------------------------------------- */

/* Decodes a node's id: the 128 digits of its public key. */
static gboolean
read_id(bsn_slice text, guint8 *public_key)
{
	return text.len > 0 && hex_decode_fixed((const char *)text.data,
						text.len, public_key,
						PUBLIC_KEY_LEN);
}

static int32_t
change_node(PrecompiledCall *call, NodeChange *change, gint64 *result)
{
	guint8 public_key[PUBLIC_KEY_LEN];
	Actor actor;
	int32_t status = rights_begin(call, &actor);

	if (status != BSN_OK)
		return status;
	*result = PRECOMPILED_NODE_ID;
	if (!read_id(call->args[0].bytes, public_key))
		return BSN_OK;
	change->public_key = bsn_slice_of(public_key, PUBLIC_KEY_LEN);
	return node_change(call->ledger, &actor, change, result);
}

static int32_t
change(PrecompiledCall *call, guint32 role)
{
	NodeChange change = { .role = role };
	gint64 result;
	int32_t status = change_node(call, &change, &result);

	return status == BSN_OK ? precompiled_answer(call, result) : status;
}

static int32_t
add_sealer(PrecompiledCall *call)
{
	return change(call, BSN_ROLE_CONSENSUS);
}

static int32_t
add_observer(PrecompiledCall *call)
{
	return change(call, BSN_ROLE_OBSERVER);
}

static int32_t
remove_node(PrecompiledCall *call)
{
	return change(call, MEMBER_NONE);
}

/* Ours: everything about a node at once. It says why it refuses. */
static int32_t
set_node(PrecompiledCall *call)
{
	NodeChange change = { .name = call->args[2].bytes,
			      .address = call->args[3].bytes };
	gint64 result = PRECOMPILED_NODE_ROLE;
	int32_t status = BSN_OK;

	if (node_role_read(call->args[1].bytes, &change.role))
		status = change_node(call, &change, &result);
	if (status != BSN_OK)
		return status;
	if (result < 0)
		return precompiled_fail(call, "%s",
					node_change_sentence(result));
	return precompiled_answer(call, result);
}

static const PrecompiledFunction functions[] = {
	{ 0x89152d1f, 0xdf434acc, "addSealer(string)", add_sealer,
	  GAS_LIST_WRITES },
	{ 0x2800efc0, 0x25e85d16, "addObserver(string)", add_observer,
	  GAS_LIST_WRITES },
	{ 0x80599e4b, 0x86b733f9, "remove(string)", remove_node,
	  GAS_LIST_WRITES },
	{ 0xaedc4c65, 0xcb18ac1a, "setNode(string,string,string,string)", set_node,
	  GAS_LIST_WRITES },
};

const PrecompiledContract nodes_contract = {
	"Consensus", 0x1003, functions, G_N_ELEMENTS(functions)
};
