/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies: against a plain evaluation of random ones, as text, and who is
 * enough.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/codec/message.h"
#include "plugins/engine-fabric/policy/minimal.h"
#include "plugins/engine-fabric/policy/signers.h"
#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fabric-ca.h"

static Suite suite;

/* ---- signers without certificates ---- */

#define ORGS 3u
#define ROLES 5u

static Msp orgs[ORGS] = {
	{ .id = (char *)"Org1MSP" },
	{ .id = (char *)"Org2MSP" },
	{ .id = (char *)"org-3.msp" },
};
/* Members of each organisation; MEMBER's is nothing more. */
static MspIdentity people[ORGS][ROLES];

static void
make_people(void)
{
	for (guint i = 0; i < ORGS; i++)
		for (guint j = 0; j < ROLES; j++) {
			people[i][j] = (MspIdentity){
				.refs = 1, .msp = &orgs[i], .roles = 1u | 1u << j
			};
			people[i][j].id[0] = (guint8)(i * ROLES + j);
		}
}

static SignaturePolicy *
compile(const char *text)
{
	g_auto(Arena) arena = ARENA_INIT;
	Common__SignaturePolicyEnvelope *envelope = NULL;
	SignaturePolicy *policy = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (policy_parse_signature(&arena, text, &envelope, &err) != BSN_OK ||
	    signature_policy_new(&suite, envelope, &policy, &err) != BSN_OK)
		g_error("%s: %s", text, err.reason);
	return policy;
}

static gboolean
holds(const char *text, MspIdentity *a, MspIdentity *b, MspIdentity *c)
{
	g_autoptr(SignaturePolicy) policy = compile(text);
	MspIdentity *signers[] = { a, b, c };
	guint n = 0;

	while (n < G_N_ELEMENTS(signers) && signers[n] != NULL)
		n++;
	return signature_policy_holds(policy, signers, n);
}

#define PEER(org) (&people[org][COMMON__MSPROLE__MSPROLE_TYPE__PEER])
#define ADMIN(org) (&people[org][COMMON__MSPROLE__MSPROLE_TYPE__ADMIN])

static void
test_gates(void)
{
	const char *both = "AND('Org1MSP.peer', 'Org2MSP.peer')";
	const char *either = "OR('Org1MSP.peer', 'Org2MSP.peer')";
	const char *two = "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', "
			  "'org-3.msp.peer')";

	g_assert_true(holds(both, PEER(0), PEER(1), NULL));
	g_assert_true(holds(both, PEER(1), PEER(0), NULL));
	g_assert_false(holds(both, PEER(0), NULL, NULL));
	g_assert_false(holds(both, PEER(0), ADMIN(1), NULL));
	g_assert_true(holds(either, PEER(1), NULL, NULL));
	g_assert_false(holds(either, ADMIN(1), NULL, NULL));
	g_assert_false(holds(either, NULL, NULL, NULL));
	g_assert_false(holds(two, PEER(2), NULL, NULL));
	g_assert_true(holds(two, PEER(2), PEER(0), NULL));
	g_assert_true(holds(two, PEER(2), PEER(0), PEER(1)));
}

/* One signer is one principal, and is given to the first that asks. */
static void
test_one_for_each(void)
{
	const char *twice = "AND('Org1MSP.peer', 'Org1MSP.peer')";
	const char *members = "AND('Org1MSP.member', 'Org1MSP.admin')";
	const char *given_back = "OR(AND('Org1MSP.member', 'Org2MSP.member'), "
				 "'Org1MSP.admin')";

	g_assert_false(holds(twice, PEER(0), NULL, NULL));
	g_assert_true(holds(members, PEER(0), ADMIN(0), NULL));
	g_assert_false(holds(members, ADMIN(0), PEER(0), NULL));
	g_assert_true(holds(given_back, ADMIN(0), NULL, NULL));
}

/* ---- random policies ---- */

/* A rule as the test has it. */
typedef struct Node Node;
struct Node {
	guint org, role;
	guint n, count; /* count 0: a principal */
	Node *children[4];
};

