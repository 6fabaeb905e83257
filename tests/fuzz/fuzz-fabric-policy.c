/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies: a text, or (after a NUL) a SignaturePolicyEnvelope's bytes.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/policy/minimal.h"
#include "plugins/engine-fabric/policy/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No certificates among principals: no algorithm is used. */
static const Suite suite;

/* What is compiled can be evaluated, searched, and written if people can say
 * it. */
static void
use(const Common__SignaturePolicyEnvelope *envelope)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(SignaturePolicy) policy = NULL;
	g_autoptr(SignaturePolicy) again = NULL;
	g_autoptr(GPtrArray) sets = NULL;
	g_autofree char *text = NULL;
	g_autofree char *text_again = NULL;
	Common__SignaturePolicyEnvelope *parsed = NULL;

	if (signature_policy_new(&suite, envelope, &policy, NULL) != BSN_OK)
		return;
	signature_policy_holds(policy, NULL, 0);
	sets = minimal_sets_signature(policy);
	g_assert_cmpuint(sets->len, <=, MINIMAL_SETS_MAX);
	text = policy_text_signature(policy);
	if (text == NULL || strlen(text) > POLICY_TEXT_MAX ||
	    policy_parse_signature(&arena, text, &parsed, NULL) != BSN_OK)
		return;
	g_assert_cmpint(signature_policy_new(&suite, parsed, &again, NULL), ==,
			BSN_OK);
	text_again = policy_text_signature(again);
	g_assert_cmpstr(text, ==, text_again);
}

static gboolean
has_identities(const Common__SignaturePolicyEnvelope *envelope)
{
	for (size_t i = 0; i < envelope->n_identities; i++)
		if (envelope->identities[i]->principal_classification !=
		    COMMON__MSPPRINCIPAL__CLASSIFICATION__ROLE)
			return TRUE;
	return FALSE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *text = g_strndup((const char *)data, size);
	Common__SignaturePolicyEnvelope *envelope = NULL;
	Common__Policy policy = COMMON__POLICY__INIT;

	if (size > 0 && data[0] == 0) {
		envelope = message_unpack(
			&arena, &common__signature_policy_envelope__descriptor,
			bsn_slice_of(data + 1, size - 1), NULL, NULL);
		if (envelope != NULL && !has_identities(envelope))
			use(envelope);
		return 0;
	}
	if (policy_parse_signature(&arena, text, &envelope, NULL) == BSN_OK)
		use(envelope);
	(void)policy_parse(&arena, text, &policy, NULL);
	return 0;
}
