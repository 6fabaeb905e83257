/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes from outside to the lifecycle of a channel with one chaincode,
 * "basic". The first byte says what the others are: 'q': a peer's question for a
 * package; 'p': a peer's answer to this node's; 'r': a deploy's options; else the
 * argument of a function of _lifecycle, by its letter. Results must be some that
 * can be endorsed, and the same on another organisation's node, unless that one
 * does not agree.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PACKAGE                                              \
	"basic:0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef"

static const char *const functions[] = {
	"ApproveChaincodeDefinitionForMyOrg", /* 'a' */
	"CheckCommitReadiness",
	"CommitChaincodeDefinition",
	"Deploy",
	"Freeze",
	"GetInstalledChaincodePackage",
	"InstallChaincode",
	"QueryApprovedChaincodeDefinition",
	"QueryChaincodeDefinition",
	"QueryChaincodeDefinitions",
	"QueryInstalledChaincode",
	"QueryInstalledChaincodes",
	"Unfreeze",
	"Uninstall",
	"ApproveFreeze",
	"ApproveUnfreeze",
	"ApproveUninstall",
};

static Life *
get_life(void)
{
	static const LifeTerms terms = { .package_id = PACKAGE };
	static Life *life;
	static NetPeer peer;

	if (life != NULL)
		return life;
	life = life_new(FALSE, 2);
	peer = (NetPeer){ .key = g_bytes_new_static("one", 3),
			  .reachable = TRUE,
			  .packages =
				  g_hash_table_new(g_str_hash, g_str_equal) };
	g_hash_table_add(peer.packages, (gpointer)PACKAGE);
	life_peers[0] = &peer;
	life_deploy(life, ORG(0) | ORG(1), &terms);
	life->channel.net = (struct FabricNet *)(gpointer)life;
	return life;
}

static void
call(Life *life, const char *function, bsn_slice argument)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) same = NULL;
	g_autoptr(GPtrArray) policies = g_ptr_array_new();

	if (argument.len > 0)
		g_byte_array_append(bytes, argument.data, (guint)argument.len);
	life_be(life, 0);
	if (life_call(life, life->admins[0], function, g_byte_array_ref(bytes),
		      &results) != BSN_OK)
		return;
	g_assert_cmpint(lifecycle_policies(&life->channel, LIFECYCLE_NAME,
					   buffer_slice(results), policies,
					   NULL),
			==, BSN_OK);
	life_be(life, 1);
	if (life_call(life, life->admins[0], function, g_byte_array_ref(bytes),
		      &same) == BSN_OK)
		assert_same(buffer_slice(results), buffer_slice(same));
	life_be(life, 0);
}

static void
answer(Life *life, bsn_slice bytes)
{
	LifeAsked asked;

	fetch_next(life->channel.lifecycle);
	g_assert_cmpuint(life_asked.id, !=, 0);
	asked = life_asked;
	life_asked.id = 0;
	asked.answered(asked.owner, BSN_OK, bytes, NULL);
	/* One piece may have been taken; the next input begins anew. */
	fetch_close(life->channel.lifecycle);
	g_assert_false(package_exists(&life->channel, PACKAGE));
}

static void
request(Life *life, bsn_slice options)
{
	const bsn_tx_request wanted = { .size = sizeof(wanted),
					.kind = BSN_TX_DEPLOY,
					.contract = TEXT("basic"),
					.options = options };
	g_autoptr(GPtrArray) args = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	bsn_err err = BSN_ERR_INIT;

	if (lifecycle_request(&life->channel, &wanted, life->admins[0], args,
			      &err) == BSN_OK)
		g_assert_cmpuint(args->len, ==, 2);
	else
		g_assert_true(err.reason[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Life *life = get_life();
	bsn_slice rest;

	if (size == 0)
		return 0;
	rest = bsn_slice_of(data + 1, size - 1);
	if (data[0] == 'q')
		package_asked(&life->channel, NULL, rest);
	else if (data[0] == 'p')
		answer(life, rest);
	else if (data[0] == 'r')
		request(life, rest);
	else
		call(life,
		     functions[(guint8)(data[0] - 'a') %
			       G_N_ELEMENTS(functions)],
		     rest);
	return 0;
}
