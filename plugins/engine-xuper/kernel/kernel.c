/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/kernel/kernel.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

static const KernelMethod *const tables[] = {
	kernel_acl,   kernel_contract,	kernel_govern_token, kernel_proposal,
	kernel_tdpos, kernel_timer_task, kernel_xpoa,	     kernel_consensus,
	kernel_member, kernel_parachain, kernel_cross,     kernel_query,
};

gboolean
kernel_is(bsn_slice contract)
{
	return contract.len > 0 && contract.data[0] == '$';
}

/* Without case, as clients differ in it: "SetAccountAcl", "SetAccountACL". */
static gboolean
names(const KernelMethod *method, bsn_slice name)
{
	return strlen(method->method) == name.len &&
	       g_ascii_strncasecmp(method->method, (const char *)name.data,
				   name.len) == 0;
}

/* What XuperChain's older clients call without a contract's name: contracts'
 * lives by other words, and $acl's methods. */
static void
find_unnamed(bsn_slice *contract, bsn_slice *method)
{
	static const KernelMethod deploy = { .method = "Deploy" },
				  upgrade = { .method = "Upgrade" };

	*contract = bsn_slice_str("$contract");
	if (names(&deploy, *method))
		*method = bsn_slice_str("deployContract");
	else if (names(&upgrade, *method))
		*method = bsn_slice_str("upgradeContract");
	else
		*contract = bsn_slice_str("$acl");
}

const KernelMethod *
kernel_find(bsn_slice contract, bsn_slice method)
{
	bsn_slice wanted = contract;

	if (contract.len == 0)
		find_unnamed(&wanted, &method);
	if (method.len == 0)
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		for (const KernelMethod *at = tables[i]; at->method != NULL;
		     at++)
			if (bsn_slice_equal(bsn_slice_str(at->contract),
					    wanted) &&
			    names(at, method))
				return at;
	return NULL;
}

static gpointer
make_list(gpointer unused)
{
	GPtrArray *list = g_ptr_array_new();

	(void)unused;
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		for (const KernelMethod *at = tables[i]; at->method != NULL;
		     at++)
			g_ptr_array_add(list, (gpointer)at);
	g_ptr_array_add(list, NULL);
	return g_ptr_array_free(list, FALSE);
}

const KernelMethod *const *
kernel_all(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, make_list, NULL);
}
