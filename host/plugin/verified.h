/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/verified.h: how many signatures the plugins' schemes have judged.
 * Who finds a scheme by its name is given a table that counts and then calls
 * the plugin's: no lock, and one addition for a call. What an engine remembers
 * of a signature it does not ask again, so that is not in it.
 */
#ifndef HOST_PLUGIN_VERIFIED_H
#define HOST_PLUGIN_VERIFIED_H

#include <bsn/crypto.h>
#include <glib.h>

#include "host/ops/metrics.h"

/* The scheme with a count, the same one each time; itself when there are too
 * many. Lives as long as the process, as plugins' tables do. Main thread. */
const bsn_signature *verified_scheme(const bsn_signature *scheme);

/* A MetricsProvider: bsn_signatures_verified_total by `algorithm` and `result`,
 * "good" or "bad". */
void verified_metrics(MetricsWriter *w, void *owner);

#endif