static Node *
random_node(GRand *rand, guint depth)
{
	Node *node = g_new0(Node, 1);

	node->org = (guint)g_rand_int_range(rand, 0, ORGS);
	node->role = (guint)g_rand_int_range(rand, 0, ROLES);
	if (depth == 0 || g_rand_int_range(rand, 0, 3) == 0)
		return node;
	node->count = (guint)g_rand_int_range(rand, 1, 5);
	node->n = (guint)g_rand_int_range(rand, 1, (gint)node->count + 1);
	for (guint i = 0; i < node->count; i++)
		node->children[i] = random_node(rand, depth - 1);
	return node;
}

static void
node_free(Node *node)
{
	for (guint i = 0; i < node->count; i++)
		node_free(node->children[i]);
	g_free(node);
}

static void
node_text(const Node *node, GString *out)
{
	if (node->count == 0) {
		g_string_append_printf(out, "'%s.%s'", orgs[node->org].id,
				       principal_role_name(node->role));
		return;
	}
	if (node->n == 1)
		g_string_append(out, "OR(");
	else if (node->n == node->count)
		g_string_append(out, "AND(");
	else
		g_string_append_printf(out, "OutOf(%u, ", node->n);
	for (guint i = 0; i < node->count; i++) {
		g_string_append(out, i > 0 ? ", " : "");
		node_text(node->children[i], out);
	}
	g_string_append_c(out, ')');
}

static gboolean
has_role(const MspIdentity *who, const Node *node)
{
	return who->msp == &orgs[node->org] &&
	       (who->roles >> node->role & 1) != 0;
}

/* The rules of Fabric's evaluation, told once more. */
static gboolean
plainly_holds(const Node *node, MspIdentity **signers, guint n, gboolean *used)
{
	guint held = 0;

	for (guint i = 0; i < n && node->count == 0; i++)
		if (!used[i] && has_role(signers[i], node)) {
			used[i] = TRUE;
			return TRUE;
		}
	if (node->count == 0)
		return FALSE;
	for (guint i = 0; i < node->count; i++) {
		gboolean *copy = g_memdup2(used, n * sizeof(*used));

		if (plainly_holds(node->children[i], signers, n, copy)) {
			held++;
			if (n > 0)
				memcpy(used, copy, n * sizeof(*used));
		}
		g_free(copy);
	}
	return held >= node->n;
}

static guint
random_signers(GRand *rand, MspIdentity **signers)
{
	const guint n = (guint)g_rand_int_range(rand, 0, 7);

	for (guint i = 0; i < n; i++)
		signers[i] = &people[g_rand_int_range(rand, 0, ORGS)]
				    [g_rand_int_range(rand, 0, ROLES)];
	return n;
}

static void
test_random(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	guint held = 0;
	guint tried = 0;

	for (guint i = 0; i < 2000; i++) {
		Node *node = random_node(rand, 3);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(SignaturePolicy) policy = NULL;

		node_text(node, text);
		policy = compile(text->str);
		for (guint j = 0; j < 20; j++) {
			MspIdentity *signers[8];
			gboolean used[8] = { FALSE };
			const guint n = random_signers(rand, signers);
			const gboolean want =
				plainly_holds(node, signers, n, used);

			g_assert_cmpint(signature_policy_holds(policy, signers,
							       n),
					==, want);
			held += want ? 1 : 0;
			tried++;
		}
		node_free(node);
	}
	/* Both answers are common. */
	g_assert_cmpuint(held, >, tried / 10);
	g_assert_cmpuint(held, <, tried * 9 / 10);
}

/* What a text says comes back as that text. */
static void
test_text_round_trip(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(2);

	for (guint i = 0; i < 1000; i++) {
		Node *node = random_node(rand, 3);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(SignaturePolicy) policy = NULL;
		g_autofree char *again = NULL;

		node_text(node, text);
		policy = compile(text->str);
		again = policy_text_signature(policy);
		g_assert_cmpstr(again, ==, text->str);
		node_free(node);
	}
}

