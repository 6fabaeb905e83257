/* SPDX-License-Identifier: Apache-2.0
 *
 * measure DIRECTORY ARGUMENTS AT-ONCE SECONDS: calls a chaincode of this
 * directory again and again, so many at once, and prints calls per second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/chaincode/programs.h"

static PeerCall *
begin(Peer *peer, const char *id, const char *arguments, guint n)
{
	g_autofree char *tx_id = g_strdup_printf("%064x", n);
	g_autofree char *number = g_strdup_printf("%u", n);
	g_auto(GStrv) parts = g_strsplit(arguments, "%", -1);
	g_autofree char *all = g_strjoinv(number, parts);
	g_autoptr(GBytes) proposal = programs_proposal(tx_id);

	return peer_begin_with(peer, id, tx_id, all, proposal, FALSE);
}

static void
end(PeerCall *call)
{
	peer_wait(call);
	if (call->status != BSN_OK || call->code != 200)
		g_error("%s%s", call->reason,
			call->message != NULL ? call->message : "");
	peer_call_free(call);
}

int
main(int argc, char **argv)
{
	Peer *peer;
	g_autofree char *id = NULL;
	const guint at_once = (guint)atoi(argv[3]);
	const gint64 span = atoi(argv[4]) * (gint64)G_USEC_PER_SEC;
	g_autofree PeerCall **calls = g_new0(PeerCall *, at_once);
	guint n = 0;
	gint64 from;

	g_test_init(&argc, &argv, NULL);
	peer = programs_peer();
	id = programs_start(peer, argv[1], "measured_1");
	end(begin(peer, id, argv[2], n++));
	from = g_get_monotonic_time();
	for (guint i = 0; i < at_once; i++)
		calls[i] = begin(peer, id, argv[2], n++);
	while (g_get_monotonic_time() < from + span) {
		const guint i = n % at_once;

		end(calls[i]);
		calls[i] = begin(peer, id, argv[2], n++);
	}
	printf("%.0f calls/s\n",
	       (double)(n - at_once) * G_USEC_PER_SEC /
		       (double)(g_get_monotonic_time() - from));
	for (guint i = 0; i < at_once; i++)
		end(calls[i]);
	peer_free(peer);
	return 0;
}
