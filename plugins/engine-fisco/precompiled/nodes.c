/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1003. The record is a list of members (member.h).
 */
#include "plugins/engine-fisco/precompiled/nodes.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/precompiled/call.h"
#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

void
node_list_clear(NodeList *list)
{
	g_clear_pointer(&list->members, g_array_unref);
	g_clear_pointer(&list->bytes, g_bytes_unref);
}

guint
nodes_sealers(const NodeList *list)
{
	return members_sealers((const bsn_member *)(void *)list->members->data,
			       list->members->len);
}

/* ---- the record --------------------------------------------------------- */

static int32_t
read_list(bsn_slice bytes, const Ledger *ledger, NodeList *list)
{
	const guint8 *data;
	RlpReader reader;
	gsize len;

	list->bytes = g_bytes_new(bytes.data, bytes.len);
	data = g_bytes_get_data(list->bytes, &len);
	reader = rlp_reader(bsn_slice_of(data, len));
	list->members = members_read(&reader,
				     suite_algorithm(ledger->suite.sm));
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

int32_t
nodes_load(Overlay *state, const Ledger *ledger, NodeList *list)
{
	StateKey key = state_key('N');
	bsn_slice bytes;
	int32_t status = overlay_get(state, state_key_slice(&key), &bytes);

	if (status == BSN_OK)
		return read_list(bytes, ledger, list);
	if (status != BSN_NOT_FOUND)
		return status;
	list->members = g_array_new(FALSE, FALSE, sizeof(bsn_member));
	g_array_append_vals(list->members, ledger->genesis.members,
			    ledger->genesis.n_members);
	return BSN_OK;
}

static int32_t
put_list(PrecompiledCall *call, const NodeList *list)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	StateKey key = state_key('N');

	members_put((const bsn_member *)(void *)list->members->data,
		    list->members->len, bytes);
	return precompiled_put(call, &key, buffer_slice(bytes));
}

/* ---- changes ------------------------------------------------------------ */

/* Index of a member; the list's length when there is none. */
static guint
find(const NodeList *list, bsn_slice public_key)
{
	guint i = 0;

	while (i < list->members->len &&
	       !bsn_slice_equal(
		       g_array_index(list->members, bsn_member, i).public_key,
		       public_key))
		i++;
	return i;
}

/* Whether the chain's consensus runs with that many sealers. */
static gint64
check_sealers(const Ledger *ledger, guint sealers)
{
	const char *config = ledger_config(ledger)->consensus_config;

	if (sealers == 0)
		return PRECOMPILED_LAST_SEALER;
	return ledger->consensus->check_config(bsn_slice_str(config), sealers,
					       NULL) == BSN_OK ?
		       0 : PRECOMPILED_CONSENSUS;
}

/* Gives a member that there is, or is not yet, a role. */
static gint64
set_role(const Ledger *ledger, NodeList *list, bsn_slice public_key,
	 guint32 role)
{
	const gint64 already = role == BSN_ROLE_CONSENSUS ?
				       PRECOMPILED_IS_SEALER :
				       PRECOMPILED_IS_OBSERVER;
	guint before = nodes_sealers(list);
	guint i = find(list, public_key);
	guint sealers;

	if (i == list->members->len) {
		bsn_member member = {
			.size = sizeof(member),
			.role = BSN_ROLE_OBSERVER,
			.algorithm = suite_algorithm(ledger->suite.sm),
			.public_key = public_key,
		};

		if (i >= MEMBERS_MAX)
			return PRECOMPILED_CONSENSUS;
		g_array_append_val(list->members, member);
	} else if (g_array_index(list->members, bsn_member, i).role == role) {
		return already;
	}
	g_array_index(list->members, bsn_member, i).role = role;
	sealers = nodes_sealers(list);
	return sealers != before ? check_sealers(ledger, sealers) : 0;
}

static gint64
drop(const Ledger *ledger, NodeList *list, bsn_slice public_key)
{
	guint before = nodes_sealers(list);
	guint i = find(list, public_key);
	guint sealers;

	if (i == list->members->len)
		return PRECOMPILED_NODE_ABSENT;
	g_array_remove_index(list->members, i);
	sealers = nodes_sealers(list);
	return sealers != before ? check_sealers(ledger, sealers) : 0;
}

/* ---- functions ---------------------------------------------------------- */

#define ROLE_NONE 0u

/* Decodes a node's id: the 128 digits of its public key. */
static gboolean
read_id(bsn_slice text, guint8 *public_key)
{
	return text.len > 0 && hex_decode_fixed((const char *)text.data,
						text.len, public_key,
						PUBLIC_KEY_LEN);
}

static int32_t
change_list(PrecompiledCall *call, bsn_slice public_key, guint32 role)
{
	g_auto(NodeList) list = { .members = NULL };
	gint64 code;
	int32_t status = precompiled_charge(call, GAS_READ);

	if (status == BSN_OK)
		status = nodes_load(call->state, call->ledger, &list);
	if (status != BSN_OK)
		return status;
	code = role == ROLE_NONE ?
		       drop(call->ledger, &list, public_key) :
		       set_role(call->ledger, &list, public_key, role);
	if (code != 0)
		return precompiled_answer(call, code);
	status = put_list(call, &list);
	return status == BSN_OK ? precompiled_answer(call, 1) : status;
}

static int32_t
change(PrecompiledCall *call, guint32 role)
{
	guint8 public_key[PUBLIC_KEY_LEN];
	gboolean allowed;
	int32_t status =
		precompiled_allowed(call, TABLE_CONSENSUS, &allowed);

	if (status != BSN_OK)
		return status;
	if (!allowed)
		return precompiled_answer(call, PRECOMPILED_DENIED);
	if (!read_id(call->args[0].bytes, public_key))
		return precompiled_answer(call, PRECOMPILED_NODE_ID);
	return change_list(call, bsn_slice_of(public_key, PUBLIC_KEY_LEN),
			   role);
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
	return change(call, ROLE_NONE);
}

static const PrecompiledFunction functions[] = {
	{ 0x89152d1f, 0xdf434acc, "addSealer(string)",
	  add_sealer, GAS_WRITES },
	{ 0x2800efc0, 0x25e85d16, "addObserver(string)",
	  add_observer, GAS_WRITES },
	{ 0x80599e4b, 0x86b733f9, "remove(string)",
	  remove_node, GAS_WRITES },
};

const PrecompiledContract nodes_contract = {
	"Consensus", 0x1003, functions, G_N_ELEMENTS(functions)
};