static void
assert_text(const char *text, const char *want)
{
	g_autoptr(SignaturePolicy) policy = compile(text);
	g_autofree char *got = policy_text_signature(policy);

	g_assert_cmpstr(got, ==, want);
}

static void
test_ways_to_write(void)
{
	assert_text(" and ( \"Org1MSP.member\",'b.admin' ) ",
		    "AND('Org1MSP.member', 'b.admin')");
	assert_text("Outof(1,'a.b.client','c_d.orderer')",
		    "OR('a.b.client', 'c_d.orderer')");
	assert_text("OutOf(2,'a.peer','b.peer')", "AND('a.peer', 'b.peer')");
	assert_text("'a.peer'", "'a.peer'");
	assert_text("AND('a.peer')", "OR('a.peer')");
}

static void
assert_wrong(const char *text, const char *reason)
{
	g_auto(Arena) arena = ARENA_INIT;
	Common__SignaturePolicyEnvelope *envelope = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(policy_parse_signature(&arena, text, &envelope, &err),
			!=, BSN_OK);
	if (strstr(err.reason, reason) == NULL)
		g_error("%s: \"%s\" is not in \"%s\"", text, reason,
			err.reason);
}

static void
test_wrong_texts(void)
{
	g_autoptr(GString) deep = g_string_new(NULL);
	g_autoptr(GString) wide = g_string_new("OR('a.peer'");
	g_autofree char *large = g_strnfill(POLICY_TEXT_MAX + 1, ' ');

	assert_wrong("", "character 1: here goes AND");
	assert_wrong("XOR('a.peer')", "character 1: here goes AND");
	assert_wrong("AND", "character 4: a ( is missing");
	assert_wrong("AND('a.peer'", "character 13: a comma or ) is missing");
	assert_wrong("AND('a.peer)", "character 5: this quote is not closed");
	assert_wrong("AND()", "character 5: here goes AND");
	assert_wrong("'a.boss'", "character 2: a principal is");
	assert_wrong("'peer'", "a principal is");
	assert_wrong("'.peer'", "a principal is");
	assert_wrong("'a b.peer'", "a principal is");
	assert_wrong("OutOf('a.peer')", "character 7: here goes how many");
	assert_wrong("OutOf(0, 'a.peer')", "character 7: here goes how many");
	assert_wrong("OutOf(99999999999999999999, 'a.peer')", "how many");
	assert_wrong("OutOf(2 'a.peer')", "a comma is missing");
	assert_wrong("OutOf(2, 'a.peer')", "nobody could fulfil it");
	assert_wrong("'a.peer' 'b.peer'", "something behind");
	assert_wrong(large, "at most");
	for (guint i = 0; i < RULES_DEPTH_MAX; i++)
		g_string_append(deep, "OR(");
	g_string_append(deep, "'a.peer'");
	assert_wrong(deep->str, "too many");
	for (guint i = 0; i < RULES_MAX; i++)
		g_string_append(wide, ",'a.peer'");
	g_string_append_c(wide, ')');
	assert_wrong(wide->str, "too many");
}

/* ---- messages that are wrong ---- */

static int32_t
compile_status(const Common__SignaturePolicyEnvelope *envelope, bsn_err *err)
{
	g_autoptr(SignaturePolicy) policy = NULL;

	return signature_policy_new(&suite, envelope, &policy, err);
}

static void
test_wrong_messages(void)
{
	Common__SignaturePolicyEnvelope envelope =
		COMMON__SIGNATURE_POLICY_ENVELOPE__INIT;
	Common__SignaturePolicy rule = COMMON__SIGNATURE_POLICY__INIT;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(compile_status(&envelope, &err), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, "the policy has no rule");
	envelope.rule = &rule;
	g_assert_cmpint(compile_status(&envelope, &err), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"a rule is neither signed_by nor n_out_of");
	rule.type_case = COMMON__SIGNATURE_POLICY__TYPE_SIGNED_BY;
	g_assert_cmpint(compile_status(&envelope, &err), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"signed_by is 0, but there are 0 identities");
	rule.signed_by = -1;
	g_assert_cmpint(compile_status(&envelope, &err), ==, BSN_BAD_REQUEST);
	envelope.version = 1;
	g_assert_cmpint(compile_status(&envelope, &err), ==, BSN_BAD_REQUEST);
}

