/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/contract-facts.h"

static const char *
member_of(Bed *bed, const bsn_reply *reply, const char *pointer,
	  const char *name)
{
	g_autofree char *at = g_strconcat(pointer, "/", name, NULL);

	return bed_json(bed, reply, at);
}

Facts
facts_of(Bed *bed, const bsn_reply *reply, const char *pointer)
{
	const char *block = member_of(bed, reply, pointer, "block");

	return (Facts){
		.name = member_of(bed, reply, pointer, "name"),
		.version = member_of(bed, reply, pointer, "version"),
		.address = member_of(bed, reply, pointer, "address"),
		.state = member_of(bed, reply, pointer, "state"),
		.block = block != NULL ? g_ascii_strtoull(block, NULL, 10)
				       : G_MAXUINT64,
	};
}

Facts
facts_get(Bed *bed, guint node)
{
	const bsn_reply *reply = bed_contract(bed, node, bed_name(bed, 0));

	EXPECT(bed_run_of(bed), reply->status == BSN_OK,
	       "get must answer a contract by its name; it is %s: %s",
	       bed_status_name(reply->status), reply->err.reason);
	return facts_of(bed, reply, "");
}

void
facts_must_be_whole(Bed *bed, const Facts *facts)
{
	Run *run = bed_run_of(bed);

	EXPECT(run, g_strcmp0(facts->name, bed_name(bed, 0)) == 0,
	       "\"name\" of a contract must be that of its deployment, "
	       "\"%s\"; it is \"%s\"",
	       bed_name(bed, 0), facts->name != NULL ? facts->name : "");
	EXPECT(run, facts->version != NULL && *facts->version != '\0',
	       "a contract must have a \"version\"; it has none");
	EXPECT(run, g_strcmp0(facts->state, "active") == 0,
	       "a contract that can be called must have the \"state\" "
	       "\"active\"; it has \"%s\"",
	       facts->state != NULL ? facts->state : "");
	EXPECT(run, facts->block != G_MAXUINT64,
	       "a contract must have a \"block\"; it has none");
}

gboolean
facts_equal(const Facts *a, const Facts *b)
{
	return g_strcmp0(a->name, b->name) == 0 &&
	       g_strcmp0(a->version, b->version) == 0 &&
	       g_strcmp0(a->address, b->address) == 0 &&
	       g_strcmp0(a->state, b->state) == 0 && a->block == b->block;
}

GArray *
facts_all(Bed *bed, const bsn_reply *list)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(Facts));

	EXPECT(bed_run_of(bed),
	       list->status == BSN_OK &&
		       bed_json(bed, list, "/contracts") != NULL,
	       "list must answer {\"contracts\": [...], \"next\": ...}");
	for (guint i = 0;; i++) {
		g_autofree char *at = g_strdup_printf("/contracts/%u", i);
		Facts facts;

		if (bed_json(bed, list, at) == NULL)
			return all;
		facts = facts_of(bed, list, at);
		g_array_append_val(all, facts);
	}
}

guint
facts_listed(Bed *bed, const bsn_reply *list, const Facts *facts)
{
	g_autoptr(GArray) all = facts_all(bed, list);
	guint n = 0;

	for (guint i = 0; i < all->len; i++)
		if (facts_equal(&g_array_index(all, Facts, i), facts))
			n++;
	return n;
}
