/* SPDX-License-Identifier: Apache-2.0
 *
 * $acl, and how kernel contracts are found.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/kernel/buckets.h"
#include "tests/unit/xuper-kernel.h"

#define ACCOUNT "XC1111111111111111@one"
#define NUMBER "1111111111111111"
#define ACL_0 "{\"pm\":{\"rule\":1,\"acceptValue\":1},\"aksWeight\":{\"#0\":1}}"
#define ACL_01                                                                 \
	"{\"pm\":{\"rule\":1,\"acceptValue\":1},"                              \
	"\"aksWeight\":{\"#0\":0.5,\"#1\":0.5}}"
#define ACL_12                                                                 \
	"{\"pm\":{\"rule\":1,\"acceptValue\":1},"                              \
	"\"aksWeight\":{\"#1\":0.5,\"#2\":0.5}}"

static void
test_found(void)
{
	static const char *const names[] = { "NewAccount", "newaccount",
					     "NEWACCOUNT", NULL };

	for (gsize i = 0; names[i] != NULL; i++) {
		bsn_slice name = bsn_slice_str(names[i]);

		g_assert_true(kernel_find(bsn_slice_str("$acl"), name) ==
			      &kernel_acl[0]);
		g_assert_true(kernel_find(bsn_slice_str(""), name) ==
			      &kernel_acl[0]);
		g_assert_null(kernel_find(bsn_slice_str("$tdpos"), name));
		g_assert_null(kernel_find(bsn_slice_str("acl"), name));
	}
	g_assert_null(
		kernel_find(bsn_slice_str("$acl"), bsn_slice_str("NewAcc")));
	g_assert_null(kernel_find(bsn_slice_str("$acl"), bsn_slice_str("")));
	g_assert_true(kernel_is(bsn_slice_str("$acl")));
	g_assert_false(kernel_is(bsn_slice_str("counter")));
	g_assert_false(kernel_is(bsn_slice_str("")));
}

static void
test_all(void)
{
	const KernelMethod *const *all = kernel_all();
	guint n = 0;

	for (; all[n] != NULL; n++)
		g_assert_true(kernel_find(bsn_slice_str(all[n]->contract),
					  bsn_slice_str(all[n]->method)) ==
			      all[n]);
	g_assert_cmpuint(n, >, 30);
}

static void
test_new(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new("{}", FALSE, 1, 1);
	g_autofree char *acl = kernel_text(chain, ACL_01);

	kernel_done(chain, "0", "$acl.NewAccount", "account_name", NUMBER,
		    "acl", ACL_01, NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, acl);
	kernel_refused(chain, BSN_DUPLICATE, "there is an account " ACCOUNT,
		       "0", "$acl.NewAccount", "account_name", NUMBER, "acl",
		       ACL_0, NULL);
	kernel_done(chain, "5", "$acl.QueryAccountAcl", "account_name", ACCOUNT,
		    NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, acl);
	kernel_done(chain, "5", "$acl.QueryAddressAccounts", "address", "#1",
		    NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, "[\"" ACCOUNT "\"]");
	kernel_done(chain, "5", "$acl.QueryAddressAccounts", "address", "#2",
		    NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, "[]");
	kernel_done(chain, "5", "$acl.QueryAccountContracts", "account_name",
		    ACCOUNT, NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, "[]");
}

static void
test_new_wrong(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new("{}", FALSE, 1, 1);

	kernel_refused(chain, BSN_BAD_REQUEST, "account_name is missing", "0",
		       "$acl.NewAccount", "acl", ACL_0, NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "16 digits", "0",
		       "$acl.NewAccount", "account_name", "111", "acl", ACL_0,
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "16 digits", "0",
		       "$acl.NewAccount", "account_name", "111111111111111x",
		       "acl", ACL_0, NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "acl is missing", "0",
		       "$acl.NewAccount", "account_name", NUMBER, NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "neither an address", "0",
		       "$acl.NewAccount", "account_name", NUMBER, "acl",
		       "{\"pm\":{\"rule\":1,\"acceptValue\":1},"
		       "\"aksWeight\":{\"bob\":1}}",
		       NULL);
	kernel_refused(chain, BSN_NOT_OFFERED, "", "0", "$acl.NewAccount",
		       "account_name", NUMBER, "acl",
		       "{\"pm\":{\"rule\":3,\"acceptValue\":1},"
		       "\"aksWeight\":{\"#0\":1}}",
		       NULL);
	kernel_refused(chain, BSN_NOT_FOUND, "no account", "0",
		       "$acl.QueryAccountAcl", "account_name", ACCOUNT, NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "an account of this chain", "0",
		       "$acl.QueryAccountAcl", "account_name",
		       "XC" NUMBER "@two", NULL);
}

static void
test_set(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new("{}", FALSE, 1, 1);

	kernel_refused(chain, BSN_NOT_FOUND, "no account", "0",
		       "$acl.SetAccountAcl", "account_name", ACCOUNT, "acl",
		       ACL_0, NULL);
	kernel_done(chain, "0", "$acl.NewAccount", "account_name", NUMBER,
		    "acl", ACL_01, NULL);
	/* One of two is not enough, nor are two that sign for themselves. */
	kernel_refused(chain, BSN_DENIED, "", "#0," ACCOUNT "/#0",
		       "$acl.SetAccountAcl", "account_name", ACCOUNT, "acl",
		       ACL_12, NULL);
	kernel_refused(chain, BSN_DENIED, "", "01", "$acl.SetAccountAcl",
		       "account_name", ACCOUNT, "acl", ACL_12, NULL);
	kernel_done(chain, "#5," ACCOUNT "/#0," ACCOUNT "/#1",
		    "$acl.SetAccountAcl", "account_name", ACCOUNT, "acl",
		    ACL_12, NULL);
	kernel_done(chain, "5", "$acl.QueryAddressAccounts", "address", "#0",
		    NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, "[]");
	kernel_done(chain, "5", "$acl.QueryAddressAccounts", "address", "#2",
		    NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, "[\"" ACCOUNT "\"]");
	kernel_refused(chain, BSN_DENIED, "",
		       "#5," ACCOUNT "/#0," ACCOUNT "/#1",
		       "$acl.SetAccountAcl", "account_name", ACCOUNT, "acl",
		       ACL_01, NULL);
}