/* ---- who is enough ---- */

static char *
sets_text(GPtrArray *sets)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < sets->len; i++) {
		const GPtrArray *set = sets->pdata[i];

		g_string_append(text, i > 0 ? " | " : "");
		for (guint j = 0; j < set->len; j++) {
			g_autofree char *one = principal_text(set->pdata[j]);

			g_string_append_printf(text, "%s%s", j > 0 ? "+" : "",
					       one);
		}
	}
	return g_string_free(text, FALSE);
}

static void
assert_sets(const char *policy_text, const char *want)
{
	g_autoptr(SignaturePolicy) policy = compile(policy_text);
	g_autoptr(GPtrArray) sets = minimal_sets_signature(policy);
	g_autofree char *got = sets_text(sets);

	g_assert_cmpstr(got, ==, want);
}

static void
test_minimal(void)
{
	assert_sets("'a.peer'", "a.peer");
	assert_sets("AND('a.peer', 'b.peer')", "a.peer+b.peer");
	assert_sets("OR('a.peer', 'b.peer')", "a.peer | b.peer");
	assert_sets("OR('a.peer', AND('a.peer', 'b.peer'))", "a.peer");
	assert_sets("OR(AND('a.peer', 'b.peer'), 'a.peer')", "a.peer");
	assert_sets("OutOf(2, 'a.peer', 'b.peer', 'c.peer')",
		    "a.peer+b.peer | a.peer+c.peer | b.peer+c.peer");
	assert_sets("AND('a.peer', 'a.peer')", "a.peer+a.peer");
	assert_sets("AND(OR('a.peer', 'b.peer'), OR('a.peer', 'c.peer'))",
		    "a.peer+a.peer | a.peer+c.peer | b.peer+a.peer | "
		    "b.peer+c.peer");
}

static void
test_minimal_is_bounded(void)
{
	g_autoptr(GString) text = g_string_new("OutOf(20");
	g_autoptr(SignaturePolicy) policy = NULL;
	g_autoptr(GPtrArray) sets = NULL;

	for (guint i = 0; i < 40; i++)
		g_string_append_printf(text, ", 'org%u.peer'", i);
	g_string_append_c(text, ')');
	policy = compile(text->str);
	sets = minimal_sets_signature(policy);
	g_assert_cmpuint(sets->len, ==, MINIMAL_SETS_MAX);
	for (guint i = 0; i < sets->len; i++)
		g_assert_cmpuint(((GPtrArray *)sets->pdata[i])->len, ==, 20);
}

static guint
signers_of(const GPtrArray *set, guint left_out, MspIdentity **signers)
{
	guint n = 0;

	for (guint i = 0; i < set->len; i++) {
		const Principal *principal = set->pdata[i];
		guint org = 0;

		while (strcmp(orgs[org].id, principal->msp_id) != 0)
			org++;
		if (i != left_out)
			signers[n++] = &people[org][principal->role];
	}
	return n;
}

static void
add_mask(GArray *masks, guint32 mask)
{
	for (guint i = 0; i < masks->len; i++)
		if (g_array_index(masks, guint32, i) == mask)
			return;
	g_array_append_val(masks, mask);
}

/* Every way to fulfil a rule when those of `used` are taken already: who is
 * taken then. */
