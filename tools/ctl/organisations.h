/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/organisations.h: the organisations that a chain knows its people
 * and nodes by, named on the command line by who certifies them.
 */
#ifndef TOOLS_CTL_ORGANISATIONS_H
#define TOOLS_CTL_ORGANISATIONS_H

#include "tools/ctl/ctl.h"

/* clang-format off */
#define ORGANISATIONS_OPTION \
	{ "org", 'o', "NAME=CA.pem[,CA.pem...]", \
	  "an organisation of it, on frameworks that know people and nodes by " \
	  "those: its name there and the CAs of its hosts; may be repeated" }
/* clang-format on */

/* Adds what the options --org name to a chain's configuration:
 *
 *	"organisations": [ { "msp_id": NAME, "root_certs": [PEM, ...],
 *	                     "node_ous": {...} } ]
 *
 * where node_ous says by which unit bsn-host's certificates tell each role.
 *
 * Returns: FALSE with an error: one that is no NAME=FILE, a file that has no
 *          certificate, or a configuration that has organisations already. */
gboolean organisations_add(json_t *config, const Args *args, GError **error);

#endif
