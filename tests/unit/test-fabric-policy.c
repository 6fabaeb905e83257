/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies that count signatures: against a plain evaluation of random ones,
 * and from signatures.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/policy/signers.h"
#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-people.h"

static const Suite suite;

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

			g_assert_cmpint(
				signature_policy_holds(policy, signers, n), ==,
				want);
			held += want ? 1 : 0;
			tried++;
		}
		node_free(node);
	}
	/* Both answers are common. */
	g_assert_cmpuint(held, >, tried / 10);
	g_assert_cmpuint(held, <, tried * 9 / 10);
}

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

static void
test_signers(gconstpointer data)
{
	const Suite real = fabric_suite(GPOINTER_TO_INT(data));
	g_autoptr(Issued) root = fabric_root(real.sm, "CA");
	g_autoptr(Issued) stranger = fabric_root(real.sm, "CA");
	g_autoptr(Issued) a = fabric_member(root, "a", "peer");
	g_autoptr(Issued) b = fabric_member(root, "b", "peer");
	g_autoptr(Issued) c = fabric_member(stranger, "c", "peer");
	g_autoptr(Issued) d = fabric_member(root, "d", "peer");
	g_autoptr(GByteArray) config = fabric_msp_simple("Org1MSP", root);
	g_autoptr(GByteArray) id_a = fabric_serialize("Org1MSP", a);
	g_autoptr(GByteArray) id_b = fabric_serialize("Org1MSP", b);
	g_autoptr(GByteArray) id_c = fabric_serialize("Org1MSP", c);
	g_autoptr(GByteArray) id_d = fabric_serialize("Org1MSP", d);
	const bsn_slice message = bsn_slice_str("payload");
	g_autoptr(GByteArray) by_a = fabric_sign(&real, a, message);
	g_autoptr(GByteArray) by_b = fabric_sign(&real, b, message);
	g_autoptr(GByteArray) by_c = fabric_sign(&real, c, message);
	const SignedData signed_data[] = {
		{ buffer_slice(id_b), message, buffer_slice(by_a) },
		{ buffer_slice(id_b), message, buffer_slice(by_b) },
		{ buffer_slice(id_c), message, buffer_slice(by_c) },
		{ bsn_slice_str("nobody"), message, buffer_slice(by_a) },
		{ buffer_slice(id_d), message, buffer_slice(by_a) },
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
	make_people();
	g_test_add_func("/fabric/policy/gates", test_gates);
	g_test_add_func("/fabric/policy/a-signer-counts-once",
			test_one_for_each);
	g_test_add_func("/fabric/policy/random-ones-as-plainly-evaluated",
			test_random);
	g_test_add_func("/fabric/policy/wrong-messages", test_wrong_messages);
	g_test_add_data_func("/fabric/policy/signers-in-std",
			     GINT_TO_POINTER(FALSE), test_signers);
	g_test_add_data_func("/fabric/policy/signers-in-sm",
			     GINT_TO_POINTER(TRUE), test_signers);
	return g_test_run();
}