static GArray *
all_ways(const Node *node, MspIdentity **signers, guint n, guint32 used)
{
	GArray *ways[5];
	GArray *result;

	for (guint i = 0; i <= node->count; i++)
		ways[i] = g_array_new(FALSE, FALSE, sizeof(guint32));
	if (node->count == 0) {
		for (guint i = 0; i < n; i++)
			if ((used >> i & 1) == 0 && has_role(signers[i], node))
				add_mask(ways[0], used | 1u << i);
		return ways[0];
	}
	g_array_append_val(ways[0], used);
	for (guint i = 0; i < node->count; i++)
		for (guint k = i + 1; k-- > 0;)
			for (guint j = 0; j < ways[k]->len; j++) {
				g_autoptr(GArray) more = all_ways(
					node->children[i], signers, n,
					g_array_index(ways[k], guint32, j));

				for (guint m = 0; m < more->len; m++)
					add_mask(ways[k + 1],
						 g_array_index(more, guint32,
							       m));
			}
	result = g_array_ref(ways[node->n]);
	for (guint i = 0; i <= node->count; i++)
		g_array_unref(ways[i]);
	return result;
}

static gboolean
can_hold(const Node *node, MspIdentity **signers, guint n)
{
	g_autoptr(GArray) ways = all_ways(node, signers, n, 0);

	return ways->len > 0;
}

/* Signers of every set are enough if each counts where it is needed, and fewer
 * are not. (Nobody asks for members, which others are as well.) */
static void
test_minimal_holds(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);
	guint held = 0;
	guint tried = 0;

	for (guint i = 0; i < 300; i++) {
		Node *node = random_node(rand, 2);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(SignaturePolicy) policy = NULL;
		g_autoptr(GPtrArray) sets = NULL;
		MspIdentity *signers[32];

		node_text(node, text);
		policy = compile(text->str);
		sets = minimal_sets_signature(policy);
		g_assert_cmpuint(sets->len, >, 0);
		for (guint j = 0; j < sets->len && j < 8 &&
				  strstr(text->str, "member") == NULL;
		     j++) {
			const GPtrArray *set = sets->pdata[j];
			const guint n = signers_of(set, G_MAXUINT, signers);

			g_assert_true(can_hold(node, signers, n));
			held += signature_policy_holds(policy, signers, n) ? 1
									   : 0;
			tried++;
			for (guint k = 0;
			     k < set->len && sets->len < MINIMAL_SETS_MAX; k++)
				g_assert_false(
					can_hold(node, signers,
						 signers_of(set, k, signers)));
		}
		node_free(node);
	}
	/* Evaluation, which gives each signer to who asks first, finds most. */
	g_assert_cmpuint(held, >, tried * 3 / 4);
}

/* ---- a channel's policies ---- */

/* A group with one policy, "P". */
typedef struct {
	Common__ConfigGroup group;
	Common__ConfigPolicy policy;
	Common__Policy message;
	Common__ConfigGroup__PoliciesEntry entry;
	Common__ConfigGroup__PoliciesEntry *entries[1];
	Common__ConfigGroup__GroupsEntry below[ORGS];
	Common__ConfigGroup__GroupsEntry *groups[ORGS];
} TestGroup;

static char p[] = "P";

static void
group_init(Arena *arena, TestGroup *group, const char *text)
{
	bsn_err err = BSN_ERR_INIT;

	memset(group, 0, sizeof(*group));
	common__config_group__init(&group->group);
	common__config_policy__init(&group->policy);
	common__policy__init(&group->message);
	common__config_group__policies_entry__init(&group->entry);
	if (text == NULL)
		return;
	if (policy_parse(arena, text, &group->message, &err) != BSN_OK)
		g_error("%s", err.reason);
	group->policy.policy = &group->message;
	group->entry.key = p;
	group->entry.value = &group->policy;
	group->entries[0] = &group->entry;
	group->group.n_policies = 1;
	group->group.policies = group->entries;
}

static void
group_add(TestGroup *group, const char *name, TestGroup *below)
{
	const gsize at = group->group.n_groups++;

	common__config_group__groups_entry__init(&group->below[at]);
	group->below[at].key = (char *)name;
	group->below[at].value = &below->group;
	group->groups[at] = &group->below[at];
	group->group.groups = group->groups;
}

