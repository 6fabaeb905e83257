/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/msp/principal.h: what a policy asks of an identity.
 */
#ifndef FABRIC_MSP_PRINCIPAL_H
#define FABRIC_MSP_PRINCIPAL_H

#include "plugins/engine-fabric/msp/msp.h"

/* Principals within one that combines them. */
#define PRINCIPAL_PARTS_MAX 64u

typedef enum {
	PRINCIPAL_ROLE,
	PRINCIPAL_UNIT,
	PRINCIPAL_IDENTITY,
	PRINCIPAL_NOMINAL,   /* whoever's name is known: any member */
	PRINCIPAL_ANONYMOUS, /* which no X.509 certificate is */
	PRINCIPAL_COMBINED,  /* all of its parts */
} PrincipalKind;

typedef struct {
	PrincipalKind kind;
	char *msp_id; /* of all kinds but the last three */
	Common__MSPRole__MSPRoleType role;
	char *unit;
	guint8 digest[HASH_LEN]; /* PRINCIPAL_UNIT: of its CAs;
				  * PRINCIPAL_IDENTITY: MspIdentity.id */
	GPtrArray *parts; /* Principal */
} Principal;

/* Reads an MSPPrincipal.
 *
 * Returns: BSN_OK and a principal for principal_free.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
int32_t principal_new(const Suite *suite, const Common__MSPPrincipal *message,
		      Principal **principal, bsn_err *err);
void principal_free(Principal *principal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Principal, principal_free)

/* Whether an identity is one. [any] */
gboolean principal_is(const Principal *principal, const MspIdentity *identity);

/* "Org1MSP.peer" for roles, as policies are written; NULL for others, and for
 * an id that no MSP can have. The caller frees it. [any] */
char *principal_text(const Principal *principal);

/* "member", "admin", "client", "peer" or "orderer"; NULL for none of Fabric's.
 * [any] */
const char *principal_role_name(Common__MSPRole__MSPRoleType role);

#endif
