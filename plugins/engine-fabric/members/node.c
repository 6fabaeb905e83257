/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/node.h"

#include <string.h>

#include "orderer/configuration.pb-c.h"
#include "plugins/engine-fabric/channel/change.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define ROLE_NONE 0u

/* ---- the request ---- */

typedef struct {
	GByteArray *public_key;
	guint32 role;
	bsn_slice name;
	bsn_slice address;
} Wanted;

static int32_t
read_wanted(const json_t *args, Wanted *wanted, gboolean *force, bsn_err *err)
{
	static const char *const words[] = { "consensus", "observer", "none",
					     NULL };
	JsonFields fields = fields_of(args, "args", err);
	const char *role;

	(void)fields_hex(&fields, "public_key", PUBLIC_KEY_LEN, PUBLIC_KEY_LEN,
			 wanted->public_key);
	fields_require(&fields, "public_key",
		       "give the node's key: bsnctl node key on its host");
	role = fields_choice(&fields, "role", words, words[0]);
	fields_require(&fields, "role", "say consensus, observer or none");
	wanted->name = bsn_slice_str(
		fields_string(&fields, "name", MEMBER_TEXT_MAX, ""));
	wanted->address = bsn_slice_str(
		fields_string(&fields, "address", MEMBER_TEXT_MAX, ""));
	*force = fields_bool(&fields, "force", FALSE);
	(void)member_role_read(role, &wanted->role);
	return fields_end(&fields);
}

/* ---- the list ---- */

static gboolean
changes_text(const bsn_member *member, const Wanted *wanted)
{
	return (wanted->name.len > 0 || wanted->address.len > 0) &&
	       !(bsn_slice_equal(member->name, wanted->name) &&
		 bsn_slice_equal(member->address, wanted->address));
}

static int32_t
alter(bsn_member *member, const Wanted *wanted, bsn_err *err)
{
	if (member->role == wanted->role && !changes_text(member, wanted))
		return bsn_fail(err, BSN_CONFLICT,
				member->role == BSN_ROLE_CONSENSUS
					? "it is a consensus node already"
					: "it is an observer already");
	member->role = wanted->role;
	if (wanted->name.len > 0 || wanted->address.len > 0) {
		member->name = wanted->name;
		member->address = wanted->address;
	}
	return BSN_OK;
}

static void
add(const Channel *channel, GArray *list, const Wanted *wanted)
{
	const bsn_member member = {
		.size = sizeof(member),
		.role = wanted->role,
		.algorithm = channel->suite.algorithm,
		.public_key = buffer_slice(wanted->public_key),
		.name = wanted->name,
		.address = wanted->address,
	};

	g_array_append_val(list, member);
}

static guint
find(const GArray *list, bsn_slice public_key)
{
	for (guint i = 0; i < list->len; i++)
		if (bsn_slice_equal(
			    g_array_index(list, bsn_member, i).public_key,
			    public_key))
			return i;
	return list->len;
}

static int32_t
change_list(const Channel *channel, GArray *list, const Wanted *wanted,
	    bsn_err *err)
{
	const guint i = find(list, buffer_slice(wanted->public_key));

	if (i < list->len && wanted->role != ROLE_NONE)
		return alter(&g_array_index(list, bsn_member, i), wanted, err);
	if (i < list->len) {
		g_array_remove_index(list, i);
		return BSN_OK;
	}
	if (wanted->role == ROLE_NONE)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the channel has no such node");
	if (list->len >= MEMBERS_MAX)
		return bsn_fail(err, BSN_CONFLICT,
				"a channel has at most %u nodes", MEMBERS_MAX);
	add(channel, list, wanted);
	return BSN_OK;
}

/* ---- the config ---- */