/* /Channel/P: of /Channel/Application/P: of three organisations' P. */
static PolicyTree *
make_tree(const char *channel_rule, const char *rule)
{
	g_auto(Arena) arena = ARENA_INIT;
	TestGroup channel, application, org[ORGS];
	PolicyTree *tree = NULL;
	bsn_err err = BSN_ERR_INIT;

	group_init(&arena, &channel, channel_rule);
	group_init(&arena, &application, rule);
	group_init(&arena, &org[0], "OR('Org1MSP.peer', 'Org1MSP.admin')");
	group_init(&arena, &org[1], "OR('Org2MSP.peer')");
	group_init(&arena, &org[2], NULL);
	group_add(&channel, "Application", &application);
	for (guint i = 0; i < ORGS; i++)
		group_add(&application, orgs[i].id, &org[i]);
	if (policy_tree_new(&suite, &channel.group, &tree, &err) != BSN_OK)
		g_error("%s", err.reason);
	return tree;
}

static gboolean
tree_holds(const char *rule, MspIdentity *a, MspIdentity *b)
{
	g_autoptr(PolicyTree) tree = make_tree("ALL P", rule);
	MspIdentity *signers[] = { a, b };
	const guint n = b != NULL ? 2 : a != NULL ? 1 : 0;
	const gboolean held =
		policy_holds(policy_tree_find(tree, "/Channel/Application/P"),
			     signers, n);

	g_assert_cmpint(policy_holds(policy_tree_find(tree, "/Channel/P"),
				     signers, n),
			==, held);
	return held;
}

static void
test_implicit(void)
{
	g_assert_true(tree_holds("ANY P", PEER(1), NULL));
	g_assert_false(tree_holds("ANY P", PEER(2), NULL));
	g_assert_false(tree_holds("ANY P", NULL, NULL));
	g_assert_false(tree_holds("MAJORITY P", ADMIN(0), NULL));
	g_assert_true(tree_holds("MAJORITY P", ADMIN(0), PEER(1)));
	/* The third organisation has none, which never holds. */
	g_assert_false(tree_holds("ALL P", ADMIN(0), PEER(1)));
	/* Nobody has such a policy. */
	g_assert_false(tree_holds("ANY Q", PEER(0), PEER(1)));
	g_assert_true(tree_holds("OR('Org1MSP.peer')", PEER(0), NULL));
}

static void
test_paths(void)
{
	static const char *const groups[] = { "Application", "Org1MSP" };
	g_autoptr(PolicyTree) tree = make_tree("ANY P", "MAJORITY P");

	g_assert_nonnull(policy_tree_find(tree, "/Channel/P"));
	g_assert_null(
		policy_tree_find(tree, "/Channel/Application/org-3.msp/P"));
	g_assert_true(
		policy_tree_find(tree, "/Channel/Application/Org1MSP/P") ==
		policy_tree_find_in(tree, groups, 2, "P"));
	g_assert_true(policy_tree_find_in(tree, groups, 2, "/Channel/P") ==
		      policy_tree_find(tree, "/Channel/P"));
	g_assert_null(policy_tree_find(tree, "/Channel"));
	g_assert_null(policy_tree_find(tree, "/Channel/"));
	g_assert_null(policy_tree_find(tree, "P"));
	g_assert_null(policy_tree_find(tree, "/Orderer/P"));
	g_assert_null(policy_tree_find(tree, "/Channel/Application/P/P"));
	g_assert_null(policy_tree_find(
		tree, "/Channel/1/2/3/4/5/6/7/8/9/10/11/12/P"));
}

static void
test_minimal_of_tree(void)
{
	g_autoptr(PolicyTree) tree = make_tree("ANY P", "MAJORITY P");
	g_autoptr(GPtrArray) sets =
		minimal_sets(policy_tree_find(tree, "/Channel/Application/P"));
	g_autofree char *text = sets_text(sets);

	/* In the order in which a hash table has the organisations. */
	if (g_str_has_prefix(text, "Org1MSP"))
		g_assert_cmpstr(text, ==, "Org1MSP.peer+Org2MSP.peer | "
					  "Org1MSP.admin+Org2MSP.peer");
	else
		g_assert_cmpstr(text, ==, "Org2MSP.peer+Org1MSP.peer | "
					  "Org2MSP.peer+Org1MSP.admin");
}

/* ---- from signatures ---- */

