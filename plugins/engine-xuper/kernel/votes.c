/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/kernel/votes.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"

/* Nodes whose changes one question answers. */
#define LIST_MAX 1000u

gsize
votes_needed(MemberVotes rule, gsize n)
{
	switch (rule) {
	case MEMBER_VOTES_MAJORITY:
		return n / 2 + 1;
	case MEMBER_VOTES_TWO_THIRDS:
		return 2 * n / 3 + 1;
	case MEMBER_VOTES_ALL:
		return n;
	}
	return n;
}

/* Takes away what `address` has voted for, and with it changes that nobody is
 * for any more; so there are no more changes than voters. */
static void
withdraw(json_t *changes, const char *address)
{
	const char *change;
	json_t *voters;
	void *next;

	json_object_foreach_safe(changes, next, change, voters) {
		gssize place = terms_find(voters, address);

		if (place >= 0)
			json_array_remove(voters, (gsize)place);
		if (json_array_size(voters) == 0)
			json_object_del(changes, change);
	}
}

/* Who is no validator any more has no vote any more. */
static void
drop_strangers(json_t *changes, const json_t *validators)
{
	const char *change;
	json_t *voters;
	void *next;

	json_object_foreach_safe(changes, next, change, voters) {
		for (gsize i = json_array_size(voters); i > 0; i--)
			if (terms_find(validators, terms_at(voters, i - 1)) < 0)
				json_array_remove(voters, i - 1);
		if (json_array_size(voters) == 0)
			json_object_del(changes, change);
	}
}

/* Returns whether it is a new vote. */
static gboolean
vote(json_t *changes, const char *change, const char *address)
{
	json_t *voters = json_object_get(changes, change);

	if (terms_find(voters, address) >= 0)
		return FALSE;
	withdraw(changes, address);
	voters = json_object_get(changes, change);
	if (voters == NULL) {
		voters = json_array();
		json_object_set_new(changes, change, voters);
	}
	json_array_append_new(voters, json_string(address));
	return TRUE;
}

/* Returns: BSN_OK when there was a new vote. */
static int32_t
vote_all(const SandboxEnv *env, json_t *changes, const char *change,
	 const json_t *validators, bsn_err *err)
{
	gboolean any = FALSE, news = FALSE;

	for (gsize i = 0; i < json_array_size(validators); i++) {
		const char *address = terms_at(validators, i);

		if (!has_signed(env, address))
			continue;
		any = TRUE;
		news |= vote(changes, change, address);
	}
	if (news)
		return BSN_OK;
	return bsn_fail(err, any ? BSN_DUPLICATE : BSN_DENIED,
			any ? "who has signed has voted for it already"
			    : "nobody who has signed agrees on this chain's "
			      "blocks: only those have votes");
}

static json_t *
read_changes(Sandbox *box, const char *node, int32_t *status, bsn_err *err)
{
	json_t *changes =
		value_get(box, BUCKET_MEMBER_VOTE, node, status, err);

	if (changes != NULL || *status != BSN_NOT_FOUND)
		return changes;
	*status = BSN_OK;
	return json_object();
}

int32_t
votes_cast(Sandbox *box, const char *node, const char *change,
	   const json_t *validators, Votes *votes, bsn_err *err)
{
	const SandboxEnv *env = sandbox_env(box);
	int32_t status;
	g_autoptr(json_t) changes = read_changes(box, node, &status, err);

	votes->have = 0;
	votes->need = votes_needed(env->config->member_votes,
				   json_array_size(validators));
	if (changes == NULL)
		return status;
	drop_strangers(changes, validators);
	status = vote_all(env, changes, change, validators, err);
	if (status != BSN_OK)
		return status;
	votes->have = json_array_size(json_object_get(changes, change));
	if (votes->have >= votes->need)
		return value_delete(box, BUCKET_MEMBER_VOTE, node, err);
	return value_put(box, BUCKET_MEMBER_VOTE, node, changes, err);
}

static void
list_node(const ValueEntry *entry, json_t *all)
{
	g_autoptr(json_t) changes = json_loads(entry->value, 0, NULL);
	const char *change;
	json_t *voters;

	json_object_foreach(changes, change, voters)
		json_array_append_new(
			all, json_pack("{s:s, s:o, s:O}", "node", entry->key,
				       "change", json_loads(change, 0, NULL),
				       "votes", voters));
}

int32_t
votes_list(Sandbox *box, json_t *all, bsn_err *err)
{
	g_autoptr(GPtrArray) entries = value_entries_new();
	int32_t status = value_scan(box, BUCKET_MEMBER_VOTE, "", LIST_MAX,
				    entries, NULL, err);

	for (guint i = 0; status == BSN_OK && i < entries->len; i++)
		list_node(g_ptr_array_index(entries, i), all);
	return status;
}
