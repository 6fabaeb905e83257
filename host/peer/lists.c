/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/lists.h"

#include "host/config/peer_rule.h"

struct PeerLists {
	GArray *allow, *deny; /* PeerRule */
};

static void
clear_rule(gpointer rule)
{
	peer_rule_clear(rule);
}

static GArray *
read_rules(const char *const *items)
{
	GArray *rules = g_array_new(FALSE, FALSE, sizeof(PeerRule));
	PeerRule rule;

	g_array_set_clear_func(rules, clear_rule);
	for (; items != NULL && *items != NULL; items++)
		if (peer_rule_parse(*items, &rule))
			g_array_append_val(rules, rule);
	return rules;
}

PeerLists *
peer_lists_new(const char *const *allow, const char *const *deny)
{
	PeerLists *lists = g_new(PeerLists, 1);

	lists->allow = read_rules(allow);
	lists->deny = read_rules(deny);
	return lists;
}

void
peer_lists_free(PeerLists *lists)
{
	if (lists == NULL)
		return;
	g_array_unref(lists->allow);
	g_array_unref(lists->deny);
	g_free(lists);
}

/* Whom a rule is asked about: one of them. */
typedef struct {
	const guint8 *address;
	const Identity *identity;
} Subject;

static gboolean
concerns(const PeerRule *rule, const Subject *subject)
{
	return (rule->kind == PEER_RULE_ADDRESS) == (subject->address != NULL);
}

static gboolean
names(const PeerRule *rule, const Subject *subject)
{
	const Identity *identity = subject->identity;

	switch (rule->kind) {
	case PEER_RULE_ADDRESS:
		return peer_rule_has_address(rule, subject->address);
	case PEER_RULE_ORGANISATION:
		return g_str_equal(rule->organisation, identity->organisation);
	case PEER_RULE_HOST:
		return g_str_equal(rule->organisation,
				   identity->organisation) &&
		       g_str_equal(rule->name, identity->name);
	case PEER_RULE_CERTIFICATE:
		return g_str_equal(rule->fingerprint, identity->fingerprint);
	}
	return FALSE;
}

/* How many rules concern such a subject, and whether one names this one. */
static guint
search(const GArray *rules, const Subject *subject, gboolean *named)
{
	guint concerned = 0;

	*named = FALSE;
	for (guint i = 0; i < rules->len; i++) {
		const PeerRule *rule = &g_array_index(rules, PeerRule, i);

		if (!concerns(rule, subject))
			continue;
		concerned++;
		*named |= names(rule, subject);
	}
	return concerned;
}

static gboolean
allow(const PeerLists *lists, const Subject *subject)
{
	gboolean named;

	search(lists->deny, subject, &named);
	if (named)
		return FALSE;
	return search(lists->allow, subject, &named) == 0 || named;
}

gboolean
peer_lists_allow_address(const PeerLists *lists, const struct sockaddr *address)
{
	guint8 bytes[16];
	const Subject subject = { bytes, NULL };

	return peer_rule_address(address, bytes) && allow(lists, &subject);
}

gboolean
peer_lists_allow_identity(const PeerLists *lists, const Identity *identity)
{
	const Subject subject = { NULL, identity };

	return allow(lists, &subject);
}
