/* SPDX-License-Identifier: Apache-2.0
 *
 * The group of a parallel chain, from the root chain to it.
 */
#include "plugins/engine-xuper/cross/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/net/net.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* Which question an answer is to. */
#define COOKIE_TELL 1u
#define COOKIE_ASK 2u

/* ---- on the root chain ----------------------------------------------------- */

void
group_tell(const bsn_ledger *ledger, const char *name)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(GString) text = g_string_new("{\"group\":");

	if (cross_read(ledger, "", name, value, &err) != BSN_OK)
		return;
	g_string_append_len(text, (const char *)value->data,
			    (gssize)value->len);
	g_string_append_c(text, '}');
	/* One that is not open asks by itself when it is. */
	(void)services.chains->ask(ledger->chain, bsn_slice_str(name),
				   COOKIE_TELL,
				   bsn_slice_of(text->str, text->len), &err);
}

/* ---- on the parallel chain ------------------------------------------------- */

void
group_ask(bsn_ledger *ledger)
{
	Bsn__Cross__Question question = BSN__CROSS__QUESTION__INIT;
	Bsn__Cross__Inquiry inquiry = BSN__CROSS__INQUIRY__INIT;
	g_autoptr(GByteArray) bytes = NULL;
	bsn_err err = BSN_ERR_INIT;

	question.chain = ledger->config->parent;
	question.bucket = (char *)BUCKET_PARACHAIN;
	question.key = message_bytes(bsn_slice_str(ledger->config->name));
	inquiry.question = &question;
	bytes = message_pack(&inquiry);
	(void)services.chains->ask(ledger->chain,
				   bsn_slice_str(ledger->config->parent),
				   COOKIE_ASK, buffer_slice(bytes), &err);
}

static void
add_all(GHashTable *to, const json_t *list)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (json_is_string(entry))
			g_hash_table_add(to,
					 g_strdup(json_string_value(entry)));
}

static gboolean
is_same(GHashTable *a, GHashTable *b)
{
	GHashTableIter iter;
	gpointer address;

	if (a == NULL || g_hash_table_size(a) != g_hash_table_size(b))
		return FALSE;
	g_hash_table_iter_init(&iter, a);
	while (g_hash_table_iter_next(&iter, &address, NULL))
		if (!g_hash_table_contains(b, address))
			return FALSE;
	return TRUE;
}

static GHashTable *
set_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* Nodes that take part in the agreement and are not in the group count among its
 * n all the same: only a transaction can take them out. */
static void
warn_outside(const bsn_ledger *ledger)
{
	g_autoptr(json_t) outside = cross_outside_json(ledger);
	const json_t *address;
	size_t i;

	json_array_foreach(outside, i, address)
		services_log(ledger->chain, BSN_LOG_WARNING,
			     "node %s is not in the chain's group and cannot "
			     "take part, but is still one of its nodes: remove "
			     "it by $member.set with role \"none\"",
			     json_string_value(address));
}

void
group_set(bsn_ledger *ledger, const json_t *group)
{
	Cross *cross = ledger->cross;
	GHashTable *now = set_new();

	g_clear_pointer(&cross->readers, g_hash_table_unref);
	cross->readers = set_new();
	add_all(cross->readers, json_object_get(group, "readers"));
	add_all(now, json_object_get(group, "admin"));
	add_all(now, json_object_get(group, "identities"));
	if (is_same(cross->group, now)) {
		g_hash_table_unref(now);
		return;
	}
	g_clear_pointer(&cross->group, g_hash_table_unref);
	cross->group = now;
	net_group_changed(ledger);
	warn_outside(ledger);
}

json_t *
cross_outside_json(const bsn_ledger *ledger)
{
	json_t *list = json_array();

	for (guint i = 0; ledger->agreement != NULL &&
			  i < chain_member_count(ledger); i++) {
		const bsn_slice key = chain_member(ledger, i)->public_key;
		char address[ADDRESS_MAX];

		if (cross_admits(ledger, key))
			continue;
		address_of(&ledger->suite, key.data, address);
		json_array_append_new(list, json_string(address));
	}
	return list;
}

void
group_answered(bsn_ledger *ledger, bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Bsn__Cross__Answer *answer =
		message_unpack(&arena, &bsn__cross__answer__descriptor, bytes,
			       NULL, NULL);
	g_autoptr(json_t) group = NULL;

	if (answer == NULL || !answer->there)
		return;
	group = json_parse_object(message_slice(answer->value),
				  XMODEL_VALUE_MAX, "group", NULL, NULL);
	if (group != NULL)
		group_set(ledger, group);
}

gboolean
cross_admits(const bsn_ledger *ledger, bsn_slice public_key)
{
	char address[ADDRESS_MAX];

	if (ledger->cross == NULL || ledger->cross->group == NULL ||
	    public_key.len != PUBLIC_KEY_LEN)
		return TRUE;
	address_of(&ledger->suite, public_key.data, address);
	return g_hash_table_contains(ledger->cross->group, address);
}
