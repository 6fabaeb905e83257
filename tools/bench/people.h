/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/people.h: keys that hosts keep for a run, and who vouches for
 * them.
 */
#ifndef TOOLS_BENCH_PEOPLE_H
#define TOOLS_BENCH_PEOPLE_H

#include "tools/bench/target.h"

/* By which algorithm a chain's people sign. */
const char *people_algorithm(const char *framework, const json_t *config);

/* A key on each host that who asks may sign with, made where there is none,
 * with the certificate of an administrator where `certified`: that takes the
 * hosts' directories, whose CAs issue it. Its name, for g_free; NULL with an
 * error. */
char *people_hosted(const Target *target, const char *algorithm,
		    gboolean certified, GError **error);
/* The same for a host's nodes. */
gboolean people_certify_node(const Target *target, guint host,
			     const char *algorithm, GError **error);

#endif
