/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/policy/signature.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/reason.h"

/* ---- reading ---- */

void
signature_policy_free(SignaturePolicy *policy)
{
	if (policy == NULL)
		return;
	g_ptr_array_unref(policy->principals);
	g_array_unref(policy->rules);
	g_free(policy);
}

static Rule *
rule_at(SignaturePolicy *policy, guint at)
{
	return &g_array_index(policy->rules, Rule, at);
}

static int32_t read_rule(SignaturePolicy *policy,
			 const Common__SignaturePolicy *message, guint depth,
			 guint *at, bsn_err *err);

static int32_t
read_gate(SignaturePolicy *policy,
	  const Common__SignaturePolicy__NOutOf *message, guint depth, guint at,
	  bsn_err *err)
{
	guint last = 0;

	rule_at(policy, at)->is_gate = TRUE;
	rule_at(policy, at)->n = message->n;
	for (gsize i = 0; i < message->n_rules; i++) {
		guint child;
		int32_t status = read_rule(policy, message->rules[i], depth + 1,
					   &child, err);

		if (status != BSN_OK)
			return status;
		if (last == 0)
			rule_at(policy, at)->first = child;
		else
			rule_at(policy, last)->next = child;
		rule_at(policy, at)->count++;
		last = child;
	}
	return BSN_OK;
}

static int32_t
read_rule(SignaturePolicy *policy, const Common__SignaturePolicy *message,
	  guint depth, guint *at, bsn_err *err)
{
	const Rule empty = { 0 };

	if (depth > RULES_DEPTH_MAX || policy->rules->len >= RULES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a policy has at most %u rules, %u deep",
				RULES_MAX, RULES_DEPTH_MAX);
	*at = policy->rules->len;
	g_array_append_val(policy->rules, empty);
	switch (message->type_case) {
	case COMMON__SIGNATURE_POLICY__TYPE_SIGNED_BY:
		if (message->signed_by < 0 ||
		    (guint)message->signed_by >= policy->principals->len)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"signed_by is %d, but there are %u "
					"identities",
					message->signed_by,
					policy->principals->len);
		rule_at(policy, *at)->principal = (guint)message->signed_by;
		return BSN_OK;
	case COMMON__SIGNATURE_POLICY__TYPE_N_OUT_OF:
		return read_gate(policy, message->n_out_of, depth, *at, err);
	case COMMON__SIGNATURE_POLICY__TYPE__NOT_SET:
	case _COMMON__SIGNATURE_POLICY__TYPE__CASE_IS_INT_SIZE:
		break;
	}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a rule is neither signed_by nor n_out_of");
}

static int32_t
read_principals(const Suite *suite, SignaturePolicy *policy,
		const Common__SignaturePolicyEnvelope *envelope, bsn_err *err)
{
	if (envelope->n_identities > PRINCIPALS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a policy has at most %u identities",
				PRINCIPALS_MAX);
	for (gsize i = 0; i < envelope->n_identities; i++) {
		Principal *principal = NULL;
		int32_t status = principal_new(suite, envelope->identities[i],
					       &principal, err);

		if (status != BSN_OK) {
			reason_at(err, "identities[%zu]", i);
			return status;
		}
		g_ptr_array_add(policy->principals, principal);
	}
	return BSN_OK;
}

int32_t
signature_policy_new(const Suite *suite,
		     const Common__SignaturePolicyEnvelope *envelope,
		     SignaturePolicy **policy, bsn_err *err)
{
	g_autoptr(SignaturePolicy) made = g_new0(SignaturePolicy, 1);
	int32_t status;
	guint at;

	made->principals =
		g_ptr_array_new_with_free_func((GDestroyNotify)principal_free);
	made->rules = g_array_new(FALSE, TRUE, sizeof(Rule));
	if (envelope->version != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the policy's version is %d; only 0 is known",
				envelope->version);
	if (envelope->rule == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "the policy has no rule");
	status = read_principals(suite, made, envelope, err);
	if (status == BSN_OK)
		status = read_rule(made, envelope->rule, 1, &at, err);
	if (status == BSN_OK)
		*policy = g_steal_pointer(&made);
	return status;
}

/* ---- evaluating ---- */

/* Signers that were taken, a bit each. */
typedef struct {
	guint64 bits[SIGNERS_MAX / 64];
} Taken;

typedef struct {
	const SignaturePolicy *policy;
	MspIdentity *const *signers;
	guint n;
} Evaluation;

static gboolean
take_signer(const Evaluation *evaluation, guint principal, Taken *taken)
{
	const Principal *wanted =
		evaluation->policy->principals->pdata[principal];

	for (guint i = 0; i < evaluation->n; i++) {
		const guint64 bit = G_GUINT64_CONSTANT(1) << i % 64;

		if ((taken->bits[i / 64] & bit) != 0 ||
		    !principal_is(wanted, evaluation->signers[i]))
			continue;
		taken->bits[i / 64] |= bit;
		return TRUE;
	}
	return FALSE;
}

/* All rules of a gate are tried, even when enough hold: those that are behind
 * it may not have whom they take. */
static gboolean
holds(const Evaluation *evaluation, guint at, Taken *taken)
{
	const Rule *rule = &g_array_index(evaluation->policy->rules, Rule, at);
	guint child = rule->first;
	gint64 held = 0;

	if (!rule->is_gate)
		return take_signer(evaluation, rule->principal, taken);
	for (guint i = 0; i < rule->count; i++) {
		Taken attempt = *taken;

		if (holds(evaluation, child, &attempt)) {
			*taken = attempt;
			held++;
		}
		child = g_array_index(evaluation->policy->rules, Rule, child)
				.next;
	}
	return held >= rule->n;
}

gboolean
signature_policy_holds(const SignaturePolicy *policy,
		       MspIdentity *const *signers, guint n)
{
	const Evaluation evaluation = { policy, signers, n };
	Taken taken = { { 0 } };

	return n <= SIGNERS_MAX && holds(&evaluation, 0, &taken);
}
