/* SPDX-License-Identifier: Apache-2.0
 *
 * In the place of private/: who is a member, and what comes of giving private
 * data to others.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/private/private.h"
#include "tests/unit/fabric-endorse-net.h"

struct PrivateSpread {
	PrivateDone done;
	gpointer owner;
};

static PrivateSpread *under_way;

static void
end_spread(PrivateDone done, gpointer owner)
{
	const int32_t status = endorse_net->spread_status;
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail(&err, status, "too few have it");
	done(owner, status, status == BSN_OK ? NULL : &err);
}

PrivateSpread *
private_spread(Channel *channel, const char *tx_id, guint64 height,
	       bsn_slice sets, PrivateDone done, gpointer owner)
{
	g_assert_cmpuint(strlen(tx_id), ==, TX_ID_SIZE - 1);
	g_assert_cmpuint(height, ==, channel->ledger->head.height);
	g_assert_true(bsn_slice_equal(sets, bsn_slice_str("sets")));
	endorse_net->spreads++;
	if (!endorse_net->spread_waits) {
		end_spread(done, owner);
		return NULL;
	}
	g_assert_null(under_way);
	under_way = g_new0(PrivateSpread, 1);
	*under_way = (PrivateSpread){ done, owner };
	return under_way;
}

void
private_cancel(PrivateSpread *spread)
{
	g_assert_true(spread == under_way);
	g_clear_pointer(&under_way, g_free);
}

void
endorse_net_spread(EndorseNet *net)
{
	g_autofree PrivateSpread *spread = g_steal_pointer(&under_way);

	g_assert_true(net == endorse_net);
	end_spread(spread->done, spread->owner);
}

const char *
private_stranger_to(Channel *channel, const Transaction *results,
		    gboolean reads, MspIdentity *who)
{
	(void)channel;
	endorse_net->reads_count = reads;
	g_assert_cmpuint(results->n_namespaces, >, 0);
	return endorse_net->members == NULL ||
			       strstr(endorse_net->members, who->msp->id) !=
				       NULL
		       ? NULL
		       : "secret";
}
