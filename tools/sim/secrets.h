/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/secrets.h: what only some organisations' nodes may have: a
 * workload's "secrets".
 *
 * secrecy   no honest node sends a secret to a node of another organisation, and
 *           no honest node of another one puts it on its disk
 * secrets   in the end what was put last under a key is at every node of the
 *           organisations, as it was; its digest is there at all nodes, the same;
 *           what was taken away, or has lived for its number of blocks, is at
 *           none, and nor is its digest
 *
 * What is looked for in bytes is SIM_SECRET_MARK and the secret's name.
 */
#ifndef TOOLS_SIM_SECRETS_H
#define TOOLS_SIM_SECRETS_H

#include "tools/sim/workload.h"
#include "tools/sim/world.h"

/* Whether a node may have what a request is about. */
gboolean sim_secrets_may_have(const SimWorld *world, guint node,
			      const SimRequest *request);
/* An honest process sends a message; commits a batch. */
void sim_secrets_sent(bsn_chain *from, guint to, bsn_slice message);
void sim_secrets_kept(bsn_chain *chain, const bsn_write *writes, guint64 n);
/* Where in a message the first secret is; -1: there is none. */
gssize sim_secrets_place(const SimWorld *world, bsn_slice message);
/* At the end. */
void sim_secrets_check(SimWorld *world);

#endif
