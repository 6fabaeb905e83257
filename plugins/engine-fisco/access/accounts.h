/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/accounts.h: accounts that are frozen. Nothing
 * that a frozen account signs has an effect; what it deployed goes on.
 *
 *   "sg" 'z' address    a frozen account
 *   "sg" 'f'            how many there are, 8 bytes big-endian
 *
 * All functions: [strand]. Errors: as bsn_store.get.
 */
#ifndef FISCO_ACCESS_ACCOUNTS_H
#define FISCO_ACCESS_ACCOUNTS_H

#include <glib.h>

#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/suite.h"

/* Returns: BSN_OK. */
int32_t account_frozen(Overlay *state, const guint8 *address,
		       gboolean *frozen);
/* `changed`: FALSE when it is so already. Returns: BSN_OK. */
int32_t account_freeze(Overlay *state, const guint8 *address, gboolean freeze,
		       gboolean *changed);

#endif
