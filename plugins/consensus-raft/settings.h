/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/settings.h: what a chain's config says of Raft.
 *
 *	{"election_timeout_ms": 1000, "pipeline": 2, "keep_entries": 128}
 *
 * election_timeout_ms: how long a leader that is needed may be silent, 100 to
 * 60000; at least ten times what a message takes from node to node and onto
 * the disk. Up to twice as much passes before a node campaigns.
 *
 * pipeline: heights between the last durable and the last decided one, and
 * between that and the last one proposed, 1 to 8.
 *
 * keep_entries: durable entries of the log that are kept for nodes that are a
 * little behind, 16 to 65536; one that is further behind syncs blocks.
 */
#ifndef CONSENSUS_RAFT_SETTINGS_H
#define CONSENSUS_RAFT_SETTINGS_H

#include <bsn/base.h>
#include <glib.h>

typedef struct {
	guint32 election_ms;
	guint32 pipeline;
	guint32 keep;
} RaftSettings;

/* Returns: BSN_OK. Errors: BSN_BAD_REQUEST naming key and remedy. [any] */
int32_t raft_settings_read(bsn_slice config, RaftSettings *settings,
			   bsn_err *err);

#endif
