/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/address.h: how a framework writes whose a key is (bsn/ext/address.h):
 * {account:N} and {node:N} in the texts of a workload; and {node_key:N}, a public
 * key in hex.
 */
#ifndef TOOLS_SIM_ADDRESS_H
#define TOOLS_SIM_ADDRESS_H

#include "tools/sim/world.h"

/* The key of an account, which is the same whenever it is made. FALSE: no plugin
 * has the scheme. */
gboolean sim_account_key(SimWorld *world, guint account, SimKey *key);

/* `text` with each of these replaced; g_free it. NULL with a reason: there is no
 * such account or node, or the engine does not say. */
char *sim_addresses_fill(SimWorld *world, const char *text, bsn_err *err);
/* The same in place. What cannot be filled in ends the run. */
void sim_addresses_fill_in(SimWorld *world, char **text);

#endif
