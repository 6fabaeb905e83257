/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/organisations.h: organisations with a CA each, for chains that know
 * nodes and signers by certificates (X.509). Account i and node i belong to
 * organisation i mod n; each organisation's first account is its admin. All of
 * it follows from the world's seed, and holds from a year before virtual time
 * begins for 20 years.
 */
#ifndef TOOLS_SIM_ORGANISATIONS_H
#define TOOLS_SIM_ORGANISATIONS_H

#include "tools/sim/world.h"

/* Bytes of a certificate that it makes. */
#define SIM_CERTIFICATE_MAX 2048u

/* One that no chain is told of: a stranger's. */
#define SIM_STRANGERS "Strangers"

/* CAs with keys of an algorithm, as the workload says; NULL with the reason in
 * `err`. */
SimOrganisations *sim_organisations_new(const SimWorld *world,
					const char *algorithm, bsn_err *err);
void sim_organisations_free(SimOrganisations *organisations);

/* A chain's config in which each "{ca:NAME}" is that organisation's CA, in PEM;
 * g_free it. NULL with the reason in `err`: there is no such one. */
char *sim_organisations_fill(const SimOrganisations *organisations,
			     const char *config, bsn_err *err);

/* The name of the organisation that a node is of; an account of the same one, its
 * admin. Only where there are organisations. */
const char *sim_organisation_of_node(const SimWorld *world, guint node);
guint sim_organisation_account(const SimWorld *world, guint node);

/* Give a key its certificate, which lasts as long as the world; nothing where
 * there are no organisations. */
void sim_certify_account(SimWorld *world, guint account, SimKey *key);
void sim_certify_node(SimWorld *world, guint node, SimKey *key);
/* By a CA that the chain does not know. */
void sim_certify_stranger(SimWorld *world, SimKey *key);

#endif
