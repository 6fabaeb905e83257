/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/msp/msp.h: an organisation's membership service
 * provider: whose certificates are members, and what for. Rules are those of
 * Fabric's X.509 MSP from capability V1_4_3 on, and stricter in two: who is
 * listed as admin must also be a valid member, and a keyUsage must allow
 * signatures.
 */
#ifndef FABRIC_MSP_MSP_H
#define FABRIC_MSP_MSP_H

#include "common/configtx.pb-c.h"
#include "msp/identities.pb-c.h"
#include "msp/msp_principal.pb-c.h"
#include "plugins/engine-fabric/msp/authorities.h"

/* Bytes of an MSP's id: letters, digits, dots, hyphens and underscores. */
#define MSP_ID_MAX 64u
gboolean msp_id_is_valid(const char *id);
/* Bytes of a SerializedIdentity. */
#define MSP_IDENTITY_MAX (CERTIFICATE_PEM_MAX + 256u)

/* Units that an MSP asks for or gives a meaning to. */
typedef struct {
	char *name;
	gboolean is_certified; /* certifiers must be those */
	guint8 certifiers[HASH_LEN];
} MspUnit;

/* Immutable once made: any thread. */
typedef struct {
	gint refs; /* atomic */
	const Suite *suite; /* borrowed */
	char *id;
	Authorities authorities;
	GArray *units;      /* MspUnit: a member has one; empty: any */
	gboolean has_node_ous;
	/* By MSPRoleType from CLIENT on, ADMIN at its place; name NULL: the
	 * role is not told by a unit. */
	MspUnit node_ous[COMMON__MSPROLE__MSPROLE_TYPE__ORDERER + 1];
	GHashTable *admins; /* digests of certificates, as GBytes */
} Msp;

/* Somebody who was found to be a member. Immutable: any thread. */
typedef struct {
	gint refs; /* atomic */
	Msp *msp;  /* reference */
	guint8 id[HASH_LEN]; /* of the certificate, whatever its encoding: who
			      * signs twice is one */
	guint8 public_key[PUBLIC_KEY_LEN];
	guint8 certifiers[HASH_LEN]; /* of the CAs above */
	gint64 not_after_s; /* Unix time; of the certificate alone */
	char **units;
	guint roles; /* bits 1 << MSPRoleType */
} MspIdentity;

/* Reads an MSPConfig.
 *
 * Returns: BSN_OK and an MSP for msp_unref.
 * In:      suite: kept; config: the message's bytes.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: "MSP Org1MSP: ...". */
int32_t msp_new(const Suite *suite, bsn_slice config, Msp **msp, bsn_err *err);
Msp *msp_ref(Msp *msp);
/* msp_unref(NULL) does nothing. */
void msp_unref(Msp *msp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Msp, msp_unref)

/* Judges a certificate: its chain, revocation, units and roles, at no
 * particular time.
 *
 * Returns: BSN_OK and an identity for msp_identity_unref.
 * In:      pem: a certificate.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: it is none; BSN_DENIED: it is no
 *          member. */
int32_t msp_identify(Msp *msp, bsn_slice pem, MspIdentity **identity,
		     bsn_err *err);
/* Whether one of its CAs has issued a certificate: also one of who is no member
 * any more. */
gboolean msp_has_issued(const Msp *msp, bsn_slice pem);
MspIdentity *msp_identity_ref(MspIdentity *identity);
void msp_identity_unref(MspIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MspIdentity, msp_identity_unref)

static inline gboolean
msp_identity_has_role(const MspIdentity *identity,
		      Common__MSPRole__MSPRoleType role)
{
	return role <= COMMON__MSPROLE__MSPROLE_TYPE__ORDERER &&
	       (identity->roles & 1u << role) != 0;
}

/* Whether its certificate has expired at a time (Unix, seconds). */
static inline gboolean
msp_identity_is_expired(const MspIdentity *identity, gint64 now_s)
{
	return identity->not_after_s <= now_s;
}

#endif
