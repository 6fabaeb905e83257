/* SPDX-License-Identifier: Apache-2.0
 *
 * The group of a parallel chain, from the root chain to it.
 */
#include "plugins/engine-xuper/cross/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/net/net.h"
#include "plugins/kit/hex.h"

/* Which question an answer is to. */
#define COOKIE_TELL 1u
#define COOKIE_ASK 2u
/* Bytes of an answer that holds a group: hex digits, and what is around. */
#define ANSWER_MAX (2u * XMODEL_VALUE_MAX + 4096u)

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
	g_autofree char *text =
		g_strdup_printf("{\"bucket\":\"%s\",\"key\":\"%s\"}",
				BUCKET_PARACHAIN, ledger->config->name);
	bsn_err err = BSN_ERR_INIT;

	(void)services.chains->ask(ledger->chain,
				   bsn_slice_str(ledger->config->parent),
				   COOKIE_ASK, bsn_slice_str(text), &err);
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

void
group_set(bsn_ledger *ledger, const json_t *group)
{
	Cross *cross = ledger->cross;
	GHashTable *now =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	add_all(now, json_object_get(group, "admin"));
	add_all(now, json_object_get(group, "identities"));
	if (is_same(cross->group, now)) {
		g_hash_table_unref(now);
		return;
	}
	g_clear_pointer(&cross->group, g_hash_table_unref);
	cross->group = now;
	net_group_changed(ledger);
}

void
group_answered(bsn_ledger *ledger, bsn_slice answer)
{
	g_autoptr(json_t) json = json_parse_object(answer, ANSWER_MAX,
						   "answer", NULL, NULL);
	const char *hex = json_string_value(json_object_get(json, "value"));
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_autoptr(json_t) group = NULL;

	if (hex == NULL || !hex_decode(hex, strlen(hex), value))
		return;
	group = json_parse_object(bsn_slice_of(value->data, value->len),
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
