/* SPDX-License-Identifier: Apache-2.0
 *
 * The members of the chain, and who may change them.
 */
#include "tools/conform/bed_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/crypto.h"
#include "tools/sim/organisations.h"
#include "tools/sim/pointer.h"

const SimKey *
bed_stranger(Bed *bed)
{
	SimRandom random = sim_random(bed->run->seed, "stranger", 0);

	if (bed->stranger.algorithm != NULL)
		return &bed->stranger;
	sim_crypto_key(&random, bed->accounts[0].algorithm, &bed->stranger);
	sim_certify_stranger(bed->world, &bed->stranger);
	return &bed->stranger;
}

/* Who signs: accounts or nodes, one after the other, as many as governance
 * asks for; the change is made with the last one. */
static const SimKey *
governor(Bed *bed, guint number)
{
	if (g_strcmp0(bed->workload->members_signer, "node") == 0)
		return number < bed->spec.nodes ? bed_node_key(bed, number)
						: NULL;
	return number < bed->workload->accounts ? bed_account(bed, number)
						: NULL;
}

gboolean
bed_has_role(Bed *bed, guint node, guint about, const char *role)
{
	const SimKey *key = bed_node_key(bed, about);
	const bsn_reply *reply = bed_members(bed, node);
	const char *hex = bed_hex(
		bed, bsn_slice_of(key->public_key, key->public_key_len));
	gboolean none = strcmp(role, "none") == 0;

	for (guint i = 0;; i++) {
		g_autofree char *at = g_strdup_printf("/%u/public_key", i);
		g_autofree char *is = g_strdup_printf("/%u/role", i);
		const char *found = bed_json(bed, reply, at);

		if (found == NULL)
			return none;
		/* As the gateway writes bytes, or without the prefix. */
		if (g_str_has_prefix(found, "0x"))
			found += 2;
		if (g_ascii_strcasecmp(found, hex) == 0)
			return g_strcmp0(bed_json(bed, reply, is), role) == 0;
	}
}

BedDone
bed_change_member_as(Bed *bed, guint node, const SimKey *signer, guint about,
		     const char *role)
{
	const SimKey *key = bed_node_key(bed, about);
	const char *hex = bed_hex(
		bed, bsn_slice_of(key->public_key, key->public_key_len));
	const char *options = bed->workload->members_options;
	g_autofree char *args = g_strdup_printf(
		"{\"public_key\": \"%s\", \"role\": \"%s\", \"name\": "
		"\"%s\"}",
		hex, role, bed->world->nodes[about].name);
	g_autofree char *what = g_strdup_printf(
		"%snode %u becomes %s",
		signer == &bed->stranger ? "by a stranger's word " : "", about,
		role);
	const bsn_tx_request request = {
		.kind = BSN_TX_MEMBER,
		.args = bsn_slice_str(args),
		.options = bsn_slice_str(options != NULL ? options : ""),
	};
	BedDone done = bed_send(bed, node, signer, &request);

	bed_note_done(bed, node, what, &done);
	return done;
}

BedDone
bed_change_member(Bed *bed, guint node, guint about, const char *role)
{
	BedDone done = { .status = BSN_NOT_OFFERED,
			 .reason = "nobody may change members: the workload "
				   "must say who (members.signer)" };

	for (guint i = 0; governor(bed, i) != NULL; i++) {
		done = bed_change_member_as(bed, node, governor(bed, i), about,
					    role);
		if (done.status != BSN_OK ||
		    bed_has_role(bed, node, about, role))
			break;
	}
	return done;
}

/* ---- who may govern ------------------------------------------------------ */

/* The framework's name of account 0, as the detail of its transactions has
 * it. */
static char *
address_of(Bed *bed, const BedDone *done)
{
	const bsn_slice detail = done->reply->tx.detail;
	char *address = sim_pointer_text((const char *)detail.data, detail.len,
					 bed->workload->address);

	EXPECT(bed->run, address != NULL,
	       "the workload's members.address must name something in a "
	       "transaction's detail; there is no %s in %.*s",
	       bed->workload->address, (int)detail.len,
	       (const char *)detail.data);
	return address;
}

void
bed_govern(Bed *bed, const BedDone *earlier)
{
	const SimRequest *found = &bed->workload->found;
	bsn_tx_request request = { .kind = BSN_TX_INVOKE };
	g_autofree char *address = NULL;
	g_autofree char *args = NULL;
	BedDone done;

	if (found->contract == NULL)
		return;
	if (bed->workload->address != NULL)
		address = address_of(bed, earlier);
	args = sim_workload_fill_address(found->args,
					 address != NULL ? address : "");
	request.contract = bsn_slice_str(found->contract);
	request.function = bsn_slice_str(found->function);
	request.args = bsn_slice_str(args);
	request.options = bsn_slice_str(found->options);
	done = bed_send(bed, 0, bed_account(bed, 0), &request);
	bed_note_done(bed, 0, "account 0 founds the governance", &done);
	bed_must_commit(bed, &done, "what the workload's members.found says");
}
