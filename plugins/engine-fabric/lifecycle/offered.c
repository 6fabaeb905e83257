/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages that came with requests nobody has signed yet. A certificate is no
 * secret, so whoever shows an admin's is given nothing to keep on disk: the
 * package waits in memory until the proposal comes that names it and that an
 * admin has signed. The oldest goes when there are too many.
 */
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/definition.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/kit/sink.h"

/* Bytes of all; one that is larger is there alone. */
#define OFFERED_MAX (64u << 20)

typedef struct {
	char *id;
	GBytes *package;
} Offered;

static void
drop(Lifecycle *lifecycle, GList *link)
{
	Offered *offered = link->data;

	lifecycle->offered_bytes -= g_bytes_get_size(offered->package);
	g_queue_delete_link(&lifecycle->offered, link);
	g_bytes_unref(offered->package);
	g_free(offered->id);
	g_free(offered);
}

void
offered_clear(Lifecycle *lifecycle)
{
	while (lifecycle->offered.length > 0)
		drop(lifecycle, lifecycle->offered.head);
}

static GList *
find(const Lifecycle *lifecycle, const char *id)
{
	for (GList *link = lifecycle->offered.head; link != NULL;
	     link = link->next)
		if (strcmp(((const Offered *)link->data)->id, id) == 0)
			return link;
	return NULL;
}

static void
keep(Lifecycle *lifecycle, const char *id, bsn_slice package)
{
	Offered *offered = g_new0(Offered, 1);

	while (lifecycle->offered.length > 0 &&
	       lifecycle->offered_bytes + package.len > OFFERED_MAX)
		drop(lifecycle, lifecycle->offered.head);
	offered->id = g_strdup(id);
	offered->package = g_bytes_new(package.data, (gsize)package.len);
	lifecycle->offered_bytes += package.len;
	g_queue_push_tail(&lifecycle->offered, offered);
}

int32_t
package_offer(Channel *channel, bsn_slice package, char **id, bsn_err *err)
{
	Lifecycle *lifecycle = channel->lifecycle;
	g_autoptr(ChaincodePackage) read = NULL;
	guint8 digest[HASH_LEN];
	int32_t status = package_read(&channel->ledger->state.suite, package,
				      &read, digest, err);

	if (status == BSN_OK)
		status = channel_config_takes(channel->config, read->type, err);
	if (status != BSN_OK)
		return status;
	*id = package_id(read->label, digest);
	if (!package_exists(channel, *id) && find(lifecycle, *id) == NULL)
		keep(lifecycle, *id, package);
	return BSN_OK;
}

/* ---- what was signed ---- */

/* The package that a call of _lifecycle is about, in the arena; "": none. */
static const char *
named_package(Arena *arena, const Protos__ChaincodeInput *input)
{
	const bsn_slice argument = message_slice(input->args[1]);
	const Lifecycle__QueryInstalledChaincodeArgs *query;
	const Lifecycle__ApproveChaincodeDefinitionForMyOrgArgs *args;

	if (bsn_slice_equal(message_slice(input->args[0]),
			    bsn_slice_str("QueryInstalledChaincode"))) {
		query = message_unpack(
			arena,
			&lifecycle__query_installed_chaincode_args__descriptor,
			argument, NULL, NULL);
		return query != NULL ? query->package_id : "";
	}
	args = message_unpack(
		arena,
		&lifecycle__approve_chaincode_definition_for_my_org_args__descriptor,
		argument, NULL, NULL);
	return args != NULL && args->source != NULL &&
			       args->source->type_case ==
				       LIFECYCLE__CHAINCODE_SOURCE__TYPE_LOCAL_PACKAGE
		       ? args->source->local_package->package_id
		       : "";
}

int32_t
lifecycle_signed(Channel *channel, const Protos__ChaincodeInput *input,
		 MspIdentity *who, bsn_err *err)
{
	Lifecycle *lifecycle = channel->lifecycle;
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *id = NULL;
	GList *link;
	int32_t status;

	if (lifecycle->offered.length == 0 || input->n_args != 2 ||
	    !lifecycle_is_admin(channel, who))
		return BSN_OK;
	link = find(lifecycle, named_package(&arena, input));
	if (link == NULL)
		return BSN_OK;
	status = package_put(channel,
			     bytes_slice(((const Offered *)link->data)->package),
			     &id, err);
	if (status == BSN_OK)
		drop(lifecycle, link);
	return status;
}
