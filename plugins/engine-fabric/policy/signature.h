/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/policy/signature.h: policies that count signatures:
 * SignaturePolicyEnvelope.
 */
#ifndef FABRIC_POLICY_SIGNATURE_H
#define FABRIC_POLICY_SIGNATURE_H

#include "common/policies.pb-c.h"
#include "plugins/engine-fabric/msp/principal.h"

/* Who may have signed one thing: more endorsements than any network asks. */
#define SIGNERS_MAX 256u
/* Rules of one policy, rules within rules, and principals that they name. */
#define RULES_MAX 512u
#define RULES_DEPTH_MAX 16u
#define PRINCIPALS_MAX 256u

/* One rule: a principal, or n of the `count` rules that begin with `first` and
 * are linked by `next`. */
typedef struct {
	gboolean is_gate;
	guint principal; /* index of principals */
	gint32 n;        /* as given; at most 0 always holds */
	guint count;
	guint first; /* index of rules; of a gate with count > 0 */
	guint next;  /* index of the gate's next rule; 0: it is the last */
} Rule;

/* Immutable: any thread. */
typedef struct {
	GPtrArray *principals; /* Principal */
	GArray *rules;         /* Rule; the first is the outermost */
} SignaturePolicy;

/* Reads an envelope.
 *
 * Returns: BSN_OK and a policy for signature_policy_free.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
int32_t signature_policy_new(const Suite *suite,
			     const Common__SignaturePolicyEnvelope *envelope,
			     SignaturePolicy **policy, bsn_err *err);
void signature_policy_free(SignaturePolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SignaturePolicy, signature_policy_free)

/* Whether n signers fulfil it, as Fabric finds out: rules one after the other,
 * each principal takes the first signer that is it and was not taken, and a rule
 * that fails gives back whom it took. So a policy may depend on the order of
 * signers, and one that asks for a member before an admin should have the
 * admin's signature last.
 *
 * In:      signers: valid ones, nobody twice; n: at most SIGNERS_MAX, and more
 *          fulfil nothing. [any] */
gboolean signature_policy_holds(const SignaturePolicy *policy,
				MspIdentity *const *signers, guint n);

#endif
