/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/bsn.h: the whole ABI.
 */
#ifndef BSN_BSN_H
#define BSN_BSN_H

#include "base.h"
#include "capability.h"
#include "consensus.h"
#include "crypto.h"
#include "engine.h"
#include "host.h"
#include "plugin.h"
#include "runtime.h"

#endif /* BSN_BSN_H */
