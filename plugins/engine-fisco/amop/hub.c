/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/amop/hub.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/amop/hub-private.h"
#include "plugins/engine-fisco/amop/private.h"

/* ---- topics ------------------------------------------------------------ */

gboolean
amop_is_private(const char *topic)
{
	return g_str_has_prefix(topic, AMOP_PRIVATE);
}

static void
access_free(gpointer data)
{
	AmopAccess *access = data;

	g_clear_pointer(&access->proven, g_bytes_unref);
	g_clear_pointer(&access->publishers, g_array_unref);
	g_free(access);
}

AmopAccess *
amop_access(const AmopMember *member, const char *topic)
{
	return member->topics != NULL
		       ? g_hash_table_lookup(member->topics, topic)
		       : NULL;
}

gboolean
amop_has_topic(const AmopMember *member, const char *topic)
{
	return amop_access(member, topic) != NULL;
}

/* Where the publisher stands among those who verified; G_MAXUINT: nowhere. */
static guint
find_publisher(const AmopAccess *access, const AmopMember *publisher)
{
	for (guint i = 0;
	     access->publishers != NULL && i < access->publishers->len; i++)
		if (g_array_index(access->publishers, guint64, i) ==
		    publisher->serial)
			return i;
	return G_MAXUINT;
}

gboolean
amop_receives(const AmopMember *member, const char *topic,
	      const AmopMember *from)
{
	const AmopAccess *access = amop_access(member, topic);

	return access != NULL &&
	       (access->verified ||
		(from != NULL && find_publisher(access, from) != G_MAXUINT));
}

static int32_t
check_names(const char *const *names, bsn_err *err)
{
	guint n = g_strv_length((char **)names);

	if (n > AMOP_TOPICS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				 "%u topics: %u are the most for one client", n,
				 AMOP_TOPICS_MAX);
	for (guint i = 0; i < n; i++)
		if (strlen(names[i]) > AMOP_TOPIC_MAX)
			return bsn_fail(err, BSN_TOO_LARGE,
					 "topic %.40s... has over %u bytes",
					 names[i], AMOP_TOPIC_MAX);
	return BSN_OK;
}

/* Takes what the member had of a topic into its new ones. */
static void
add_topic(const AmopHub *hub, AmopMember *member, GHashTable *earlier,
	  const char *name)
{
	gpointer key = NULL, access = NULL;

	if (g_hash_table_contains(member->topics, name))
		return;
	if (earlier != NULL &&
	    g_hash_table_steal_extended(earlier, name, &key, &access)) {
		g_hash_table_insert(member->topics, key, access);
		return;
	}
	g_hash_table_insert(member->topics, g_strdup(name),
			    g_new0(AmopAccess, 1));
	amop_judge(hub, member, name);
}

int32_t
amop_set_topics(AmopHub *hub, AmopMember *member, const char *const *names,
		bsn_err *err)
{
	GHashTable *earlier = member->topics;
	int32_t status = check_names(names, err);

	if (status != BSN_OK)
		return status;
	member->topics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       access_free);
	for (guint i = 0; names[i] != NULL; i++)
		add_topic(hub, member, earlier, names[i]);
	g_clear_pointer(&earlier, g_hash_table_unref);
	return BSN_OK;
}

/* ---- private topics ---------------------------------------------------- */

void
amop_judge(const AmopHub *hub, const AmopMember *member, const char *topic)
{
	AmopAccess *access = amop_access(member, topic);
	bsn_slice key = member->who.public_key;
	gsize len;

	if (access == NULL)
		return;
	g_clear_pointer(&access->publishers, g_array_unref);
	if (access->proven != NULL) {
		key.data = g_bytes_get_data(access->proven, &len);
		key.len = len;
	}
	access->verified = !amop_is_private(topic) ||
			   amop_private_allows(amop_private_find(hub, topic),
					       key);
}

static gboolean
add_publisher(AmopAccess *access, const AmopMember *publisher)
{
	if (access->publishers == NULL)
		access->publishers =
			g_array_new(FALSE, FALSE, sizeof(guint64));
	if (access->publishers->len >= AMOP_PUBLISHERS_MAX)
		return FALSE;
	g_array_append_val(access->publishers, publisher->serial);
	return TRUE;
}

gboolean
amop_set_verified(AmopHub *hub, const AmopMember *publisher,
		  AmopMember *member, const char *topic, gboolean verified)
{
	AmopAccess *access = amop_access(member, topic);
	guint at;

	if (access == NULL || !amop_is_private(topic) ||
	    amop_private_find(hub, topic) != NULL)
		return FALSE;
	at = find_publisher(access, publisher);
	if (verified && at == G_MAXUINT)
		return add_publisher(access, publisher);
	if (!verified && at != G_MAXUINT)
		g_array_remove_index_fast(access->publishers, at);
	return TRUE;
}

/* ---- members ----------------------------------------------------------- */

static bsn_slice
keep(GByteArray *names, bsn_slice text)
{
	guint at = names->len;

	if (text.len > 0)
		g_byte_array_append(names, text.data, (guint)text.len);
	return bsn_slice_of(names->data + at, text.len);
}

void
amop_join(AmopHub *hub, AmopMember *member, const AmopMemberKind *kind,
	  const bsn_client *who)
{
	member->kind = kind;
	member->serial = ++hub->last_serial;
	member->names = g_byte_array_sized_new(
		(guint)(who->name.len + who->organisation.len +
			who->public_key.len + 1));
	member->who.name = keep(member->names, who->name);
	member->who.organisation = keep(member->names, who->organisation);
	member->who.public_key = keep(member->names, who->public_key);
	member->link.data = member;
	g_queue_push_tail_link(&hub->members, &member->link);
}

void
amop_leave(AmopHub *hub, AmopMember *member)
{
	g_queue_unlink(&hub->members, &member->link);
	amop_relays_end(hub, member);
	g_clear_pointer(&member->topics, g_hash_table_unref);
	g_byte_array_unref(member->names);
}

void
amop_each(AmopHub *hub, void (*act)(AmopMember *member, gpointer with),
	  gpointer with)
{
	for (GList *link = hub->members.head; link != NULL; link = link->next)
		act(link->data, with);
}

/* ---- the hub ----------------------------------------------------------- */

static void
private_free(gpointer private)
{
	amop_private_free(private);
}

AmopHub *
amop_hub_new(bsn_chain *chain)
{
	AmopHub *hub = g_new0(AmopHub, 1);

	hub->chain = chain;
	hub->relays = g_sequence_new(NULL);
	hub->privates = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					      private_free);
	return hub;
}

void
amop_hub_free(AmopHub *hub)
{
	if (hub == NULL)
		return;
	amop_relays_free(hub);
	g_hash_table_unref(hub->privates);
	g_free(hub);
}