static void
test_signers(gconstpointer data)
{
	const Suite real = fabric_suite(GPOINTER_TO_INT(data));
	g_autoptr(Issued) root = fabric_root(real.sm, "CA");
	g_autoptr(Issued) stranger = fabric_root(real.sm, "CA");
	g_autoptr(Issued) a = fabric_member(root, "a", "peer");
	g_autoptr(Issued) b = fabric_member(root, "b", "peer");
	g_autoptr(Issued) c = fabric_member(stranger, "c", "peer");
	g_autoptr(GByteArray) config = fabric_msp_simple("Org1MSP", root);
	g_autoptr(GByteArray) id_a = fabric_serialize("Org1MSP", a);
	g_autoptr(GByteArray) id_b = fabric_serialize("Org1MSP", b);
	g_autoptr(GByteArray) id_c = fabric_serialize("Org1MSP", c);
	const bsn_slice message = bsn_slice_str("payload");
	g_autoptr(GByteArray) by_a = fabric_sign(&real, a, message);
	g_autoptr(GByteArray) by_b = fabric_sign(&real, b, message);
	g_autoptr(GByteArray) by_c = fabric_sign(&real, c, message);
	const SignedData signed_data[] = {
		{ buffer_slice(id_b), message, buffer_slice(by_a) },
		{ buffer_slice(id_b), message, buffer_slice(by_b) },
		{ buffer_slice(id_c), message, buffer_slice(by_c) },
		{ bsn_slice_str("nobody"), message, buffer_slice(by_a) },
		{ buffer_slice(id_a), message, buffer_slice(by_a) },
		{ buffer_slice(id_b), message, buffer_slice(by_b) },
		{ buffer_slice(id_a), bsn_slice_str("x"), buffer_slice(by_a) },
	};
	g_autoptr(MspManager) manager = msp_manager_new(&real);
	g_autoptr(GPtrArray) signers = NULL;
	g_autoptr(MspIdentity) want_a = NULL;
	g_autoptr(MspIdentity) want_b = NULL;

	msp_manager_add(manager, buffer_slice(config), NULL);
	msp_manager_identify(manager, buffer_slice(id_a), &want_a, NULL);
	msp_manager_identify(manager, buffer_slice(id_b), &want_b, NULL);
	signers = signers_find(manager, &real, signed_data,
			       G_N_ELEMENTS(signed_data));
	g_assert_cmpuint(signers->len, ==, 2);
	g_assert_true(signers->pdata[0] == want_b);
	g_assert_true(signers->pdata[1] == want_a);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	suite = fabric_suite(FALSE);
	make_people();
	g_test_add_func("/fabric/policy/gates", test_gates);
	g_test_add_func("/fabric/policy/a-signer-counts-once",
			test_one_for_each);
	g_test_add_func("/fabric/policy/random-ones-as-plainly-evaluated",
			test_random);
	g_test_add_func("/fabric/policy/text-comes-back", test_text_round_trip);
	g_test_add_func("/fabric/policy/ways-to-write-it", test_ways_to_write);
	g_test_add_func("/fabric/policy/wrong-texts", test_wrong_texts);
	g_test_add_func("/fabric/policy/wrong-messages", test_wrong_messages);
	g_test_add_func("/fabric/policy/who-is-enough", test_minimal);
	g_test_add_func("/fabric/policy/not-everybody-who-is-enough",
			test_minimal_is_bounded);
	g_test_add_func("/fabric/policy/who-is-enough-is-and-no-fewer",
			test_minimal_holds);
	g_test_add_func("/fabric/policy/implicit", test_implicit);
	g_test_add_func("/fabric/policy/paths", test_paths);
	g_test_add_func("/fabric/policy/who-is-enough-in-a-channel",
			test_minimal_of_tree);
	g_test_add_data_func("/fabric/policy/signers-in-std",
			     GINT_TO_POINTER(FALSE), test_signers);
	g_test_add_data_func("/fabric/policy/signers-in-sm",
			     GINT_TO_POINTER(TRUE), test_signers);
	return g_test_run();
}