static int32_t
put_list(const Channel *channel, Arena *arena, Common__ConfigGroup *copy,
	 const GArray *list, bsn_err *err)
{
	Common__ConfigGroup *orderer = group_find(copy, "Orderer");
	const Common__ConfigValue *value =
		group_value(orderer, "ConsensusType");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	int32_t status = BSN_OK;
	Orderer__ConsensusType *type =
		message_unpack(arena, &orderer__consensus_type__descriptor,
			       message_slice(value->value), &status, err);

	if (type == NULL)
		return status;
	agreement_put(bytes, members_settings(channel),
		      (const bsn_member *)(const void *)list->data, list->len);
	type->metadata = message_bytes(buffer_slice(bytes));
	change_value(arena, orderer, "ConsensusType", type);
	return BSN_OK;
}

int32_t
node_change(Channel *channel, const json_t *args, Arena *arena,
	    Common__ConfigGroup *copy, gboolean *force, bsn_err *err)
{
	g_autoptr(GByteArray) public_key = g_byte_array_new();
	g_autoptr(GArray) list = g_array_copy(channel->members.list);
	Wanted wanted = { .public_key = public_key };
	int32_t status = read_wanted(args, &wanted, force, err);

	if (status == BSN_OK)
		status = change_list(channel, list, &wanted, err);
	return status == BSN_OK ? put_list(channel, arena, copy, list, err)
				: status;
}

/* ---- an organisation goes ---- */

static gboolean
is_of(const Channel *channel, bsn_slice key, const char *msp_id)
{
	const MspIdentity *who = NULL;
	const NetPeer *peer;

	if (bsn_slice_equal(key, bytes_slice(channel->public_key))) {
		who = channel->self;
	} else if (channel->net != NULL) {
		peer = net_peer_find(channel, key);
		who = peer != NULL ? peer->identity : NULL;
	}
	return who != NULL && strcmp(who->msp->id, msp_id) == 0;
}

int32_t
node_remove_organisation(const Channel *channel, const char *msp_id,
			 Arena *arena, Common__ConfigGroup *copy, bsn_err *err)
{
	g_autoptr(GArray) list = g_array_copy(channel->members.list);
	guint i = 0;

	while (i < list->len)
		if (is_of(channel,
			  g_array_index(list, bsn_member, i).public_key,
			  msp_id))
			g_array_remove_index(list, i);
		else
			i++;
	return list->len < channel->members.list->len
		       ? put_list(channel, arena, copy, list, err)
		       : BSN_OK;
}

/* ---- who is there ---- */

static gboolean
is_there(const Channel *channel, bsn_slice key)
{
	const NetPeer *peer;

	if (bsn_slice_equal(key, bytes_slice(channel->public_key)))
		return TRUE;
	peer = channel->net != NULL ? net_peer_find(channel, key) : NULL;
	return peer != NULL && peer->reachable;
}

static gboolean
agree_alike(const Members *a, const Members *b)
{
	if (members_agreeing(a) != members_agreeing(b))
		return FALSE;
	for (guint i = 0; i < a->list->len; i++) {
		const bsn_member *member = members_at(a, i);
		const bsn_member *other = members_lookup(b, member->public_key);

		if (member->role == BSN_ROLE_CONSENSUS &&
		    (other == NULL || other->role != BSN_ROLE_CONSENSUS))
			return FALSE;
	}
	return TRUE;
}

int32_t
node_check_quorum(const Channel *channel, const ChannelConfig *config,
		  bsn_err *err)
{
	g_auto(Members) after = { .list = NULL };
	guint there = 0;
	guint64 needed;
	int32_t status = agreement_read(&channel->suite, agreement_of(config),
					&after, err);

	if (status != BSN_OK || !BSN_HAS(channel->consensus, quorum) ||
	    agree_alike(&channel->members, &after))
		return status;
	for (guint i = 0; i < after.list->len; i++) {
		const bsn_member *member = members_at(&after, i);

		there += member->role == BSN_ROLE_CONSENSUS &&
			 is_there(channel, member->public_key);
	}
	needed = channel->consensus->quorum(members_agreeing(&after));
	if (there >= needed)
		return BSN_OK;
	return bsn_fail(err, BSN_CONFLICT,
			"of the %u consensus nodes that this leaves %u can be "
			"reached from here, and %" G_GUINT64_FORMAT " are "
			"needed: the chain would stop, and could not take it "
			"back; start the others first, or give force",
			members_agreeing(&after), there, needed);
}
