/* SPDX-License-Identifier: Apache-2.0
 *
 * The FISCO engine as its users see it: on chains of both kinds of
 * cryptography, with the plugins of the build.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "tests/unit/fisco-chain.h"

#define STD "{\"crypto\":\"std\"}"
#define SM "{\"crypto\":\"sm\"}"

/* ---- the life of a chain ----------------------------------------------- */

static void
test_deploy_and_use(gconstpointer config)
{
	g_autoptr(json_t) title = NULL;
	g_autoptr(json_t) note = NULL;
	g_autoptr(json_t) detail = NULL;
	g_autoptr(bsn_reply) reply = NULL;
	g_autofree char *address = NULL;
	FiscoChain *chain;
	Account alice;

	fisco_reset(1);
	chain = fisco_new("one", config);
	alice = fisco_account(chain, 1);
	address = fisco_deployed(chain, &alice, "evidence", NULL);
	g_assert_nonnull(address);
	title = fisco_result(chain, "evidence", "title", NULL);
	g_assert_cmpstr(json_string_value(title), ==, "land registry");

	reply = fisco_deposit(chain, &alice, "evidence", 0xaa, "a deed");
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_true(reply->accepted);
	g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpuint(reply->tx.block, ==, 2);
	detail = fisco_json(reply->tx.detail);
	g_assert_cmpstr(json_string_value(json_object_get(detail, "to")), ==,
			address);
	g_assert_cmpstr(json_string_value(json_object_get(detail, "result")),
			==, "1");
	note = fisco_result(chain, address, "note",
			    "[\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			    "aaaaaaaaaaaaaaaaaaaaaaaa\"]");
	g_assert_cmpstr(json_string_value(note), ==, "a deed");
	fisco_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fisco/std/a-contract-is-deployed-and-used", STD,
			     test_deploy_and_use);
	g_test_add_data_func("/fisco/sm/a-contract-is-deployed-and-used", SM,
			     test_deploy_and_use);
	return g_test_run();
}
