/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/members.h"

#include <string.h>

#include "plugins/engine-fabric/channel/holder.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* ---- the list ---- */

int32_t
members_load(Channel *channel, bsn_err *err)
{
	Members read = { .list = NULL };
	bsn_err why = BSN_ERR_INIT;

	if (agreement_read(&channel->suite, agreement_of(channel->config),
			   &read, &why) != BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the nodes in the channel's config: %s",
				why.reason);
	members_clear(&channel->members);
	channel->members = read;
	return BSN_OK;
}

bsn_slice
members_settings(const Channel *channel)
{
	return channel->members.settings;
}

const bsn_member *
members_find(const Channel *channel, bsn_slice public_key)
{
	return members_lookup(&channel->members, public_key);
}

/* Only members are given blocks, so whoever has more than the first has been
 * one. */
const char *
members_own_role(const Channel *channel)
{
	const bsn_member *self =
		members_find(channel, bytes_slice(channel->public_key));

	if (self == NULL && channel->ledger->head.height > 1)
		return "removed";
	return member_role_word(self != NULL ? self->role : 0);
}

/* ---- for people ---- */

static json_t *
member_json(const bsn_member *member)
{
	return json_pack(
		"{s:o, s:s, s:s, s:o, s:o}", "public_key",
		hex_json(member->public_key), "algorithm", member->algorithm,
		"role", member_role_word(member->role), "name",
		text_json(member->name), "address", text_json(member->address));
}

int32_t
members_list(Channel *channel, bsn_reply *reply, bsn_err *err)
{
	g_autoptr(json_t) list = json_array();
	g_autofree char *text = NULL;

	for (guint i = 0; i < channel->members.list->len; i++)
		json_array_append_new(
			list, member_json(members_at(&channel->members, i)));
	text = json_text(list);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}

/* ---- this node ---- */

/* What the host has for this node's key; NULL: nothing. */
static GBytes *
node_certificate(const Channel *channel)
{
	GByteArray *der = g_byte_array_new();
	BufferSink sink = buffer_sink(der, HOLDER_DER_MAX);

	if (BSN_HAS(services.keys, node_certificate) &&
	    services.keys->node_certificate(channel->chain,
					    channel->suite.algorithm,
					    &sink.sink, NULL) == BSN_OK)
		return g_byte_array_free_to_bytes(der);
	g_byte_array_unref(der);
	return NULL;
}

static void
find_identity(Channel *channel, bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;

	if (channel->certificate == NULL)
		(void)bsn_fail(err, BSN_NOT_FOUND,
			       "this host has no certificate for its %s key",
			       channel->suite.algorithm);
	else if (holder_find(channel->config, bytes_slice(channel->certificate),
			     &channel->identity, &channel->self, &why) !=
		 BSN_OK)
		(void)bsn_fail(err, BSN_DENIED,
			       "no organisation of the channel knows this "
			       "host's certificate; the last one asked says: "
			       "%s",
			       why.reason);
	else if (!bsn_slice_equal(bytes_slice(channel->public_key),
				  bsn_slice_of(channel->self->public_key,
					       PUBLIC_KEY_LEN)))
		(void)bsn_fail(err, BSN_DENIED,
			       "this host's certificate is of another key than "
			       "this node's");
	else
		return;
	g_clear_pointer(&channel->identity, g_bytes_unref);
	g_clear_pointer(&channel->self, msp_identity_unref);
}

static void
identify(Channel *channel)
{
	g_autofree char *before = g_steal_pointer(&channel->no_identity);
	bsn_err why = BSN_ERR_INIT;

	g_clear_pointer(&channel->identity, g_bytes_unref);
	g_clear_pointer(&channel->self, msp_identity_unref);
	find_identity(channel, &why);
	if (channel->identity != NULL)
		return;
	channel->no_identity = g_strdup(why.reason);
	if (g_strcmp0(before, why.reason) != 0)
		services_log(channel->chain, BSN_LOG_WARNING,
			     "this node does not endorse: %s", why.reason);
}

void
members_identify_self(Channel *channel)
{
	g_clear_pointer(&channel->certificate, g_bytes_unref);
	channel->certificate = node_certificate(channel);
	identify(channel);
}

static gboolean
is_same(GBytes *a, GBytes *b)
{
	return a == NULL || b == NULL ? a == b : g_bytes_equal(a, b);
}

void
members_follow_certificate(Channel *channel)
{
	GBytes *now = node_certificate(channel);

	if (is_same(now, channel->certificate)) {
		g_bytes_unref(now);
		return;
	}
	g_clear_pointer(&channel->certificate, g_bytes_unref);
	channel->certificate = now;
	identify(channel);
	if (channel->identity != NULL)
		services_log(channel->chain, BSN_LOG_INFO,
			     "this node has another certificate, of %s",
			     channel->self->msp->id);
	lifecycle_self_changed(channel);
	net_packages_changed(channel);
}