/* As if $contract had deployed one. */
static void
put_contract(KernelChain *chain)
{
	const XVersion version = { .there = TRUE };

	xmodel_put(chain->layer, bsn_slice_str(BUCKET_CONTRACT_ACCOUNT),
		   bsn_slice_str("counter"), &version, bsn_slice_str(ACCOUNT));
}

static void
test_method(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new("{}", FALSE, 1, 1);
	g_autofree char *acl = kernel_text(chain, ACL_12);

	kernel_done(chain, "0", "$acl.NewAccount", "account_name", NUMBER,
		    "acl", ACL_0, NULL);
	kernel_refused(chain, BSN_NOT_FOUND, "no contract counter", "0",
		       "$acl.SetMethodAcl", "contract_name", "counter",
		       "method_name", "increase", "acl", ACL_12, NULL);
	put_contract(chain);
	kernel_refused(chain, BSN_DENIED, "", "1", "$acl.SetMethodAcl",
		       "contract_name", "counter", "method_name", "increase",
		       "acl", ACL_12, NULL);
	kernel_refused(chain, BSN_NOT_FOUND, "anybody", "1",
		       "$acl.QueryMethodAcl", "contract_name", "counter",
		       "method_name", "increase", NULL);
	kernel_done(chain, "#1," ACCOUNT "/#0", "$acl.SetMethodAcl",
		    "contract_name", "counter", "method_name", "increase",
		    "acl", ACL_12, NULL);
	kernel_done(chain, "1", "$acl.QueryMethodAcl", "contract_name",
		    "counter", "method_name", "increase", NULL);
	g_assert_cmpstr(kernel_answer(chain), ==, acl);
	kernel_refused(chain, BSN_BAD_REQUEST, "method_name is missing", "0",
		       "$acl.SetMethodAcl", "contract_name", "counter", "acl",
		       ACL_12, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/kernel/methods-are-found-without-case",
			test_found);
	g_test_add_func("/xuper/kernel/all-methods-are-found", test_all);
	g_test_add_func("/xuper/acl/an-account-is-made-once", test_new);
	g_test_add_func("/xuper/acl/wrong-accounts-are-refused",
			test_new_wrong);
	g_test_add_func("/xuper/acl/an-acl-changes-by-its-own-rule", test_set);
	g_test_add_func("/xuper/acl/a-method-s-acl-is-its-owner-s",
			test_method);
	return g_test_run();
}
