/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/amop/private.h"

#include <string.h>

#include "plugins/engine-fisco/amop/hub-private.h"
#include "plugins/kit/sink.h"

/* ---- one topic --------------------------------------------------------- */

static GBytes *
bytes_of(bsn_slice slice)
{
	return g_bytes_new(slice.data, slice.len);
}

static void
unref_bytes(gpointer bytes)
{
	g_bytes_unref(bytes);
}

AmopPrivate *
amop_private_new(const char *topic, bsn_slice owner, const bsn_slice *keys,
		 guint64 n)
{
	AmopPrivate *private = g_new0(AmopPrivate, 1);

	private->topic = g_strdup(topic);
	private->owner = bytes_of(owner);
	private->keys = g_ptr_array_new_with_free_func(unref_bytes);
	for (guint64 i = 0; i < n; i++)
		g_ptr_array_add(private->keys, bytes_of(keys[i]));
	return private;
}

void
amop_private_free(AmopPrivate *private)
{
	if (private == NULL)
		return;
	g_free(private->topic);
	g_bytes_unref(private->owner);
	g_ptr_array_unref(private->keys);
	g_free(private);
}

static gboolean
is_key(GBytes *bytes, bsn_slice key)
{
	return key.len > 0 && bsn_slice_equal(bytes_slice(bytes), key);
}

gboolean
amop_private_owned(const AmopPrivate *private, bsn_slice key)
{
	return private != NULL && is_key(private->owner, key);
}

gboolean
amop_private_allows(const AmopPrivate *private, bsn_slice key)
{
	if (private == NULL)
		return FALSE;
	for (guint i = 0; i < private->keys->len; i++)
		if (is_key(private->keys->pdata[i], key))
			return TRUE;
	return is_key(private->owner, key);
}

/* ---- all of them ------------------------------------------------------- */

const AmopPrivate *
amop_private_find(const AmopHub *hub, const char *topic)
{
	return g_hash_table_lookup(hub->privates, topic);
}

gboolean
amop_may_send(const AmopHub *hub, const char *topic, bsn_slice key)
{
	const AmopPrivate *private = amop_private_find(hub, topic);

	return private == NULL || amop_private_allows(private, key);
}

static gint
by_topic(gconstpointer a, gconstpointer b)
{
	const AmopPrivate *one = *(AmopPrivate *const *)a;
	const AmopPrivate *other = *(AmopPrivate *const *)b;

	return strcmp(one->topic, other->topic);
}

GPtrArray *
amop_private_list(const AmopHub *hub)
{
	GPtrArray *list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer private;

	g_hash_table_iter_init(&iter, hub->privates);
	while (g_hash_table_iter_next(&iter, NULL, &private))
		g_ptr_array_add(list, private);
	g_ptr_array_sort(list, by_topic);
	return list;
}

static void
judge_all(const AmopHub *hub, const char *topic)
{
	for (const GList *link = hub->members.head; link != NULL;
	     link = link->next)
		amop_judge(hub, link->data, topic);
}

void
amop_private_declare(AmopHub *hub, AmopPrivate *private)
{
	g_hash_table_replace(hub->privates, private->topic, private);
	judge_all(hub, private->topic);
}

void
amop_private_withdraw(AmopHub *hub, const char *topic)
{
	if (g_hash_table_remove(hub->privates, topic))
		judge_all(hub, topic);
}

gboolean
amop_prove(AmopHub *hub, AmopMember *member, const char *topic, bsn_slice key)
{
	AmopAccess *access = amop_access(member, topic);

	if (access == NULL)
		return FALSE;
	g_clear_pointer(&access->proven, g_bytes_unref);
	access->proven = bytes_of(key);
	amop_judge(hub, member, topic);
	return access->verified;
}
